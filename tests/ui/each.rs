//! Loops that change variables of the function, or end early.

use std::collections::HashMap;
use std::ops::AddAssign;
use std::rc::Rc;

use amorsize::parallelize;

#[derive(Clone, Copy)]
struct Vector(f64, f64);

impl AddAssign for Vector {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
        self.1 += other.1;
    }
}

#[parallelize]
fn users_sum(xs: &[Vector]) -> Vector {
    let mut sum = Vector(0.0, 0.0);
    for x in xs {
        sum += *x;
    }
    sum
}

#[parallelize]
fn histogram(xs: &[usize]) -> Vec<usize> {
    let mut bins = vec![0; 16];
    for x in xs {
        bins[x % 16] += 1;
    }
    bins
}

#[parallelize]
fn grouped(xs: &[u32]) -> HashMap<u32, usize> {
    let mut groups = HashMap::new();
    for x in xs {
        *groups.entry(*x).or_insert(0) += 1;
    }
    groups
}

#[parallelize]
fn in_the_middle(xs: &[u32]) -> Vec<u32> {
    let mut out = Vec::new();
    for x in xs {
        out.insert(0, *x);
    }
    out
}

#[parallelize]
fn shared_results(xs: &[u32]) -> Vec<Rc<u32>> {
    let mut out = Vec::new();
    for x in xs {
        out.push(Rc::new(*x));
    }
    out
}

#[parallelize]
fn running(xs: &[f64]) -> Vec<f64> {
    let mut sum = 0.0;
    let mut sums = Vec::new();
    for x in xs {
        sum += x;
        sums.push(sum);
    }
    sums
}

struct Report(String);

#[parallelize]
fn users_result(xs: &[u32]) -> Result<Report, String> {
    let mut total = 0_u64;
    for x in xs {
        if *x == 0 {
            return Err("zero".to_owned());
        }
        total += u64::from(*x);
    }
    Ok(Report(total.to_string()))
}

#[parallelize]
fn into_a_parameter(xs: &[u32], out: &mut Vec<u32>) {
    for x in xs {
        out.push(x + 1);
    }
}

#[parallelize]
fn ends_while_changing(xs: &mut [u32]) -> Option<u32> {
    for x in xs.iter_mut() {
        if *x == 7 {
            return Some(*x);
        }
        *x += 1;
    }
    None
}

#[parallelize]
fn ends_while_changing_beside(xs: &[u32], ys: &mut [u32]) -> Option<u32> {
    for (x, y) in xs.iter().zip(ys.iter_mut()) {
        if *x == 7 {
            return Some(*x);
        }
        *y += 1;
    }
    None
}

#[parallelize]
fn leaves_the_outer_loop(xs: &[u32], n: usize) -> u64 {
    let mut total = 0_u64;
    'rounds: for _ in 0..n {
        for x in xs {
            if *x == 7 {
                break 'rounds;
            }
            total += u64::from(*x);
        }
    }
    total
}

#[parallelize]
fn static_in_a_loop(xs: &[u32]) -> u64 {
    let mut total = 0;
    for x in xs {
        static SEEN: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        SEEN.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        total += u64::from(*x);
    }
    total
}

#[parallelize]
fn static_in_an_ordered_chain(xs: &[u32]) -> f64 {
    let text: &'static str = "1";
    xs.iter()
        .map(|x| {
            thread_local!(static SEEN: std::cell::Cell<u32> = const { std::cell::Cell::new(0) });
            f64::from(*x + SEEN.get()) + text.len() as f64
        })
        .fold(0.0, |a, b| a * 0.5 + b)
}

struct Queue(Vec<u32>);

impl Queue {
    fn push(&mut self, x: u32) {
        self.0.push(x);
    }
}

#[parallelize]
fn users_collection(xs: &[u32]) -> Queue {
    let mut queue = Queue(Vec::new());
    for x in xs {
        queue.push(*x);
    }
    queue
}

#[parallelize]
fn float_bits(xs: &[Vector]) -> bool {
    let mut all = Flags(0);
    for x in xs {
        all |= Flags(x.0 as u32);
    }
    all.0 == 0
}

#[derive(Clone, Copy)]
struct Flags(u32);

impl std::ops::BitOrAssign for Flags {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

#[parallelize]
fn users_maximum(xs: &[Level]) -> Level {
    let mut most = Level(0);
    for x in xs {
        most = most.max(*x);
    }
    most
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Level(u32);

#[parallelize]
fn noted(xs: &[u32], names: &[String]) -> String {
    let (mut most, mut name) = (0, String::new());
    for (i, x) in xs.iter().enumerate() {
        if *x > most {
            most = *x;
            name = names[i].clone();
        }
    }
    name
}

#[parallelize]
fn tried(xs: &[&str]) -> Result<Report, std::num::ParseIntError> {
    let mut total = 0_u64;
    for x in xs {
        total += x.parse::<u64>()?;
    }
    Ok(Report(total.to_string()))
}

fn main() {}
