//! Calls that helpers would not shorten, were they awake, never create the pool. In processes of their own: any region would spoil it.
#![cfg(all(target_os = "linux", feature = "rayon"))]

use std::process::Command;

/// Set in the processes that count their threads. (Not `AMORSIZE_…`: what is unknown there makes the program `frozen`.)
const ALONE: &str = "NO_POOL_TEST_ALONE";
/// A call that the machine holds up for milliseconds rightly gets help, so that one process with a pool proves nothing: on a machine under
/// load one in a hundred has such a call. A runtime that starts a pool for serial calls does so every time.
const TRIES: usize = 5;

fn threads() -> Vec<String> {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    // A thread may end between the listing and the reading.
    tasks.filter_map(|task| std::fs::read_to_string(task.unwrap().path().join("comm")).ok()).collect()
}

#[test]
fn serial_calls_start_no_thread() {
    if std::env::var_os(ALONE).is_some() {
        serial_calls();
        regions_in_a_pool_of_the_callers_own_start_no_other();
        return;
    }
    let mut said = String::new();
    for _ in 0..TRIES {
        let output = Command::new(std::env::current_exe().unwrap()).env(ALONE, "1").output().unwrap();
        if output.status.success() {
            return;
        }
        said.push_str(&String::from_utf8_lossy(&output.stdout));
        said.push_str(&String::from_utf8_lossy(&output.stderr));
    }
    panic!("serial calls started a thread in each of {TRIES} processes:\n{said}");
}

fn serial_calls() {
    let before = threads();
    let xs: Vec<u32> = (0..20).collect();
    for len in (0..20).chain([20; 2_000]) {
        let doubled = amorsize_runtime::map(&xs[..len], |&x| 2 * x);
        assert_eq!(doubled.len(), len);
    }
    // The scratch folder's writer is the only thread that may come and go; it is none of the pool's.
    amorsize_runtime::flush();
    assert_eq!(threads().len(), before.len(), "{:?}\n{}", threads(), amorsize_runtime::decisions());
}

fn regions_in_a_pool_of_the_callers_own_start_no_other() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let xs: Vec<u32> = (0..64).collect();
    let slow = |&x: &u32| (0..200_000).fold(x, |x, k| std::hint::black_box(x.rotate_left(3) ^ k));
    // Long enough for regions, inside the pool.
    for _ in 0..4 {
        pool.install(|| amorsize_runtime::map(&xs, slow));
    }
    amorsize_runtime::flush();
    let before = threads();
    for len in 0..200 {
        amorsize_runtime::map(&xs[..len % 64], |&x| x + 1);
    }
    amorsize_runtime::flush();
    assert!(threads().len() <= before.len(), "{:?}\n{}", threads(), amorsize_runtime::decisions());
}
