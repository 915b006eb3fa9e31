//! The async form: types that no companion can hand to another thread, and arguments that it does not take.
use std::cell::Cell;
use std::rc::Rc;
use std::sync::{Arc, MutexGuard};

use amorsize::parallelize;

#[parallelize(spawn_fn = elements_async)]
fn elements(xs: &[Rc<u32>]) -> usize {
    xs.iter().filter(|x| ***x > 1).count()
}

#[parallelize(spawn_fn = guarded_async)]
fn guarded(xs: &[MutexGuard<'static, u32>]) -> usize {
    xs.iter().filter(|x| ***x > 1).count()
}

#[parallelize(spawn_fn = shared_async)]
fn shared(xs: &[u32], hits: &Cell<u32>) -> usize {
    hits.set(1);
    xs.iter().filter(|x| **x > 1).count()
}

#[parallelize(spawn_fn = named_async)]
fn named(xs: &[u32], name: Rc<str>) -> usize {
    let len = name.len();
    xs.iter().filter(|x| **x as usize > len).count()
}

#[parallelize(spawn_fn = made_async)]
fn made(xs: &[u32]) -> Rc<[u32]> {
    let all: Vec<u32> = xs.iter().map(|x| x + 1).collect();
    all.into()
}

#[parallelize(spawn_fn = local_async)]
fn local<T: ToString + Sync + 'static>(xs: &[T]) -> Vec<String> {
    xs.iter().map(T::to_string).collect()
}

struct Counter(Cell<u32>);

impl Counter {
    #[parallelize(spawn_fn = count_async)]
    fn count(&self, xs: &[u32]) -> usize {
        self.0.set(1);
        xs.iter().filter(|x| **x > 1).count()
    }
}

struct Pair<T>(T);

impl<T: Sync + Send + Copy + Into<u64>> Pair<T> {
    #[parallelize(spawn_fn = Self::all_async)]
    fn all(xs: &[T]) -> u64 {
        xs.iter().map(|x| (*x).into()).sum()
    }
}

trait Price {
    fn cents(&self) -> u64;
}

impl Price for &u64 {
    fn cents(&self) -> u64 {
        **self
    }
}

#[parallelize(spawn_fn = priced_async)]
fn priced<P: Price + Send + Sync>(xs: &[u32], price: &P) -> u64 {
    xs.iter().map(|x| u64::from(*x) * price.cents()).sum()
}

fn borrows() {
    let cents = 3;
    drop(priced_async(vec![1], Arc::new(&cents)));
}

#[parallelize(spawn_fn = fine_async)]
fn fine(xs: &[u32], weights: &Vec<u32>) -> usize {
    xs.iter().filter(|x| weights.contains(x)).count()
}

fn main() {
    let xs = vec![1];
    drop(fine_async(&xs, Arc::new(vec![2])));
    drop(fine_async(xs, vec![2]));
}
