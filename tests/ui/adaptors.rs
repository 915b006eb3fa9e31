//! Adaptors that need more than the element at hand.
use amorsize::parallelize;

#[parallelize]
fn scanned(xs: &[u32]) -> Vec<u32> {
    xs.iter().scan(0, |a, x| { *a += x; Some(*a) }).collect()
}

#[parallelize]
fn taken(xs: &[u32]) -> Vec<u32> {
    xs.iter().filter(|x| **x > 1).take(3).copied().collect()
}

#[parallelize]
fn skipped(xs: &[u32]) -> u32 {
    xs.iter().map(|x| x / 2).skip(1).sum()
}

#[parallelize]
fn taken_while(xs: &[u32]) -> usize {
    xs.iter().take_while(|x| **x > 0).count()
}

#[parallelize]
fn reversed(xs: &[u32]) -> Vec<u32> {
    xs.iter().enumerate().rev().map(|(_, x)| *x).collect()
}

#[parallelize]
fn stepped(xs: &[u32]) -> Vec<u32> {
    xs.iter().flat_map(|x| [*x, 1]).step_by(2).collect()
}

#[parallelize]
fn peeked(xs: &[u32]) -> Vec<u32> {
    xs.iter().peekable().map(|x| x / 2).collect()
}

#[parallelize]
fn repeated(xs: &[u32]) -> Vec<u32> {
    xs.iter().chain(xs).copied().collect()
}

#[parallelize]
fn numbered_late(xs: &[u32]) -> Vec<usize> {
    xs.iter().filter(|x| **x > 0).enumerate().map(|(i, x)| i + *x as usize).collect()
}

trait Dedup: Iterator + Sized {
    fn dedup(self) -> Self {
        self
    }
}

impl<I: Iterator> Dedup for I {}

#[parallelize]
fn unknown(xs: &[u32]) -> Vec<u32> {
    xs.iter().map(|x| x / 2).dedup().collect()
}

#[parallelize]
fn two_in_one(xs: &[u32]) -> Vec<u32> {
    xs.iter().filter(|x| **x > 1).skip(1).scan(0, |a, x| Some(*a + x)).collect()
}

#[parallelize]
fn loop_over_some(xs: &mut [u32]) {
    for x in xs.iter_mut().filter(|x| **x > 1).take(3) {
        *x = 0;
    }
}

#[parallelize]
fn skipped_while(xs: &[u32]) -> Vec<u32> {
    xs.iter().skip_while(|x| **x == 0).copied().collect()
}

#[parallelize]
fn mapped_while(xs: &[u32]) -> Vec<u32> {
    xs.iter().map_while(|x| x.checked_sub(1)).collect()
}

#[parallelize]
fn fused(xs: &[u32]) -> Vec<u32> {
    xs.iter().map(|x| x / 2).fuse().collect()
}

#[parallelize]
fn cycled(xs: &[u32], n: usize) -> Vec<u32> {
    xs.iter().cycle().take(n).copied().collect()
}

#[parallelize]
fn nth(xs: &[u32]) -> Option<u32> {
    xs.iter().map(|x| x / 2).nth(3)
}

#[parallelize]
fn compared(xs: &[u32], ys: &[u32]) -> bool {
    xs.iter().map(|x| x / 2).eq(ys.iter().map(|y| y / 2))
}

#[parallelize]
fn ordered(xs: &[u32]) -> bool {
    xs.iter().map(|x| x / 2).is_sorted()
}

#[parallelize]
fn last_place(xs: &[u32]) -> Option<usize> {
    xs.iter().rposition(|x| *x == 7)
}

#[parallelize]
fn folded_backwards(xs: &[u32]) -> u32 {
    xs.iter().map(|x| x / 2).rfold(0, |a, x| a * 3 + x)
}

fn main() {}
