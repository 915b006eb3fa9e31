//! Why a spawned call has no result. Decides nothing.

use std::any::Any;
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// The call that a [`Spawned`](crate::Spawned) stands for has no result: it panicked, or it was cancelled.
pub struct JoinError {
    name: &'static str,
    cause: Cause,
}

enum Cause {
    Cancelled,
    /// What it panicked with. Behind a lock, since nothing says that it may be looked at by two threads.
    Panic {
        message: Option<String>,
        payload: Mutex<Box<dyn Any + Send>>,
    },
}

impl JoinError {
    pub(super) fn cancelled(name: &'static str) -> Self {
        Self { name, cause: Cause::Cancelled }
    }

    pub(super) fn panic(name: &'static str, payload: Box<dyn Any + Send>) -> Self {
        let literal = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let message = literal.or_else(|| payload.downcast_ref::<String>().cloned());
        Self { name, cause: Cause::Panic { message, payload: Mutex::new(payload) } }
    }

    /// Whether the function panicked.
    #[must_use]
    pub fn is_panic(&self) -> bool {
        matches!(self.cause, Cause::Panic { .. })
    }

    /// Whether the call was cancelled before it had a result.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        matches!(self.cause, Cause::Cancelled)
    }

    /// The message of the panic, where it was one: nothing for other payloads, and nothing for a cancelled call.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        match &self.cause {
            Cause::Panic { message, .. } => message.as_deref(),
            Cause::Cancelled => None,
        }
    }

    /// What the function panicked with, for [`std::panic::resume_unwind`].
    ///
    /// # Panics
    /// If the call was cancelled: ask [`JoinError::is_panic`] first.
    #[must_use]
    pub fn into_panic(self) -> Box<dyn Any + Send + 'static> {
        match self.cause {
            Cause::Panic { payload, .. } => payload.into_inner().unwrap_or_else(PoisonError::into_inner),
            Cause::Cancelled => panic!("`{}` did not panic, it was cancelled", self.name),
        }
    }
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.cause, self.message()) {
            (Cause::Cancelled, _) => write!(f, "`{}` was cancelled", self.name),
            (Cause::Panic { .. }, Some(message)) => write!(f, "`{}` panicked: {message}", self.name),
            (Cause::Panic { .. }, None) => write!(f, "`{}` panicked", self.name),
        }
    }
}

impl fmt::Debug for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JoinError({self})")
    }
}

impl std::error::Error for JoinError {}

/// As many calls run or wait as may run at once ([`Config::max_regions`](crate::Config::max_regions)), so this one did not
/// join them. What it was given is dropped; keep clones of the `Arc`s to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Full;

impl fmt::Display for Full {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("as many calls run or wait as may run at once; try again later")
    }
}

impl std::error::Error for Full {}
