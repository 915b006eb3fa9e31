//! One helper thread's place in the crew: how it is given an order, and how it falls asleep without sleeping one over.
//!
//! The word says where the thread is: AWAKE (free, and looking at the word), ASLEEP (free, parked) or TAKEN (an order lies
//! here or is being carried out). Decides nothing; `README.md` numbers the steps, and `models/seats.rs` goes through their
//! interleavings.
//!
//! What each operation on the word is for:
//! 1. `sleep` goes from AWAKE to ASLEEP in one step, a compare-exchange: between a look and a store an order could come,
//!    and be slept over.
//! 2. `give` learns what the thread was doing in the very step that says TAKEN, a swap: between a look and a store the
//!    thread could fall asleep, and nobody would wake it.
//! 3. Their orderings, and those of the loads, say what the word alone would need: whoever sees TAKEN sees the order. The
//!    order's lock says so as well (whoever has seen TAKEN takes the lock after the giver, since it was put down before),
//!    so they are not what the models can take away.

use std::sync::atomic::Ordering;
use std::sync::{OnceLock, PoisonError};

use crate::sync::{AtomicUsize, Mutex, Thread, current_thread, park};

const AWAKE: usize = 0;
const ASLEEP: usize = 1;
const TAKEN: usize = 2;

/// The place of one thread, which is given orders of type `O`.
pub(super) struct Seat<O> {
    word: AtomicUsize,
    order: Mutex<Option<O>>,
    thread: OnceLock<Thread>,
}

impl<O> Seat<O> {
    /// The seat of a thread that is about to be started, with its first order.
    pub(super) fn new(first: O) -> Self {
        Self { word: AtomicUsize::new(TAKEN), order: Mutex::new(Some(first)), thread: OnceLock::new() }
    }

    /// The thread takes its seat, before it does anything else.
    pub(super) fn sit(&self) {
        let _ = self.thread.set(current_thread());
    }

    /// Gives an order to a free thread. Whoever calls this owns the seat alone: it was free, and was taken from the list of
    /// free ones.
    ///
    /// `order` is told whether the thread is asleep; if so, it stays so until the order is given.
    pub(super) fn give(&self, order: impl FnOnce(bool) -> O) {
        let order = order(self.word.load(Ordering::Acquire) == ASLEEP);
        *self.order.lock().unwrap_or_else(PoisonError::into_inner) = Some(order);
        // It may have fallen asleep in between.
        if self.word.swap(TAKEN, Ordering::AcqRel) == ASLEEP {
            if let Some(thread) = self.thread.get() {
                thread.unpark();
            }
        }
    }

    /// Takes the order that lies here.
    pub(super) fn order(&self) -> Option<O> {
        self.order.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// The thread is free, and looks for its next order from now on; said before anybody can take the seat.
    pub(super) fn free(&self) {
        self.word.store(AWAKE, Ordering::Release);
    }

    /// Whether an order has come since the thread was free.
    pub(super) fn is_taken(&self) -> bool {
        self.word.load(Ordering::Acquire) == TAKEN
    }

    /// Sleeps until there is an order. The thread's park token may be spent or granted by what its orders run: hence the
    /// loop, and nothing but the word is believed.
    pub(super) fn sleep(&self) {
        if self.word.compare_exchange(AWAKE, ASLEEP, Ordering::AcqRel, Ordering::Acquire).is_ok() {
            while !self.is_taken() {
                park();
            }
        }
    }
}
