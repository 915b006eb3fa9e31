//! No result is dropped twice or leaked when a panic comes from anywhere: the kernel, a join, `Drop`, hashing, comparing.

// What changes in a value is counted beside it; its hash and order stay.
#![allow(clippy::mutable_key_type)]

use std::collections::{BTreeSet, HashSet, VecDeque};
use std::hash::{Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicIsize, AtomicUsize, Ordering};

use amorsize::parallelize;
use amorsize::testing::{with_shuffle, with_split};
use proptest::prelude::*;

/// Values made and not dropped yet, and where one is to panic.
#[derive(Debug, Default)]
struct Watch {
    alive: AtomicIsize,
    doubly: AtomicUsize,
    at: usize,
    place: Place,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Place {
    #[default]
    Nowhere,
    Kernel,
    Error,
    Drop,
    Hash,
    Order,
    Join,
}

impl Watch {
    fn panics_at(&self, place: Place, number: usize) {
        if self.place == place && self.at == number && !std::thread::panicking() {
            resume_unwind(Box::new(number));
        }
    }
}

/// Neither `Copy` nor `Clone`, with something on the heap.
#[derive(Debug)]
struct Value<'w> {
    number: Box<usize>,
    watch: &'w Watch,
    dropped: bool,
}

impl<'w> Value<'w> {
    fn new(number: usize, watch: &'w Watch) -> Self {
        watch.panics_at(Place::Kernel, number);
        watch.alive.fetch_add(1, Ordering::Relaxed);
        Self { number: Box::new(number), watch, dropped: false }
    }
}

impl Drop for Value<'_> {
    fn drop(&mut self) {
        if self.dropped {
            self.watch.doubly.fetch_add(1, Ordering::Relaxed);
        }
        self.dropped = true;
        self.watch.alive.fetch_sub(1, Ordering::Relaxed);
        self.watch.panics_at(Place::Drop, *self.number);
    }
}

impl PartialEq for Value<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for Value<'_> {}

impl Hash for Value<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.watch.panics_at(Place::Hash, *self.number);
        self.number.hash(state);
    }
}

impl Ord for Value<'_> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.watch.panics_at(Place::Order, *self.number);
        self.number.cmp(&other.number)
    }
}

impl PartialOrd for Value<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

fn later<'w>(left: Value<'w>, right: Value<'w>) -> Value<'w> {
    right.watch.panics_at(Place::Join, *right.number);
    if left > right { left } else { right }
}

#[parallelize]
fn all<'w>(xs: &[usize], watch: &'w Watch) -> Vec<Value<'w>> {
    xs.iter().map(|x| Value::new(*x, watch)).collect()
}

#[parallelize]
fn some<'w>(xs: &[usize], watch: &'w Watch) -> VecDeque<Value<'w>> {
    xs.iter().filter(|x| *x % 3 != 0).map(|x| Value::new(*x, watch)).collect()
}

#[parallelize]
fn tried<'w>(xs: &[usize], watch: &'w Watch) -> Result<Vec<Value<'w>>, Value<'w>> {
    xs.iter()
        .map(|x| {
            let value = Value::new(*x, watch);
            if watch.place == Place::Error && *x == watch.at { Err(value) } else { Ok(value) }
        })
        .collect()
}

#[parallelize]
fn set<'w>(xs: &[usize], watch: &'w Watch) -> HashSet<Value<'w>> {
    xs.iter().map(|x| Value::new(*x, watch)).collect()
}

#[parallelize]
fn ordered_set<'w>(xs: &[usize], watch: &'w Watch) -> BTreeSet<Value<'w>> {
    xs.iter().map(|x| Value::new(x % 50, watch)).collect()
}

#[parallelize]
fn most<'w>(xs: &[usize], watch: &'w Watch) -> Option<Value<'w>> {
    xs.iter().map(|x| Value::new(*x, watch)).max()
}

#[parallelize(reduce = |left, right| match (left, right) { (Some(left), Some(right)) => Some(later(left, right)), (left, right) => left.or(right) })]
fn joined<'w>(xs: &[usize], watch: &'w Watch) -> Option<Value<'w>> {
    xs.iter().map(|x| Value::new(*x, watch)).reduce(later)
}

#[parallelize]
fn in_order<'w>(xs: &[usize], watch: &'w Watch) -> Option<Value<'w>> {
    xs.iter().map(|x| Value::new(*x, watch)).reduce(later)
}

#[parallelize]
fn parted<'w>(xs: &[usize], watch: &'w Watch) -> (Vec<Value<'w>>, Vec<Value<'w>>) {
    xs.iter().map(|x| Value::new(*x, watch)).partition(|value| *value.number % 2 == 0)
}

#[parallelize]
fn found<'w>(xs: &[usize], watch: &'w Watch) -> Option<Value<'w>> {
    xs.iter().map(|x| Value::new(*x, watch)).find(|value| *value.number == 40)
}

#[parallelize]
fn pushed<'w>(xs: &[usize], watch: &'w Watch) -> Result<Vec<Value<'w>>, Value<'w>> {
    let mut out = Vec::new();
    for x in xs {
        let value = Value::new(*x, watch);
        if watch.place == Place::Error && *x == watch.at {
            return Err(value);
        }
        out.push(value);
    }
    Ok(out)
}

#[parallelize]
fn last<'w>(xs: &[usize], watch: &'w Watch) -> (Option<Value<'w>>, HashSet<Value<'w>>) {
    let mut last = None;
    let mut seen = HashSet::new();
    for x in xs {
        last = Some(Value::new(*x, watch));
        seen.insert(Value::new(x % 50, watch));
    }
    (last, seen)
}

#[parallelize]
fn changed<'w>(xs: &mut [Option<Value<'w>>], watch: &'w Watch) {
    for x in xs.iter_mut() {
        let number = x.as_ref().map_or(0, |value| *value.number);
        *x = Some(Value::new(number, watch));
    }
}

/// Runs everything with a watch that panics or fails where it is told to, and counts what is left.
fn balanced(len: usize, at: usize, place: Place) {
    let xs: Vec<usize> = (0..len).collect();
    let run = |name: &str, run: &dyn Fn(&Watch)| {
        let watch = Watch { at, place, ..Watch::default() };
        let _ = catch_unwind(AssertUnwindSafe(|| run(&watch)));
        assert_eq!(watch.doubly.load(Ordering::Relaxed), 0, "{name}: {place:?} at {at} of {len}");
        // std's own tables, and moves of a result past a `Drop` that panics, leak; a `Vec` does not.
        if place != Place::Drop || ["all", "some", "tried", "pushed", "changed"].contains(&name) {
            assert_eq!(watch.alive.load(Ordering::Relaxed), 0, "{name}: {place:?} at {at} of {len}");
        }
    };
    run("all", &|watch| drop(all(&xs, watch)));
    run("some", &|watch| drop(some(&xs, watch)));
    run("tried", &|watch| drop(tried(&xs, watch)));
    run("set", &|watch| drop(set(&xs, watch)));
    run("ordered_set", &|watch| drop(ordered_set(&xs, watch)));
    run("most", &|watch| drop(most(&xs, watch)));
    run("joined", &|watch| drop(joined(&xs, watch)));
    run("in_order", &|watch| drop(in_order(&xs, watch)));
    run("parted", &|watch| drop(parted(&xs, watch)));
    run("found", &|watch| drop(found(&xs, watch)));
    run("pushed", &|watch| drop(pushed(&xs, watch)));
    run("last", &|watch| drop(last(&xs, watch)));
    run("changed", &|watch| {
        let mut values: Vec<_> = xs
            .iter()
            .map(|&x| {
                watch.alive.fetch_add(1, Ordering::Relaxed);
                Some(Value { number: Box::new(x), watch, dropped: false })
            })
            .collect();
        changed(&mut values, watch);
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_leaked_or_dropped_twice(
        len in 0_usize..300,
        at in 0_usize..300,
        place in prop_oneof![
            Just(Place::Nowhere),
            Just(Place::Kernel),
            Just(Place::Error),
            Just(Place::Drop),
            Just(Place::Hash),
            Just(Place::Order),
            Just(Place::Join),
        ],
        lens in prop::collection::vec(0_usize..60, 0..4),
        reversed in any::<bool>(),
        threads in 1_usize..5,
    ) {
        balanced(len, at, place);
        with_split(&lens, reversed, || balanced(len, at, place));
        with_shuffle(at as u64, &lens, threads, || balanced(len, at, place));
    }
}
