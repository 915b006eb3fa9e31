//! Chunks that are changed, beside the head of a `zip`: `xs.chunks(3).zip(ys.chunks_mut(4))`.
//!
//! std's iterator over them cannot be cut where threads want it, and does not give back its slice. So the slice comes in
//! before there is an iterator, and each part makes its own.

use std::ops::Range;
use std::slice;

use crate::bound::{ParallelElementMut, WholeMut};
use crate::sink::{Cut, ElementsMut};
use crate::source::beside::{Beside, Lane};
use crate::source::narrow::Narrow;
use crate::source::pieces::{self, Chunks};
use crate::source::{Parts, Source};

macro_rules! beside {
    ($($beside:ident, $chunks:ident, $Lane:ident, $Part:ident;)*) => {$(
        #[doc = concat!("What `ys.", stringify!($chunks), "(size)` goes over, beside a source.")]
        #[derive(Debug)]
        pub struct $Lane<X>(Chunks<X>);

        #[doc = concat!("`ys.", stringify!($chunks), "(size)` beside a source.")]
        #[inline(always)]
        pub fn $beside<'y, U: ParallelElementMut + 'y>(
            ys: impl WholeMut<'y, U>,
            size: usize,
        ) -> $Lane<ElementsMut<'y, U>> {
            $Lane(pieces::$chunks(ys, size))
        }

        impl<'y, U> Beside for $Lane<ElementsMut<'y, U>> {
            type Lane = Self;

            #[inline(always)]
            fn lane(self) -> Self {
                self
            }
        }

        impl<'y, U> Lane for $Lane<ElementsMut<'y, U>> {
            type Part = slice::$Part<'y, U>;
            type Cut = $Lane<Cut<'y, U>>;

            const PER_LINE: usize = <Chunks<ElementsMut<'y, U>> as Source>::PER_LINE;

            fn items(&self, _: usize) -> Option<usize> {
                Some(self.0.units())
            }

            fn beyond(self, items: usize) -> Self {
                let units = self.0.units();
                Self(self.0.within(items.min(units)..units))
            }

            #[inline(always)]
            fn whole(self) -> Self::Part {
                let size = self.0.size();
                self.0.whole().$chunks(size)
            }

            fn cut(self) -> Self::Cut {
                $Lane(self.0.cut())
            }
        }

        impl<'y, U> Parts for $Lane<Cut<'y, U>> {
            type Part = slice::$Part<'y, U>;

            fn part(&self, range: Range<usize>) -> Self::Part {
                self.0.part(range).$chunks(self.0.size())
            }
        }
    )*};
}

beside! {
    beside_chunks_mut, chunks_mut, BesideChunks, ChunksMut;
    beside_chunks_exact_mut, chunks_exact_mut, BesideChunksExact, ChunksExactMut;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{chunks, zip_mut};

    /// Each chunk of `ys` takes the sum of the chunk of `xs` beside it, the parts from last to first.
    #[test]
    fn every_chunk_is_changed_beside_its_own() {
        let xs: Vec<u32> = (1..40).collect();
        for (size, step) in [(1, 1), (2, 3), (3, 2), (4, 7), (50, 1)] {
            let change = |pairs: &mut dyn Iterator<Item = (&[u32], &mut [u32])>| {
                pairs.for_each(|(x, y)| y.fill(x.iter().sum()));
            };
            let mut plain = [0; 31];
            change(&mut xs.chunks(3).zip(plain.chunks_mut(size)));
            let mut ys = [0; 31];
            let source = zip_mut(chunks(&xs[..], 3), beside_chunks_mut(&mut ys[..], size));
            let units = source.units();
            let cut = source.cut();
            for at in (0..units).step_by(step).rev() {
                let (x, y) = cut.part(at..units.min(at + step));
                change(&mut x.chunks(3).zip(y));
            }
            drop(cut);
            assert_eq!(ys, plain, "{size} {step}");

            let mut plain = [0; 31];
            change(&mut xs.chunks(3).zip(plain.chunks_exact_mut(size)));
            let mut ys = [0; 31];
            let source = zip_mut(chunks(&xs[..], 3), beside_chunks_exact_mut(&mut ys[..], size));
            let units = source.units();
            let cut = source.cut();
            for at in (0..units).step_by(step).rev() {
                let (x, y) = cut.part(at..units.min(at + step));
                change(&mut x.chunks(3).zip(y));
            }
            drop(cut);
            assert_eq!(ys, plain, "{size} {step}");
        }
    }
}
