//! The plain loop.

use crate::kernel::Work;

/// Map-collect.
#[must_use]
pub fn map<K: Work>(xs: &[u64]) -> Vec<u64> {
    xs.iter().map(|&x| K::item(x)).collect()
}
