//! What the machine charges for a region, by the state that its pool is in.
//!
//! Decides nothing; `Costs` are the numbers of one regime, taken from the machine profile and corrected by what the
//! program's own regions saw.

use crate::machine::MachineProfile;

/// In which state a call finds the pool; the price of a helper depends on nothing as much as on this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Regime {
    /// The caller is a thread of the pool.
    Inside,
    /// A region ended moments ago: the workers still look for work.
    Awake,
    /// A region ended within a millisecond: the workers sleep lightly.
    Recent,
    /// Idle for longer: the workers sleep.
    Parked,
    /// No region yet: the pool may have to be started.
    Cold,
}

impl Regime {
    /// How many regimes there are, for tables indexed by `as usize`.
    pub const COUNT: usize = 5;

    /// The regime of a pool whose last region ended `gap_ns` ago. rayon's workers look for work for some tens of
    /// microseconds before they sleep (rayon-core 1.13, `sleep`), and deep idle states begin around a millisecond.
    #[must_use]
    pub fn of_gap(gap_ns: u64) -> Self {
        match gap_ns {
            0..50_000 => Self::Awake,
            50_000..1_000_000 => Self::Recent,
            _ => Self::Parked,
        }
    }

    /// What the caller pays for its invitation and how long the first helper takes to come, as shares of the time in
    /// which a sleeping helper wakes. From a 2-vCPU Linux VM with rayon-core 1.13 (medians, µs: 0.3 and 4, 0.8 and 5,
    /// 4 and 20, 6 and 50, 6 and 60); the program's own regions replace the arrival within a few calls.
    fn shares(self) -> (f64, f64) {
        match self {
            Self::Inside => (0.006, 0.08),
            Self::Awake => (0.016, 0.1),
            Self::Recent => (0.08, 0.4),
            Self::Parked => (0.12, 1.0),
            Self::Cold => (0.12, 1.2),
        }
    }
}

/// The price of a region, ns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Costs {
    /// What the caller pays before it can work.
    pub invite_ns: f64,
    /// How long after the start the first helper works.
    pub arrive_ns: f64,
    /// How much later each doubling of the helpers comes.
    pub step_ns: f64,
    /// What one claim of a chunk costs, with the clock reads around it.
    pub claim_ns: f64,
}

impl Costs {
    /// The prices of a machine in `regime`, for a pool of so many threads.
    #[must_use]
    pub fn of(profile: &MachineProfile, regime: Regime, threads: usize) -> Self {
        let (invite, arrive) = regime.shares();
        let (wake_ns, slope_ns) = (profile.wake_us * 1e3, profile.wake_us_per_worker * 1e3);
        let start_ns = if regime == Regime::Cold { profile.pool_start_us * 1e3 } else { 0.0 };
        Self {
            invite_ns: start_ns + invite * wake_ns,
            // A pool wakes its threads one after the other; in a large one the right one comes later.
            arrive_ns: arrive * wake_ns + slope_ns * threads as f64,
            step_ns: 0.5 * arrive * wake_ns,
            claim_ns: profile.claim_ns + 2.0 * profile.clock_ns,
        }
    }

    /// The stages of a region of `workers` threads that are `speed` times as fast together as the caller alone: until
    /// when each lasts, ns after the start, and how fast it is. Every helper invites others, so their number doubles.
    pub(super) fn stages(&self, workers: usize, speed: f64) -> impl Iterator<Item = (f64, f64)> {
        let (arrive_ns, step_ns) = (self.arrive_ns, self.step_ns);
        let gained = (speed - 1.0) / (workers.max(2) - 1) as f64;
        let mut threads = 1;
        let mut until = arrive_ns;
        let mut over = false;
        std::iter::from_fn(move || {
            if over {
                return None;
            }
            over = threads >= workers;
            let stage = (if over { f64::INFINITY } else { until }, 1.0 + gained * (threads - 1) as f64);
            until += step_ns;
            threads = (threads * 2).min(workers.max(1));
            Some(stage)
        })
    }

    /// Fixed time that a region of `workers` threads adds to its share of the work (the `o(regime, w)` of DESIGN.md):
    /// the caller's own delay, and the work that late helpers leave to the others.
    #[must_use]
    pub fn dispatch_ns(&self, workers: usize) -> f64 {
        let speed = workers.max(1) as f64;
        let mut began = 0.0;
        let missing =
            self.stages(workers, speed).take_while(|stage| stage.0.is_finite()).map(|(until, now)| {
                let lasted = until - std::mem::replace(&mut began, until);
                lasted * (1.0 - now / speed)
            });
        self.invite_ns + missing.sum::<f64>()
    }

    /// Time for `work_ns` of serial work on `workers` threads that are `speed` times as fast as one alone.
    ///
    /// Until the first helper comes the caller works alone; work that is over by then gained nothing.
    #[must_use]
    pub fn parallel_ns(&self, work_ns: f64, workers: usize, speed: f64) -> f64 {
        let (mut now, mut left) = (0.0, work_ns);
        for (until, speed) in self.stages(workers, speed.max(1e-3)) {
            let done = (until - now) * speed;
            if left <= done {
                now += left / speed;
                break;
            }
            (now, left) = (until, left - done);
        }
        self.invite_ns + now
    }

    /// The work from which a region of `workers` threads that are `speed` times as fast as one is worth its time, ns of
    /// serial work; `None` if it never is. One ns of work is worth `worth` ns, one ns of the region costs `bias` ns.
    pub(super) fn pays_from(&self, workers: usize, speed: f64, worth: f64, bias: f64) -> Option<f64> {
        let (mut began, mut work_ns) = (0.0, 0.0);
        for (until, speed) in self.stages(workers, speed) {
            // Behind by so much at the beginning of the stage, and catching up so fast.
            let behind = bias * (self.invite_ns + began) - worth * work_ns;
            let gain = worth * speed - bias;
            if gain > 0.0 && behind <= gain * (until - began) {
                return Some(work_ns + behind / gain * speed);
            }
            work_ns += (until - began) * speed;
            began = until;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REGIMES: [Regime; Regime::COUNT] =
        [Regime::Inside, Regime::Awake, Regime::Recent, Regime::Parked, Regime::Cold];

    fn costs(regime: Regime, threads: usize) -> Costs {
        Costs::of(&MachineProfile::builtin("linux", threads), regime, threads)
    }

    #[test]
    fn regimes_follow_the_gap() {
        for (gap_ns, regime) in [
            (0, Regime::Awake),
            (49_999, Regime::Awake),
            (50_000, Regime::Recent),
            (1_000_000, Regime::Parked),
            (u64::MAX, Regime::Parked),
        ] {
            assert_eq!(Regime::of_gap(gap_ns), regime, "{gap_ns}");
        }
    }

    #[test]
    fn sleeping_pools_never_cost_less() {
        for pair in REGIMES.windows(2) {
            for workers in [2, 4, 16, 64] {
                let costs = [0, 1].map(|k| costs(pair[k], workers).dispatch_ns(workers));
                assert!(costs[0] <= costs[1], "{pair:?} {workers}: {costs:?}");
            }
        }
    }

    #[test]
    fn a_machine_that_wakes_slowly_charges_more() {
        let own = MachineProfile::builtin("linux", 8);
        let slow = MachineProfile { wake_us: 4.0 * own.wake_us, pool_start_us: 9e4, ..own };
        for regime in REGIMES {
            for workers in [2, 4, 8] {
                let [own, slow] =
                    [&own, &slow].map(|profile| Costs::of(profile, regime, 8).dispatch_ns(workers));
                assert!(slow > 1.5 * own, "{regime:?} {workers}: {own} {slow}");
            }
        }
    }

    #[test]
    fn parallel_time_grows_with_work_and_falls_with_speed() {
        let costs = costs(Regime::Awake, 8);
        for workers in [2_usize, 3, 4, 8] {
            let mut before = 0.0;
            for work_ns in [0.0, 1e3, 1e4, 1e5, 1e6, 1e7] {
                let ns = costs.parallel_ns(work_ns, workers, workers as f64);
                assert!(ns >= before);
                assert!(costs.parallel_ns(work_ns, workers, 0.5 * workers as f64) >= ns);
                before = ns;
            }
        }
    }

    #[test]
    fn helpers_come_in_doublings() {
        let costs = Costs { invite_ns: 1.0, arrive_ns: 10.0, step_ns: 4.0, claim_ns: 0.0 };
        let stages: Vec<_> = costs.stages(6, 6.0).collect();
        assert_eq!(stages, [(10.0, 1.0), (14.0, 2.0), (18.0, 4.0), (f64::INFINITY, 6.0)]);
        assert_eq!(costs.stages(1, 1.0).collect::<Vec<_>>(), [(f64::INFINITY, 1.0)]);
        // 10 alone, 8 by two, 16 by four, the rest by six.
        assert!((costs.parallel_ns(40.0, 6, 6.0) - (1.0 + 18.0 + 1.0)).abs() < 1e-9);
        let long_ns = costs.parallel_ns(6e6, 6, 6.0);
        assert!((long_ns - 1e6 - costs.dispatch_ns(6)).abs() < 1e-6);
    }
}
