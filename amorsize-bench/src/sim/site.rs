//! One site that learns, by the decisions of the runtime: `tune` is called here as the engine calls it.
//!
//! What the engine does around them (`call/choose.rs`, `exec/serial.rs`, `Memory::learn_*`) is followed step by step;
//! only time, threads and samples are simulated.

use amorsize_runtime::tune::costs::{Costs, Regime};
use amorsize_runtime::tune::decide::{self, Decision, Plan, Question};
use amorsize_runtime::tune::grain::{Grain, LEAST_NS};
use amorsize_runtime::tune::model::Model;
use amorsize_runtime::tune::prices::{Paid, Prices};
use amorsize_runtime::tune::trials::{Trials, regime_once_helped};

use super::machine::Machine;
use super::region::{self, Seen};
use super::work::Work;
use crate::random::Random;

/// Calls with less than this between them follow each other closely, ns, as in `call/choose.rs`.
const CLOSELY_NS: f64 = 50_000.0;

/// One in so many surely serial calls takes the long way; the engine's is longer, as its calls are many.
const LONG_WAY_EVERY: usize = 16;

/// A part of a watched start lasts at least this, ns, as in `exec/serial.rs`.
const PART_NS: f64 = 5_000.0;

/// A site, and what it knows.
#[derive(Debug)]
pub struct Site<'m> {
    machine: &'m Machine,
    model: Model,
    prices: Prices,
    trials: Trials,
    random: Random,
    was_parallel: bool,
    calls: usize,
    now_ns: f64,
    /// When the last region ended, and the last call.
    region_ended_ns: Option<f64>,
    ended_ns: Option<f64>,
}

impl<'m> Site<'m> {
    /// A site that knows nothing, on a machine that its program knows nothing of, with a pool that was started: that comes
    /// once in a process, and is paid back over the calls of all its sites.
    #[must_use]
    pub fn new(machine: &'m Machine, seed: u64) -> Self {
        Self {
            machine,
            model: Model::default(),
            prices: Prices::new(machine.profile()),
            trials: Trials::default(),
            random: Random::new(seed),
            was_parallel: false,
            calls: 0,
            now_ns: 0.0,
            region_ended_ns: Some(-1e9),
            ended_ns: None,
        }
    }

    /// What the site has learned.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Runs the next call; returns how long it took, ns, and how many threads were to work on it.
    pub fn call(&mut self, work: &Work) -> (f64, usize) {
        self.calls += 1;
        self.now_ns += work.gap_ns;
        let (ns, workers) = self.run(work);
        self.now_ns += ns;
        self.ended_ns = Some(self.now_ns);
        if workers > 1 {
            self.region_ended_ns = Some(self.now_ns);
        }
        (ns, workers)
    }

    fn run(&mut self, work: &Work) -> (f64, usize) {
        let width = self.machine.threads();
        let cheapest = self.prices.costs(Regime::Awake, width);
        let sure = decide::surely_serial_below(width, &self.model, cheapest);
        if work.len < sure && self.calls % LONG_WAY_EVERY != 0 {
            return (super::oracle::serial_ns(self.machine, work), 1);
        }
        let regime = self
            .region_ended_ns
            .map_or(Regime::Cold, |ended| Regime::of_gap((self.now_ns - ended).max(0.0) as u64));
        let costs = self.prices.costs(regime, width);
        let decision = self.choose(work, regime, costs);
        match decision.plan {
            Plan::Whole => (self.whole(work), 1),
            Plan::Watched => self.watched(work, regime, costs),
            Plan::Region => {
                let workers = decision.workers.clamp(2, width.max(2));
                let grain = self.grain(workers, self.model.item_ns);
                let real = self.machine.costs(regime);
                let seen = region::run(self.machine, work, 0, &grain, &real, &mut self.random);
                self.pay(regime, &real, &seen, workers);
                self.learn_region(work, &seen, Some(decision.parallel_ns));
                (seen.wall_ns, workers)
            }
        }
    }

    /// As `exec::choose::learning` does.
    fn choose(&mut self, work: &Work, regime: Regime, costs: Costs) -> Decision {
        let (len, width) = (work.len, self.machine.threads());
        let was_parallel = self.was_parallel;
        let mut decision = decide::decide(&Question { len, width, model: &self.model, costs, was_parallel });
        if decision.plan == Plan::Region {
            self.trials.failed = 0;
            if self.trials.checks_serial(&decision) {
                decision.plan = Plan::Whole;
            }
        } else if self.trials.tries_region(&self.model, &decision, self.prices.own(regime, width), len) {
            decision.plan = Plan::Region;
        } else if let Some(workers) = self.buy_helpers(work, regime) {
            decision = Decision { plan: Plan::Region, workers, ..decision };
        }
        decision
    }

    fn buy_helpers(&mut self, work: &Work, regime: Regime) -> Option<usize> {
        let width = self.machine.threads();
        let closely = self.ended_ns.is_some_and(|ended| self.now_ns - ended < CLOSELY_NS);
        let Some(then) = regime_once_helped(regime, closely) else {
            self.trials.foregone_ns = 0.0;
            return None;
        };
        let costs = self.prices.costs(then, width);
        let question = Question { len: work.len, width, model: &self.model, costs, was_parallel: false };
        let helped = decide::decide(&question);
        let bought = helped.plan == Plan::Region
            && self.trials.buys_helpers(&helped, self.prices.costs(regime, width));
        bought.then_some(helped.workers)
    }

    fn grain(&self, workers: usize, item_ns: f64) -> Grain {
        let target_ns = decide::chunk_ns(&self.model);
        Grain { target_ns, item_ns, fixed: 0, align: 1, piece: 1, workers, least_ns: LEAST_NS, coarse: false }
    }

    /// What a clock says of `ns`: up to 3 % too much, and now and then a good deal.
    fn clock(&mut self, ns: f64) -> f64 {
        let stall = if self.random.unit() < 0.01 { 1.5 } else { 1.0 };
        ns * stall * (1.0 + 0.03 * self.random.unit())
    }

    fn serial_part(&self, work: &Work, range: std::ops::Range<usize>) -> f64 {
        let items = range.len() as f64;
        self.machine.item_ns(work.mean_ns(range), work.bytes, 0, 1, false) * items
    }

    fn whole(&mut self, work: &Work) -> f64 {
        let ns = self.serial_part(work, 0..work.len);
        let sample_ns = self.clock(ns);
        self.learn_serial(work, sample_ns / work.len as f64);
        ns
    }

    fn learn_serial(&mut self, work: &Work, item_ns: f64) {
        self.was_parallel = false;
        self.model.learn_call(work.len, item_ns * work.len as f64);
        self.model.saw_len(work.len);
        self.trials.earn(item_ns * work.len as f64);
    }

    /// As `exec::serial::watch` does.
    fn watched(&mut self, work: &Work, regime: Regime, costs: Costs) -> (f64, usize) {
        let width = self.machine.threads();
        let expected_ns = if self.model.trusted() { self.model.item_ns } else { 0.0 };
        let mut len = if expected_ns > 0.0 { ((PART_NS / expected_ns) as usize).max(1) } else { 1 };
        let (mut at, mut spent_ns) = (0, 0.0);
        while at < work.len {
            let end = work.len.min(at + len);
            let part_ns = self.serial_part(work, at..end);
            spent_ns += part_ns;
            at = end;
            let item_ns = spent_ns / at as f64;
            if decide::promote(spent_ns, item_ns, work.len - at, width, 0.0, costs) {
                return (self.promoted(work, at, spent_ns, regime), width);
            }
            len = if part_ns < PART_NS { len * 2 } else { ((spent_ns / item_ns) as usize).max(1) };
        }
        let sample_ns = self.clock(spent_ns);
        self.learn_serial(work, sample_ns / work.len as f64);
        (spent_ns, 1)
    }

    fn promoted(&mut self, work: &Work, from: usize, spent_ns: f64, regime: Regime) -> f64 {
        let width = self.machine.threads();
        let grain = self.grain(width, spent_ns / from as f64);
        let real = self.machine.costs(regime);
        let mut seen = region::run(self.machine, work, from, &grain, &real, &mut self.random);
        self.pay(regime, &real, &seen, width);
        seen.alone_items += from;
        seen.alone_ns += spent_ns;
        seen.busy_ns += spent_ns;
        seen.wall_ns += spent_ns;
        self.learn_region(work, &seen, None);
        seen.wall_ns
    }

    fn pay(&mut self, regime: Regime, real: &Costs, seen: &Seen, workers: usize) {
        let paid = Paid {
            invite_ns: real.invite_ns,
            arrival_ns: seen.arrival_ns,
            lasted_ns: seen.wall_ns - real.invite_ns,
        };
        self.prices.learn(regime, &paid, workers);
    }

    /// As `Memory::learn_region` does.
    fn learn_region(&mut self, work: &Work, seen: &Seen, predicted_ns: Option<f64>) {
        let items = work.len as f64;
        self.was_parallel = true;
        let wall_ns = self.clock(seen.wall_ns);
        self.model.learn_wall(wall_ns / items, work.len);
        if let Some(predicted_ns) = predicted_ns.filter(|_| self.model.widths.knows(seen.workers)) {
            self.model.learn_residual(wall_ns, predicted_ns);
        }
        let busy_ns = self.clock(seen.busy_ns) / items;
        let most_alone = seen.alone_items * 4 >= work.len && seen.alone_ns >= 5_000.0;
        let alone_ns = self.clock(seen.alone_ns);
        let alone_ns = most_alone.then(|| alone_ns / seen.alone_items.max(1) as f64);
        self.model.saw_len(work.len);
        if seen.workers > 1 {
            self.model.learn_parallel(
                seen.workers,
                busy_ns,
                alone_ns,
                seen.worst_item_ns / busy_ns.max(1e-3),
            );
        } else {
            self.model.learn_item(busy_ns);
        }
        self.trials.earn(wall_ns);
    }
}
