//! Terminals that cannot be joined, and `reduce` where it does nothing.
use amorsize::parallelize;

#[parallelize]
fn folded(xs: &[f64]) -> f64 {
    xs.iter().fold(0.0, |a, x| a * 0.5 + x)
}

#[parallelize]
fn copied_only(xs: &[f64]) -> Option<f64> {
    xs.iter().copied().reduce(f64::max)
}

#[parallelize(reduce = |a, b| a + b)]
fn nothing_to_join(xs: &[f64]) -> Vec<f64> {
    xs.iter().map(|x| x * 2.0).collect()
}

#[parallelize]
fn changed_and_counted(xs: &mut [u32]) -> usize {
    xs.iter_mut()
        .map(|x| {
            *x += 1;
            *x
        })
        .filter(|x| *x > 3)
        .count()
}

#[parallelize(reduce = |a, b| a + b)]
fn start_leaves(xs: &[u32], start: Option<u32>) -> Option<u32> {
    let sum: u32 = xs.iter().fold(start?, |a, x| a + x);
    Some(sum)
}

#[parallelize]
fn unfinished(xs: &[u32]) -> Vec<u32> {
    let halves = xs.iter().map(|x| x / 2);
    halves.collect()
}

#[parallelize]
fn cloned_only(xs: &[String]) -> String {
    xs.iter().cloned().fold(String::new(), |all, x| all + &x)
}

fn main() {}
