//! Entry points of terminals whose parts are joined without more than the result itself: the last item, a place, the
//! first failure. Each answers what the plain chain answers on the whole slice.

use std::ops::ControlFlow;

use crate::bound::ParallelOutput;
use crate::call::Output;
use crate::entry::join_parts;
use crate::site::Site;
use crate::source::Source;

/// `… .last()`.
///
/// # Panics
/// If the kernel panics.
#[inline(always)]
pub fn last<U, S, K>(site: &'static Site, source: S, kernel: K) -> Option<U>
where
    S: Source,
    U: ParallelOutput,
    K: Fn(S::Part) -> Option<U> + Sync,
{
    join_parts(site, source, Output::InPlace, kernel, |_| false, |parts| parts.into_iter().flatten().last())
}

/// `… .position(f)`, of a kernel that knows where its part begins.
///
/// # Panics
/// If the kernel panics below the first hit.
#[inline(always)]
pub fn position<S, K>(site: &'static Site, source: S, kernel: K) -> Option<usize>
where
    S: Source,
    K: Fn(S::Part) -> Option<usize> + Sync,
{
    join_parts(site, source, Output::InPlace, kernel, Option::is_some, |parts| {
        parts.into_iter().flatten().next()
    })
}

/// The place in the whole of what was found at a place of a part that begins at `start`.
#[inline(always)]
#[must_use]
pub fn position_from(start: usize, found: Option<usize>) -> Option<usize> {
    found.map(|at| start + at)
}

/// `… .try_for_each(f)`: the first failure in index order.
///
/// # Panics
/// If the kernel panics below the first failure.
#[inline(always)]
pub fn try_for_each<R, S, K>(site: &'static Site, source: S, kernel: K) -> R
where
    S: Source,
    R: Attempt,
    K: Fn(S::Part) -> R + Sync,
{
    // Nothing behind the first failure is kept, and before it nothing failed.
    join_parts(site, source, Output::InPlace, kernel, R::failed, |mut parts| {
        parts.pop().expect("a split run has a part")
    })
}

/// What a `try_for_each` comes to.
#[diagnostic::on_unimplemented(
    message = "`#[parallelize]` knows when a `try_for_each` ends by `Result<(), E>`, `Option<()>` or `ControlFlow<B>`, and this is `{Self}`",
    label = "not known to end",
    note = "return one of these from the closure, and convert the result after the chain"
)]
pub trait Attempt: Send {
    /// Whether this ends the run.
    fn failed(&self) -> bool;
}

impl<E: ParallelOutput> Attempt for Result<(), E> {
    fn failed(&self) -> bool {
        self.is_err()
    }
}

impl Attempt for Option<()> {
    fn failed(&self) -> bool {
        self.is_none()
    }
}

impl<B: ParallelOutput> Attempt for ControlFlow<B> {
    fn failed(&self) -> bool {
        self.is_break()
    }
}
