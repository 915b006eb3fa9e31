//! Calls that follow an idle gap and are too short for helpers that sleep: passed by after one look at the clock.
//!
//! What the long way touches has left the caches by then: it costs such a call 10 to 20 µs instead of 0.2 (measured on a
//! 2-vCPU Linux VM, a 9 µs call after gaps of 0.3 to 20 ms: 34 µs by the long way). Calls that follow each other closely
//! take the long way all the same, since helpers that were woken once would stay awake for them.

use super::clock::Tick;
use super::prices;
use crate::slot::Slot;

/// A call that begins this soon after the one before is not calm, µs: ten times as long as helpers stay awake.
const LEAST_US: usize = 500;

/// A calm call: what to tell when it is over.
#[derive(Debug)]
pub(crate) struct Calm {
    slot: &'static Slot,
    began: Tick,
}

/// Whether the call of `len` items that a site with this slot begins now is passed by.
pub(crate) fn passes(slot: Option<&'static Slot>, len: usize) -> Option<Calm> {
    let slot = slot.filter(|slot| slot.may_be_calm(len))?;
    let began = Tick::now();
    let now_us = began.us();
    let asleep = now_us.wrapping_sub(prices::last_end_us()) >= LEAST_US;
    (slot.is_calm(now_us, LEAST_US) && asleep).then_some(Calm { slot, began })
}

impl Calm {
    /// The call is over and did not panic.
    pub(crate) fn end(&self) {
        self.slot.was_calm(Tick::now().ns_since(self.began));
    }
}
