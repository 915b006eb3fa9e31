//! What is cut: a slice, pieces of a slice, a range, or several of them side by side.
//!
//! A source has a length in *units* (elements, pieces, indices); a range of units is a part that a thread works on alone.
//! This file decides nothing about where to cut.

mod beside;
mod indices;
mod narrow;
mod owned;
mod pieces;

use std::ops::Range;

pub use beside::{Beside, enumerate, placed, zip, zip_mut};
pub use indices::range;
pub use narrow::{reversed, skip, stepped, take};
pub use owned::{index, indices, own, place};
pub use pieces::{chunks, chunks_exact, chunks_exact_mut, chunks_mut, windows};

use crate::bound::{ParallelElement, ParallelElementMut, Whole, WholeMut};
use crate::sink::{Cut, Elements, ElementsMut};

/// What a chain or loop goes over. That threads may share it was proved where it was made: here nothing is demanded of
/// the elements, so that what is wrong with them is said once, at the user's type.
pub trait Source: Sized {
    /// What the kernel goes over: of a slice, the slice of the part.
    type Part;
    /// The source while several threads take parts of it.
    type Cut: Parts<Part = Self::Part> + Sync;

    /// Units on one cache line of 64 bytes, where they are changed: two threads must not write to the same.
    const PER_LINE: usize = 1;

    /// How many units there are.
    fn units(&self) -> usize;

    /// Bytes that a unit moves from memory or back to it, as far as its type says: what an element points to is not counted,
    /// and one that is changed in place counts once. 0 for an index.
    fn unit_bytes(&self) -> usize {
        0
    }

    /// Everything, for a kernel that runs once.
    fn whole(self) -> Self::Part;

    /// Makes ready for handing out parts.
    fn cut(self) -> Self::Cut;
}

/// A source that is handed out in parts.
pub trait Parts {
    /// What the kernel goes over.
    type Part;

    /// The units of `range`, which must not be empty. Of a source that is changed, every unit is handed out once.
    ///
    /// # Panics
    /// If `range` lies outside, or, of a source that is changed, overlaps an earlier one.
    fn part(&self, range: Range<usize>) -> Self::Part;
}

/// Elements of the type `U` on one cache line.
pub(crate) const fn per_line<U>() -> usize {
    match size_of::<U>() {
        0 => 64,
        1..=64 => 64 / size_of::<U>(),
        _ => 1,
    }
}

/// Bytes that a unit of the source moves together with a result of the type `U`.
#[inline]
pub(crate) fn item_bytes<U>(source: &impl Source) -> usize {
    source.unit_bytes().saturating_add(size_of::<U>())
}

/// A slice as a source.
#[inline(always)]
pub fn elements<'x, T: ParallelElement + 'x>(xs: impl Whole<'x, T>) -> Elements<'x, T> {
    Elements::new(xs.whole())
}

/// A slice as a source whose elements are changed.
#[inline(always)]
pub fn elements_mut<'x, T: ParallelElementMut + 'x>(xs: impl WholeMut<'x, T>) -> ElementsMut<'x, T> {
    ElementsMut::new(xs.whole_mut())
}

impl<'x, T> Source for Elements<'x, T> {
    type Part = &'x [T];
    type Cut = Self;

    #[inline(always)]
    fn units(&self) -> usize {
        self.get().len()
    }

    #[inline]
    fn unit_bytes(&self) -> usize {
        size_of::<T>()
    }

    #[inline(always)]
    fn whole(self) -> &'x [T] {
        self.get()
    }

    fn cut(self) -> Self {
        self
    }
}

impl<'x, T> Parts for Elements<'x, T> {
    type Part = &'x [T];

    fn part(&self, range: Range<usize>) -> &'x [T] {
        &self.get()[range]
    }
}

impl<'x, T> Source for ElementsMut<'x, T> {
    type Part = &'x mut [T];
    type Cut = Cut<'x, T>;

    const PER_LINE: usize = per_line::<T>();

    #[inline(always)]
    fn units(&self) -> usize {
        self.len()
    }

    #[inline]
    fn unit_bytes(&self) -> usize {
        size_of::<T>()
    }

    #[inline(always)]
    fn whole(self) -> &'x mut [T] {
        self.get()
    }

    fn cut(self) -> Cut<'x, T> {
        Cut::new(self)
    }
}

impl<'x, T> Parts for Cut<'x, T> {
    type Part = &'x mut [T];

    fn part(&self, range: Range<usize>) -> &'x mut [T] {
        Cut::part(self, range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_moves_what_its_type_says() {
        let (xs, ys) = ([0_u32; 40], [0_u16; 40]);
        let mut zs = [0_f64; 40];
        let elements = || elements(&xs[..]);
        assert_eq!(elements().unit_bytes(), 4);
        assert_eq!(placed(reversed(elements())).unit_bytes(), 4);
        assert_eq!(stepped(elements(), 3).unit_bytes(), 4);
        assert_eq!(zip(elements(), &ys[..]).unit_bytes(), 6);
        assert_eq!(zip(zip(elements(), ys.iter()), 0..40_u8).unit_bytes(), 6, "an index is made, not read");
        assert_eq!(chunks(&xs[..], 8).unit_bytes(), 32);
        assert_eq!(windows(&xs[..], 8).unit_bytes(), 4, "windows overlap");
        assert_eq!(range(0..40_usize).unit_bytes(), 0);
        assert_eq!(elements_mut(&mut zs[..]).unit_bytes(), 8);
        assert_eq!(chunks_exact_mut(&mut zs[..], 5).unit_bytes(), 40);
        assert_eq!(own(indices(0..40_usize), elements_mut(&mut zs[..])).unit_bytes(), 8);
        assert_eq!(chunks(&xs[..], usize::MAX).unit_bytes(), 160, "a piece is no longer than the slice");
        assert_eq!(item_bytes::<[u8; 3]>(&elements()), 7);
        assert_eq!(item_bytes::<()>(&elements()), 4);
    }
}
