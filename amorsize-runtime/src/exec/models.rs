//! A region under loom: the real gate, the real control block and the real claiming of chunks, in every interleaving of
//! two or three threads. Run by `bash .ci/loom`; `README.md` beside this file says what they show and what they cannot.
//!
//! A model that cannot fail shows nothing. So each ordering of the gate is taken away in turn, and the model must fail;
//! and what a model is about must have happened in some of its interleavings.

mod seats;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::Ordering;

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::thread;

use super::clock::Tick;
use super::gate::Gate;
use super::region::lent::Lent;
pub(crate) use super::region::lent::Slot;
use super::region::{self, Body, Helpers};
use super::work::{Flow, Payload, Work};
use crate::config;
use crate::sync::weakened::Operation;
use crate::tune::grain::Grain;

thread_local! {
    /// What happened in some interleaving of this thread's model.
    static SEEN: RefCell<BTreeSet<&'static str>> = const { RefCell::new(BTreeSet::new()) };
    /// The first thing that went wrong where a panic would be caught by the code under test.
    static BROKEN: RefCell<Option<String>> = const { RefCell::new(None) };
    /// Helpers that were asked for in this interleaving.
    static ASKED: Cell<usize> = const { Cell::new(0) };
}

pub(crate) fn saw(event: &'static str) {
    SEEN.with_borrow_mut(|seen| seen.insert(event));
}

fn broken(how: String) {
    BROKEN.with_borrow_mut(|broken| _ = broken.get_or_insert(how));
}

/// Goes through the interleavings of `model`; each of `events` must happen in one of them.
pub(crate) fn explore(events: &[&'static str], model: impl Fn() + Send + Sync + 'static) {
    // Read before, where there is stack enough for it.
    config::settings();
    loom::model(move || {
        ASKED.set(0);
        model();
    });
    assert_eq!(BROKEN.take(), None);
    assert_eq!(SEEN.take(), events.iter().copied().collect(), "not what the model is about");
}

/// What a job of the models panics with. Nobody may drop one: those that lose are forgotten, and the models forget the
/// one that wins.
struct Thrown(usize);

impl Drop for Thrown {
    fn drop(&mut self) {
        broken(format!("the payload of chunk {} was dropped", self.0));
    }
}

/// Runs `code` and notes a panic that is not a model's own: the engine, which catches the user's, would hide it.
fn noting<R>(code: impl FnOnce() -> R) -> R {
    catch_unwind(AssertUnwindSafe(code)).unwrap_or_else(|payload| {
        if !payload.is::<Thrown>() {
            let text = payload.downcast_ref::<String>().cloned();
            broken(text.unwrap_or_else(|| "a panic out of nowhere".into()));
        }
        resume_unwind(payload)
    })
}

/// Every invitation becomes a thread, which starts at once, long after the region, or at any time between.
struct Threads;

impl Helpers for Threads {
    fn spawn(&self, visit: impl FnOnce() + Send + 'static) {
        ASKED.set(ASKED.get() + 1);
        thread::spawn(|| noting(visit));
    }
}

impl<B: Body> Body for Lent<B> {
    fn work(&self, helper: bool) {
        noting(|| {
            self.used.with(|_| {
                if helper {
                    saw("a helper came");
                }
                self.body.work(helper);
            })
        });
    }

    fn wants_help(&self) -> bool {
        noting(|| self.used.with(|_| self.body.wants_help()))
    }
}

/// Opens a region over `body`, up to `helpers` threads beside this one, and takes the body back when it is over.
fn open<B: Body>(body: B, helpers: usize, source: impl Helpers) -> B {
    let lent = Lent { body, used: UnsafeCell::new(()) };
    let run = catch_unwind(AssertUnwindSafe(|| region::run(&lent, helpers, source)));
    lent.used.with_mut(|_| ());
    assert!(ASKED.get() <= helpers, "{} helpers were asked for", ASKED.get());
    if let Err(payload) = run {
        assert!(payload.is::<Thrown>(), "the engine panicked");
        std::mem::forget(payload);
        saw("the caller panicked");
    }
    lent.body
}

const ONE_BY_ONE: Grain = Grain {
    target_ns: 0.0,
    item_ns: 0.0,
    fixed: 1,
    align: 1,
    piece: 1,
    workers: 2,
    least_ns: 0.0,
    coarse: false,
};

/// Runs `job`, which is told the item, over `len` items in chunks of one: how often each was run, and what came of it.
fn call(len: usize, helpers: usize, job: fn(usize) -> Flow) -> (Vec<usize>, Result<Flow, usize>) {
    call_by(Threads, None, len, helpers, job)
}

/// The same with helpers of `source`, by a clock if `opened` says so.
fn call_by(
    source: impl Helpers,
    opened: Option<Tick>,
    len: usize,
    helpers: usize,
    job: fn(usize) -> Flow,
) -> (Vec<usize>, Result<Flow, usize>) {
    let slots: Vec<Slot> = (0..len).map(|_| Slot::new()).collect();
    let job = |range: Range<usize>| {
        noting(|| {
            assert_eq!(range.len(), 1);
            slots[range.start].write();
            job(range.start)
        })
    };
    let (result, seen) = open(Work::new(&job, 0..len, ONE_BY_ONE, opened), helpers, source).finish();
    if opened.is_some() {
        assert!(result.is_err() || seen.items == len, "{seen:?}");
    }
    let runs = slots.iter().map(Slot::runs).collect();
    (runs, result.map_err(of_chunk))
}

/// The chunk that a payload came from.
fn of_chunk(payload: Payload) -> usize {
    let thrown = payload.downcast::<Thrown>().unwrap_or_else(|other| resume_unwind(other));
    let at = thrown.0;
    std::mem::forget(thrown);
    at
}

fn throw(at: usize) -> Flow {
    resume_unwind(Box::new(Thrown(at)))
}

/// The gate alone, around something that a helper reads and writes, and that the caller takes back.
fn gate(helpers: usize) {
    struct Lent(Gate, Slot);
    explore(&["was late", "was inside"], move || {
        let lent = Arc::new(Lent(Gate::new(), Slot::new()));
        let helper = |lent: &Lent| {
            if lent.0.enter() {
                saw("was inside");
                lent.1.runs();
                lent.0.leave();
            } else {
                saw("was late");
            }
        };
        for _ in 0..helpers {
            let lent = Arc::clone(&lent);
            thread::spawn(move || helper(&lent));
        }
        lent.0.close_and_wait();
        lent.1.write();
    });
}

#[test]
fn nobody_is_inside_once_the_gate_is_closed() {
    gate(1);
    gate(2);
    gate(3);
}

#[test]
#[should_panic(expected = "Causality violation")]
fn a_helper_leaves_with_release() {
    Operation::FetchSub.weakened(|| gate(1));
}

#[test]
#[should_panic(expected = "Causality violation")]
fn the_caller_closes_with_acquire() {
    Operation::FetchOr.weakened(|| gate(1));
}

#[test]
#[should_panic(expected = "Causality violation")]
fn the_caller_waits_with_acquire() {
    Operation::Load.weakened(|| gate(1));
}

/// Why the gate is one word: with two, a helper counts itself in and finds the gate open, while the caller, who has
/// closed it, finds nobody inside; neither sees what the other has just written.
#[test]
#[should_panic(expected = "Causality violation")]
fn two_words_are_no_gate() {
    struct TwoWords {
        closed: loom::sync::atomic::AtomicUsize,
        inside: loom::sync::atomic::AtomicUsize,
        lent: Slot,
    }
    loom::model(|| {
        let gate = Arc::new(TwoWords {
            closed: loom::sync::atomic::AtomicUsize::new(0),
            inside: loom::sync::atomic::AtomicUsize::new(0),
            lent: Slot::new(),
        });
        let helper = Arc::clone(&gate);
        thread::spawn(move || {
            helper.inside.fetch_add(1, Ordering::AcqRel);
            if helper.closed.load(Ordering::Acquire) == 0 {
                helper.lent.runs();
            }
            helper.inside.fetch_sub(1, Ordering::AcqRel);
        });
        gate.closed.store(1, Ordering::Release);
        while gate.inside.load(Ordering::Acquire) != 0 {
            thread::yield_now();
        }
        gate.lent.write();
    });
}

#[test]
fn every_chunk_is_run_once_and_the_caller_sees_it() {
    explore(&["a helper came"], || {
        assert_eq!(call(3, 1, |_| Flow::Go), (vec![1; 3], Ok(Flow::Go)));
    });
}

#[test]
fn what_every_thread_saw_is_added_up() {
    explore(&["a helper came"], || {
        assert_eq!(call_by(Threads, Some(Tick::now()), 2, 1, |_| Flow::Go), (vec![1; 2], Ok(Flow::Go)));
    });
}

#[test]
fn helpers_invite_helpers() {
    explore(&["a helper came", "a second helper was asked for"], || {
        assert_eq!(call(2, 2, |_| Flow::Go), (vec![1; 2], Ok(Flow::Go)));
        if ASKED.get() == 2 {
            saw("a second helper was asked for");
        }
    });
}

#[test]
fn the_lowest_of_several_panics_is_the_callers() {
    explore(&["a helper came", "one panic", "two panics"], || {
        let (runs, result) = call(3, 2, |at| if at == 0 { Flow::Go } else { throw(at) });
        assert_eq!((runs[..2].to_vec(), result), (vec![1, 1], Err(1)));
        saw(if runs[2] == 0 { "one panic" } else { "two panics" });
    });
}

#[test]
fn what_lies_below_an_exit_is_run_and_what_lies_behind_does_not_count() {
    explore(&["a helper came", "panicked behind the exit", "exited"], || {
        let (runs, result) = call(3, 2, |at| match at {
            0 => Flow::Go,
            1 => Flow::Stop,
            _ => throw(at),
        });
        assert_eq!((runs[..2].to_vec(), result), (vec![1, 1], Ok(Flow::Stop)));
        saw(if runs[2] == 0 { "exited" } else { "panicked behind the exit" });
    });
}

#[test]
fn a_panic_below_an_exit_is_the_callers() {
    explore(&["a helper came", "exited behind the panic", "panicked"], || {
        let (runs, result) = call(3, 2, |at| match at {
            0 => Flow::Go,
            1 => throw(at),
            _ => Flow::Stop,
        });
        assert_eq!((runs[..2].to_vec(), result), (vec![1, 1], Err(1)));
        saw(if runs[2] == 0 { "panicked" } else { "exited behind the panic" });
    });
}

/// A body that panics where none should.
struct Panics {
    on_helper: bool,
    left: crate::sync::AtomicUsize,
}

impl Body for Panics {
    fn work(&self, helper: bool) {
        self.left.fetch_min(0, Ordering::Relaxed);
        if helper == self.on_helper {
            throw(usize::from(helper));
        }
    }

    fn wants_help(&self) -> bool {
        self.left.load(Ordering::Relaxed) > 0
    }
}

#[test]
fn a_caller_that_unwinds_waits_as_well() {
    explore(&["a helper came", "the caller panicked"], || {
        open(Panics { on_helper: false, left: crate::sync::AtomicUsize::new(1) }, 1, Threads);
    });
}

#[test]
fn a_helper_that_unwinds_leaves_all_the_same() {
    explore(&["a helper came"], || {
        open(Panics { on_helper: true, left: crate::sync::AtomicUsize::new(1) }, 1, Threads);
    });
}
