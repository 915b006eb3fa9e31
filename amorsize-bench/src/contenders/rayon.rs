//! rayon's parallel iterators, with a `with_min_len` that a hand-tuner would choose; 1 leaves them as they are.

use rayon::prelude::*;

use crate::kernel::Work;

/// The eight values that a hand-tuner tries for `n` elements; the last two are halves, and never to split.
#[must_use]
pub fn min_lens(n: usize) -> [usize; 8] {
    [1, 8, 64, 512, 4_096, 32_768, n.div_ceil(2).max(1), n.max(1)]
}

/// Map-collect.
pub fn map<K: Work>(xs: &[K::In], min_len: usize) -> Vec<K::Out> {
    xs.par_iter().with_min_len(min_len).map(K::item).collect()
}

/// Map-collect as it stands.
pub fn plain_map<K: Work>(xs: &[K::In]) -> Vec<K::Out> {
    xs.par_iter().map(K::item).collect()
}

/// Every element replaced.
pub fn in_place<K: Work<In = u64, Out = u64>>(xs: &mut [u64], min_len: usize) {
    xs.par_iter_mut().with_min_len(min_len).for_each(|x| *x = K::item(x));
}

/// The odd results.
pub fn odd<K: Work<In = u64, Out = u64>>(xs: &[u64], min_len: usize) -> Vec<u64> {
    xs.par_iter().with_min_len(min_len).map(K::item).filter(|y| y % 2 == 1).collect()
}

/// The sum of the results' upper halves.
#[must_use]
pub fn sum<K: Work<In = u64, Out = u64>>(xs: &[u64], min_len: usize) -> u64 {
    xs.par_iter().with_min_len(min_len).map(|x| K::item(x) >> 32).sum()
}

/// The sum of the results as fractions, in another order.
#[must_use]
pub fn float_sum<K: Work<In = u64, Out = u64>>(xs: &[u64], min_len: usize) -> f64 {
    xs.par_iter().with_min_len(min_len).map(|x| super::fraction(K::item(x))).sum()
}

/// The first element whose result is `wanted`.
#[must_use]
pub fn find<K: Work<In = u64, Out = u64>>(xs: &[u64], wanted: u64, min_len: usize) -> Option<u64> {
    xs.par_iter().with_min_len(min_len).copied().find_first(|x| K::item(x) == wanted)
}

/// Map-collect up to a result that is refused.
///
/// # Errors
/// One that is.
pub fn checked<K: Work<In = u64, Out = u64>>(xs: &[u64], min_len: usize) -> Result<Vec<u64>, u64> {
    xs.par_iter().with_min_len(min_len).map(|x| super::accept(K::item(x))).collect()
}
