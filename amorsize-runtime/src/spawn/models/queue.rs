//! The line behind its lock under loom, with the real hand-overs: callers that come and leave when they like, and threads that
//! come, or cannot be had.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use loom::sync::Mutex;
use loom::thread::{self, JoinHandle};

use super::super::line::{Line, Ticket};
use super::{Call, RAN, beside};
use crate::exec::models::{explore, saw};

/// A call by its number, in the order of arrival.
type Numbered = (usize, Arc<Call>);

/// The line, the threads that were asked for, and what they did; only the line is part of what is modelled.
struct Queue {
    line: Mutex<Line<Numbered>>,
    places: usize,
    running: AtomicUsize,
    begun: std::sync::Mutex<Vec<usize>>,
    threads: std::sync::Mutex<Vec<JoinHandle<()>>>,
}

impl Queue {
    fn new(places: usize) -> Arc<Self> {
        Arc::new(Self {
            line: Mutex::new(Line::new(places)),
            places,
            running: AtomicUsize::new(0),
            begun: std::sync::Mutex::default(),
            threads: std::sync::Mutex::default(),
        })
    }

    /// As `super::super::spawn`; whether a thread that is asked for comes is the model's to say.
    fn spawn(self: &Arc<Self>, number: usize, comes: bool) -> (Arc<Call>, Ticket) {
        let call = Call::new();
        let (ticket, asks) = self.line.lock().unwrap().join((number, Arc::clone(&call)));
        if asks && comes {
            saw("a thread came");
            let queue = Arc::clone(self);
            let server = thread::spawn(move || queue.serve());
            self.threads.lock().unwrap().push(server);
        } else if asks {
            let deserted = self.line.lock().unwrap().deserted();
            saw(if deserted.is_empty() { "left to another thread" } else { "left to the poll" });
            for (_, call) in deserted {
                call.strand();
            }
        }
        (call, ticket)
    }

    /// As `super::super::Server::serve`.
    fn serve(&self) {
        let mut served = 0;
        loop {
            let first = self.line.lock().unwrap().begin();
            let Some((number, call)) = first else { break };
            let running = 1 + self.running.fetch_add(1, Ordering::Relaxed);
            assert!(running <= self.places, "{running} calls run");
            if running > 1 {
                saw("two at once");
            }
            self.begun.lock().unwrap().push(number);
            self.run(&call);
            served += 1;
        }
        if served > 1 {
            saw("one thread served two");
        }
    }

    /// As `super::super::Call::run`: the place is free before the result is seen.
    fn run(&self, call: &Call) {
        let done = || {
            let mut line = self.line.lock().unwrap();
            self.running.fetch_sub(1, Ordering::Relaxed);
            line.end();
        };
        match call.handover.start() {
            Some(job) => {
                done();
                call.run_job(job);
            }
            None => {
                saw("a thread came for a call that had left");
                done();
            }
        }
    }

    /// As the drop of `super::super::Spawned`.
    fn leave(&self, call: &Call, ticket: Ticket) {
        if call.abandon() {
            saw(if self.line.lock().unwrap().leave(ticket).is_some() {
                "left the line"
            } else {
                "was taken"
            });
        }
    }

    /// Every thread has gone, and every place is free again. The calls that threads began, in their order.
    fn ended(&self) -> Vec<usize> {
        loop {
            let last = self.threads.lock().unwrap().pop();
            let Some(last) = last else { break };
            last.join().unwrap();
        }
        let mut line = self.line.lock().unwrap();
        assert!((0..self.places).all(|_| line.promise()), "a place is still taken");
        assert!(!line.promise());
        self.begun.lock().unwrap().clone()
    }
}

#[test]
fn calls_take_turns_in_the_order_of_arrival() {
    explore(&["a thread came", "one thread served two", "ready at once", "woken once"], || {
        let queue = Queue::new(1);
        let calls = [0, 1].map(|number| queue.spawn(number, true).0);
        for call in &calls {
            assert_eq!(call.wait(), RAN);
        }
        assert_eq!(queue.ended(), [0, 1]);
        calls.iter().for_each(|call| call.ledger.closed());
    });
}

#[test]
fn no_more_run_than_there_are_places() {
    let events = ["a thread came", "one thread served two", "two at once", "ready at once", "woken once"];
    explore(&events, || {
        let queue = Queue::new(2);
        let calls = [0, 1].map(|number| queue.spawn(number, true).0);
        for call in &calls {
            assert_eq!(call.wait(), RAN);
        }
        let mut begun = queue.ended();
        begun.sort_unstable();
        assert_eq!(begun, [0, 1]);
    });
}

/// Two threads come with a call each; they are served by one thread, or by one after the other.
#[test]
fn callers_share_a_place() {
    explore(&["a thread came", "one thread served two", "ready at once", "woken once"], || {
        let queue = Queue::new(1);
        let other = Arc::clone(&queue);
        let other = thread::spawn(move || {
            let (call, _) = other.spawn(1, true);
            assert_eq!(call.wait(), RAN);
        });
        let (call, _) = queue.spawn(0, true);
        assert_eq!(call.wait(), RAN);
        other.join().unwrap();
        assert_eq!(queue.ended().len(), 2);
    });
}

#[test]
fn a_call_that_leaves_frees_its_place() {
    let events = [
        "a thread came",
        "a thread came for a call that had left",
        "left the line",
        "one thread served two",
        "ready at once",
        "was taken",
        "woken once",
    ];
    explore(&events, || {
        let queue = Queue::new(1);
        let (first, ticket) = queue.spawn(0, true);
        let (second, _) = queue.spawn(1, true);
        queue.leave(&first, ticket);
        assert_eq!(second.wait(), RAN);
        queue.ended();
        first.ledger.closed();
        second.ledger.closed();
    });
}

/// A thread came for the first call, and none can be had for the second: either the one that came takes that too, or
/// the poll runs it.
#[test]
fn where_a_thread_is_refused_the_calls_are_run_all_the_same() {
    let events = [
        "a thread came",
        "left to another thread",
        "left to the poll",
        "one thread served two",
        "ready at once",
        "the poll ran it",
        "woken once",
    ];
    explore(&events, || {
        let queue = Queue::new(2);
        let (first, _) = queue.spawn(0, true);
        let (second, _) = queue.spawn(1, false);
        assert_eq!(second.wait(), RAN);
        assert_eq!(first.wait(), RAN);
        queue.ended();
        first.ledger.closed();
        second.ledger.closed();
    });
}

/// The refusal comes while somebody awaits the call already.
#[test]
fn whoever_awaits_is_woken_by_a_refusal() {
    explore(&["left to the poll", "ready at once", "the poll ran it", "woken once"], || {
        let queue = Queue::new(1);
        let call = Call::new();
        let (_, asks) = queue.line.lock().unwrap().join((0, Arc::clone(&call)));
        assert!(asks);
        let waits = beside(&call, Call::wait);
        let deserted = queue.line.lock().unwrap().deserted();
        saw("left to the poll");
        for (_, call) in deserted {
            call.strand();
        }
        assert_eq!(waits.join().unwrap(), RAN);
        assert_eq!(queue.ended(), []);
        call.ledger.closed();
    });
}
