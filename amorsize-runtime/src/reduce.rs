//! How partial results become one: kept with the place they came from, joined in index order on the caller.
//!
//! Decides which totals may be joined part by part at all: only where that is provably the same as the plain chain.

use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Mutex, PoisonError};

use crate::exec::work::{Flow, Payload};
use crate::exec::{Split, Tail};

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

/// How two partial sums of the type `S` over items of the type `U` become one, where that is the same as summing the
/// items in order.
///
/// Unsigned integers: no partial sum can overflow unless the whole does, and then the order does not matter. Signed
/// ones can overflow on the way to a sum that does not, so they and all other types are ordered tails. The items have to
/// be such integers too, or references to them: a `Sum` of the user's own items into an integer may do anything.
pub(crate) fn sum_join<S, U>() -> Option<fn(&mut S, S)> {
    macro_rules! unsigned {
        ($($primitive:ty),*) => {
            $(if typeid::of::<S>() == typeid::of::<$primitive>()
                && (typeid::of::<U>() == typeid::of::<$primitive>() || typeid::of::<U>() == typeid::of::<&$primitive>())
            {
                return Some(|total: &mut S, part: S| {
                    // std's own `sum`, so that overflow panics or wraps as the caller's profile has it.
                    if let (Ok(total), Ok(part)) =
                        (castaway::cast!(total, &mut $primitive), castaway::cast!(part, $primitive))
                    {
                        *total = [*total, part].into_iter().sum();
                    }
                });
            })*
        };
    }
    unsigned!(u8, u16, u32, u64, u128, usize);
    None
}

#[cfg(test)]
mod tests {
    use super::sum_join;

    #[test]
    fn only_unsigned_sums_are_joined() {
        let mut total = 40_u64;
        sum_join::<u64, u64>().unwrap()(&mut total, 2);
        assert_eq!(total, 42);
        assert!(sum_join::<u8, &u8>().is_some() && sum_join::<usize, usize>().is_some());
        assert!(sum_join::<i32, i32>().is_none() && sum_join::<f64, f64>().is_none());
        assert!(sum_join::<std::num::Wrapping<u8>, std::num::Wrapping<u8>>().is_none());
    }

    #[test]
    fn sums_of_the_users_own_items_are_not_joined() {
        struct Digit;
        assert!(sum_join::<u64, Digit>().is_none() && sum_join::<u64, &&u64>().is_none());
    }
}
