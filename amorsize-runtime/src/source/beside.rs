//! What stands beside the head: other slices (`zip`), cut at the same places, and the index (`enumerate`).

use std::iter::{Rev, Skip, StepBy, Take};
use std::ops::{Range, RangeFrom};
use std::slice::{self, Iter, IterMut};

use crate::bound::{ParallelElement, ParallelElementMut};
use crate::sink::{Cut, Elements, ElementsMut};
use crate::source::indices::Index;
use crate::source::narrow::Narrow;
use crate::source::{Parts, Source, per_line};

/// A source whose parts know the index of their first unit.
#[derive(Clone, Copy, Debug)]
pub struct Placed<S>(S);

/// `source.enumerate()` as a source.
#[inline(always)]
pub const fn placed<S>(source: S) -> Placed<S> {
    Placed(source)
}

impl<S: Source> Source for Placed<S> {
    type Part = (usize, S::Part);
    type Cut = Placed<S::Cut>;

    const PER_LINE: usize = S::PER_LINE;

    #[inline(always)]
    fn units(&self) -> usize {
        self.0.units()
    }

    #[inline]
    fn unit_bytes(&self) -> usize {
        self.0.unit_bytes()
    }

    #[inline(always)]
    fn whole(self) -> (usize, S::Part) {
        (0, self.0.whole())
    }

    fn cut(self) -> Placed<S::Cut> {
        Placed(self.0.cut())
    }
}

impl<P: Parts> Parts for Placed<P> {
    type Part = (usize, P::Part);

    fn part(&self, range: Range<usize>) -> (usize, P::Part) {
        (range.start, self.0.part(range))
    }
}

/// `items.enumerate()` of a part whose first item is the whole's item number `at`.
#[inline(always)]
pub fn enumerate<I: Iterator>(items: I, at: usize) -> impl Iterator<Item = (usize, I::Item)> {
    // Adaptors of std alone: what it knows about their length and layout makes the loop as fast as the plain one.
    items.enumerate().map(move |(index, item)| (at + index, item))
}

/// What can stand in a `zip`: a slice, in any of the ways in which it is handed to an iterator, or a range.
#[diagnostic::on_unimplemented(
    message = "`#[parallelize]` cuts a `zip` with a slice or a range, and this is a `{Self}`",
    label = "cannot be cut where the slice is",
    note = "zip with a slice, `.zip(ys)` or `.zip(ys.iter())`; begin with what yields `&mut` pieces, `ys.chunks_mut(n).zip(xs.chunks(n))`"
)]
pub trait Beside {
    /// What is cut.
    type Lane: Lane;

    /// What is cut.
    fn lane(self) -> Self::Lane;
}

/// What stands beside the head and is cut with it; like a source, it was proved to be shareable where it was made.
pub trait Lane: Sized {
    /// The iterator over a part.
    type Part: Iterator;
    /// The lane while several threads take parts of it.
    type Cut: Parts<Part = Self::Part> + Sync;

    /// Units on one cache line, where they are changed.
    const PER_LINE: usize = 1;

    /// Bytes of an item, as far as its type says; see [`Source::unit_bytes`].
    const ITEM_BYTES: usize = 0;

    /// How many items stand beside the `units` of the head; `None` where they cannot be counted.
    fn items(&self, units: usize) -> Option<usize>;

    /// What is left behind the first `items`.
    #[must_use]
    fn beyond(self, items: usize) -> Self;

    /// Everything, for a kernel that runs once.
    fn whole(self) -> Self::Part;

    /// Makes ready for handing out parts.
    fn cut(self) -> Self::Cut;
}

/// A lane that is only read, so that a chain may end before all of it was seen.
#[diagnostic::on_unimplemented(
    message = "what stands in this `zip` is changed, and the chain may end before all of it is",
    label = "changed in a chain that does not end in `for_each`",
    note = "change it in a chain or loop of its own that ends in `for_each`"
)]
pub trait Shared {}

/// A source with another beside it; as long as the shorter one.
#[derive(Clone, Copy, Debug)]
pub struct Zip<A, B>(A, B);

/// `source.zip(beside)` as a source.
#[inline(always)]
pub fn zip<A, B: Beside<Lane: Shared>>(source: A, beside: B) -> Zip<A, B::Lane> {
    Zip(source, beside.lane())
}

/// The same where the elements beside may be changed.
#[inline(always)]
pub fn zip_mut<A, B: Beside>(source: A, beside: B) -> Zip<A, B::Lane> {
    Zip(source, beside.lane())
}

impl<A: Source, B: Lane> Source for Zip<A, B> {
    type Part = (A::Part, B::Part);
    type Cut = ZipCut<A::Cut, B::Cut>;

    const PER_LINE: usize = if A::PER_LINE > B::PER_LINE { A::PER_LINE } else { B::PER_LINE };

    #[inline(always)]
    fn units(&self) -> usize {
        let units = self.0.units();
        self.1.items(units).map_or(0, |items| items.min(units))
    }

    #[inline]
    fn unit_bytes(&self) -> usize {
        self.0.unit_bytes().saturating_add(B::ITEM_BYTES)
    }

    #[inline(always)]
    fn whole(self) -> Self::Part {
        (self.0.whole(), self.1.whole())
    }

    fn cut(self) -> Self::Cut {
        let (units, all) = (self.units(), self.0.units());
        ZipCut { a: self.0.cut(), b: self.1.cut(), units, all }
    }
}

impl<A: Narrow, B: Lane> Narrow for Zip<A, B> {
    fn within(self, range: Range<usize>) -> Self {
        let beyond = range.start;
        Self(self.0.within(range), self.1.beyond(beyond))
    }
}

/// Two sources side by side while they are cut.
#[derive(Debug)]
pub struct ZipCut<A, B> {
    a: A,
    b: B,
    units: usize,
    /// Units of the first one.
    all: usize,
}

impl<A: Parts, B: Parts> Parts for ZipCut<A, B> {
    type Part = (A::Part, B::Part);

    fn part(&self, range: Range<usize>) -> Self::Part {
        // The plain `zip` asks the first one for one item more than the second one has, whatever making it does.
        let end = if range.end == self.units { self.all } else { range.end };
        (self.a.part(range.start..end), self.b.part(range))
    }
}

/// The elements of a slice, as iterators.
#[derive(Debug)]
pub struct Items<X>(X);

impl<U> Shared for Items<Elements<'_, U>> {}

impl<'y, U> Lane for Items<Elements<'y, U>> {
    type Part = Iter<'y, U>;
    type Cut = Self;

    const ITEM_BYTES: usize = size_of::<U>();

    #[inline(always)]
    fn items(&self, _: usize) -> Option<usize> {
        Some(self.0.get().len())
    }

    fn beyond(self, items: usize) -> Self {
        let len = self.0.len();
        Self(self.0.narrowed(items.min(len)..len))
    }

    #[inline(always)]
    fn whole(self) -> Iter<'y, U> {
        self.0.get().iter()
    }

    fn cut(self) -> Self {
        self
    }
}

impl<'y, U> Parts for Items<Elements<'y, U>> {
    type Part = Iter<'y, U>;

    fn part(&self, range: Range<usize>) -> Iter<'y, U> {
        self.0.get()[range].iter()
    }
}

impl<'y, U> Lane for Items<ElementsMut<'y, U>> {
    type Part = IterMut<'y, U>;
    type Cut = Items<Cut<'y, U>>;

    const ITEM_BYTES: usize = size_of::<U>();

    const PER_LINE: usize = per_line::<U>();

    #[inline(always)]
    fn items(&self, _: usize) -> Option<usize> {
        Some(self.0.len())
    }

    fn beyond(self, items: usize) -> Self {
        let len = self.0.len();
        Self(self.0.narrowed(items.min(len)..len))
    }

    #[inline(always)]
    fn whole(self) -> IterMut<'y, U> {
        self.0.get().iter_mut()
    }

    fn cut(self) -> Self::Cut {
        Items(Cut::new(self.0))
    }
}

impl<'y, U> Parts for Items<Cut<'y, U>> {
    type Part = IterMut<'y, U>;

    fn part(&self, range: Range<usize>) -> IterMut<'y, U> {
        self.0.part(range).iter_mut()
    }
}

/// The ways in which a slice is named, as `&[U]` or `&mut [U]`.
macro_rules! slices {
    ($($proof:ident, $known:ident: $([$($generics:tt)*] $named:ty, |$ys:ident| $slice:expr;)*)*) => {$($(
        impl<'y, U: $proof, $($generics)*> Beside for $named {
            type Lane = Items<$known<'y, U>>;

            #[inline(always)]
            fn lane(self) -> Self::Lane {
                let $ys = self;
                Items($known::new($slice))
            }
        }
    )*)*};
}

slices! {
    ParallelElement, Elements:
    [] &'y [U], |ys| ys;
    [] &'y Vec<U>, |ys| ys;
    [const N: usize] &'y [U; N], |ys| ys;
    [] Iter<'y, U>, |ys| ys.as_slice();
    ParallelElementMut, ElementsMut:
    [] &'y mut [U], |ys| ys;
    [] &'y mut Vec<U>, |ys| ys;
    [const N: usize] &'y mut [U; N], |ys| ys;
    [] IterMut<'y, U>, |ys| ys.into_slice();
}

/// Iterators of std over shared slices that find any of their items at once.
macro_rules! jumping {
    ($($iterator:ty;)*) => {$(
        impl<'y, U: ParallelElement> Beside for $iterator {
            type Lane = Jumping<Self>;

            #[inline(always)]
            fn lane(self) -> Jumping<Self> {
                Jumping(self)
            }
        }
    )*};
}

jumping! {
    slice::Chunks<'y, U>;
    slice::ChunksExact<'y, U>;
    slice::Windows<'y, U>;
    Skip<Iter<'y, U>>;
    Take<Iter<'y, U>>;
    Take<Skip<Iter<'y, U>>>;
    Skip<Take<Iter<'y, U>>>;
    Rev<Iter<'y, U>>;
    StepBy<Iter<'y, U>>;
}

// `Beside` had the proof; this asks for it again only because the iterators are no types of ours.
impl<I: ExactSizeIterator + Clone + Sync> Lane for Jumping<I> {
    type Part = Take<I>;
    type Cut = Self;

    #[inline(always)]
    fn items(&self, _: usize) -> Option<usize> {
        Some(self.0.len())
    }

    fn beyond(mut self, items: usize) -> Self {
        if let Some(before) = items.checked_sub(1) {
            self.0.nth(before);
        }
        self
    }

    #[inline(always)]
    fn whole(self) -> Take<I> {
        self.0.take(usize::MAX)
    }

    fn cut(self) -> Self {
        self
    }
}

impl<I: Iterator + Clone> Parts for Jumping<I> {
    type Part = Take<I>;

    fn part(&self, range: Range<usize>) -> Take<I> {
        let mut from = self.0.clone();
        if let Some(before) = range.start.checked_sub(1) {
            from.nth(before);
        }
        from.take(range.len())
    }
}

/// An iterator of std that finds any of its items at once.
#[derive(Clone, Debug)]
pub struct Jumping<I>(I);

impl<I> Shared for Jumping<I> {}

macro_rules! ranges {
    ($($range:ident, |$it:ident, $units:ident| $items:expr;)*) => {$(
        impl<I: Index> Beside for $range<I>
        where
            Self: Iterator,
        {
            type Lane = Self;

            #[inline(always)]
            fn lane(self) -> Self {
                self
            }
        }

        impl<I> Shared for $range<I> {}

        impl<I: Index> Lane for $range<I>
        where
            Self: Iterator,
        {
            type Part = Self;
            type Cut = Self;

            fn items(&self, $units: usize) -> Option<usize> {
                let $it = self;
                $items
            }

            fn beyond(mut self, items: usize) -> Self {
                self.start = self.start.forward(items.min(self.start.steps_left().unwrap_or(usize::MAX)));
                self
            }

            #[inline(always)]
            fn whole(self) -> Self {
                self
            }

            fn cut(self) -> Self {
                self
            }
        }
    )*};
}

ranges! {
    Range, |range, _units| range.start.steps_to(range.end);
    // At the largest integer of the type, what comes next depends on how the program is compiled.
    RangeFrom, |range, units| range.start.steps_left().is_none_or(|left| units <= left).then_some(units);
}

impl<I: Index> Parts for RangeFrom<I>
where
    Self: Iterator,
{
    type Part = Self;

    fn part(&self, range: Range<usize>) -> Self {
        self.start.forward(range.start)..
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::elements;

    #[test]
    fn what_stands_beside_is_cut_at_the_same_places() {
        let (xs, ys): (Vec<u8>, Vec<u8>) = ((0..20).collect(), (100..113).collect());
        for step in 1..21 {
            macro_rules! same {
                ($beside:expr) => {
                    let zipped: Vec<_> = {
                        let source = zip_mut(elements(&xs[..]), $beside);
                        let units = Source::units(&source);
                        let cut = source.cut();
                        let part = |at| cut.part(at..units.min(at + step));
                        (0..units).step_by(step).map(part).flat_map(|(a, b)| a.iter().zip(b)).collect()
                    };
                    assert_eq!(zipped, xs.iter().zip($beside).collect::<Vec<_>>());
                };
            }
            same!(&ys[..]);
            same!(&ys);
            same!(ys.iter());
            same!(&[1_u8, 2, 3]);
            same!(ys.chunks(2));
            same!(ys.chunks_exact(3));
            same!(ys.windows(4));
            same!(ys.iter().skip(3));
            same!(ys.iter().take(5));
            same!(ys.iter().skip(2).take(4));
            same!(ys.iter().take(9).skip(2));
            same!(ys.iter().rev());
            same!(ys.iter().step_by(3));
            same!(3..9_i32);
            same!(3..90_i32);
            same!(5_u64..);
        }
    }

    #[test]
    fn endless_ranges_that_end_stay_in_one_piece() {
        let xs = [0_u8; 20];
        assert_eq!(Source::units(&zip(elements(&xs[..]), 240_u8..)), 0);
        assert_eq!(Source::units(&zip(elements(&xs[..]), 235_u8..)), 20);
    }

    #[test]
    fn the_first_source_is_asked_for_one_item_more() {
        let (xs, ys) = ([1, 2, 3, 4, 5], [1, 2]);
        let cut = zip(elements(&xs[..]), &ys[..]).cut();
        assert_eq!(cut.part(0..1).0, [1]);
        assert_eq!(cut.part(1..2).0, [2, 3, 4, 5]);
    }
}
