//! Collections of any kind.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::num::ParseIntError;

use crate::{LENGTHS, numbers, twice, words};

type Found<T> = Vec<T>;

fn even(x: &&u32) -> bool {
    **x % 2 == 0
}

twice! {
    #[parallelize]
    pub(super) fn filtered(xs: &[u32]) -> Vec<u32> {
        xs.iter().filter(|x| **x % 3 == 0).copied().collect()
    }
    #[parallelize]
    pub(super) fn filter_mapped(xs: &[String]) -> Vec<u32> {
        xs.iter().filter_map(|x| x[1..].parse().ok()).collect()
    }
    #[parallelize]
    pub(super) fn flat_mapped(xs: &[u32], n: u32) -> Vec<u32> {
        xs.iter().flat_map(move |x| (0..n).map(move |i| x ^ i)).collect()
    }
    #[parallelize]
    pub(super) fn flattened(xs: &[Option<u32>]) -> Vec<u32> {
        xs.iter().flatten().copied().collect()
    }
    #[parallelize]
    pub(super) fn by_path(xs: &[u32]) -> Vec<&u32> {
        xs.iter().filter(even).collect()
    }
    #[parallelize]
    pub(super) fn aliased(xs: &[u32]) -> Found<u32> {
        xs.iter().map(|x| x / 7).collect()
    }
    #[parallelize]
    pub(super) fn text(xs: &[String]) -> String {
        xs.iter().map(String::as_str).collect()
    }
    #[parallelize]
    pub(super) fn text_of_a_table(xs: &[u32], table: Vec<String>) -> String {
        xs.iter().map(|x| table[*x as usize % table.len()].as_str()).collect()
    }
    #[parallelize]
    pub(super) fn boxed(xs: &[u32]) -> Box<[u32]> {
        xs.iter().map(|x| x / 2).collect()
    }
    #[parallelize]
    pub(super) fn deque(xs: &[u32]) -> VecDeque<u32> {
        xs.iter().map(|x| x / 2).collect()
    }
    #[parallelize]
    pub(super) fn set(xs: &[String]) -> HashSet<&str> {
        xs.iter().map(|x| x.as_str()).collect()
    }
    #[parallelize]
    pub(super) fn tree(xs: &[u32]) -> BTreeSet<u32> {
        xs.iter().map(|x| x % 100).collect()
    }
    #[parallelize]
    pub(super) fn last_wins(xs: &[u32]) -> HashMap<u32, u32> {
        xs.iter().map(|x| (x % 50, *x)).collect()
    }
    #[parallelize]
    pub(super) fn sorted(xs: &[u32]) -> BTreeMap<u32, String> {
        xs.iter().map(|x| (x % 50, x.to_string())).collect()
    }
    #[parallelize]
    pub(super) fn parsed(xs: &[String]) -> Result<Vec<u32>, ParseIntError> {
        xs.iter().map(|x| x.parse::<u32>()).collect()
    }
    #[parallelize]
    pub(super) fn first_error(xs: &[u32], bad: &[u32]) -> Result<Vec<u32>, String> {
        xs.iter().map(|x| if bad.contains(x) { Err(format!("bad {x}")) } else { Ok(*x) }).collect()
    }
    #[parallelize]
    pub(super) fn all_or_nothing(xs: &[u32], limit: u32) -> Option<Vec<u32>> {
        xs.iter().map(|x| (*x < limit).then_some(x / 2)).collect()
    }
    #[parallelize]
    pub(super) fn behind_question_mark(xs: &[String]) -> Result<usize, ParseIntError> {
        let numbers: Vec<u32> = xs.iter().map(|x| x[1..].parse::<u32>()).collect::<Result<_, _>>()?;
        let again = xs.iter().map(|x| x[1..].parse::<u32>()).collect::<Result<Vec<u32>, ParseIntError>>()?;
        Ok(numbers.len() + again.len())
    }
    #[parallelize]
    pub(super) fn inside_call(xs: &[u32]) -> Option<Vec<u32>> {
        Some(xs.iter().map(|x| x + 1).collect())
    }
    #[parallelize]
    pub(super) fn nothing(xs: &[u32]) -> Result<(), u32> {
        xs.iter().map(|x| if *x == 9 { Err(*x) } else { Ok(()) }).collect()
    }
}

#[test]
fn same_as_plain() {
    for len in LENGTHS {
        let (xs, ws) = (numbers(len), words(len));
        let options: Vec<Option<u32>> = xs.iter().map(|x| (x % 4 != 0).then_some(*x)).collect();
        assert_eq!(split::filtered(&xs), plain::filtered(&xs));
        assert_eq!(split::filter_mapped(&ws), plain::filter_mapped(&ws));
        assert_eq!(split::flat_mapped(&xs, 3), plain::flat_mapped(&xs, 3));
        assert_eq!(split::flattened(&options), plain::flattened(&options));
        assert_eq!(split::by_path(&xs), plain::by_path(&xs));
        assert_eq!(split::aliased(&xs), plain::aliased(&xs));
        assert_eq!(split::text(&ws), plain::text(&ws));
        assert_eq!(split::text_of_a_table(&xs, words(9)), plain::text_of_a_table(&xs, words(9)));
        assert_eq!(split::boxed(&xs), plain::boxed(&xs));
        assert_eq!(split::deque(&xs), plain::deque(&xs));
        assert_eq!(split::set(&ws), plain::set(&ws));
        assert_eq!(split::tree(&xs), plain::tree(&xs));
        assert_eq!(split::last_wins(&xs), plain::last_wins(&xs));
        assert_eq!(split::sorted(&xs), plain::sorted(&xs));
        assert_eq!(split::inside_call(&xs), plain::inside_call(&xs));
    }
}

#[test]
fn the_first_error_is_the_serial_one() {
    for len in LENGTHS {
        let (xs, ws) = (numbers(len), words(len));
        let digits: Vec<String> = xs.iter().map(u32::to_string).collect();
        assert_eq!(split::parsed(&digits), plain::parsed(&digits));
        assert_eq!(split::parsed(&ws), plain::parsed(&ws));
        assert_eq!(split::behind_question_mark(&ws), plain::behind_question_mark(&ws));
        assert_eq!(split::nothing(&xs), plain::nothing(&xs));
        for bad in [&[][..], &xs[len / 2..], &xs[len - len.min(1)..]] {
            assert_eq!(split::first_error(&xs, bad), plain::first_error(&xs, bad));
        }
        for limit in [0, 1 << 20, u32::MAX] {
            assert_eq!(split::all_or_nothing(&xs, limit), plain::all_or_nothing(&xs, limit));
        }
    }
}
