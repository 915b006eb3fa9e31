//! `assume_splittable`: what rustc refuses.
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use amorsize::parallelize;

fn add(a: u32, b: u32) -> u32 {
    a + b
}

fn longest(a: usize, b: usize) -> usize {
    a.max(b)
}

#[parallelize(assume_splittable, reduce = add)]
fn element(xs: &[Cell<u32>]) -> u32 {
    xs[0].get()
}

#[parallelize(assume_splittable)]
fn element_changed(xs: &mut [Rc<u32>]) {
    xs[0] = Rc::new(1);
}

#[parallelize(assume_splittable, reduce = |a, _| a)]
fn result(xs: &[u32]) -> Rc<u32> {
    Rc::new(xs[0])
}

#[parallelize(assume_splittable, reduce = add)]
fn parameter(xs: &[u32], seen: &RefCell<u32>) -> u32 {
    *seen.borrow_mut() += 1;
    xs[0]
}

#[parallelize(assume_splittable, reduce = add)]
fn other_slice(#[split] xs: &[u32], seen: &[Cell<u32>]) -> u32 {
    xs[0] + seen[0].get()
}

#[parallelize(assume_splittable, reduce = add)]
fn opaque(xs: &[u32], f: impl Fn(u32) -> u32) -> u32 {
    f(xs[0])
}

#[parallelize(assume_splittable, reduce = |a, b| if a > b { a } else { b })]
fn generic<T: PartialOrd + Copy>(xs: &[T]) -> T {
    xs[0]
}

struct Seen(Cell<u32>);

impl Seen {
    #[parallelize(assume_splittable, reduce = add)]
    fn method(&self, xs: &[u32]) -> u32 {
        self.0.set(1);
        xs[0]
    }
}

#[parallelize(assume_splittable, reduce = longest)]
fn joined_as_another_type(xs: &[u32]) -> u32 {
    xs[0]
}

#[parallelize(assume_splittable, reduce = |a| a)]
fn joined_alone(xs: &[u32]) -> u32 {
    xs[0]
}

#[parallelize(assume_splittable, reduce = add)]
fn wrong_tail(xs: &[u32]) -> u32 {
    xs
}

#[parallelize(assume_splittable, reduce = add)]
fn wrong_return(xs: &[u32]) -> u32 {
    if xs.is_empty() {
        return "none";
    }
    xs[0]
}

#[parallelize(assume_splittable, reduce = add)]
fn no_value(xs: &[u32]) -> u32 {
    xs[0];
}

fn main() {}
