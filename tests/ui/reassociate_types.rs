//! `reassociate` where only the type shows that there is nothing to reassociate.
use std::iter::Sum;

use amorsize::parallelize;

type Count = u64;

#[parallelize(reassociate)]
fn hidden_integer(xs: &[u32]) -> Count {
    xs.iter().map(|x| u64::from(*x)).sum()
}

#[parallelize(reassociate)]
fn generic<T: Sum<T> + Copy + Send + Sync>(xs: &[T]) -> T {
    xs.iter().copied().sum()
}

struct Metres(f64);

impl Sum<Metres> for f64 {
    fn sum<I: Iterator<Item = Metres>>(items: I) -> f64 {
        items.map(|metres| metres.0).fold(0.0, |a, b| a + b)
    }
}

#[parallelize(reassociate)]
fn items_of_ones_own(xs: &[f64]) -> f64 {
    xs.iter().map(|x| Metres(*x)).sum()
}

fn main() {}
