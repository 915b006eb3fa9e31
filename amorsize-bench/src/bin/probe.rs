//! A small program with annotated functions that the process tests start in every mode and surrounding.
//!
//! `probe answers [ROUNDS]` prints one line per function with a digest of all its answers, then the decisions; `probe
//! unflushed [ROUNDS]` does so and leaves writing to the end of the process.
//! `probe panic K` lets element K panic. `probe backtrace` prints what a helper's backtrace shows. `probe named` calls by
//! hand, with a name and without.

use std::backtrace::Backtrace;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::thread::{self, ThreadId};

use amorsize::parallelize;
use amorsize_bench::burn;

#[parallelize]
fn cheap(xs: &[u64]) -> Vec<u64> {
    xs.iter().map(|x| x * 3 + 1).collect()
}

#[parallelize]
fn dear(xs: &[u64]) -> Vec<u64> {
    xs.iter().map(|&x| burn(x, 400)).collect()
}

#[parallelize]
fn float_sum(xs: &[u64]) -> f64 {
    xs.iter().map(|&x| 1.0 / (burn(x, 60) as f64 + 0.1)).sum()
}

#[parallelize(reassociate)]
fn float_sum_in_leaves(xs: &[u64]) -> f64 {
    xs.iter().map(|&x| 1.0 / (burn(x, 60) as f64 + 0.1)).sum()
}

#[parallelize]
fn float_fold(xs: &[u64]) -> f64 {
    xs.iter().map(|&x| burn(x, 60) as f64).fold(0.0, |total, x| total * 0.999 + x)
}

#[parallelize]
fn odd(xs: &[u64]) -> Vec<u64> {
    xs.iter().map(|&x| burn(x, 60)).filter(|x| x % 2 == 1).collect()
}

#[parallelize]
fn checked(xs: &[u64]) -> Result<Vec<u64>, String> {
    xs.iter().map(|&x| if x == 9_000 { Err(format!("element {x}")) } else { Ok(burn(x, 60)) }).collect()
}

fn merge(mut left: BTreeMap<u64, u64>, right: BTreeMap<u64, u64>) -> BTreeMap<u64, u64> {
    for (key, count) in right {
        *left.entry(key).or_default() += count;
    }
    left
}

#[parallelize(reduce = merge)]
fn histogram(xs: &[u64]) -> BTreeMap<u64, u64> {
    xs.iter().fold(BTreeMap::new(), |mut counts, &x| {
        *counts.entry(burn(x, 100) % 10).or_default() += 1;
        counts
    })
}

#[parallelize]
fn in_place(xs: &mut [f64]) {
    for x in xs.iter_mut() {
        *x = (*x * 1.1).sqrt() + 1.0;
    }
}

#[parallelize]
fn panics(xs: &[u64], at: u64) -> Vec<u64> {
    xs.iter()
        .map(|&x| {
            assert!(x != at, "element {x} is bad");
            burn(x, 2_000)
        })
        .collect()
}

/// The backtrace of the first helper that comes by.
static HELPER: Mutex<Option<String>> = Mutex::new(None);

#[parallelize]
fn seen_in_backtraces(xs: &[u64], caller: ThreadId) -> Vec<u64> {
    xs.iter()
        .map(|&x| {
            if thread::current().id() != caller {
                let mut seen = HELPER.lock().unwrap_or_else(PoisonError::into_inner);
                seen.get_or_insert_with(|| Backtrace::force_capture().to_string());
            }
            burn(x, 100_000)
        })
        .collect()
}

/// FNV-1a over the text of an answer.
fn digest(answer: impl std::fmt::Debug) -> u64 {
    format!("{answer:?}").bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

fn answers(rounds: usize) {
    for round in 0..rounds {
        for len in [0, 1, 2, 17, 1_000, 10_007] {
            let xs: Vec<u64> = (0..len).collect();
            let mut ys: Vec<f64> = xs.iter().map(|&x| x as f64).collect();
            in_place(&mut ys);
            let all = [
                ("cheap", digest(cheap(&xs))),
                ("dear", digest(dear(&xs))),
                ("float_sum", digest(float_sum(&xs).to_bits())),
                ("float_sum_in_leaves", digest(float_sum_in_leaves(&xs).to_bits())),
                ("float_fold", digest(float_fold(&xs).to_bits())),
                ("odd", digest(odd(&xs))),
                ("checked", digest(checked(&xs))),
                ("histogram", digest(histogram(&xs))),
                ("in_place", digest(ys)),
            ];
            if round + 1 == rounds {
                for (name, digest) in all {
                    println!("answer {name} {len} {digest:016x}");
                }
            }
        }
    }
    println!("{}", amorsize::decisions());
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| arguments.get(at).and_then(|text| text.parse::<u64>().ok());
    match arguments.first().map(String::as_str) {
        Some("panic") => {
            let xs: Vec<u64> = (0..2_000).collect();
            println!("{}", panics(&xs, number(1).unwrap_or(0)).len());
        }
        Some("backtrace") => {
            let xs: Vec<u64> = (0..500).collect();
            for _ in 0..50 {
                seen_in_backtraces(&xs, thread::current().id());
                if HELPER.lock().unwrap_or_else(PoisonError::into_inner).is_some() {
                    break;
                }
            }
            let seen = HELPER.lock().unwrap_or_else(PoisonError::into_inner);
            println!("{}", seen.as_deref().unwrap_or("no helper came"));
        }
        Some("named") => {
            let xs: Vec<u64> = (0..3_000).collect();
            println!("{}", amorsize::site!("pricing").map(&xs, |&x| burn(x, 400)).len());
            println!("{}", amorsize::map(&xs, |&x| burn(x, 400)).len());
            println!("{}", amorsize::decisions());
            amorsize::flush();
        }
        Some("planned") => {
            let xs: Vec<u64> = (0..3_000).collect();
            let plan = amorsize::site!("pricing").plan(&xs, |&x| burn(x, 400));
            println!("{plan}\n{} workers, from {:?}, {:?}", plan.workers(), plan.parallel_from(), plan.pin());
            let same = plan.finish().iter().zip(&xs).all(|(y, x)| *y == burn(*x, 400));
            println!("{same}\n{}", amorsize::decisions());
        }
        Some("unflushed") => answers(number(1).unwrap_or(1) as usize),
        _ => {
            answers(number(1).unwrap_or(1) as usize);
            amorsize::flush();
        }
    }
}
