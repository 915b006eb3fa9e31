//! rayon's `par_iter`, with a `with_min_len` that a hand-tuner would choose.

use rayon::prelude::*;

use crate::kernel::Work;

/// The eight values that a hand-tuner tries for `n` elements; the last two are halves, and never to split.
#[must_use]
pub fn min_lens(n: usize) -> [usize; 8] {
    [1, 8, 64, 512, 4_096, 32_768, n.div_ceil(2).max(1), n.max(1)]
}

/// Map-collect.
#[must_use]
pub fn map<K: Work>(xs: &[u64], min_len: usize) -> Vec<u64> {
    xs.par_iter().with_min_len(min_len).map(|&x| K::item(x)).collect()
}

/// Map-collect as it stands.
#[must_use]
pub fn plain_map<K: Work>(xs: &[u64]) -> Vec<u64> {
    xs.par_iter().map(|&x| K::item(x)).collect()
}
