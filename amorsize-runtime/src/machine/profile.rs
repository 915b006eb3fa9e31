//! What the machine costs: waking, claiming, reading a clock, moving memory.
//!
//! It gives the constants that a program starts from, per operating system, each with where it was measured. It
//! measures nothing: a `[machine]` table of the tuned file or a calibration replaces them, and a site's own regions
//! correct them.

use super::available;

/// The costs that decisions are computed from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MachineProfile {
    /// Reading the clock once.
    pub clock_ns: f64,
    /// Claiming one chunk while others claim too.
    pub claim_ns: f64,
    /// From inviting a helper that sleeps to its first item.
    pub wake_us: f64,
    /// What each thread of the pool adds to that.
    pub wake_us_per_worker: f64,
    /// Creating the pool on its first use.
    pub pool_start_us: f64,
    /// One step of the reference loop, a dependent addition: relates an item's cost on one machine to another's.
    pub step_ns: f64,
    /// Memory bandwidth of one core and of all, GB/s.
    pub stream_gbs: [f64; 2],
}

impl MachineProfile {
    /// The built-in costs of an operating system (`std::env::consts::OS`) for a pool of so many threads.
    #[must_use]
    pub fn builtin(os: &str, threads: usize) -> Self {
        // Linux, 2-vCPU VM on AMD EPYC (zen4), medians: a pair of `Instant::now` 50 ns; a contended claim 35 ns;
        // waking a parked worker and reaching its first item
        // 50 µs, 0.4 µs more per worker; first use of rayon's pool with 2, 16, 64 threads
        // 0.14, 0.69, 5.2 ms, through which the parabola below passes within a tenth.
        let n = threads as f64;
        let linux = Self {
            clock_ns: 25.0,
            claim_ns: 35.0,
            wake_us: 50.0,
            wake_us_per_worker: 0.4,
            pool_start_us: 80.0 + 30.0 * n + 0.78 * n * n,
            // A cycle at 4 GHz; bandwidths at the low end of current servers. Not measured: they only weigh where
            // an entry comes from another machine, or where items move more bytes than they compute.
            step_ns: 0.25,
            stream_gbs: [12.0, 24.0],
        };
        match os {
            // Not measured on our machines yet. Windows and macOS wake sleeping threads more slowly than Linux does;
            // a dispatch taken for dearer than it is costs some speed-up near the crossover, the opposite a
            // slow-down, so the constants err upwards. macOS' clock counts in steps of 41 ns.
            "windows" => Self { wake_us: 75.0, wake_us_per_worker: 0.8, ..linux },
            "macos" | "ios" => Self { clock_ns: 42.0, wake_us: 75.0, ..linux },
            _ => linux,
        }
    }

    /// The built-in costs of this machine.
    #[must_use]
    pub fn here() -> Self {
        Self::builtin(std::env::consts::OS, available())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_constant_is_a_cost() {
        for os in ["linux", "windows", "macos", "freebsd", "unknown"] {
            for threads in [1, 2, 64, 256] {
                let profile = MachineProfile::builtin(os, threads);
                let [one, all] = profile.stream_gbs;
                for cost in [
                    profile.clock_ns,
                    profile.claim_ns,
                    profile.wake_us,
                    profile.wake_us_per_worker,
                    profile.pool_start_us,
                    profile.step_ns,
                    one,
                    all,
                ] {
                    assert!(cost.is_finite() && cost > 0.0, "{os}, {threads}: {profile:?}");
                }
                assert!(all >= one);
            }
        }
    }
}
