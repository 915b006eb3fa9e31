//! Same answer, whatever is decided: every form under scripted splits, against the function without the attribute.
//!
//! Lengths 0, 1, c−1, c, c+1, primes and 10⁴; cuts of any size, in order, reversed and shuffled, on one thread or many.

use std::collections::{BTreeMap, HashMap};

use amorsize::testing::{with_shuffle, with_split};
use proptest::prelude::*;

/// Writes a function twice: `split::name` is annotated, `plain::name` is not.
macro_rules! twice {
    ($(#[parallelize $(($($options:tt)*))?] $item:item)*) => {
        mod split {
            #[allow(unused_imports)]
            use super::*;
            $(#[amorsize::parallelize $(($($options)*))?] $item)*
        }
        mod plain {
            #[allow(unused_imports)]
            use super::*;
            $($item)*
        }
    };
}

mod drops;
mod heads;
mod loops;
mod panics;
mod wrong;

fn float(x: u32) -> f64 {
    // Of very different sizes and signs, so that any other order of a sum has other bits.
    f64::from(x.wrapping_mul(2_654_435_769)) * if x % 3 == 0 { 1e-9 } else { -1.7 } + 0.1
}

fn merge(mut left: BTreeMap<u32, Vec<u32>>, right: BTreeMap<u32, Vec<u32>>) -> BTreeMap<u32, Vec<u32>> {
    for (key, more) in right {
        left.entry(key).or_default().extend(more);
    }
    left
}

twice! {
    #[parallelize]
    pub(crate) fn map(xs: &[u32]) -> Vec<String> {
        xs.iter().map(|x| format!("{x:x}")).collect()
    }

    #[parallelize]
    pub(crate) fn borrow(xs: &[u32]) -> Vec<&u32> {
        xs.iter().inspect(|_| ()).collect()
    }

    #[parallelize]
    pub(crate) fn unit(xs: &[u32]) -> Vec<()> {
        xs.iter().map(|_| ()).collect()
    }

    #[parallelize]
    pub(crate) fn filter(xs: &[u32]) -> Vec<u32> {
        xs.iter().copied().filter(|x| x % 3 != 1).collect()
    }

    #[parallelize]
    pub(crate) fn flat(xs: &[u32]) -> Vec<u32> {
        xs.iter().flat_map(|&x| (0..x % 4).map(move |k| x ^ k)).collect()
    }

    #[parallelize]
    pub(crate) fn table(xs: &[u32]) -> HashMap<u32, u32> {
        xs.iter().map(|&x| (x % 17, x)).collect()
    }

    #[parallelize]
    pub(crate) fn text(xs: &[u32]) -> String {
        xs.iter().map(|x| char::from(b'a' + (x % 26) as u8)).collect()
    }

    #[parallelize]
    pub(crate) fn results(xs: &[u32]) -> Result<Vec<u32>, String> {
        xs.iter().map(|&x| if x % 997 == 996 { Err(format!("bad {x}")) } else { Ok(x + 1) }).collect()
    }

    #[parallelize]
    pub(crate) fn options(xs: &[u32]) -> Option<Vec<u32>> {
        xs.iter().map(|&x| x.checked_sub(3)).collect()
    }

    #[parallelize]
    pub(crate) fn float_sum(xs: &[u32]) -> f64 {
        xs.iter().map(|&x| float(x)).sum()
    }

    #[parallelize]
    pub(crate) fn float_product(xs: &[u32]) -> f32 {
        xs.iter().map(|&x| 1.0 + float(x % 9) as f32 * 1e-12).product()
    }

    #[parallelize]
    pub(crate) fn whole_sum(xs: &[u32]) -> u64 {
        xs.iter().map(|&x| u64::from(x)).sum()
    }

    #[parallelize]
    pub(crate) fn signed_sum(xs: &[u32]) -> i64 {
        xs.iter().map(|&x| i64::from(x) - 500).sum()
    }

    #[parallelize]
    pub(crate) fn fold(xs: &[u32]) -> f64 {
        xs.iter().map(|&x| float(x)).fold(1.0, |total, x| total * 0.5 - x)
    }

    #[parallelize]
    pub(crate) fn least_by(xs: &[u32]) -> Option<f64> {
        xs.iter().map(|&x| if x % 11 == 0 { f64::NAN } else { float(x) }).min_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal))
    }

    #[parallelize(reduce = merge)]
    pub(crate) fn groups(xs: &[u32]) -> BTreeMap<u32, Vec<u32>> {
        xs.iter().fold(BTreeMap::new(), |mut groups, &x| {
            groups.entry(x % 5).or_insert_with(Vec::new).push(x);
            groups
        })
    }

    #[parallelize]
    pub(crate) fn least(xs: &[u32]) -> Option<(u32, usize)> {
        xs.iter().map(|&x| (x % 7, 0)).min()
    }

    #[parallelize]
    pub(crate) fn most(xs: &[u32]) -> Option<&u32> {
        xs.iter().filter(|x| **x % 2 == 0).max()
    }

    #[parallelize]
    pub(crate) fn count(xs: &[u32]) -> usize {
        xs.iter().filter(|x| **x % 5 == 2).count()
    }

    #[parallelize]
    pub(crate) fn any(xs: &[u32]) -> bool {
        xs.iter().any(|x| *x % 1_009 == 1_000)
    }

    #[parallelize]
    pub(crate) fn all(xs: &[u32]) -> bool {
        xs.iter().all(|x| *x % 1_009 != 1_000)
    }

    #[parallelize]
    pub(crate) fn in_place(xs: &mut [f64], by: f64) {
        for x in xs.iter_mut() {
            *x = (*x * by).sin() + by;
        }
    }
}

/// Every form of `split` answers over `xs` what `plain` answers.
fn same(xs: &[u32]) {
    macro_rules! each {
        ($($name:ident)*) => {
            $(assert_eq!(split::$name(xs), plain::$name(xs), "{}, {} items", stringify!($name), xs.len());)*
        };
    }
    each!(map borrow unit filter flat table text results options whole_sum signed_sum groups least most count any all);
    assert_eq!(split::float_sum(xs).to_bits(), plain::float_sum(xs).to_bits());
    assert_eq!(split::float_product(xs).to_bits(), plain::float_product(xs).to_bits());
    assert_eq!(split::fold(xs).to_bits(), plain::fold(xs).to_bits());
    assert_eq!(split::least_by(xs).map(f64::to_bits), plain::least_by(xs).map(f64::to_bits));
    // The very same element, not an equal one.
    assert_eq!(split::most(xs).map(std::ptr::from_ref), plain::most(xs).map(std::ptr::from_ref));
    let (mut ours, mut theirs): (Vec<f64>, Vec<f64>) = xs.iter().map(|&x| (float(x), float(x))).unzip();
    split::in_place(&mut ours, 0.3);
    plain::in_place(&mut theirs, 0.3);
    assert!(ours.iter().zip(&theirs).all(|(a, b)| a.to_bits() == b.to_bits()));
    heads::same(xs);
    loops::same(xs);
}

fn numbers(len: usize, seed: u32) -> Vec<u32> {
    (0..len as u32).map(|k| (k ^ seed).wrapping_mul(2_654_435_769) >> 12).collect()
}

#[test]
fn fixed_cuts() {
    for chunk in [1, 7, 64, 100] {
        for len in [0, 1, chunk - 1, chunk, chunk + 1, 2, 3, 101, 997, 10_000] {
            let xs = numbers(len, 7);
            for reversed in [false, true] {
                with_split(&[chunk], reversed, || same(&xs));
            }
        }
    }
    same(&numbers(10_000, 3));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn any_cut_in_any_order(
        len in prop_oneof![0_usize..40, 0_usize..3_000],
        seed in any::<u32>(),
        lens in prop::collection::vec(0_usize..500, 0..6),
        reversed in any::<bool>(),
    ) {
        let xs = numbers(len, seed);
        with_split(&lens, reversed, || same(&xs));
    }

    #[test]
    fn any_cut_on_threads(
        len in 0_usize..2_000,
        seed in any::<u32>(),
        lens in prop::collection::vec(1_usize..400, 1..5),
        threads in 1_usize..6,
    ) {
        let xs = numbers(len, seed);
        with_shuffle(u64::from(seed), &lens, threads, || same(&xs));
    }
}
