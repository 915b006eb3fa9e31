//! Maps of known length, written in place.

use std::sync::atomic::{AtomicUsize, Ordering};

use amorsize::parallelize;

use crate::{LENGTHS, floats, numbers, twice, words};

struct Weights {
    scale: f64,
    table: Vec<f64>,
}

impl Weights {
    fn norm(&self) -> f64 {
        self.table.iter().sum::<f64>() + self.scale
    }
}

fn score(x: f64, weights: &Weights) -> f64 {
    weights.table[(x.abs() as usize) % weights.table.len()] * weights.scale + x
}

fn halve(x: &f64) -> f64 {
    x / 2.0
}

twice! {
    #[parallelize]
    pub(super) fn scores(items: &[f64], weights: &Weights) -> Vec<f64> {
        let norm = weights.norm();
        items.iter().map(|item| score(*item, weights) / norm).collect()
    }
    #[parallelize]
    pub(super) fn copied(xs: &[u32]) -> Vec<u32> {
        xs.iter().copied().collect()
    }
    #[parallelize]
    pub(super) fn cloned(xs: &[String]) -> Vec<String> {
        xs.iter().cloned().collect()
    }
    #[parallelize]
    pub(super) fn by_value(xs: &[u32], offset: u32, table: Vec<u32>) -> Vec<u32> {
        xs.iter().map(|x| x.wrapping_add(offset) ^ table[*x as usize % table.len()]).collect()
    }
    #[parallelize]
    pub(super) fn whole_inside(xs: &[f64]) -> Vec<f64> {
        xs.iter().map(|x| x / xs.len() as f64 + xs[0]).collect()
    }
    #[parallelize]
    pub(super) fn whole_in_format(xs: &[u8]) -> Vec<String> {
        xs.into_iter().map(|x| format!("{x}/{}{xs:?}", xs.len())).collect()
    }
    #[parallelize]
    pub(super) fn path_argument(xs: &[f64]) -> Vec<f64> {
        xs.iter().map(halve).map(f64::sqrt).map(Some).map(|x| x.unwrap()).collect()
    }
    #[parallelize]
    pub(super) fn moved_state(xs: &[u32], seed: &[u32]) -> Vec<u32> {
        xs.iter().map(move |x| x ^ seed[0]).collect()
    }
    #[parallelize]
    pub(super) fn inner_move(xs: &[u32], n: u32) -> Vec<Vec<u32>> {
        xs.iter().map(|x| (0..n % 5).map(move |i| x.wrapping_mul(i)).collect()).collect()
    }
    #[parallelize]
    pub(super) fn turbofish(xs: &[u32]) -> usize {
        let halves = xs.iter().map(|x| x / 2).collect::<Vec<_>>();
        halves.len()
    }
    #[parallelize]
    pub(super) fn annotated(xs: &[u32]) -> u64 {
        let squares: Vec<u64> = xs.iter().map(|x| u64::from(*x).pow(2)).collect();
        squares.iter().fold(0, |a, b| a ^ b)
    }
    #[parallelize]
    pub(super) fn unit_results(xs: &[u32]) -> Vec<()> {
        xs.iter().map(|_| ()).collect()
    }
    #[parallelize]
    pub(super) fn in_branches(xs: &[u32], up: bool) -> Vec<u32> {
        if up {
            xs.iter().map(|x| x.wrapping_add(1)).collect()
        } else {
            match xs.len() {
                0 => Vec::new(),
                1 => return xs.iter().map(|x| x ^ 1).collect(),
                _ => xs.iter().map(|x| x.wrapping_sub(1)).collect(),
            }
        }
    }
}

/// A function of the caller's choosing, lent to every part.
#[parallelize]
fn with_callable<F: Fn(&u32) -> u32 + Sync>(xs: &[u32], f: F) -> Vec<u32> {
    xs.iter().map(f).collect()
}

/// An argument that is made once, whatever is decided.
#[parallelize]
fn made_once(xs: &[u32], made: &AtomicUsize) -> Vec<u32> {
    xs.iter().map(adder(made)).collect()
}

fn adder(made: &AtomicUsize) -> impl Fn(&u32) -> u32 + use<> {
    let n = made.fetch_add(1, Ordering::Relaxed) as u32;
    move |x| x.wrapping_add(n)
}

/// What stands before and after runs once, every element is visited once.
#[parallelize]
fn counted(xs: &[AtomicUsize], before: &AtomicUsize) -> Vec<usize> {
    before.fetch_add(1, Ordering::Relaxed);
    let seen: Vec<usize> = xs.iter().map(|x| x.fetch_add(1, Ordering::Relaxed)).collect();
    before.fetch_add(1, Ordering::Relaxed);
    seen
}

#[test]
fn same_as_plain() {
    for len in LENGTHS {
        let (xs, fs, ws) = (numbers(len), floats(len), words(len));
        let weights = Weights { scale: 0.3, table: floats(17) };
        assert_eq!(split::scores(&fs, &weights), plain::scores(&fs, &weights));
        assert_eq!(split::copied(&xs), plain::copied(&xs));
        assert_eq!(split::cloned(&ws), plain::cloned(&ws));
        assert_eq!(split::by_value(&xs, 3, numbers(9)), plain::by_value(&xs, 3, numbers(9)));
        assert_eq!(split::whole_inside(&fs), plain::whole_inside(&fs));
        let bits = |fs: Vec<f64>| fs.into_iter().map(f64::to_bits).collect::<Vec<_>>();
        assert_eq!(bits(split::path_argument(&fs)), bits(plain::path_argument(&fs)));
        assert_eq!(split::moved_state(&xs, &[7]), plain::moved_state(&xs, &[7]));
        assert_eq!(split::inner_move(&xs, 13), plain::inner_move(&xs, 13));
        assert_eq!(split::turbofish(&xs), plain::turbofish(&xs));
        assert_eq!(split::annotated(&xs), plain::annotated(&xs));
        assert_eq!(split::unit_results(&xs), plain::unit_results(&xs));
        for up in [true, false] {
            assert_eq!(split::in_branches(&xs, up), plain::in_branches(&xs, up));
        }
    }
    assert_eq!(split::whole_in_format(&[1, 2]), plain::whole_in_format(&[1, 2]));
}

#[test]
fn callables_are_lent() {
    let xs = numbers(1000);
    let offset = 5;
    assert_eq!(with_callable(&xs, |x| x ^ offset), xs.iter().map(|x| x ^ offset).collect::<Vec<_>>());
    let made = AtomicUsize::new(3);
    assert_eq!(made_once(&xs, &made), xs.iter().map(|x| x.wrapping_add(3)).collect::<Vec<_>>());
    assert_eq!(made.into_inner(), 4);
}

#[test]
fn everything_runs_once() {
    for len in LENGTHS {
        let xs: Vec<AtomicUsize> = (0..len).map(|_| AtomicUsize::new(0)).collect();
        let before = AtomicUsize::new(0);
        assert_eq!(counted(&xs, &before), vec![0; len]);
        assert!(xs.iter().all(|x| x.load(Ordering::Relaxed) == 1));
        assert_eq!(before.into_inner(), 2);
    }
}
