//! The line of spawned calls: who runs, who waits, and when a thread is to be asked for.
//!
//! Decides that calls begin in the order in which they came, and that no more of them run at once than there are places. A
//! pure value; the lock around it, and the threads, are its caller's.

use std::collections::BTreeMap;

/// Calls that run, and calls that wait for a place.
#[derive(Debug)]
pub(super) struct Line<C> {
    /// Calls that may run at once; at least 1.
    places: usize,
    running: usize,
    /// Places that were promised to calls which are about to join.
    promised: usize,
    /// Threads that were asked for or serve: as many as could find a call that may run.
    servers: usize,
    next: u64,
    waiting: BTreeMap<u64, C>,
}

/// A call's number in the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ticket(u64);

impl<C> Line<C> {
    pub(super) fn new(places: usize) -> Self {
        Self { places: places.max(1), running: 0, promised: 0, servers: 0, next: 0, waiting: BTreeMap::new() }
    }

    /// Promises a place to a call that is about to join; false where every place has its call.
    pub(super) fn promise(&mut self) -> bool {
        let free = self.running + self.waiting.len() + self.promised < self.places;
        self.promised += usize::from(free);
        free
    }

    /// A promise was kept, or is not needed any more.
    pub(super) fn redeem(&mut self) {
        self.promised -= 1;
    }

    /// A call joins at the end. Whether another thread is to be asked for.
    pub(super) fn join(&mut self, call: C) -> (Ticket, bool) {
        let ticket = self.next;
        self.next += 1;
        self.waiting.insert(ticket, call);
        let wanted = self.places.min(self.running + self.waiting.len());
        let asks = self.servers < wanted;
        self.servers += usize::from(asks);
        (Ticket(ticket), asks)
    }

    /// A call that waits leaves.
    pub(super) fn leave(&mut self, ticket: Ticket) -> Option<C> {
        self.waiting.remove(&ticket.0)
    }

    /// The call that a thread runs next, the first that waits; without one the thread is free to go.
    pub(super) fn begin(&mut self) -> Option<C> {
        let first = self.waiting.pop_first();
        match first {
            Some(_) => self.running += 1,
            None => self.servers -= 1,
        }
        first.map(|(_, call)| call)
    }

    /// A call has ended.
    pub(super) fn end(&mut self) {
        self.running -= 1;
    }

    /// A thread that was asked for cannot be had. The calls that wait for nobody now.
    pub(super) fn deserted(&mut self) -> Vec<C> {
        self.servers -= 1;
        if self.servers > 0 { Vec::new() } else { std::mem::take(&mut self.waiting).into_values().collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_begin_in_the_order_in_which_they_came() {
        let mut line = Line::new(2);
        let asked: Vec<bool> = (0..5).map(|call| line.join(call).1).collect();
        assert_eq!(asked, [true, true, false, false, false], "as many threads as places");
        assert_eq!((line.begin(), line.begin()), (Some(0), Some(1)));
        for next in 2..5 {
            line.end();
            assert_eq!(line.begin(), Some(next));
        }
        line.end();
        assert_eq!(line.begin(), None);
        line.end();
        assert_eq!(line.begin(), None);
        assert!(line.join(5).1, "all threads are gone");
    }

    #[test]
    fn whoever_leaves_frees_a_place() {
        let mut line = Line::new(1);
        let (first, asks) = line.join('a');
        assert!(asks && !line.promise());
        assert_eq!(line.leave(first), Some('a'));
        assert_eq!(line.leave(first), None);
        assert!(line.promise(), "nobody runs or waits");
        assert!(!line.promise(), "one place, and it is promised");
        line.redeem();
        let (_, asks) = line.join('b');
        assert!(!asks, "the thread that was asked for is still to come");
        assert_eq!(line.begin(), Some('b'));
        assert!(!line.promise());
        line.end();
        assert!(line.promise());
    }

    #[test]
    fn calls_that_nobody_comes_for_are_handed_out() {
        let mut line = Line::new(2);
        (0..3).for_each(|call| _ = line.join(call));
        assert_eq!(line.deserted(), [0; 0], "another thread will come");
        assert_eq!(line.deserted(), [0, 1, 2]);
        assert!(line.join(3).1);
        assert_eq!(line.begin(), Some(3));
    }

    #[test]
    fn there_is_always_a_place() {
        let mut line: Line<()> = Line::new(0);
        assert!(line.promise());
    }
}
