//! orx-parallel 4 with both of its runners, on its own pool.

use orx_parallel::{Par, Parallelizable, Runner};

use crate::kernel::Work;

/// Map-collect, fixed chunks.
#[must_use]
pub fn map_fixed<K: Work>(xs: &[u64]) -> Vec<u64> {
    xs.par().runner(Runner::fixed()).map(|&x| K::item(x)).collect()
}

/// Map-collect, adaptive chunks.
#[must_use]
pub fn map_adaptive<K: Work>(xs: &[u64]) -> Vec<u64> {
    xs.par().runner(Runner::adaptive()).map(|&x| K::item(x)).collect()
}
