//! A call that is predicted serial never creates the pool. In a process of its own: any region would spoil it.
#![cfg(all(target_os = "linux", feature = "rayon"))]

fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").unwrap().count()
}

#[test]
fn serial_calls_start_no_thread() {
    let before = threads();
    let xs: Vec<u32> = (0..200).collect();
    for len in (0..200).chain([200; 2_000]) {
        let doubled = amorsize_runtime::map(&xs[..len], |&x| 2 * x);
        assert_eq!(doubled.len(), len);
    }
    // The scratch folder's writer is the only thread that may come and go; it is none of the pool's.
    amorsize_runtime::flush();
    assert_eq!(threads(), before, "a serial call started a pool");
}
