//! Pieces of a slice as units: `chunks` and its kin, cut at multiples of the chunk, and `windows`, which overlap.
//!
//! A part is the slice under its pieces, so the kernel asks the same question of it as the plain chain of the whole.

use std::ops::Range;

use crate::bound::{ParallelElement, ParallelElementMut, Whole, WholeMut};
use crate::sink::{Cut, Elements, ElementsMut};
use crate::source::narrow::Narrow;
use crate::source::{Parts, Source};

/// A slice in chunks of `size`; `X` is what is known of the slice.
#[derive(Clone, Copy, Debug)]
pub struct Chunks<X> {
    xs: X,
    size: usize,
    exact: bool,
}

/// `xs.chunks(size)` as a source.
#[inline(always)]
pub fn chunks<'x, T: ParallelElement + 'x>(xs: impl Whole<'x, T>, size: usize) -> Chunks<Elements<'x, T>> {
    Chunks { xs: Elements::new(xs.whole()), size, exact: false }
}

/// `xs.chunks_exact(size)` as a source.
#[inline(always)]
pub fn chunks_exact<'x, T: ParallelElement + 'x>(
    xs: impl Whole<'x, T>,
    size: usize,
) -> Chunks<Elements<'x, T>> {
    Chunks { xs: Elements::new(xs.whole()), size, exact: true }
}

/// `xs.chunks_mut(size)` as a source.
#[inline(always)]
pub fn chunks_mut<'x, T: ParallelElementMut + 'x>(
    xs: impl WholeMut<'x, T>,
    size: usize,
) -> Chunks<ElementsMut<'x, T>> {
    Chunks { xs: ElementsMut::new(xs.whole_mut()), size, exact: false }
}

/// `xs.chunks_exact_mut(size)` as a source.
#[inline(always)]
pub fn chunks_exact_mut<'x, T: ParallelElementMut + 'x>(
    xs: impl WholeMut<'x, T>,
    size: usize,
) -> Chunks<ElementsMut<'x, T>> {
    Chunks { xs: ElementsMut::new(xs.whole_mut()), size, exact: true }
}

/// How many chunks there are. None where the size is 0: std's own panic then comes from the plain run.
fn count(len: usize, size: usize, exact: bool) -> usize {
    let whole = len.checked_div(size).unwrap_or(0);
    if exact || size == 0 { whole } else { len.div_ceil(size) }
}

/// The elements under a range of chunks.
fn elements(range: &Range<usize>, size: usize, len: usize) -> Range<usize> {
    (range.start * size).min(len)..range.end.saturating_mul(size).min(len)
}

impl<'x, T> Source for Chunks<Elements<'x, T>> {
    type Part = &'x [T];
    type Cut = Self;

    fn units(&self) -> usize {
        count(self.xs.get().len(), self.size, self.exact)
    }

    #[inline]
    fn unit_bytes(&self) -> usize {
        // A piece is no longer than the slice, however long it may be.
        self.size.min(self.xs.get().len()).saturating_mul(size_of::<T>())
    }

    #[inline(always)]
    fn whole(self) -> &'x [T] {
        self.xs.get()
    }

    fn cut(self) -> Self {
        self
    }
}

impl<'x, T> Parts for Chunks<Elements<'x, T>> {
    type Part = &'x [T];

    fn part(&self, range: Range<usize>) -> &'x [T] {
        &self.xs.get()[elements(&range, self.size, self.xs.get().len())]
    }
}

impl<'x, T> Source for Chunks<ElementsMut<'x, T>> {
    type Part = &'x mut [T];
    type Cut = Chunks<Cut<'x, T>>;

    fn units(&self) -> usize {
        count(self.xs.len(), self.size, self.exact)
    }

    #[inline]
    fn unit_bytes(&self) -> usize {
        self.size.min(self.xs.len()).saturating_mul(size_of::<T>())
    }

    #[inline(always)]
    fn whole(self) -> &'x mut [T] {
        self.xs.get()
    }

    fn cut(self) -> Self::Cut {
        Chunks { xs: Cut::new(self.xs), size: self.size, exact: self.exact }
    }
}

impl<'x, T> Parts for Chunks<Cut<'x, T>> {
    type Part = &'x mut [T];

    fn part(&self, range: Range<usize>) -> &'x mut [T] {
        self.xs.part(elements(&range, self.size, self.xs.len()))
    }
}

/// The overlapping windows of a slice.
#[derive(Clone, Copy, Debug)]
pub struct Windows<'x, T> {
    xs: Elements<'x, T>,
    size: usize,
}

/// `xs.windows(size)` as a source.
#[inline(always)]
pub fn windows<'x, T: ParallelElement + 'x>(xs: impl Whole<'x, T>, size: usize) -> Windows<'x, T> {
    Windows { xs: Elements::new(xs.whole()), size }
}

impl<'x, T> Source for Windows<'x, T> {
    type Part = &'x [T];
    type Cut = Self;

    fn units(&self) -> usize {
        // Of size 0, none: std's own panic then comes from the plain run.
        self.size.checked_sub(1).map_or(0, |beside| self.xs.get().len().saturating_sub(beside))
    }

    /// Windows overlap: each begins with an element that the ones before it have brought along.
    #[inline]
    fn unit_bytes(&self) -> usize {
        size_of::<T>()
    }

    #[inline(always)]
    fn whole(self) -> &'x [T] {
        self.xs.get()
    }

    fn cut(self) -> Self {
        self
    }
}

impl<'x, T> Parts for Windows<'x, T> {
    type Part = &'x [T];

    fn part(&self, range: Range<usize>) -> &'x [T] {
        &self.xs.get()[range.start..range.end + self.size - 1]
    }
}

/// Slices under a range of chunks.
macro_rules! narrow {
    ($($elements:ident)*) => {$(
        impl<T> Narrow for Chunks<$elements<'_, T>> {
            fn within(self, range: Range<usize>) -> Self {
                let Self { xs, size, exact } = self;
                let inside = elements(&range, size, xs.len());
                Self { xs: xs.narrowed(inside), size, exact }
            }
        }
    )*};
}

narrow!(Elements ElementsMut);

impl<T> Narrow for Windows<'_, T> {
    fn within(self, range: Range<usize>) -> Self {
        let end = if range.is_empty() { range.start } else { range.end + self.size - 1 };
        Self { xs: self.xs.narrowed(range.start..end), size: self.size }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_is_in_one_part() {
        let xs: Vec<u32> = (0..23).collect();
        for size in [1, 2, 5, 22, 23, 24, usize::MAX] {
            for step in 1..9 {
                let (chunks, exact, windows) =
                    (chunks(&xs[..], size), chunks_exact(&xs[..], size), windows(&xs[..], size));
                let ranges = |units: usize| (0..units).step_by(step).map(move |at| at..units.min(at + step));
                let of: Vec<_> = ranges(chunks.units()).flat_map(|r| chunks.part(r).chunks(size)).collect();
                assert_eq!(of, xs.chunks(size).collect::<Vec<_>>());
                let of: Vec<_> =
                    ranges(exact.units()).flat_map(|r| exact.part(r).chunks_exact(size)).collect();
                assert_eq!(of, xs.chunks_exact(size).collect::<Vec<_>>());
                let of: Vec<_> =
                    ranges(windows.units()).flat_map(|r| windows.part(r).windows(size)).collect();
                assert_eq!(of, xs.windows(size).collect::<Vec<_>>());
            }
        }
        assert_eq!(
            (chunks(&xs[..], 0).units(), windows(&xs[..], 0).units(), windows(&xs[..0], 1).units()),
            (0, 0, 0)
        );
    }

    #[test]
    fn every_chunk_is_changed_once() {
        for size in [1, 4, 7, 30] {
            let mut xs = [0_u32; 30];
            let source = chunks_mut(&mut xs[..], size);
            let units = source.units();
            let cut = source.cut();
            for at in (0..units).rev() {
                cut.part(at..at + 1).iter_mut().for_each(|x| *x += 1);
            }
            drop(cut);
            assert_eq!(xs, [1; 30]);
            let source = chunks_exact_mut(&mut xs[..], size);
            let units = source.units();
            source.cut().part(0..units).fill(7);
            assert!(xs[..units * size].iter().all(|&x| x == 7) && xs[units * size..].iter().all(|&x| x == 1));
        }
    }
}
