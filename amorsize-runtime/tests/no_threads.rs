//! Where no thread can be started, calls are serial and right. In a process of its own: the pool is started once.
#![cfg(all(unix, feature = "rayon"))]

use std::process::Command;

/// Set for the process in which no thread can be started. (A variable `AMORSIZE_…` that does not exist would change the mode.)
const INSIDE: &str = "TEST_NO_THREADS";

#[test]
fn calls_are_right_where_no_thread_can_be_started() {
    if std::env::var_os(INSIDE).is_some() {
        let xs: Vec<u32> = (0..4_000).collect();
        for _ in 0..3 {
            let slow = |&x: &u32| (0..2_000).fold(x, |x, k| std::hint::black_box(x.rotate_left(3) ^ k));
            assert_eq!(amorsize_runtime::map(&xs, slow), xs.iter().map(slow).collect::<Vec<_>>());
        }
        return;
    }
    // With a single thread the test runs on the main one; no stack of such a size can be had for another.
    let output = Command::new(std::env::current_exe().unwrap())
        .env(INSIDE, "1")
        .env("RUST_MIN_STACK", (1_u64 << 62).to_string())
        .env("RUST_TEST_THREADS", "1")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr) + String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
}
