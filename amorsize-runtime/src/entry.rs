//! The entry points whose partial results are joined part by part.
//!
//! Each asks its site first: surely serial is the kernel on the whole slice and nothing else. Otherwise the engine
//! says how the call runs, and what it brings back is joined in index order. Each answers what the plain chain
//! answers on the whole slice.

use std::ops::Range;

use crate::begin;
use crate::bound::ParallelOutput;
use crate::call::{Output, Split, Tail, Way};
use crate::collect::{Collect, Gather};
use crate::exec::work::Flow;
use crate::outlet::Pour;
use crate::reduce::{give_up, parts};
use crate::sink::{Out, Sink};
use crate::site::Site;
use crate::source::{Parts, Source, item_bytes, per_line};

/// A kernel as the engine calls it: through a table, so that the user's function keeps a frame of its own in
/// backtraces and profiles, and the engine is compiled once per type instead of once per site.
type Kernel<'k, P, R> = dyn Fn(P) -> R + Sync + 'k;

/// `… .map(..).collect::<Vec<U>>()` of known length, written in place.
///
/// # Panics
/// If the kernel panics.
#[inline(always)]
#[must_use = "if you really need to exhaust the iterator, consider `.for_each(drop)` instead"]
pub fn map<U, S, K>(site: &'static Site, source: S, kernel: K) -> Vec<U>
where
    S: Source,
    U: ParallelOutput,
    K: Fn(S::Part, Out<'_, U>) + Sync,
{
    if site.surely_serial::<K>(source.units()) {
        let mut result = Vec::new();
        kernel(source.whole(), Out::whole(&mut result));
        return result;
    }
    map_slowly(site, source, kernel)
}

#[inline(never)]
fn map_slowly<U, S, K>(site: &'static Site, source: S, kernel: K) -> Vec<U>
where
    S: Source,
    U: ParallelOutput,
    K: Fn(S::Part, Out<'_, U>) + Sync,
{
    map_way(
        site,
        begin::call::<K>(site, source.units(), Output::InPlace, item_bytes::<U>(&source)),
        source,
        &kernel,
    )
}

fn map_way<U, S>(
    site: &'static Site,
    way: Way,
    source: S,
    kernel: &(dyn Fn(S::Part, Out<'_, U>) + Sync),
) -> Vec<U>
where
    S: Source,
    U: ParallelOutput,
{
    let split = match way {
        Way::Whole(timing) => {
            let mut result = Vec::new();
            kernel(source.whole(), Out::whole(&mut result));
            timing.end();
            return result;
        }
        Way::Split(split) => split,
    };
    let units = source.units();
    let (sink, cut) = (Sink::new(units), source.cut());
    let job = |range: Range<usize>| {
        sink.part(range.clone(), |out| kernel(cut.part(range), out));
        Flow::Go
    };
    if let Err(payload) = split.run(0..units, per_line::<U>(), Tail::Join, &job, || ()) {
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

/// `… .collect::<C>()` of unknown length or into another collection.
///
/// # Panics
/// If the kernel panics.
#[inline(always)]
#[must_use = "if you really need to exhaust the iterator, consider `.for_each(drop)` instead"]
pub fn collect<C, U, P, S, K>(site: &'static Site, source: S, kernel: K) -> C
where
    S: Source,
    C: Collect<U, Part = P>,
    P: Gather<U>,
    K: Fn(S::Part, Pour<'_, C, U, P>) + Sync,
{
    if site.surely_serial::<K>(source.units()) {
        return collect_whole(source.whole(), &kernel);
    }
    collect_slowly(site, source, kernel)
}

#[inline(always)]
fn collect_whole<C, U, P, X, K>(whole: X, kernel: &K) -> C
where
    C: Collect<U, Part = P>,
    P: Gather<U>,
    K: Fn(X, Pour<'_, C, U, P>) + ?Sized,
{
    let mut slot = None;
    kernel(whole, Pour::whole(&mut slot));
    slot.expect("the kernel pours once")
}

#[inline(never)]
fn collect_slowly<C, U, S, K>(site: &'static Site, source: S, kernel: K) -> C
where
    S: Source,
    C: Collect<U>,
    K: Fn(S::Part, Pour<'_, C, U, C::Part>) + Sync,
{
    collect_way(
        begin::call::<K>(site, source.units(), Output::Copied, item_bytes::<U>(&source)),
        source,
        &kernel,
    )
}

/// A kernel that pours into its outlet, as the engine calls it.
type Pouring<'k, X, C, U, P> = dyn Fn(X, Pour<'_, C, U, P>) + Sync + 'k;

fn collect_way<C, U, S>(way: Way, source: S, kernel: &Pouring<'_, S::Part, C, U, C::Part>) -> C
where
    S: Source,
    C: Collect<U>,
{
    match way {
        Way::Whole(timing) => {
            let result = collect_whole(source.whole(), kernel);
            timing.end();
            result
        }
        Way::Split(split) => {
            let units = source.units();
            let cut = source.cut();
            let gather = |range: Range<usize>| {
                let mut slot = None;
                kernel(cut.part(range), Pour::part(&mut slot));
                slot.expect("the kernel pours once")
            };
            parts(&split, 0..units, Tail::Join, gather, Gather::ends, |parts| C::join(parts.into_iter()))
        }
    }
}

/// Runs a kernel that returns its part's result: alone on the whole source, or in parts that `join` puts together.
#[inline(always)]
pub(crate) fn join_parts<P, S, K>(
    site: &'static Site,
    source: S,
    output: Output,
    kernel: K,
    ends: fn(&P) -> bool,
    join: impl FnOnce(Vec<P>) -> P,
) -> P
where
    S: Source,
    P: Send,
    K: Fn(S::Part) -> P + Sync,
{
    if site.surely_serial::<K>(source.units()) {
        return kernel(source.whole());
    }
    join_slowly(site, source, output, kernel, ends, join)
}

#[inline(never)]
fn join_slowly<P, S, K>(
    site: &'static Site,
    source: S,
    output: Output,
    kernel: K,
    ends: fn(&P) -> bool,
    join: impl FnOnce(Vec<P>) -> P,
) -> P
where
    S: Source,
    P: Send,
    K: Fn(S::Part) -> P + Sync,
{
    match begin::call::<K>(site, source.units(), output, source.unit_bytes()) {
        Way::Whole(timing) => {
            let result = kernel(source.whole());
            if ends(&result) {
                timing.end_early();
            } else {
                timing.end();
            }
            result
        }
        Way::Split(split) => join_split(&split, source, &kernel, ends, join),
    }
}

fn join_split<P, S>(
    split: &Split,
    source: S,
    kernel: &Kernel<'_, S::Part, P>,
    ends: fn(&P) -> bool,
    join: impl FnOnce(Vec<P>) -> P,
) -> P
where
    S: Source,
    P: Send,
{
    let units = source.units();
    let cut = source.cut();
    parts(split, 0..units, Tail::Join, |range| kernel(cut.part(range)), ends, join)
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
pub fn min<U, S, K>(site: &'static Site, source: S, kernel: K) -> Option<U>
where
    S: Source,
    U: ParallelOutput + Ord,
    K: Fn(S::Part) -> Option<U> + Sync,
{
    join_parts(site, source, Output::InPlace, kernel, never, |parts| parts.into_iter().flatten().min())
}

/// `… .max()`: the last of equal ones, as in std.
///
/// # Panics
/// If the kernel panics.
#[inline(always)]
pub fn max<U, S, K>(site: &'static Site, source: S, kernel: K) -> Option<U>
where
    S: Source,
    U: ParallelOutput + Ord,
    K: Fn(S::Part) -> Option<U> + Sync,
{
    join_parts(site, source, Output::InPlace, kernel, never, |parts| parts.into_iter().flatten().max())
}

/// `… .count()`.
///
/// # Panics
/// If the kernel panics.
#[inline(always)]
pub fn count<S, K>(site: &'static Site, source: S, kernel: K) -> usize
where
    S: Source,
    K: Fn(S::Part) -> usize + Sync,
{
    join_parts(site, source, Output::InPlace, kernel, never, |parts| parts.into_iter().sum())
}

/// `… .any(f)`.
///
/// # Panics
/// If the kernel panics below the first hit.
#[inline(always)]
pub fn any<S, K>(site: &'static Site, source: S, kernel: K) -> bool
where
    S: Source,
    K: Fn(S::Part) -> bool + Sync,
{
    join_parts(site, source, Output::InPlace, kernel, |&hit| hit, |parts| parts.contains(&true))
}

/// `… .all(f)`.
///
/// # Panics
/// If the kernel panics below the first miss.
#[inline(always)]
pub fn all<S, K>(site: &'static Site, source: S, kernel: K) -> bool
where
    S: Source,
    K: Fn(S::Part) -> bool + Sync,
{
    join_parts(site, source, Output::InPlace, kernel, |&holds| !holds, |parts| !parts.contains(&false))
}

/// `… .find(f)`: the first in index order.
///
/// # Panics
/// If the kernel panics below the first hit.
#[inline(always)]
pub fn find<U, S, K>(site: &'static Site, source: S, kernel: K) -> Option<U>
where
    S: Source,
    U: ParallelOutput,
    K: Fn(S::Part) -> Option<U> + Sync,
{
    join_parts(site, source, Output::InPlace, kernel, Option::is_some, |parts| {
        parts.into_iter().flatten().next()
    })
}

/// A terminal that the user says how to join: `reduce = f` makes one result of two, the left one first.
///
/// # Panics
/// If the kernel or `reduce` panics.
#[inline(always)]
pub fn fold<A, S, K, R>(site: &'static Site, source: S, kernel: K, reduce: R) -> A
where
    S: Source,
    A: ParallelOutput,
    K: Fn(S::Part) -> A + Sync,
    R: Fn(A, A) -> A,
{
    join_parts(site, source, Output::Merged, kernel, never, |parts| reduced(parts, reduce))
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
    /// The loop ended, for whatever reason: what it left behind says which.
    #[inline(always)]
    pub const fn through() -> Self {
        Self(())
    }

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

/// `… .for_each(f)`, and a loop; the kernel returns `()` or `Done`.
///
/// # Panics
/// If the kernel panics.
#[inline(always)]
pub fn for_each<D, S, K>(site: &'static Site, source: S, kernel: K)
where
    D: Finished,
    S: Source,
    K: Fn(S::Part) -> D + Sync,
{
    if site.surely_serial::<K>(source.units()) {
        let _: D = kernel(source.whole());
    } else {
        for_each_slowly(site, source, kernel);
    }
}

#[inline(never)]
fn for_each_slowly<D, S, K>(site: &'static Site, source: S, kernel: K)
where
    D: Finished,
    S: Source,
    K: Fn(S::Part) -> D + Sync,
{
    let kernel: &(dyn Fn(S::Part) -> D + Sync) = &kernel;
    match begin::call::<K>(site, source.units(), Output::InPlace, source.unit_bytes()) {
        Way::Whole(timing) => {
            let _: D = kernel(source.whole());
            timing.end();
        }
        Way::Split(split) => {
            let units = source.units();
            let cut = source.cut();
            let job = |range: Range<usize>| {
                let _: D = kernel(cut.part(range));
                Flow::Go
            };
            if let Err(payload) = split.run(0..units, S::PER_LINE, Tail::Join, &job, || ()) {
                give_up((), payload);
            }
        }
    }
}
