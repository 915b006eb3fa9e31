//! When what was noted is written.
//!
//! It decides the moment: soon after a note, with writing held to a small part of the time that passes, and at the
//! latest when the noting thread ends. It does not decide what a merge changes, and it never keeps a caller waiting for
//! another thread's writing.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Label;
use super::find::Places;
use super::lock::Patience;
use super::merge::Policy;
use super::model::{MachineEntry, Profile, SiteEntry};
use super::save::{Failure, save};
use super::status::{FileState, FileStatus};
use super::write::News;
use crate::config::Mode;
use crate::observe::{self, Topic};

/// What is noted and the file that it goes into.
#[derive(Debug)]
pub(crate) struct Writer {
    path: PathBuf,
    label: Label,
    policy: Policy,
    dispatch_ns: f64,
    pending: Mutex<News>,
    pace: Mutex<Pace>,
    written: AtomicUsize,
}

/// Held while writing: one thread of a process writes at a time.
#[derive(Debug)]
struct Pace {
    /// Not before this moment, unless the end is near.
    next: Option<Instant>,
    /// Nothing more is written by this process.
    over: bool,
}

/// Nothing is written more often than this. It bounds what a killed process loses to the notes of so long.
const LEAST_GAP: Duration = Duration::from_millis(100);

impl Writer {
    /// The writer of a process; `None` if it writes nothing.
    pub(crate) fn new(
        places: &Places,
        mode: Mode,
        label: Label,
        profile: Profile,
        status: &FileStatus,
        dispatch_ns: f64,
    ) -> Option<Self> {
        // Interpreted or model-checked runs measure the interpreter; on wasm32-unknown-unknown there is no clock.
        if cfg!(any(miri, loom, all(target_family = "wasm", target_os = "unknown"))) {
            return None;
        }
        let (path, policy) = if mode.writes_tuned() && profile == Profile::Release {
            (places.file.clone()?, Policy::Committed)
        } else if mode.writes_scratch() {
            (places.scratch.clone()?, Policy::Scratch)
        } else {
            return None;
        };
        // Said when it was read: such a file stays as it is.
        let over = policy == Policy::Committed
            && matches!(status.state, FileState::Ignored(_) | FileState::Unreadable(_));
        let next = match policy {
            // Recording is what this run is for.
            Policy::Committed => None,
            // Learning is not: the first calls of a program that runs for milliseconds wait for no disk.
            Policy::Scratch => Instant::now().checked_add(LEAST_GAP),
        };
        Some(Self {
            path,
            label,
            policy,
            dispatch_ns,
            pending: Mutex::default(),
            pace: Mutex::new(Pace { next, over }),
            written: AtomicUsize::new(0),
        })
    }

    pub(crate) fn note(&self, key: &str, entry: SiteEntry) {
        self.pending().sites.insert(key.to_owned(), entry);
        self.noted();
    }

    pub(crate) fn note_machine(&self, label: &str, entry: MachineEntry) {
        self.pending().machines.insert(label.to_owned(), entry);
        self.noted();
    }

    /// Drops what is pending for a key.
    pub(crate) fn forget(&self, key: &str) {
        self.pending().sites.remove(key);
    }

    pub(crate) fn flush(&self) {
        self.write(Patience::Much, &mut self.pace.lock().unwrap_or_else(PoisonError::into_inner));
    }

    pub(crate) fn written(&self) -> usize {
        self.written.load(Ordering::Relaxed)
    }

    pub(crate) fn writable(&self) -> Option<bool> {
        let over = self.pace.lock().unwrap_or_else(PoisonError::into_inner).over;
        if over { Some(false) } else { (self.written() > 0).then_some(true) }
    }

    fn pending(&self) -> MutexGuard<'_, News> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn noted(&self) {
        // Where thread-locals are gone already the thread is ending, and nothing is left to wait for.
        let _ = AT_END.try_with(|_| ());
        // Another thread writes: it or the next note takes this along.
        let Ok(mut pace) = self.pace.try_lock() else { return };
        if pace.next.is_none_or(|next| Instant::now() >= next) {
            self.write(Patience::Little, &mut pace);
        }
    }

    fn write(&self, patience: Patience, pace: &mut Pace) {
        let mut news = std::mem::take(&mut *self.pending());
        if pace.over || news.is_empty() {
            return;
        }
        let began = Instant::now();
        for entry in news.sites.values_mut() {
            (self.label)().clone_into(&mut entry.machine);
        }
        match save(&self.path, &news, self.policy, self.dispatch_ns, patience) {
            Ok(changed) => {
                self.written.fetch_add(usize::from(changed), Ordering::Relaxed);
            }
            Err(Failure::Busy) => {
                self.put_back(news);
                if patience == Patience::Much {
                    let path = self.path.display();
                    let text =
                        format!("{path} is locked by another process; what this one found stays unwritten");
                    observe::warn_once(Topic::Write, "lock", &text);
                }
            }
            Err(failure) => {
                pace.over = true;
                self.say(&failure);
            }
        }
        // Writing takes at most a tenth of the time in a run that records, a hundredth in others.
        let share = match self.policy {
            Policy::Committed => 9,
            Policy::Scratch => 99,
        };
        let gap = (began.elapsed() * share).max(LEAST_GAP);
        pace.next = Instant::now().checked_add(gap);
    }

    /// What could not be written, behind what was noted since.
    fn put_back(&self, news: News) {
        let mut pending = self.pending();
        for (key, entry) in news.sites {
            pending.sites.entry(key).or_insert(entry);
        }
        for (label, entry) in news.machines {
            pending.machines.entry(label).or_insert(entry);
        }
    }

    fn say(&self, failure: &Failure) {
        let path = self.path.display();
        match self.policy {
            Policy::Committed => {
                let text = format!("{path} is not written ({failure}); going on in memory");
                observe::warn_once(Topic::Write, &path.to_string(), &text);
            }
            // Nobody asked for a scratch file.
            Policy::Scratch => observe::explain(|| format!("{path} is not written ({failure})")),
        }
    }
}

thread_local! {
    /// Writes what is pending when a thread that noted something ends; for the main thread that is, on most systems,
    /// the end of the program.
    static AT_END: AtEnd = const { AtEnd };
}

struct AtEnd;

impl Drop for AtEnd {
    fn drop(&mut self) {
        // A panic while thread-locals are dropped would abort the program.
        let _ = std::panic::catch_unwind(super::flush);
    }
}
