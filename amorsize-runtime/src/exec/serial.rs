//! The watched serial start: the caller works through growing parts and looks at the clock between them.
//!
//! Decides when the rest is worth a region. The sampling is the work: every item is done once and its result kept.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::cancel;
use super::clock::{Tick, thread_cpu_ns};
use super::work::{Flow, Job, Payload};
use crate::tune::costs::Costs;
use crate::tune::decide;

/// Parts shorter than this are too short to be measured against a clock that costs 25 ns to read.
const LEAST_NS: f64 = 5_000.0;

/// A first part that took less than this decides nothing, ns: a virtual machine may stand still for as long, most likely
/// at the beginning of a call after an idle gap.
const DOUBTED_NS: f64 = 1e6;

/// How a watched run ended.
pub(crate) enum Watched {
    /// All done, serially.
    Done(Sample),
    /// Done early, the answer was decided: after about so many items, and so many ns.
    Stopped(f64, f64),
    /// The items from here on are worth a region, at so many ns each.
    Promote(usize, f64),
    /// The kernel panicked.
    Panicked(Payload),
}

/// What a serial run says of the cost of an item.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    pub(crate) item_ns: f64,
    /// Whether the thread had its core to itself, as far as the platform tells.
    pub(crate) undisturbed: bool,
}

/// What the watching depends on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Watch {
    pub(crate) costs: Costs,
    pub(crate) width: usize,
    pub(crate) tail_ns: f64,
    /// What is expected of an item, ns; 0 where nothing is known.
    pub(crate) item_ns: f64,
    /// How far calls were from what was expected, as a share of it.
    pub(crate) spread: f64,
    /// How long a part may last, ns: between two of them a spawned call looks whether it is still wanted.
    pub(crate) part_ns: f64,
}

/// Items done and time spent since the first part, which pays for cold caches and is left out of the slope.
#[derive(Clone, Copy, Debug, Default)]
struct Slope {
    items: usize,
    ns: f64,
}

impl Slope {
    fn item_ns(self) -> f64 {
        self.ns / self.items.max(1) as f64
    }
}

/// Runs `job` over `range` on this thread, in parts of whole pieces.
pub(crate) fn watch(range: Range<usize>, piece: usize, job: &Job<'_>, watch: Watch) -> Watched {
    let token = cancel::current();
    let began = Tick::now();
    let cpu = thread_cpu_if(watch.item_ns * range.len() as f64);
    let mut at = range.start;
    let mut last = began;
    let mut first = true;
    let mut slope = Slope::default();
    // With a price in mind the first part is as long as is worth looking at, and shorter where prices jump; otherwise one item.
    let first_ns = LEAST_NS / (1.0 + 8.0 * watch.spread);
    let mut len = if watch.item_ns > 0.0 { (first_ns / watch.item_ns) as usize } else { 1 }.max(1);
    while at < range.end {
        let end = range.end.min(at.saturating_add(len.next_multiple_of(piece)));
        match catch_unwind(AssertUnwindSafe(|| job(at..end))) {
            Ok(Flow::Go) => {}
            Ok(Flow::Stop) => {
                // Somewhere in this part: in its middle, for all that is known.
                let items = (at - range.start) as f64 + 0.5 * (end - at) as f64;
                return Watched::Stopped(items, Tick::now().ns_since(began));
            }
            Err(payload) => return Watched::Panicked(payload),
        }
        if token.as_ref().is_some_and(|token| token.is_cancelled()) {
            return Watched::Panicked(cancel::payload());
        }
        let now = Tick::now();
        let part = Slope { items: end - at, ns: now.ns_since(last) };
        (at, last) = (end, now);
        if first {
            first = false;
        } else {
            slope = Slope { items: slope.items + part.items, ns: slope.ns + part.ns };
        }
        let known = if slope.items > 0 { slope } else { part };
        let spent = now.ns_since(began);
        if slope.items == 0 && part.ns < DOUBTED_NS && at < range.end {
            // One item in eight tells a part that stood still from items that have become dear.
            len = if part.ns < LEAST_NS { part.items * 2 } else { part.items.div_ceil(8) }.max(1);
            continue;
        }
        if decide::promote(spent, known.item_ns(), range.end - at, watch.width, watch.tail_ns, watch.costs) {
            return Watched::Promote(at, known.item_ns());
        }
        len = if part.ns < LEAST_NS {
            // As many as should last long enough, but at most twice as many: one part says little about the next.
            (part.items * 2).max(1)
        } else {
            // Look again when the time has doubled.
            ((spent.min(watch.part_ns) / known.item_ns().max(1e-3)) as usize).max(1)
        };
    }
    let all_ns = last.ns_since(began);
    let undisturbed = cpu.is_none_or(|before| undisturbed(all_ns, before));
    // A run too short to be measured well still says what an item costs at most, and that is enough to let it be.
    let all = if slope.ns >= LEAST_NS { slope } else { Slope { items: range.len(), ns: all_ns } };
    Watched::Done(Sample { item_ns: all.item_ns(), undisturbed })
}

/// The thread's CPU clock, where the run is predicted to be long enough to afford reading it.
pub(crate) fn thread_cpu_if(predicted_ns: f64) -> Option<f64> {
    if predicted_ns > 200_000.0 { thread_cpu_ns() } else { None }
}

/// Whether the thread had its core to itself for `wall_ns`: over 10 % without it, and the sample is dropped.
pub(crate) fn undisturbed(wall_ns: f64, cpu_before_ns: f64) -> bool {
    thread_cpu_ns().is_none_or(|after| wall_ns <= 1.1 * (after - cpu_before_ns) + 2_000.0)
}
