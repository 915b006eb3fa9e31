//! Joins that only types show to be wrong.
use std::collections::HashMap;

use amorsize::parallelize;

fn merge(a: HashMap<u32, u32>, b: HashMap<u32, u32>) -> HashMap<u32, u32> {
    a.into_iter().chain(b).collect()
}

#[parallelize(reduce = merge)]
fn wrong_reduce(xs: &[u32]) -> u32 {
    xs.iter().fold(0, |a, x| a ^ x)
}

#[parallelize(reduce = |a, b, c| a + b + c)]
fn wrong_arity(xs: &[u32]) -> u32 {
    xs.iter().fold(0, |a, x| a ^ x)
}

struct Unknown(Vec<u32>);

impl FromIterator<u32> for Unknown {
    fn from_iter<I: IntoIterator<Item = u32>>(items: I) -> Self {
        Self(items.into_iter().collect())
    }
}

#[parallelize]
fn unknown_collection(xs: &[u32]) -> Unknown {
    xs.iter().map(|x| x / 2).collect()
}

#[parallelize]
fn unknown_generic_collection(xs: &[u32]) -> Result<Unknown, String> {
    let found = xs.iter().map(|x| Ok::<u32, String>(x / 2)).collect::<Result<Unknown, String>>()?;
    Ok(found)
}

#[parallelize]
fn wrong_item(xs: &[u32]) -> Vec<String> {
    xs.iter().map(|x| x / 2).collect()
}

#[parallelize]
fn wrong_body(xs: &[u32]) -> Vec<u32> {
    xs.iter().map(|x| x.digits()).collect()
}

#[parallelize]
fn wrong_item_before_fold(xs: &[u32]) -> u32 {
    xs.iter().map(|x| x.digits()).fold(0, |a, x| a + x)
}

fn main() {}
