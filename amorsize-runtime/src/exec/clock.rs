//! The clocks of the engine: wall time for chunks, CPU time to tell whether the thread had its core to itself.

use std::sync::OnceLock;
use std::time::Instant;

/// Whether there is a clock: on wasm32-unknown-unknown `Instant::now` panics, and everything stays serial.
pub(crate) const EXISTS: bool = !cfg!(all(target_family = "wasm", target_os = "unknown"));

/// A point in wall time; nanoseconds are enough for 584 years.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tick(Instant);

impl Tick {
    pub(crate) fn now() -> Self {
        count();
        Self(Instant::now())
    }

    /// Microseconds since the process first asked; wraps where `usize` is small.
    pub(crate) fn us(self) -> usize {
        static FIRST: OnceLock<Instant> = OnceLock::new();
        // From 2^20 on, so that the first call follows nothing closely.
        let first = *FIRST.get_or_init(|| self.0);
        (self.0.saturating_duration_since(first).as_micros() as usize).wrapping_add(1 << 20)
    }

    /// Nanoseconds from `earlier` to this tick.
    pub(crate) fn ns_since(self, earlier: Self) -> f64 {
        self.0.saturating_duration_since(earlier.0).as_nanos() as f64
    }
}

/// How often any thread of this process has read a clock; counted in our own tests, which see to it that `frozen` reads none.
#[cfg(test)]
pub(crate) static READS: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);

#[inline(always)]
fn count() {
    #[cfg(test)]
    READS.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
}

/// CPU time of this thread in nanoseconds, where the platform tells. Costs 0.4–0.9 µs on Linux.
#[cfg_attr(target_os = "linux", expect(clippy::unnecessary_wraps, reason = "other platforms do not tell"))]
pub(crate) fn thread_cpu_ns() -> Option<f64> {
    count();
    #[cfg(target_os = "linux")]
    {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        Some(time.tv_sec as f64 * 1e9 + time.tv_nsec as f64)
    }
    #[cfg(not(target_os = "linux"))]
    None
}
