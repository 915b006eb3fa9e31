//! The entry points of `min_by_key` and `max_by_key`.
//!
//! A part hands over its item together with the key, as std keeps them: every key is asked for once, and the join
//! compares keys alone. `Ord` says that the order of comparisons does not matter; which of equal items wins is std's.

use std::cmp::Ordering;

use crate::bound::{ParallelKey, ParallelOutput};
use crate::call::Output;
use crate::entry::join_parts;
use crate::site::Site;
use crate::source::Source;

/// An item and its key, of one part or of several. It knows how keys are compared, so that what a key has to be is
/// demanded at one place, where it is made.
#[derive(Debug)]
pub struct Keyed<B, U> {
    key: B,
    item: U,
    compare: fn(&B, &B) -> Ordering,
}

impl<B, U> Keyed<B, U> {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.compare)(&self.key, &other.key)
    }
}

/// `… .min_by_key(f)`: the first of equal ones, as in std.
///
/// # Panics
/// If the kernel panics, or a comparison of keys.
#[inline(always)]
pub fn min_by_key<U, B, S, K>(site: &'static Site, source: S, kernel: K) -> Option<U>
where
    S: Source,
    U: ParallelOutput,
    B: ParallelKey,
    K: Fn(S::Part) -> Option<Keyed<B, U>> + Sync,
{
    let least = join_parts(
        site,
        source,
        Output::InPlace,
        kernel,
        |_| false,
        |parts| parts.into_iter().flatten().min_by(Keyed::cmp),
    );
    least.map(|least| least.item)
}

/// `… .max_by_key(f)`: the last of equal ones, as in std.
///
/// # Panics
/// If the kernel panics, or a comparison of keys.
#[inline(always)]
pub fn max_by_key<U, B, S, K>(site: &'static Site, source: S, kernel: K) -> Option<U>
where
    S: Source,
    U: ParallelOutput,
    B: ParallelKey,
    K: Fn(S::Part) -> Option<Keyed<B, U>> + Sync,
{
    let most = join_parts(
        site,
        source,
        Output::InPlace,
        kernel,
        |_| false,
        |parts| parts.into_iter().flatten().max_by(Keyed::cmp),
    );
    most.map(|most| most.item)
}

/// The item with the least key, and that.
#[inline(always)]
pub fn least_by_key<I, B, F>(items: I, mut key: F) -> Option<Keyed<B, I::Item>>
where
    I: Iterator,
    B: Ord,
    F: FnMut(&I::Item) -> B,
{
    let least = items.map(move |item| (key(&item), item)).min_by(|(a, _), (b, _)| a.cmp(b));
    least.map(|(key, item)| Keyed { key, item, compare: B::cmp })
}

/// The item with the greatest key, and that.
#[inline(always)]
pub fn most_by_key<I, B, F>(items: I, mut key: F) -> Option<Keyed<B, I::Item>>
where
    I: Iterator,
    B: Ord,
    F: FnMut(&I::Item) -> B,
{
    let most = items.map(move |item| (key(&item), item)).max_by(|(a, _), (b, _)| a.cmp(b));
    most.map(|(key, item)| Keyed { key, item, compare: B::cmp })
}
