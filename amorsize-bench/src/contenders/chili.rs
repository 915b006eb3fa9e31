//! chili: fork-join whose forks become threads' work at a heartbeat only. The kernel is generic, nothing is `dyn`.
//!
//! Elements are halved down to a 64th of the call, so that a heartbeat finds a fork to give away. A scope is opened once per
//! block of calls, as chili's own benchmark does, and closed after it: its heartbeat thread ticks as long as one is open.

use std::sync::atomic::{AtomicUsize, Ordering};

use chili::Scope;

use crate::kernel::Work;

/// Elements that are no longer halved.
#[must_use]
pub fn leaf(n: usize) -> usize {
    (n / 64).max(1)
}

/// Map-collect.
pub fn map<K: Work>(scope: &mut Scope<'_>, xs: &[K::In]) -> Vec<K::Out> {
    let mut out = vec![K::Out::default(); xs.len()];
    fill(scope, xs, &mut out, leaf(xs.len()), &|x, slot| {
        *slot = K::item(x);
        Ok::<(), ()>(())
    })
    .ok();
    out
}

/// Map-collect up to a result that is refused.
///
/// # Errors
/// The first one that is.
pub fn checked<K: Work<In = u64, Out = u64>>(scope: &mut Scope<'_>, xs: &[u64]) -> Result<Vec<u64>, u64> {
    let mut out = vec![0; xs.len()];
    fill(scope, xs, &mut out, leaf(xs.len()), &|x, slot| {
        *slot = super::accept(K::item(x))?;
        Ok::<(), u64>(())
    })?;
    Ok(out)
}

fn fill<T: Sync, U: Send, E: Send>(
    scope: &mut Scope<'_>,
    xs: &[T],
    out: &mut [U],
    leaf: usize,
    each: &(impl Fn(&T, &mut U) -> Result<(), E> + Sync),
) -> Result<(), E> {
    if xs.len() <= leaf {
        return out.iter_mut().zip(xs).try_for_each(|(slot, x)| each(x, slot));
    }
    let half = xs.len() / 2;
    let (xs, right) = xs.split_at(half);
    let (out, right_out) = out.split_at_mut(half);
    let (left, right) = scope
        .join(|scope| fill(scope, xs, out, leaf, each), |scope| fill(scope, right, right_out, leaf, each));
    left.and(right)
}

/// Every element replaced.
pub fn in_place<K: Work<In = u64, Out = u64>>(scope: &mut Scope<'_>, xs: &mut [u64]) {
    fn halve<K: Work<In = u64, Out = u64>>(scope: &mut Scope<'_>, xs: &mut [u64], leaf: usize) {
        if xs.len() <= leaf {
            return super::serial::in_place::<K>(xs);
        }
        let (left, right) = xs.split_at_mut(xs.len() / 2);
        scope.join(|scope| halve::<K>(scope, left, leaf), |scope| halve::<K>(scope, right, leaf));
    }
    let leaf = leaf(xs.len());
    halve::<K>(scope, xs, leaf);
}

/// One result per leaf, joined in order.
fn reduce<R: Send>(
    scope: &mut Scope<'_>,
    xs: &[u64],
    leaf: usize,
    part: &(impl Fn(&[u64]) -> R + Sync),
    join: &(impl Fn(R, R) -> R + Sync),
) -> R {
    if xs.len() <= leaf {
        return part(xs);
    }
    let (left, right) = xs.split_at(xs.len() / 2);
    let (left, right) = scope
        .join(|scope| reduce(scope, left, leaf, part, join), |scope| reduce(scope, right, leaf, part, join));
    join(left, right)
}

/// The odd results.
pub fn odd<K: Work<In = u64, Out = u64>>(scope: &mut Scope<'_>, xs: &[u64]) -> Vec<u64> {
    let join = |mut left: Vec<u64>, mut right: Vec<u64>| {
        left.append(&mut right);
        left
    };
    reduce(scope, xs, leaf(xs.len()), &super::serial::odd::<K>, &join)
}

/// The sum of the results' upper halves.
pub fn sum<K: Work<In = u64, Out = u64>>(scope: &mut Scope<'_>, xs: &[u64]) -> u64 {
    reduce(scope, xs, leaf(xs.len()), &super::serial::sum::<K>, &|a, b| a + b)
}

/// The sum of the results as fractions, in another order.
pub fn float_sum<K: Work<In = u64, Out = u64>>(scope: &mut Scope<'_>, xs: &[u64]) -> f64 {
    reduce(scope, xs, leaf(xs.len()), &super::serial::float_sum::<K>, &|a, b| a + b)
}

/// The first element whose result is `wanted`; leaves behind one that was found are passed over.
pub fn find<K: Work<In = u64, Out = u64>>(scope: &mut Scope<'_>, xs: &[u64], wanted: u64) -> Option<u64> {
    let first = AtomicUsize::new(usize::MAX);
    let part = |part: &[u64]| {
        let at = part.as_ptr() as usize;
        if at > first.load(Ordering::Relaxed) {
            return None;
        }
        let found = super::serial::find::<K>(part, wanted);
        if found.is_some() {
            first.fetch_min(at, Ordering::Relaxed);
        }
        found
    };
    reduce(scope, xs, leaf(xs.len()), &part, &Option::or)
}
