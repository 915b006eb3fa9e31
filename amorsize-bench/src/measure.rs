//! Measures one case in one rhythm: all arms warmed up, checked against the plain loop, then in turn, round after round.

use std::time::{Duration, Instant};

use crate::arm::{Arm, Block, Order};
use crate::cases::{BoxedArm, Case};
use crate::contenders::Contender;
use crate::random::Random;
use crate::rhythm::Rhythm;
use crate::row::{CaseKey, Row};
use crate::stats::{median, percentile};

/// A round of an arm lasts about so long, ns.
const BLOCK_NS: f64 = 1e6;
/// Calls that are not timed come before a round's, ns: threads of the arm before look for work for so long.
const LEAD_IN_NS: f64 = 1e5;
/// Calls from here on are timed one by one; reading the clock takes 25 ns.
const STAMP_NS: f64 = 2e3;
/// Rounds that are thrown away.
const DROPPED: usize = 2;
/// An arm is warm after so many calls and so much time, or after the longest time.
const WARM_CALLS: usize = 40;
const WARM: Duration = Duration::from_millis(6);

/// How many rounds.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Of calls back to back, up to 2 ms; fewer of longer ones.
    pub rounds: usize,
    /// Of calls after a gap.
    pub gap_rounds: usize,
    /// The longest time until an arm counts as warm, ms.
    pub warm_longest_ms: u64,
}

impl Effort {
    /// For a look.
    pub const QUICK: Self = Self { rounds: 7, gap_rounds: 7, warm_longest_ms: 30 };
    /// For figures that count.
    pub const FULL: Self = Self { rounds: 31, gap_rounds: 31, warm_longest_ms: 80 };

    fn rounds(self, rhythm: Rhythm, call_ns: f64) -> usize {
        match rhythm {
            Rhythm::BackToBack if call_ns > 1e7 => self.rounds / 3,
            Rhythm::BackToBack if call_ns > 2e6 => self.rounds / 2,
            Rhythm::BackToBack => self.rounds,
            Rhythm::Gaps | Rhythm::Every(_) if call_ns > 1e7 => self.gap_rounds / 2,
            Rhythm::Gaps | Rhythm::Every(_) => self.gap_rounds,
        }
        .max(5)
    }
}

/// An arm in the run of a case.
pub struct Runner {
    /// Who.
    pub contender: Contender,
    /// How.
    pub arm: Box<dyn Arm>,
}

/// What one arm did in all rounds.
struct Seen {
    /// ns of a call of all inputs, as warmed up.
    call_ns: f64,
    blocks: Vec<Block>,
}

/// Runs an arm until it is warm; ns per call of all inputs together.
pub fn warm_up(arm: &mut dyn Arm, effort: Effort) -> f64 {
    let longest = Duration::from_millis(effort.warm_longest_ms);
    let began = Instant::now();
    let (mut calls, mut made) = (1, 0);
    loop {
        let block = arm.block(&Order { calls, ..Order::default() });
        made += calls;
        let took = began.elapsed();
        if (took >= WARM && made >= WARM_CALLS) || took >= longest {
            return block.wall_ns.iter().sum();
        }
        calls = (calls * 2).min(1 << 20);
    }
}

fn order(rhythm: Rhythm, call_ns: f64, random: &mut Random) -> Order {
    if rhythm != Rhythm::BackToBack {
        return Order { gap: rhythm.gap(random), lead_in: 0, calls: 1, stamps: true };
    }
    Order {
        gap: Duration::ZERO,
        lead_in: if call_ns < BLOCK_NS { (LEAD_IN_NS / call_ns).ceil().min(1e5) as usize } else { 0 },
        calls: (BLOCK_NS / call_ns).ceil().clamp(1.0, 2e5) as usize,
        stamps: call_ns >= STAMP_NS,
    }
}

/// Rows of all arms at a case, in the order of the arms; several parts one after another.
pub fn measure(
    case: &Case,
    rhythm: Rhythm,
    runners: &mut [Runner],
    effort: Effort,
    random: &mut Random,
) -> Vec<Row> {
    let mut seen: Vec<Seen> = runners
        .iter_mut()
        .map(|runner| Seen { call_ns: warm_up(&mut *runner.arm, effort), blocks: Vec::new() })
        .collect();
    let fastest = seen.iter().map(|seen| seen.call_ns).fold(f64::INFINITY, f64::min);
    let rounds = effort.rounds(rhythm, fastest);
    let mut turn: Vec<usize> = (0..runners.len()).collect();
    for round in 0..rounds + DROPPED {
        // In random order, so that no arm always finds what the same other arm left behind.
        random.shuffle(&mut turn);
        for &at in &turn {
            // Arms in a fixed rhythm find their own pool as it is after that gap, so a call of theirs comes before.
            if matches!(rhythm, Rhythm::Every(_)) {
                runners[at].arm.block(&order(rhythm, seen[at].call_ns, random));
            }
            let block = runners[at].arm.block(&order(rhythm, seen[at].call_ns, random));
            if round >= DROPPED {
                seen[at].blocks.push(block);
            }
        }
    }
    rows(case, rhythm, runners, &seen)
}

fn rows(case: &Case, rhythm: Rhythm, runners: &[Runner], seen: &[Seen]) -> Vec<Row> {
    let mut rows = Vec::new();
    for (k, part) in case.parts.iter().enumerate() {
        let key = CaseKey { group: case.group, rhythm, part: part.clone() };
        for (runner, seen) in runners.iter().zip(seen) {
            let rounds: Vec<f64> = seen.blocks.iter().map(|block| block.wall_ns[k]).collect();
            let mut calls: Vec<f64> = seen
                .blocks
                .iter()
                .filter_map(|block| block.stamps.get(k))
                .flatten()
                .map(|&ns| f64::from(ns))
                .collect();
            if calls.is_empty() {
                calls.clone_from(&rounds);
            }
            rows.push(Row {
                case: key.clone(),
                contender: runner.contender,
                median_ns: median(rounds),
                p50_ns: percentile(calls.clone(), 50.0),
                p99_ns: percentile(calls, 99.0),
                cpu_ns: median(seen.blocks.iter().map(|block| block.cpu_ns).collect()),
            });
        }
    }
    rows
}

/// The `with_min_len` among `arms` whose median is the best in a pilot run.
pub fn pilot(rhythm: Rhythm, arms: &mut [(usize, BoxedArm)], random: &mut Random) -> usize {
    let mut times: Vec<Vec<f64>> = vec![Vec::new(); arms.len()];
    // Short gaps are enough for pools to go to sleep, and the pilot costs less.
    let rhythm = if rhythm == Rhythm::Gaps { Rhythm::Every(Duration::from_millis(2)) } else { rhythm };
    let call_ns: Vec<f64> =
        arms.iter_mut().map(|(_, arm)| sum(&arm.block(&Order { calls: 2, ..Order::default() }))).collect();
    let long = call_ns.iter().copied().fold(0.0, f64::max) > 5e6;
    let mut turn: Vec<usize> = (0..arms.len()).collect();
    for _ in 0..if long { 3 } else { 5 } {
        random.shuffle(&mut turn);
        for &at in &turn {
            // Rounds of 0.3 ms.
            let order = order(rhythm, call_ns[at] * BLOCK_NS / 3e5, random);
            times[at].push(sum(&arms[at].1.block(&order)));
        }
    }
    let medians = times.into_iter().map(median);
    let best = arms.iter().zip(medians).min_by(|a, b| a.1.total_cmp(&b.1));
    best.map_or(1, |((min_len, _), _)| *min_len)
}

fn sum(block: &Block) -> f64 {
    block.wall_ns.iter().sum()
}
