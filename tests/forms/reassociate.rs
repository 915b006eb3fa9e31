//! Float totals that may be added up in another order: the same bits for every cut, all threads and the serial run.

use amorsize::testing::{with_shuffle, with_split};

use crate::{floats, numbers, twice};

/// Around every length at which the order changes: none, the plain chain's, short and long leaves, a last one cut short.
const LENGTHS: [usize; 12] = [0, 1, 5, 1023, 1024, 1025, 2048, 5000, 9973, 131_071, 131_072, 200_001];

twice! {
    #[parallelize(reassociate)]
    pub(super) fn total(xs: &[f64]) -> f64 {
        xs.iter().sum()
    }
    #[parallelize(reassociate)]
    pub(super) fn squares(xs: &[f64], k: f64) -> f64 {
        xs.iter().map(|x| (x * k).powi(2)).sum()
    }
    #[parallelize(reassociate)]
    pub(super) fn dot(xs: &[f64], ys: &[f64]) -> f64 {
        xs.iter().zip(ys).map(|(x, y)| x * y).sum()
    }
    #[parallelize(reassociate)]
    pub(super) fn some(xs: &[f64]) -> f64 {
        xs.iter().filter(|x| x.to_bits() % 3 == 0).sum()
    }
    #[parallelize(reassociate)]
    pub(super) fn of_singles(xs: &[f64]) -> f32 {
        xs.iter().map(|x| *x as f32).sum()
    }
    #[parallelize(reassociate)]
    pub(super) fn product(xs: &[f64]) -> f64 {
        xs.iter().map(|x| 1.0 + x * 1e-12).product()
    }
    #[parallelize(reassociate, serial)]
    pub(super) fn serial(xs: &[f64]) -> f64 {
        xs.iter().sum()
    }
    #[parallelize(reassociate)]
    pub(super) fn in_range(xs: &[f64]) -> f64 {
        (0..xs.len()).rev().skip(1).map(|i| xs[i] - xs[i + 1] * 0.5).sum()
    }
    #[parallelize(reassociate)]
    pub(super) fn variance(xs: &[f64]) -> f64 {
        let mean = xs.iter().sum::<f64>() / xs.len() as f64;
        let sum: f64 = xs.iter().enumerate().map(|(i, x)| (x - mean).powi(2) + i as f64 * 1e-9).sum();
        sum / xs.len() as f64
    }
    // Beside a total that is none of floats, and a fold.
    #[parallelize(reassociate, reduce = |a, b| a ^ b)]
    pub(super) fn beside(xs: &[f64]) -> (f64, usize, u64) {
        let total: f64 = xs.iter().sum();
        let whole: usize = xs.iter().map(|x| *x as usize % 7).sum();
        (total, whole, xs.iter().fold(0, |a, x| a ^ x.to_bits()))
    }
}

/// All bits of all totals.
fn bits(xs: &[f64]) -> [u64; 10] {
    let ys: Vec<f64> = xs.iter().map(|x| x * 0.3 - 1.0).collect();
    [
        split::total(xs).to_bits(),
        split::squares(xs, 0.7).to_bits(),
        split::dot(xs, &ys).to_bits(),
        split::some(xs).to_bits(),
        u64::from(split::of_singles(xs).to_bits()),
        split::product(xs).to_bits(),
        split::serial(xs).to_bits(),
        split::in_range(xs).to_bits(),
        split::variance(xs).to_bits(),
        split::beside(xs).0.to_bits(),
    ]
}

#[test]
fn the_same_bits_however_it_is_cut() {
    for len in LENGTHS {
        let xs = floats(len);
        let alone = bits(&xs);
        assert_eq!(alone[0], alone[6], "the option `serial` changes nothing");
        for (lens, reversed) in [(&[len.max(1)][..], false), (&[1000, 3, 77], true), (&[4096, 1], false)] {
            with_split(lens, reversed, || assert_eq!(bits(&xs), alone, "{len} items in parts of {lens:?}"));
        }
        with_shuffle(len as u64, &[1 + len / 9], 4, || assert_eq!(bits(&xs), alone));
        // Nested calls run on their thread alone.
        assert_eq!(amorsize::map(&[(); 2], |()| bits(&xs)), [alone; 2]);
    }
}

#[test]
fn close_to_the_plain_total() {
    for len in LENGTHS {
        let xs = floats(len);
        if len < 1024 {
            assert_eq!(
                split::total(&xs).to_bits(),
                plain::total(&xs).to_bits(),
                "few items are added up in order"
            );
        }
        let close = |ours: f64, theirs: f64| {
            assert!((ours - theirs).abs() <= 1e-12 * theirs.abs() || len < 2, "{ours} {theirs}");
        };
        close(split::total(&xs), plain::total(&xs));
        close(split::squares(&xs, 0.7), plain::squares(&xs, 0.7));
        close(split::product(&xs), plain::product(&xs));
        close(split::some(&xs), plain::some(&xs));
        close(split::in_range(&xs), plain::in_range(&xs));
        close(split::dot(&xs, &xs[len / 2..]), plain::dot(&xs, &xs[len / 2..]));
        close(split::serial(&xs), plain::serial(&xs));
        let (ours, theirs) = (split::of_singles(&xs), plain::of_singles(&xs));
        assert!((ours - theirs).abs() <= 1e-4 * theirs.abs(), "{ours} {theirs}");
        close(split::variance(&xs), plain::variance(&xs));
        assert_eq!(split::beside(&xs).1, plain::beside(&xs).1);
        assert_eq!(split::beside(&xs).2, plain::beside(&xs).2);
    }
}

#[test]
fn the_order_is_the_documented_one() {
    // 1024 items are 128 leaves of 8; an item goes to one of four lanes, lanes and leaves are added up pairwise.
    let xs = floats(1024);
    let lane = |leaf: &[f64], k: usize| leaf[k] + leaf[k + 4];
    let leaf = |leaf: &[f64]| (lane(leaf, 0) + lane(leaf, 1)) + (lane(leaf, 2) + lane(leaf, 3));
    let mut leaves: Vec<f64> = xs.chunks(8).map(leaf).collect();
    while leaves.len() > 1 {
        leaves = leaves.chunks(2).map(|pair| pair[0] + pair[1]).collect();
    }
    assert_eq!(split::total(&xs).to_bits(), leaves[0].to_bits());
    assert_ne!(split::total(&xs).to_bits(), plain::total(&xs).to_bits());
}

#[test]
fn any_cut_on_threads() {
    for random in numbers(240).chunks(4) {
        let &[len, first, second, seed] = random else { continue };
        let lens = [1 + first as usize % 3_000, 1 + second as usize % 500];
        let xs = floats(len as usize % 9_000);
        let alone = bits(&xs);
        with_split(&lens, seed % 2 == 0, || assert_eq!(bits(&xs), alone, "{} items, {lens:?}", xs.len()));
        with_shuffle(u64::from(seed), &lens, 1 + seed as usize % 4, || assert_eq!(bits(&xs), alone));
    }
}
