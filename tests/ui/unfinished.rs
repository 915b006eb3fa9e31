//! Half-typed functions: rustc says what is missing, and the attribute adds nothing to it.
use amorsize::parallelize;

#[parallelize]
fn open_chain(xs: &[u32]) -> Vec<u32> {
    xs.iter().map(|x| x + 1).
}

#[parallelize]
fn half_a_closure(xs: &[u32]) -> Vec<u32> {
    xs.iter().map(|x|).collect()
}

#[parallelize]
fn no_value(xs: &[u32]) -> Vec<u32> {
    let y = ;
    xs.iter().map(|x| x + y).collect()
}

#[parallelize]
fn half_a_loop(xs: &mut [u32]) {
    for x in
}

#[parallelize]
fn no_type(xs: ) -> Vec<u32> {
    Vec::new()
}

#[parallelize(max_)]
fn half_an_option(xs: &[u32]) -> Vec<u32> {
    xs.iter().map(|x| x + 1).collect()
}

#[parallelize(reduce = )]
fn no_option_value(xs: &[u32]) -> u32 {
    xs.iter().fold(0, |a, b| a + b)
}

#[parallelize(slice_fn = all_halves)]
fn half(x: u32) -> u32 {
    x /
}

fn main() {
    // The companion is there.
    let _: Vec<u32> = all_halves(&[1]);
}
