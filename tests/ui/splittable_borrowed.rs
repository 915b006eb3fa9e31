//! `assume_splittable`: what the borrow checker refuses.
use amorsize::parallelize;

fn add(a: u32, b: u32) -> u32 {
    a + b
}

#[parallelize(assume_splittable, reduce = |a, _| a)]
fn moved_out(xs: &[u32], names: Vec<u32>) -> Vec<u32> {
    let mut all = names;
    all.extend(xs);
    all
}

#[parallelize(assume_splittable, reduce = add)]
fn advanced(xs: &[u32], rest: impl Iterator<Item = u32> + Sync) -> u32 {
    rest.count() as u32 + xs[0]
}

#[parallelize(assume_splittable, reduce = |a, _| a)]
fn borrowed_from_a_local(xs: &[String]) -> Vec<&str> {
    let local = String::new();
    vec![&xs[0], &local]
}

fn main() {}
