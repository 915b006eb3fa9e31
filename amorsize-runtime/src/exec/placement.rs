//! Keeping a helper off the caller's CPU (Linux).
//!
//! After an idle gap the kernel often places a woken helper on the very CPU that the caller computes on, and leaves it
//! there for milliseconds while another CPU idles. A thread of our own crew is therefore woken under a mask without that
//! CPU, and has its own mask back before it does anything. A thread of somebody else's pool moves itself over once it
//! runs, and the caller gives way when it has waited for it. Decides nothing else, and is a no-op on other systems, with
//! `AMORSIZE_PLACEMENT=off`, and wherever the system refuses.

/// The CPU that a thread is on, as far as anybody tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cpu(Option<usize>);

#[cfg(target_os = "linux")]
mod linux {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicBool, Ordering};

    use rustix::thread::{CpuSet, Pid, sched_getaffinity, sched_getcpu, sched_setaffinity, sched_yield};

    use super::{Cpu, Narrowed, ThreadId};
    use crate::config;

    /// Set when the system refused once: it would again, and every try costs a system call.
    static REFUSED: AtomicBool = AtomicBool::new(false);

    pub(super) fn enabled() -> bool {
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

    pub(super) fn this_thread() -> ThreadId {
        ThreadId(Some(rustix::thread::gettid()))
    }

    /// Takes the caller's CPU and this thread's out of the mask of another thread, which sleeps.
    pub(super) fn narrow(thread: Pid, caller: usize) -> Option<CpuSet> {
        if !enabled() {
            return None;
        }
        let mask = sched_getaffinity(Some(thread)).ok()?;
        let mut others = mask;
        others.unset(caller);
        others.unset(sched_getcpu());
        if others.count() == 0 || others == mask {
            return None;
        }
        let narrowed = sched_setaffinity(Some(thread), &others);
        REFUSED.fetch_or(narrowed.is_err(), Ordering::Relaxed);
        narrowed.is_ok().then_some(mask)
    }

    pub(super) fn restore(narrowed: &Narrowed) {
        if let Some(mask) = &narrowed.0 {
            // A thread that the user's code spawns would inherit the narrow one.
            if sched_setaffinity(None, mask).or_else(|_| sched_setaffinity(None, mask)).is_err() {
                REFUSED.store(true, Ordering::Relaxed);
            }
        }
    }

    pub(super) fn as_the_process() {
        let mask = sched_getaffinity(None).ok();
        if let Some(whole) = process_mask().filter(|whole| enabled() && mask.as_ref() != Some(whole)) {
            REFUSED.fetch_or(sched_setaffinity(None, &whole).is_err(), Ordering::Relaxed);
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

/// A thread that can be kept off a CPU while it sleeps.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ThreadId(#[cfg(target_os = "linux")] Option<rustix::thread::Pid>);

/// The mask that a thread had before it was kept off a CPU, if it was.
#[derive(Debug, Default)]
pub(crate) struct Narrowed(#[cfg(target_os = "linux")] Option<rustix::thread::CpuSet>);

/// Whether helpers are placed at all here.
pub(crate) fn enabled() -> bool {
    #[cfg(target_os = "linux")]
    return linux::enabled();
    #[cfg(not(target_os = "linux"))]
    false
}

/// Lets this thread run wherever the process may: it was started by one that may be confined, and will help others.
pub(crate) fn as_the_process() {
    #[cfg(target_os = "linux")]
    linux::as_the_process();
}

/// This thread, for those that wake it.
pub(crate) fn this_thread() -> ThreadId {
    #[cfg(target_os = "linux")]
    return linux::this_thread();
    #[cfg(not(target_os = "linux"))]
    ThreadId()
}

/// Keeps a thread that is about to be woken off the caller's CPU and off this thread's: 2 to 4 µs.
pub(crate) fn narrow(thread: ThreadId, caller: Cpu) -> Narrowed {
    #[cfg(target_os = "linux")]
    if let (ThreadId(Some(thread)), Cpu(Some(cpu))) = (thread, caller) {
        return Narrowed(linux::narrow(thread, cpu));
    }
    let _ = (thread, caller);
    Narrowed::default()
}

impl Narrowed {
    /// Gives this thread back the mask that it had.
    pub(crate) fn restore(&self) {
        #[cfg(target_os = "linux")]
        linux::restore(self);
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
