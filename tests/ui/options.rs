//! Options: names, doubles, values.
use amorsize::parallelize;

#[parallelize(max_thread = 4)]
fn misspelt(xs: &[f64]) -> f64 {
    xs.iter().sum()
}

#[parallelize(threads = 4)]
fn other_word(xs: &[f64]) -> f64 {
    xs.iter().sum()
}

#[parallelize(grain = 4)]
fn unknown(xs: &[f64]) -> f64 {
    xs.iter().sum()
}

#[parallelize(serial, key = "a", serial)]
fn twice(xs: &[f64]) -> f64 {
    xs.iter().sum()
}

#[parallelize(serial, max_threads = 2)]
fn contradiction(xs: &[f64]) -> f64 {
    xs.iter().sum()
}

#[parallelize(chunk_size)]
fn no_value(xs: &[f64]) -> f64 {
    xs.iter().sum()
}

#[parallelize(key = 3)]
fn key_is_a_number(xs: &[f64]) -> f64 {
    xs.iter().sum()
}

#[parallelize(crate = amorsize)]
fn relative(xs: &[f64]) -> f64 {
    xs.iter().sum()
}

#[parallelize(reduce = 3)]
fn reduce_is_a_number(xs: &[f64]) -> f64 {
    xs.iter().fold(0.0, |a, b| a + b)
}

#[parallelize(max_threads = )]
fn half_written(xs: &[f64]) -> f64 {
    xs.iter().sum()
}

#[parallelize("max_threads")]
fn no_options(xs: &[f64]) -> f64 {
    xs.iter().sum()
}

fn main() {}
