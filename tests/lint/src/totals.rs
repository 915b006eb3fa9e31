//! Loops that change variables of the function, and loops that end early.

use std::collections::BTreeMap;
use std::num::TryFromIntError;

use amorsize::parallelize;

/// One total.
#[parallelize]
#[must_use]
pub fn sum(xs: &[f64]) -> f64 {
    let mut sum = 0.0;
    for x in xs {
        sum += x.sin() * 0.5;
    }
    sum
}

/// Totals of several kinds.
#[parallelize]
#[must_use]
pub fn counts(xs: &[u32]) -> (usize, u64, u32, bool) {
    let mut n = 0;
    let mut total = 10_u64;
    let mut bits = !0;
    let mut any = false;
    for &x in xs {
        if x % 3 == 0 {
            n += 1;
        }
        total += u64::from(x);
        bits &= x | 7;
        any |= x == 12;
    }
    (n, total, bits, any)
}

/// A list.
#[parallelize]
#[must_use]
pub fn names(xs: &[u32]) -> Vec<String> {
    let mut names = Vec::with_capacity(xs.len());
    for x in xs.iter().filter(|x| **x % 5 != 0) {
        names.push(format!("{x:x}"));
    }
    names
}

/// A table.
#[parallelize]
#[expect(unused_results, reason = "the last one wins")]
#[must_use]
pub fn table(xs: &[u32]) -> BTreeMap<u32, usize> {
    let mut table = BTreeMap::new();
    for (i, x) in xs.iter().enumerate() {
        table.insert(x % 7, i);
    }
    table
}

/// The best, and where it stands.
#[parallelize]
#[must_use]
pub fn most(xs: &[f64]) -> (f64, usize) {
    let (mut peak, mut at) = (f64::MIN, 0);
    for (i, &x) in xs.iter().enumerate() {
        if x > peak {
            peak = x;
            at = i;
        }
    }
    (peak, at)
}

/// The first that will do.
#[parallelize]
#[must_use]
pub fn first(xs: &[u32], limit: u32) -> Option<u32> {
    for x in xs {
        if *x > limit {
            return Some(*x);
        }
    }
    None
}

/// A total, unless one fails.
///
/// # Errors
/// If an element is too large.
#[parallelize]
pub fn checked(xs: &[u64]) -> Result<u32, TryFromIntError> {
    let mut total = 0_u32;
    for x in xs {
        total += u32::try_from(*x)?;
    }
    Ok(total)
}

/// Whether all will do.
#[parallelize]
#[must_use]
pub fn all(xs: &[u32], limit: u32) -> bool {
    for x in xs {
        if *x > limit {
            return false;
        }
    }
    true
}

/// Until one ends it.
#[parallelize]
#[must_use]
pub fn until(xs: &[u32], end: u32) -> u64 {
    let mut total = 0;
    for x in xs {
        if *x == end {
            break;
        }
        total += u64::from(*x);
    }
    total
}
