//! The entry points whose partial results are joined part by part.
//!
//! Each asks its site first: surely serial is the kernel on the whole slice and nothing else. Otherwise the engine
//! says how the call runs, and what it brings back is joined in index order. Each answers what the plain chain
//! answers on the whole slice.

use std::ops::Range;

use crate::bound::{ParallelElement, ParallelElementMut, ParallelOutput, Whole, WholeMut};
use crate::collect::{Collect, Gather};
use crate::exec::work::Flow;
use crate::exec::{self, Output, Split, Tail, Way};
use crate::outlet::Pour;
use crate::reduce::{give_up, parts};
use crate::sink::{Cut, Out, Sink};
use crate::site::Site;

/// A kernel as the engine calls it: through a table, so that the user's function keeps a frame of its own in
/// backtraces and profiles, and the engine is compiled once per type instead of once per site.
type Kernel<'k, 'x, T, R> = dyn Fn(&'x [T]) -> R + Sync + 'k;

/// `… .map(..).collect::<Vec<U>>()` of known length, written in place.
///
/// # Panics
/// If the kernel panics.
#[inline(always)]
#[must_use = "if you really need to exhaust the iterator, consider `.for_each(drop)` instead"]
pub fn map<'x, T, U, K>(site: &'static Site, xs: impl Whole<'x, T>, kernel: K) -> Vec<U>
where
    T: ParallelElement + 'x,
    U: ParallelOutput,
    K: Fn(&'x [T], Out<'_, U>) + Sync,
{
    let whole = xs.whole();
    if site.surely_serial::<K>(whole.len()) {
        let mut result = Vec::new();
        kernel(whole, Out::whole(&mut result));
        return result;
    }
    map_slowly(site, whole, kernel)
}

#[inline(never)]
fn map_slowly<'x, T, U, K>(site: &'static Site, whole: &'x [T], kernel: K) -> Vec<U>
where
    T: ParallelElement,
    U: ParallelOutput,
    K: Fn(&'x [T], Out<'_, U>) + Sync,
{
    map_way(site, exec::enter::<K>(site, whole.len(), Output::InPlace), whole, &kernel)
}

fn map_way<'x, T, U>(
    site: &'static Site,
    way: Way,
    whole: &'x [T],
    kernel: &(dyn Fn(&'x [T], Out<'_, U>) + Sync),
) -> Vec<U>
where
    T: ParallelElement,
    U: ParallelOutput,
{
    let split = match way {
        Way::Whole(timing) => {
            let mut result = Vec::new();
            kernel(whole, Out::whole(&mut result));
            timing.end();
            return result;
        }
        Way::Split(split) => split,
    };
    let sink = Sink::new(whole.len());
    let job = |range: Range<usize>| {
        sink.part(range.clone(), |out| kernel(&whole[range], out));
        Flow::Go
    };
    if let Err(payload) = split.run(0..whole.len(), per_line::<U>(), Tail::Join, &job, || ()) {
        give_up(sink, payload);
    }
    let Some(result) = sink.finish() else {
        panic!(
            "the chain at {}:{} yields fewer items than the slice has elements",
            site.spec.file, site.spec.line
        )
    };
    result
}

/// Results on one cache line of 64 bytes, so that two threads do not write to the same.
fn per_line<U>() -> usize {
    64_usize.checked_div(size_of::<U>()).unwrap_or(1).max(1)
}

/// `… .collect::<C>()` of unknown length or into another collection.
///
/// # Panics
/// If the kernel panics.
#[inline(always)]
#[must_use = "if you really need to exhaust the iterator, consider `.for_each(drop)` instead"]
pub fn collect<'x, T, C, U, P, K>(site: &'static Site, xs: impl Whole<'x, T>, kernel: K) -> C
where
    T: ParallelElement + 'x,
    C: Collect<U, Part = P>,
    P: Gather<U>,
    K: Fn(&'x [T], Pour<'_, C, U, P>) + Sync,
{
    let whole = xs.whole();
    if site.surely_serial::<K>(whole.len()) {
        return collect_whole(whole, &kernel);
    }
    collect_slowly(site, whole, kernel)
}

#[inline(always)]
fn collect_whole<'x, T, C, U, P, K>(whole: &'x [T], kernel: &K) -> C
where
    C: Collect<U, Part = P>,
    P: Gather<U>,
    K: Fn(&'x [T], Pour<'_, C, U, P>) + ?Sized,
{
    let mut slot = None;
    kernel(whole, Pour::whole(&mut slot));
    slot.expect("the kernel pours once")
}

#[inline(never)]
fn collect_slowly<'x, T, C, U, K>(site: &'static Site, whole: &'x [T], kernel: K) -> C
where
    T: ParallelElement,
    C: Collect<U>,
    K: Fn(&'x [T], Pour<'_, C, U, C::Part>) + Sync,
{
    collect_way(exec::enter::<K>(site, whole.len(), Output::Copied), whole, &kernel)
}

/// A kernel that pours into its outlet, as the engine calls it.
type Pouring<'k, 'x, T, C, U, P> = dyn Fn(&'x [T], Pour<'_, C, U, P>) + Sync + 'k;

fn collect_way<'x, T, C, U>(way: Way, whole: &'x [T], kernel: &Pouring<'_, 'x, T, C, U, C::Part>) -> C
where
    T: ParallelElement,
    C: Collect<U>,
{
    match way {
        Way::Whole(timing) => {
            let result = collect_whole(whole, kernel);
            timing.end();
            result
        }
        Way::Split(split) => {
            let gather = |range: Range<usize>| {
                let mut slot = None;
                kernel(&whole[range], Pour::part(&mut slot));
                slot.expect("the kernel pours once")
            };
            parts(&split, 0..whole.len(), Tail::Join, gather, Gather::ends, |parts| {
                C::join(parts.into_iter())
            })
        }
    }
}

/// Runs a kernel that returns its part's result: alone on the whole slice, or in parts that `join` puts together.
#[inline(always)]
fn join_parts<'x, T, P, K>(
    site: &'static Site,
    whole: &'x [T],
    output: Output,
    kernel: K,
    ends: fn(&P) -> bool,
    join: impl FnOnce(Vec<P>) -> P,
) -> P
where
    T: ParallelElement,
    P: Send,
    K: Fn(&'x [T]) -> P + Sync,
{
    if site.surely_serial::<K>(whole.len()) {
        return kernel(whole);
    }
    join_slowly(site, whole, output, kernel, ends, join)
}

#[inline(never)]
fn join_slowly<'x, T, P, K>(
    site: &'static Site,
    whole: &'x [T],
    output: Output,
    kernel: K,
    ends: fn(&P) -> bool,
    join: impl FnOnce(Vec<P>) -> P,
) -> P
where
    T: ParallelElement,
    P: Send,
    K: Fn(&'x [T]) -> P + Sync,
{
    match exec::enter::<K>(site, whole.len(), output) {
        Way::Whole(timing) => {
            let result = kernel(whole);
            timing.end();
            result
        }
        Way::Split(split) => join_split(&split, whole, &kernel, ends, join),
    }
}

fn join_split<'x, T, P>(
    split: &Split,
    whole: &'x [T],
    kernel: &Kernel<'_, 'x, T, P>,
    ends: fn(&P) -> bool,
    join: impl FnOnce(Vec<P>) -> P,
) -> P
where
    T: ParallelElement,
    P: Send,
{
    parts(split, 0..whole.len(), Tail::Join, |range| kernel(&whole[range]), ends, join)
}

/// A part of a result that never ends a run early.
fn never<P>(_: &P) -> bool {
    false
}

/// The parts of a run that was split, which are one or more, as one.
fn reduced<P>(parts: Vec<P>, reduce: impl FnMut(P, P) -> P) -> P {
    parts.into_iter().reduce(reduce).expect("a split run has a part")
}

/// `… .min()`: the first of equal ones, as in std.
///
/// # Panics
/// If the kernel panics.
#[inline(always)]
pub fn min<'x, T, U, K>(site: &'static Site, xs: impl Whole<'x, T>, kernel: K) -> Option<U>
where
    T: ParallelElement + 'x,
    U: ParallelOutput + Ord,
    K: Fn(&'x [T]) -> Option<U> + Sync,
{
    join_parts(site, xs.whole(), Output::InPlace, kernel, never, |parts| parts.into_iter().flatten().min())
}

/// `… .max()`: the last of equal ones, as in std.
///
/// # Panics
/// If the kernel panics.
#[inline(always)]
pub fn max<'x, T, U, K>(site: &'static Site, xs: impl Whole<'x, T>, kernel: K) -> Option<U>
where
    T: ParallelElement + 'x,
    U: ParallelOutput + Ord,
    K: Fn(&'x [T]) -> Option<U> + Sync,
{
    join_parts(site, xs.whole(), Output::InPlace, kernel, never, |parts| parts.into_iter().flatten().max())
}

/// `… .count()`.
///
/// # Panics
/// If the kernel panics.
#[inline(always)]
pub fn count<'x, T, K>(site: &'static Site, xs: impl Whole<'x, T>, kernel: K) -> usize
where
    T: ParallelElement + 'x,
    K: Fn(&'x [T]) -> usize + Sync,
{
    join_parts(site, xs.whole(), Output::InPlace, kernel, never, |parts| parts.into_iter().sum())
}

/// `… .any(f)`.
///
/// # Panics
/// If the kernel panics below the first hit.
#[inline(always)]
pub fn any<'x, T, K>(site: &'static Site, xs: impl Whole<'x, T>, kernel: K) -> bool
where
    T: ParallelElement + 'x,
    K: Fn(&'x [T]) -> bool + Sync,
{
    join_parts(site, xs.whole(), Output::InPlace, kernel, |&hit| hit, |parts| parts.contains(&true))
}

/// `… .all(f)`.
///
/// # Panics
/// If the kernel panics below the first miss.
#[inline(always)]
pub fn all<'x, T, K>(site: &'static Site, xs: impl Whole<'x, T>, kernel: K) -> bool
where
    T: ParallelElement + 'x,
    K: Fn(&'x [T]) -> bool + Sync,
{
    join_parts(site, xs.whole(), Output::InPlace, kernel, |&holds| !holds, |parts| !parts.contains(&false))
}

/// `… .find(f)`: the first in index order.
///
/// # Panics
/// If the kernel panics below the first hit.
#[inline(always)]
pub fn find<'x, T, U, K>(site: &'static Site, xs: impl Whole<'x, T>, kernel: K) -> Option<U>
where
    T: ParallelElement + 'x,
    U: ParallelOutput,
    K: Fn(&'x [T]) -> Option<U> + Sync,
{
    join_parts(site, xs.whole(), Output::InPlace, kernel, Option::is_some, |parts| {
        parts.into_iter().flatten().next()
    })
}

/// A terminal that the user says how to join: `reduce = f` makes one result of two, the left one first.
///
/// # Panics
/// If the kernel or `reduce` panics.
#[inline(always)]
pub fn fold<'x, T, A, K, R>(site: &'static Site, xs: impl Whole<'x, T>, kernel: K, reduce: R) -> A
where
    T: ParallelElement + 'x,
    A: ParallelOutput,
    K: Fn(&'x [T]) -> A + Sync,
    R: Fn(A, A) -> A,
{
    join_parts(site, xs.whole(), Output::Merged, kernel, never, |parts| reduced(parts, reduce))
}

/// What a kernel without a result returns: `()`, or `Done` for a loop.
pub trait Finished: Send + sealed::Sealed {}
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
        if rest.next().is_some() {
            broken(site);
        }
        Self(())
    }
}

#[cold]
fn broken(site: &'static Site) -> ! {
    panic!(
        "a hidden `break` left the loop at {}:{}, which `#[parallelize]` splits: use a chain with `any` or `find`",
        site.spec.file, site.spec.line
    )
}

/// `… .for_each(f)`, and a loop over a shared slice; the kernel returns `()` or `Done`.
///
/// # Panics
/// If the kernel panics.
#[inline(always)]
pub fn for_each<'x, T, D, K>(site: &'static Site, xs: impl Whole<'x, T>, kernel: K)
where
    T: ParallelElement + 'x,
    D: Finished,
    K: Fn(&'x [T]) -> D + Sync,
{
    let _: D =
        join_parts(site, xs.whole(), Output::InPlace, kernel, never, |parts| reduced(parts, |_, last| last));
}

/// A loop over the elements of a `&mut` slice, and `.iter_mut().for_each(f)`; the kernel returns `()` or `Done`.
///
/// # Panics
/// If the kernel panics.
#[inline(always)]
pub fn for_each_mut<'x, T, D, K>(site: &'static Site, xs: impl WholeMut<'x, T>, kernel: K)
where
    T: ParallelElementMut + 'x,
    D: Finished,
    K: Fn(&'x mut [T]) -> D + Sync,
{
    let whole = xs.whole_mut();
    if site.surely_serial::<K>(whole.len()) {
        kernel(whole);
    } else {
        for_each_mut_slowly(site, whole, kernel);
    }
}

#[inline(never)]
fn for_each_mut_slowly<'x, T, D, K>(site: &'static Site, whole: &'x mut [T], kernel: K)
where
    T: ParallelElementMut,
    D: Finished,
    K: Fn(&'x mut [T]) -> D + Sync,
{
    let kernel: &(dyn Fn(&'x mut [T]) -> D + Sync) = &kernel;
    match exec::enter::<K>(site, whole.len(), Output::InPlace) {
        Way::Whole(timing) => {
            kernel(whole);
            timing.end();
        }
        Way::Split(split) => {
            let len = whole.len();
            let cut = Cut::new(whole);
            let job = |range: Range<usize>| {
                kernel(cut.part(range));
                Flow::Go
            };
            if let Err(payload) = split.run(0..len, per_line::<T>(), Tail::Join, &job, || ()) {
                give_up((), payload);
            }
        }
    }
}
