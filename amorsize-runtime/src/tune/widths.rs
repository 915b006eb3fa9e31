//! How fast so many threads are together.
//!
//! Decides what is expected of widths that were not tried, from those that were: threads disturb each other through
//! memory bandwidth, shared cores and slower ones, each at a width of its own, and one number for all would carry what 64
//! threads suffer over to 8.

/// How many widths are remembered: every power of two up to 2¹⁶ has room, less the rare ones.
const MOST: usize = 12;

/// The share of one at which threads cannot be told from a standstill.
const LEAST: f64 = 0.005;

/// The efficiency seen at each width.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Widths {
    seen: [(u32, f32); MOST],
    count: usize,
}

impl Widths {
    /// Takes an efficiency seen with `workers` threads: serial cost / busy cost per item. The first one of a width moves what
    /// was `expected` half of the way: it may have been disturbed.
    pub fn learn(&mut self, workers: usize, efficiency: f64, expected: f64) {
        if workers < 2 || !efficiency.is_finite() {
            return;
        }
        // Above 1 the serial run was disturbed, not the threads fast.
        let efficiency = efficiency.clamp(LEAST, 1.0) as f32;
        let first = 0.5 * (efficiency + expected.clamp(LEAST, 1.0) as f32);
        let workers = workers as u32;
        let at = self.seen[..self.count].partition_point(|seen| seen.0 < workers);
        if let Some(near) = self.near(workers) {
            self.seen[near].1 += 0.25 * (efficiency - self.seen[near].1);
        } else if self.count < MOST {
            self.seen[at..=self.count].rotate_right(1);
            self.seen[at] = (workers, first);
            self.count += 1;
        } else {
            self.seen[at.min(MOST - 1)] = (workers, first);
        }
    }

    /// Whether about so many threads were tried, or so few that nothing is hoped of them: two that are slower than one
    /// would be with its own are so for a moment, as a rule.
    #[must_use]
    pub fn knows(&self, workers: usize) -> bool {
        workers <= 2 || self.near(workers as u32).is_some()
    }

    /// Where a width is kept that differs by no more than an eighth: not every helper comes every time.
    fn near(&self, workers: u32) -> Option<usize> {
        self.seen[..self.count].iter().position(|seen| seen.0.abs_diff(workers) * 8 <= seen.0)
    }

    /// The efficiency of `workers` threads; `otherwise` where no width was tried.
    ///
    /// Fewer threads than were tried are together as fast as those until it is seen otherwise, but never faster than each
    /// alone: what limits the many, memory above all, need not limit the few. More threads than were tried keep the
    /// efficiency of the most. Both hopes are corrected by the first region that follows them.
    #[must_use]
    pub fn efficiency(&self, workers: usize, otherwise: f64) -> f64 {
        let seen = &self.seen[..self.count];
        let at = seen.partition_point(|seen| (seen.0 as usize) < workers);
        let speed = |(workers, efficiency): (u32, f32)| f64::from(workers) * f64::from(efficiency);
        let width = workers.max(1) as f64;
        match (at.checked_sub(1).map(|below| seen[below]), seen.get(at).copied()) {
            (_, Some(exact)) if exact.0 as usize == workers => f64::from(exact.1),
            (Some(below), Some(above)) => {
                let share = (width - f64::from(below.0)) / f64::from(above.0 - below.0);
                let between = speed(below) + share * (speed(above) - speed(below));
                (between / width).clamp(LEAST, 1.0)
            }
            (Some(below), None) => f64::from(below.1),
            (None, Some(above)) => (speed(above) / width).clamp(LEAST, 1.0),
            (None, None) => otherwise,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Widths;

    fn seen(seen: &[(usize, f64)]) -> Widths {
        let mut widths = Widths::default();
        for &(workers, efficiency) in seen {
            (0..60).for_each(|_| widths.learn(workers, efficiency, 1.0));
        }
        widths
    }

    #[test]
    fn widths_that_were_not_tried_as_a_table() {
        for (known, workers, expected) in [
            (&[][..], 8, 0.7),
            (&[(8, 0.5)], 8, 0.5),
            // Eight are as fast as four: four may be, each at its own speed.
            (&[(8, 0.5)], 4, 1.0),
            (&[(8, 0.5)], 6, 4.0 / 6.0),
            (&[(8, 0.5)], 2, 1.0),
            (&[(8, 0.5)], 64, 0.5),
            (&[(4, 1.0), (8, 0.5)], 6, 4.0 / 6.0),
            (&[(2, 0.9), (64, 0.1)], 64, 0.1),
        ] {
            let efficiency = seen(known).efficiency(workers, 0.7);
            assert!((efficiency - expected).abs() < 1e-3, "{known:?} at {workers}: {efficiency}");
        }
    }

    #[test]
    fn more_threads_are_never_expected_to_be_slower_than_those_that_were_not() {
        // Where what was seen rises with the width, so does everything between and beyond.
        let widths = seen(&[(2, 0.95), (8, 0.8), (32, 0.4), (64, 0.3)]);
        let mut before = 0.0;
        for workers in 2..=256 {
            let speed = workers as f64 * widths.efficiency(workers, 1.0);
            assert!(speed >= before - 1e-9, "{workers}: {speed} < {before}");
            before = speed;
        }
    }

    #[test]
    fn nonsense_and_too_many_widths_are_survived() {
        let mut widths = Widths::default();
        widths.learn(4, f64::NAN, 1.0);
        widths.learn(1, 0.5, 1.0);
        assert_eq!(widths, Widths::default());
        (2..60).rev().for_each(|workers| widths.learn(workers, 0.5, 0.5));
        (2..60).for_each(|workers| widths.learn(workers, 0.5, 0.5));
        assert!((widths.efficiency(30, 1.0) - 0.5).abs() < 0.3);
    }
}
