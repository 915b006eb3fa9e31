//! Methods, trait methods, generics.

use std::fmt::Display;

use amorsize::parallelize;

/// A factor.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    /// What to multiply with.
    pub factor: i64,
}

impl Scale {
    /// Reads `self`.
    #[parallelize]
    #[must_use]
    pub fn scaled(&self, xs: &[i64]) -> Vec<i64> {
        xs.iter().map(|x| x.wrapping_mul(self.factor)).collect()
    }

    /// Owns `self`.
    #[parallelize]
    #[must_use]
    pub fn largest(self, xs: &[i64]) -> Option<i64> {
        xs.iter().map(|x| x.wrapping_mul(self.factor)).max()
    }

    /// Makes `Self`.
    #[parallelize]
    #[must_use]
    pub fn all(xs: &[i64]) -> Vec<Self> {
        xs.iter().map(|&factor| Self { factor }).collect()
    }

    /// Changes elements.
    #[parallelize]
    pub fn apply(&self, xs: &mut [i64]) {
        for x in xs {
            *x = x.wrapping_mul(self.factor);
        }
    }
}

/// Something that scores.
pub trait Scores {
    /// Scores all.
    fn scores(&self, xs: &[i64]) -> Vec<i64>;

    /// Has a body of its own.
    #[parallelize]
    fn best(&self, xs: &[i64]) -> Option<usize>
    where
        Self: Sync,
    {
        xs.iter().map(|x| self.scores(&[*x]).len()).max()
    }
}

impl Scores for Scale {
    #[parallelize]
    fn scores(&self, xs: &[i64]) -> Vec<i64> {
        xs.iter().map(|x| x ^ self.factor).collect()
    }
}

/// Generic over the element.
#[parallelize]
pub fn shown<T: Display + Sync>(xs: &[T]) -> Vec<String> {
    xs.iter().map(ToString::to_string).collect()
}

/// Generic over both.
#[parallelize]
pub fn converted<T, U>(xs: &[T]) -> Vec<U>
where
    T: Copy + Sync,
    U: From<T> + Send,
{
    xs.iter().copied().map(U::from).collect()
}

/// Two lifetimes.
#[parallelize]
#[must_use]
pub fn stripped<'word, 'list: 'word>(words: &'list [&'word str]) -> Vec<&'word str> {
    words.iter().map(|word| word.trim_start()).collect()
}

/// Const generics.
#[parallelize]
#[must_use]
pub fn sums<const N: usize>(rows: &[[u32; N]]) -> Vec<u32> {
    rows.iter().map(|row| row.iter().fold(0, |sum, x| sum ^ x)).collect()
}

/// `impl Trait` parameters.
#[parallelize]
pub fn applied(xs: &[u32], f: impl Fn(u32) -> u32 + Sync, g: &(dyn Fn(u32) -> u32 + Sync)) -> Vec<u32> {
    xs.iter().map(|x| g(f(*x))).collect()
}

/// `impl Trait` elements.
#[parallelize]
pub fn displayed(xs: &[impl Display + Sync]) -> Vec<String> {
    xs.iter().map(ToString::to_string).collect()
}

/// In place, generic.
#[parallelize]
pub fn changed<T: Send, F: Fn(&mut T) + Sync>(xs: &mut [T], f: F) {
    for x in xs {
        f(x);
    }
}
