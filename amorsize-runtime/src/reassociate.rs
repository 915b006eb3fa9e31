//! The entry points of float sums and products that may be added up in another order (`reassociate`).
//!
//! The order is another one than the plain chain's, but a fixed one: it depends on the number of units alone, so that
//! neither threads nor cuts nor the machine change a bit, and the serial run adds up in the same order. Below `LEAST`
//! units it is the plain chain's own.
//!
//! The source is cut into leaves of equal length; the items of a leaf go to `LANES` totals in turn, which processors add
//! up at the same time, and the totals of lanes and of leaves are joined pairwise. Summing pairwise is also more
//! accurate: the error grows with the logarithm of the number of leaves instead of the number of items (Higham 1993).

use std::iter::{Product, Sum};
use std::ops::{Add, Mul, Range};

use crate::begin;
use crate::bound::ParallelOutput;
use crate::call::{Output, Split, Tail, Way};
use crate::ordered::windows;
use crate::outlet::Items;
use crate::reduce::parts;
use crate::site::Site;
use crate::source::{Parts, Source};

/// Fewer units are added up as the plain chain does, and by an ordered tail in parallel: there are too few to make
/// leaves of that would be worth it, and each may be long.
const LEAST: usize = 1024;

/// There are at least so many leaves, enough for threads to share evenly.
const LEAVES: usize = 128;

/// Units of the longest leaf. From 32 units on, making leaves takes less than a tenth of a cheap sum's time.
const LONGEST: usize = 1024;

/// Totals that are added up at the same time. An addition takes four cycles, and one can begin in each: over 1e6
/// doubles 0.29 ns per item, against 0.82 ns with one lane; with eight it is no faster.
const LANES: usize = 4;

/// How many units make a leaf, of so many.
fn leaf_len(units: usize) -> usize {
    let even = (units / LEAVES).max(1);
    // The power of two below: leaves then begin at the same places for many lengths.
    (1_usize << even.ilog2()).min(LONGEST)
}

/// A float total over items `U`.
#[diagnostic::on_unimplemented(
    message = "`reassociate` is for totals of `f32` or `f64` over such numbers, and this is a `{Self}` over `{U}`",
    label = "not known to be a float",
    note = "remove `reassociate`, or move this total into a function of its own, without it"
)]
pub trait Float<U>: Sum<U> + Product<U> + Copy + Add<Output = Self> + Mul<Output = Self> {
    /// The item as a number.
    fn of(item: U) -> Self;
}

impl Float<Self> for f32 {
    #[inline(always)]
    fn of(item: Self) -> Self {
        item
    }
}

impl Float<&Self> for f32 {
    #[inline(always)]
    fn of(item: &Self) -> Self {
        *item
    }
}

impl Float<Self> for f64 {
    #[inline(always)]
    fn of(item: Self) -> Self {
        item
    }
}

impl Float<&Self> for f64 {
    #[inline(always)]
    fn of(item: &Self) -> Self {
        *item
    }
}

/// The outlet of a sum or product in leaves. It demands the float; the entry point what std demands, so that what is
/// wrong is said once.
#[derive(Debug)]
pub struct Leaf<'o, A, U>(To<'o, A, U>);

#[derive(Debug)]
enum To<'o, A, U> {
    /// Everything, as the plain chain does it.
    Whole(&'o mut Option<A>),
    /// Items for an ordered tail.
    Items(&'o mut Vec<U>),
    /// One leaf.
    Leaf(&'o mut Option<Total<A>>),
}

/// The total of one leaf or more, and how one is made of two.
#[derive(Debug)]
struct Total<A> {
    total: A,
    join: fn(A, A) -> A,
}

impl<A> Total<A> {
    #[inline(always)]
    fn and(self, right: Self) -> Self {
        Self { total: (self.join)(self.total, right.total), join: self.join }
    }
}

impl<A: Float<U>, U> Leaf<'_, A, U> {
    /// Takes the sum of everything that the chain yields.
    #[inline(always)]
    pub fn sum<I: Iterator<Item = U>>(self, items: I) {
        match self.0 {
            To::Whole(slot) => *slot = Some(items.sum()),
            To::Items(kept) => kept.extend(items),
            To::Leaf(slot) => {
                let total = lanes(items.map(A::of), nothing_summed::<A, U>(), A::add);
                *slot = Some(Total { total, join: A::add });
            }
        }
    }

    /// Takes the product of everything that the chain yields.
    #[inline(always)]
    pub fn product<I: Iterator<Item = U>>(self, items: I) {
        match self.0 {
            To::Whole(slot) => *slot = Some(items.product()),
            To::Items(kept) => kept.extend(items),
            To::Leaf(slot) => {
                let total = lanes(items.map(A::of), nothing_multiplied::<A, U>(), A::mul);
                *slot = Some(Total { total, join: A::mul });
            }
        }
    }
}

/// What std sums up to without items.
#[inline(always)]
fn nothing_summed<A: Sum<U>, U>() -> A {
    std::iter::empty().sum()
}

/// What std multiplies to without items.
#[inline(always)]
fn nothing_multiplied<A: Product<U>, U>() -> A {
    std::iter::empty().product()
}

/// The total of a leaf: the first item goes to the first lane, the second to the second, and so on round.
#[inline(always)]
fn lanes<A: Copy>(mut items: impl Iterator<Item = A>, nothing: A, plus: impl Fn(A, A) -> A) -> A {
    let mut lanes = [nothing; LANES];
    'leaf: loop {
        for lane in &mut lanes {
            match items.next() {
                Some(item) => *lane = plus(*lane, item),
                None => break 'leaf,
            }
        }
    }
    let [a, b, c, d] = lanes;
    plus(plus(a, b), plus(c, d))
}

/// Totals joined pairwise while they come: each stands for a power of two of leaves, the earliest for the most.
struct Pairwise<A> {
    totals: Vec<Total<A>>,
    leaves: usize,
}

impl<A> Pairwise<A> {
    #[inline(always)]
    fn new() -> Self {
        Self { totals: Vec::with_capacity(LEAVES.ilog2() as usize + 4), leaves: 0 }
    }

    /// The bits of the number of leaves say of which powers of two there are totals.
    #[inline(always)]
    fn push(&mut self, leaf: Total<A>) {
        let mut total = leaf;
        for _ in 0..self.leaves.trailing_ones() {
            total = self.totals.pop().expect("a total for each bit").and(total);
        }
        self.totals.push(total);
        self.leaves += 1;
    }

    /// The total of them all; there is at least one.
    fn total(self) -> A {
        let totals = self.totals.into_iter().rev();
        totals.reduce(|right, left| left.and(right)).expect("a leaf").total
    }
}

/// `… .sum::<A>()`, added up in leaves.
///
/// # Panics
/// If the kernel panics.
#[inline(always)]
pub fn sum_in_leaves<A, U, S, K>(site: &'static Site, source: S, kernel: K) -> A
where
    S: Source,
    A: Sum<U> + ParallelOutput,
    U: ParallelOutput,
    K: Fn(S::Part, Leaf<'_, A, U>) + Sync,
{
    in_leaves(site, source, kernel, |items| items.sum())
}

/// `… .product::<A>()`, multiplied in leaves.
///
/// # Panics
/// If the kernel panics.
#[inline(always)]
pub fn product_in_leaves<A, U, S, K>(site: &'static Site, source: S, kernel: K) -> A
where
    S: Source,
    A: Product<U> + ParallelOutput,
    U: ParallelOutput,
    K: Fn(S::Part, Leaf<'_, A, U>) + Sync,
{
    in_leaves(site, source, kernel, |items| items.product())
}

#[inline(always)]
fn in_leaves<A, U, S, K>(site: &'static Site, source: S, kernel: K, tail: fn(Items<'_, U>) -> A) -> A
where
    S: Source,
    A: ParallelOutput,
    U: ParallelOutput,
    K: Fn(S::Part, Leaf<'_, A, U>) + Sync,
{
    if site.surely_serial::<K>(source.units()) {
        return serially(source, &kernel);
    }
    slowly(site, source, kernel, tail)
}

/// A kernel that ends in its outlet, as the engine calls it.
type Adding<'k, X, A, U> = dyn Fn(X, Leaf<'_, A, U>) + Sync + 'k;

#[inline(never)]
fn slowly<A, U, S, K>(site: &'static Site, source: S, kernel: K, tail: fn(Items<'_, U>) -> A) -> A
where
    S: Source,
    A: ParallelOutput,
    U: ParallelOutput,
    K: Fn(S::Part, Leaf<'_, A, U>) + Sync,
{
    let units = source.units();
    let output = if units < LEAST { Output::Copied } else { Output::InPlace };
    match begin::call::<K>(site, units, output, source.unit_bytes()) {
        Way::Whole(timing) => {
            let total = serially(source, &kernel);
            timing.end();
            total
        }
        Way::Split(split) if units < LEAST => {
            windows(split, source, &|part, items| kernel(part, Leaf(To::Items(items))), tail)
        }
        Way::Split(split) => side_by_side(split, source, &kernel),
    }
}

/// On the caller alone.
#[inline(always)]
fn serially<A, U, S, K>(source: S, kernel: &K) -> A
where
    S: Source,
    K: Fn(S::Part, Leaf<'_, A, U>),
{
    let units = source.units();
    if units < LEAST {
        let mut slot = None;
        kernel(source.whole(), Leaf(To::Whole(&mut slot)));
        return slot.expect("the kernel ends in its outlet");
    }
    let cut = source.cut();
    let mut total = Pairwise::new();
    for leaf in leaves(0..units, units) {
        total.push(total_of(&cut, leaf, kernel));
    }
    total.total()
}

/// On several threads: a part adds up the leaves that begin in it, wherever it is cut.
fn side_by_side<A, U, S>(split: Split, source: S, kernel: &Adding<'_, S::Part, A, U>) -> A
where
    S: Source,
    A: ParallelOutput,
{
    let units = source.units();
    let cut = source.cut();
    let split = split.in_pieces(leaf_len(units));
    let part = |range| leaves(range, units).map(|leaf| total_of(&cut, leaf, kernel)).collect();
    let together = |parts: Vec<Vec<Total<A>>>| {
        let mut total = Pairwise::new();
        for leaf in parts.into_iter().flatten() {
            total.push(leaf);
        }
        total.total()
    };
    parts(&split, 0..units, Tail::Join, part, |_| false, together)
}

/// The leaves that begin in a part, in order.
#[inline(always)]
fn leaves(part: Range<usize>, units: usize) -> impl Iterator<Item = Range<usize>> {
    let len = leaf_len(units);
    let first = part.start.next_multiple_of(len);
    (first..part.end).step_by(len).map(move |start| start..units.min(start + len))
}

#[inline(always)]
fn total_of<A, U, P, K>(cut: &P, leaf: Range<usize>, kernel: &K) -> Total<A>
where
    P: Parts,
    K: Fn(P::Part, Leaf<'_, A, U>) + ?Sized,
{
    let mut slot = None;
    kernel(cut.part(leaf), Leaf(To::Leaf(&mut slot)));
    slot.expect("the kernel ends in its outlet")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_depend_on_the_number_of_units_alone() {
        for units in [LEAST, 1025, 4096, 99_999, 1_000_000] {
            let all: Vec<_> = leaves(0..units, units).collect();
            assert!(all.len() >= LEAVES && all[0].start == 0 && all[all.len() - 1].end == units);
            assert!(all.windows(2).all(|pair| pair[0].end == pair[1].start));
            for step in [1, 7, 1000, 4096] {
                let cut = (0..units).step_by(step).map(|at| at..units.min(at + step));
                assert!(cut.flat_map(|part| leaves(part, units)).eq(all.iter().cloned()));
            }
        }
        assert_eq!([LEAST, 131_071, 131_072, 1 << 40].map(leaf_len), [8, 512, 1024, 1024]);
    }

    #[test]
    fn totals_are_joined_pairwise() {
        let both = |a: String, b: String| format!("({a}{b})");
        let join = |leaves: &[&str]| {
            let mut total = Pairwise::new();
            for leaf in leaves {
                total.push(Total { total: String::from(*leaf), join: both });
            }
            total.total()
        };
        assert_eq!(join(&["a"]), "a");
        assert_eq!(join(&["a", "b", "c", "d"]), "((ab)(cd))");
        assert_eq!(join(&["a", "b", "c", "d", "e", "f", "g"]), "(((ab)(cd))((ef)g))");
    }

    #[test]
    fn a_leaf_is_added_up_in_lanes() {
        // Lanes 15, 26, 37 and 4.
        assert_eq!(lanes(1..8, 0, |a, b| a * 10 + b), (15 * 10 + 26) * 10 + (37 * 10 + 4));
    }
}
