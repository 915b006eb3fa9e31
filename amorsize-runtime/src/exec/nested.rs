//! Whether this thread is inside a region already: then everything below it is serial.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Regions that are open now, in the whole process.
static ACTIVE: AtomicUsize = AtomicUsize::new(0);

/// Whether this thread works on a region now, as caller or as helper.
pub(crate) fn inside() -> bool {
    INSIDE.with(Cell::get)
}

/// Regions that are open now; they share the machine.
pub(crate) fn active() -> usize {
    ACTIVE.load(Ordering::Relaxed)
}

/// Marks this thread as working on a region while it lives.
#[derive(Debug)]
pub(crate) struct Inside {
    before: bool,
}

impl Inside {
    pub(crate) fn enter() -> Self {
        Self { before: INSIDE.with(|inside| inside.replace(true)) }
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        INSIDE.with(|inside| inside.set(self.before));
    }
}

/// Counts a region as open while it lives.
#[derive(Debug)]
pub(crate) struct Active(());

impl Active {
    pub(crate) fn enter() -> Self {
        ACTIVE.fetch_add(1, Ordering::Relaxed);
        Self(())
    }
}

impl Drop for Active {
    fn drop(&mut self) {
        ACTIVE.fetch_sub(1, Ordering::Relaxed);
    }
}
