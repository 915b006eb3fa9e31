//! std's atomics and locks, or loom's, in one place.
//!
//! Only the gate of a region is modelled with loom; everything else uses std directly.

#[cfg(loom)]
pub(crate) use loom::sync::{Condvar, Mutex, atomic::AtomicUsize};
#[cfg(not(loom))]
pub(crate) use std::sync::{Condvar, Mutex, atomic::AtomicUsize};

/// Tells the processor, or loom's scheduler, that this thread only waits.
pub(crate) fn pause() {
    #[cfg(loom)]
    loom::thread::yield_now();
    #[cfg(not(loom))]
    std::hint::spin_loop();
}
