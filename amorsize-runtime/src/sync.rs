//! std's atomics and locks, or loom's, in one place.
//!
//! What a region shares between its threads is modelled with loom (`exec/models.rs`) and takes its atomics, locks and
//! counted references from here; everything else uses std directly.

#[cfg(loom)]
pub(crate) use loom::sync::{Arc, Condvar, Mutex, atomic::AtomicUsize};
#[cfg(not(loom))]
pub(crate) use std::sync::{Arc, Condvar, Mutex, atomic::AtomicUsize};

/// Tells the processor, or loom's scheduler, that this thread only waits.
pub(crate) fn pause() {
    #[cfg(loom)]
    loom::thread::yield_now();
    #[cfg(not(loom))]
    std::hint::spin_loop();
}

/// Lets another thread have this CPU, if one wants it.
pub(crate) fn give_way() {
    #[cfg(loom)]
    loom::thread::yield_now();
    #[cfg(not(loom))]
    std::thread::yield_now();
}
