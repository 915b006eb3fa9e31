//! Attributes that strict projects put beside this one.

use amorsize::parallelize;

/// Inlined, and to be used.
#[inline]
#[must_use]
#[parallelize]
pub fn inlined(xs: &[u32]) -> Vec<u32> {
    xs.iter().map(|x| x ^ 1).collect()
}

/// Old.
#[parallelize]
#[deprecated(since = "0.1.0", note = "there is a better one")]
#[must_use]
pub fn old(xs: &[u32]) -> u32 {
    xs.iter().map(|x| x ^ 1).fold(0, |a, b| a ^ b)
}

/// Only where it is wanted.
#[cfg_attr(not(miri), parallelize)]
#[must_use]
pub fn conditional(xs: &[u32]) -> Vec<u32> {
    xs.iter().map(|x| x ^ 1).collect()
}

/// An exception with its reason.
#[parallelize]
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "tables are short")]
pub fn excepted(xs: &[u32], table: &[u32]) -> Vec<u32> {
    let most = table.len() as u32;
    xs.iter().map(|x| x ^ most ^ table.len() as u32).collect()
}

/// Compiled for more than the oldest processor: the kernels are, too.
///
/// # Safety
/// The processor has both features.
#[cfg(target_arch = "x86_64")]
#[parallelize]
#[target_feature(enable = "avx2,fma")]
#[must_use]
pub fn fused(xs: &[f32], factor: f32) -> Vec<f32> {
    xs.iter().map(|x| x.mul_add(factor, 1.0)).collect()
}

/// In place, with the attributes the other way round.
///
/// # Safety
/// The processor has both features.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
#[parallelize]
pub fn fused_in_place(xs: &mut [f32], factor: f32) {
    for x in xs {
        *x = x.mul_add(factor, 1.0);
    }
}
