//! std's atomics and locks, or loom's, in one place.
//!
//! What a region shares between its threads, and a seat of the crew, is modelled with loom (`exec/models.rs`) and takes its
//! atomics, locks, counted references and parking from here; everything else uses std directly.

#[cfg(not(loom))]
pub(crate) use std::{
    sync::{Arc, Condvar, Mutex, atomic::AtomicUsize},
    thread::{Thread, current as current_thread, park},
};

#[cfg(loom)]
pub(crate) use self::weakened::AtomicUsize;
#[cfg(loom)]
pub(crate) use loom::{
    sync::{Arc, Condvar, Mutex},
    thread::{Thread, current as current_thread, park},
};

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

#[cfg(loom)]
pub(crate) mod weakened {
    //! loom's atomics, one operation of which can be weakened: made `Relaxed`, or done in two steps where it counts that it
    //! is one. A model of the real code must fail then, or the operation need not be what it is.

    use std::cell::Cell;
    use std::sync::atomic::Ordering;

    thread_local! {
        /// The operation that is weaker than the code says. loom runs a model on one thread of the system.
        static WEAKENED: Cell<Option<Operation>> = const { Cell::new(None) };
    }

    /// The operations that the protocols need to be what they are: the ordering of the first three, and that nothing comes
    /// between the look and the change of the others.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) enum Operation {
        Load,
        FetchOr,
        FetchSub,
        Swap,
        CompareExchange,
    }

    impl Operation {
        /// Runs `model` while this operation is weaker.
        #[cfg(test)]
        pub(crate) fn weakened(self, model: impl FnOnce()) {
            WEAKENED.set(Some(self));
            model();
        }

        fn is_weak(self) -> bool {
            WEAKENED.get() == Some(self)
        }

        fn order(self, asked: Ordering) -> Ordering {
            if self.is_weak() { Ordering::Relaxed } else { asked }
        }
    }

    #[derive(Debug)]
    pub(crate) struct AtomicUsize(loom::sync::atomic::AtomicUsize);

    impl AtomicUsize {
        pub(crate) fn new(value: usize) -> Self {
            Self(loom::sync::atomic::AtomicUsize::new(value))
        }

        pub(crate) fn into_inner(self) -> usize {
            self.0.into_inner()
        }

        pub(crate) fn load(&self, order: Ordering) -> usize {
            self.0.load(Operation::Load.order(order))
        }

        pub(crate) fn store(&self, value: usize, order: Ordering) {
            self.0.store(value, order);
        }

        pub(crate) fn swap(&self, value: usize, order: Ordering) -> usize {
            if Operation::Swap.is_weak() {
                let before = self.0.load(Ordering::SeqCst);
                self.0.store(value, Ordering::SeqCst);
                return before;
            }
            self.0.swap(value, order)
        }

        pub(crate) fn compare_exchange(
            &self,
            expected: usize,
            value: usize,
            set: Ordering,
            fetch: Ordering,
        ) -> Result<usize, usize> {
            if Operation::CompareExchange.is_weak() {
                let before = self.0.load(Ordering::SeqCst);
                if before != expected {
                    return Err(before);
                }
                self.0.store(value, Ordering::SeqCst);
                return Ok(before);
            }
            self.0.compare_exchange(expected, value, set, fetch)
        }

        pub(crate) fn fetch_add(&self, value: usize, order: Ordering) -> usize {
            self.0.fetch_add(value, order)
        }

        pub(crate) fn fetch_sub(&self, value: usize, order: Ordering) -> usize {
            self.0.fetch_sub(value, Operation::FetchSub.order(order))
        }

        pub(crate) fn fetch_or(&self, value: usize, order: Ordering) -> usize {
            self.0.fetch_or(value, Operation::FetchOr.order(order))
        }

        pub(crate) fn fetch_min(&self, value: usize, order: Ordering) -> usize {
            self.0.fetch_min(value, order)
        }

        pub(crate) fn fetch_update(
            &self,
            set: Ordering,
            fetch: Ordering,
            update: impl FnMut(usize) -> Option<usize>,
        ) -> Result<usize, usize> {
            self.0.fetch_update(set, fetch, update)
        }
    }
}
