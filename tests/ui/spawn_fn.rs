//! The async form: what cannot outlive the call, and what would be lost with it.
use std::borrow::Cow;

use amorsize::parallelize;

struct Key<'k>(&'k str);

#[parallelize(spawn_fn)]
fn no_name(xs: &[u32]) -> Vec<u32> {
    xs.iter().map(|x| x + 1).collect()
}

#[parallelize(spawn_fn = alike)]
fn alike(xs: &[u32]) -> Vec<u32> {
    xs.iter().map(|x| x + 1).collect()
}

#[parallelize(spawn_fn = later_async)]
async fn later(xs: &[u32]) -> Vec<u32> {
    xs.iter().map(|x| x + 1).collect()
}

#[parallelize(spawn_fn = lengths_async)]
fn lengths(words: &[&str]) -> Vec<usize> {
    words.iter().map(|word| word.len()).collect()
}

#[parallelize(spawn_fn = rows_async)]
fn rows(rows: &[&[f64]]) -> Vec<usize> {
    rows.iter().map(|row| row.len()).collect()
}

#[parallelize(spawn_fn = keyed_async)]
fn keyed(keys: &[Key<'_>]) -> usize {
    keys.iter().filter(|key| key.0.is_empty()).count()
}

#[parallelize(spawn_fn = options_async)]
fn options(xs: &[u32], limit: Option<&u32>) -> usize {
    xs.iter().filter(|x| Some(*x) < limit).count()
}

#[parallelize(spawn_fn = lent_async)]
fn lent<'a>(xs: &[u32], name: &Cow<'a, str>) -> usize {
    xs.iter().filter(|x| **x as usize > name.len()).count()
}

#[parallelize(spawn_fn = called_async)]
fn called(xs: &[u32], f: &(dyn Fn(u32) -> u32 + Sync + '_)) -> Vec<u32> {
    xs.iter().map(|x| f(*x)).collect()
}

#[parallelize(spawn_fn = generic_async)]
fn generic<T: ToString + Sync>(xs: &[T]) -> Vec<String> {
    xs.iter().map(T::to_string).collect()
}

#[parallelize(spawn_fn = opaque_async)]
fn opaque(xs: &[u32], f: impl Fn(&u32) -> u32 + Sync) -> Vec<u32> {
    xs.iter().map(|x| f(x)).collect()
}

#[parallelize(spawn_fn = opaque_elements_async)]
fn opaque_elements(xs: &[impl ToString + Send + Sync + 'static]) -> Vec<String> {
    xs.iter().map(|x| x.to_string()).collect()
}

#[parallelize(spawn_fn = doubled_async)]
fn doubled(xs: &mut [u32]) {
    for x in xs.iter_mut() {
        *x *= 2;
    }
}

#[parallelize(spawn_fn = logged_async)]
fn logged(xs: &[u32], log: &mut Vec<u32>) {
    let found: Vec<u32> = xs.iter().map(|x| x + 1).collect();
    log.extend(found);
}

#[parallelize(spawn_fn = longest_async)]
fn longest(words: &[String]) -> Option<&String> {
    words.iter().max_by_key(|word| word.len())
}

struct Counter(u32);

impl Counter {
    #[parallelize(spawn_fn = add_async)]
    fn add(&mut self, xs: &[u32]) {
        let sum: u32 = xs.iter().sum();
        self.0 += sum;
    }
}

/// The mistake is the body's: callers of the companion add none.
#[parallelize(spawn_fn = running_async)]
fn running(xs: &[u32]) -> Vec<u32> {
    xs.iter().scan(0, |sum, x| { *sum += x; Some(*sum) }).collect()
}

fn main() {
    drop(running_async(vec![1]));
    drop(try_running_async(vec![1]));
}
