//! Terminals that are joined part by part, and sums.

use std::num::Wrapping;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::{LENGTHS, floats, numbers, twice};

mod with_a_trait {
    /// A user's trait whose method of the same name must not win.
    pub(super) trait Anyhow: Sized {
        fn any<F>(self, _: F) -> bool {
            false
        }
    }
    impl<I: Iterator> Anyhow for I {}

    #[amorsize::parallelize]
    pub(super) fn any_of(xs: &[u32], y: u32) -> bool {
        xs.iter().any(|x| *x == y)
    }
}

fn large(x: u32) -> bool {
    x > 1 << 23
}

twice! {
    #[parallelize]
    pub(super) fn sum(xs: &[f64]) -> f64 {
        xs.iter().sum()
    }
    #[parallelize]
    pub(super) fn mapped_sum(xs: &[f64], k: f64) -> f64 {
        xs.iter().map(|x| (x * k).sin()).sum()
    }
    #[parallelize]
    pub(super) fn wrapping_sum(xs: &[u32]) -> Wrapping<u32> {
        xs.iter().map(|x| Wrapping(*x)).sum()
    }
    #[parallelize]
    pub(super) fn long_sum(xs: &[u32]) -> u64 {
        xs.iter().map(|x| u64::from(*x)).sum::<u64>()
    }
    #[parallelize]
    pub(super) fn borrowed_items(xs: &[u32], table: Vec<f64>) -> f64 {
        xs.iter().map(|x| &table[*x as usize % table.len()]).sum()
    }
    #[parallelize]
    pub(super) fn checked_sum(xs: &[u32]) -> Option<u64> {
        xs.iter().map(|x| (*x > 3).then_some(u64::from(*x))).sum()
    }
    #[parallelize]
    pub(super) fn product(xs: &[f64]) -> f64 {
        xs.iter().map(|x| 1.0 + x * 1e-12).product()
    }
    #[parallelize]
    pub(super) fn mean(xs: &[f64]) -> f64 {
        xs.iter().sum::<f64>() / xs.len() as f64
    }
    #[parallelize]
    pub(super) fn count(xs: &[u32]) -> usize {
        xs.iter().filter(|x| large(**x)).count()
    }
    #[parallelize]
    pub(super) fn min(xs: &[u32]) -> Option<u32> {
        xs.iter().copied().min()
    }
    #[parallelize]
    pub(super) fn max_ref(xs: &[u32]) -> Option<&u32> {
        xs.iter().max()
    }
    #[parallelize]
    pub(super) fn max_pair(xs: &[u32]) -> (u32, usize) {
        let best = xs.iter().map(|x| (x % 10, xs.len())).max();
        best.unwrap_or_default()
    }
    #[parallelize]
    pub(super) fn any_of(xs: &[u32], y: u32) -> bool {
        xs.iter().any(|x| *x == y)
    }
    #[parallelize]
    pub(super) fn all_of(xs: &[u32]) -> bool {
        xs.iter().copied().all(large)
    }
    #[parallelize]
    pub(super) fn found(xs: &[u32], y: u32) -> Option<&u32> {
        xs.iter().find(|x| **x % 1000 == y)
    }
    #[parallelize]
    pub(super) fn noted(xs: &[u32], total: &AtomicU64) {
        xs.iter().for_each(|x| {
            total.fetch_add(u64::from(*x), Ordering::Relaxed);
        });
    }
    #[parallelize]
    pub(super) fn noted_filtered(xs: &[u32], total: &AtomicU64) {
        xs.iter().filter(|x| large(**x)).for_each(|x| {
            total.fetch_add(u64::from(*x), Ordering::Relaxed);
        })
    }
}

#[test]
fn same_as_plain() {
    let same_bits = |a: f64, b: f64| assert_eq!(a.to_bits(), b.to_bits());
    for len in LENGTHS {
        let (xs, fs) = (numbers(len), floats(len));
        same_bits(split::sum(&fs), plain::sum(&fs));
        same_bits(split::mapped_sum(&fs, 0.7), plain::mapped_sum(&fs, 0.7));
        same_bits(split::borrowed_items(&xs, floats(11)), plain::borrowed_items(&xs, floats(11)));
        same_bits(split::product(&fs), plain::product(&fs));
        if len > 0 {
            same_bits(split::mean(&fs), plain::mean(&fs));
        }
        assert_eq!(split::wrapping_sum(&xs), plain::wrapping_sum(&xs));
        assert_eq!(split::long_sum(&xs), plain::long_sum(&xs));
        assert_eq!(split::checked_sum(&xs), plain::checked_sum(&xs));
        assert_eq!(split::count(&xs), plain::count(&xs));
        assert_eq!(split::min(&xs), plain::min(&xs));
        assert_eq!(split::max_ref(&xs), plain::max_ref(&xs));
        assert_eq!(split::max_pair(&xs), plain::max_pair(&xs));
        assert_eq!(split::any_of(&xs, 7), plain::any_of(&xs, 7));
        assert_eq!(with_a_trait::any_of(&xs, 7), xs.contains(&7));
        assert!(!with_a_trait::Anyhow::any(xs.iter(), ()));
        assert_eq!(split::all_of(&xs), plain::all_of(&xs));
        assert_eq!(split::found(&xs, 7), plain::found(&xs, 7));
        let (split, plain) = (AtomicU64::new(0), AtomicU64::new(0));
        split::noted(&xs, &split);
        split::noted_filtered(&xs, &split);
        plain::noted(&xs, &plain);
        plain::noted_filtered(&xs, &plain);
        assert_eq!(split.into_inner(), plain.into_inner());
    }
}

#[test]
fn the_first_of_equals_wins() {
    // Equal as keys, told apart by address: `min` answers the first, `max` the last.
    let ones = vec![1_u32; 5000];
    let first = split::found(&[7; 3], 7).copied();
    assert_eq!(first, Some(7));
    assert!(std::ptr::eq(split::max_ref(&ones).unwrap(), ones.last().unwrap()));
}
