//! When a site tries what it would not do by its numbers, so that none of its states is absorbing.
//!
//! Decides it from a budget of 1 % of the time that the site has used; every trial that changed nothing doubles the price
//! of the next.

use super::costs::{Costs, Regime};
use super::decide::Decision;
use super::model::Model;

/// The share of a site's time that may be spent on trials.
const SHARE: f64 = 0.01;

/// What a site has saved up for trials, and how they went.
#[derive(Clone, Copy, Debug, Default)]
pub struct Trials {
    /// Time that may be spent, ns.
    pub budget_ns: f64,
    /// How often the last trials of a region failed.
    pub failed: u32,
    /// How often this parallel site ran serially to see what that costs.
    pub checks: u32,
    /// What helpers would have saved lately, were they awake or had they been started, ns.
    pub foregone_ns: f64,
}

impl Trials {
    /// The site has used `ns`.
    pub fn earn(&mut self, ns: f64) {
        self.budget_ns += SHARE * ns;
    }

    /// Whether a site whose threads were seen to slow each other down, or whose join was dear, tries a region once more.
    ///
    /// `ideal` are the machine's own prices, not those of today: helpers that were late while the pool was busy would
    /// otherwise be late for ever, since only a region shows that they are not.
    pub fn tries_region(&mut self, model: &Model, decision: &Decision, ideal: Costs, len: usize) -> bool {
        if decision.workers < 2 || !model.trusted() {
            return false;
        }
        let workers = decision.workers;
        let ideal_ns = ideal.parallel_ns(model.item_ns * len as f64, workers, workers as f64);
        let loss_ns = (decision.parallel_ns - decision.serial_ns).max(0.05 * decision.serial_ns);
        let price_ns = loss_ns * f64::from(1_u32 << self.failed.min(20));
        if ideal_ns >= 0.9 * decision.serial_ns || self.budget_ns < price_ns {
            return false;
        }
        self.budget_ns = 0.0;
        self.failed += 1;
        true
    }

    /// Whether a parallel site runs serially once, to see what that costs now: regions do not show it, and a site whose
    /// threads have come to slow each other down must notice. Ever more rarely.
    pub fn checks_serial(&mut self, decision: &Decision) -> bool {
        let price_ns = (decision.serial_ns - decision.parallel_ns) * f64::from(1_u32 << self.checks.min(4));
        let due = self.budget_ns >= price_ns;
        if due {
            self.budget_ns = 0.0;
            self.checks += 1;
        }
        due
    }

    /// Whether helpers are woken, or started, for later calls: when what they would have saved so far exceeds what having
    /// them costs. `helped` is the decision with them, `price` what they cost now. Rent or buy.
    pub fn buys_helpers(&mut self, helped: &Decision, price: Costs) -> bool {
        self.foregone_ns += helped.serial_ns - helped.parallel_ns;
        let bought = self.foregone_ns >= price.invite_ns + price.arrive_ns;
        if bought {
            self.foregone_ns = 0.0;
        }
        bought
    }
}

/// In which regime later calls would find helpers that are woken, or started, by this one; `None` where that is no
/// better than today's. `closely`: whether calls follow each other so closely that helpers stay awake.
#[must_use]
pub fn regime_once_helped(regime: Regime, closely: bool) -> Option<Regime> {
    match regime {
        Regime::Cold if !closely => Some(Regime::Parked),
        Regime::Cold | Regime::Recent | Regime::Parked if closely => Some(Regime::Awake),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::MachineProfile;
    use crate::tune::decide::{Plan, Question, decide};

    fn own() -> Costs {
        Costs::of(&MachineProfile::builtin("linux", 2), Regime::Parked, 2)
    }

    #[test]
    fn helpers_that_came_late_are_tried_again() {
        let model = Model { item_ns: 1_000.0, samples: 9, ..Model::default() };
        let (len, costs) = (3_000, Costs { arrive_ns: 3e6, ..own() });
        let decision = decide(&Question { len, width: 2, model: &model, costs, was_parallel: false });
        assert_ne!(decision.plan, Plan::Region, "{decision:?}");
        let mut trials = Trials::default();
        assert!(!trials.tries_region(&model, &decision, own(), len), "nothing saved up yet");
        trials.earn(1e8);
        assert!(trials.tries_region(&model, &decision, own(), len), "{decision:?}");
    }

    #[test]
    fn trials_cost_one_percent_and_less_when_they_fail() {
        let model = Model { item_ns: 1_000.0, samples: 9, ..Model::default() };
        let decision = Decision { plan: Plan::Watched, serial_ns: 1e6, parallel_ns: 1.2e6, workers: 2 };
        let mut trials = Trials::default();
        let tried: Vec<_> = (0..1_000)
            .filter(|_| {
                trials.earn(1e6);
                trials.tries_region(&model, &decision, own(), 1_000)
            })
            .collect();
        assert!((3..=7).contains(&tried.len()), "{tried:?}");
        assert!(tried.windows(3).all(|at| at[2] - at[1] > at[1] - at[0]), "{tried:?}");
    }

    #[test]
    fn helpers_are_bought_when_they_would_have_paid() {
        let decision = Decision { plan: Plan::Region, serial_ns: 3e4, parallel_ns: 2e4, workers: 2 };
        let price = Costs { invite_ns: 5e3, arrive_ns: 2e4, ..own() };
        let mut trials = Trials::default();
        let bought: Vec<_> = (0..6).map(|_| trials.buys_helpers(&decision, price)).collect();
        assert_eq!(bought, [false, false, true, false, false, true]);
    }
}
