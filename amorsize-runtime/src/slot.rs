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
    /// Calls shorter than this are serial while every helper sleeps.
    calm_below: AtomicUsize,
    /// No call that is as short as that should last longer, ns.
    calm_most_ns: AtomicUsize,
    /// When the last call began that asked, µs on the engine's clock.
    asked_us: AtomicUsize,
    /// How often `calm_below` is still to be withheld, after a call that lasted much longer.
    withheld: AtomicUsize,
}

/// How often a site has to publish its numbers after a calm call that was none, before calls are passed by as calm again.
const WITHHELD: usize = 32;

impl Slot {
    pub(crate) const fn empty() -> Self {
        Self {
            id: AtomicUsize::new(0),
            sure_below: AtomicUsize::new(0),
            calm_below: AtomicUsize::new(0),
            calm_most_ns: AtomicUsize::new(0),
            asked_us: AtomicUsize::new(0),
            withheld: AtomicUsize::new(0),
        }
    }

    /// Publishes the length below which calls are surely serial.
    pub(crate) fn publish(&self, sure_below: usize) {
        self.sure_below.store(sure_below, Ordering::Relaxed);
    }

    /// Publishes the length below which calls are serial while every helper sleeps, and how long they last at most.
    pub(crate) fn publish_calm(&self, below: usize, most_ns: f64) {
        let withheld = self.withheld.load(Ordering::Relaxed);
        self.withheld.store(withheld.saturating_sub(1), Ordering::Relaxed);
        self.calm_most_ns.store(most_ns as usize, Ordering::Relaxed);
        self.calm_below.store(if withheld == 0 { below } else { 0 }, Ordering::Relaxed);
    }

    /// Whether a call of this length is short enough to be serial while every helper sleeps.
    pub(crate) fn may_be_calm(&self, len: usize) -> bool {
        len < self.calm_below.load(Ordering::Relaxed)
    }

    /// Whether the last call that asked began at least so long ago and it is not this thread's turn to take the long way.
    pub(crate) fn is_calm(&self, now_us: usize, least_us: usize) -> bool {
        let before_us = self.asked_us.load(Ordering::Relaxed);
        self.asked_us.store(now_us, Ordering::Relaxed);
        now_us.wrapping_sub(before_us) >= least_us && !tick()
    }

    /// Takes how long a calm call lasted: one that was much longer than predicted ends this way of passing by.
    pub(crate) fn was_calm(&self, took_ns: f64) {
        if took_ns > self.calm_most_ns.load(Ordering::Relaxed) as f64 {
            self.withheld.store(WITHHELD, Ordering::Relaxed);
            self.calm_below.store(0, Ordering::Relaxed);
        }
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
