//! Functions of one element, and their companions.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

use amorsize::parallelize;

/// A rate.
#[derive(Clone, Copy, Debug)]
pub struct Rate(u32);

impl Rate {
    /// Belongs to a type by its name alone.
    #[parallelize(slice_fn = Self::widths)]
    #[must_use]
    pub const fn width(word: &str) -> usize {
        word.len()
    }

    /// Reads `self`.
    ///
    /// # Errors
    /// Where the product is too large.
    #[parallelize(slice_fn = all_applied)]
    pub fn applied(&self, x: u32) -> Result<u32, String> {
        x.checked_mul(self.0).ok_or_else(|| format!("{x} is too large"))
    }

    /// Owns `self`.
    #[parallelize(slice_fn = all_mixed)]
    #[must_use]
    pub const fn mixed(self, x: &u32, other: Self, _: bool, _unused: u32) -> u32 {
        *x ^ self.0 ^ other.0
    }
}

/// Generic, with a pattern.
#[parallelize(slice_fn = all_shown)]
pub fn shown<T: ToString + Sync>(x: &T, (first, second): (&str, &str)) -> String {
    let word = x.to_string();
    format!("{first}{word}{second}")
}

/// Borrows from its element.
#[parallelize(slice_fn = all_trimmed)]
#[must_use]
pub fn trimmed(word: &str) -> &str {
    word.trim()
}

/// Borrows from its element, behind a reference.
#[parallelize(slice_fn = firsts)]
#[must_use]
pub const fn first(words: &[String]) -> Option<&String> {
    words.first()
}

/// A value.
#[parallelize(slice_fn = all_doubled, max_threads = 2)]
#[must_use]
pub const fn doubled(x: NonZeroU32) -> u64 {
    // Cannot overflow.
    x.get() as u64 * 2
}

/// Changes its element.
#[parallelize(slice_fn = scale_all)]
pub fn scale(row: &mut [f64], by: f64) {
    for x in row {
        *x *= by;
    }
}

/// Changes its element, which has a name.
#[parallelize(slice_fn = step_all)]
#[expect(clippy::missing_const_for_fn, reason = "for the companion this is not expected")]
pub fn step(x: &mut u32) {
    *x = x.wrapping_add(1);
}

/// Returns nothing.
#[parallelize(slice_fn = visit_all)]
pub fn visit(x: &AtomicU32) {
    x.store(1, Ordering::Relaxed);
}

/// Deprecated, and so is its companion.
#[parallelize(slice_fn = all_old)]
#[deprecated(note = "shown")]
#[must_use]
pub const fn old(x: &u32) -> u32 {
    *x
}
