//! Terminals that keep their order: items in parallel, the terminal once on the caller.

use std::ops::ControlFlow;

use crate::{LENGTHS, floats, numbers, twice, words};

fn by_total(a: &f64, b: &f64) -> std::cmp::Ordering {
    a.total_cmp(b)
}

twice! {
    #[parallelize]
    pub(super) fn folded(xs: &[f64], k: f64) -> f64 {
        let start = k * 2.0;
        xs.iter().map(|x| x * k).fold(start, |a, x| a * 0.5 + x)
    }
    #[parallelize]
    pub(super) fn folded_owned(xs: &[String]) -> String {
        let start = String::from("start");
        xs.iter().map(|x| x.to_uppercase()).fold(start, |a, x| if a.len() < 200 { a + &x } else { a })
    }
    #[parallelize]
    pub(super) fn fold_may_count(xs: &[u32]) -> (u64, usize) {
        let mut seen = 0;
        let sum = xs.iter().map(|x| u64::from(x / 2)).fold(0, |a, x| {
            seen += 1;
            a + x
        });
        (sum, seen)
    }
    #[parallelize]
    pub(super) fn start_may_leave(xs: &[u32], start: Option<u32>) -> Option<u32> {
        let sum = xs.iter().map(|x| x / 2).fold(start?, |a, x| a ^ x);
        Some(sum)
    }
    #[parallelize]
    pub(super) fn reduced(xs: &[f64]) -> Option<f64> {
        xs.iter().map(|x| x.sqrt()).reduce(|a, b| a * 0.25 + b)
    }
    #[parallelize]
    pub(super) fn least(xs: &[f64]) -> Option<f64> {
        xs.iter().map(|x| x.abs()).min_by(by_total)
    }
    #[parallelize]
    pub(super) fn most(xs: &[f64]) -> Option<f64> {
        xs.iter().map(|x| x * -1.0).max_by(|a, b| a.total_cmp(b))
    }
    #[parallelize]
    pub(super) fn shortest(xs: &[String]) -> Option<&String> {
        xs.iter().filter(|x| x.len() > 1).min_by_key(|x| x.len())
    }
    #[parallelize]
    pub(super) fn longest(xs: &[String]) -> Option<&str> {
        xs.iter().map(|x| x.as_str()).max_by_key(|x| x.len())
    }
    #[parallelize]
    pub(super) fn last(xs: &[u32]) -> Option<u32> {
        xs.iter().map(|x| x ^ 5).last()
    }
    #[parallelize]
    pub(super) fn parted(xs: &[u32]) -> (Vec<u32>, Vec<u32>) {
        xs.iter().map(|x| x / 3).partition(|x| x % 2 == 0)
    }
    #[parallelize]
    pub(super) fn unzipped(xs: &[u32]) -> (Vec<u32>, Vec<String>) {
        xs.iter().map(|x| (*x, x.to_string())).unzip()
    }
    #[parallelize]
    pub(super) fn tried(xs: &[u32], limit: u64) -> Result<u64, u64> {
        xs.iter().map(|x| u64::from(*x)).try_fold(0, |a, x| if a + x > limit { Err(a) } else { Ok(a + x) })
    }
    #[parallelize]
    pub(super) fn tried_each(xs: &[u32], stop: u32) -> ControlFlow<u32> {
        xs.iter().map(|x| x % 1000).try_for_each(|x| {
            if x == stop { ControlFlow::Break(x) } else { ControlFlow::Continue(()) }
        })
    }
    #[parallelize]
    pub(super) fn position(xs: &[u32], y: u32) -> Option<usize> {
        xs.iter().map(|x| x % 1000).position(|x| x == y)
    }
    #[parallelize]
    pub(super) fn first_some(xs: &[u32]) -> Option<String> {
        xs.iter().map(|x| x % 1000).find_map(|x| (x == 7).then(|| x.to_string()))
    }
    #[parallelize]
    pub(super) fn borrowed_items(xs: &[u32]) -> f64 {
        let table = floats(13);
        xs.iter().map(|x| &table[*x as usize % 13]).fold(0.0, |a, x| a * 0.9 + x)
    }
    #[parallelize]
    pub(super) fn inside_expression(xs: &[f64]) -> i64 {
        xs.iter().map(|x| x * 0.1).fold(0.0, |a, x| a * 0.9 + x).abs() as i64 + 1
    }
    #[parallelize]
    pub(super) fn made_once(xs: &[u32], keep: u32) -> u32 {
        xs.iter().filter(keeping(keep)).map(|x| x / 2).fold(1, |a, x| a ^ x)
    }
}

fn keeping(n: u32) -> impl Fn(&&u32) -> bool {
    move |x| **x % 7 != n
}

#[test]
fn same_as_plain() {
    for len in LENGTHS {
        let (xs, fs, ws) = (numbers(len), floats(len), words(len));
        assert_eq!(split::folded(&fs, 1.1).to_bits(), plain::folded(&fs, 1.1).to_bits());
        assert_eq!(split::folded_owned(&ws), plain::folded_owned(&ws));
        assert_eq!(split::fold_may_count(&xs), plain::fold_may_count(&xs));
        for start in [None, Some(3)] {
            assert_eq!(split::start_may_leave(&xs, start), plain::start_may_leave(&xs, start));
        }
        assert_eq!(split::reduced(&fs).map(f64::to_bits), plain::reduced(&fs).map(f64::to_bits));
        assert_eq!(split::least(&fs), plain::least(&fs));
        assert_eq!(split::most(&fs), plain::most(&fs));
        assert_eq!(split::shortest(&ws), plain::shortest(&ws));
        assert_eq!(split::longest(&ws), plain::longest(&ws));
        assert_eq!(split::last(&xs), plain::last(&xs));
        assert_eq!(split::parted(&xs), plain::parted(&xs));
        assert_eq!(split::unzipped(&xs), plain::unzipped(&xs));
        for limit in [0, 1 << 30, u64::MAX] {
            assert_eq!(split::tried(&xs, limit), plain::tried(&xs, limit));
        }
        assert_eq!(split::tried_each(&xs, 7), plain::tried_each(&xs, 7));
        assert_eq!(split::position(&xs, 7), plain::position(&xs, 7));
        assert_eq!(split::first_some(&xs), plain::first_some(&xs));
        assert_eq!(split::borrowed_items(&xs).to_bits(), plain::borrowed_items(&xs).to_bits());
        assert_eq!(split::inside_expression(&fs), plain::inside_expression(&fs));
        assert_eq!(split::made_once(&xs, 3), plain::made_once(&xs, 3));
    }
}
