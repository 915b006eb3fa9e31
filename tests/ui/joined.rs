//! Terminals that are joined part by part, where that cannot be.
use amorsize::parallelize;

#[parallelize]
fn place_among_some(xs: &[u32]) -> Option<usize> {
    xs.iter().filter(|x| **x > 3).position(|x| *x == 7)
}

#[parallelize]
fn place_among_many(xs: &[Vec<u32>]) -> Option<usize> {
    xs.iter().flatten().map(|x| x / 2).position(|x| x == 7)
}

#[parallelize(reduce = |a, b| a.or(b))]
fn needs_no_reduce(xs: &[u32]) -> Option<u32> {
    xs.iter().find_map(|x| (x % 2 == 0).then_some(*x))
}

#[parallelize]
fn moved_counter(xs: &[u32]) -> Option<u32> {
    let mut n = 0;
    xs.iter().find_map(move |x| {
        n += 1;
        (n > 3).then_some(*x)
    })
}

#[parallelize]
fn counted_keys(xs: &[u32]) -> Option<&u32> {
    let mut asked = 0;
    xs.iter().max_by_key(|x| {
        asked += 1;
        **x
    })
}

#[parallelize]
fn printed(xs: &[u32]) -> Option<()> {
    xs.iter().try_for_each(|x| {
        println!("{x}");
        (*x > 3).then_some(())
    })
}

fn main() {}
