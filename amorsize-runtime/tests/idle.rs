//! Nothing of ours runs while there is nothing to do: 5 ms after a region, and 2 s after it, the helpers have used no more
//! CPU time. In a process of its own: other tests' threads would be counted.
#![cfg(all(target_os = "linux", feature = "rayon"))]

use std::hint::black_box;
use std::path::Path;
use std::thread;
use std::time::Duration;

/// Time that a thread has had a CPU, ns.
fn on_cpu_ns(task: &Path) -> Option<u64> {
    std::fs::read_to_string(task.join("schedstat")).ok()?.split(' ').next()?.parse().ok()
}

/// The same of every thread but this one, by its number; `None` where the system keeps no count.
fn others() -> Option<Vec<(String, u64)>> {
    let here = std::fs::read_link("/proc/thread-self").ok()?;
    let tasks = std::fs::read_dir("/proc/self/task").ok()?.map(|task| task.unwrap().path());
    let mut all: Vec<_> = tasks
        .filter(|task| task.file_name() != here.file_name())
        // The test harness waits in a thread of its own, and whoever ended in between is gone.
        .filter_map(|task| Some((task.file_name()?.to_str()?.to_owned(), on_cpu_ns(&task)?)))
        .collect();
    all.sort();
    Some(all)
}

fn regions() {
    let xs: Vec<u64> = (0..64).collect();
    let slow = |&x: &u64| (0..20_000).fold(x, |x, k| black_box(x.rotate_left(3) ^ k));
    for _ in 0..40 {
        black_box(amorsize_runtime::map(&xs, slow));
    }
}

#[test]
fn helpers_that_have_nothing_to_do_use_no_cpu() {
    if thread::available_parallelism().map_or(1, usize::from) < 2 {
        return;
    }
    regions();
    let [_, parallel, promoted] = amorsize_runtime::decisions().sites[0].calls;
    assert!(parallel + promoted > 0, "{}", amorsize_runtime::decisions());
    thread::sleep(Duration::from_millis(5));
    let Some(soon) = others() else { return };
    assert!(!soon.is_empty(), "regions without a helper");
    thread::sleep(Duration::from_secs(2));
    assert_eq!(others(), Some(soon.clone()), "threads have run in between");
    // The same once more, now that all are asleep.
    regions();
    thread::sleep(Duration::from_millis(5));
    let soon = others();
    thread::sleep(Duration::from_millis(200));
    assert_eq!(others(), soon, "threads have run in between");
}
