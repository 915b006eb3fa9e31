//! The entry points of `partition` and `unzip`: two collections out of one chain.
//!
//! A part gathers its items in two `Vec`s. The collections themselves are made on the caller, in index order and item by
//! item, as std makes them: nothing is asked of them that std does not ask.

use crate::begin;
use crate::bound::ParallelOutput;
use crate::call::{Output, Tail, Way};
use crate::collect::Hinted;
use crate::reduce::parts;
use crate::site::Site;
use crate::source::{Parts, Source, item_bytes};

/// The outlet of `partition`.
#[derive(Debug)]
pub struct Partition<'o, C, U>(To<'o, C, C, U, U>);

/// The outlet of `unzip`.
#[derive(Debug)]
pub struct Unzip<'o, C, D, U, V>(To<'o, C, D, U, V>);

#[derive(Debug)]
enum To<'o, C, D, U, V> {
    Whole(&'o mut Option<(C, D)>),
    Part(&'o mut Option<Part<C, D, U, V>>),
}

/// The items of one part. It knows how the collections are made, so that what they have to be is demanded at one place.
#[derive(Debug)]
struct Part<C, D, U, V> {
    left: Vec<U>,
    right: Vec<V>,
    /// How many items the chain promised: std makes room for so many.
    least: usize,
    join: fn(Vec<Self>) -> (C, D),
}

impl<C, U> Partition<'_, C, U> {
    /// Takes everything that the chain yields, in two.
    #[inline(always)]
    pub fn partition<I, F>(self, items: I, is_left: F)
    where
        I: Iterator<Item = U>,
        C: Default + Extend<U>,
        F: FnMut(&U) -> bool,
    {
        match self.0 {
            To::Whole(slot) => *slot = Some(items.partition(is_left)),
            To::Part(slot) => {
                let (left, right) = items.partition(is_left);
                *slot = Some(Part { left, right, least: 0, join: parted });
            }
        }
    }
}

impl<C, D, U, V> Unzip<'_, C, D, U, V> {
    /// Takes everything that the chain yields, pair by pair.
    #[inline(always)]
    pub fn unzip<I>(self, items: I)
    where
        I: Iterator<Item = (U, V)>,
        C: Default + Extend<U>,
        D: Default + Extend<V>,
    {
        match self.0 {
            To::Whole(slot) => *slot = Some(items.unzip()),
            To::Part(slot) => {
                let least = items.size_hint().0;
                let (left, right) = items.unzip();
                *slot = Some(Part { left, right, least, join: unzipped });
            }
        }
    }
}

/// `… .partition(f)`.
///
/// # Panics
/// If the kernel panics, or a collection while it is filled.
#[inline(always)]
pub fn partition<C, U, S, K>(site: &'static Site, source: S, kernel: K) -> (C, C)
where
    S: Source,
    U: ParallelOutput,
    K: Fn(S::Part, Partition<'_, C, U>) + Sync,
{
    let bytes = item_bytes::<U>(&source);
    halves::<K, _, _, _, _, _, _>(site, source, bytes, move |part, to| kernel(part, Partition(to)))
}

/// `… .unzip()`.
///
/// # Panics
/// If the kernel panics, or a collection while it is filled.
#[inline(always)]
pub fn unzip<C, D, U, V, S, K>(site: &'static Site, source: S, kernel: K) -> (C, D)
where
    S: Source,
    U: ParallelOutput,
    V: ParallelOutput,
    K: Fn(S::Part, Unzip<'_, C, D, U, V>) + Sync,
{
    let bytes = item_bytes::<(U, V)>(&source);
    halves::<K, _, _, _, _, _, _>(site, source, bytes, move |part, to| kernel(part, Unzip(to)))
}

/// A kernel that ends in its outlet, as the engine calls it.
type Halving<'k, X, C, D, U, V> = dyn Fn(X, To<'_, C, D, U, V>) + Sync + 'k;

/// `I` is the user's kernel, which `K` wraps: its type, and not one of ours, is what the site is known by.
#[inline(always)]
fn halves<I, C, D, U, V, S, K>(site: &'static Site, source: S, bytes: usize, kernel: K) -> (C, D)
where
    S: Source,
    U: ParallelOutput,
    V: ParallelOutput,
    K: Fn(S::Part, To<'_, C, D, U, V>) + Sync,
{
    if site.surely_serial::<I>(source.units()) {
        return whole(source, &kernel);
    }
    halves_slowly::<I, _, _, _, _, _, _>(site, source, bytes, kernel)
}

#[inline(always)]
fn whole<C, D, U, V, S, K>(source: S, kernel: &K) -> (C, D)
where
    S: Source,
    K: Fn(S::Part, To<'_, C, D, U, V>) + ?Sized,
{
    let mut slot = None;
    kernel(source.whole(), To::Whole(&mut slot));
    slot.expect("the kernel ends in its outlet")
}

#[inline(never)]
fn halves_slowly<I, C, D, U, V, S, K>(site: &'static Site, source: S, bytes: usize, kernel: K) -> (C, D)
where
    S: Source,
    U: ParallelOutput,
    V: ParallelOutput,
    K: Fn(S::Part, To<'_, C, D, U, V>) + Sync,
{
    let way = begin::call::<I>(site, source.units(), Output::Copied, bytes);
    let kernel: &Halving<'_, S::Part, C, D, U, V> = &kernel;
    match way {
        Way::Whole(timing) => {
            let both = whole(source, kernel);
            timing.end();
            both
        }
        Way::Split(split) => {
            let units = source.units();
            let cut = source.cut();
            let part = |range| {
                let mut slot = None;
                kernel(cut.part(range), To::Part(&mut slot));
                slot.expect("the kernel ends in its outlet")
            };
            parts(&split, 0..units, Tail::Join, part, |_| false, joined)
        }
    }
}

/// The collections, filled in index order.
fn joined<C, D, U, V>(parts: Vec<Part<C, D, U, V>>) -> (C, D) {
    let join = parts.first().expect("a split run has a part").join;
    join(parts)
}

/// What `partition` makes: std promises the collections nothing.
fn parted<C: Default + Extend<U>, U>(parts: Vec<Part<C, C, U, U>>) -> (C, C) {
    let mut both = (C::default(), C::default());
    for part in parts {
        append(&mut both.0, part.left);
        append(&mut both.1, part.right);
    }
    both
}

/// What `unzip` makes of as many items as the plain chain promises.
fn unzipped<C, D, U, V>(parts: Vec<Part<C, D, U, V>>) -> (C, D)
where
    C: Default + Extend<U>,
    D: Default + Extend<V>,
{
    let least = parts.iter().map(|part| part.least).fold(0, usize::saturating_add);
    let pairs = parts.into_iter().flat_map(|part| part.left.into_iter().zip(part.right));
    Hinted::new(pairs, least).unzip()
}

/// Puts items behind those that a collection has, one by one as std does; a `Vec` cannot tell, and takes them at once.
fn append<C: Extend<U>, U>(to: &mut C, items: Vec<U>) {
    if typeid::of::<C>() == typeid::of::<Vec<U>>() {
        to.extend(items);
    } else {
        for item in items {
            to.extend(Some(item));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BinaryHeap;

    use super::append;

    #[test]
    fn a_heap_is_filled_as_std_fills_it() {
        let items = [1, 2, 3, 4, 5, 6, 7, 8];
        let (filled, _): (BinaryHeap<u32>, BinaryHeap<u32>) = items.into_iter().partition(|_| true);
        let mut ours = BinaryHeap::new();
        append(&mut ours, items[..3].to_vec());
        append(&mut ours, items[3..].to_vec());
        assert_eq!(ours.into_vec(), filled.clone().into_vec());
        // Taken at once, they would stand in another order.
        let mut at_once = BinaryHeap::new();
        at_once.extend(items);
        assert_ne!(at_once.into_vec(), filled.into_vec());
    }
}
