//! Terminals that the user says how to join.

use std::collections::HashMap;

use crate::{LENGTHS, numbers, twice, words};

type Counts<'a> = HashMap<&'a str, u64>;

fn merge<'a>(mut left: Counts<'a>, right: Counts<'a>) -> Counts<'a> {
    for (word, count) in right {
        *left.entry(word).or_default() += count;
    }
    left
}

fn counted<'a>(mut counts: Counts<'a>, word: &'a String) -> Counts<'a> {
    *counts.entry(word.as_str()).or_default() += 1;
    counts
}

twice! {
    #[parallelize(reduce = merge)]
    pub(super) fn frequencies<'a>(xs: &'a [String]) -> Counts<'a> {
        xs.iter().fold(Counts::new(), counted)
    }
    #[parallelize(reduce = |a, b| a ^ b)]
    pub(super) fn checksum(xs: &[u32], salt: u32) -> u32 {
        let sum = xs.iter().map(|x| x.rotate_left(salt)).fold(0, |a, x| a ^ x);
        sum.wrapping_add(1)
    }
    #[parallelize(reduce = |a, b| a.min(b))]
    pub(super) fn least(xs: &[u32]) -> u32 {
        xs.iter().copied().map(u64::from).min_by(u64::cmp).map_or(7, |x| x as u32)
    }
}

#[test]
fn same_as_plain() {
    for len in LENGTHS {
        let (xs, ws) = (numbers(len), words(len));
        assert_eq!(split::frequencies(&ws), plain::frequencies(&ws));
        assert_eq!(split::checksum(&xs, 3), plain::checksum(&xs, 3));
        assert_eq!(split::least(&xs), plain::least(&xs));
    }
}
