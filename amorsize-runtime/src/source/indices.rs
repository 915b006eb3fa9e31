//! Ranges of integers as sources: the indices are cut, the slices that they point into stay whole.

use std::ops::{Range, RangeInclusive};

use crate::source::{Parts, Source};

/// An integer that a range can be cut at.
#[diagnostic::on_unimplemented(
    message = "`#[parallelize]` splits ranges of integers and characters, and this is a range of `{Self}`",
    label = "not integers",
    note = "go over integers and convert them in a `.map(..)`"
)]
pub trait Index: Copy + Send + Sync + sealed::Sealed {
    /// Steps from `self` to `end`, if they can be counted; none where `end` comes first.
    fn steps_to(self, end: Self) -> Option<usize>;

    /// The integer `steps` further on, which must exist.
    #[must_use]
    fn forward(self, steps: usize) -> Self;

    /// Steps from `self` to the largest integer of the type.
    fn steps_left(self) -> Option<usize>;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! indices {
    ($($int:ty),*) => {$(
        impl sealed::Sealed for $int {}

        impl Index for $int {
            #[inline(always)]
            fn steps_to(self, end: Self) -> Option<usize> {
                if self < end { usize::try_from(self.abs_diff(end)).ok() } else { Some(0) }
            }

            #[inline(always)]
            #[allow(clippy::cast_possible_wrap)]
            fn forward(self, steps: usize) -> Self {
                // Through the sign where it must: the caller knows that the sum exists.
                self.wrapping_add(steps as $int)
            }

            fn steps_left(self) -> Option<usize> {
                self.steps_to(<$int>::MAX)
            }
        }
    )*};
}

indices!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);

/// A range as a source.
#[inline(always)]
pub fn range<R>(range: R) -> R
where
    R: Source + Iterator<Item: Index>,
{
    range
}

impl<I: Index> Source for Range<I> {
    type Part = Self;
    type Cut = Self;

    #[inline(always)]
    fn units(&self) -> usize {
        // A range that no `usize` counts stays in one piece.
        self.start.steps_to(self.end).unwrap_or(0)
    }

    #[inline(always)]
    fn whole(self) -> Self {
        self
    }

    fn cut(self) -> Self {
        self
    }
}

impl sealed::Sealed for char {}

/// Characters that no `char` is, between the two planes of those that are.
const SURROGATES: u32 = 0xE000 - 0xD800;

/// A `char` without the gap in the middle.
fn dense(letter: char) -> u32 {
    let code = u32::from(letter);
    if code < 0xD800 { code } else { code - SURROGATES }
}

impl Index for char {
    fn steps_to(self, end: Self) -> Option<usize> {
        usize::try_from(dense(end).saturating_sub(dense(self))).ok()
    }

    fn forward(self, steps: usize) -> Self {
        let code = dense(self) + steps as u32;
        Self::from_u32(if code < 0xD800 { code } else { code + SURROGATES }).unwrap_or(Self::MAX)
    }

    fn steps_left(self) -> Option<usize> {
        self.steps_to(Self::MAX)
    }
}

impl<I: Index> Parts for Range<I> {
    type Part = Self;

    fn part(&self, range: Range<usize>) -> Self {
        self.start.forward(range.start)..self.start.forward(range.end)
    }
}

impl<I: Index + PartialOrd> Source for RangeInclusive<I> {
    type Part = Self;
    type Cut = Self;

    #[inline(always)]
    fn units(&self) -> usize {
        if self.is_empty() {
            return 0;
        }
        self.start().steps_to(*self.end()).and_then(|steps| steps.checked_add(1)).unwrap_or(0)
    }

    #[inline(always)]
    fn whole(self) -> Self {
        self
    }

    fn cut(self) -> Self {
        self
    }
}

impl<I: Index> Parts for RangeInclusive<I> {
    type Part = Self;

    fn part(&self, range: Range<usize>) -> Self {
        self.start().forward(range.start)..=self.start().forward(range.end - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_cut_up_to_the_ends_of_their_type() {
        let parts: Vec<i8> =
            [0..200, 200..255].into_iter().flat_map(|r| (i8::MIN..i8::MAX).part(r)).collect();
        assert_eq!(parts, (i8::MIN..i8::MAX).collect::<Vec<_>>());
        assert_eq!((i8::MIN..i8::MAX).units(), 255);
        let parts: Vec<u8> = [0..1, 1..256].into_iter().flat_map(|r| (0..=u8::MAX).part(r)).collect();
        assert_eq!(parts, (0..=u8::MAX).collect::<Vec<_>>());
        assert_eq!((0..=u8::MAX).units(), 256);
        let letters: String =
            [0..5, 5..7, 7..53_250].into_iter().flat_map(|r| ('\u{d000}'..='\u{1f602}').part(r)).collect();
        assert_eq!(letters, ('\u{d000}'..='\u{1f602}').take(53_250).collect::<String>());
        assert_eq!(('\u{d000}'..='\u{1f602}').units(), ('\u{d000}'..='\u{1f602}').count());
        let (low, high) = (3_i64, 5);
        assert_eq!(((high..low).units(), (high..=low).units()), (0, 0));
        assert_eq!((0..=usize::MAX).units(), 0, "one more than a `usize` counts");
        assert_eq!((0..u128::MAX).units(), 0);
        assert_eq!((-3..4_i128).part(2..5), -1..2);
    }
}
