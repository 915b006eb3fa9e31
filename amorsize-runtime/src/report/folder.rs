//! Leaves what was decided in a folder (`AMORSIZE_REPORT`), one file per process, from which `cargo amorsize report` takes it.
//!
//! It decides the moment: once a second while calls are made, so that a server that is killed has left something, and when a
//! thread ends that made calls. The file is the process's own and is replaced as a whole: readers see no half of it.

use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::decisions;
use crate::config;
use crate::forked;
use crate::observe::{self, Topic};

/// One small file: what writing it takes is lost in a second. (By estimate, it was not measured.)
const GAP: Duration = Duration::from_secs(1);

/// When it was written last, or first asked for; held while writing.
static LAST: Mutex<Option<Instant>> = Mutex::new(None);

thread_local! {
    /// Writes when a thread that made calls ends; for the main thread that is, on most systems, the end of the program.
    static AT_END: AtEnd = const { AtEnd };
}

struct AtEnd;

impl Drop for AtEnd {
    fn drop(&mut self) {
        let Some(folder) = &config::settings().report else { return };
        // A panic while thread-locals are dropped would abort the program.
        let _ = std::panic::catch_unwind(|| leave_now(folder));
    }
}

/// Writes if it was not written for a second, and at the end of this thread.
pub(crate) fn leave_soon(folder: &Path) {
    // Where thread-locals are gone already the thread is ending.
    let _ = AT_END.try_with(|_| ());
    let Ok(mut last) = LAST.try_lock() else { return };
    let now = Instant::now();
    match *last {
        Some(last) if now.duration_since(last) < GAP => return,
        // The first call: nothing is decided yet.
        None => {}
        Some(_) => write(folder),
    }
    *last = Some(now);
}

/// Writes.
pub(crate) fn leave_now(folder: &Path) {
    // What a copy of a process has to say is its original's, and the lock may be held by a thread that it lacks.
    if forked::is_copy() {
        return;
    }
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    write(folder);
    *last = Some(Instant::now());
}

fn write(folder: &Path) {
    if let Err(error) = replace(folder) {
        let folder = folder.display();
        let text = format!("what was decided cannot be left in {folder} ({error}); it is lost");
        observe::warn_once(Topic::Write, "report", &text);
    }
}

fn replace(folder: &Path) -> io::Result<()> {
    let text = toml::to_string(&decisions()).map_err(io::Error::other)?;
    std::fs::create_dir_all(folder)?;
    let process = std::process::id();
    let (half, whole) = (folder.join(format!("{process}.half")), folder.join(format!("{process}.toml")));
    std::fs::write(&half, text)?;
    std::fs::rename(&half, &whole)
}
