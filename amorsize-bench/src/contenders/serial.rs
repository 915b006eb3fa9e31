//! The plain loop.

use crate::kernel::Work;

/// Map-collect.
pub fn map<K: Work>(xs: &[K::In]) -> Vec<K::Out> {
    xs.iter().map(K::item).collect()
}

/// Every element replaced.
pub fn in_place<K: Work<In = u64, Out = u64>>(xs: &mut [u64]) {
    for x in xs {
        *x = K::item(x);
    }
}

/// The odd results.
pub fn odd<K: Work<In = u64, Out = u64>>(xs: &[u64]) -> Vec<u64> {
    xs.iter().map(K::item).filter(|y| y % 2 == 1).collect()
}

/// The sum of the results' upper halves.
#[must_use]
pub fn sum<K: Work<In = u64, Out = u64>>(xs: &[u64]) -> u64 {
    xs.iter().map(|x| K::item(x) >> 32).sum()
}

/// The sum of the results as fractions.
#[must_use]
pub fn float_sum<K: Work<In = u64, Out = u64>>(xs: &[u64]) -> f64 {
    xs.iter().map(|x| super::fraction(K::item(x))).sum()
}

/// The first element whose result is `wanted`.
#[must_use]
pub fn find<K: Work<In = u64, Out = u64>>(xs: &[u64], wanted: u64) -> Option<u64> {
    xs.iter().copied().find(|x| K::item(x) == wanted)
}

/// Map-collect up to the first result that is refused.
///
/// # Errors
/// The first result that is.
pub fn checked<K: Work<In = u64, Out = u64>>(xs: &[u64]) -> Result<Vec<u64>, u64> {
    xs.iter().map(|x| super::accept(K::item(x))).collect()
}
