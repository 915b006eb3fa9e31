//! Chains that end in a value: joined part by part, ordered tails, and several in one function.

use std::ops::ControlFlow;

use amorsize::parallelize;

/// The plain total.
#[parallelize]
#[must_use]
pub fn total(xs: &[f64]) -> f64 {
    xs.iter().sum()
}

/// A total with its type at the end.
#[parallelize]
#[must_use]
pub fn mean(xs: &[f64]) -> f64 {
    xs.iter().map(|x| x * 2.0).sum::<f64>() / xs.len() as f64
}

/// The total of integers.
#[parallelize]
#[must_use]
pub fn long_total(xs: &[u32]) -> u64 {
    xs.iter().map(|x| u64::from(*x)).sum()
}

/// The product.
#[parallelize]
#[must_use]
pub fn product(xs: &[f64]) -> f64 {
    xs.iter().map(|x| x + 1.0).product()
}

/// How many.
#[parallelize]
#[must_use]
pub fn large(xs: &[u32], limit: u32) -> usize {
    xs.iter().filter(|x| **x > limit).count()
}

/// The least.
#[parallelize]
#[must_use]
pub fn least(xs: &[u32]) -> Option<u32> {
    xs.iter().map(|x| x ^ 1).min()
}

/// The most, borrowed.
#[parallelize]
#[must_use]
pub fn most(xs: &[u32]) -> Option<&u32> {
    xs.iter().max()
}

/// One of them.
#[parallelize]
#[must_use]
pub fn any_above(xs: &[u32], limit: u32) -> bool {
    xs.iter().any(|x| *x > limit)
}

/// All of them.
#[parallelize]
#[must_use]
pub fn all_above(xs: &[u32], limit: u32) -> bool {
    xs.iter().map(|x| x / 2).all(|x| x > limit)
}

/// The first of them.
#[parallelize]
#[must_use]
pub fn first_above(xs: &[u32], limit: u32) -> Option<&u32> {
    xs.iter().find(|x| **x > limit)
}

/// A fold in order.
#[parallelize]
#[must_use]
pub fn checksum(xs: &[u32], salt: u32) -> u32 {
    xs.iter().map(|x| x ^ salt).fold(salt, |sum, x| sum.rotate_left(1) ^ x)
}

/// A fold that is joined.
#[parallelize(reduce = u32::wrapping_add)]
#[must_use]
pub fn joined(xs: &[u32]) -> u32 {
    xs.iter().fold(0, |sum, x| sum.wrapping_add(*x))
}

/// A fold that is joined by a closure.
#[parallelize(reduce = |left, right| left ^ right, max_threads = 2)]
#[must_use]
pub fn parity(xs: &[u32]) -> u32 {
    xs.iter().fold(0, |sum, x| sum ^ x)
}

/// A reduction in order.
#[parallelize]
#[must_use]
pub fn reduced(xs: &[f64]) -> Option<f64> {
    xs.iter().map(|x| x * x).reduce(f64::max)
}

/// The least by an order of one's own.
#[parallelize]
#[must_use]
pub fn least_float(xs: &[f64]) -> Option<f64> {
    xs.iter().map(|x| x.abs()).min_by(f64::total_cmp)
}

/// The longest.
#[parallelize]
#[must_use]
pub fn longest(words: &[String]) -> Option<&str> {
    words.iter().map(|word| word.trim()).max_by_key(|word| word.len())
}

/// Two collections.
#[parallelize]
#[must_use]
pub fn parted(xs: &[u32]) -> (Vec<u32>, Vec<u32>) {
    xs.iter().map(|x| x / 3).partition(|x| x % 2 == 0)
}

/// Two collections of two types.
#[parallelize]
#[must_use]
pub fn unzipped(xs: &[u32]) -> (Vec<u32>, Vec<String>) {
    xs.iter().map(|x| (x / 3, x.to_string())).unzip()
}

/// A sum that stops.
///
/// # Errors
/// When the total would overflow.
#[parallelize]
pub fn checked(xs: &[u32]) -> Result<u32, u32> {
    xs.iter().map(|x| x / 2).try_fold(0_u32, |sum, x| sum.checked_add(x).ok_or(x))
}

/// Stops.
#[parallelize]
pub fn stops(xs: &[u32], stop: u32) -> ControlFlow<u32> {
    xs.iter()
        .map(|x| x / 2)
        .try_for_each(|x| if x == stop { ControlFlow::Break(x) } else { ControlFlow::Continue(()) })
}

/// Where.
#[parallelize]
#[must_use]
pub fn position(xs: &[u32], y: u32) -> Option<usize> {
    xs.iter().map(|x| x / 3).position(|x| x == y)
}

/// The first that is a number.
#[parallelize]
#[must_use]
pub fn first_number(words: &[String]) -> Option<u32> {
    words.iter().map(|word| word.trim()).find_map(|word| word.parse().ok())
}

/// All of these, directly behind the head.
#[parallelize]
#[must_use]
pub fn searched(xs: &[u32], words: &[String]) -> (Option<usize>, Option<u32>, Option<&'static str>) {
    let place = xs.iter().position(|x| *x == 3);
    let number = words.iter().find_map(|word| word.parse().ok());
    let index = (1..xs.len()).find(|i| xs.get(*i) < xs.get(*i - 1));
    (
        place.or(index),
        number,
        words.iter().try_for_each(|word| word.is_empty().then_some(())).map(|()| "empty"),
    )
}

/// Mean, then variance.
#[parallelize(key = "lint-variance", parallel_from = 1_000, chunk_size = 64)]
#[must_use]
pub fn variance(xs: &[f64]) -> f64 {
    let mean = xs.iter().sum::<f64>() / xs.len() as f64;
    let total: f64 = xs.iter().map(|x| (x - mean).powi(2)).sum();
    total / xs.len() as f64
}

/// In a loop of the function, inside an expression.
#[parallelize(serial)]
#[must_use]
pub fn rounds(xs: &[f64], rounds: u32) -> f64 {
    let mut centre = 0.0;
    for _ in 0..rounds {
        centre = (centre + xs.iter().map(|x| x - centre).fold(0.0, f64::max)) / 2.0;
    }
    centre
}
