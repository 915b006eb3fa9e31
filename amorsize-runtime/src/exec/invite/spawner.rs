//! Helpers from wherever the program takes its threads: a function that runs what it is given on another thread.
//!
//! Nothing is expected of it that the answer depends on: it may run a task late, on the spot, or never, and it may panic.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::super::nested::Inside;
use crate::observe::{self, Topic};

/// What the function is given to run.
pub(crate) type Task = Box<dyn FnOnce() + Send>;

/// Set when the function panicked once. It would again, each time with a message on stderr.
static BROKEN: AtomicBool = AtomicBool::new(false);

/// The program's function, and how many threads stand behind it.
#[derive(Clone)]
pub(crate) struct Spawner {
    threads: usize,
    spawn: Arc<dyn Fn(Task) + Send + Sync>,
}

impl Spawner {
    pub(crate) fn new(threads: usize, spawn: impl Fn(Task) + Send + Sync + 'static) -> Self {
        Self { threads, spawn: Arc::new(spawn) }
    }

    /// Threads that can work on one call.
    pub(super) fn width(&self) -> usize {
        if BROKEN.load(Ordering::Relaxed) { 1 } else { self.threads.max(1) }
    }

    /// Hands a whole call over; gives it back where the function is not to be called any more.
    pub(super) fn elsewhere(&self, task: Task) -> Result<(), Task> {
        if BROKEN.load(Ordering::Relaxed) {
            return Err(task);
        }
        self.spawn(task);
        Ok(())
    }

    /// Hands `task` over. Meanwhile this thread counts as working on a region: what runs on the spot is no help, and calls
    /// that the function makes itself are serial.
    pub(super) fn spawn(&self, task: Task) {
        let _inside = Inside::enter();
        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| (self.spawn)(task))) {
            // Its `Drop` is the user's and may do anything.
            std::mem::forget(payload);
            BROKEN.store(true, Ordering::Relaxed);
            let text =
                "the function given to `Config::spawn_with` panicked; every call is serial from now on";
            observe::warn_once(Topic::Engine, "spawn_with", text);
        }
    }
}

impl fmt::Debug for Spawner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spawner").field("threads", &self.threads).finish_non_exhaustive()
    }
}
