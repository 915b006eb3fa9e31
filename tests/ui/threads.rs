//! Types that cannot cross threads: the caret on the user's type, one error per mistake.
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::MutexGuard;

use amorsize::parallelize;

#[parallelize]
fn element(xs: &[Rc<i32>]) -> Vec<i32> {
    xs.iter().map(|x| **x).collect()
}

struct Node {
    id: u32,
    cache: RefCell<u32>,
}

#[parallelize]
fn field(nodes: &[Node]) -> u32 {
    nodes.iter().map(|node| node.id).sum()
}

#[parallelize]
fn result(xs: &[i32]) -> Vec<Rc<i32>> {
    xs.iter().map(|x| Rc::new(*x)).collect()
}

#[parallelize]
fn mutable_element(xs: &mut [MutexGuard<'_, i32>]) {
    for x in xs {
        **x += 1;
    }
}

#[parallelize]
fn generic<T>(xs: &[T], f: fn(&T) -> u32) -> Vec<u32> {
    xs.iter().map(|x| f(x)).collect()
}

#[parallelize]
fn generic_result<T: Sync, U>(xs: &[T], f: fn(&T) -> U) -> Vec<U> {
    xs.iter().map(|x| f(x)).collect()
}

#[parallelize]
fn cell(xs: &[i32], offset: &Cell<i32>) -> Vec<i32> {
    xs.iter().map(|x| x + offset.get()).collect()
}

#[parallelize]
fn dynamic(xs: &[i32], f: &dyn Fn(i32) -> i32) -> i32 {
    xs.iter().map(|x| f(*x)).sum()
}

#[parallelize]
fn by_value<F: Fn(i32) -> i32>(xs: &[i32], f: F) -> Vec<i32> {
    xs.iter().map(|x| f(*x)).collect()
}

#[parallelize]
fn opaque(xs: &[i32], f: impl Fn(i32) -> i32) -> Vec<i32> {
    xs.iter().map(|x| f(*x)).collect()
}

struct Model {
    bias: i32,
    hits: Cell<u32>,
}

impl Model {
    #[parallelize]
    fn predict(&self, xs: &[i32]) -> Vec<i32> {
        xs.iter().map(|x| x + self.bias).collect()
    }
}

#[parallelize]
fn ordered_items(xs: &[i32]) -> i32 {
    xs.iter().map(|x| Rc::new(*x)).fold(0, |a, x| a + *x)
}

#[parallelize]
fn local(xs: &[i32]) -> Vec<i32> {
    let offset = Cell::new(1);
    xs.iter().map(|x| x + offset.get()).collect()
}

/// An error type of two words, so that a message that stands twice would show.
#[parallelize]
fn error(xs: &[i32]) -> Result<Vec<i32>, Rc<str>> {
    xs.iter().map(|x| if *x > 0 { Ok(*x) } else { Err(Rc::from("negative")) }).collect()
}

fn main() {}
