//! A crew of one under loom: the real seat, a list of free ones like the crew's, and givers that come when they like.

use loom::sync::Mutex;
use loom::thread;

use super::super::region::Helpers;
use super::super::seat::Seat;
use super::super::work::Flow;
use super::{Slot, call_by, explore, noting, saw};
use crate::sync::weakened::Operation;

/// What the thread is to do, and whether its giver kept it off a CPU; nothing means that the model is over.
type Order = (Option<Box<dyn FnOnce() + Send>>, bool);

struct Crew {
    seat: Seat<Order>,
    free: Mutex<bool>,
    /// Stands for the thread's CPU mask: a giver may change it while the thread sleeps, the thread when it has its order.
    mask: Slot,
}

impl Crew {
    /// Starts the thread with `first`. The seat is never freed, like the real ones.
    fn start(looks: usize, first: impl FnOnce() + Send + 'static) -> (&'static Self, thread::JoinHandle<()>) {
        let seat = Seat::new((Some(Box::new(first) as Box<_>), false));
        let mask = Slot::new();
        let crew: &'static Self = Box::leak(Box::new(Self { seat, free: Mutex::new(false), mask }));
        let thread = thread::spawn(move || noting(|| crew.live(looks)));
        (crew, thread)
    }

    /// As `crew::Member::work`, which looks at the word so often before it falls asleep. It gives way between two looks, as
    /// loom asks of whoever spins; without that no look would find an order, since loom forgets a look of this thread once
    /// the giver has looked at the same word.
    fn live(&self, looks: usize) {
        self.seat.sit();
        loop {
            let (order, narrowed) = self.seat.order().expect("woken, and there is no order");
            if narrowed {
                self.mask.write();
            }
            let Some(order) = order else { break };
            order();
            self.seat.free();
            *self.free.lock().unwrap() = true;
            if !self.look(looks) {
                self.seat.sleep();
            }
        }
    }

    fn look(&self, looks: usize) -> bool {
        for _ in 0..looks {
            if self.seat.is_taken() {
                saw("found by looking");
                return true;
            }
            thread::yield_now();
        }
        false
    }

    /// As `crew::hand_over` where no more threads may be started; whether the thread was free.
    fn give(&self, order: Option<Box<dyn FnOnce() + Send>>) -> bool {
        if !std::mem::take(&mut *self.free.lock().unwrap()) {
            saw("nobody was free");
            return false;
        }
        self.seat.give(|asleep| {
            saw(if asleep { "asleep" } else { "awake" });
            if asleep {
                self.mask.write();
            }
            (order, asleep)
        });
        true
    }

    /// Lets the thread end, once it is free.
    fn end(&self, thread: thread::JoinHandle<()>) {
        while !*self.free.lock().unwrap() {
            thread::yield_now();
        }
        assert!(self.give(None));
        thread.join().unwrap();
    }
}

/// Something for an order to write: the giver before, the thread in between, the giver afterwards.
fn errand() -> (std::sync::Arc<Slot>, impl FnOnce() + Send) {
    let slot = std::sync::Arc::new(Slot::new());
    slot.write();
    let lent = std::sync::Arc::clone(&slot);
    (slot, move || lent.write())
}

fn orders(givers: usize, looks: usize) {
    let found = if looks > 0 { &["found by looking"][..] } else { &[] };
    let events = [&["asleep", "awake", "nobody was free"], found].concat();
    explore(&events, move || {
        let (first, order) = errand();
        let (crew, member) = Crew::start(looks, order);
        let give = |crew: &'static Crew| {
            let (slot, order) = errand();
            (slot, crew.give(Some(Box::new(order))))
        };
        let others: Vec<_> = (1..givers).map(|_| thread::spawn(move || give(crew))).collect();
        let mut given = vec![(first, true), give(crew)];
        given.extend(others.into_iter().map(|other| other.join().unwrap()));
        crew.end(member);
        for (slot, was_given) in given {
            assert_eq!(slot.runs(), 1 + usize::from(was_given));
        }
    });
}

#[test]
fn every_order_is_carried_out_once_by_a_thread_that_sees_what_it_needs() {
    orders(1, 0);
}

#[test]
fn a_seat_is_given_to_one_of_several_givers() {
    orders(2, 0);
    orders(2, 2);
}

/// The order's lock publishes the order, whatever the orderings of the word are: why weakening these breaks no model.
#[test]
fn the_lock_publishes_the_order() {
    Operation::Load.weakened(|| orders(1, 0));
}

#[test]
#[should_panic(expected = "deadlock")]
fn a_thread_falls_asleep_in_one_step() {
    Operation::CompareExchange.weakened(|| orders(1, 0));
}

#[test]
#[should_panic(expected = "deadlock")]
fn a_seat_is_given_in_one_step() {
    Operation::Swap.weakened(|| orders(1, 0));
}

/// Where the helpers of a model's regions come from.
#[derive(Clone)]
struct Source(&'static Crew);

impl Helpers for Source {
    fn spawn(&self, visit: impl FnOnce() + Send + 'static) {
        self.0.give(Some(Box::new(visit)));
    }
}

#[test]
fn a_region_is_helped_by_the_crew() {
    explore(&["a helper came", "asleep", "awake", "nobody was free"], || {
        let (crew, member) = Crew::start(0, || ());
        assert_eq!(call_by(Source(crew), None, 2, 1, |_| Flow::Go), (vec![1; 2], Ok(Flow::Go)));
        crew.end(member);
    });
}
