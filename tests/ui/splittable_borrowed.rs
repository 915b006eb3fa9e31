//! `assume_splittable`: what the borrow checker refuses.
use amorsize::parallelize;

fn counted(items: impl Iterator<Item = u32>) -> u32 {
    items.map(|_| 1).sum()
}

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
    counted(rest) + xs[0]
}

#[parallelize(assume_splittable, reduce = |a, _| a)]
fn borrowed_from_a_local(xs: &[String]) -> Vec<&str> {
    let local = String::new();
    vec![&xs[0], &local]
}

fn main() {}
