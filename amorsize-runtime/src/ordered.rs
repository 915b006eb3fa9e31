//! The entry points whose terminal must see the items in order: ordered tails.
//!
//! The items are computed in parallel, window by window, and the terminal runs once on the caller, so the result has
//! the bits of the plain chain. Totals that cannot tell the order are joined part by part instead.

use std::iter::{Product, Sum};
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use crate::begin;
use crate::bound::ParallelOutput;
use crate::call::{self, Output, Tail, Way};
use crate::exec;
use crate::exec::clock::Tick;
use crate::exec::work::Payload;
use crate::outlet::{Feed, Items, Total};
use crate::reduce::parts;
use crate::site::Site;
use crate::source::{Parts, Source};
use crate::total::{JoinTotal, product_join, sum_join};

/// A window's items take at most so much memory: enough for its region to be worth opening, little enough to stay in
/// the second-level cache or near it until the tail has read it.
const WINDOW_BYTES: usize = 1 << 20;

/// `… .sum::<A>()`.
///
/// # Panics
/// If the kernel panics.
#[inline(always)]
pub fn sum<A, U, S, K>(site: &'static Site, source: S, kernel: K) -> A
where
    S: Source,
    A: Sum<U> + ParallelOutput,
    U: ParallelOutput,
    K: Fn(S::Part, Total<'_, A, U>) + Sync,
{
    total(site, source, kernel, sum_join::<A, U>(), |items| items.sum())
}

/// `… .product::<A>()`.
///
/// # Panics
/// If the kernel panics.
#[inline(always)]
pub fn product<A, U, S, K>(site: &'static Site, source: S, kernel: K) -> A
where
    S: Source,
    A: Product<U> + ParallelOutput,
    U: ParallelOutput,
    K: Fn(S::Part, Total<'_, A, U>) + Sync,
{
    total(site, source, kernel, product_join::<A, U>(), |items| items.product())
}

/// A kernel that ends in its outlet's total, as the engine calls it.
type Totalling<'k, X, A, U> = dyn Fn(X, Total<'_, A, U>) + Sync + 'k;

#[inline(always)]
fn total<A, U, S, K>(
    site: &'static Site,
    source: S,
    kernel: K,
    join: Option<JoinTotal<A>>,
    terminal: fn(Items<'_, U>) -> A,
) -> A
where
    S: Source,
    A: ParallelOutput,
    U: ParallelOutput,
    K: Fn(S::Part, Total<'_, A, U>) + Sync,
{
    if site.surely_serial::<K>(source.units()) {
        return total_of(source.whole(), &kernel);
    }
    total_slowly(site, source, kernel, join, terminal)
}

#[inline(always)]
fn total_of<A, U, X, K>(part: X, kernel: &K) -> A
where
    K: Fn(X, Total<'_, A, U>) + ?Sized,
{
    let mut slot = None;
    kernel(part, Total::whole(&mut slot));
    slot.expect("the kernel totals once")
}

#[inline(never)]
fn total_slowly<A, U, S, K>(
    site: &'static Site,
    source: S,
    kernel: K,
    join: Option<JoinTotal<A>>,
    terminal: fn(Items<'_, U>) -> A,
) -> A
where
    S: Source,
    A: ParallelOutput,
    U: ParallelOutput,
    K: Fn(S::Part, Total<'_, A, U>) + Sync,
{
    let output = if join.is_some() { Output::InPlace } else { Output::Copied };
    let way = begin::call::<K>(site, source.units(), output, source.unit_bytes());
    let kernel: &Totalling<'_, S::Part, A, U> = &kernel;
    match (way, join) {
        (Way::Whole(timing), _) => {
            let total = total_of(source.whole(), kernel);
            timing.end();
            total
        }
        (Way::Split(split), Some(join)) => {
            let units = source.units();
            let cut = source.cut();
            let part = |range| total_of(cut.part(range), kernel);
            let together = |parts: Vec<A>| {
                let mut parts = parts.into_iter();
                let mut total = parts.next().expect("a split run has a part");
                parts.for_each(|part| join(&mut total, part));
                total
            };
            parts(&split, 0..units, Tail::Join, part, |_| false, together)
        }
        (Way::Split(split), None) => {
            windows(split, source, &|part, items| kernel(part, Total::items(items)), terminal)
        }
    }
}

/// A kernel that puts the items of its part into a `Vec`.
pub(crate) type Feeder<'k, X, U> = dyn Fn(X, &mut Vec<U>) + Sync + 'k;

/// The items of a part, and the panic that ended it. The terminal sees the items before the panic first: it may end
/// there, or panic itself. A panic that nobody comes to is forgotten, as its `Drop` may do anything.
type Run<U> = (Vec<U>, Option<ManuallyDrop<Payload>>);

fn run_of<U, X>(kernel: &Feeder<'_, X, U>, part: X) -> Run<U> {
    let mut items = Vec::new();
    let panic = catch_unwind(AssertUnwindSafe(|| kernel(part, &mut items))).err();
    (items, panic.map(ManuallyDrop::new))
}

/// Runs `terminal` over the items of `source`, which are computed in parallel when it asks for the next window.
pub(crate) fn windows<U, S, R>(
    split: call::Split,
    source: S,
    kernel: &Feeder<'_, S::Part, U>,
    terminal: impl FnOnce(Items<'_, U>) -> R,
) -> R
where
    S: Source,
    U: ParallelOutput,
{
    let units = source.units();
    let cut = source.cut();
    let window = (WINDOW_BYTES / size_of::<U>().max(1)).clamp(64, 1 << 17);
    let visit = split.visit;
    let mut first = Some(split);
    let mut at = 0;
    let mut handed_over: Option<(usize, Tick)> = None;
    let mut panicked = None;
    let mut refill = || {
        tail_done(visit, handed_over.take());
        if let Some(payload) = panicked.take() {
            resume_unwind(ManuallyDrop::into_inner(payload));
        }
        if at >= units {
            return None;
        }
        let range = at..units.min(at.saturating_add(window));
        at = range.end;
        let len = range.len();
        let feed = |range| run_of(kernel, cut.part(range));
        let way = first.take().map_or_else(|| begin::window(visit, len), Way::Split);
        let mut runs = match way {
            Way::Whole(timing) => {
                let run = feed(range);
                if run.1.is_none() {
                    timing.end();
                }
                vec![run]
            }
            Way::Split(split) => {
                parts(&split, range, Tail::Ordered, feed, |run| run.1.is_some(), |parts| parts)
            }
        };
        panicked = runs.last_mut().and_then(|run| run.1.take());
        handed_over = (panicked.is_none() && exec::timed()).then(|| (len, Tick::now()));
        Some(runs.into_iter().map(|run| run.0).collect())
    };
    terminal(Items::new(&mut refill))
}

/// The tail asks for more: it has been through the window that it was handed before.
fn tail_done(visit: crate::memory::Visit, handed_over: Option<(usize, Tick)>) {
    if let Some((len, since)) = handed_over {
        visit.learn_order(len, Tick::now().ns_since(since));
    }
}

/// How a chain with an ordered tail runs this time.
#[derive(Debug)]
pub enum Ordered<X, S> {
    /// The plain chain, as written, over everything.
    Plain(Plain, X),
    /// Items in parallel, the terminal behind them.
    Split(Split<S>),
}

/// Asks how a chain with an ordered tail runs this time; `marker` is a closure of the function itself.
#[inline(always)]
pub fn ordered<S, M>(site: &'static Site, source: S, _marker: M) -> Ordered<S::Part, S>
where
    S: Source,
{
    if site.surely_serial::<M>(source.units()) {
        return Ordered::Plain(Plain(None), source.whole());
    }
    ordered_slowly::<S, M>(site, source)
}

#[inline(never)]
fn ordered_slowly<S: Source, M>(site: &'static Site, source: S) -> Ordered<S::Part, S> {
    match begin::call::<M>(site, source.units(), Output::Copied, source.unit_bytes()) {
        Way::Whole(timing) => Ordered::Plain(Plain(Some(timing)), source.whole()),
        Way::Split(split) => Ordered::Split(Split { split, source }),
    }
}

/// The plain chain is about to run.
#[derive(Debug)]
pub struct Plain(Option<call::Timing>);

impl Plain {
    /// Hands the chain's result through.
    #[inline(always)]
    pub fn end<R>(self, result: R) -> R {
        if let Some(timing) = self.0 {
            timing.end();
        }
        result
    }
}

/// A chain whose items are about to be computed in parallel.
#[derive(Debug)]
pub struct Split<S> {
    pub(crate) split: call::Split,
    pub(crate) source: S,
}

impl<S> Split<S> {
    /// Computes the items with `kernel`, window by window, and runs `terminal` once over them, on this thread.
    ///
    /// # Panics
    /// If either panics.
    pub fn run<U, R, K, F>(self, kernel: K, terminal: F) -> R
    where
        S: Source,
        U: ParallelOutput,
        K: Fn(S::Part, Feed<'_, U>) + Sync,
        F: FnOnce(Items<'_, U>) -> R,
    {
        let kernel: &(dyn Fn(S::Part, Feed<'_, U>) + Sync) = &kernel;
        windows(self.split, self.source, &|part, items| kernel(part, Feed::items(items)), terminal)
    }
}
