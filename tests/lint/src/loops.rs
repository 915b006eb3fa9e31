//! Loops over the elements.

use std::mem::swap;
use std::sync::atomic::{AtomicUsize, Ordering};

use amorsize::parallelize;

/// Over the slice itself.
#[parallelize]
pub fn tripled(xs: &mut [u32]) {
    for x in xs {
        *x = x.wrapping_mul(3);
    }
}

/// Over an iterator, with a parameter.
#[parallelize]
pub fn scaled(xs: &mut [f64], factor: f64) {
    for x in xs.iter_mut().filter(|x| **x > 0.0) {
        *x *= factor;
    }
}

/// With exits of loops further in.
#[parallelize]
pub fn settled(xs: &mut [u32]) -> usize {
    'elements: for x in xs.iter_mut() {
        for step in 0..10 {
            if *x % 3 == 0 {
                continue 'elements;
            }
            *x = x.wrapping_add(step);
        }
    }
    xs.len()
}

/// As a chain.
#[parallelize]
pub fn halved(xs: &mut [u32]) {
    xs.iter_mut().for_each(halve);
}

/// Changes one.
const fn halve(x: &mut u32) {
    *x /= 2;
}

/// Several, with a chain between.
#[parallelize]
pub fn normalised(xs: &mut [f64]) {
    let peak = xs.iter().map(|x| x.abs()).fold(0.0, f64::max);
    for x in xs.iter_mut() {
        *x /= peak;
    }
    for x in &mut *xs {
        *x += 1.0;
    }
}

/// Patterns.
#[parallelize]
pub fn swapped(pairs: &mut [(u32, u32)]) {
    for (a, b) in pairs {
        swap(a, b);
    }
}

/// Over a shared slice.
#[parallelize]
pub fn counted(xs: &[usize], bins: &[AtomicUsize]) {
    for x in xs {
        if let Some(bin) = bins.get(*x) {
            bin.store(1, Ordering::Relaxed);
        }
    }
}

/// Over a shared slice, as a chain.
#[parallelize]
pub fn noted(xs: &[usize], total: &AtomicUsize) {
    xs.iter().filter(|x| **x > 3).for_each(|x| {
        total.store(*x, Ordering::Relaxed);
    });
}

/// Over the indices, with a neighbour from another slice.
#[parallelize]
pub fn smoothed(out: &mut [f64], xs: &[f64]) {
    for i in 1..xs.len() {
        if let (Some(here), Some(before), Some(x)) = (out.get_mut(i), xs.get(i - 1), xs.get(i)) {
            *here += f64::midpoint(*before, *x);
        }
        if out.is_empty() || out.len() == i {
            continue;
        }
        debug_assert!(out.get(i).is_some(), "no element {i}");
    }
}

/// Over converted indices, several slices at once.
#[parallelize]
pub fn exchanged(xs: &mut [f64], ys: &mut [f64], last: u16) {
    for i in 0..=last {
        if let (Some(x), Some(y)) = (xs.get_mut(usize::from(i)), ys.get_mut(usize::from(i))) {
            swap(x, y);
        }
    }
}

/// The whole body on parts, with one slice for all of them.
#[must_use]
#[parallelize(assume_splittable, reduce = |a, b| a + b)]
pub fn wanted(#[split] xs: &[u32], numbers: &[u32]) -> usize {
    let mut count = 0;
    for x in xs {
        if numbers.contains(x) {
            count += 1;
        }
    }
    count
}

/// The whole body on parts that are changed.
#[parallelize(assume_splittable)]
pub fn cleared(mut xs: &mut [u32]) {
    while let [first, rest @ ..] = xs {
        *first = 0;
        xs = rest;
    }
}
