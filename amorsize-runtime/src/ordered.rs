//! The entry points whose terminal must see the items in order: ordered tails.
//!
//! The items are computed in parallel, window by window, and the terminal runs once on the caller, so the result has
//! the bits of the plain chain. Sums of unsigned integers are joined part by part instead: the order cannot be told.

use std::iter::{Product, Sum};
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use crate::bound::{ParallelElement, ParallelOutput, Whole};
use crate::exec::clock::Tick;
use crate::exec::work::Payload;
use crate::exec::{self, Output, Split as Parts, Tail, Way};
use crate::outlet::{Feed, Items, Total};
use crate::reduce::{parts, sum_join};
use crate::site::Site;

/// A window's items take at most so much memory: enough for its region to be worth opening, little enough to stay in
/// the second-level cache or near it until the tail has read it.
const WINDOW_BYTES: usize = 1 << 20;

/// `… .sum::<S>()`.
///
/// # Panics
/// If the kernel panics.
#[inline(always)]
pub fn sum<'x, T, S, U, K>(site: &'static Site, xs: impl Whole<'x, T>, kernel: K) -> S
where
    T: ParallelElement + 'x,
    S: Sum<U> + ParallelOutput,
    U: ParallelOutput,
    K: Fn(&'x [T], Total<'_, S, U>) + Sync,
{
    total(site, xs.whole(), kernel, sum_join::<S, U>(), |items| items.sum())
}

/// `… .product::<S>()`. Always an ordered tail: a part can overflow where the whole, with a zero in it, does not.
///
/// # Panics
/// If the kernel panics.
#[inline(always)]
pub fn product<'x, T, S, U, K>(site: &'static Site, xs: impl Whole<'x, T>, kernel: K) -> S
where
    T: ParallelElement + 'x,
    S: Product<U> + ParallelOutput,
    U: ParallelOutput,
    K: Fn(&'x [T], Total<'_, S, U>) + Sync,
{
    total(site, xs.whole(), kernel, None, |items| items.product())
}

/// A kernel that ends in its outlet's total, as the engine calls it.
type Totalling<'k, 'x, T, S, U> = dyn Fn(&'x [T], Total<'_, S, U>) + Sync + 'k;

/// Makes one total of another and the next part's.
type JoinTotal<S> = fn(&mut S, S);

#[inline(always)]
fn total<'x, T, S, U, K>(
    site: &'static Site,
    whole: &'x [T],
    kernel: K,
    join: Option<JoinTotal<S>>,
    terminal: fn(Items<'_, U>) -> S,
) -> S
where
    T: ParallelElement,
    S: ParallelOutput,
    U: ParallelOutput,
    K: Fn(&'x [T], Total<'_, S, U>) + Sync,
{
    if site.surely_serial::<K>(whole.len()) {
        return total_of(whole, &kernel);
    }
    total_slowly(site, whole, kernel, join, terminal)
}

#[inline(always)]
fn total_of<'x, T, S, U, K>(part: &'x [T], kernel: &K) -> S
where
    K: Fn(&'x [T], Total<'_, S, U>) + ?Sized,
{
    let mut slot = None;
    kernel(part, Total::whole(&mut slot));
    slot.expect("the kernel totals once")
}

#[inline(never)]
fn total_slowly<'x, T, S, U, K>(
    site: &'static Site,
    whole: &'x [T],
    kernel: K,
    join: Option<JoinTotal<S>>,
    terminal: fn(Items<'_, U>) -> S,
) -> S
where
    T: ParallelElement,
    S: ParallelOutput,
    U: ParallelOutput,
    K: Fn(&'x [T], Total<'_, S, U>) + Sync,
{
    let output = if join.is_some() { Output::InPlace } else { Output::Copied };
    let way = exec::enter::<K>(site, whole.len(), output);
    let kernel: &Totalling<'_, 'x, T, S, U> = &kernel;
    match (way, join) {
        (Way::Whole(timing), _) => {
            let total = total_of(whole, kernel);
            timing.end();
            total
        }
        (Way::Split(split), Some(join)) => {
            let part = |range| total_of(&whole[range], kernel);
            parts(
                &split,
                0..whole.len(),
                Tail::Join,
                part,
                |_| false,
                |parts| {
                    let mut parts = parts.into_iter();
                    let mut total = parts.next().expect("a split run has a part");
                    parts.for_each(|part| join(&mut total, part));
                    total
                },
            )
        }
        (Way::Split(split), None) => {
            windows(split, whole, &|part, items| kernel(part, Total::items(items)), terminal)
        }
    }
}

/// A kernel that puts the items of its part into a `Vec`.
type Feeder<'k, 'x, T, U> = dyn Fn(&'x [T], &mut Vec<U>) + Sync + 'k;

/// The items of a part, and the panic that ended it. The terminal sees the items before the panic first: it may end
/// there, or panic itself. A panic that nobody comes to is forgotten, as its `Drop` may do anything.
type Run<U> = (Vec<U>, Option<ManuallyDrop<Payload>>);

fn run_of<'x, T, U>(kernel: &Feeder<'_, 'x, T, U>, part: &'x [T]) -> Run<U> {
    let mut items = Vec::new();
    let panic = catch_unwind(AssertUnwindSafe(|| kernel(part, &mut items))).err();
    (items, panic.map(ManuallyDrop::new))
}

/// Runs `terminal` over the items of `whole`, which are computed in parallel when it asks for the next window.
fn windows<'x, T, U, R>(
    split: Parts,
    whole: &'x [T],
    kernel: &Feeder<'_, 'x, T, U>,
    terminal: impl FnOnce(Items<'_, U>) -> R,
) -> R
where
    T: ParallelElement,
    U: ParallelOutput,
{
    let window = (WINDOW_BYTES / size_of::<U>().max(1)).clamp(64, 1 << 17);
    let memory = split.memory;
    let mut first = Some(split);
    let mut at = 0;
    let mut handed_over: Option<(usize, Tick)> = None;
    let mut panicked = None;
    let mut refill = || {
        tail_done(memory, handed_over.take());
        if let Some(payload) = panicked.take() {
            resume_unwind(ManuallyDrop::into_inner(payload));
        }
        if at >= whole.len() {
            return None;
        }
        let range = at..whole.len().min(at.saturating_add(window));
        at = range.end;
        let len = range.len();
        let feed = |range| run_of(kernel, &whole[range]);
        let way = first.take().map_or_else(|| exec::enter_window(memory, len), Way::Split);
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
fn tail_done(memory: &'static crate::memory::Memory, handed_over: Option<(usize, Tick)>) {
    if let Some((len, since)) = handed_over {
        memory.learn_order(len, Tick::now().ns_since(since));
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
pub fn ordered<'x, T, M>(site: &'static Site, xs: impl Whole<'x, T>, _marker: M) -> Ordered<'x, T>
where
    T: ParallelElement + 'x,
{
    let whole = xs.whole();
    if site.surely_serial::<M>(whole.len()) {
        return Ordered::Plain(Plain(None));
    }
    ordered_slowly::<T, M>(site, whole)
}

#[inline(never)]
fn ordered_slowly<'x, T: ParallelElement, M>(site: &'static Site, whole: &'x [T]) -> Ordered<'x, T> {
    match exec::enter::<M>(site, whole.len(), Output::Copied) {
        Way::Whole(timing) => Ordered::Plain(Plain(Some(timing))),
        Way::Split(split) => Ordered::Split(Split { split, whole }),
    }
}

/// The plain chain is about to run.
#[derive(Debug)]
pub struct Plain(Option<exec::Timing>);

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
pub struct Split<'x, T> {
    split: Parts,
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
        let kernel: &(dyn Fn(&'x [T], Feed<'_, U>) + Sync) = &kernel;
        windows(self.split, self.whole, &|part, items| kernel(part, Feed::items(items)), terminal)
    }
}
