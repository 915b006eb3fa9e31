//! Whether anybody still wants the call that this thread works for (`spawn_fn`).
//!
//! Decides where a call that nobody wants ends: at the beginning of a chain or loop, and between two chunks or parts. It
//! ends by unwinding with a payload of our own, through the user's function, so that everything on the way is dropped; no
//! message is printed. Calls that were not spawned are always wanted, and pay a look at a thread-local per region for it.

use std::cell::{Cell, RefCell};
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::work::Payload;
use crate::slot::set_ticks;

/// Where a panic ends the process, unwinding would too: a call that began runs to its end there.
const STOPS: bool = cfg!(panic = "unwind");

/// So many calls of a spawned function take the long way, which looks whether it is still wanted, before the short ones
/// among them are passed by as usual: the long way takes some 0.2 µs.
const LOOKS: u32 = 64;

/// Whether one call is still wanted.
#[derive(Debug, Default)]
pub(crate) struct Token(AtomicBool);

impl Token {
    /// Nobody wants the call any more. Relaxed is enough: nothing is published with it, and whoever has seen it ends.
    pub(crate) fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the call is to end here.
    pub(crate) fn is_cancelled(&self) -> bool {
        STOPS && self.0.load(Ordering::Relaxed)
    }
}

/// What a call that nobody wants unwinds with.
#[derive(Debug)]
pub(crate) struct Cancelled(());

/// The payload of a call that ends because nobody wants it.
pub(crate) fn payload() -> Payload {
    Box::new(Cancelled(()))
}

thread_local! {
    /// The call that this thread works for, if it was spawned.
    static SERVED: RefCell<Option<Arc<Token>>> = const { RefCell::new(None) };
    /// Calls that are still to take the long way.
    static LOOKS_LEFT: Cell<u32> = const { Cell::new(0) };
}

/// The token of the call that this thread works for.
pub(crate) fn current() -> Option<Arc<Token>> {
    // Where thread-locals are gone already, nothing was spawned.
    SERVED.try_with(|served| served.borrow().clone()).ok().flatten()
}

/// Whether this thread works for a call that can be cancelled.
pub(crate) fn is_served() -> bool {
    STOPS && SERVED.try_with(|served| served.borrow().is_some()).unwrap_or(false)
}

/// Ends the call that this thread works for if nobody wants it any more.
pub(crate) fn end_if_cancelled() {
    let cancelled = SERVED
        .try_with(|served| served.borrow().as_ref().is_some_and(|token| token.is_cancelled()))
        .unwrap_or(false);
    if cancelled {
        resume_unwind(payload());
    }
}

/// Whether the next call of this thread takes the long way, whatever its length; counts it.
pub(crate) fn looks_again() -> bool {
    is_served()
        && LOOKS_LEFT.with(|left| {
            let looks = left.get();
            left.set(looks.saturating_sub(1));
            looks > 0
        })
}

/// Works for one call while it lives, and for the one before afterwards.
#[derive(Debug)]
pub(crate) struct Serving {
    before: Option<Arc<Token>>,
    looks_before: u32,
}

impl Serving {
    /// Works for the call with this token, or for one that was not spawned.
    pub(crate) fn begin(token: Option<Arc<Token>>) -> Self {
        let before = SERVED.try_with(|served| served.replace(token)).ok().flatten();
        Self { before, looks_before: LOOKS_LEFT.replace(LOOKS) }
    }

    /// The same for the thread that runs the call: its chains look whether they are wanted from the first one on.
    pub(crate) fn as_caller(token: &Arc<Token>) -> Self {
        set_ticks(1);
        Self::begin(Some(Arc::clone(token)))
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let before = self.before.take();
        let _ = SERVED.try_with(|served| served.replace(before));
        LOOKS_LEFT.set(self.looks_before);
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    #[test]
    fn a_thread_serves_one_call_at_a_time() {
        let (outer, inner) = (Arc::new(Token::default()), Arc::new(Token::default()));
        inner.cancel();
        assert!(!is_served() && !looks_again());
        let serving = Serving::as_caller(&outer);
        end_if_cancelled();
        let unwound = catch_unwind(AssertUnwindSafe(|| {
            let _serving = Serving::as_caller(&inner);
            end_if_cancelled();
        }));
        assert!(unwound.unwrap_err().is::<Cancelled>());
        end_if_cancelled();
        {
            // A helper of a call that nobody spawned.
            let _serving = Serving::begin(None);
            outer.cancel();
            end_if_cancelled();
            assert!(!is_served());
        }
        assert!(catch_unwind(AssertUnwindSafe(end_if_cancelled)).is_err());
        drop(serving);
        end_if_cancelled();
    }

    #[test]
    fn the_first_calls_of_a_spawned_function_look_closely() {
        let token = Arc::new(Token::default());
        let _serving = Serving::as_caller(&token);
        assert!((0..LOOKS).all(|_| looks_again()));
        assert!(!looks_again());
    }
}
