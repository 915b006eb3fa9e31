//! Whether this process is a copy of one that used amorsize before, made by `fork`.
//!
//! A copy has the pool's data but none of its threads, and the locks as they were: one that another thread held at that
//! moment is never released. So it opens no region and takes no lock of ours; every call runs as it was written.

use std::sync::atomic::{AtomicU32, Ordering};

/// The process that first asked; 0 for nobody yet.
static FIRST: AtomicU32 = AtomicU32::new(0);

/// Whether the process that first asked was another one, of which this is a copy.
///
/// A system call, 85 ns on Linux: for the long way of a call, which is at least as long, not for the surely serial one.
pub(crate) fn is_copy() -> bool {
    // Elsewhere processes are not copied.
    if cfg!(not(unix)) {
        return false;
    }
    let here = std::process::id();
    match FIRST.load(Ordering::Relaxed) {
        0 => FIRST
            .compare_exchange(0, here, Ordering::Relaxed, Ordering::Relaxed)
            .is_err_and(|first| first != here),
        first => first != here,
    }
}
