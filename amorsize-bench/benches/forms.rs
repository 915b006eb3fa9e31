//! What each form adds to the plain function where it is serial, and gains where it is split.
//!
//! Rows up to 8192 elements are cheap work: the surely serial path. The last rows are dear work over many elements.

use std::hint::black_box;

use amorsize::parallelize;
use amorsize_bench::{arm, interleave};

/// Writes a function twice: `split::name` is annotated, `plain::name` is not.
macro_rules! twice {
    ($(#[parallelize] $item:item)*) => {
        mod split {
            use super::*;
            $(#[parallelize] $item)*
        }
        mod plain {
            use super::*;
            $(#[inline(never)] $item)*
        }
    };
}

/// Some tens of nanoseconds of work.
fn dear(x: f64) -> f64 {
    let mut y = x;
    for _ in 0..8 {
        y = y.mul_add(1.01, 0.3).sqrt() + x * 1e-3;
    }
    y
}

twice! {
    #[parallelize]
    pub(crate) fn zipped_sum(xs: &[f64], ys: &[f64]) -> f64 {
        xs.iter().zip(ys).map(|(x, y)| x * y).sum()
    }

    #[parallelize]
    pub(crate) fn numbered(xs: &[f64], _: &[f64]) -> Vec<f64> {
        xs.iter().enumerate().map(|(i, x)| x * i as f64).collect()
    }

    #[parallelize]
    pub(crate) fn windowed(xs: &[f64], _: &[f64]) -> Vec<f64> {
        xs.windows(2).map(|pair| pair[1] - pair[0]).collect()
    }

    #[parallelize]
    pub(crate) fn pieces(xs: &[f64], _: &[f64]) -> Vec<f64> {
        xs.chunks(4).map(|piece| piece.iter().sum()).collect()
    }

    #[parallelize]
    pub(crate) fn ranged(xs: &[f64], ys: &[f64]) -> Vec<f64> {
        (0..xs.len()).map(|i| xs[i] - ys[i]).collect()
    }

    #[parallelize]
    pub(crate) fn summing_loop(xs: &[f64], ys: &[f64]) -> f64 {
        let mut sum = 0.0;
        for (x, y) in xs.iter().zip(ys) {
            sum += x * y;
        }
        sum
    }

    #[parallelize]
    pub(crate) fn pushing_loop(xs: &[f64], _: &[f64]) -> Vec<f64> {
        let mut out = Vec::with_capacity(xs.len());
        for x in xs {
            out.push(x * 0.5);
        }
        out
    }

    #[parallelize]
    pub(crate) fn best_loop(xs: &[f64], _: &[f64]) -> (f64, usize) {
        let (mut best, mut at) = (f64::MIN, 0);
        for (i, &x) in xs.iter().enumerate() {
            if x > best {
                best = x;
                at = i;
            }
        }
        (best, at)
    }

    #[parallelize]
    pub(crate) fn leaving_loop(xs: &[f64], ys: &[f64]) -> Option<f64> {
        for (x, y) in xs.iter().zip(ys) {
            if *x > *y + 1e9 {
                return Some(*x);
            }
        }
        None
    }

    #[parallelize]
    pub(crate) fn dear_sum(xs: &[f64], ys: &[f64]) -> f64 {
        let mut sum = 0.0;
        for (x, y) in xs.iter().zip(ys) {
            sum += dear(*x) * y;
        }
        sum
    }

    #[parallelize]
    pub(crate) fn dear_pushes(xs: &[f64], _: &[f64]) -> Vec<f64> {
        let mut out = Vec::new();
        for x in xs {
            let y = dear(*x);
            if y > 1.0 {
                out.push(y);
            }
        }
        out
    }

    #[parallelize]
    pub(crate) fn dear_best(xs: &[f64], _: &[f64]) -> (f64, usize) {
        let (mut best, mut at) = (f64::MIN, 0);
        for (i, &x) in xs.iter().enumerate() {
            if dear(x) > best {
                best = dear(x);
                at = i;
            }
        }
        (best, at)
    }

    #[parallelize]
    pub(crate) fn dear_checks(xs: &[f64], ys: &[f64]) -> Result<(), f64> {
        for (x, y) in xs.iter().zip(ys) {
            if dear(*x) > *y + 1e9 {
                return Err(*x);
            }
        }
        Ok(())
    }

    #[parallelize]
    pub(crate) fn dear_windows(xs: &[f64], _: &[f64]) -> Vec<f64> {
        xs.windows(3).map(|three| dear(three[0]) + dear(three[2])).collect()
    }

    #[parallelize]
    pub(crate) fn dear_range(xs: &[f64], ys: &[f64]) -> Vec<f64> {
        (1..xs.len()).map(|i| dear(xs[i - 1]) + ys[i]).collect()
    }
}

macro_rules! rows {
    ($lengths:expr, $rounds:literal: $($name:ident)*) => {
        for n in $lengths {
            let xs: Vec<f64> = (0..n).map(|k| f64::from(k as u32 % 1000) * 0.37).collect();
            let ys: Vec<f64> = xs.iter().rev().copied().collect();
            let calls = (400_000 / (n + 20)).max(1);
            $({
                let mut arms = [
                    arm("plain", || plain::$name(black_box(&xs), black_box(&ys))),
                    arm("noise", || plain::$name(black_box(&xs), black_box(&ys))),
                    arm("amorsize", || split::$name(black_box(&xs), black_box(&ys))),
                ];
                let times = interleave($rounds, calls, &mut arms);
                let (plain, noise, ours) = (times[0], times[1], times[2]);
                println!(
                    "{:<14} {n:>7}  {plain:>12.2}  {:>+9.2}  {:>+12.2}  {:>6.3}",
                    stringify!($name), noise - plain, ours - plain, ours / plain
                );
            })*
        }
    };
}

fn main() {
    println!("medians in ns per call; `noise` is a second plain arm\n");
    println!("{:<14} {:>7}  {:>12}  {:>9}  {:>12}  {:>6}", "form", "n", "plain", "noise", "added", "ratio");
    rows!([16, 256, 8192], 51: zipped_sum numbered windowed pieces ranged summing_loop pushing_loop best_loop leaving_loop);
    rows!([200_000], 21: dear_sum dear_pushes dear_best dear_checks dear_windows dear_range);
    println!("\n{}", amorsize::decisions());
}
