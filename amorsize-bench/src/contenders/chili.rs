//! chili: fork-join whose forks become threads' work at a heartbeat only. The kernel is generic, nothing is `dyn`.
//!
//! Elements are halved down to a 64th of the call, so that a heartbeat finds a fork to give away. A scope is opened once per
//! block of calls, as chili's own benchmark does, and closed after it: its heartbeat thread ticks as long as one is open.

use chili::Scope;

use crate::kernel::Work;

/// Elements that are no longer halved.
#[must_use]
pub fn leaf(n: usize) -> usize {
    (n / 64).max(1)
}

/// Map-collect.
pub fn map<K: Work>(scope: &mut Scope<'_>, xs: &[u64]) -> Vec<u64> {
    let mut out = vec![0; xs.len()];
    fill::<K>(scope, xs, &mut out, leaf(xs.len()));
    out
}

fn fill<K: Work>(scope: &mut Scope<'_>, xs: &[u64], out: &mut [u64], leaf: usize) {
    if xs.len() <= leaf {
        for (slot, &x) in out.iter_mut().zip(xs) {
            *slot = K::item(x);
        }
        return;
    }
    let half = xs.len() / 2;
    let (xs, right) = xs.split_at(half);
    let (out, right_out) = out.split_at_mut(half);
    scope.join(|scope| fill::<K>(scope, xs, out, leaf), |scope| fill::<K>(scope, right, right_out, leaf));
}
