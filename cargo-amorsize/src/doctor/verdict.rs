//! Whether this machine is one to split work on, check by check. Pure.

use amorsize_runtime::machine::Cores;
use serde::Serialize;

use super::measure::Measured;
use super::steady::{ROUNDS, Spread};
use crate::units::{digits, percent, size, times};

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Verdict {
    /// As it should be.
    Go,
    /// It works, with less to gain.
    Caution,
    /// Work is not split here, or should not be.
    NoGo,
}

impl Verdict {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Go => "go",
            Self::Caution => "caution",
            Self::NoGo => "no-go",
        }
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Check {
    pub(crate) name: &'static str,
    pub(crate) verdict: Verdict,
    pub(crate) found: String,
    /// What it means, where it is not as it should be.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(crate) reason: &'static str,
}

/// The worst of all checks.
pub(crate) fn worst<'c>(checks: impl IntoIterator<Item = &'c Check>) -> Verdict {
    checks.into_iter().map(|check| check.verdict).max().unwrap_or(Verdict::Go)
}

/// A clock that takes longer is read through the kernel, ns. Read without it, it took 26 to 60 on the machines measured, and
/// clocks that need the kernel (a thread's CPU time) 400 to 900 on the same.
const SLOW_CLOCK_NS: f64 = 200.0;
/// A helper that takes longer to wake leaves little to gain from calls of a millisecond, µs: of two threads, one of which comes
/// `w` later, a call of 1 ms takes `(1 + w) / 2`, at 250 µs 1.6 instead of 2 times as fast.
const SLOW_WAKE_US: f64 = 250.0;
/// From this share of wake-ups on the caller's own CPU on, an idle machine has no parallelism more often than not.
const MOSTLY: f64 = 0.5;
/// All cores must read memory by so much faster than one: loops that only read it gain at most this, before what helpers cost,
/// and a gain of less than a quarter is not worth writing down (the runtime's `tune::record`).
const FLAT: f64 = 1.3;
/// Less memory than this is soon full of results, bytes: a million of 64 bytes, the size of a cache line.
const LITTLE_MEMORY: u64 = 64 << 20;

/// Every check of the machine; `room` is the memory that can still be allocated.
pub(crate) fn machine(measured: &Measured, spread: Spread, cores: &Cores, room: Option<u64>) -> Vec<Check> {
    vec![
        threads(cores),
        smt(cores),
        clock(measured),
        start(measured),
        wake(measured),
        placement(measured),
        bandwidth(measured, cores),
        memory(room),
        steadiness(spread),
    ]
}

/// A check whose reason counts only where it is not as it should be.
fn check(name: &'static str, verdict: Verdict, found: String, reason: &'static str) -> Check {
    Check { name, verdict, found, reason: if verdict == Verdict::Go { "" } else { reason } }
}

fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn unless(bad: bool, verdict: Verdict) -> Verdict {
    if bad { verdict } else { Verdict::Go }
}

fn threads(cores: &Cores) -> Check {
    let quota = cores.quota.map_or("no quota".to_owned(), |cpus| format!("quota {}", digits(cpus)));
    let found = format!(
        "{}: {} by affinity, {quota}",
        counted(cores.available, "thread"),
        counted(cores.logical, "CPU")
    );
    if cores.available < 2 {
        return check(
            "threads",
            Verdict::NoGo,
            found,
            "every call stays serial: give the process 2 CPUs, by quota and by affinity",
        );
    }
    let uneven = cores.quota.is_some_and(|cpus| cpus < cores.logical as f64 && cpus.fract() > 0.01);
    let reason = "the quota is no whole number of CPUs: threads stand still for a part of each period";
    check("threads", unless(uneven, Verdict::Caution), found, reason)
}

fn smt(cores: &Cores) -> Check {
    let shared = cores.available > cores.physical;
    let found = format!("{} on {}", counted(cores.available, "thread"), counted(cores.physical, "core"));
    check(
        "smt",
        unless(shared, Verdict::Caution),
        found,
        "two threads of a core share its units: less than double",
    )
}

fn clock(measured: &Measured) -> Check {
    let found =
        format!("{} ns a reading, {} ns a claim", digits(measured.clock_ns), digits(measured.claim_ns));
    let slow = measured.clock_ns > SLOW_CLOCK_NS;
    check(
        "clock",
        unless(slow, Verdict::Caution),
        found,
        "the clock is read through the kernel: use the clock source tsc",
    )
}

fn start(measured: &Measured) -> Check {
    let found = format!("{} µs for all threads, once", digits(measured.pool_start_us));
    check("pool start", Verdict::Go, found, "")
}

fn wake(measured: &Measured) -> Check {
    let [awake, dozing, asleep] = measured.wake_us.map(digits);
    let found = format!("{awake} µs awake, {dozing} µs dozing, {asleep} µs asleep");
    let slow = measured.wake_us.iter().any(|us| *us > SLOW_WAKE_US);
    check(
        "wake-up",
        unless(slow, Verdict::Caution),
        found,
        "helpers wake slowly: only long calls pay; is the machine busy?",
    )
}

fn placement(measured: &Measured) -> Check {
    let Some(share) = measured.same_cpu else {
        return check("placement", Verdict::Go, "not known on this system".to_owned(), "");
    };
    let found = format!("{} of the wake-ups on the caller's own CPU", percent(share));
    check(
        "placement",
        unless(share > MOSTLY, Verdict::Caution),
        found,
        "leave AMORSIZE_PLACEMENT on: helpers then move away",
    )
}

fn bandwidth(measured: &Measured, cores: &Cores) -> Check {
    let [one, all] = measured.stream_gbs;
    let found = format!("{} GB/s by one core, {} GB/s by all", digits(one), digits(all));
    let flat = cores.available > 1 && all < FLAT * one;
    check(
        "bandwidth",
        unless(flat, Verdict::Caution),
        found,
        "one core takes all of it: loops that only move memory gain nothing",
    )
}

fn steadiness(spread: Spread) -> Check {
    let Spread { cost, ratio } = spread;
    let found = if spread.is_steady() {
        format!("{ROUNDS} rounds agree within {}", times(ratio))
    } else {
        format!("{cost} differs by {} between {ROUNDS} rounds", times(ratio))
    };
    check(
        "steadiness",
        unless(!spread.is_steady(), Verdict::Caution),
        found,
        "the machine is busy, or changes its speed: these numbers are of the moment",
    )
}

fn memory(room: Option<u64>) -> Check {
    let Some(room) = room else {
        return check("memory", Verdict::Go, "no limit is known".to_owned(), "");
    };
    let found = format!("{} left below the limit", size(room as f64));
    check(
        "memory",
        unless(room < LITTLE_MEMORY, Verdict::Caution),
        found,
        "large results may not fit beside their input",
    )
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn measured() -> Measured {
        Measured {
            clock_ns: 25.0,
            claim_ns: 35.0,
            step_ns: 0.25,
            pool_start_us: 90.0,
            wake_us: [0.2, 8.0, 50.0],
            unpark_us: 2.0,
            same_cpu: Some(0.1),
            stream_gbs: [12.0, 22.0],
        }
    }

    pub(crate) const STEADY: Spread = Spread { cost: "the clock", ratio: 1.02 };

    const CORES: Cores = Cores { available: 4, logical: 4, physical: 4, quota: None };

    #[test]
    fn a_good_machine_is_a_go() {
        let checks = machine(&measured(), STEADY, &CORES, Some(8 << 30));
        assert_eq!(worst(&checks), Verdict::Go, "{checks:?}");
        assert!(checks.iter().all(|check| check.reason.is_empty()));
    }

    #[test]
    fn what_is_wrong_is_named_with_a_reason() {
        let good = measured();
        for (name, verdict, measured, cores, room) in [
            ("threads", Verdict::NoGo, good, Cores { available: 1, physical: 1, ..CORES }, None),
            (
                "threads",
                Verdict::Caution,
                good,
                Cores { available: 2, physical: 2, quota: Some(1.8), ..CORES },
                None,
            ),
            ("smt", Verdict::Caution, good, Cores { physical: 2, ..CORES }, None),
            ("clock", Verdict::Caution, Measured { clock_ns: 900.0, ..good }, CORES, None),
            ("wake-up", Verdict::Caution, Measured { wake_us: [1.0, 9.0, 900.0], ..good }, CORES, None),
            ("placement", Verdict::Caution, Measured { same_cpu: Some(0.9), ..good }, CORES, None),
            ("bandwidth", Verdict::Caution, Measured { stream_gbs: [12.0, 13.0], ..good }, CORES, None),
            ("memory", Verdict::Caution, good, CORES, Some(1 << 20)),
        ] {
            let checks = machine(&measured, STEADY, &cores, room);
            let bad: Vec<_> = checks.iter().filter(|check| check.verdict != Verdict::Go).collect();
            assert!(bad.len() == 1 && !bad[0].reason.is_empty(), "{bad:?}");
            assert_eq!((bad[0].name, worst(&checks)), (name, verdict));
        }
        let unsteady = Spread { cost: "a claim", ratio: 2.4 };
        let checks = machine(&good, unsteady, &CORES, None);
        assert_eq!(worst(&checks), Verdict::Caution);
        assert!(checks.iter().any(|check| check.found == "a claim differs by 2.40× between 5 rounds"));
    }
}
