//! Terminals that are joined part by part, with types that cannot be.
use std::rc::Rc;

use amorsize::parallelize;

#[parallelize]
fn parted(xs: &[i32]) -> (Vec<Rc<i32>>, Vec<Rc<i32>>) {
    xs.iter().map(|x| Rc::new(*x)).partition(|x| **x > 3)
}

#[parallelize]
fn unzipped(xs: &[i32]) -> (Vec<i32>, Vec<Rc<i32>>) {
    xs.iter().map(|x| (*x, Rc::new(*x))).unzip()
}

#[parallelize]
fn parted_into_what(xs: &[i32]) -> usize {
    let (left, _): (Box<[i32]>, Box<[i32]>) = xs.iter().copied().partition(|x| *x > 3);
    left.len()
}

#[parallelize]
fn unzipped_into_what(xs: &[i32]) -> (Vec<i32>, Box<[i32]>) {
    xs.iter().map(|x| (*x, x + 1)).unzip()
}

#[parallelize]
fn key(xs: &[i32]) -> Option<&i32> {
    xs.iter().min_by_key(|x| Rc::new(**x))
}

#[parallelize]
fn unordered_key(xs: &[f64]) -> Option<&f64> {
    xs.iter().min_by_key(|x| x.abs())
}

#[parallelize]
fn last(xs: &[i32]) -> Option<Rc<i32>> {
    xs.iter().map(|x| Rc::new(*x)).last()
}

#[parallelize]
fn error(xs: &[i32]) -> Result<(), Rc<str>> {
    xs.iter().try_for_each(|x| if *x > 3 { Err(Rc::from("large")) } else { Ok(()) })
}

fn main() {}
