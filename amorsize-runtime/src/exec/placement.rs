//! Keeping a helper off the caller's CPU (Linux).
//!
//! After an idle gap the kernel often places a woken helper on the very CPU that the caller computes on, and leaves it
//! there for milliseconds while another CPU idles. So the caller gives way once it has waited for a helper, and a helper
//! that finds itself on the caller's CPU moves over before its first chunk. Decides nothing else, and is a no-op on
//! other systems, with `AMORSIZE_PLACEMENT=off`, and wherever the system refuses.

/// The CPU that a thread is on, as far as anybody tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cpu(Option<usize>);

#[cfg(target_os = "linux")]
mod linux {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicBool, Ordering};

    use rustix::thread::{CpuSet, sched_getaffinity, sched_getcpu, sched_setaffinity, sched_yield};

    use super::Cpu;
    use crate::config;

    /// Set when the system refused once: it would again, and every try costs a system call.
    static REFUSED: AtomicBool = AtomicBool::new(false);

    fn enabled() -> bool {
        config::settings().placement && !REFUSED.load(Ordering::Relaxed)
    }

    /// The mask of the process's first thread: a thread with another one was confined by somebody, and stays so.
    fn process_mask() -> Option<CpuSet> {
        static MASK: OnceLock<Option<CpuSet>> = OnceLock::new();
        *MASK.get_or_init(|| sched_getaffinity(Some(rustix::process::getpid())).ok())
    }

    pub(super) fn here() -> Cpu {
        Cpu(enabled().then(sched_getcpu))
    }

    pub(super) fn give_way() {
        if enabled() {
            sched_yield();
        }
    }

    pub(super) fn move_off(cpu: usize) {
        if !enabled() || sched_getcpu() != cpu {
            return;
        }
        let mask = sched_getaffinity(None).ok();
        let Some(mask) = mask.filter(|mask| mask.count() > 1 && Some(*mask) == process_mask()) else {
            return;
        };
        let mut others = mask;
        others.unset(cpu);
        // The old mask is back before anything else runs on this thread: one that is spawned inherits it.
        let moved = sched_setaffinity(None, &others);
        let restored = sched_setaffinity(None, &mask).or_else(|_| sched_setaffinity(None, &mask));
        if moved.and(restored).is_err() {
            REFUSED.store(true, Ordering::Relaxed);
        }
    }
}

/// The CPU of this thread.
pub(crate) fn here() -> Cpu {
    #[cfg(target_os = "linux")]
    return linux::here();
    #[cfg(not(target_os = "linux"))]
    Cpu(None)
}

/// Lets a helper run that waits for this CPU.
pub(crate) fn give_way() {
    #[cfg(target_os = "linux")]
    linux::give_way();
}

/// Moves this thread to another CPU if it is on the caller's.
pub(crate) fn move_off(caller: Cpu) {
    #[cfg(target_os = "linux")]
    if let Cpu(Some(cpu)) = caller {
        linux::move_off(cpu);
    }
    #[cfg(not(target_os = "linux"))]
    let Cpu(_) = caller;
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use rustix::thread::sched_getaffinity;

    #[test]
    fn a_thread_that_moves_keeps_its_mask() {
        std::thread::spawn(|| {
            let before = sched_getaffinity(None).unwrap();
            for _ in 0..50 {
                super::move_off(super::here());
            }
            assert!(sched_getaffinity(None).unwrap() == before);
        })
        .join()
        .unwrap();
    }
}
