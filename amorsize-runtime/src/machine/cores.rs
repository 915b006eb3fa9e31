//! How many threads this process may use at once.
//!
//! It combines affinity, the control group's quota and what the machine has, and keeps the answer, because asking
//! costs 23 µs and more (measured on a 2-vCPU Linux VM). It does not decide how many of them a call gets.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::cgroup;

/// What this process may compute on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cores {
    /// Threads that may run at once: the lesser of affinity and quota, at least 1.
    pub available: usize,
    /// CPUs in the process's affinity mask, hyper-threads counted one by one.
    pub logical: usize,
    /// Cores among them where the system tells, hyper-threads of one core counted once; never above `available`.
    pub physical: usize,
    /// The control group's quota in CPUs, where there is one.
    pub quota: Option<f64>,
}

/// What decides how many threads may run, asked for on the first call and kept.
#[derive(Debug)]
struct Start {
    mask: Option<Vec<usize>>,
    logical: usize,
    quota: Option<f64>,
}

static START: OnceLock<Start> = OnceLock::new();
static AVAILABLE: AtomicUsize = AtomicUsize::new(0);

/// The cores of this process.
#[must_use]
pub fn cores() -> Cores {
    // A file for each CPU, which the first call of a program has no need of.
    static PHYSICAL: OnceLock<Option<usize>> = OnceLock::new();
    let available = available();
    let start = START.get_or_init(ask);
    let physical = *PHYSICAL.get_or_init(|| distinct_cores(start.mask.as_ref()?, &cgroup::real));
    Cores {
        available,
        logical: start.logical,
        physical: physical.unwrap_or(available).min(available),
        quota: start.quota,
    }
}

/// [`Cores::available`], one relaxed load once it is known.
#[must_use]
pub fn available() -> usize {
    match AVAILABLE.load(Ordering::Relaxed) {
        0 => {
            let start = START.get_or_init(ask);
            let available = usable(start.logical, start.quota);
            AVAILABLE.store(available, Ordering::Relaxed);
            available
        }
        available => available,
    }
}

/// Asks again: quotas change while a service runs. Tens of microseconds; for places off the hot path.
pub fn refresh() -> Cores {
    let start = START.get_or_init(ask);
    // The mask stays the one of the start: the thread that asks may be confined to a CPU for a moment.
    AVAILABLE.store(usable(start.logical, cgroup::cpu_quota(&cgroup::real)), Ordering::Relaxed);
    cores()
}

fn ask() -> Start {
    let quota = cgroup::cpu_quota(&cgroup::real);
    let mask = mask();
    let logical = match &mask {
        Some(cpus) => cpus.len(),
        None => std::thread::available_parallelism().map_or(1, usize::from),
    };
    Start { mask, logical, quota }
}

/// Threads for so many CPUs under a quota.
///
/// A fraction counts as a thread from ¾ on: the group then stands still for at most an eighth of a period, and less
/// would leave more than that unused. (std rounds 1.99 down to 1.)
fn usable(logical: usize, quota: Option<f64>) -> usize {
    let quota = quota.map_or(usize::MAX, |cpus| (cpus + 0.25).floor() as usize);
    logical.min(quota).max(1)
}

/// The CPUs of the process's affinity mask; `None` where that is not known or does not fit the fixed-size mask.
#[cfg(all(target_os = "linux", not(miri)))]
fn mask() -> Option<Vec<usize>> {
    // 1 024 is what the kernel's classic mask holds; on larger machines the call fails and std is asked instead.
    // Of the process's first thread: the one that asks may be confined for reasons of its own.
    let set = rustix::thread::sched_getaffinity(Some(rustix::process::getpid())).ok()?;
    let cpus: Vec<usize> = (0..1024).filter(|&cpu| set.is_set(cpu)).collect();
    (!cpus.is_empty()).then_some(cpus)
}

#[cfg(any(not(target_os = "linux"), miri))]
fn mask() -> Option<Vec<usize>> {
    None
}

/// Cores among the CPUs: each core lists its hyper-threads, so equal lists are one core.
fn distinct_cores(cpus: &[usize], read: cgroup::Read<'_>) -> Option<usize> {
    let mut siblings = Vec::with_capacity(cpus.len());
    for cpu in cpus {
        let list = format!("/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list");
        siblings.push(read(list.as_ref())?);
    }
    siblings.sort_unstable();
    siblings.dedup();
    Some(siblings.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_counts_from_three_quarters_of_a_cpu() {
        for (logical, quota, expected) in [
            (8, None, 8),
            (8, Some(2.0), 2),
            (8, Some(1.99), 2),
            (8, Some(1.75), 2),
            (8, Some(1.5), 1),
            (8, Some(0.1), 1),
            (2, Some(64.0), 2),
            (0, None, 1),
            (4, Some(f64::INFINITY), 4),
        ] {
            assert_eq!(usable(logical, quota), expected, "{logical} CPUs, quota {quota:?}");
        }
    }

    #[test]
    fn hyper_threads_of_a_core_count_once() {
        let read = |path: &std::path::Path| {
            let cpu = path.to_str()?.strip_prefix("/sys/devices/system/cpu/cpu")?.split('/').next()?;
            Some(["0,4", "1,5", "2,6", "3,7"][cpu.parse::<usize>().ok()? % 4].to_owned())
        };
        assert_eq!(distinct_cores(&[0, 1, 2, 3, 4, 5, 6, 7], &read), Some(4));
        assert_eq!(distinct_cores(&[0, 4], &read), Some(1));
        assert_eq!(distinct_cores(&[0], &|_| None), None);
    }

    #[test]
    fn this_machine_has_cores() {
        let cores = cores();
        assert!(cores.available >= 1 && cores.physical >= 1);
        assert!(cores.physical <= cores.available && cores.available <= cores.logical);
        assert_eq!(available(), refresh().available);
    }
}
