//! Several sites in one function, and sites inside larger expressions.

use crate::{LENGTHS, floats, numbers, twice};

twice! {
    #[parallelize]
    pub(super) fn mean_and_variance(xs: &[f64]) -> (f64, f64) {
        let n = xs.len() as f64;
        let mean = xs.iter().sum::<f64>() / n;
        let variance = xs.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
        (mean, variance)
    }
    #[parallelize]
    pub(super) fn centred(xs: &[f64]) -> Vec<f64> {
        let total: f64 = xs.iter().sum();
        let mean = total / xs.len() as f64;
        let mut previous = 0.0;
        for x in xs {
            previous += x;
        }
        xs.iter().map(|x| x - mean + previous).collect()
    }
    #[parallelize]
    pub(super) fn two_inputs(xs: &[u32], ys: &[u32]) -> Vec<u32> {
        let least = ys.iter().copied().min().unwrap_or_default();
        xs.iter().map(|x| x.saturating_sub(least)).collect()
    }
    #[parallelize]
    pub(super) fn rounds(xs: &[f64], rounds: usize) -> f64 {
        let mut centre = 0.0;
        for _ in 0..rounds {
            let moved: f64 = xs.iter().map(|x| (x - centre).abs()).sum();
            centre += moved / 10_000.0;
        }
        centre
    }
    #[parallelize]
    pub(super) fn while_shrinking(xs: &[u32]) -> usize {
        let mut limit = u32::MAX;
        while xs.iter().filter(|x| **x < limit).count() > 10 {
            limit /= 2;
        }
        limit as usize
    }
    #[parallelize]
    pub(super) fn serial_beside(xs: &[u32]) -> (Option<u32>, Vec<u32>) {
        let last_even = xs.iter().rev().find(|x| *x % 2 == 0).copied();
        let halves: Vec<u32> = xs.iter().map(|x| x / 2).collect();
        (last_even, halves)
    }
}

#[test]
fn same_as_plain() {
    for len in LENGTHS {
        let (xs, fs) = (numbers(len), floats(len));
        if len > 1 {
            assert_eq!(split::mean_and_variance(&fs), plain::mean_and_variance(&fs));
        }
        assert_eq!(split::centred(&fs), plain::centred(&fs));
        assert_eq!(split::two_inputs(&xs, &numbers(50)), plain::two_inputs(&xs, &numbers(50)));
        assert_eq!(split::rounds(&fs, 5).to_bits(), plain::rounds(&fs, 5).to_bits());
        assert_eq!(split::while_shrinking(&xs), plain::while_shrinking(&xs));
        assert_eq!(split::serial_beside(&xs), plain::serial_beside(&xs));
    }
}
