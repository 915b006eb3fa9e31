//! The packed decision that a call reads first, and the count that sends one call in some hundreds the long way.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The packed decision of one instantiation.
#[derive(Debug)]
pub(crate) struct Slot {
    /// Which instantiation; 0 for none yet.
    pub(crate) id: AtomicUsize,
    /// Calls shorter than this are serial.
    sure_below: AtomicUsize,
}

impl Slot {
    pub(crate) const fn empty() -> Self {
        Self { id: AtomicUsize::new(0), sure_below: AtomicUsize::new(0) }
    }

    /// Publishes the length below which calls are surely serial.
    pub(crate) fn publish(&self, sure_below: usize) {
        self.sure_below.store(sure_below, Ordering::Relaxed);
    }

    /// Whether a call of this length is serial, and it is not this thread's turn to take the long way.
    #[inline(always)]
    pub(crate) fn passes(&self, len: usize) -> bool {
        len < self.sure_below.load(Ordering::Relaxed) && !tick()
    }
}

thread_local! {
    /// Calls until this thread takes the long way once, so that surely serial calls are timed now and then.
    static TICKS: Cell<u32> = const { Cell::new(1) };
}

/// Sets how many calls of this thread pass until one takes the long way.
pub(crate) fn set_ticks(calls: u32) {
    TICKS.with(|ticks| ticks.set(calls));
}

/// The same where this thread's turn has come and was not taken; otherwise its count goes on.
pub(crate) fn renew_ticks(calls: u32) {
    TICKS.with(|ticks| {
        if ticks.get() == 0 {
            ticks.set(calls);
        }
    });
}

/// Counts a call; true when it is this thread's turn to take the long way.
#[inline(always)]
fn tick() -> bool {
    TICKS.with(|ticks| {
        let left = ticks.get().wrapping_sub(1);
        ticks.set(left);
        left == 0
    })
}
