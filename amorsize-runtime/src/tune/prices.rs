//! What regions cost in this process, by regime: the machine's own prices, corrected by what its regions saw.

use super::costs::{Costs, Regime};
use crate::machine::MachineProfile;

/// What one region paid for its helpers.
#[derive(Clone, Copy, Debug)]
pub struct Paid {
    /// Until the caller could work, ns: waking a thread costs the one that wakes it.
    pub invite_ns: f64,
    /// From then on until the first helper worked, ns; `None` where nobody came.
    pub arrival_ns: Option<f64>,
    /// How long the caller worked in all, ns.
    pub lasted_ns: f64,
}

/// The memory behind [`Costs`].
#[derive(Clone, Debug)]
pub struct Prices {
    profile: MachineProfile,
    /// What an invitation cost its caller by regime, ns; 0 where nothing was seen.
    invite_ns: [f64; Regime::COUNT],
    /// First helper's arrival by regime, ns; 0 where nothing was seen.
    arrive_ns: [f64; Regime::COUNT],
}

impl Prices {
    /// The machine's own prices; nothing was seen yet.
    #[must_use]
    pub fn new(profile: MachineProfile) -> Self {
        Self { profile, invite_ns: [0.0; Regime::COUNT], arrive_ns: [0.0; Regime::COUNT] }
    }

    /// The machine's own prices in `regime` for regions of up to `width` threads, whatever was seen.
    #[must_use]
    pub fn own(&self, regime: Regime, width: usize) -> Costs {
        Costs::of(&self.profile, regime, width)
    }

    /// Today's prices in `regime` for regions of up to `width` threads.
    #[must_use]
    pub fn costs(&self, regime: Regime, width: usize) -> Costs {
        let own = self.own(regime, width);
        let or = |seen: f64, own: f64| if seen > 0.0 { seen } else { own };
        let arrive_ns = or(self.arrive_ns[regime as usize], own.arrive_ns);
        Costs {
            invite_ns: or(self.invite_ns[regime as usize], own.invite_ns),
            arrive_ns,
            // Those that follow are as late as the first.
            step_ns: own.step_ns * (arrive_ns / own.arrive_ns),
            ..own
        }
    }

    /// Takes what one region paid. One that ended before anybody came tells only that it takes at least so long.
    pub fn learn(&mut self, regime: Regime, paid: &Paid, width: usize) {
        let own = self.own(regime, width);
        let known = self.costs(regime, width);
        let arrival_ns = paid.arrival_ns.unwrap_or_else(|| paid.lasted_ns.max(known.arrive_ns));
        learn_one(&mut self.arrive_ns[regime as usize], own.arrive_ns, arrival_ns);
        // The start of a pool is in it, and comes once.
        if regime != Regime::Cold {
            learn_one(&mut self.invite_ns[regime as usize], own.invite_ns, paid.invite_ns);
        }
    }
}

/// Moves a price an eighth of the way to a sample: a single one says little where threads are woken.
fn learn_one(known: &mut f64, own_ns: f64, sample_ns: f64) {
    if *known <= 0.0 {
        *known = own_ns;
    }
    *known += 0.125 * (sample_ns.clamp(*known / 4.0, *known * 4.0) - *known);
    *known = known.clamp(50.0, 5_000_000.0);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paid(invite_ns: f64, arrival_ns: Option<f64>, lasted_ns: f64) -> Paid {
        Paid { invite_ns, arrival_ns, lasted_ns }
    }

    #[test]
    fn regions_correct_the_arrival_of_their_regime() {
        let mut prices = Prices::new(MachineProfile::builtin("linux", 8));
        let own = prices.own(Regime::Parked, 8);
        assert_eq!(prices.costs(Regime::Parked, 8), own);
        for _ in 0..80 {
            prices.learn(Regime::Parked, &paid(40_000.0, Some(200_000.0), 1e6), 8);
        }
        let today = prices.costs(Regime::Parked, 8);
        assert!((today.arrive_ns / 200_000.0 - 1.0).abs() < 0.01, "{today:?}");
        assert!((today.invite_ns / 40_000.0 - 1.0).abs() < 0.01, "{today:?}");
        assert_eq!(prices.own(Regime::Parked, 8), own);
        assert_eq!(prices.costs(Regime::Awake, 8), prices.own(Regime::Awake, 8));
    }

    #[test]
    fn a_region_without_help_never_makes_helpers_look_faster() {
        let mut prices = Prices::new(MachineProfile::builtin("linux", 2));
        let before = prices.costs(Regime::Awake, 2).arrive_ns;
        prices.learn(Regime::Awake, &paid(100.0, None, 10.0), 2);
        assert!(prices.costs(Regime::Awake, 2).arrive_ns >= before);
        prices.learn(Regime::Awake, &paid(100.0, None, 100.0 * before), 2);
        assert!(prices.costs(Regime::Awake, 2).arrive_ns > before);
    }
}
