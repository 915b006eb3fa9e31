//! Machines that nobody has on a desk: what they really do, which the decisions have to find out.

use amorsize_runtime::machine::MachineProfile;
use amorsize_runtime::tune::costs::{Costs, Regime};

/// One simulated machine.
#[derive(Clone, Debug)]
pub struct Machine {
    /// Its name in tables.
    pub name: &'static str,
    /// Speed of each core, fastest first; 1 is the core that serial calls run on.
    cores: Vec<f64>,
    /// Whether each core runs a second thread; see [`SIBLING`].
    smt: bool,
    /// Memory bandwidth by threads that use it, bytes per ns, rising in the number of threads; straight lines between.
    bandwidth: Vec<(usize, f64)>,
    /// What waking and claiming really cost / what the built-in profile says.
    pub dearer: f64,
}

/// Speed of each of two threads that share a core / speed of one alone: together 1.24, in the middle of what is reported
/// for servers (1.1 to 1.35).
const SIBLING: f64 = 0.62;

impl Machine {
    fn new(name: &'static str, cores: Vec<f64>, bandwidth: &[(usize, f64)]) -> Self {
        Self { name, cores, smt: false, bandwidth: bandwidth.to_vec(), dearer: 1.0 }
    }

    fn with_smt(self) -> Self {
        Self { smt: true, ..self }
    }

    fn dearer(self, dearer: f64) -> Self {
        Self { dearer, ..self }
    }

    /// All machines of the simulation.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let hybrid = [vec![1.0; 6], vec![0.55; 8]].concat();
        vec![
            Self::new("2 cores", vec![1.0; 2], &[(1, 12.0), (2, 20.0)]),
            Self::new("2 cores, wakes 3×", vec![1.0; 2], &[(1, 12.0), (2, 14.0)]).dearer(3.0),
            Self::new("4 cores", vec![1.0; 4], &[(1, 15.0), (2, 24.0), (4, 28.0)]),
            Self::new("4 cores, SMT", vec![1.0; 4], &[(1, 15.0), (2, 24.0), (8, 28.0)]).with_smt(),
            Self::new("8 cores", vec![1.0; 8], &[(1, 15.0), (4, 45.0), (8, 50.0)]),
            Self::new("6 P + 8 E", hybrid, &[(1, 20.0), (4, 60.0), (14, 65.0)]),
            Self::new("16 cores, SMT", vec![1.0; 16], &[(1, 14.0), (8, 90.0), (32, 100.0)]).with_smt(),
            Self::new("64 cores", vec![1.0; 64], &[(1, 12.0), (16, 160.0), (64, 200.0)]),
            // Beyond its knee, threads take bandwidth from each other.
            Self::new("64 cores, NUMA", vec![1.0; 64], &[(1, 12.0), (16, 150.0), (32, 120.0), (64, 190.0)]),
            Self::new("64 cores, wakes 2×", vec![1.0; 64], &[(1, 12.0), (8, 60.0), (64, 66.0)]).dearer(2.0),
            Self::new("256 cores", vec![1.0; 256], &[(1, 12.0), (32, 300.0), (256, 600.0)]),
            Self::new("128 cores, SMT", vec![1.0; 128], &[(1, 12.0), (64, 350.0), (256, 400.0)]).with_smt(),
        ]
    }

    /// Threads that can run at once.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.cores.len() * if self.smt { 2 } else { 1 }
    }

    /// What regions really cost here.
    #[must_use]
    pub fn costs(&self, regime: Regime) -> Costs {
        let profile = self.profile();
        let dearer = MachineProfile {
            wake_us: profile.wake_us * self.dearer,
            wake_us_per_worker: profile.wake_us_per_worker * self.dearer,
            claim_ns: profile.claim_ns * self.dearer,
            ..profile
        };
        Costs::of(&dearer, regime, self.threads())
    }

    /// What the program takes it for.
    #[must_use]
    pub fn profile(&self) -> MachineProfile {
        MachineProfile::builtin("linux", self.threads())
    }

    /// What of `ns` of computing and `bytes` moved per item takes thread `slot` how long while `active` threads work, ns;
    /// `shared` says whether two of them are on its core.
    #[must_use]
    pub fn item_ns(&self, ns: f64, bytes: f64, slot: usize, active: usize, shared: bool) -> f64 {
        let speed = self.cores[slot % self.cores.len()] * if shared { SIBLING } else { 1.0 };
        (ns / speed).max(bytes * active as f64 / self.bandwidth(active))
    }

    /// The thread that shares a core with `slot`, where there is one.
    #[must_use]
    pub fn sibling(&self, slot: usize) -> Option<usize> {
        let cores = self.cores.len();
        self.smt.then(|| if slot < cores { slot + cores } else { slot - cores })
    }

    fn bandwidth(&self, active: usize) -> f64 {
        let after = self.bandwidth.iter().position(|&(threads, _)| threads >= active);
        match after {
            None => self.bandwidth.last().map_or(f64::INFINITY, |knee| knee.1),
            Some(0) => self.bandwidth[0].1,
            Some(k) => {
                let [(from, least), (to, most)] = [self.bandwidth[k - 1], self.bandwidth[k]];
                least + (most - least) * (active - from) as f64 / (to - from) as f64
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Machine;

    #[test]
    fn siblings_share_a_core_and_threads_share_the_memory() {
        let machines = Machine::all();
        let by_name = |name| machines.iter().find(|machine| machine.name == name).unwrap();
        let smt = by_name("4 cores, SMT");
        assert_eq!(smt.threads(), 8);
        assert_eq!((smt.sibling(0), smt.sibling(7)), (Some(4), Some(3)));
        assert!((smt.item_ns(10.0, 0.0, 0, 4, false) - 10.0).abs() < 1e-9);
        assert!(smt.item_ns(10.0, 0.0, 0, 5, true) > 16.0);
        assert!((smt.item_ns(0.1, 28.0, 0, 8, true) - 8.0).abs() < 1e-9);
        let hybrid = by_name("6 P + 8 E");
        assert!(hybrid.item_ns(10.0, 0.0, 6, 14, false) > 18.0);
    }
}
