//! What a surely serial call adds to the plain function: map-collect and in place, n = 0 … 8192.
//!
//! Target: at most 3 ns at n = 16, nothing measurable from n = 256 on.

use amorsize::parallelize;
use amorsize_bench::{arm, interleave};
use std::hint::black_box;

#[parallelize]
fn map(xs: &[f32], scale: f32) -> Vec<f32> {
    xs.iter().map(|x| x * scale + 1.0).collect()
}

#[inline(never)]
fn map_plain(xs: &[f32], scale: f32) -> Vec<f32> {
    xs.iter().map(|x| x * scale + 1.0).collect()
}

#[parallelize]
fn in_place(xs: &mut [f32], scale: f32) {
    for x in xs.iter_mut() {
        *x = *x * scale + 1.0;
    }
}

#[inline(never)]
fn in_place_plain(xs: &mut [f32], scale: f32) {
    for x in xs.iter_mut() {
        *x = *x * scale + 1.0;
    }
}

#[parallelize]
fn total(xs: &[f32]) -> f32 {
    xs.iter().sum()
}

#[inline(never)]
fn total_plain(xs: &[f32]) -> f32 {
    xs.iter().sum()
}

fn row(form: &str, n: usize, times: &[f64]) {
    let (plain, noise, amorsize) = (times[0], times[1], times[2]);
    println!(
        "{form:<10} {n:>5}  {plain:>9.2}  {:>+7.2}  {:>+7.2}  {:>6.3}",
        noise - plain,
        amorsize - plain,
        amorsize / plain
    );
}

fn main() {
    println!("medians in ns per call; `noise` is a second plain arm\n");
    println!("{:<10} {:>5}  {:>9}  {:>7}  {:>7}  {:>6}", "form", "n", "plain", "noise", "added", "ratio");
    for n in [0, 1, 16, 64, 256, 1024, 8192] {
        let xs = vec![1.5_f32; n];
        let calls = 400_000 / (n + 20);
        let mut arms = [
            arm("plain", || map_plain(black_box(&xs), black_box(0.5))),
            arm("noise", || map_plain(black_box(&xs), black_box(0.5))),
            arm("amorsize", || map(black_box(&xs), black_box(0.5))),
        ];
        row("map", n, &interleave(101, calls, &mut arms));

        let (mut a, mut b, mut c) = (xs.clone(), xs.clone(), xs.clone());
        let mut arms = [
            arm("plain", || in_place_plain(black_box(&mut a), black_box(0.5))),
            arm("noise", || in_place_plain(black_box(&mut b), black_box(0.5))),
            arm("amorsize", || in_place(black_box(&mut c), black_box(0.5))),
        ];
        row("in place", n, &interleave(101, calls, &mut arms));

        let mut arms = [
            arm("plain", || total_plain(black_box(&xs))),
            arm("noise", || total_plain(black_box(&xs))),
            arm("amorsize", || total(black_box(&xs))),
        ];
        row("sum", n, &interleave(101, calls, &mut arms));
    }
    println!("\n{}", amorsize::decisions());
}
