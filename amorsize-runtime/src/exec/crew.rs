//! Helper threads of our own, for callers outside every pool (Linux).
//!
//! A sleeping thread of rayon's is chosen by rayon and placed by the kernel, after an idle gap as a rule on the CPU of the
//! caller that woke it. A thread that we know can be woken under a mask that keeps it off that CPU, and one that has just
//! helped can be handed the next task without a system call. The crew starts its threads one by one, when they are first
//! wanted, at most as many as a region can use; none of them does anything while there is no work: it looks for the next
//! task for some microseconds if tasks have been coming that fast, and sleeps otherwise.
//!
//! Decides which thread gets a task, and how long a free one stays awake; knows nothing of what the tasks do.
//!
//! A seat's word says where its thread is: AWAKE (free, looking at the word), ASLEEP (free, parked) or TAKEN (a task lies in
//! the seat or is being worked on). Whoever takes a seat from the list of free ones owns it alone: it puts the task down,
//! then swaps in TAKEN (Release: the task is visible; Acquire: not needed but for the swap's result), and wakes the thread
//! if the word was ASLEEP. The thread goes from AWAKE to ASLEEP only by a compare-exchange, so no task is slept over.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, Thread};

use super::clock::Tick;
use super::placement::{self, Cpu, Narrowed, ThreadId};
use crate::observe::{self, Topic};

/// What a thread of the crew is given to run.
pub(crate) type Task = Box<dyn FnOnce() + Send>;

const AWAKE: u32 = 0;
const ASLEEP: u32 = 1;
const TAKEN: u32 = 2;

/// How long a free thread looks for the next task, ns: what waking it would cost caller and helper together (10–20 and
/// 35–70 µs on a 2-vCPU Linux VM), so that it wastes no more than it could have saved.
const PATIENCE_NS: f64 = 50_000.0;

/// A thread that lately found a task within its patience less often than this goes to sleep at once.
const LEAST_LUCK: f32 = 0.2;

/// Address space for a helper's stack where there is plenty: as much as a program's first thread has, since recursion that
/// works there should work here.
const STACK_BYTES: usize = 8 << 20;

/// The place of one thread.
struct Seat {
    word: AtomicU32,
    order: Mutex<Option<(Task, Narrowed)>>,
    thread: OnceLock<(Thread, ThreadId)>,
}

/// The free seats, the one that was freed last on top: it is the likeliest to be awake, and its caches are warm.
static FREE: Mutex<Vec<&'static Seat>> = Mutex::new(Vec::new());

/// Threads that were started.
static STARTED: AtomicUsize = AtomicUsize::new(0);

/// Free threads that look for a task right now.
static LOOKING: AtomicUsize = AtomicUsize::new(0);

/// Set when the next tasks are expected to follow closely, whatever was so far.
static EXPECTED: AtomicBool = AtomicBool::new(false);

/// Set when the system refused to start a thread.
static REFUSED: AtomicBool = AtomicBool::new(false);

fn locked<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether the crew can help at all: it has threads, or may start some.
pub(crate) fn works() -> bool {
    STARTED.load(Ordering::Relaxed) > 0 || !REFUSED.load(Ordering::Relaxed)
}

/// Whether a thread of the crew was started, so that using it costs no start.
pub(crate) fn started() -> bool {
    STARTED.load(Ordering::Relaxed) > 0
}

/// Whether some thread of the crew would take a task at once.
pub(crate) fn awake() -> bool {
    LOOKING.load(Ordering::Relaxed) > 0
}

/// Says that more tasks will follow the next one closely: the thread that gets it looks for them.
pub(crate) fn expect_more() {
    EXPECTED.store(true, Ordering::Relaxed);
}

/// Hands `task` to a free thread, or to a new one while there are fewer than `most`; drops it where neither is to be had.
/// `caller` is where the region's caller computes, and no place for a helper.
pub(crate) fn hand_over(task: impl FnOnce() + Send + 'static, most: usize, caller: Cpu) {
    let free = locked(&FREE).pop();
    if let Some(seat) = free {
        seat.take(Box::new(task), caller);
    } else if STARTED.fetch_add(1, Ordering::Relaxed) < most && !REFUSED.load(Ordering::Relaxed) {
        start(Box::new(task));
    } else {
        STARTED.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Starts a thread that begins with `task`.
fn start(task: Task) {
    // As many as the crew has threads, and they live as long as the process.
    let seat: &'static Seat = Box::leak(Box::new(Seat {
        word: AtomicU32::new(TAKEN),
        order: Mutex::new(Some((task, Narrowed::default()))),
        thread: OnceLock::new(),
    }));
    let mut builder = thread::Builder::new().name("amorsize-helper".to_owned());
    if cfg!(target_pointer_width = "64") {
        builder = builder.stack_size(STACK_BYTES);
    }
    let started = builder.spawn(move || {
        let _ = seat.thread.set((thread::current(), placement::this_thread()));
        seat.work();
    });
    if let Err(error) = started {
        STARTED.fetch_sub(1, Ordering::Relaxed);
        *locked(&seat.order) = None;
        if !REFUSED.swap(true, Ordering::Relaxed) {
            let text = format!("no thread can be started ({error}); calls get no more help than they have");
            observe::warn_once(Topic::Engine, "crew", &text);
        }
    }
}

impl Seat {
    /// Puts `task` into this seat, which the calling thread took from the list of free ones.
    fn take(&self, task: Task, caller: Cpu) {
        // Who is asleep stays so until the word says TAKEN, and runs nothing of the user's under the narrow mask.
        let asleep = self.word.load(Ordering::Acquire) == ASLEEP;
        let sleeper = self.thread.get();
        let narrowed = match sleeper {
            Some((_, id)) if asleep => placement::narrow(*id, caller),
            _ => Narrowed::default(),
        };
        *locked(&self.order) = Some((task, narrowed));
        // It may have fallen asleep in between; then it moves over by itself.
        if self.word.swap(TAKEN, Ordering::AcqRel) == ASLEEP {
            if let Some((thread, _)) = sleeper {
                thread.unpark();
            }
        }
    }

    /// A thread's whole life: one task after the other.
    fn work(&'static self) {
        let mut luck = 1.0_f32;
        loop {
            let order = locked(&self.order).take();
            if let Some((task, narrowed)) = order {
                narrowed.restore();
                let ended = catch_unwind(AssertUnwindSafe(task));
                // A payload's `Drop` may be the user's and do anything.
                std::mem::forget(ended);
            }
            if EXPECTED.swap(false, Ordering::Relaxed) {
                luck = 1.0;
            }
            let freed = Tick::now();
            self.word.store(AWAKE, Ordering::Release);
            LOOKING.fetch_add(1, Ordering::Relaxed);
            locked(&FREE).push(self);
            let found = luck >= LEAST_LUCK && self.look(freed);
            LOOKING.fetch_sub(1, Ordering::Relaxed);
            if !found {
                self.sleep();
            }
            let soon = Tick::now().ns_since(freed) < PATIENCE_NS;
            luck += 0.25 * (f32::from(u8::from(soon)) - luck);
        }
    }

    /// Looks for a task for as long as patience lasts.
    fn look(&self, freed: Tick) -> bool {
        loop {
            for _ in 0..32 {
                if self.word.load(Ordering::Acquire) == TAKEN {
                    return true;
                }
                std::hint::spin_loop();
            }
            if Tick::now().ns_since(freed) >= PATIENCE_NS {
                return false;
            }
        }
    }

    /// Sleeps until there is a task.
    fn sleep(&self) {
        if self.word.compare_exchange(AWAKE, ASLEEP, Ordering::AcqRel, Ordering::Acquire).is_ok() {
            while self.word.load(Ordering::Acquire) != TAKEN {
                thread::park();
            }
        }
    }
}
