//! What regions cost in this process, by regime: the machine's own prices, corrected by what its regions saw.

use super::costs::{Costs, Regime};
use crate::machine::MachineProfile;

/// The memory behind [`Costs`].
#[derive(Clone, Debug)]
pub struct Prices {
    profile: MachineProfile,
    /// First helper's arrival by regime, ns; 0 where nothing was seen.
    arrive_ns: [f64; Regime::COUNT],
}

impl Prices {
    /// The machine's own prices; nothing was seen yet.
    #[must_use]
    pub fn new(profile: MachineProfile) -> Self {
        Self { profile, arrive_ns: [0.0; Regime::COUNT] }
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
        let arrive_ns = self.arrive_ns[regime as usize];
        if arrive_ns > 0.0 { Costs { arrive_ns, ..own } } else { own }
    }

    /// Takes what one region saw: when the first helper came, or that none had come after `lasted_ns`.
    pub fn learn(&mut self, regime: Regime, arrival_ns: Option<f64>, lasted_ns: f64, width: usize) {
        let own_ns = self.own(regime, width).arrive_ns;
        let known = &mut self.arrive_ns[regime as usize];
        if *known <= 0.0 {
            *known = own_ns;
        }
        // A region that ended before anybody came tells only that it takes at least so long.
        let sample = arrival_ns.unwrap_or_else(|| lasted_ns.max(*known));
        *known += 0.125 * (sample.clamp(*known / 4.0, *known * 4.0) - *known);
        *known = known.clamp(500.0, 5_000_000.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_correct_the_arrival_of_their_regime() {
        let mut prices = Prices::new(MachineProfile::builtin("linux", 8));
        let own = prices.own(Regime::Parked, 8);
        assert_eq!(prices.costs(Regime::Parked, 8), own);
        for _ in 0..80 {
            prices.learn(Regime::Parked, Some(200_000.0), 1e6, 8);
        }
        let today = prices.costs(Regime::Parked, 8);
        assert!((today.arrive_ns / 200_000.0 - 1.0).abs() < 0.01, "{today:?}");
        assert_eq!(prices.own(Regime::Parked, 8), own);
        assert_eq!(prices.costs(Regime::Awake, 8), prices.own(Regime::Awake, 8));
    }

    #[test]
    fn a_region_without_help_never_makes_helpers_look_faster() {
        let mut prices = Prices::new(MachineProfile::builtin("linux", 2));
        let before = prices.costs(Regime::Awake, 2).arrive_ns;
        prices.learn(Regime::Awake, None, 10.0, 2);
        assert!(prices.costs(Regime::Awake, 2).arrive_ns >= before);
        prices.learn(Regime::Awake, None, 100.0 * before, 2);
        assert!(prices.costs(Regime::Awake, 2).arrive_ns > before);
    }
}
