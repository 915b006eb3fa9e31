//! Loops over indices that add up, fill or look for something, some of them while they change slices.
#![allow(clippy::manual_find, clippy::needless_range_loop)]

use crate::{LENGTHS, floats, numbers, twice};

/// Numbers that come out one after the other.
struct Dice(u32);

impl Dice {
    fn roll(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        self.0 >> 24
    }
}

twice! {
    #[parallelize]
    pub(super) fn dot(xs: &[f64], ys: &[f64]) -> f64 {
        let mut sum = 0.0;
        for i in 0..xs.len().min(ys.len()) {
            sum += xs[i] * ys[i];
        }
        sum
    }

    #[parallelize]
    pub(super) fn pairs(xs: &[f64]) -> (f64, usize) {
        let n = xs.len().min(120);
        let (mut energy, mut near) = (0.0, 0_usize);
        for i in 0..n {
            for j in i + 1..n {
                let d = (xs[i] - xs[j]).abs();
                energy += 1.0 / (d + 0.1);
                if d < 3.0 {
                    near += 1;
                }
            }
        }
        (energy, near)
    }

    #[parallelize]
    pub(super) fn rising(xs: &[u32]) -> bool {
        for i in 1..xs.len() {
            if xs[i - 1] > xs[i] {
                return false;
            }
        }
        true
    }

    #[parallelize]
    pub(super) fn mismatch(xs: &[u32], ys: &[u32]) -> Option<usize> {
        for i in (0..xs.len().min(ys.len())).rev() {
            if xs[i] % 1000 == ys[i] % 999 {
                return Some(i);
            }
        }
        None
    }

    #[parallelize]
    pub(super) fn every_other(xs: &[u32]) -> (Vec<u32>, u32) {
        let mut kept = Vec::new();
        let mut most = 0;
        for i in (0..xs.len()).step_by(2) {
            kept.push(xs[i] / 2);
            most = most.max(xs[i]);
        }
        (kept, most)
    }

    #[parallelize]
    pub(super) fn smooth_and_count(dst: &mut [f64], src: &[f64]) -> (f64, usize) {
        let (mut total, mut up) = (0.5, 0);
        for i in 1..src.len().max(1) {
            dst[i] = (src[i] + src[i - 1]) * 0.5;
            total += dst[i];
            if dst[i] > src[i] {
                up += 1;
            }
        }
        (total, up)
    }

    #[parallelize]
    pub(super) fn tries(xs: &[u32], dice: u32) -> (Vec<u32>, u32) {
        let mut dice = super::Dice(dice);
        let mut rolls = 0;
        // Each roll needs the one before: this stays as it is written.
        for _ in 0..xs.len() {
            rolls += dice.roll();
        }
        (xs.iter().map(|x| x / 3).collect(), rolls)
    }

    #[parallelize]
    pub(super) fn drawn(xs: &[u32], dice: u32) -> (Vec<u32>, u32) {
        let mut dice = super::Dice(dice);
        let mut rolls = 0;
        for i in 0..xs.len() {
            rolls += dice.roll() ^ xs[i];
        }
        (xs.iter().map(|x| x / 3).collect(), rolls)
    }
}

#[test]
fn loops_over_indices() {
    for len in LENGTHS {
        let (ns, xs) = (numbers(len), floats(len));
        for other in [0, len / 2, len + 5] {
            assert_eq!(split::dot(&xs, &floats(other)).to_bits(), plain::dot(&xs, &floats(other)).to_bits());
            assert_eq!(split::mismatch(&ns, &numbers(other)), plain::mismatch(&ns, &numbers(other)));
        }
        let (ours, theirs) = (split::pairs(&xs), plain::pairs(&xs));
        assert_eq!((ours.0.to_bits(), ours.1), (theirs.0.to_bits(), theirs.1));
        let sorted = {
            let mut sorted = ns.clone();
            sorted.sort_unstable();
            sorted
        };
        for xs in [&ns, &sorted] {
            assert_eq!(split::rising(xs), plain::rising(xs));
        }
        assert_eq!(split::every_other(&ns), plain::every_other(&ns));
        let small: Vec<u32> = ns.iter().map(|n| n % 100).collect();
        assert_eq!(split::tries(&small, 5), plain::tries(&small, 5));
        assert_eq!(split::drawn(&small, 5), plain::drawn(&small, 5));
        let (mut a, mut b) = (xs.clone(), xs.clone());
        let (ours, theirs) = (split::smooth_and_count(&mut a, &xs), plain::smooth_and_count(&mut b, &xs));
        assert_eq!((ours.0.to_bits(), ours.1), (theirs.0.to_bits(), theirs.1));
        assert_eq!(a, b);
    }
}

#[test]
fn loops_over_indices_under_any_cut() {
    for lens in [&[1][..], &[7, 0, 64], &[1000]] {
        for reversed in [false, true] {
            amorsize::testing::with_split(lens, reversed, loops_over_indices);
        }
    }
    amorsize::testing::with_shuffle(3, &[], 3, loops_over_indices);
}
