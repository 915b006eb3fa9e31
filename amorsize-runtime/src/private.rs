//! The only surface that generated code names: entry points, proofs and outlets.
//!
//! An entry point decides nothing itself: it asks its site, runs the kernel on the whole slice when the answer is
//! serial, and otherwise hands the kernel to the engine and joins what comes back. Every entry point answers what
//! the plain chain answers on the whole slice.

use std::iter::{Product, Sum};

pub use crate::bound::{
    ParallelElement, ParallelElementMut, ParallelOutput, ParallelParameter, Whole, WholeMut, parameter,
};
pub use crate::collect::Collect;
pub use crate::outlet::{Feed, Items, Pour, Total};
pub use crate::sink::Out;
pub use crate::site::{Options, Site, Spec};

/// `… .map(..).collect::<Vec<U>>()` of known length, written in place.
///
/// # Panics
/// If the kernel panics.
#[inline(always)]
pub fn map<'x, T, U, K>(_site: &'static Site, xs: impl Whole<'x, T>, kernel: K) -> Vec<U>
where
    T: ParallelElement + 'x,
    U: ParallelOutput,
    K: Fn(&'x [T], Out<'_, U>) + Sync,
{
    let mut out = Vec::new();
    kernel(xs.whole(), Out::whole(&mut out));
    out
}

/// `… .collect::<C>()` of unknown length or into another collection.
///
/// # Panics
/// If the kernel panics.
#[inline(always)]
pub fn collect<'x, T, C, U, K>(_site: &'static Site, xs: impl Whole<'x, T>, kernel: K) -> C
where
    T: ParallelElement + 'x,
    C: Collect<U>,
    K: Fn(&'x [T], Pour<'_, C, U>) + Sync,
{
    let mut slot = None;
    kernel(xs.whole(), Pour::whole(&mut slot));
    slot.expect("the kernel pours once")
}

/// `… .sum::<S>()`.
///
/// # Panics
/// If the kernel panics.
#[inline(always)]
pub fn sum<'x, T, S, U, K>(_site: &'static Site, xs: impl Whole<'x, T>, kernel: K) -> S
where
    T: ParallelElement + 'x,
    S: Sum<U>,
    U: ParallelOutput,
    K: Fn(&'x [T], Total<'_, S, U>) + Sync,
{
    let mut slot = None;
    kernel(xs.whole(), Total::whole(&mut slot));
    slot.expect("the kernel totals once")
}

/// `… .product::<S>()`.
///
/// # Panics
/// If the kernel panics.
#[inline(always)]
pub fn product<'x, T, S, U, K>(_site: &'static Site, xs: impl Whole<'x, T>, kernel: K) -> S
where
    T: ParallelElement + 'x,
    S: Product<U>,
    U: ParallelOutput,
    K: Fn(&'x [T], Total<'_, S, U>) + Sync,
{
    let mut slot = None;
    kernel(xs.whole(), Total::whole(&mut slot));
    slot.expect("the kernel totals once")
}

/// `… .min()`.
#[inline(always)]
pub fn min<'x, T, U, K>(_site: &'static Site, xs: impl Whole<'x, T>, kernel: K) -> Option<U>
where
    T: ParallelElement + 'x,
    U: ParallelOutput + Ord,
    K: Fn(&'x [T]) -> Option<U> + Sync,
{
    kernel(xs.whole())
}

/// `… .max()`.
#[inline(always)]
pub fn max<'x, T, U, K>(_site: &'static Site, xs: impl Whole<'x, T>, kernel: K) -> Option<U>
where
    T: ParallelElement + 'x,
    U: ParallelOutput + Ord,
    K: Fn(&'x [T]) -> Option<U> + Sync,
{
    kernel(xs.whole())
}

/// `… .count()`.
#[inline(always)]
pub fn count<'x, T, K>(_site: &'static Site, xs: impl Whole<'x, T>, kernel: K) -> usize
where
    T: ParallelElement + 'x,
    K: Fn(&'x [T]) -> usize + Sync,
{
    kernel(xs.whole())
}

/// `… .any(f)`.
#[inline(always)]
pub fn any<'x, T, K>(_site: &'static Site, xs: impl Whole<'x, T>, kernel: K) -> bool
where
    T: ParallelElement + 'x,
    K: Fn(&'x [T]) -> bool + Sync,
{
    kernel(xs.whole())
}

/// `… .all(f)`.
#[inline(always)]
pub fn all<'x, T, K>(_site: &'static Site, xs: impl Whole<'x, T>, kernel: K) -> bool
where
    T: ParallelElement + 'x,
    K: Fn(&'x [T]) -> bool + Sync,
{
    kernel(xs.whole())
}

/// `… .find(f)`.
#[inline(always)]
pub fn find<'x, T, U, K>(_site: &'static Site, xs: impl Whole<'x, T>, kernel: K) -> Option<U>
where
    T: ParallelElement + 'x,
    U: ParallelOutput,
    K: Fn(&'x [T]) -> Option<U> + Sync,
{
    kernel(xs.whole())
}

/// `… .for_each(f)`, and a loop over a shared slice; the kernel returns `()` or `Done`.
#[inline(always)]
pub fn for_each<'x, T, D, K>(_site: &'static Site, xs: impl Whole<'x, T>, kernel: K)
where
    T: ParallelElement + 'x,
    D: Finished,
    K: Fn(&'x [T]) -> D + Sync,
{
    kernel(xs.whole());
}

/// A loop over the elements of a `&mut` slice, and `.iter_mut().for_each(f)`; the kernel returns `()` or `Done`.
#[inline(always)]
pub fn for_each_mut<'x, T, D, K>(_site: &'static Site, xs: impl WholeMut<'x, T>, kernel: K)
where
    T: ParallelElementMut + 'x,
    D: Finished,
    K: Fn(&'x mut [T]) -> D + Sync,
{
    kernel(xs.whole_mut());
}

/// A terminal that the user says how to join: `reduce = f` makes one result of two, the left one first.
#[inline(always)]
pub fn fold<'x, T, A, K, R>(_site: &'static Site, xs: impl Whole<'x, T>, kernel: K, _reduce: R) -> A
where
    T: ParallelElement + 'x,
    A: ParallelOutput,
    K: Fn(&'x [T]) -> A + Sync,
    R: Fn(A, A) -> A,
{
    kernel(xs.whole())
}

/// What a kernel without a result returns: `()`, or `Done` for a loop.
pub trait Finished: sealed::Sealed {}
impl Finished for () {}
impl Finished for Done {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for () {}
    impl Sealed for super::Done {}
}

/// The end of a loop's kernel: no `return` of the user's can make one, so that none compiles inside a split loop.
#[derive(Debug)]
#[must_use]
pub struct Done(());

impl Done {
    /// The loop ended because its iterator did.
    ///
    /// # Panics
    /// If items are left over: a `break` hidden in a macro ended the loop.
    #[inline(always)]
    pub fn drained<I: Iterator>(site: &'static Site, mut rest: I) -> Self {
        assert!(
            rest.next().is_none(),
            "`break` left a loop that `#[parallelize]` splits ({}:{})",
            site.spec.file,
            site.spec.line
        );
        Self(())
    }
}

/// How a chain with an ordered tail runs this time.
#[derive(Debug)]
pub enum Ordered<'x, T> {
    /// The plain chain, as written.
    Plain(Plain),
    /// Items in parallel, the terminal behind them.
    Split(Split<'x, T>),
}

/// Asks how a chain with an ordered tail runs this time; `marker` is a closure of the function itself.
#[inline(always)]
pub fn ordered<'x, T, M>(_site: &'static Site, _xs: impl Whole<'x, T>, _marker: M) -> Ordered<'x, T>
where
    T: ParallelElement + 'x,
{
    Ordered::Plain(Plain(()))
}

/// The plain chain is about to run.
#[derive(Debug)]
pub struct Plain(());

impl Plain {
    /// Hands the chain's result through.
    #[inline(always)]
    pub fn end<R>(self, result: R) -> R {
        result
    }
}

/// A chain whose items are about to be computed in parallel.
#[derive(Debug)]
pub struct Split<'x, T> {
    whole: &'x [T],
}

impl<'x, T: ParallelElement> Split<'x, T> {
    /// Computes the items with `kernel`, window by window, and runs `terminal` once over them, on this thread.
    ///
    /// # Panics
    /// If either panics.
    pub fn run<U, R, K, F>(self, kernel: K, terminal: F) -> R
    where
        U: ParallelOutput,
        K: Fn(&'x [T], Feed<'_, U>) + Sync,
        F: FnOnce(Items<'_, U>) -> R,
    {
        let mut left = Some(self.whole);
        terminal(Items::new(&mut || {
            let mut items = Vec::new();
            kernel(left.take()?, Feed::items(&mut items));
            Some(vec![items])
        }))
    }
}
