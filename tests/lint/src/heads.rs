//! What chains and loops go over besides the elements of one slice.

use amorsize::parallelize;

/// With the index.
#[parallelize]
#[must_use]
pub fn numbered(xs: &[u32]) -> Vec<(usize, u32)> {
    xs.iter().enumerate().map(|(i, x)| (i, x ^ 5)).collect()
}

/// Beside another slice.
#[parallelize]
#[must_use]
pub fn dot(xs: &[f64], ys: &[f64]) -> f64 {
    xs.iter().zip(ys).map(|(x, y)| x * y).sum()
}

/// Beside what is made once.
#[parallelize]
#[must_use]
pub fn beside(xs: &[f64], ys: &[f64], k: f64) -> Vec<(f64, f64)> {
    xs.iter().copied().zip(ys.iter().map(|y| y * k)).collect()
}

/// Any of the pairs.
#[parallelize]
#[must_use]
pub fn any_beside(xs: &[f64], ys: &[f64]) -> bool {
    xs.iter().zip(ys).enumerate().any(|(i, (x, y))| i > 50 && x + y > 1e4)
}

/// Pieces whose size is an expression.
#[parallelize]
#[must_use]
pub fn sums(xs: &[f64], size: usize) -> Vec<f64> {
    xs.chunks(size.max(1)).map(|piece| piece.iter().sum()).collect()
}

/// Pieces with their number.
#[parallelize]
#[must_use]
pub fn full(xs: &[u32]) -> Vec<(usize, Option<u32>)> {
    xs.chunks_exact(3).enumerate().map(|(i, piece)| (i, piece.first().copied())).collect()
}

/// Windows.
#[parallelize]
#[must_use]
pub fn rising(xs: &[u32]) -> usize {
    xs.windows(2).filter(|window| window.is_sorted()).count()
}

/// Pieces in order.
#[parallelize]
#[must_use]
pub fn ordered_pieces(xs: &[f64]) -> f64 {
    xs.chunks(7).map(|piece| piece.iter().sum::<f64>()).fold(0.5, |a, x| a / 2.0 + x)
}

/// A range.
#[parallelize]
#[must_use]
pub fn triangle(xs: &[u32]) -> Vec<u64> {
    (0..=xs.len() as u64).filter(|n| n % 3 != 0).map(|n| n * n.wrapping_add(1) / 2).collect()
}

/// A loop with the index.
#[parallelize]
pub fn placed(xs: &mut [f64]) {
    for (i, x) in xs.iter_mut().enumerate() {
        *x += i as f64;
    }
}

/// A loop over two slices.
#[parallelize]
pub fn add(xs: &mut [f64], ys: &[f64]) {
    for (x, y) in xs.iter_mut().zip(ys) {
        *x += y;
    }
}

/// From one slice into another.
#[parallelize]
pub fn roots(xs: &[f64], ys: &mut [f64]) {
    for (x, y) in xs.iter().zip(ys.iter_mut()) {
        *y = x.sqrt();
    }
}

/// Rows of a table.
#[parallelize]
pub fn rows(xs: &mut [f64], width: usize) {
    xs.chunks_mut(width).enumerate().for_each(|(row, cells)| {
        for x in cells {
            *x *= row as f64;
        }
    });
}
