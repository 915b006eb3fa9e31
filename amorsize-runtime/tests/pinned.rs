//! A helper that a confined thread started is not confined itself: it helps other callers too, for the rest of the process.
#![cfg(all(target_os = "linux", feature = "rayon"))]

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::thread;

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// A line of a thread's description.
fn line(task: &Path, name: &str) -> String {
    let status = fs::read_to_string(task.join("status")).unwrap_or_default();
    let value = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    value.trim().to_owned()
}

fn regions() -> u64 {
    let xs: Vec<u64> = (0..64).collect();
    let slow = |&x: &u64| (0..20_000).fold(x, |x, k| black_box(x.rotate_left(3) ^ k));
    (0..20).map(|_| amorsize_runtime::map(&xs, slow).len() as u64).sum()
}

#[test]
fn helpers_of_a_confined_caller_run_anywhere() {
    let whole = sched_getaffinity(None).unwrap();
    let Some(first) = (0..1024).find(|&cpu| whole.is_set(cpu)).filter(|_| whole.count() > 1) else { return };
    thread::spawn(move || {
        let mut one = CpuSet::new();
        one.set(first);
        sched_setaffinity(None, &one).unwrap();
        assert_eq!(regions(), 20 * 64);
        // Its own mask is nobody else's business.
        assert_eq!(sched_getaffinity(None).unwrap(), one);
    })
    .join()
    .unwrap();
    let anywhere = line(Path::new("/proc/self"), "Cpus_allowed_list:");
    let tasks = fs::read_dir("/proc/self/task").unwrap().map(|task| task.unwrap().path());
    let helpers: Vec<_> = tasks.filter(|task| line(task, "Name:") == "amorsize-helper").collect();
    assert!(!helpers.is_empty(), "no region was opened: {}", amorsize_runtime::decisions());
    for helper in helpers {
        assert_eq!(line(&helper, "Cpus_allowed_list:"), anywhere);
    }
}
