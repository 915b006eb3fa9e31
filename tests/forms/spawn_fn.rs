//! The async form: what the companion yields against what the function returns, whole and in scripted splits.

use std::collections::HashMap;
use std::fmt::Debug;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use amorsize::{parallelize, testing};

use crate::{LENGTHS, floats, numbers, words};

/// The smallest executor there is.
fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

/// What a call yields, which must be the same in every split.
#[track_caller]
fn always<R: PartialEq + Debug>(call: impl Fn() -> amorsize::Spawned<R>, expected: R) {
    assert_eq!(block_on(call()).unwrap(), expected);
    for (lens, reversed) in [(&[1, 2, 3][..], false), (&[1][..], true)] {
        let split = || block_on(call()).unwrap();
        assert_eq!(testing::with_split(lens, reversed, split), expected, "{lens:?} {reversed}");
    }
}

#[derive(Debug)]
struct Weights {
    factor: f64,
}

/// Scores.
#[parallelize(spawn_fn = scores_async)]
#[must_use]
fn scores(xs: &[f64], weights: &Weights, (low, _): (f64, u8), mut high: f64) -> Vec<f64> {
    high += low;
    xs.iter().map(|x| (x * weights.factor).clamp(low, high)).collect()
}

#[parallelize(spawn_fn = total_async)]
fn total(xs: &[f64]) -> f64 {
    xs.iter().map(|x| x.sqrt()).sum()
}

#[parallelize(spawn_fn = found_async)]
fn found(words: &[String], wanted: &str) -> Option<usize> {
    words.iter().position(|word| word == wanted)
}

#[parallelize(spawn_fn = dot_async)]
fn dot<T: Copy + Into<f64> + Send + Sync + 'static>(xs: &[T], ys: &[T]) -> f64 {
    xs.iter().zip(ys).map(|(x, y)| (*x).into() * (*y).into()).fold(0.0, |a, b| a + b)
}

#[parallelize(spawn_fn = counted_async)]
fn counted<const N: usize>(
    words: &[String],
    by: impl Fn(&str) -> usize + Send + Sync + 'static,
) -> HashMap<usize, [u8; N]> {
    words.iter().map(|word| (by(word), [0; N])).collect()
}

#[parallelize(spawn_fn = checked_async, key = "forms::spawn_fn::checked")]
fn checked(xs: &[u32], unused: &str) -> Result<(), String> {
    for x in xs {
        if *x % 1_000 == 999 {
            return Err(format!("{x}{unused}"));
        }
    }
    Ok(())
}

#[parallelize(slice_fn = roots, spawn_fn = roots_async)]
fn root(x: &f64, scale: f64) -> f64 {
    x.sqrt() / scale
}

fn add(left: u64, right: u64) -> u64 {
    left.wrapping_add(right)
}

#[parallelize(assume_splittable, reduce = add, spawn_fn = digest_async)]
fn digest(xs: &[u32]) -> u64 {
    let mut sum = 0_u64;
    for x in xs {
        sum = sum.wrapping_add(u64::from(*x).pow(2));
    }
    sum
}

/// Which of the outer ones runs is no matter to the inner one.
#[parallelize(spawn_fn = nested_async)]
fn nested(xs: &[f64], weights: &Weights) -> Vec<f64> {
    xs.iter().map(|x| total(&[*x, weights.factor])).collect()
}

struct Table {
    rows: Vec<String>,
}

impl Table {
    #[parallelize(spawn_fn = picked_async)]
    fn picked(&self, xs: &[u32]) -> Vec<String> {
        xs.iter().map(|x| self.rows[*x as usize % self.rows.len()].clone()).collect()
    }

    #[parallelize(spawn_fn = consumed_async)]
    fn consumed(self, xs: &[u32]) -> usize {
        xs.iter().filter(|x| **x as usize % 7 < self.rows.len()).count()
    }

    #[parallelize(spawn_fn = shared_async)]
    fn shared(self: &Arc<Self>, xs: &[u32]) -> usize {
        xs.iter().map(|x| self.rows.len() ^ *x as usize).max().unwrap_or_default()
    }

    /// Nothing here says that it belongs to a type.
    #[parallelize(spawn_fn = Self::longest_async)]
    fn longest(words: &[String]) -> usize {
        words.iter().map(String::len).max().unwrap_or_default()
    }
}

#[test]
fn functions() {
    for len in LENGTHS {
        let (xs, ws, ns) = (floats(len), words(len), numbers(len));
        let weights = Arc::new(Weights { factor: 0.5 });
        let scored = || scores_async(floats(len), Arc::clone(&weights), (1.0, 0), 30.0);
        always(scored, scores(&xs, &weights, (1.0, 0), 30.0));
        let shared: Arc<[f64]> = xs.clone().into();
        assert_eq!(block_on(total_async(Arc::clone(&shared))).unwrap().to_bits(), total(&xs).to_bits());
        assert_eq!(block_on(total_async(Arc::new(xs.clone()))).unwrap().to_bits(), total(&xs).to_bits());
        assert_eq!(
            block_on(total_async(xs.clone().into_boxed_slice())).unwrap().to_bits(),
            total(&xs).to_bits()
        );
        for wanted in ["w3", "w96", "no"] {
            always(|| found_async(words(len), wanted.to_owned()), found(&ws, wanted));
        }
        always(|| dot_async(numbers(len), numbers(len / 2)), dot(&ns, &ns[..len / 2]));
        always(|| counted_async::<3>(words(len), str::len), counted::<3>(&ws, str::len));
        always(|| checked_async(numbers(len), Arc::<str>::from("!")), checked(&ns, "!"));
        always(|| roots_async(floats(len), 2.0), roots(&xs, 2.0));
        always(|| digest_async(numbers(len)), digest(&ns));
        always(|| nested_async(floats(len), Arc::clone(&weights)), nested(&xs, &weights));
    }
    assert_eq!(block_on(total_async([4.0, 9.0])).unwrap().to_bits(), 5.0_f64.to_bits());
}

#[test]
fn methods() {
    for len in LENGTHS {
        let (xs, table) = (numbers(len), Arc::new(Table { rows: words(5) }));
        always(|| Arc::clone(&table).picked_async(numbers(len)), table.picked(&xs));
        always(|| Arc::clone(&table).shared_async(numbers(len)), table.shared(&xs));
        always(
            || Table { rows: words(5) }.consumed_async(numbers(len)),
            Table { rows: words(5) }.consumed(&xs),
        );
        always(|| Table::longest_async(words(len)), Table::longest(&words(len)));
    }
}

#[test]
fn several_are_awaited_in_any_order() {
    let mut calls: Vec<_> = (0..200).map(|len| (len, total_async(floats(len)))).collect();
    while let Some((len, call)) = calls.pop() {
        assert_eq!(block_on(call).unwrap().to_bits(), total(&floats(len)).to_bits());
    }
}

/// The companion only makes the call: the site is the function's.
#[test]
fn the_function_is_what_is_tuned() {
    assert_eq!(block_on(checked_async([1, 2], String::new())).unwrap(), Ok(()));
    // Other tests of this process may have taken the places.
    let tried = loop {
        match try_found_async(words(9), "w1".to_owned()) {
            Ok(call) => break call,
            Err(amorsize::Full) => thread::yield_now(),
        }
    };
    block_on(tried).unwrap();
    let decisions = amorsize::decisions().to_string();
    assert!(decisions.contains("forms::spawn_fn::checked"), "{decisions}");
    assert!(!decisions.contains("_async"), "{decisions}");
}

/// A trait of the user's that implies `'static`.
trait Price: Send + Sync + 'static {
    fn of(&self, x: u32) -> u64;
}

impl Price for u64 {
    fn of(&self, x: u32) -> u64 {
        self * u64::from(x)
    }
}

#[parallelize(spawn_fn = priced_async)]
fn priced<P>(xs: &[u32], price: &P) -> Vec<u64>
where
    P: Price,
{
    xs.iter().map(|x| price.of(*x)).collect()
}

#[parallelize(spawn_fn = shown_async)]
fn shown<T: std::any::Any + ToString + Send + Sync>(xs: &[T]) -> Vec<String> {
    xs.iter().map(T::to_string).collect()
}

#[test]
fn a_trait_that_implies_static_is_enough() {
    let xs = numbers(100);
    always(|| priced_async(xs.clone(), Arc::new(3_u64)), priced(&xs, &3));
    always(|| shown_async(xs.clone()), shown(&xs));
}
