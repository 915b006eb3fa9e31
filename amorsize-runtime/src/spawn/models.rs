//! A spawned call under loom: the real hand-over, in every interleaving of a thread that runs it, whoever awaits it, and
//! whoever does not want it any more. Run by `bash .ci/loom`. (`models/queue.rs` is the line with its lock.)
//!
//! A wake-up that is lost leaves a thread parked for ever, which loom reports as a deadlock.

mod queue;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Wake, Waker};

use loom::thread::{self, JoinHandle, Thread};

use super::handover::{Handover, Left, Polled};
use crate::exec::models::{Slot, explore, saw};

/// What a job ends with, and what a call that was cancelled ends with.
const RAN: usize = 7;
const CANCELLED: usize = 9;

/// What became of one call. Its counts are the model's and no part of it: loom runs one thread at a time.
#[derive(Debug, Default)]
struct Ledger {
    ran: AtomicUsize,
    jobs_left: AtomicUsize,
    results_made: AtomicUsize,
    results_taken: AtomicUsize,
    results_left: AtomicUsize,
}

fn count(what: &AtomicUsize) {
    what.fetch_add(1, Ordering::Relaxed);
}

impl Ledger {
    /// The job was run, or handed out unrun, once; and every result was taken, or handed out.
    fn closed(&self) {
        let get = |what: &AtomicUsize| what.load(Ordering::Relaxed);
        assert_eq!(get(&self.ran) + get(&self.jobs_left), 1, "{self:?}");
        assert_eq!(get(&self.results_taken) + get(&self.results_left), get(&self.results_made), "{self:?}");
        assert!(get(&self.results_taken) <= 1, "{self:?}");
    }
}

/// What a job reads and writes: loom reports it if nothing orders that with what its owner did before, or does afterwards.
type Lent = Arc<Slot>;

/// The three that share a call.
struct Call {
    handover: Handover<Lent, (usize, Option<Lent>)>,
    ledger: Ledger,
}

impl Call {
    fn new() -> Arc<Self> {
        let lent = Arc::new(Slot::new());
        lent.write();
        Arc::new(Self { handover: Handover::new(lent), ledger: Ledger::default() })
    }

    /// As `super::Call::run`. Whether there was something to run.
    fn run(&self) -> bool {
        let job = self.handover.start();
        let ran = job.is_some();
        job.into_iter().for_each(|job| self.run_job(job));
        ran
    }

    /// As `super::Call::run_job`.
    fn run_job(&self, job: Lent) {
        count(&self.ledger.ran);
        job.write();
        count(&self.ledger.results_made);
        match self.handover.end((RAN, Some(job))) {
            Ok(waker) => waker.into_iter().for_each(Waker::wake),
            Err(_unwanted) => count(&self.ledger.results_left),
        }
    }

    /// As `super::Call::strand`.
    fn strand(&self) {
        self.handover.strand().into_iter().for_each(Waker::wake);
    }

    /// As `super::Spawned::cancel`. Whether the call had not begun.
    fn cancel(&self) -> bool {
        let Some((_job, waker)) = self.handover.withdraw((CANCELLED, None)) else { return false };
        count(&self.ledger.jobs_left);
        count(&self.ledger.results_made);
        waker.into_iter().for_each(Waker::wake);
        true
    }

    /// As the drop of `super::Spawned`. Whether the call had not begun.
    fn abandon(&self) -> bool {
        let Left { job, result, waker } = self.handover.abandon();
        drop(waker);
        if result.is_some() {
            count(&self.ledger.results_left);
        }
        if job.is_some() {
            count(&self.ledger.jobs_left);
        }
        job.is_some()
    }

    /// As `super::Spawned::poll`.
    fn poll(&self, waker: &Waker) -> Option<usize> {
        loop {
            let (polled, _unneeded) = self.handover.poll(waker.clone());
            match polled {
                Polled::Ready((result, lent)) => {
                    count(&self.ledger.results_taken);
                    if let Some(lent) = lent {
                        assert_eq!(lent.runs(), 2, "written before, and by the job");
                    }
                    return Some(result);
                }
                Polled::Run(job) => {
                    saw("the poll ran it");
                    self.run_job(job);
                }
                Polled::Pending => return None,
                Polled::Taken => panic!("polled again"),
            }
        }
    }

    /// A small executor.
    fn wait(&self) -> usize {
        let waker = unparks();
        let mut pending = 0;
        loop {
            if let Some(result) = self.poll(&waker) {
                saw(["ready at once", "woken once", "woken twice"][pending]);
                return result;
            }
            pending += 1;
            thread::park();
        }
    }
}

/// A waker that ends a `park` of this thread.
fn unparks() -> Waker {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    Arc::new(Unpark(thread::current())).into()
}

/// On another thread, for the same call.
fn beside<A: 'static>(call: &Arc<Call>, what: impl FnOnce(&Call) -> A + 'static) -> JoinHandle<A> {
    let call = Arc::clone(call);
    thread::spawn(move || what(&call))
}

#[test]
fn a_call_is_run_and_whoever_awaits_it_is_woken() {
    explore(&["ready at once", "woken once"], || {
        let call = Call::new();
        let runner = beside(&call, Call::run);
        assert_eq!(call.wait(), RAN);
        assert!(runner.join().unwrap());
        call.ledger.closed();
    });
}

/// As after `select!`, or when a future is handed to another task: only the last waker counts.
#[test]
fn whoever_polled_last_is_woken() {
    explore(&["ready at once", "woken once", "ready at the first look"], || {
        let call = Call::new();
        let runner = beside(&call, Call::run);
        if let Some(result) = call.poll(Waker::noop()) {
            assert_eq!(result, RAN);
            saw("ready at the first look");
        } else {
            assert_eq!(call.wait(), RAN);
        }
        runner.join().unwrap();
        call.ledger.closed();
    });
}

#[test]
fn two_threads_do_not_run_one_call() {
    explore(&["ready at once", "woken once", "the first ran it", "the second ran it"], || {
        let call = Call::new();
        let runners = [beside(&call, Call::run), beside(&call, Call::run)];
        assert_eq!(call.wait(), RAN);
        let [first, second] = runners.map(|runner| runner.join().unwrap());
        assert!(first != second);
        saw(if first { "the first ran it" } else { "the second ran it" });
        call.ledger.closed();
    });
}

/// No thread can be had, or one comes after all: the poll runs the call, or the thread does.
#[test]
fn a_call_that_is_left_to_the_poll_is_run() {
    explore(&["ready at once", "woken once", "the poll ran it", "a thread ran it"], || {
        let call = Call::new();
        let refused = beside(&call, Call::strand);
        let runner = beside(&call, Call::run);
        assert_eq!(call.wait(), RAN);
        refused.join().unwrap();
        if runner.join().unwrap() {
            saw("a thread ran it");
        }
        call.ledger.closed();
    });
    explore(&["ready at once", "woken once", "the poll ran it"], || {
        let call = Call::new();
        let refused = beside(&call, Call::strand);
        assert_eq!(call.wait(), RAN);
        refused.join().unwrap();
        call.ledger.closed();
    });
}

#[test]
fn a_call_is_cancelled_or_has_begun() {
    explore(&["ready at once", "woken once", "cancelled", "had begun"], || {
        let call = Call::new();
        let runner = beside(&call, Call::run);
        let canceller = beside(&call, Call::cancel);
        let result = call.wait();
        let (ran, cancelled) = (runner.join().unwrap(), canceller.join().unwrap());
        assert!(ran != cancelled);
        assert_eq!(result, if ran { RAN } else { CANCELLED });
        saw(if ran { "had begun" } else { "cancelled" });
        call.ledger.closed();
    });
}

/// The future is dropped, never polled or polled once, while a thread runs the call and no further one can be had.
#[test]
fn what_nobody_wants_is_handed_out_once() {
    explore(&["never began", "ran for nobody", "polled before", "the poll ran it"], || {
        let call = Call::new();
        let runner = beside(&call, Call::run);
        let refused = beside(&call, Call::strand);
        if call.poll(Waker::noop()).is_none() {
            saw("polled before");
            saw(if call.abandon() { "never began" } else { "ran for nobody" });
        }
        runner.join().unwrap();
        refused.join().unwrap();
        call.ledger.closed();
    });
}

/// Why state and waker lie behind one lock: with two, the result is put down after a look for it, and the waker is looked for
/// before it lies there.
#[test]
#[should_panic(expected = "deadlock")]
fn two_locks_lose_a_wake_up() {
    use loom::sync::Mutex;
    struct TwoLocks {
        result: Mutex<Option<usize>>,
        waker: Mutex<Option<Waker>>,
    }
    loom::model(|| {
        let call = Arc::new(TwoLocks { result: Mutex::new(None), waker: Mutex::new(None) });
        let runner = Arc::clone(&call);
        thread::spawn(move || {
            *runner.result.lock().unwrap() = Some(RAN);
            let waker = runner.waker.lock().unwrap().take();
            waker.into_iter().for_each(Waker::wake);
        });
        loop {
            let result = call.result.lock().unwrap().take();
            if result.is_some() {
                break;
            }
            *call.waker.lock().unwrap() = Some(unparks());
            thread::park();
        }
    });
}
