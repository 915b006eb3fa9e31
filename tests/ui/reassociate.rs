//! `reassociate` where there is nothing to reassociate.
use amorsize::parallelize;

#[parallelize(reassociate)]
fn no_total(xs: &[f64]) -> Vec<f64> {
    xs.iter().map(|x| x * 2.0).collect()
}

#[parallelize(reassociate)]
fn total_of_integers(xs: &[u32]) -> u64 {
    xs.iter().map(|x| u64::from(*x)).sum()
}

#[parallelize(reassociate)]
fn folded(xs: &[f64]) -> f64 {
    xs.iter().map(|x| x * 0.5).fold(0.0, |a, x| a + x)
}

#[parallelize(reassociate = true)]
fn with_a_value(xs: &[f64]) -> f64 {
    xs.iter().sum()
}

#[parallelize(reassociate, reduce = f64::max)]
fn reduce_for_nothing(xs: &[f64]) -> f64 {
    xs.iter().sum()
}

#[parallelize(reassociate, slice_fn = all)]
fn element(x: &f64) -> f64 {
    x * 2.0
}

fn main() {}
