//! The lock around a rewrite: a file beside the one that is written, there while somebody writes.
//!
//! It decides when a lock counts as left behind by a process that ended: at once where the system says that the process is
//! gone, else after it has stood unchanged for two seconds. A file rather than a lock of the kernel: std's came with Rust
//! 1.89, and this one works on network file systems. It knows nothing of what is written.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// How long to wait for another writer, who takes a few milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Patience {
    /// In the middle of somebody's call.
    Little,
    /// On the way out: there is no later.
    Much,
}

impl Patience {
    fn limit(self) -> Duration {
        match self {
            Self::Little => Duration::from_millis(10),
            Self::Much => ABANDONED * 2,
        }
    }
}

const BETWEEN_TRIES: Duration = Duration::from_millis(3);
/// A lock that is seen unchanged for so long belongs to a process that was killed: writers hold it for
/// milliseconds. Seen, because the clocks of this machine and of a network file system need not agree.
const ABANDONED: Duration = Duration::from_secs(2);

/// Why there is no lock.
#[derive(Debug)]
pub(super) enum NoLock {
    /// Somebody holds it.
    Busy,
    /// The folder takes no files.
    Disk(io::Error),
}

/// A lock that is held.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    token: String,
    /// Whether it was taken from a process that ended while it held it.
    pub(super) was_left: bool,
}

impl Lock {
    /// Takes the lock of a file, or waits for it as long as patience lasts.
    pub(super) fn take(target: &Path, patience: Patience) -> Result<Self, NoLock> {
        let path = beside(target, ".lock");
        let token = token();
        let mut was_left = false;
        let began = Instant::now();
        loop {
            match File::options().write(true).create_new(true).open(&path) {
                Ok(mut file) => {
                    file.write_all(token.as_bytes()).map_err(NoLock::Disk)?;
                    forget(&path);
                    return Ok(Self { path, token, was_left });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                // Windows says this while the last holder's removal is under way.
                Err(error) if cfg!(windows) && error.kind() == io::ErrorKind::PermissionDenied => {}
                Err(error) => return Err(NoLock::Disk(error)),
            }
            if let Some(seen) = Seen::of(&path) {
                let is_left = is_gone(&seen.token) || stood_for(&path, &seen) > ABANDONED;
                if is_left && remove(target, &path, &seen) {
                    was_left = true;
                    continue;
                }
            }
            if began.elapsed() > patience.limit() {
                return Err(NoLock::Busy);
            }
            std::thread::sleep(BETWEEN_TRIES);
        }
    }

    /// Whether nobody took the lock for abandoned meanwhile, because this process stood still: to be asked right before
    /// what must not happen twice at once.
    pub(super) fn is_held(&self) -> bool {
        fs::read_to_string(&self.path).is_ok_and(|token| token == self.token)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if self.is_held() {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// The path of a file beside `target`, named after it.
fn beside(target: &Path, suffix: &str) -> PathBuf {
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(suffix);
    target.with_file_name(name)
}

/// What the names of a target's temporary files begin with; they end with [`TEMPORARY`].
pub(super) fn temporary_prefix(target: &Path) -> String {
    format!(".{}-", target.file_name().unwrap_or_default().to_string_lossy())
}

pub(super) const TEMPORARY: &str = ".tmp";

/// What a lock looked like.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen {
    token: String,
    /// One that was killed before it wrote its token is told from the next one by its time.
    modified: Option<SystemTime>,
}

impl Seen {
    fn of(path: &Path) -> Option<Self> {
        let modified = fs::metadata(path).ok()?.modified().ok();
        let bytes = fs::read(path).ok()?;
        Some(Self { token: String::from_utf8_lossy(&bytes).into_owned(), modified })
    }
}

/// Locks that this process waits for, and since when they have looked like this. Kept between two tries, since one that
/// is made in the middle of a call waits for milliseconds only.
static WAITING: Mutex<Option<HashMap<PathBuf, (Seen, Instant)>>> = Mutex::new(None);

fn stood_for(path: &Path, seen: &Seen) -> Duration {
    let mut waiting = WAITING.lock().unwrap_or_else(PoisonError::into_inner);
    let known = waiting.get_or_insert_default().entry(path.to_path_buf());
    let (last, since) = known.or_insert_with(|| (seen.clone(), Instant::now()));
    if last != seen {
        (*last, *since) = (seen.clone(), Instant::now());
    }
    since.elapsed()
}

fn forget(path: &Path) {
    if let Some(waiting) = WAITING.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
        waiting.remove(path);
    }
}

/// Removes a lock that was left behind, and the temporary files of whoever left it; says whether this was done here. Of
/// several that find it at once one does so: a renaming succeeds once.
fn remove(target: &Path, lock: &Path, left: &Seen) -> bool {
    // What no name of a file may have anywhere is replaced.
    let name = token().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    let aside = beside(target, &format!(".lock-{name}"));
    if fs::rename(lock, &aside).is_err() {
        return false;
    }
    let same = Seen::of(&aside).is_some_and(|seen| seen.token == left.token);
    if !same {
        // In between it had been removed and taken anew: it goes back to its owner, who would notice otherwise.
        let _ = fs::hard_link(&aside, lock);
    }
    let _ = fs::remove_file(&aside);
    if same {
        remove_temporaries(target);
    }
    same
}

/// Only whoever holds the lock has a temporary file.
fn remove_temporaries(target: &Path) {
    let prefix = temporary_prefix(target);
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        if name.to_str().is_some_and(|name| name.starts_with(&prefix) && name.ends_with(TEMPORARY)) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// A word that no other holder has: where its process runs, the process, and what tells this lock from its others.
fn token() -> String {
    static TAKEN: AtomicUsize = AtomicUsize::new(0);
    let taken = TAKEN.fetch_add(1, Ordering::Relaxed);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    format!("{} {} {taken}-{now}", place(), std::process::id())
}

/// Where the numbers of processes mean what they mean here: this start of this machine, and this container of it. `-`
/// where the system does not tell.
fn place() -> &'static str {
    static PLACE: OnceLock<String> = OnceLock::new();
    PLACE.get_or_init(|| {
        let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok();
        let container = fs::read_link("/proc/self/ns/pid").ok();
        match (boot, container.as_deref().and_then(Path::to_str)) {
            (Some(boot), Some(container)) if cfg!(target_os = "linux") => {
                format!("{}/{container}", boot.trim())
            }
            _ => "-".to_owned(),
        }
    })
}

/// Whether the process that wrote a token is known to have ended.
fn is_gone(token: &str) -> bool {
    let mut words = token.split(' ');
    let (Some(there), Some(process)) = (words.next(), words.next()) else { return false };
    there != "-" && there == place() && process.parse().is_ok_and(has_ended)
}

#[cfg(target_os = "linux")]
fn has_ended(process: i32) -> bool {
    let process = rustix::process::Pid::from_raw(process);
    process.is_some_and(|process| {
        rustix::process::test_kill_process(process).is_err_and(|error| error == rustix::io::Errno::SRCH)
    })
}

#[cfg(not(target_os = "linux"))]
fn has_ended(_process: i32) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("amorsize.toml");
        (folder, target)
    }

    fn left_by(target: &Path, token: &str) -> PathBuf {
        let lock = beside(target, ".lock");
        fs::write(&lock, token).expect("written");
        lock
    }

    #[test]
    fn a_lock_is_held_by_one_and_gone_afterwards() {
        let (_folder, target) = target();
        let lock = Lock::take(&target, Patience::Little).expect("it is free");
        assert!(lock.is_held() && !lock.was_left);
        assert!(matches!(Lock::take(&target, Patience::Little), Err(NoLock::Busy)));
        drop(lock);
        assert!(!beside(&target, ".lock").exists());
    }

    #[test]
    fn a_lock_that_others_hold_is_respected() {
        let (_folder, target) = target();
        // Of this process, of another container or machine, of one that has not yet written its token.
        for token in [token(), "elsewhere 1 0-0".to_owned(), format!("{} x 0-0", place()), String::new()] {
            let lock = left_by(&target, &token);
            assert!(matches!(Lock::take(&target, Patience::Little), Err(NoLock::Busy)), "{token}");
            assert_eq!(fs::read_to_string(&lock).ok(), Some(token));
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_lock_of_a_process_that_ended_is_taken_at_once_with_its_temporary_files() {
        let (folder, target) = target();
        let mut child = std::process::Command::new("true").spawn().expect("a process");
        child.wait().expect("an end");
        left_by(&target, &format!("{} {} 7-1", place(), child.id()));
        let names = [".amorsize.toml-1.tmp", ".other.toml-1.tmp", "amorsize.toml.tmp"];
        for name in names {
            fs::write(folder.path().join(name), "").expect("written");
        }
        let lock = Lock::take(&target, Patience::Little).expect("its holder is gone");
        assert!(lock.was_left && lock.is_held());
        assert_eq!(names.map(|name| folder.path().join(name).exists()), [false, true, true]);
    }

    #[test]
    fn a_lock_that_stands_for_long_is_taken_and_its_holder_notices() {
        let (folder, target) = target();
        let slow = Lock::take(&target, Patience::Little).expect("it is free");
        assert!(matches!(Lock::take(&target, Patience::Little), Err(NoLock::Busy)));
        let next = Lock::take(&target, Patience::Much).expect("it stands for long");
        assert!(next.was_left && next.is_held() && !slow.is_held());
        drop(slow);
        assert!(next.is_held(), "whoever lost the lock does not remove the next one's");
        drop(next);
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
    }

    #[test]
    fn a_lock_that_was_taken_anew_goes_back_to_its_owner() {
        let (_folder, target) = target();
        let lock = Lock::take(&target, Patience::Little).expect("it is free");
        let other = Seen { token: "elsewhere 1 0-0".to_owned(), modified: None };
        assert!(!remove(&target, &beside(&target, ".lock"), &other));
        assert!(lock.is_held());
    }
}
