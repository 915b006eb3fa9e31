//! How partial results become one: kept with the place they came from, joined in index order on the caller.
//!
//! Which totals may be joined at all is decided in `total`.

use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Mutex, PoisonError};

use crate::call::{Split, Tail};
use crate::exec::work::{Flow, Payload};

/// Runs `kernel` over parts of `range` and hands the partial results, lowest first, to `join`.
///
/// A part for which `ends` holds is the last that is wanted: results behind it are dropped, never joined.
///
/// # Panics
/// With the payload of the lowest part that panicked, unless a part below it ended the run.
pub(crate) fn parts<P: Send, R>(
    split: &Split,
    range: Range<usize>,
    tail: Tail,
    kernel: impl Fn(Range<usize>) -> P + Sync,
    ends: impl Fn(&P) -> bool + Sync,
    join: impl FnOnce(Vec<P>) -> R,
) -> R {
    let kept: Mutex<BTreeMap<usize, P>> = Mutex::default();
    let job = |part: Range<usize>| {
        let start = part.start;
        let result = kernel(part);
        let flow = if ends(&result) { Flow::Stop } else { Flow::Go };
        kept.lock().unwrap_or_else(PoisonError::into_inner).insert(start, result);
        flow
    };
    let take = || std::mem::take(&mut *kept.lock().unwrap_or_else(PoisonError::into_inner));
    let joined = split.run(range, 1, tail, &job, || {
        let mut wanted = Vec::new();
        for (_, part) in take() {
            let last = ends(&part);
            wanted.push(part);
            if last {
                break;
            }
        }
        join(wanted)
    });
    joined.unwrap_or_else(|payload| give_up(take(), payload))
}

/// Drops what is left of a run and goes on panicking with the run's own payload.
pub(crate) fn give_up<D>(left: D, payload: Payload) -> ! {
    // A `Drop` that panics while another panic is on its way would abort the process.
    if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(left))) {
        std::mem::forget(second);
    }
    resume_unwind(payload)
}
