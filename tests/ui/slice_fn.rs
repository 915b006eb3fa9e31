//! The element form: what no companion can be made of, and types that cannot cross threads.
use std::cell::Cell;
use std::rc::Rc;

use amorsize::parallelize;

#[parallelize(slice_fn = none_all)]
fn none() -> u32 {
    3
}

#[parallelize(slice_fn)]
fn no_name(x: &u32) -> u32 {
    *x
}

#[parallelize(slice_fn = "texts")]
fn text(x: &u32) -> u32 {
    *x
}

#[parallelize(slice_fn = other::all)]
fn elsewhere(x: &u32) -> u32 {
    *x
}

#[parallelize(slice_fn = self)]
fn keyword(x: &u32) -> u32 {
    *x
}

#[parallelize(slice_fn = alike)]
fn alike(x: &u32) -> u32 {
    *x
}

#[parallelize(slice_fn = joined_all, reduce = merge)]
fn joined(x: &u32) -> u32 {
    *x
}

#[parallelize(slice_fn = later_all)]
async fn later(x: &u32) -> u32 {
    *x
}

#[parallelize(slice_fn = raw_all)]
unsafe fn raw(x: &u32) -> u32 {
    *x
}

#[parallelize(slice_fn = opaque_all)]
fn opaque(x: &u32) -> impl Iterator<Item = u32> {
    0..*x
}

#[parallelize(slice_fn = never_all)]
fn never(x: &u32) -> ! {
    panic!("{x}")
}

#[parallelize(slice_fn = bumped_all)]
fn bumped(x: &mut u32) -> u32 {
    *x += 1;
    *x
}

#[parallelize(slice_fn = logged_all)]
fn logged(x: &u32, log: &mut Vec<u32>) {
    log.push(*x);
}

#[parallelize(slice_fn = under_cfg_all)]
fn under_cfg(x: &u32, #[cfg(any())] y: u32) -> u32 {
    *x
}

#[parallelize(slice_fn = owned_all)]
fn owned(x: String) -> usize {
    x.len()
}

#[parallelize(slice_fn = beside_all)]
fn beside(x: &u32, names: Vec<String>) -> usize {
    names.len() + *x as usize
}

#[parallelize(slice_fn = generic_all)]
fn generic<T: Sync, F: Fn(&T) -> u32 + Sync>(x: &T, f: F) -> u32 {
    f(x)
}

#[parallelize(slice_fn = unbounded_all)]
fn unbounded<T: ToString>(x: &T) -> String {
    x.to_string()
}

#[parallelize(slice_fn = shared_all)]
fn shared(x: &Rc<u32>) -> u32 {
    **x
}

#[parallelize(slice_fn = made_all)]
fn made(x: &u32) -> Rc<u32> {
    Rc::new(*x)
}

#[parallelize(slice_fn = counted_all)]
fn counted(x: &u32, hits: &Cell<u32>) -> u32 {
    hits.set(hits.get() + 1);
    *x
}

#[parallelize(slice_fn = callables_all)]
fn callables(x: &u32, f: &impl Fn(u32) -> u32) -> u32 {
    f(*x)
}

struct Counter(Cell<u32>);

impl Counter {
    #[parallelize(slice_fn = read_all)]
    fn read(&self, x: &u32) -> u32 {
        self.0.get() ^ x
    }

    #[parallelize(slice_fn = add_all)]
    fn add(&mut self, x: &u32) {
        self.0.set(*x);
    }

    #[parallelize(slice_fn = alone_all)]
    fn alone(&self) -> u32 {
        self.0.get()
    }
}

struct Owner(String);

impl Owner {
    #[parallelize(slice_fn = consumed_all)]
    fn consumed(self, x: &u32) -> usize {
        self.0.len() + *x as usize
    }
}

/// The mistake is the option's: callers of the companion add none.
#[parallelize(slice_fn = misspelt_all, max_thread = 4)]
fn misspelt(x: &u32) -> u32 {
    *x
}

fn main() {
    misspelt_all(&[1]);
}
