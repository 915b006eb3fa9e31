//! What a kernel is handed to put its items into, one kind per family of terminals.
//!
//! The kernel ends in one call on its outlet (`out.pour(chain)`); which of the ways below that takes was decided
//! before. Serially the outlet runs the plain function's own terminal.

use std::iter::{Product, Sum};
use std::marker::PhantomData;
use std::vec;

use crate::collect::Gather;

/// The outlet of `collect`; `P` is the collection's part. Nothing is demanded of `C` here: the entry point demands it, and
/// what is wrong is said once.
pub struct Pour<'o, C, U, P>(PourTo<'o, C, P>, PhantomData<fn(U)>);

enum PourTo<'o, C, P> {
    Whole(&'o mut Option<C>),
    Part(&'o mut Option<P>),
}

impl<'o, C, U, P> Pour<'o, C, U, P> {
    #[inline(always)]
    pub(crate) fn whole(slot: &'o mut Option<C>) -> Self {
        Self(PourTo::Whole(slot), PhantomData)
    }

    pub(crate) fn part(slot: &'o mut Option<P>) -> Self {
        Self(PourTo::Part(slot), PhantomData)
    }

    /// Takes everything that the chain yields.
    #[inline(always)]
    pub fn pour<I: Iterator<Item = U>>(self, items: I)
    where
        C: FromIterator<U>,
        P: Gather<U>,
    {
        match self.0 {
            PourTo::Whole(slot) => *slot = Some(items.collect()),
            PourTo::Part(slot) => *slot = Some(P::gather(items)),
        }
    }
}

/// The outlet of `sum` and `product`.
#[derive(Debug)]
pub struct Total<'o, S, U>(TotalTo<'o, S, U>);

#[derive(Debug)]
enum TotalTo<'o, S, U> {
    Whole(&'o mut Option<S>),
    Items(&'o mut Vec<U>),
}

impl<'o, S, U> Total<'o, S, U> {
    #[inline(always)]
    pub(crate) fn whole(slot: &'o mut Option<S>) -> Self {
        Self(TotalTo::Whole(slot))
    }

    pub(crate) fn items(items: &'o mut Vec<U>) -> Self {
        Self(TotalTo::Items(items))
    }

    /// Takes the sum of everything that the chain yields, or keeps the items for an ordered tail.
    #[inline(always)]
    pub fn sum<I: Iterator<Item = U>>(self, items: I)
    where
        S: Sum<U>,
    {
        match self.0 {
            TotalTo::Whole(slot) => *slot = Some(items.sum()),
            TotalTo::Items(kept) => kept.extend(items),
        }
    }

    /// Takes the product of everything that the chain yields, or keeps the items for an ordered tail.
    #[inline(always)]
    pub fn product<I: Iterator<Item = U>>(self, items: I)
    where
        S: Product<U>,
    {
        match self.0 {
            TotalTo::Whole(slot) => *slot = Some(items.product()),
            TotalTo::Items(kept) => kept.extend(items),
        }
    }
}

/// The outlet of a chain whose terminal is an ordered tail.
#[derive(Debug)]
pub struct Feed<'o, U>(&'o mut Vec<U>);

impl<'o, U> Feed<'o, U> {
    pub(crate) fn items(items: &'o mut Vec<U>) -> Self {
        Self(items)
    }

    /// Takes everything that the chain yields; what it yielded before a panic stays.
    #[inline(always)]
    pub fn feed<I: Iterator<Item = U>>(self, items: I) {
        self.0.extend(items);
    }
}

/// The items of an ordered tail: computed in parallel, window by window, and yielded in index order.
pub struct Items<'o, U> {
    current: vec::IntoIter<U>,
    window: vec::IntoIter<Vec<U>>,
    /// Computes the next window; `None` at the end.
    refill: &'o mut dyn FnMut() -> Option<Vec<Vec<U>>>,
}

impl<'o, U> Items<'o, U> {
    pub(crate) fn new(refill: &'o mut dyn FnMut() -> Option<Vec<Vec<U>>>) -> Self {
        Self { current: Vec::new().into_iter(), window: Vec::new().into_iter(), refill }
    }

    /// Moves on to the next run of items; false at the end.
    fn advance(&mut self) -> bool {
        loop {
            if let Some(part) = self.window.next() {
                self.current = part.into_iter();
                return true;
            }
            match (self.refill)() {
                Some(parts) => self.window = parts.into_iter(),
                None => return false,
            }
        }
    }
}

impl<U> Iterator for Items<'_, U> {
    type Item = U;

    #[inline]
    fn next(&mut self) -> Option<U> {
        loop {
            if let Some(item) = self.current.next() {
                return Some(item);
            }
            if !self.advance() {
                return None;
            }
        }
    }

    /// Whole runs at a time: `sum`, `fold`, `min_by` and the like go through here.
    #[inline]
    fn fold<B, F: FnMut(B, U) -> B>(mut self, init: B, mut f: F) -> B {
        let mut folded = init;
        loop {
            folded = std::mem::take(&mut self.current).fold(folded, &mut f);
            if !self.advance() {
                return folded;
            }
        }
    }
}

impl<U> std::fmt::Debug for Items<'_, U> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Items").finish_non_exhaustive()
    }
}
