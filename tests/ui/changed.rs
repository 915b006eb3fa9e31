//! What a loop or chain changes beyond its elements: which change it is decides what to write instead.

use std::collections::{HashMap, HashSet};

use amorsize::parallelize;

#[parallelize]
fn through_a_reference(xs: &[u64], total: &mut u64) {
    for x in xs {
        *total += x;
    }
}

#[parallelize]
fn in_a_chain(xs: &[u64], total: &mut u64) {
    xs.iter().for_each(|x| *total += x);
}

#[derive(Default)]
struct Totals {
    sum: f64,
    last: f64,
    seen: Vec<f64>,
    counts: HashMap<u64, usize>,
}

impl Totals {
    #[parallelize]
    fn add(&mut self, xs: &[f64]) {
        for x in xs {
            self.sum += x;
        }
    }

    #[parallelize]
    fn keep(&mut self, xs: &[f64]) {
        for x in xs {
            self.seen.push(*x);
        }
    }

    #[parallelize]
    fn count(&mut self, xs: &[u64]) {
        for x in xs {
            *self.counts.entry(*x).or_insert(0) += 1;
        }
    }

    #[parallelize]
    fn smooth(&mut self, xs: &mut [f64]) {
        for x in xs {
            self.last = 0.9 * self.last + 0.1 * *x;
            *x = self.last;
        }
    }

    #[parallelize]
    fn differences(&mut self, xs: &[f64]) -> Vec<f64> {
        xs.iter()
            .map(|x| {
                let difference = x - self.last;
                self.last = *x;
                difference
            })
            .collect()
    }
}

#[parallelize]
fn of_a_local(xs: &[f64]) -> f64 {
    let mut totals = Totals::default();
    for x in xs {
        totals.sum += x;
    }
    totals.sum
}

#[parallelize]
fn for_each_of_a_chain(xs: &[f64]) -> f64 {
    let mut sum = 0.0;
    xs.iter().for_each(|x| sum += x);
    sum
}

#[parallelize]
fn distinct(xs: &[u32]) -> Vec<u32> {
    let mut seen = HashSet::new();
    let mut out = Vec::new();
    for x in xs {
        if seen.insert(*x) {
            out.push(*x);
        }
    }
    out
}

#[parallelize]
fn differences(xs: &[f64]) -> Vec<f64> {
    let mut before = 0.0;
    let mut out = Vec::new();
    for x in xs {
        out.push(x - before);
        before = *x;
    }
    out
}

#[parallelize]
fn numbered_by_hand(xs: &[f64], out: &mut [f64]) {
    for (i, x) in xs.iter().enumerate() {
        out[i] = x.sqrt();
    }
}

#[parallelize]
fn drawn(xs: &[f64], weights: &[f64]) -> Vec<f64> {
    let mut weights = weights.iter();
    xs.iter().map(|x| x * weights.next().unwrap()).collect()
}

fn parse(text: &str, scratch: &mut String) -> usize {
    scratch.clear();
    scratch.push_str(text);
    scratch.len()
}

#[parallelize]
fn scratch(texts: &[String]) -> Vec<usize> {
    let mut scratch = String::new();
    texts.iter().map(|text| parse(text, &mut scratch)).collect()
}

#[parallelize]
fn scratch_of_the_caller(texts: &[String], scratch: &mut String) -> Vec<usize> {
    texts.iter().map(|text| parse(text, &mut *scratch)).collect()
}

#[parallelize]
fn two_ways(xs: &[u32]) -> u32 {
    let mut hash = 0;
    for x in xs {
        hash ^= x;
        hash *= 31;
    }
    hash
}

#[parallelize]
fn latest(xs: &[(u32, f64)]) -> f64 {
    let (mut newest, mut value) = (0, 0.0);
    for x in xs {
        if x.0 >= newest {
            newest = x.0;
            value = x.1;
        }
    }
    value
}

#[parallelize]
fn between(xs: &[u32], g: impl Fn(&u32) -> bool + Sync) -> Vec<u32> {
    let mut k = 1;
    let halves: Vec<u32> = xs
        .iter()
        .map(move |x| x + k)
        .filter({
            k = 2;
            g
        })
        .collect();
    halves
}

#[parallelize]
fn called_back(xs: &[u32], mut each: impl FnMut(u32)) {
    for x in xs {
        each(*x);
    }
}

#[parallelize]
fn called_by_name<F>(xs: &[u32], mut f: F) -> Vec<u32>
where
    F: FnMut(&u32) -> u32,
{
    xs.iter().map(|x| f(x) / 2).collect()
}

#[parallelize]
fn dynamic(xs: &[u32], f: &mut dyn FnMut(&u32) -> u32) -> Vec<u32> {
    xs.iter().map(|x| f(x) / 2).collect()
}

#[parallelize]
fn own_length(xs: &mut [usize]) {
    for x in xs.iter_mut() {
        *x %= xs.len();
    }
}

fn callers_add_no_errors() -> usize {
    own_length(&mut []);
    let mut totals = Totals::default();
    totals.add(&[]);
    totals.keep(&[]);
    totals.count(&[]);
    totals.smooth(&mut []);
    totals.differences(&[]).len() + distinct(&[]).len()
}

fn main() {
    callers_add_no_errors();
}
