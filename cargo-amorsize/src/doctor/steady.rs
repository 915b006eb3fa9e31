//! Whether rounds of the same measurement agree, and what is taken of them. Pure.
//!
//! A machine whose costs depend on the moment (another program, a shared host, a clock that changes its speed) has none to
//! write down: they would be committed, and every later decision on this class of machine is derived from them.

use serde::Serialize;

use super::measure::Measured;

/// So often everything is measured: the highest and the lowest may be an accident, and the three between are compared.
pub(crate) const ROUNDS: usize = 5;

/// By this factor the three in the middle may differ. The file rewrites what moved by more than 25 %, so what is saved should
/// be good to about that; the sleeping helper's wake-up, the least steady of all, moves by 1.1 to 1.4 on an idle 2-vCPU
/// virtual machine.
pub(crate) const TOLERATED: f64 = 1.5;

/// The cost whose rounds differ most.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Spread {
    pub(crate) cost: &'static str,
    /// Highest / lowest of the rounds, without the highest and the lowest of all.
    pub(crate) ratio: f64,
}

impl Spread {
    /// Whether the rounds are near enough to each other.
    pub(crate) fn is_steady(self) -> bool {
        self.ratio <= TOLERATED
    }
}

/// A cost of the file's `[machine]` table, by its name in words.
type Cost = (&'static str, fn(&Measured) -> f64);

/// What is written down, and so has to be steady.
const SAVED: [Cost; 6] = [
    ("the clock", |round| round.clock_ns),
    ("a claim", |round| round.claim_ns),
    ("a step", |round| round.step_ns),
    ("waking a sleeping helper", |round| round.wake_us[2]),
    ("memory read by one core", |round| round.stream_gbs[0]),
    ("memory read by all cores", |round| round.stream_gbs[1]),
];

fn sorted(rounds: &[Measured], cost: impl Fn(&Measured) -> f64) -> Vec<f64> {
    let mut costs: Vec<f64> = rounds.iter().map(cost).collect();
    costs.sort_by(f64::total_cmp);
    costs
}

/// The cost that differs most between rounds.
pub(crate) fn spread(rounds: &[Measured]) -> Spread {
    let ratio = |cost: fn(&Measured) -> f64| {
        let costs = sorted(rounds, cost);
        let inner = if costs.len() > 2 { &costs[1..costs.len() - 1] } else { &costs[..] };
        match inner {
            [lowest, .., highest] => highest / lowest.max(1e-9),
            _ => 1.0,
        }
    };
    let all = SAVED.iter().map(|&(cost, of)| Spread { cost, ratio: ratio(of) });
    all.reduce(|worst, next| if next.ratio > worst.ratio { next } else { worst }).unwrap_or(NONE)
}

const NONE: Spread = Spread { cost: "nothing", ratio: 1.0 };

/// The median of every cost; `None` without a round.
pub(crate) fn middle(rounds: &[Measured]) -> Option<Measured> {
    let middle = |cost: &dyn Fn(&Measured) -> f64| {
        let costs = sorted(rounds, cost);
        costs[costs.len() / 2]
    };
    let first = rounds.first()?;
    Some(Measured {
        clock_ns: middle(&|round| round.clock_ns),
        claim_ns: middle(&|round| round.claim_ns),
        step_ns: middle(&|round| round.step_ns),
        pool_start_us: middle(&|round| round.pool_start_us),
        wake_us: [0, 1, 2].map(|at| middle(&|round| round.wake_us[at])),
        unpark_us: middle(&|round| round.unpark_us),
        same_cpu: first.same_cpu.map(|_| middle(&|round| round.same_cpu.unwrap_or(0.0))),
        stream_gbs: [0, 1].map(|at| middle(&|round| round.stream_gbs[at])),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::verdict::tests::measured;

    fn rounds(wakes: [f64; 5]) -> Vec<Measured> {
        wakes.iter().map(|&wake| Measured { wake_us: [0.2, 8.0, wake], ..measured() }).collect()
    }

    #[test]
    fn one_disturbed_round_is_an_accident_and_two_are_none() {
        for (wakes, is_steady) in [
            ([50.0, 50.0, 50.0, 50.0, 50.0], true),
            ([50.0, 52.0, 900.0, 55.0, 60.0], true),
            ([50.0, 52.0, 9.0, 900.0, 60.0], true),
            ([50.0, 52.0, 900.0, 900.0, 60.0], false),
            ([50.0, 90.0, 130.0, 60.0, 55.0], false),
        ] {
            let spread = spread(&rounds(wakes));
            assert_eq!(spread.is_steady(), is_steady, "{wakes:?}: {spread:?}");
            assert!(spread.ratio <= 1.0 || spread.cost == "waking a sleeping helper");
        }
    }

    #[test]
    fn the_middle_is_taken_of_every_cost() {
        let rounds = rounds([50.0, 900.0, 40.0, 60.0, 45.0]);
        let middle = middle(&rounds).unwrap();
        assert_eq!(middle, Measured { wake_us: [0.2, 8.0, 50.0], ..measured() });
        assert_eq!(super::middle(&[]), None);
        assert!(spread(&rounds[..1]).is_steady());
    }
}
