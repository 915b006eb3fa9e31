//! The best that could be done: every width with every size of chunk, and serial.

use amorsize_runtime::tune::costs::Regime;
use amorsize_runtime::tune::grain::Grain;

use super::machine::Machine;
use super::region;
use super::work::Work;
use crate::random::Random;

/// How often each candidate runs.
const RUNS: usize = 5;

/// How a call is best run.
#[derive(Clone, Copy, Debug)]
pub struct Best {
    /// Mean time, ns.
    pub ns: f64,
    /// Threads; 1 for serial.
    pub workers: usize,
}

/// Serial time of a call, ns.
#[must_use]
pub fn serial_ns(machine: &Machine, work: &Work) -> f64 {
    machine.item_ns(work.mean_ns(0..work.len), work.bytes, 0, 1, false) * work.len as f64
}

/// Widths that are tried: powers of two and the numbers half-way between, up to all threads.
fn widths(threads: usize) -> impl Iterator<Item = usize> {
    let doubled = std::iter::successors(Some(2), |w| Some(w * 2)).flat_map(|w| [w, w + w / 2]);
    doubled.take_while(move |&w| w < threads).chain([threads])
}

/// The best way for calls that follow each other like those of `work`, each after regions of the same kind.
#[must_use]
pub fn best(machine: &Machine, work: &Work, seed: u64) -> Best {
    let serial_ns = serial_ns(machine, work);
    let mut best = Best { ns: serial_ns, workers: 1 };
    let costs = machine.costs(Regime::of_gap(work.gap_ns as u64));
    for workers in widths(machine.threads()) {
        for grain in grains(work, workers, serial_ns / work.len as f64) {
            let mut random = Random::new(seed);
            let total: f64 =
                (0..RUNS).map(|_| region::run(machine, work, 0, &grain, &costs, &mut random).wall_ns).sum();
            let ns = total / RUNS as f64;
            if ns < best.ns {
                best = Best { ns, workers };
            }
        }
    }
    best
}

/// Chunks that last 1 to 500 µs, one per thread, and fixed or shrinking at the end.
fn grains(work: &Work, workers: usize, item_ns: f64) -> Vec<Grain> {
    let timed = |target_ns| Grain {
        target_ns,
        item_ns,
        fixed: 0,
        align: 1,
        piece: 1,
        workers,
        least_ns: 500.0,
        coarse: false,
    };
    let mut grains: Vec<_> = [5e3, 5e4].into_iter().map(timed).collect();
    let mut lens: Vec<_> =
        [1e3, 5e3, 2e4, 1e5, 5e5].iter().map(|ns| ((ns / item_ns) as usize).max(1)).collect();
    lens.push(work.len.div_ceil(workers));
    lens.retain(|&len| len <= work.len && work.len / len < 20_000);
    lens.dedup();
    grains.extend(lens.into_iter().map(|fixed| Grain { fixed, ..timed(5e4) }));
    grains
}
