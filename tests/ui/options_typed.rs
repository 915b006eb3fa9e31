//! Tuning options are fields of a struct: rustc checks their types.
use amorsize::parallelize;

#[parallelize(max_threads = "four")]
fn text(xs: &[f64]) -> f64 {
    xs.iter().sum()
}

#[parallelize(chunk_size = -1)]
fn negative(xs: &[f64]) -> f64 {
    xs.iter().sum()
}

#[parallelize(parallel_from = xs.len())]
fn not_constant(xs: &[f64]) -> f64 {
    xs.iter().sum()
}

#[parallelize(serial = 1)]
fn number(xs: &[f64]) -> f64 {
    xs.iter().sum()
}

fn main() {}
