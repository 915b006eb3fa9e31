//! Index loops: a range, and beside it the slices that are changed at the range's own index and nowhere else.
//!
//! A part is some of the indices and the elements at them, so the kernel is told where its part begins. A slice that does
//! not reach as far as the range makes the loop one piece: what the plain loop does up to its panic then happens as it
//! stands.

use std::ops::{Range, RangeInclusive};

use crate::sink::{Cut, ElementsMut};
use crate::source::indices::Index;
use crate::source::{Parts, Source, per_line};

/// An integer as the index of an element.
#[diagnostic::on_unimplemented(
    message = "`#[parallelize]` splits index loops over ranges of integers, and this is a range of `{Self}`",
    label = "not integers"
)]
pub trait Place: Index {
    /// `self as usize`.
    fn place(self) -> usize;

    /// The same, if it is the same number.
    fn exactly(self) -> Option<usize>;
}

macro_rules! places {
    ($($int:ty),*) => {$(
        impl Place for $int {
            #[inline(always)]
            #[allow(clippy::cast_lossless, trivial_numeric_casts)]
            fn place(self) -> usize {
                self as usize
            }

            #[inline(always)]
            fn exactly(self) -> Option<usize> {
                usize::try_from(self).ok()
            }
        }
    )*};
}

places!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);

/// Where in a part that begins at `from` the element of index `at` lies.
#[must_use]
#[inline(always)]
pub const fn index(at: usize, from: usize) -> usize {
    at.wrapping_sub(from)
}

/// The same for an index that is converted.
#[inline(always)]
pub fn place<I: Place>(at: I, from: usize) -> usize {
    index(at.place(), from)
}

/// A range of indices.
pub trait Places: Source {
    /// The first index, if it is one.
    fn first(&self) -> Option<usize>;
}

impl<I: Place> Places for Range<I> {
    #[inline(always)]
    fn first(&self) -> Option<usize> {
        self.start.exactly()
    }
}

impl<I: Place + PartialOrd> Places for RangeInclusive<I> {
    #[inline(always)]
    fn first(&self) -> Option<usize> {
        self.start().exactly()
    }
}

/// A range whose parts know the index at which they begin.
#[derive(Clone, Copy, Debug)]
pub struct Indices<R> {
    range: R,
    /// Where the whole begins.
    first: usize,
}

/// A range as the source of an index loop.
#[inline(always)]
pub fn indices<R: Places>(range: R) -> Indices<R> {
    // Of an index that is none, no slice has the element: see `Own::units`.
    let first = range.first().unwrap_or(usize::MAX);
    Indices { range, first }
}

impl<R: Places> Source for Indices<R> {
    type Part = (R::Part, usize);
    type Cut = Indices<R::Cut>;

    #[inline(always)]
    fn units(&self) -> usize {
        self.range.units()
    }

    /// The slices beside the whole range are whole too: their elements lie where the plain loop looks for them.
    #[inline(always)]
    fn whole(self) -> Self::Part {
        (self.range.whole(), 0)
    }

    fn cut(self) -> Self::Cut {
        Indices { range: self.range.cut(), first: self.first }
    }
}

impl<P: Parts> Parts for Indices<P> {
    type Part = (P::Part, usize);

    fn part(&self, range: Range<usize>) -> Self::Part {
        let from = self.first + range.start;
        (self.range.part(range), from)
    }
}

/// What a slice can stand beside.
pub trait Indexed: Source {
    /// The index of the first unit.
    fn first(&self) -> usize;
}

impl<R: Places> Indexed for Indices<R> {
    #[inline(always)]
    fn first(&self) -> usize {
        self.first
    }
}

/// A source with a slice beside it, of which every index changes its own element.
#[derive(Debug)]
pub struct Own<A, X> {
    beside: A,
    xs: X,
    /// The index of the first unit.
    first: usize,
}

/// A slice that is changed at the range's own index.
#[inline(always)]
pub fn own<A: Indexed, T>(beside: A, xs: ElementsMut<'_, T>) -> Own<A, ElementsMut<'_, T>> {
    let first = beside.first();
    Own { beside, xs, first }
}

impl<A: Indexed, T> Indexed for Own<A, ElementsMut<'_, T>> {
    #[inline(always)]
    fn first(&self) -> usize {
        self.first
    }
}

impl<'x, A: Indexed, T> Source for Own<A, ElementsMut<'x, T>> {
    /// The elements of the part, and the length of the whole.
    type Part = (A::Part, &'x mut [T], usize);
    type Cut = Own<A::Cut, Cut<'x, T>>;

    const PER_LINE: usize = if A::PER_LINE > per_line::<T>() { A::PER_LINE } else { per_line::<T>() };

    /// None where the slice is too short.
    #[inline(always)]
    fn units(&self) -> usize {
        let units = self.beside.units();
        match self.first.checked_add(units) {
            Some(end) if end <= self.xs.len() => units,
            _ => 0,
        }
    }

    /// What the loop reads elsewhere is not known.
    #[inline]
    fn unit_bytes(&self) -> usize {
        self.beside.unit_bytes().saturating_add(size_of::<T>())
    }

    #[inline(always)]
    fn whole(self) -> Self::Part {
        let xs = self.xs.get();
        let len = xs.len();
        (self.beside.whole(), xs, len)
    }

    fn cut(self) -> Self::Cut {
        Own { beside: self.beside.cut(), xs: Cut::new(self.xs), first: self.first }
    }
}

impl<'x, P: Parts, T> Parts for Own<P, Cut<'x, T>> {
    type Part = (P::Part, &'x mut [T], usize);

    fn part(&self, range: Range<usize>) -> Self::Part {
        let xs = self.xs.part(self.first + range.start..self.first + range.end);
        (self.beside.part(range), xs, self.xs.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::elements_mut;

    #[test]
    fn every_index_meets_its_own_elements() {
        for step in 1..9 {
            let (mut xs, mut ys) = ([0_usize; 20], [0_u8; 31]);
            let source = own(own(indices(3..17_i32), elements_mut(&mut xs[..])), elements_mut(&mut ys[..]));
            let units = source.units();
            assert_eq!(units, 14);
            let cut = source.cut();
            for start in (0..units).step_by(step).rev() {
                let ((((range, from), xs, xs_len), ys, ys_len), end) =
                    (cut.part(start..units.min(start + step)), units.min(start + step));
                assert_eq!(
                    (range.clone().count(), xs.len(), ys.len()),
                    (end - start, end - start, end - start)
                );
                assert_eq!((xs_len, ys_len), (20, 31));
                for i in range {
                    xs[place(i, from)] += i as usize;
                    ys[place(i, from)] += 1;
                }
            }
            drop(cut);
            assert!(xs.iter().enumerate().all(|(i, x)| *x == if (3..17).contains(&i) { i } else { 0 }));
            assert!(ys.iter().enumerate().all(|(i, y)| *y == u8::from((3..17).contains(&i))));
        }
    }

    #[test]
    fn a_slice_that_is_too_short_keeps_the_loop_in_one_piece() {
        let units = |len: usize, range: Range<i64>| {
            own(indices(range), elements_mut(&mut vec![0_u8; len][..])).units()
        };
        assert_eq!((units(5, 0..5), units(5, 1..5), units(5, 1..6), units(5, 4..4)), (5, 4, 0, 0));
        assert_eq!((units(5, -1..3), units(0, 0..0), units(5, i64::MAX - 3..i64::MAX)), (0, 0, 0));
        let mut xs = [1_u8, 2, 3];
        let ((range, from), xs, len) = own(indices(1..=7_usize), elements_mut(&mut xs[..])).whole();
        assert_eq!((range, from, xs.len(), len), (1..=7, 0, 3, 3));
        assert_eq!(own(indices(0..=usize::MAX), elements_mut(&mut [0_u8; 3][..])).units(), 0);
    }
}
