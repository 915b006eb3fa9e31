//! Calls that helpers would not shorten, were they awake, never create the pool. In a process of its own: any region would spoil it.
#![cfg(all(target_os = "linux", feature = "rayon"))]

fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").unwrap().count()
}

#[test]
fn serial_calls_start_no_thread() {
    let before = threads();
    let xs: Vec<u32> = (0..20).collect();
    for len in (0..20).chain([20; 2_000]) {
        let doubled = amorsize_runtime::map(&xs[..len], |&x| 2 * x);
        assert_eq!(doubled.len(), len);
    }
    // The scratch folder's writer is the only thread that may come and go; it is none of the pool's.
    amorsize_runtime::flush();
    assert_eq!(threads(), before, "a serial call started a pool");
    regions_in_a_pool_of_the_callers_own_start_no_other();
}

/// Not a test of its own: two tests at once would count each other's threads.
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
    assert!(threads() <= before, "a serial call outside the pool started another one");
}
