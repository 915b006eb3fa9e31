//! orx-parallel 4 with either of its runners, on its own pool.

use orx_parallel::{Par, ParCollectionMut, ParResult, ParRunner, Parallelizable, Runner};

use crate::kernel::Work;

/// Fixed chunks.
#[must_use]
pub fn fixed() -> impl ParRunner {
    Runner::fixed()
}

/// Adaptive chunks, its default.
#[must_use]
pub fn adaptive() -> impl ParRunner {
    Runner::adaptive()
}

/// Map-collect.
pub fn map<K: Work>(runner: impl ParRunner, xs: &[K::In]) -> Vec<K::Out> {
    xs.par().runner(runner).map(K::item).collect()
}

/// Every element replaced.
pub fn in_place<K: Work<In = u64, Out = u64>>(runner: impl ParRunner, xs: &mut Vec<u64>) {
    xs.par_mut().runner(runner).for_each(|x| *x = K::item(x));
}

/// The odd results.
pub fn odd<K: Work<In = u64, Out = u64>>(runner: impl ParRunner, xs: &[u64]) -> Vec<u64> {
    xs.par().runner(runner).map(K::item).filter(|y| y % 2 == 1).collect()
}

/// The sum of the results' upper halves.
pub fn sum<K: Work<In = u64, Out = u64>>(runner: impl ParRunner, xs: &[u64]) -> u64 {
    xs.par().runner(runner).map(|x| K::item(x) >> 32).sum()
}

/// The sum of the results as fractions, in another order.
pub fn float_sum<K: Work<In = u64, Out = u64>>(runner: impl ParRunner, xs: &[u64]) -> f64 {
    xs.par().runner(runner).map(|x| super::fraction(K::item(x))).sum()
}

/// The first element whose result is `wanted`.
pub fn find<K: Work<In = u64, Out = u64>>(runner: impl ParRunner, xs: &[u64], wanted: u64) -> Option<u64> {
    xs.par().runner(runner).map(|&x| x).find(|x| K::item(x) == wanted)
}

/// Map-collect up to a result that is refused.
///
/// # Errors
/// One that is.
pub fn checked<K: Work<In = u64, Out = u64>>(runner: impl ParRunner, xs: &[u64]) -> Result<Vec<u64>, u64> {
    xs.par().runner(runner).map(|x| super::accept(K::item(x))).into_fallible().collect()
}
