//! State that goes from one element to the next.
use amorsize::parallelize;

#[parallelize]
fn counter(xs: &[u32]) -> Vec<usize> {
    let mut n = 0;
    xs.iter()
        .map(|_| {
            n += 1;
            n
        })
        .collect()
}

#[parallelize]
fn moved_counter(xs: &[u32]) -> Vec<usize> {
    let mut n = 0;
    xs.iter()
        .map(move |_| {
            n += 1;
            n
        })
        .collect()
}

#[parallelize]
fn running_sum(xs: &[u32]) -> Vec<u32> {
    let mut total = 0;
    xs.iter()
        .map(|x| {
            total += x;
            total
        })
        .collect()
}

#[parallelize]
fn smoothed(xs: &[f64]) -> Vec<f64> {
    let mut run = 0.0;
    xs.iter()
        .map(|x| {
            run = 0.9 * run + 0.1 * x;
            run
        })
        .collect()
}

#[parallelize]
fn sums_in_place(xs: &mut [f64]) {
    let mut acc = 0.0;
    for x in xs.iter_mut() {
        acc += *x;
        *x = acc;
    }
}

#[parallelize]
fn shown(xs: &[u32]) -> Vec<String> {
    let mut total = 0;
    xs.iter()
        .map(|x| {
            total += x;
            format!("{total}")
        })
        .collect()
}

#[parallelize]
fn accumulator(xs: &[u32]) -> u32 {
    let mut greatest = 0;
    for x in xs {
        if *x >= greatest {
            greatest = *x;
        }
    }
    greatest
}

#[parallelize]
fn pushed(xs: &[u32]) -> Vec<u32> {
    let mut out = Vec::new();
    for x in xs.iter() {
        if out.len() < 10 {
            out.push(x / 2);
        }
    }
    out
}

#[parallelize]
fn parameter_changed(xs: &[u32], log: &mut Vec<u32>) -> Vec<u32> {
    xs.iter()
        .map(|x| {
            log.push(*x);
            x / 2
        })
        .collect()
}

struct Histogram {
    bins: [u32; 16],
}

impl Histogram {
    #[parallelize]
    fn add(&mut self, xs: &[usize]) {
        for x in xs {
            self.bins[x % 16] += 1;
        }
    }
}

#[parallelize]
fn mutable_callable(xs: &[u32], mut f: impl FnMut(&u32) -> u32) -> Vec<u32> {
    xs.iter().map(&mut f).collect()
}

#[parallelize]
fn other_slice(xs: &[usize], out: &mut [u32]) {
    for x in xs {
        out[*x] = 1;
    }
}

fn main() {}
