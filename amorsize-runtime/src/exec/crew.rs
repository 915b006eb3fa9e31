//! Helper threads of our own, for callers outside every pool (Linux).
//!
//! A sleeping thread of rayon's is chosen by rayon and placed by the kernel, after an idle gap as a rule on the CPU of the
//! caller that woke it. A thread that we know can be woken under a mask that keeps it off that CPU, and one that has just
//! helped can be handed the next task without a system call. The crew starts its threads one by one, when they are first
//! wanted, at most as many as a region can use; none of them does anything while there is no work: it looks for the next
//! task for some microseconds if tasks have been coming that fast, and sleeps otherwise.
//!
//! Decides which thread gets a task, and how long a free one stays awake; knows nothing of what the tasks do.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;

use super::clock::Tick;
use super::placement::{self, Cpu, Narrowed, ThreadId};
use super::seat::Seat;
use crate::observe::{self, Topic};

/// What a thread of the crew is given to run.
pub(crate) type Task = Box<dyn FnOnce() + Send>;

/// How long a free thread looks for the next task, ns: what waking it would cost caller and helper together (10–20 and
/// 35–70 µs on a 2-vCPU Linux VM), so that it wastes no more than it could have saved.
const PATIENCE_NS: f64 = 50_000.0;

/// The same in modes that read no clock, as rounds of looking: of 0.4–0.9 µs on x86-64 by estimate, from the 32 pauses of one.
const PATIENCE_ROUNDS: u32 = 80;

/// A thread that lately found a task within its patience less often than this goes to sleep at once.
const LEAST_LUCK: f32 = 0.2;

/// Address space for a helper's stack where there is plenty: as much as a program's first thread has, since recursion that
/// works there should work here.
const STACK_BYTES: usize = 8 << 20;

/// One thread of the crew.
struct Member {
    /// Where it is given tasks, each with the mask that it had before it was kept off a CPU.
    seat: Seat<(Task, Narrowed)>,
    id: OnceLock<ThreadId>,
}

/// The free ones, the one that was freed last on top: it is the likeliest to be awake, and its caches are warm.
static FREE: Mutex<Vec<&'static Member>> = Mutex::new(Vec::new());

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
    if let Some(member) = free {
        member.take(Box::new(task), caller);
    } else if STARTED.fetch_add(1, Ordering::Relaxed) < most && !REFUSED.load(Ordering::Relaxed) {
        start(Box::new(task));
    } else {
        STARTED.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Starts a thread that begins with `task`.
fn start(task: Task) {
    // As many as the crew has threads, and they live as long as the process.
    let seat = Seat::new((task, Narrowed::default()));
    let member: &'static Member = Box::leak(Box::new(Member { seat, id: OnceLock::new() }));
    let mut builder = thread::Builder::new().name("amorsize-helper".to_owned());
    if cfg!(target_pointer_width = "64") {
        builder = builder.stack_size(STACK_BYTES);
    }
    let started = builder.spawn(move || {
        placement::as_the_process();
        member.seat.sit();
        let _ = member.id.set(placement::this_thread());
        member.work();
    });
    if let Err(error) = started {
        STARTED.fetch_sub(1, Ordering::Relaxed);
        drop(member.seat.order());
        if !REFUSED.swap(true, Ordering::Relaxed) {
            let text = format!("no thread can be started ({error}); calls get no more help than they have");
            observe::warn_once(Topic::Engine, "crew", &text);
        }
    }
}

impl Member {
    /// Gives `task` to this thread, which the calling thread took from the list of free ones.
    fn take(&self, task: Task, caller: Cpu) {
        self.seat.give(|asleep| match self.id.get() {
            // It sleeps until it has its order, and runs nothing of the user's under the narrow mask.
            Some(id) if asleep => (task, placement::narrow(*id, caller)),
            // It may yet fall asleep; then it moves over by itself.
            _ => (task, Narrowed::default()),
        });
    }

    /// A thread's whole life: one task after the other.
    fn work(&'static self) {
        let mut luck = 1.0_f32;
        loop {
            if let Some((task, narrowed)) = self.seat.order() {
                narrowed.restore();
                let ended = catch_unwind(AssertUnwindSafe(task));
                // A payload's `Drop` may be the user's and do anything.
                std::mem::forget(ended);
            }
            if EXPECTED.swap(false, Ordering::Relaxed) {
                luck = 1.0;
            }
            let freed = super::timed().then(Tick::now);
            self.seat.free();
            LOOKING.fetch_add(1, Ordering::Relaxed);
            locked(&FREE).push(self);
            let looks = luck >= LEAST_LUCK;
            let found = looks && self.look(freed);
            LOOKING.fetch_sub(1, Ordering::Relaxed);
            if !found {
                self.seat.sleep();
            }
            luck = match freed {
                // Without a clock only who looks sees how soon a task comes: it does so again after some tasks.
                None if !looks => luck + LEAST_LUCK / 8.0,
                None if !found && luck < 1.4 * LEAST_LUCK => 0.0,
                freed => {
                    let soon = freed.map_or(found, |freed| Tick::now().ns_since(freed) < PATIENCE_NS);
                    luck + 0.25 * (f32::from(u8::from(soon)) - luck)
                }
            };
        }
    }

    /// Looks for a task for as long as patience lasts.
    fn look(&self, freed: Option<Tick>) -> bool {
        let mut rounds = 0;
        loop {
            for _ in 0..32 {
                if self.seat.is_taken() {
                    return true;
                }
                std::hint::spin_loop();
            }
            rounds += 1;
            let over =
                freed.map_or(rounds >= PATIENCE_ROUNDS, |freed| Tick::now().ns_since(freed) >= PATIENCE_NS);
            if over {
                return false;
            }
        }
    }
}
