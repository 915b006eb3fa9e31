//! What a file keeps of a site: the numbers that were measured, and the decision that follows from these very numbers.
//!
//! Decides from what length on a later process is parallel. It does not know how that is written.

use super::costs::Costs;
use super::decide;
use super::model::Model;

/// What is worth keeping.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lasting {
    /// Serial cost of an item, the median of the recent samples, ns.
    pub item_ns: f64,
    /// Threads for the longest call; 1 where it is never parallel.
    pub workers: usize,
    /// The length from which a call is parallel; `None` where that never pays.
    pub parallel_from: Option<usize>,
}

/// Parallel / serial time: where the best parallel run was not faster than serial by a fifth, a gain is not worth writing down.
pub const GAIN: f64 = 0.8;

/// The decision that a file keeps: from all that was measured, and not from what passes (a loaded machine, the lateness of
/// its helpers). Where parallel runs were seen, the best of them says by how much a region takes longer than the model
/// predicts.
///
/// It follows from the median that is written beside it. The running estimate may stand far above that for a few calls: a
/// call of 1 µs after an idle gap takes 10 to 20 µs, and a length derived from such a cost said "parallel from 300 items"
/// of items that need 6 000.
#[must_use]
pub fn lasting(model: &Model, width: usize, costs: Costs) -> Lasting {
    let item_ns = model.median_item_ns();
    let longest = model.len[1] as usize;
    let ideal = Model { item_ns, bias: 1.0, extra_ns: 0.0, ..model.clone() };
    let (workers, ideal_ns) = decide::best_width(longest, width.max(2), &ideal, costs);
    let best_ns = model.best_wall_ns * longest as f64;
    if best_ns > GAIN * ideal.whole_ns() * longest as f64 {
        return Lasting { item_ns, workers: 1, parallel_from: None };
    }
    let seen = Model { bias: (best_ns / ideal_ns.max(1.0)).max(1.0), ..ideal };
    let parallel_from = decide::crossover(width, &seen, costs);
    Lasting { item_ns, workers: if parallel_from.is_some() { workers } else { 1 }, parallel_from }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::MachineProfile;
    use crate::tune::costs::Regime;

    fn costs(width: usize) -> Costs {
        Costs::of(&MachineProfile::builtin("linux", width), Regime::Awake, width)
    }

    #[test]
    fn a_file_keeps_what_was_measured_and_not_what_passes() {
        let site = |best_wall_ns, bias| Model {
            item_ns: 100.0,
            samples: 50,
            len: [100_000, 100_000],
            best_wall_ns,
            bias,
            ..Model::default()
        };
        let from = |model: &Model, width| lasting(model, width, costs(2)).parallel_from;
        // Twice as fast at best, and disappointing just now.
        assert!(from(&site(52.0, 8.0), 2).is_some_and(|from| from < 1_000));
        // Never seen in parallel: as the model has it.
        assert!(from(&site(0.0, 1.0), 2).is_some());
        // Hardly faster at its best.
        assert_eq!(
            lasting(&site(85.0, 1.0), 2, costs(2)),
            Lasting { item_ns: 100.0, workers: 1, parallel_from: None }
        );
        assert_eq!(from(&site(50.0, 1.0), 1), None);
    }

    #[test]
    fn the_length_never_contradicts_the_cost_beside_it() {
        // Short calls of 1 ns items, of which the last few found cold caches.
        for (disturbed, cold_ns) in [(1, 4.0), (3, 20.0), (7, 400.0)] {
            for width in [2, 8, 64] {
                let mut model = Model { len: [1_000, 1_000], ..Model::default() };
                (0..15).for_each(|_| model.learn_item(1.0));
                (0..disturbed).for_each(|_| model.learn_item(cold_ns));
                assert!(model.item_ns > 1.05, "the estimate is disturbed: {}", model.item_ns);
                let lasting = lasting(&model, width, costs(width));
                let calm = Model { item_ns: lasting.item_ns, ..Model::default() };
                let least = decide::crossover(width, &calm, costs(width)).unwrap();
                assert!(
                    lasting.parallel_from.is_some_and(|from| from >= least),
                    "{lasting:?}: parallel pays from {least}"
                );
            }
        }
    }

    #[test]
    fn dearer_items_are_parallel_from_fewer() {
        for width in [2, 16] {
            let mut before = usize::MAX;
            for item_ns in [0.5, 1.0, 10.0, 100.0, 1e4] {
                let model = Model { item_ns, len: [10, 1_000_000], samples: 9, ..Model::default() };
                let from = lasting(&model, width, costs(width)).parallel_from.unwrap();
                assert!(from <= before, "{width} {item_ns}");
                before = from;
            }
        }
    }
}
