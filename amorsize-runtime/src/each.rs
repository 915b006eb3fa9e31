//! Loops that end before their last element, or change variables of the caller: run in parts, window by window, and
//! brought together in index order, as if the plain loop had run.
//!
//! A part ends in one of three ways: it went through, it left the loop (`break`), or it left the function (`return`, `?`).
//! What stands behind the first part that left is dropped.

use std::ops::Range;

use crate::accumulate::Accumulator;
use crate::begin;
use crate::bound::ParallelOutput;
use crate::call::{self, Tail, Way};
use crate::exec;
use crate::exec::clock::Tick;
use crate::memory::Visit;
use crate::ordered::Split;
use crate::reduce::parts;
use crate::source::{Parts, Source};

/// What the parts of one window may keep: little enough to stay in the second-level cache or near it until it is put in.
const WINDOW_BYTES: usize = 1 << 20;

/// Units of the first window, before it is known how much a unit keeps.
const FIRST_WINDOW: usize = 1 << 13;

/// Where a part's kernel finds what it starts from, and leaves what it ends with.
#[derive(Debug)]
pub struct Slot<P>(State<P>);

#[derive(Debug)]
enum State<P> {
    Fresh(P),
    /// The kernel is at work, or left the function.
    Taken,
    /// The loop ended; true if it did so before its last element.
    Ended(P, bool),
}

impl<P> Slot<P> {
    /// What the part starts from.
    ///
    /// # Panics
    /// When called twice.
    #[inline(always)]
    pub fn take(&mut self) -> P {
        match std::mem::replace(&mut self.0, State::Taken) {
            State::Fresh(part) => part,
            State::Taken | State::Ended(..) => unreachable!("a part starts once"),
        }
    }

    /// The loop ended with this; `left` unless its iterator is drained.
    #[inline(always)]
    pub fn end(&mut self, part: P, drained: bool) {
        self.0 = State::Ended(part, !drained);
    }
}

/// How a part ended.
enum End<P, R> {
    Through(P),
    Stopped(P),
    Left(R),
}

impl<S: Source> Split<S> {
    /// Runs `kernel` over all parts and puts what they keep into the caller's variables, in index order. The value with
    /// which the first part that left the function did so, if one did.
    ///
    /// # Panics
    /// If the kernel does, unless a part before it left.
    pub fn each<R, A, K>(self, mut variables: A, kernel: K) -> Option<R>
    where
        A: Accumulator,
        R: ParallelOutput,
        K: Fn(S::Part, &mut Slot<A::Part>) -> R + Sync,
    {
        let seed = variables.seed();
        let units = self.source.units();
        let cut = self.source.cut();
        let run = |range: Range<usize>| {
            let mut slot = Slot(State::Fresh(A::fresh(&seed)));
            let left = kernel(cut.part(range), &mut slot);
            match slot.0 {
                State::Ended(part, false) => End::Through(part),
                State::Ended(part, true) => End::Stopped(part),
                State::Fresh(_) | State::Taken => End::Left(left),
            }
        };
        windows(self.split, units, &mut variables, &run)
    }
}

fn windows<A, R>(
    split: call::Split,
    units: usize,
    variables: &mut A,
    run: &(dyn Fn(Range<usize>) -> End<A::Part, R> + Sync),
) -> Option<R>
where
    A: Accumulator,
    R: Send,
{
    let visit = split.visit;
    let mut first = Some(split);
    let (mut at, mut window) = (0, if variables.logs() { FIRST_WINDOW } else { units });
    while at < units {
        let range = at..units.min(at.saturating_add(window));
        at = range.end;
        let len = range.len();
        let way = first.take().map_or_else(|| begin::window(visit, len), Way::Split);
        let ends = match way {
            Way::Whole(timing) => {
                let end = run(range);
                if matches!(end, End::Through(_)) {
                    timing.end();
                } else {
                    timing.end_early();
                }
                vec![end]
            }
            Way::Split(split) => {
                let tail = if variables.logs() { Tail::Ordered } else { Tail::Join };
                parts(&split, range, tail, run, |end| !matches!(end, End::Through(_)), |ends| ends)
            }
        };
        let bytes = match put(visit, len, variables, ends) {
            Ok(bytes) => bytes,
            Err(left) => return left,
        };
        window = window_after(len, bytes);
    }
    None
}

/// Units of the next window, after one of `len` units kept so many bytes.
fn window_after(len: usize, bytes: usize) -> usize {
    let per_unit = (bytes / len.max(1)).max(1);
    (WINDOW_BYTES / per_unit).clamp(64, 1 << 17)
}

/// Puts the parts of a window into the caller's variables: the bytes that they kept, or with what the loop was left.
fn put<A: Accumulator, R>(
    visit: Visit,
    len: usize,
    variables: &mut A,
    ends: Vec<End<A::Part, R>>,
) -> Result<usize, Option<R>> {
    let since = (variables.logs() && exec::timed()).then(Tick::now);
    let mut bytes = 0;
    for end in ends {
        match end {
            End::Through(part) => {
                bytes += variables.bytes(&part);
                variables.put(part);
            }
            End::Stopped(part) => {
                variables.put(part);
                return Err(None);
            }
            End::Left(with) => return Err(Some(with)),
        }
    }
    if let Some(since) = since {
        visit.learn_order(len, Tick::now().ns_since(since));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::window_after;

    #[test]
    fn windows_follow_what_a_unit_keeps() {
        for (len, bytes, window) in [
            (8192, 8192 * 8, 1 << 17),
            (8192, 8192 * 80, 13_107),
            (8192, 8192 * 80_000, 64),
            (8192, 0, 1 << 17),
            (0, 9, 116_508),
        ] {
            assert_eq!(window_after(len, bytes), window, "{len} units, {bytes} bytes");
        }
    }
}
