//! Who may touch a region: one word that counts the helpers inside and knows whether the gate is closed.
//!
//! A helper that entered may use what the caller borrowed to the region until it leaves; a caller that closed the gate
//! and saw nobody inside may take everything back. Both facts live in one word because with two of them a helper
//! could count itself in between the caller's close and its look at the count (loom finds that at once).
//!
//! Orderings, and what each is for:
//! 1. `enter` is an Acquire RMW. What the helper reads was published with the invitation itself; Acquire keeps the
//!    helper's first use of the region from moving before the entry. It counts only while the gate is open, so that once
//!    closed the count can only fall: a late helper, even one that is preempted right here, holds nobody up.
//! 2. `leave` is a Release RMW: all the helper did is visible to whoever acquires the word afterwards.
//! 3. `close` is an Acquire RMW: it sees everything done by helpers that left before.
//! 4. the wait loads with Acquire: it sees everything done by helpers that left after.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use crate::sync::{AtomicUsize, Condvar, Mutex, give_way, pause};

const CLOSED: usize = 1 << (usize::BITS - 1);

/// How often the caller looks before it gives way: about 20 µs on current processors, the length of a short last chunk.
/// Longer spinning would only burn the CPU that a preempted helper may be waiting for.
const SPINS: usize = if cfg!(loom) { 1 } else { 400 };

/// How often it then gives way before it sleeps: by estimate 0.1 to 0.2 ms where nobody else wants this CPU, which is what
/// sleeping and being woken costs there (the core has gone to sleep as well by then).
const YIELDS: usize = if cfg!(loom) { 1 } else { 300 };

/// The gate of one region.
#[derive(Debug)]
pub(crate) struct Gate {
    word: AtomicUsize,
    lock: Mutex<()>,
    emptied: Condvar,
}

impl Gate {
    pub(crate) fn new() -> Self {
        Self { word: AtomicUsize::new(0), lock: Mutex::new(()), emptied: Condvar::new() }
    }

    /// Whether it was open a moment ago: a hint, which lets nobody in.
    pub(crate) fn is_open(&self) -> bool {
        self.word.load(Ordering::Relaxed) & CLOSED == 0
    }

    /// Counts a helper in; false when the gate is closed, and then nothing of the region may be touched.
    pub(crate) fn enter(&self) -> bool {
        let count_in = |word| if word & CLOSED == 0 { Some(word + 1) } else { None };
        self.word.fetch_update(Ordering::Acquire, Ordering::Relaxed, count_in).is_ok()
    }

    /// Counts a helper out again.
    pub(crate) fn leave(&self) {
        if self.word.fetch_sub(1, Ordering::Release) == CLOSED | 1 {
            // The lock is taken so that the notification cannot fall between the caller's look and its sleep.
            drop(self.lock.lock().unwrap_or_else(PoisonError::into_inner));
            self.emptied.notify_all();
        }
    }

    /// Closes the gate and returns when nobody is inside. Runs nothing foreign and leaves the thread's park token
    /// alone, so that it is safe below a `block_on` and with locks held.
    pub(crate) fn close_and_wait(&self) {
        if self.word.fetch_or(CLOSED, Ordering::Acquire) & !CLOSED == 0 {
            return;
        }
        for _ in 0..SPINS {
            if self.is_empty() {
                return;
            }
            pause();
        }
        for _ in 0..YIELDS {
            if self.is_empty() {
                return;
            }
            give_way();
        }
        let mut held = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        while !self.is_empty() {
            held = self.emptied.wait(held).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn is_empty(&self) -> bool {
        self.word.load(Ordering::Acquire) & !CLOSED == 0
    }
}
