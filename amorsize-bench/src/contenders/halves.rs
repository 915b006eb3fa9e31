//! `std::thread::scope`: one part per core, the first on the calling thread, new threads for every call.

use std::thread;

use crate::kernel::Work;

/// What `part` makes of each of as many parts as there are cores, in order.
///
/// # Panics
/// If `part` does.
pub fn parts<R: Send>(xs: &[u64], part: impl Fn(&[u64]) -> R + Sync) -> Vec<R> {
    let mut parts = xs.chunks(xs.len().div_ceil(super::threads()).max(1));
    let first = parts.next().unwrap_or_default();
    thread::scope(|scope| {
        let part = &part;
        let others: Vec<_> = parts.map(|xs| scope.spawn(move || part(xs))).collect();
        let mut all = Vec::with_capacity(1 + others.len());
        all.push(part(first));
        all.extend(others.into_iter().map(|other| other.join().expect("no part panics")));
        all
    })
}

/// Map-collect.
#[must_use]
pub fn map<K: Work>(xs: &[u64]) -> Vec<u64> {
    let mut out = vec![0; xs.len()];
    let len = xs.len().div_ceil(super::threads()).max(1);
    let mut parts = xs.chunks(len).zip(out.chunks_mut(len));
    let first = parts.next();
    let fill = |(xs, out): (&[u64], &mut [u64])| {
        for (slot, &x) in out.iter_mut().zip(xs) {
            *slot = K::item(x);
        }
    };
    thread::scope(|scope| {
        for part in parts {
            scope.spawn(move || fill(part));
        }
        first.map(fill)
    });
    out
}
