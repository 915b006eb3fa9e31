//! A part of a source's units as a source: `skip`, `take`, `rev` and `step_by`, in front of anything that works.

use std::ops::{Range, RangeInclusive};

use crate::sink::{Elements, ElementsMut};
use crate::source::indices::Index;
use crate::source::{Parts, Source};

/// A source that can be had without some of its first and last units.
#[diagnostic::on_unimplemented(
    message = "`skip` and `take` are not cut here",
    label = "the first and last of these cannot be left out",
    note = "pass the part of the slice that is meant, `&xs[1..]`"
)]
pub trait Narrow: Source {
    /// The units of `range`, which lies within.
    #[must_use]
    fn within(self, range: Range<usize>) -> Self;
}

/// `source.skip(n)` as a source.
#[inline(always)]
pub fn skip<S: Narrow>(source: S, n: usize) -> S {
    let units = source.units();
    source.within(n.min(units)..units)
}

/// `source.take(n)` as a source.
#[inline(always)]
pub fn take<S: Narrow>(source: S, n: usize) -> S {
    let units = source.units();
    source.within(0..n.min(units))
}

impl<T> Narrow for Elements<'_, T> {
    #[inline(always)]
    fn within(self, range: Range<usize>) -> Self {
        self.narrowed(range)
    }
}

impl<T> Narrow for ElementsMut<'_, T> {
    #[inline(always)]
    fn within(self, range: Range<usize>) -> Self {
        self.narrowed(range)
    }
}

impl<I: Index> Narrow for std::ops::Range<I>
where
    Self: Source<Part = Self, Cut = Self> + Parts<Part = Self>,
{
    #[inline(always)]
    fn within(self, range: Range<usize>) -> Self {
        self.part(range)
    }
}

impl<I: Index> Narrow for RangeInclusive<I>
where
    Self: Source<Part = Self, Cut = Self> + Parts<Part = Self> + Iterator<Item = I>,
{
    #[inline(always)]
    fn within(self, range: Range<usize>) -> Self {
        if range.is_empty() {
            // What is left of it once it was gone through.
            let mut none = *self.start()..=*self.start();
            none.nth(0);
            return none;
        }
        self.part(range)
    }
}

/// A source from its last unit to its first.
#[derive(Clone, Copy, Debug)]
pub struct Reversed<S>(S, usize);

/// `source.rev()` as a source. The kernel turns its part round itself.
#[inline(always)]
pub fn reversed<S: Source>(source: S) -> Reversed<S> {
    let units = source.units();
    Reversed(source, units)
}

impl<S: Source> Source for Reversed<S> {
    type Part = S::Part;
    type Cut = Reversed<S::Cut>;

    const PER_LINE: usize = S::PER_LINE;

    #[inline(always)]
    fn units(&self) -> usize {
        self.1
    }

    #[inline]
    fn unit_bytes(&self) -> usize {
        self.0.unit_bytes()
    }

    #[inline(always)]
    fn whole(self) -> S::Part {
        self.0.whole()
    }

    fn cut(self) -> Reversed<S::Cut> {
        Reversed(self.0.cut(), self.1)
    }
}

impl<S: Narrow> Narrow for Reversed<S> {
    #[inline(always)]
    fn within(self, range: Range<usize>) -> Self {
        let inside = self.1 - range.end..self.1 - range.start;
        reversed(self.0.within(inside))
    }
}

impl<P: Parts> Parts for Reversed<P> {
    type Part = P::Part;

    fn part(&self, range: Range<usize>) -> P::Part {
        self.0.part(self.1 - range.end..self.1 - range.start)
    }
}

/// Every so manieth unit of a source, from the first on.
#[derive(Clone, Copy, Debug)]
pub struct Stepped<S> {
    source: S,
    step: usize,
}

/// `source.step_by(step)` as a source. The kernel steps through its part itself.
#[inline(always)]
pub const fn stepped<S>(source: S, step: usize) -> Stepped<S> {
    Stepped { source, step }
}

impl<S: Source> Source for Stepped<S> {
    type Part = S::Part;
    type Cut = Stepped<S::Cut>;

    const PER_LINE: usize = S::PER_LINE;

    #[inline(always)]
    fn units(&self) -> usize {
        // Of step 0, none: std's own panic then comes from the plain run.
        let all = self.source.units();
        if self.step == 0 { 0 } else { all.div_ceil(self.step) }
    }

    #[inline]
    fn unit_bytes(&self) -> usize {
        self.source.unit_bytes()
    }

    #[inline(always)]
    fn whole(self) -> S::Part {
        self.source.whole()
    }

    fn cut(self) -> Stepped<S::Cut> {
        Stepped { source: self.source.cut(), step: self.step }
    }
}

impl<S: Narrow> Narrow for Stepped<S> {
    fn within(self, range: Range<usize>) -> Self {
        let Self { source, step } = self;
        let all = source.units();
        let inside =
            if range.is_empty() { 0..0 } else { range.start * step..range.end.saturating_mul(step).min(all) };
        Self { source: source.within(inside), step }
    }
}

impl<P: Parts> Parts for Stepped<P> {
    type Part = P::Part;

    fn part(&self, range: Range<usize>) -> P::Part {
        self.source.part(range.start * self.step..(range.end - 1) * self.step + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{chunks, elements, elements_mut, windows, zip};

    fn ranges(units: usize, step: usize) -> impl Iterator<Item = Range<usize>> {
        (0..units).step_by(step).map(move |at| at..units.min(at + step))
    }

    #[test]
    fn parts_of_a_part_turned_round_and_stepped_through() {
        let xs: Vec<u32> = (0..29).collect();
        for step in 1..12 {
            for n in [0, 1, 7, 28, 29, 40] {
                let skipped = skip(elements(&xs[..]), n);
                let all: Vec<_> = ranges(skipped.units(), step).flat_map(|r| skipped.part(r)).collect();
                assert_eq!(all, xs.iter().skip(n).collect::<Vec<_>>());
                let taken = reversed(take(elements(&xs[..]), n));
                let all: Vec<_> =
                    ranges(taken.units(), step).flat_map(|r| taken.part(r).iter().rev()).collect();
                assert_eq!(all, xs.iter().take(n).rev().collect::<Vec<_>>());
                assert!(skip(3..=20_u8, n).eq((3..=20).skip(n)) && take(0..9_i64, n).eq((0..9).take(n)));
                let windows = skip(take(windows(&xs[..], 4), n), 2);
                assert!(windows.whole().windows(4).eq(xs.windows(4).take(n).skip(2)));
                let pairs = skip(zip(chunks(&xs[..], 3), &xs[..8]), n).whole();
                assert!(pairs.0.chunks(3).zip(pairs.1).eq(xs.chunks(3).zip(&xs[..8]).skip(n)));
            }
            for by in [1, 2, 5, 28, 29, 100] {
                let stepped = stepped(elements(&xs[..]), by);
                let all: Vec<_> =
                    ranges(stepped.units(), step).flat_map(|r| stepped.part(r).iter().step_by(by)).collect();
                assert_eq!(all, xs.iter().step_by(by).collect::<Vec<_>>());
                let some = take(skip(super::stepped(elements(&xs[..]), by), 1), 4);
                assert!(some.whole().iter().step_by(by).eq(xs.iter().step_by(by).skip(1).take(4)));
                let pieces = reversed(chunks(&xs[..], by));
                let all: Vec<_> =
                    ranges(pieces.units(), step).flat_map(|r| pieces.part(r).chunks(by).rev()).collect();
                assert_eq!(all, xs.chunks(by).rev().collect::<Vec<_>>());
            }
            let pairs = reversed(zip(elements(&xs[..]), &xs[..11])).cut();
            let all: Vec<_> =
                ranges(11, step).map(|r| pairs.part(r)).flat_map(|(a, b)| a.iter().zip(b).rev()).collect();
            assert_eq!(all, xs.iter().zip(&xs[..11]).rev().collect::<Vec<_>>());
        }
        assert_eq!(stepped(elements(&xs[..]), 0).units(), 0);
        let mut ys = [0_u32; 9];
        skip(elements_mut(&mut ys[..]), 4).whole().fill(1);
        assert_eq!(ys, [0, 0, 0, 0, 1, 1, 1, 1, 1]);
    }
}
