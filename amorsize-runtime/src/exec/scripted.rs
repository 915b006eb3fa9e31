//! Forced splits: any cut, in any order, with or without threads.
//!
//! Decides nothing by itself: a script says where to cut and in which order the parts are run. Property tests use it
//! without threads; `AMORSIZE=shuffle` draws a script per call and runs it on real threads.

use std::cell::RefCell;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::cancel::{self, Serving};
use super::nested::Inside;
use super::work::{Flow, Job, Payload};

/// Where to cut, and in which order to run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Script {
    /// Lengths of the parts, repeated until the slice is used up; empty for one part.
    pub(crate) lens: Vec<usize>,
    /// Last part first.
    pub(crate) reversed: bool,
    /// Seed of a random order; overrides `reversed`.
    pub(crate) shuffle: Option<u64>,
    /// Threads that run the parts; 1 for none but the caller.
    pub(crate) threads: usize,
}

thread_local! {
    static SCRIPT: RefCell<Option<Script>> = const { RefCell::new(None) };
}

/// The script that the current thread is told to follow.
pub(crate) fn current() -> Option<Script> {
    SCRIPT.with_borrow(Clone::clone)
}

/// Follows `script` on this thread while `body` runs.
pub(crate) fn follow<R>(script: Script, body: impl FnOnce() -> R) -> R {
    struct Restore(Option<Script>);
    impl Drop for Restore {
        fn drop(&mut self) {
            let before = self.0.take();
            SCRIPT.with_borrow_mut(|script| *script = before);
        }
    }
    let _restore = Restore(SCRIPT.with_borrow_mut(|current| current.replace(script)));
    body()
}

impl Script {
    /// A random script for `len` items.
    pub(crate) fn random(seed: u64, len: usize) -> Self {
        let mut random = Random(seed);
        let parts = 1 + random.below(8.min(len.max(1)));
        let lens = (0..parts).map(|_| 1 + random.below((2 * len / parts).max(1))).collect();
        Self { lens, reversed: false, shuffle: Some(random.next()), threads: 1 + random.below(4) }
    }

    /// The parts of `range`, in the order in which they are run.
    pub(crate) fn parts(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        let mut lens = self.lens.iter().copied().filter(|&len| len > 0).cycle();
        let mut at = range.start;
        while at < range.end {
            let end = lens.next().map_or(range.end, |len| range.end.min(at.saturating_add(len)));
            parts.push(at..end);
            at = end;
        }
        if let Some(seed) = self.shuffle {
            let mut random = Random(seed);
            for k in (1..parts.len()).rev() {
                parts.swap(k, random.below(k + 1));
            }
        } else if self.reversed {
            parts.reverse();
        }
        parts
    }
}

/// Runs `job` over `range` as `script` says. Every part is run, also those behind an exit or a panic: the lowest
/// event in index order is what counts, whatever came first.
pub(crate) fn run(range: Range<usize>, job: &Job<'_>, script: &Script) -> Result<Flow, Payload> {
    let parts = script.parts(range);
    let next = AtomicUsize::new(0);
    let events: Mutex<Vec<(usize, Result<(), Payload>)>> = Mutex::default();
    let token = cancel::current();
    let is_cancelled = || token.as_ref().is_some_and(|token| token.is_cancelled());
    let work = || {
        let _inside = Inside::enter();
        while let Some(part) = parts.get(next.fetch_add(1, Ordering::Relaxed)) {
            if is_cancelled() {
                break;
            }
            let event = match catch_unwind(AssertUnwindSafe(|| job(part.clone()))) {
                Ok(Flow::Go) => continue,
                Ok(Flow::Stop) => Ok(()),
                Err(payload) => Err(payload),
            };
            events.lock().unwrap_or_else(PoisonError::into_inner).push((part.start, event));
        }
    };
    if script.threads < 2 {
        work();
    } else {
        std::thread::scope(|scope| {
            for _ in 1..script.threads.min(parts.len()) {
                scope.spawn(|| {
                    let _serving = Serving::begin(token.clone());
                    work();
                });
            }
            work();
        });
    }
    let mut events = events.into_inner().unwrap_or_else(PoisonError::into_inner);
    events.sort_by_key(|&(at, _)| at);
    let mut events = events.into_iter();
    let lowest = events.next().map(|(_, event)| event);
    events.for_each(std::mem::forget);
    if is_cancelled() {
        std::mem::forget(lowest);
        return Err(cancel::payload());
    }
    match lowest {
        None => Ok(Flow::Go),
        Some(Ok(())) => Ok(Flow::Stop),
        Some(Err(payload)) => Err(payload),
    }
}

/// The next script of `AMORSIZE=shuffle`, from the process's seed.
pub(crate) fn draw(seed: u64, len: usize) -> Script {
    static DRAWN: AtomicUsize = AtomicUsize::new(0);
    let call = DRAWN.fetch_add(1, Ordering::Relaxed) as u64;
    Script::random(Random(seed ^ call.wrapping_mul(0x9E37_79B9_7F4A_7C15)).next(), len)
}

/// `SplitMix64` (Steele, Lea, Flood 2014): enough to cut slices with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, which is not 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cover_the_range_once() {
        for seed in 0..500 {
            for len in [0, 1, 2, 3, 17, 1000] {
                let mut parts = Script::random(seed, len).parts(0..len);
                parts.sort_by_key(|part| part.start);
                assert_eq!(parts.iter().map(Range::len).sum::<usize>(), len);
                assert!(parts.windows(2).all(|pair| pair[0].end == pair[1].start));
            }
        }
    }

    #[test]
    fn the_lowest_event_counts_whatever_came_first() {
        for (reversed, threads) in [(false, 1), (true, 1), (true, 3)] {
            let script = Script { lens: vec![1], reversed, threads, ..Script::default() };
            let job = |part: Range<usize>| match part.start {
                3 => Flow::Stop,
                5 => std::panic::resume_unwind(Box::new(5)),
                _ => Flow::Go,
            };
            assert_eq!(run(0..10, &job, &script).ok(), Some(Flow::Stop));
            assert!(run(4..10, &job, &script).is_err());
        }
    }
}
