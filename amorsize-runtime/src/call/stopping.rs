//! Serial runs that can be stopped: those of a spawned call, in parts of about a millisecond.
//!
//! Decides which serial calls are worth cutting, and how long their parts may last. A call that was not spawned never
//! comes here.

use super::{How, Output, Split, Way};
use crate::config;
use crate::exec::clock::Tick;
use crate::exec::serial::Watch;
use crate::exec::{cancel, prices};
use crate::memory::Visit;

/// A part lasts about so long, ns: a client that goes away is noticed as soon as anybody could care, and what a part
/// costs (a call through a pointer and a look at the clock) is lost in it.
const PART_NS: f64 = 1e6;

/// Parts that are joined by the user's function, at most: joining may cost as much as a part.
const MERGED: f64 = 8.0;

/// Items cheaper than this are not cut where parts are copied, ns: copying one costs up to a third of that.
const COPIED_NS: f64 = 30.0;

/// The same call, so that it stops soon after nobody wants it any more.
pub(super) fn stoppable(way: Way, visit: Visit, len: usize, output: Output) -> Way {
    if !cancel::is_served() || len < 2 {
        return way;
    }
    let item_ns = item_ns(visit);
    let part_ns = part_ns(output, item_ns * len as f64);
    match way {
        Way::Split(Split { visit, how: How::Watched { watch, regime, remember }, output, piece }) => {
            let watch = Watch { part_ns, ..watch };
            Way::Split(Split { visit, how: How::Watched { watch, regime, remember }, output, piece })
        }
        Way::Whole(_) if is_worth_it(output, item_ns, len) => {
            let regime = prices::regime(Tick::now());
            // One thread wide, it is never promoted.
            let costs = prices::costs(regime, 2);
            let watch = Watch { costs, width: 1, tail_ns: 0.0, item_ns, spread: 0.0, part_ns };
            let how = How::Watched { watch, regime, remember: config::settings().mode.learns() };
            Way::Split(Split { visit, how, output, piece: 1 })
        }
        way => way,
    }
}

/// What an item is known to cost, ns; 0 where nothing is known.
fn item_ns(visit: Visit) -> f64 {
    let from_file = visit.memory.entry.as_ref().map_or(0.0, |entry| entry.item_ns);
    let learned = visit.memory.state().model.item_ns;
    let known_ns = if learned > 0.0 { learned } else { from_file.max(0.0) };
    visit.memory.scale(visit.item_bytes).item_ns(known_ns)
}

/// Whether a serial run of so many items is cut into parts.
fn is_worth_it(output: Output, item_ns: f64, len: usize) -> bool {
    let unknown = item_ns <= 0.0;
    unknown || (item_ns * len as f64 >= PART_NS && (output != Output::Copied || item_ns >= COPIED_NS))
}

/// How long a part may last, of a call predicted to last `all_ns`.
fn part_ns(output: Output, all_ns: f64) -> f64 {
    match output {
        // Of what is unknown, parts that double in time are few enough.
        Output::Merged if all_ns <= 0.0 => f64::INFINITY,
        Output::Merged => PART_NS.max(all_ns / MERGED),
        Output::InPlace | Output::Copied | Output::Window => PART_NS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_runs_are_cut_and_short_ones_are_not() {
        for (output, item_ns, len, cut) in [
            (Output::InPlace, 1.0, 1_000, false),
            (Output::InPlace, 1.0, 10_000_000, true),
            (Output::InPlace, 2e6, 2, true),
            (Output::InPlace, 0.0, 2, true),
            (Output::Copied, 2.0, 10_000_000, false),
            (Output::Copied, 100.0, 1_000_000, true),
            (Output::Merged, 100.0, 1_000_000, true),
            (Output::Window, 100.0, 100_000, true),
        ] {
            assert_eq!(is_worth_it(output, item_ns, len), cut, "{output:?}, {len} items of {item_ns} ns");
        }
        assert_eq!(part_ns(Output::InPlace, 1e9).to_bits(), PART_NS.to_bits());
        assert!(part_ns(Output::Merged, 0.0).is_infinite());
        assert_eq!(part_ns(Output::Merged, 80e6).to_bits(), 10e6_f64.to_bits());
    }
}
