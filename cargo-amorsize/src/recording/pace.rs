//! How fast this machine is just now. It decides whether measurements from between two looks belong to one machine: a
//! clock that was raised or lowered meanwhile, or a neighbour that came, makes them neither the one's nor the other's.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// Relative drift up to which what was recorded counts. Two looks at an idle machine differ by less than 1 %, and its
/// decisions move by less than the 10 % that a change of side needs.
pub(crate) const TOLERATED_DRIFT: f64 = 0.05;

/// Looks, and steps of each: some 2 ms a look, so that one interruption does not spoil most of them.
const LOOKS: usize = 15;
const STEPS: u64 = 1 << 20;

/// The time that a fixed loop takes at best.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(crate) struct Pace(Duration);

impl Pace {
    /// Looks; takes about 30 ms.
    pub(crate) fn now() -> Self {
        let look = || {
            let start = Instant::now();
            // Each step needs the one before: the loop is as long as the clock says, whatever else the core can do.
            black_box(
                (0..black_box(STEPS))
                    .fold(1_u64, |x, step| x.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(step)),
            );
            start.elapsed()
        };
        Self((0..LOOKS).map(|_| look()).min().unwrap_or_default())
    }

    /// A machine that takes so long.
    #[cfg(test)]
    pub(crate) fn of(time: Duration) -> Self {
        Self(time)
    }

    /// How much slower (or, below zero, faster) the machine is at `later`: 0.05 is five per cent.
    pub(crate) fn drift(self, later: Self) -> f64 {
        later.0.as_secs_f64() / self.0.as_secs_f64().max(1e-9) - 1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drift_is_relative_and_has_a_sign() {
        let pace = |micros| Pace(Duration::from_micros(micros));
        for (before, after, expected) in [(100, 100, 0.0), (100, 110, 0.1), (100, 80, -0.2), (0, 0, -1.0)] {
            assert!((pace(before).drift(pace(after)) - expected).abs() < 1e-9, "{before} → {after}");
        }
        assert!(Pace::now() > pace(0));
    }
}
