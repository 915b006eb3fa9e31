//! The whole body on parts of the slice.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use amorsize::{parallelize, testing};

use crate::{LENGTHS, floats, numbers, twice, words};

type Counts<'a> = HashMap<&'a str, u64>;

fn merge(mut left: Vec<u64>, right: Vec<u64>) -> Vec<u64> {
    left.iter_mut().zip(right).for_each(|(left, right)| *left += right);
    left
}

fn appended<T>(mut left: Vec<T>, right: Vec<T>) -> Vec<T> {
    left.extend(right);
    left
}

fn counted<'a>(mut left: Counts<'a>, right: Counts<'a>) -> Counts<'a> {
    right.into_iter().for_each(|(word, count)| *left.entry(word).or_default() += count);
    left
}

pub(crate) struct Bins {
    count: usize,
}

twice! {
    #[parallelize(assume_splittable, reduce = merge)]
    pub(super) fn histogram(xs: &[u32], bins: usize) -> Vec<u64> {
        let mut counts = vec![0; bins];
        for x in xs {
            counts[*x as usize % bins] += 1;
        }
        counts
    }
    // The slice's name is the part, in macros too.
    #[parallelize(assume_splittable, reduce = |a, b| a + b)]
    pub(super) fn length(xs: &[u32]) -> usize {
        let text = format!("{xs:?}");
        assert_eq!(text.split(", ").count(), xs.len().max(1));
        xs.len()
    }
    // Counters, running values, early ends and returns: the parts have their own.
    #[parallelize(assume_splittable, reduce = |a, b| a && b)]
    pub(super) fn all_small(xs: &[u32]) -> bool {
        let mut seen = 0;
        let mut at = 0;
        while at < xs.len() {
            if xs[at] > 1 << 23 {
                return false;
            }
            seen += 1;
            at += 1;
        }
        loop {
            if seen == xs.len() {
                break true;
            }
            seen += 1;
        }
    }
    // The first error in index order.
    #[parallelize(assume_splittable, reduce = |a, b| Ok(appended(a?, b?)))]
    pub(super) fn parsed(xs: &[String]) -> Result<Vec<u32>, std::num::ParseIntError> {
        let mut all = Vec::new();
        for x in xs {
            all.push(x.trim_start_matches('w').parse()?);
        }
        Ok(all)
    }
    // Borrows from the slice, with and without a name for how long.
    #[parallelize(assume_splittable, reduce = counted)]
    pub(super) fn frequencies<'a>(xs: &'a [String]) -> Counts<'a> {
        let mut counts = Counts::new();
        for x in xs {
            *counts.entry(x.as_str()).or_default() += 1;
        }
        counts
    }
    #[parallelize(assume_splittable, reduce = appended)]
    pub(super) fn long(xs: &[String]) -> Vec<&str> {
        let mut long = Vec::new();
        xs.iter().for_each(|x| if x.len() > 2 { long.push(&**x) });
        long
    }
    // Parts that are changed.
    #[parallelize(assume_splittable)]
    pub(super) fn halved(xs: &mut [u32], threshold: u32) {
        let mut at = 0;
        while let Some(x) = xs.get_mut(at) {
            at += 1;
            if *x < threshold {
                continue;
            }
            *x /= 2;
        }
        if xs.is_empty() {
            return;
        }
        xs[0] /= 1;
    }
    #[parallelize(assume_splittable, reduce = |a, b| a + b)]
    pub(super) fn clipped(xs: &mut [f64], limit: &f64) -> usize {
        let mut clipped = 0;
        for x in &mut *xs {
            if *x > *limit {
                *x = *limit;
                clipped += 1;
            }
        }
        clipped
    }
    #[parallelize(assume_splittable, reduce = appended)]
    pub(super) fn even_ones(xs: &mut [u32]) -> Vec<&mut u32> {
        xs.iter_mut().filter(|x| **x % 2 == 0).collect()
    }
    // Nothing comes back.
    #[parallelize(assume_splittable)]
    pub(super) fn noted(xs: &[u32], total: &AtomicU64) {
        let mut sum = 0;
        for x in xs {
            sum += u64::from(*x);
        }
        total.fetch_add(sum, Ordering::Relaxed);
    }
    // The name of the slice may be given to something else, and taken over as `mut`.
    #[parallelize(assume_splittable, reduce = |a, b| a.wrapping_add(b))]
    pub(super) fn pairs(mut xs: &[u32]) -> u32 {
        let mut sum = 0_u32;
        while let [x, rest @ ..] = xs {
            sum = sum.wrapping_add(*x);
            xs = rest;
        }
        sum
    }
    // The join may read what the body reads.
    #[parallelize(assume_splittable, reduce = |a, b| (a + b).min(limits.len() + xs.len()))]
    pub(super) fn capped(xs: &[u32], limits: Vec<usize>) -> usize {
        let mut count = 0;
        for _ in xs {
            count += 1;
        }
        count.min(limits.len() + 20_000)
    }
    #[parallelize(assume_splittable, reduce = |a, b| if b > a { b } else { a }, max_threads = 3, key = "largest")]
    pub(super) fn largest<T, const N: usize>(xs: &[[T; N]], start: T) -> T
    where
        T: PartialOrd + Copy + Send + Sync,
    {
        const ITEMS_OF_ITS_OWN: usize = 1;
        fn first<T: Copy, const N: usize>(xs: &[T; N]) -> T {
            xs[ITEMS_OF_ITS_OWN - 1]
        }
        let mut largest = start;
        for x in xs {
            if first(x) > largest {
                largest = first(x);
            }
        }
        largest
    }
    #[parallelize(assume_splittable, reduce = |a, b| a + b)]
    pub(super) fn opaque(xs: &[impl AsRef<str> + Sync], f: impl Fn(&str) -> usize + Sync) -> usize {
        let mut sum = 0;
        for x in xs {
            sum += f(x.as_ref());
        }
        sum
    }
}

impl Bins {
    #[parallelize(assume_splittable, reduce = merge)]
    fn histogram(&self, xs: &[u32]) -> Vec<u64> {
        let mut counts = vec![0; self.count];
        for x in xs {
            counts[*x as usize % self.count] += 1;
        }
        counts
    }

    #[parallelize(assume_splittable, reduce = Self::sum)]
    fn total(xs: &[u32]) -> u64 {
        let mut sum = 0;
        for x in xs {
            sum += u64::from(*x);
        }
        sum
    }

    fn sum(a: u64, b: u64) -> u64 {
        a + b
    }
}

// The one that is marked; the other is whole for every part.
#[parallelize(assume_splittable, reduce = |a, b| a + b)]
fn hits(wanted: &[u32], #[split] xs: &[u32]) -> usize {
    let mut hits = 0;
    for x in xs {
        hits += usize::from(wanted.contains(x));
    }
    hits
}

fn same_as_plain() {
    for len in LENGTHS {
        let (xs, ws, fs) = (numbers(len), words(len), floats(len));
        assert_eq!(split::histogram(&xs, 16), plain::histogram(&xs, 16));
        assert_eq!(split::length(&xs), plain::length(&xs));
        assert_eq!(split::all_small(&xs), plain::all_small(&xs));
        assert_eq!(split::parsed(&ws), plain::parsed(&ws));
        assert_eq!(split::frequencies(&ws), plain::frequencies(&ws));
        assert_eq!(split::long(&ws), plain::long(&ws));
        let wanted = &xs[..len.min(7)];
        assert_eq!(hits(wanted, &xs), xs.iter().filter(|x| wanted.contains(x)).count());
        assert_eq!(split::pairs(&xs), plain::pairs(&xs));
        assert_eq!(split::capped(&xs, vec![1, 2]), plain::capped(&xs, vec![1, 2]));
        let rows: Vec<[u32; 2]> = xs.iter().map(|x| [*x, 0]).collect();
        assert_eq!(split::largest(&rows, 5), plain::largest(&rows, 5));
        assert_eq!(split::opaque(&ws, str::len), plain::opaque(&ws, str::len));

        let changed = |f: fn(&mut [u32], u32)| {
            let mut xs = xs.clone();
            f(&mut xs, 1000);
            xs
        };
        assert_eq!(changed(split::halved), changed(plain::halved));
        let clipped = |f: fn(&mut [f64], &f64) -> usize| {
            let mut fs = fs.clone();
            (f(&mut fs, &8e3), fs)
        };
        assert_eq!(clipped(split::clipped), clipped(plain::clipped));
        let (mut one, mut other) = (xs.clone(), xs.clone());
        assert_eq!(split::even_ones(&mut one), plain::even_ones(&mut other));

        let total = |f: fn(&[u32], &AtomicU64)| {
            let total = AtomicU64::new(0);
            f(&xs, &total);
            total.into_inner()
        };
        assert_eq!(total(split::noted), total(plain::noted));

        let bins = Bins { count: 5 };
        assert_eq!(bins.histogram(&xs), plain::histogram(&xs, 5));
        assert_eq!(Bins::total(&xs), total(plain::noted));
    }
}

#[test]
fn gives_the_same_as_plain() {
    same_as_plain();
}

#[test]
fn gives_the_same_as_plain_however_it_is_cut() {
    testing::with_split(&[1], true, same_as_plain);
    testing::with_split(&[7, 2], false, same_as_plain);
    testing::with_shuffle(3, &[1, 5, 100], 3, same_as_plain);
}

#[test]
fn the_first_error_in_index_order_is_the_answer() {
    let mut ws = words(100);
    ws[40] = "first".to_owned();
    ws[70] = String::new();
    let error = testing::with_split(&[30], true, || split::parsed(&ws)).unwrap_err();
    assert_eq!(error, plain::parsed(&ws).unwrap_err());
}

#[parallelize(assume_splittable, reduce = appended)]
fn lengths_of_parts(xs: &[u32]) -> Vec<usize> {
    vec![xs.len()]
}

#[test]
fn inside_the_slice_is_the_part() {
    let xs = numbers(10);
    assert_eq!(testing::with_split(&[4], true, || lengths_of_parts(&xs)), [4, 4, 2]);
    // Nothing is cut: the body runs once.
    assert_eq!(testing::with_split(&[4], true, || lengths_of_parts(&[])), [0]);
}

#[test]
fn is_told_by_its_name() {
    let _ = lengths_of_parts(&[1]);
    let decisions = amorsize::decisions();
    let site = decisions.sites.iter().find(|site| site.site.contains("lengths_of_parts"));
    let site = site.expect("it was called");
    assert!(site.site.ends_with("::lengths_of_parts(&[u32]) -> Vec<usize>"), "{}", site.site);
}

#[test]
fn promises_can_be_tried_on_the_annotated_function_itself() {
    let xs = numbers(300);
    testing::assert_splittable(&xs, |part| split::histogram(part, 7), merge);
    let halved = |part: &[u32]| {
        let mut part = part.to_vec();
        split::halved(&mut part, 9);
        part
    };
    testing::assert_splittable(&xs, halved, appended);
    // Whatever cuts the tests themselves: in here the function runs in one piece.
    testing::with_split(&[1], true, || {
        testing::assert_splittable(&xs, |part| split::histogram(part, 7), merge)
    });
}

#[test]
#[should_panic(expected = "of xs[0..2], cut at 1,")]
fn a_promise_that_does_not_hold_is_told() {
    testing::assert_splittable(&[7, 8, 9], lengths_of_parts, appended);
}
