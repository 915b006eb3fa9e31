//! Functions with companions for `async` code.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::atomic::{AtomicU32, Ordering};

use amorsize::parallelize;

/// A rate.
#[derive(Clone, Copy, Debug)]
pub struct Rate(u32);

impl Rate {
    /// Belongs to a type by its name alone.
    #[parallelize(spawn_fn = Self::widths_async)]
    #[must_use]
    pub fn widths(words: &[String]) -> Vec<usize> {
        words.iter().map(String::len).collect()
    }

    /// Reads `self`, and may fail.
    ///
    /// # Errors
    /// Where a product is too large.
    #[parallelize(spawn_fn = applied_async)]
    pub fn applied(&self, xs: &[u32]) -> Result<Vec<u32>, String> {
        xs.iter().map(|x| x.checked_mul(self.0).ok_or_else(|| format!("{x} is too large"))).collect()
    }

    /// Owns `self`, and does not use all that it is given.
    #[parallelize(spawn_fn = mixed_async)]
    #[must_use]
    pub fn mixed(self, xs: &[u32], other: Self, _: bool, _unused: u32) -> u32 {
        xs.iter().map(|x| x ^ self.0 ^ other.0).max().unwrap_or_default()
    }
}

/// Each way of being handed over.
#[parallelize(spawn_fn = priced_async, max_threads = 2)]
#[must_use]
pub fn priced(xs: &[f64], names: &str, rates: &BTreeMap<String, f64>, limit: f64) -> Vec<f64> {
    let rate = rates.get(names).copied().unwrap_or(1.0);
    xs.iter().map(|x| (x * rate).min(limit)).collect()
}

/// Generic, with lifetimes and a pattern.
#[parallelize(spawn_fn = shown_async)]
pub fn shown<'x, T, const N: usize>(xs: &'x [T], (first, second): (String, [u8; N])) -> Vec<String>
where
    T: Display + Send + Sync + 'static,
{
    let len = second.len();
    xs.iter().map(|x| format!("{first}{x}{len}")).collect()
}

/// A trait that may imply `'static`.
pub trait Priced {
    /// What one costs.
    fn cents(&self) -> u64;
}

/// Generic over it.
#[parallelize(spawn_fn = cents_async)]
pub fn cents<P: Priced + Send + Sync>(xs: &[P], each: u64) -> u64 {
    xs.iter().map(|x| x.cents() * each).sum()
}

/// Returns nothing.
#[parallelize(spawn_fn = visited_async)]
pub fn visited(xs: &[u32], counts: &[AtomicU32]) {
    for x in xs {
        if let Some(count) = counts.get(usize::try_from(*x).unwrap_or(0)) {
            count.store(1, Ordering::Relaxed);
        }
    }
}

/// With a companion for slices that has companions itself.
#[parallelize(slice_fn = all_doubled, spawn_fn = all_doubled_async)]
#[must_use]
pub const fn doubled(x: &u32) -> u64 {
    *x as u64 * 2
}

/// Deprecated, and so are its companions.
#[parallelize(spawn_fn = old_async)]
#[deprecated(note = "priced")]
#[must_use]
pub fn old(xs: &[u32]) -> u64 {
    xs.iter().map(|x| u64::from(*x)).sum()
}

/// Not for others: the companions are as visible as the function, and each of them is used or not.
mod hidden {
    use amorsize::parallelize;

    #[parallelize(spawn_fn = inner_async)]
    pub(super) fn inner(xs: &[u32]) -> Vec<u32> {
        xs.iter().map(|x| x / 2).collect()
    }
}

/// Awaits one.
///
/// # Errors
/// If the call panics.
pub async fn awaited(xs: Vec<u32>) -> Result<usize, amorsize::JoinError> {
    let here = hidden::inner(&xs).len();
    Ok(here + hidden::inner_async(xs).await?.len())
}
