//! Functions with nothing that can be split.
use amorsize::parallelize;

#[parallelize]
fn no_chain(xs: &[u32]) -> usize {
    xs.len()
}

#[parallelize]
fn empty(_xs: &[u32]) {}

#[parallelize]
fn while_loop(xs: &mut [u32]) {
    let mut i = 0;
    while i < xs.len() {
        xs[i] += 1;
        i += 1;
    }
}

#[parallelize]
fn index_loop(xs: &mut [u32]) {
    for i in 0..xs.len() {
        assert!(xs[i] > 0);
    }
}

#[parallelize]
fn sorted(xs: &mut [u32]) {
    xs.sort_unstable();
}

#[parallelize]
fn in_a_closure(xs: &[u32]) -> usize {
    let count = |n| xs.iter().filter(|x| **x > n).count();
    count(3) + count(5)
}

struct Set {
    items: Vec<u32>,
}

impl Set {
    #[parallelize]
    fn sum(&self) -> u32 {
        self.items.iter().sum()
    }
}

#[parallelize]
fn local(n: u32) -> Vec<u32> {
    let xs: Vec<u32> = vec![n; 4];
    xs.iter().map(|x| x + 1).collect()
}

#[parallelize]
fn shadowed(xs: &[u32]) -> Vec<u32> {
    let xs: Vec<u32> = xs.to_vec();
    xs.iter().map(|x| x + 1).collect()
}

#[parallelize]
fn in_an_async_block(xs: &[u32]) -> usize {
    drop(async { xs.iter().filter(|x| **x > 3).count() });
    0
}

#[parallelize]
fn no_slice_at_all(sizes: &std::collections::HashMap<String, usize>) -> Vec<usize> {
    sizes.iter().map(|(name, size)| name.len() + size).collect()
}

fn main() {}
