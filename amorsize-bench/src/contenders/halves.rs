//! `std::thread::scope`: one part per core, the first on the calling thread, new threads for every call.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::kernel::Work;

fn part_len(n: usize) -> usize {
    n.div_ceil(super::threads()).max(1)
}

/// What `part` makes of each of as many parts as there are cores, in order.
fn parts<X: Send, R: Send>(mut xs: impl Iterator<Item = X>, part: impl Fn(X) -> R + Sync) -> Vec<R> {
    let Some(first) = xs.next() else { return Vec::new() };
    thread::scope(|scope| {
        let part = &part;
        let others: Vec<_> = xs.map(|xs| scope.spawn(move || part(xs))).collect();
        let mut all = Vec::with_capacity(1 + others.len());
        all.push(part(first));
        all.extend(others.into_iter().map(|other| other.join().expect("no part panics")));
        all
    })
}

/// Map-collect.
pub fn map<K: Work>(xs: &[K::In]) -> Vec<K::Out> {
    let mut out = vec![K::Out::default(); xs.len()];
    let len = part_len(xs.len());
    parts(xs.chunks(len).zip(out.chunks_mut(len)), |(xs, out)| {
        for (slot, x) in out.iter_mut().zip(xs) {
            *slot = K::item(x);
        }
    });
    out
}

/// Every element replaced.
pub fn in_place<K: Work<In = u64, Out = u64>>(xs: &mut [u64]) {
    let len = part_len(xs.len());
    parts(xs.chunks_mut(len), super::serial::in_place::<K>);
}

/// The odd results.
pub fn odd<K: Work<In = u64, Out = u64>>(xs: &[u64]) -> Vec<u64> {
    parts(xs.chunks(part_len(xs.len())), super::serial::odd::<K>).concat()
}

/// The sum of the results' upper halves.
pub fn sum<K: Work<In = u64, Out = u64>>(xs: &[u64]) -> u64 {
    parts(xs.chunks(part_len(xs.len())), super::serial::sum::<K>).into_iter().sum()
}

/// The sum of the results as fractions, in another order.
pub fn float_sum<K: Work<In = u64, Out = u64>>(xs: &[u64]) -> f64 {
    parts(xs.chunks(part_len(xs.len())), super::serial::float_sum::<K>).into_iter().sum()
}

/// The first element whose result is `wanted`; parts give up once the first part has found it.
#[must_use]
pub fn find<K: Work<In = u64, Out = u64>>(xs: &[u64], wanted: u64) -> Option<u64> {
    let over = AtomicBool::new(false);
    let search = |(at, xs): (usize, &[u64])| {
        let found = xs.chunks(64).find_map(|xs| {
            let found = super::serial::find::<K>(xs, wanted);
            found.map(Some).or_else(|| over.load(Ordering::Relaxed).then_some(None))
        });
        if at == 0 && matches!(found, Some(Some(_))) {
            over.store(true, Ordering::Relaxed);
        }
        found.flatten()
    };
    parts(xs.chunks(part_len(xs.len())).enumerate(), search).into_iter().flatten().next()
}

/// Map-collect up to a result that is refused.
///
/// # Errors
/// The first one that is.
pub fn checked<K: Work<In = u64, Out = u64>>(xs: &[u64]) -> Result<Vec<u64>, u64> {
    let parts = parts(xs.chunks(part_len(xs.len())), super::serial::checked::<K>);
    Ok(parts.into_iter().collect::<Result<Vec<_>, _>>()?.concat())
}
