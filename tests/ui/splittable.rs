//! `assume_splittable` and `#[split]`: what the macro refuses.
use amorsize::parallelize;

struct Weights;

fn add(a: u32, b: u32) -> u32 {
    a + b
}

#[parallelize(assume_splittable)]
fn nobody_joins(xs: &[u32]) -> Vec<u32> {
    xs.to_vec()
}

#[parallelize(assume_splittable, reduce = add)]
fn nothing_to_join(xs: &mut [u32]) {
    xs[0] = 1;
}

#[parallelize(assume_splittable, reduce = 3)]
fn join_is_a_number(xs: &[u32]) -> u32 {
    xs[0]
}

#[parallelize(assume_splittable = true, reduce = add)]
fn promise_with_a_value(xs: &[u32]) -> u32 {
    xs[0]
}

#[parallelize(assume_splitable, reduce = add)]
fn misspelt(xs: &[u32]) -> u32 {
    xs.iter().fold(0, |a, x| a + x)
}

#[parallelize(assume_splittable, reduce = add, assume_splittable)]
fn promised_twice(xs: &[u32]) -> u32 {
    xs[0]
}

#[parallelize(assume_splittable, reduce = add)]
fn no_slice(n: u32) -> u32 {
    n
}

#[parallelize(assume_splittable, reduce = add)]
fn a_vec(xs: &Vec<u32>) -> u32 {
    xs[0]
}

#[parallelize(assume_splittable, reduce = add)]
fn two_slices(xs: &[u32], ys: &[u32]) -> u32 {
    xs[0] + ys[0]
}

#[parallelize(assume_splittable, reduce = add)]
fn marked_twice(#[split] xs: &[u32], #[split] ys: &[u32]) -> u32 {
    xs[0] + ys[0]
}

#[parallelize(assume_splittable, reduce = add)]
fn marked_elsewhere(xs: &[u32], #[split] weights: &Weights) -> u32 {
    let _ = weights;
    xs[0]
}

#[parallelize(assume_splittable, reduce = add)]
fn marked_a_vec(#[split] xs: Vec<u32>) -> u32 {
    xs[0]
}

#[parallelize(assume_splittable, reduce = add)]
fn marked_a_pattern(#[split] [x, ..]: &[u32; 3]) -> u32 {
    *x
}

#[parallelize(assume_splittable, reduce = add)]
fn marked_with_more(#[split(4)] xs: &[u32]) -> u32 {
    xs[0]
}

#[parallelize]
fn marked_for_nothing(#[split] xs: &[u32]) -> u32 {
    xs.iter().sum()
}

#[parallelize(slice_fn = all)]
fn marked_element(#[split] x: &u32) -> u32 {
    *x
}

#[parallelize(slice_fn = all_at_once, assume_splittable, reduce = add)]
fn element(x: &u32) -> u32 {
    *x
}

#[parallelize(assume_splittable, reduce = add)]
fn other_changed(#[split] xs: &[u32], out: &mut Vec<u32>, ys: &mut [u32], _unused: &mut u32) -> u32 {
    out.push(xs[0]);
    ys[0] = 1;
    xs[0]
}

#[parallelize(assume_splittable, reduce = add)]
fn value_changed(xs: &[u32], mut k: u32) -> u32 {
    k += xs[0];
    k
}

impl Weights {
    #[parallelize(assume_splittable, reduce = add)]
    fn changed(&mut self, xs: &[u32]) -> u32 {
        let Self = self;
        xs[0]
    }

    #[parallelize(assume_splittable, reduce = add)]
    fn marked(#[split] &self, xs: &[u32]) -> u32 {
        xs[0]
    }
}

#[parallelize(assume_splittable, reassociate, reduce = |a, b| a + b)]
fn reassociated(xs: &[f64]) -> f64 {
    xs.iter().sum()
}

#[parallelize(assume_splittable, reduce = add)]
async fn asynchronous(xs: &[u32]) -> u32 {
    xs[0]
}

#[parallelize(assume_splittable, reduce = add)]
fn opaque(xs: &[u32]) -> impl Copy {
    xs[0]
}

fn callers_add_no_errors() {
    marked_twice(&[], &[]);
    marked_for_nothing(&[]);
    all(&[]);
}

fn main() {}
