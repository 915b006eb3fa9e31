//! Chains into collections.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::num::ParseIntError;

use amorsize::parallelize;

/// A table that chains read.
#[derive(Clone, Debug, Default)]
pub struct Weights {
    /// Summed up once, before the chain.
    pub rows: Vec<f64>,
}

impl Weights {
    /// The sum of all rows.
    #[must_use]
    pub fn norm(&self) -> f64 {
        self.rows.iter().sum()
    }
}

/// A prefix, and a chain of known length.
#[parallelize]
#[must_use]
pub fn scores(items: &[f64], weights: &Weights) -> Vec<f64> {
    let norm = weights.norm();
    items.iter().map(|item| item / norm + weights.rows.len().min(3).to_string().len() as f64).collect()
}

/// Every mention of the slice inside the chain is the whole.
#[must_use]
#[parallelize]
pub fn shares(xs: &[f64]) -> Vec<f64> {
    xs.iter().map(|x| x / xs.len() as f64).collect()
}

/// A path as the callable.
#[parallelize]
#[must_use]
pub fn roots(xs: &[f64]) -> Vec<f64> {
    xs.iter().copied().map(f64::sqrt).inspect(|x| debug_assert!(!x.is_nan())).collect()
}

/// By-value parameters, and a closure that owns what it reads.
#[parallelize]
#[must_use]
pub fn shifted(xs: &[u32], offset: u32, table: &[u32]) -> Vec<u32> {
    xs.iter().map(move |x| x.wrapping_add(offset).wrapping_add(table.iter().sum::<u32>())).collect()
}

/// A callable parameter.
#[parallelize]
pub fn each_with<F: Fn(&u32) -> u32 + Sync>(xs: &[u32], f: F) -> Vec<u32> {
    xs.iter().map(f).collect()
}

/// A callable that is made once, before the region.
#[parallelize]
#[must_use]
pub fn made_once(xs: &[u32], step: u32) -> Vec<u32> {
    xs.iter().map(adder(step)).filter(even(step)).collect()
}

/// Makes a callable.
fn adder(step: u32) -> impl Fn(&u32) -> u32 {
    move |x| x.wrapping_add(step)
}

/// Makes a callable.
fn even(step: u32) -> impl Fn(&u32) -> bool {
    move |x| (x ^ step) % 2 == 0
}

/// The result is borrowed from the slice.
#[parallelize]
#[must_use]
pub fn trimmed(words: &[String]) -> Vec<&str> {
    words.iter().map(|word| word.trim()).collect()
}

/// The result is borrowed from a parameter.
#[parallelize]
#[must_use]
pub fn looked_up<'table>(xs: &[usize], table: &'table [String]) -> Vec<Option<&'table str>> {
    xs.iter().map(|x| table.get(*x).map(String::as_str)).collect()
}

/// Any number of items per element.
#[parallelize]
#[must_use]
pub fn positive(xs: &[i64]) -> Vec<i64> {
    xs.iter().filter(|x| **x > 0).copied().collect()
}

/// Two adaptors of unknown length.
#[parallelize]
#[must_use]
pub fn parsed(words: &[String]) -> Vec<u32> {
    words.iter().filter_map(|word| word.parse().ok()).flat_map(|n: u32| [n, n ^ 1]).collect()
}

/// Into a set that borrows.
#[parallelize]
#[must_use]
pub fn distinct(words: &[String]) -> HashSet<&str> {
    words.iter().map(String::as_str).collect()
}

/// Into a map.
#[parallelize]
#[must_use]
pub fn by_length(words: &[String]) -> BTreeMap<usize, String> {
    words.iter().map(|word| (word.len(), word.to_lowercase())).collect()
}

/// Into a map with a `Default` hasher, by turbofish.
#[parallelize]
#[must_use]
pub fn groups(words: &[String]) -> usize {
    let groups = words.iter().map(|word| (word.len(), 1_u8)).collect::<HashMap<_, _>>();
    groups.len()
}

/// Into text.
#[parallelize]
#[must_use]
pub fn text(words: &[String]) -> String {
    words.iter().map(|word| word.to_uppercase()).collect()
}

/// The first error ends it.
///
/// # Errors
/// If a word is no number.
#[parallelize]
pub fn numbers(words: &[String]) -> Result<Vec<u32>, ParseIntError> {
    words.iter().map(|word| word.parse()).collect()
}

/// The first error, behind a question mark.
///
/// # Errors
/// If a word is no number.
#[parallelize]
pub fn how_many_numbers(words: &[String]) -> Result<usize, ParseIntError> {
    let numbers: Vec<u32> = words.iter().map(|word| word.parse()).collect::<Result<_, _>>()?;
    Ok(numbers.len())
}

/// All or nothing.
#[parallelize]
#[must_use]
pub fn halves(xs: &[u32]) -> Option<Vec<u32>> {
    xs.iter().map(|x| (x % 2 == 0).then_some(x / 2)).collect()
}

/// Items of its own, before the first statement.
#[parallelize]
#[must_use]
pub fn with_items(xs: &[u32], table: &[u32]) -> Vec<u32> {
    const STEP: u32 = 3;
    const fn step(x: u32) -> u32 {
        x.wrapping_add(STEP)
    }
    xs.iter().copied().map(step).filter(|x| table.contains(x)).collect()
}

/// Chains in branches.
#[parallelize]
#[must_use]
pub fn in_branches(xs: &[u32], up: bool) -> Vec<u32> {
    if up {
        return xs.iter().map(|x| x.saturating_add(1)).collect();
    }
    match xs.len() {
        0 => Vec::new(),
        1 => vec![7],
        _ => xs.iter().map(|x| x.saturating_sub(1)).collect(),
    }
}
