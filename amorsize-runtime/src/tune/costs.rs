//! What the machine charges for a region, by the state that its pool is in.
//!
//! Decides nothing; `Costs` are the numbers of one regime, taken from the machine profile and corrected by what the
//! program's own regions saw.

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
    /// Built-in prices: orders of magnitude from a 2-vCPU Linux VM with rayon-core 1.13 (DESIGN.md, "What a parallel
    /// call costs"); the program's own regions replace the arrival times within a few calls.
    #[must_use]
    pub fn built_in(regime: Regime, threads: usize) -> Self {
        let (invite_ns, arrive_ns) = match regime {
            Regime::Inside => (300.0, 4_000.0),
            Regime::Awake => (800.0, 5_000.0),
            Regime::Recent => (4_000.0, 20_000.0),
            Regime::Parked => (6_000.0, 50_000.0),
            // Starting a pool: 0.14 ms for 2 threads, 0.69 ms for 16, 5.2 ms for 64.
            Regime::Cold => (60_000.0 + 40_000.0 * threads as f64, 60_000.0),
        };
        Self { invite_ns, arrive_ns, step_ns: arrive_ns * 0.5, claim_ns: 100.0 }
    }

    /// Mean time until `workers - 1` helpers work, with an invitation chain that doubles them.
    fn mean_arrival_ns(&self, workers: usize) -> f64 {
        self.arrive_ns + self.step_ns * (workers.max(2) as f64 / 2.0).log2()
    }

    /// Fixed time that a region of `workers` threads adds to its share of the work (the `o(regime, w)` of DESIGN.md):
    /// the caller's own delay, and the work that late helpers leave to the others.
    #[must_use]
    pub fn dispatch_ns(&self, workers: usize) -> f64 {
        let share = (workers.max(1) - 1) as f64 / workers.max(1) as f64;
        self.invite_ns + self.mean_arrival_ns(workers) * share
    }

    /// Time for `work_ns` of serial work on `workers` threads, each `efficiency` times as fast as one alone.
    ///
    /// Until the first helper comes the caller works alone; work that is over by then gained nothing.
    #[must_use]
    pub fn parallel_ns(&self, work_ns: f64, workers: usize, efficiency: f64) -> f64 {
        let arrival = self.mean_arrival_ns(workers);
        if workers < 2 || work_ns <= arrival {
            return self.invite_ns + work_ns;
        }
        let w = workers as f64;
        self.invite_ns + arrival + (work_ns - arrival) / (w * efficiency).max(1e-3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let regimes = [Regime::Inside, Regime::Awake, Regime::Recent, Regime::Parked, Regime::Cold];
        for pair in regimes.windows(2) {
            for workers in [2, 4, 16, 64] {
                let costs = [0, 1].map(|k| Costs::built_in(pair[k], workers).dispatch_ns(workers));
                assert!(costs[0] <= costs[1], "{pair:?} {workers}: {costs:?}");
            }
        }
    }

    #[test]
    fn parallel_time_grows_with_work_and_falls_with_efficiency() {
        let costs = Costs::built_in(Regime::Awake, 8);
        for workers in [2, 4, 8] {
            let mut before = 0.0;
            for work_ns in [0.0, 1e3, 1e4, 1e5, 1e6, 1e7] {
                let ns = costs.parallel_ns(work_ns, workers, 1.0);
                assert!(ns >= before);
                assert!(costs.parallel_ns(work_ns, workers, 0.5) >= ns);
                before = ns;
            }
        }
    }
}
