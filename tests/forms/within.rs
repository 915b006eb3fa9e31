//! Parts of a slice parameter, and variables that are slices beyond doubt.

use crate::{LENGTHS, floats, numbers, twice};

twice! {
    #[parallelize]
    pub(crate) fn steps(xs: &[f64]) -> Vec<f64> {
        if xs.is_empty() {
            return Vec::new();
        }
        xs[1..].iter().zip(&xs[..xs.len() - 1]).map(|(x, before)| x - before).collect()
    }

    #[parallelize]
    pub(crate) fn from_somewhere(xs: &[u32], start: impl Fn() -> usize) -> usize {
        xs[start()..].iter().map(|x| x.count_ones() as usize).filter(|n| n % 2 == xs.len() % 2).count()
    }

    #[parallelize]
    pub(crate) fn narrowed(xs: &[u32], from: usize) -> Vec<String> {
        let xs = &xs[from.min(xs.len())..];
        xs.iter().map(|x| format!("{x} of {}", xs.len())).collect()
    }

    #[parallelize]
    pub(crate) fn halves(xs: &[f64]) -> (f64, f64) {
        let (low, high) = xs.split_at(xs.len() / 3);
        let low: f64 = low.iter().map(|x| x.sqrt()).sum();
        let mut most = 0.0;
        for x in high {
            if *x > most {
                most = *x;
            }
        }
        (low, most)
    }

    #[parallelize]
    pub(crate) fn typed(xs: &[u32]) -> Vec<u64> {
        let sorted = {
            let mut sorted = xs.to_vec();
            sorted.sort_unstable();
            sorted
        };
        let sorted: &[u32] = &sorted;
        sorted.iter().enumerate().map(|(i, x)| i as u64 * u64::from(*x)).collect()
    }

    #[parallelize]
    pub(crate) fn inner(xs: &mut [f64]) {
        let len = xs.len();
        for x in &mut xs[1.min(len)..] {
            *x *= 2.0;
        }
        for x in &mut xs[..len / 2] {
            *x += 1.0;
        }
        xs[len / 3..].iter_mut().for_each(|x| *x -= 3.0);
        let (low, high) = xs.split_at_mut(len / 2);
        for (a, b) in low.iter_mut().zip(high) {
            std::mem::swap(a, b);
        }
    }

    #[parallelize]
    pub(crate) fn pieces_within(xs: &[f64], k: usize) -> f64 {
        xs[k.min(xs.len())..].chunks(3).map(|piece| piece[0] * 0.3).sum()
    }
}

#[test]
fn parts_of_slices() {
    for len in LENGTHS {
        let (ns, xs) = (numbers(len), floats(len));
        assert_eq!(split::steps(&xs), plain::steps(&xs));
        assert_eq!(split::from_somewhere(&ns, || len / 7), plain::from_somewhere(&ns, || len / 7));
        assert_eq!(split::narrowed(&ns, 5), plain::narrowed(&ns, 5));
        assert_eq!(split::halves(&xs), plain::halves(&xs));
        assert_eq!(split::typed(&ns), plain::typed(&ns));
        assert_eq!(split::pieces_within(&xs, 5).to_bits(), plain::pieces_within(&xs, 5).to_bits());
        let (mut ours, mut theirs) = (xs.clone(), xs);
        split::inner(&mut ours);
        plain::inner(&mut theirs);
        assert_eq!(ours, theirs);
    }
}

#[test]
fn parts_of_slices_under_any_cut() {
    for lens in [&[1][..], &[7, 0, 64]] {
        amorsize::testing::with_split(lens, true, parts_of_slices);
    }
}

#[test]
fn what_names_the_part_is_evaluated_once() {
    use std::cell::Cell;
    let asked = Cell::new(0);
    let start = || {
        asked.set(asked.get() + 1);
        2
    };
    amorsize::testing::with_split(&[1], false, || split::from_somewhere(&numbers(20), start));
    assert_eq!(asked.get(), 1);
}
