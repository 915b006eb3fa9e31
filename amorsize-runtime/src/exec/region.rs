//! A region: one parallel execution of one call, in which the caller works at once and helpers may join.
//!
//! 1. The caller makes a control block, invites one helper and starts working.
//! 2. A helper that wakes enters through the gate; if it is closed, it goes home and has touched nothing.
//! 3. A helper that entered invites the next while work remains, then works until there is none.
//! 4. When the caller finds no more work, it closes the gate and waits for the helpers inside, and for nobody else.
//!
//! The control block outlives the call (an invitation may be served long after), so it owns nothing of the user's:
//! only a pointer to the caller's stack that nobody follows without having entered.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

use super::gate::Gate;
use super::placement::{self, Cpu};
use crate::sync::{Arc, AtomicUsize};

/// Where helpers come from.
pub(crate) trait Helpers: Send + Sync + 'static {
    /// Asks for one helper to make `visit`: soon, long after the region, or never. Does not make it itself.
    fn spawn(&self, visit: impl FnOnce() + Send + 'static);
}

/// What the threads of a region do.
pub(crate) trait Body: Sync {
    /// Works until nothing is left; must not unwind on the caller.
    fn work(&self, helper: bool);

    /// Whether another helper would still find something to do.
    fn wants_help(&self) -> bool;
}

/// The part of a region that its invitations share.
struct Control<H> {
    gate: Gate,
    /// The caller's `Body`; alive while somebody is inside the gate or the gate is open.
    body: *const (dyn Body + 'static),
    /// Invitations that may still be sent.
    invitations: AtomicUsize,
    source: H,
    /// Where the caller computes: no place for a helper.
    caller: Cpu,
}

// SAFETY: `body` points to a `Sync` value, and it is followed only between `enter` and `leave`, while `Closing` keeps
// the caller from returning.
unsafe impl<H: Send> Send for Control<H> {}
// SAFETY: as above; the other fields are `Sync` themselves.
unsafe impl<H: Sync> Sync for Control<H> {}

impl<H: Helpers> Control<H> {
    /// Sends one more invitation if any is left.
    fn invite(this: &Arc<Self>) {
        let left =
            this.invitations.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        if left.is_ok() {
            let control = Arc::clone(this);
            this.source.spawn(move || Self::assist(&control));
        }
    }

    /// A helper's whole visit.
    fn assist(this: &Arc<Self>) {
        // Before it is counted in: the caller waits for whoever entered, and moving takes up to 0.1 ms.
        if this.gate.is_open() {
            placement::move_off(this.caller);
        }
        if !this.gate.enter() {
            return;
        }
        // SAFETY: this thread entered, so the caller stays in `Closing::drop` until `leave` below, and `body` was
        // borrowed by the caller for longer than that.
        let body = unsafe { &*this.body };
        let visit = catch_unwind(AssertUnwindSafe(|| {
            if body.wants_help() {
                // Two, so that the invitations fan out like a tree: 64 helpers in 6 steps.
                Self::invite(this);
                Self::invite(this);
                body.work(true);
            }
        }));
        // A payload may be the user's, and its `Drop` may do anything: it must not run once the gate is left.
        std::mem::forget(visit);
        this.gate.leave();
    }
}

/// Takes the region back on every way out, also while unwinding.
struct Closing<'c>(&'c Gate);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.close_and_wait();
    }
}

/// Runs `body` on this thread and on up to `helpers` others that `source` provides. Returns when nobody works on it.
pub(crate) fn run(body: &dyn Body, helpers: usize, source: impl Helpers) {
    // SAFETY: only the lifetime changes. The pointer is followed inside the gate alone, and `Closing` does not let
    // this function end, in any way, before the gate is closed and empty.
    let erased = unsafe { std::mem::transmute::<&(dyn Body + '_), &'static (dyn Body + 'static)>(body) };
    let control = Arc::new(Control {
        gate: Gate::new(),
        body: erased,
        invitations: AtomicUsize::new(helpers),
        source,
        caller: placement::here(),
    });
    let closing = Closing(&control.gate);
    Control::invite(&control);
    body.work(false);
    drop(closing);
}

#[cfg(all(test, loom))]
pub(crate) mod lent {
    //! What the models lend to a region and take back, on loom's cells.

    use loom::cell::UnsafeCell;

    /// A body that is taken back after its region: loom reports every use that is not over, for sure, by then.
    pub(crate) struct Lent<B> {
        pub(crate) body: B,
        pub(crate) used: UnsafeCell<()>,
    }

    // SAFETY: that this is so is what the models show; loom tracks every use of the cell.
    unsafe impl<B: Sync> Sync for Lent<B> {}

    /// The result of one item, which one thread writes and the caller reads afterwards.
    pub(crate) struct Slot(UnsafeCell<usize>);

    // SAFETY: as with `Lent`.
    unsafe impl Sync for Slot {}

    impl Slot {
        pub(crate) fn new() -> Self {
            Self(UnsafeCell::new(0))
        }

        pub(crate) fn write(&self) {
            // SAFETY: loom reports an access at the same time.
            self.0.with_mut(|runs| unsafe { *runs += 1 });
        }

        pub(crate) fn runs(&self) -> usize {
            // SAFETY: as above.
            self.0.with(|runs| unsafe { *runs })
        }
    }
}
