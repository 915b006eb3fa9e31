//! What one site has learned from its own runs.
//!
//! Decides how far a new sample moves an estimate. Knows no lengths at which anything flips: that is `decide`'s.

use super::widths::Widths;

/// How many recent samples the reported median is taken over.
const RECENT: usize = 15;

/// A sample is far from the estimate when it is off by this factor.
pub(super) const FAR: f64 = 1.5;

/// So many samples in a row that are far too high are doubted.
const DOUBTED: u32 = 2;

/// Up to here, slowest chunk / mean chunk, items count as all alike, so that those at the beginning stand for the others.
/// Costs that rise evenly with the index have 2; a beginning alone in front of many threads that disturb each other has at
/// most 1.33 where it is a quarter of the call. (Without this rule simulated machines chose half the threads for rising
/// costs: `docs/decisions/0016`.)
pub(super) const EVEN: f64 = 1.6;

/// Nothing makes threads so many times as slow as they were but dearer items.
pub(super) const SURELY_DEARER: f64 = 8.0;

/// Where a model's numbers come from, weakest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// Nothing is known.
    #[default]
    Nothing,
    /// A file's entry for another body of the function.
    Stale,
    /// A file's entry from another class of machine.
    Elsewhere,
    /// The scratch folder of an earlier run.
    Scratch,
    /// The tuned file's entry for this body on this class of machine.
    File,
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Nothing => "nothing",
            Self::Stale => "stale entry",
            Self::Elsewhere => "other machine",
            Self::Scratch => "scratch",
            Self::File => "file",
        })
    }
}

/// The last samples, in a ring.
#[derive(Clone, Copy, Debug, Default)]
pub struct Recent {
    samples: [f32; RECENT],
    taken: usize,
}

impl Recent {
    fn push(&mut self, item_ns: f64) {
        self.samples[self.taken % RECENT] = item_ns as f32;
        self.taken += 1;
    }

    /// The samples, each changed alike.
    pub(super) fn map(mut self, change: impl FnMut(f32) -> f32) -> Self {
        self.samples = self.samples.map(change);
        self
    }

    fn median(&self) -> Option<f64> {
        let mut samples = self.samples;
        let taken = &mut samples[..self.taken.min(RECENT)];
        taken.sort_by(f32::total_cmp);
        taken.get(taken.len() / 2).map(|&median| f64::from(median))
    }
}

/// One site's measurements.
#[derive(Clone, Debug)]
pub struct Model {
    /// Serial cost of an item, ns.
    pub item_ns: f64,
    /// What a call costs besides its items, ns; 0 where that was not seen.
    pub call_ns: f64,
    /// Accepted samples of this process.
    pub samples: u64,
    /// Samples behind the numbers that this process started from.
    pub prior_samples: u64,
    /// Mean relative distance of a sample from the estimate.
    pub spread: f64,
    /// Serial cost / parallel busy cost of recent regions, whatever their width; below 1 where threads slow each other down.
    pub efficiency: f64,
    /// The same for each width that was tried.
    pub widths: Widths,
    /// Threads of the last region; 0 when there was none.
    pub workers: usize,
    /// Serial cost per item that a region adds behind itself: its joins, ns.
    pub tail_ns: f64,
    /// Cost per item of an ordered tail, ns: serial on either way, and not part of `item_ns`.
    pub order_ns: f64,
    /// Busy time per item of recent regions, ns; 0 when there was none.
    pub busy_ns: f64,
    /// Measured / predicted time of this site's long regions where they were worse than predicted; at least 1.
    pub bias: f64,
    /// What this site's short regions took beyond the time predicted for them, ns; at least 0.
    pub extra_ns: f64,
    /// Slowest chunk / mean chunk.
    pub skew: f64,
    /// The least wall time per item of a parallel run of about the longest call, ns; 0 when there was none. What the
    /// machine can do when nothing else runs: noise only ever adds.
    pub best_wall_ns: f64,
    /// Accepted parallel runs of this process.
    pub parallel_runs: u64,
    /// Shortest and longest call seen.
    pub len: [u64; 2],
    /// Where the numbers started from.
    pub source: Source,
    /// Samples in a row that were off by 1.5×.
    pub odd: u32,
    /// Samples in a row that were higher than the estimate by 1.5×.
    pub high: u32,
    /// Regions in a row that were slower than predicted.
    pub slow: u32,
    /// Whether the estimate is still on its way to items that turned out to be much dearer.
    pub outgrown: bool,
    pub recent: Recent,
}

impl Default for Model {
    fn default() -> Self {
        Self {
            item_ns: 0.0,
            call_ns: 0.0,
            samples: 0,
            prior_samples: 0,
            spread: 0.0,
            efficiency: 1.0,
            widths: Widths::default(),
            workers: 0,
            tail_ns: 0.0,
            order_ns: 0.0,
            busy_ns: 0.0,
            bias: 1.0,
            extra_ns: 0.0,
            skew: 1.0,
            best_wall_ns: 0.0,
            parallel_runs: 0,
            len: [u64::MAX, 0],
            source: Source::Nothing,
            odd: 0,
            high: 0,
            slow: 0,
            outgrown: false,
            recent: Recent::default(),
        }
    }
}

impl Model {
    /// Whether the numbers are good enough to open a region, or to pass a call by, on them alone.
    #[must_use]
    pub fn trusted(&self) -> bool {
        self.source >= Source::Elsewhere || self.samples >= 2
    }

    /// Whether eight samples in a row contradicted what was known before.
    #[must_use]
    pub fn drifted(&self) -> bool {
        self.odd >= 8
    }

    /// Notes the length of a call.
    pub fn saw_len(&mut self, len: usize) {
        self.len = [self.len[0].min(len as u64), self.len[1].max(len as u64)];
    }

    /// Takes a sample of the serial cost.
    ///
    /// What disturbs a run only ever makes it longer: a sample that is far too high is believed once it has come three times,
    /// one that is far too low counts double. (A virtual machine whose other core wakes may stand still for 0.1 to 1 ms;
    /// one such call had sites of 100 ns items at 900 ns for the next dozen calls.)
    pub fn learn_item(&mut self, item_ns: f64) {
        if !item_ns.is_finite() || item_ns < 0.0 {
            return;
        }
        let item_ns = item_ns.max(1e-3);
        if self.item_ns <= 0.0 {
            self.item_ns = item_ns;
        } else {
            let ratio = item_ns / self.item_ns;
            self.odd = if (1.0 / FAR..=FAR).contains(&ratio) { 0 } else { self.odd + 1 };
            self.high = if ratio > FAR { self.high + 1 } else { 0 };
            let ratio = if self.high > DOUBTED { ratio } else { ratio.min(FAR) };
            self.spread += 0.25 * ((ratio - 1.0).abs().min(1.0) - self.spread);
            // A prior counts as a few samples of its own, however many stand in the file.
            let prior = match self.source {
                Source::Nothing => 0,
                Source::Stale => 1,
                _ => 3,
            };
            let least = if ratio < 1.0 / FAR { 0.5 } else { 0.25 };
            let weight = (1.0 / ((prior + self.samples) as f64 + 1.0)).max(least);
            let moved = self.item_ns * (1.0 + weight * (ratio - 1.0));
            self.item_ns = moved.clamp(self.item_ns / 4.0, self.item_ns * 4.0);
        }
        self.samples += 1;
        self.recent.push(item_ns);
    }

    /// What an item costs serially, with its share of an ordered tail, ns.
    #[must_use]
    pub fn whole_ns(&self) -> f64 {
        self.item_ns + self.order_ns
    }

    /// Takes a serial run of a whole chain, the terminal of an ordered tail included.
    pub fn learn_whole(&mut self, whole_ns: f64) {
        self.learn_serial((whole_ns - self.order_ns).max(0.1 * whole_ns));
    }

    /// Takes a serial run of items: the cost of one, and against recent regions the efficiency.
    pub fn learn_serial(&mut self, item_ns: f64) {
        self.learn_item(item_ns);
        if self.busy_ns > 0.0 && item_ns.is_finite() {
            self.learn_efficiency(item_ns / self.busy_ns);
        }
    }

    /// Takes what a region saw: busy time per item, what the caller alone needed for an item if that was a good part of the
    /// call, and how much longer than on average an item of the slowest chunk took. A short beginning says nothing: items
    /// differ, and the first ones find cold caches; nor does a longer one of items that are not all alike.
    pub fn learn_parallel(&mut self, workers: usize, busy_ns: f64, alone_ns: Option<f64>, skew: f64) {
        let known = self.efficiency_of(workers);
        self.workers = workers;
        if busy_ns <= 0.0 || !busy_ns.is_finite() {
            return;
        }
        match alone_ns.filter(|_| skew < EVEN) {
            Some(alone) => {
                self.learn_item(alone);
                self.learn_efficiency(alone / busy_ns);
            }
            // The serial cost was not seen this time: it moves with the parallel one, or shows what to expect of a width
            // that nobody had tried.
            None if self.shows_width(workers, known, busy_ns) => {
                self.learn_efficiency(self.item_ns / busy_ns);
            }
            None => self.learn_item(busy_ns * known),
        }
        let weight = if self.busy_ns > 0.0 { 0.25 } else { 1.0 };
        self.busy_ns += weight * (busy_ns - self.busy_ns);
        self.parallel_runs += 1;
        self.skew += 0.25 * (skew.clamp(1.0, 100.0) - self.skew);
    }

    /// Whether a region of a width that nobody had tried tells of that width rather than of its items. Two threads that are
    /// slower than hoped are so for a moment, as a rule.
    fn shows_width(&self, workers: usize, expected: f64, busy_ns: f64) -> bool {
        !self.widths.knows(workers) && self.item_ns * SURELY_DEARER > busy_ns * expected
    }

    /// Above 1 the serial run was disturbed, not the threads fast.
    fn learn_efficiency(&mut self, seen: f64) {
        let weight = if self.parallel_runs == 0 { 0.5 } else { 0.25 };
        let expected = self.efficiency_of(self.workers);
        self.efficiency += weight * (seen.clamp(0.005, 1.0) - self.efficiency);
        self.widths.learn(self.workers, seen, expected);
    }

    /// What is expected of each of `workers` threads / of one alone.
    #[must_use]
    pub fn efficiency_of(&self, workers: usize) -> f64 {
        self.widths.efficiency(workers, self.efficiency)
    }

    /// Takes the serial cost that stood behind a region.
    pub fn learn_tail(&mut self, tail_ns: f64) {
        if tail_ns.is_finite() && tail_ns >= 0.0 {
            let weight = if self.parallel_runs <= 1 { 1.0 } else { 0.25 };
            self.tail_ns += weight * (tail_ns - self.tail_ns);
        }
    }

    /// Takes what an ordered tail needed for an item.
    pub fn learn_order(&mut self, order_ns: f64) {
        if order_ns.is_finite() && order_ns >= 0.0 {
            let weight = if self.order_ns > 0.0 { 0.25 } else { 1.0 };
            self.order_ns += weight * (order_ns - self.order_ns);
        }
    }

    /// Takes the wall time per item of a whole parallel call of `len` items.
    pub fn learn_wall(&mut self, wall_ns: f64, len: usize) {
        let long = len as u64 > self.len[1].saturating_mul(2);
        if long || self.best_wall_ns <= 0.0 {
            self.best_wall_ns = wall_ns;
        } else if len as u64 >= self.len[1] / 2 {
            self.best_wall_ns = self.best_wall_ns.min(wall_ns);
        }
    }

    /// Median of the recent samples, or the estimate where there are none.
    #[must_use]
    pub fn median_item_ns(&self) -> f64 {
        self.recent.median().unwrap_or(self.item_ns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sample_counts_whole_and_later_ones_a_quarter() {
        let mut model = Model::default();
        model.learn_item(100.0);
        assert!((model.item_ns - 100.0).abs() < 1e-9);
        for _ in 0..5 {
            model.learn_item(100.0);
        }
        model.learn_item(120.0);
        assert!((model.item_ns - 105.0).abs() < 1e-9);
    }

    #[test]
    fn a_cheap_beginning_does_not_stand_for_all_items() {
        let learned = |skew| {
            let mut model = Model { item_ns: 30.0, samples: 9, ..Model::default() };
            (0..20).for_each(|_| model.learn_parallel(8, 30.0, Some(10.0), skew));
            (model.item_ns, model.efficiency_of(8))
        };
        // Rising costs: the first third is cheap, and nobody disturbs anybody.
        let (item_ns, efficiency) = learned(2.0);
        assert!((item_ns - 30.0).abs() < 1.0 && efficiency > 0.9, "{item_ns} {efficiency}");
        // Items that are alike: what was fast was being alone.
        let (item_ns, efficiency) = learned(1.2);
        assert!((item_ns - 10.0).abs() < 1.0 && efficiency < 0.4, "{item_ns} {efficiency}");
    }

    #[test]
    fn one_sample_moves_the_estimate_at_most_fourfold() {
        let mut model = Model { item_ns: 10.0, samples: 9, ..Model::default() };
        (0..3).for_each(|_| model.learn_item(1e9));
        assert!((10.0..=51.0).contains(&model.item_ns), "{model:?}");
        let before = model.item_ns;
        model.learn_item(0.0);
        assert!(model.item_ns >= before / 4.0 - 1e-9);
    }

    #[test]
    fn a_call_that_stood_still_moves_little_and_one_that_was_short_moves_much() {
        let mut model = Model { item_ns: 100.0, samples: 9, ..Model::default() };
        model.learn_item(5_000.0);
        assert!(model.item_ns < 115.0, "{model:?}");
        (0..3).for_each(|_| model.learn_item(100.0));
        assert!(model.item_ns < 108.0, "{model:?}");
        // The first sample of all may be the disturbed one.
        let mut model = Model::default();
        model.learn_item(5_000.0);
        (0..4).for_each(|_| model.learn_item(100.0));
        assert!(model.item_ns < 450.0, "{model:?}");
        // Three in a row are no accident.
        let mut model = Model { item_ns: 100.0, samples: 9, ..Model::default() };
        (0..8).for_each(|_| model.learn_item(1_000.0));
        assert!(model.item_ns > 700.0, "{model:?}");
    }

    #[test]
    fn nonsense_is_no_sample() {
        let mut model = Model::default();
        for item_ns in [f64::NAN, f64::INFINITY, -1.0] {
            model.learn_item(item_ns);
        }
        assert_eq!(model.samples, 0);
    }

    #[test]
    fn eight_contradictions_in_a_row_are_drift() {
        let mut model = Model { item_ns: 1.0, source: Source::File, ..Model::default() };
        for _ in 0..7 {
            model.learn_item(1e6);
        }
        assert!(!model.drifted());
        model.learn_item(1e6);
        assert!(model.drifted());
        for _ in 0..40 {
            model.learn_item(1e6);
        }
        assert!((model.item_ns / 1e6 - 1.0).abs() < 0.01 && !model.drifted());
    }

    #[test]
    fn efficiency_is_serial_over_parallel_cost() {
        let mut model = Model::default();
        for _ in 0..40 {
            model.learn_parallel(2, 20.0, Some(10.0), 1.0);
        }
        assert!((model.efficiency - 0.5).abs() < 0.01);
        assert!((model.item_ns - 10.0).abs() < 0.01);
        // Both costs double: the serial one is inferred.
        for _ in 0..40 {
            model.learn_parallel(2, 40.0, None, 1.0);
        }
        assert!((model.item_ns - 20.0).abs() < 0.1);
        // A serial run shows that they do not disturb each other after all.
        for _ in 0..40 {
            model.learn_serial(40.0);
        }
        assert!((model.efficiency - 1.0).abs() < 0.01);
    }

    #[test]
    fn an_ordered_tail_is_told_from_the_items() {
        let mut model = Model::default();
        model.learn_order(8.0);
        for _ in 0..40 {
            model.learn_whole(18.0);
            model.learn_parallel(2, 10.0, None, 1.0);
        }
        assert!((model.item_ns - 10.0).abs() < 0.1 && (model.whole_ns() - 18.0).abs() < 0.1, "{model:?}");
    }

    #[test]
    fn a_file_is_trusted_at_once_and_a_stale_entry_never() {
        let prior = |source| Model { item_ns: 1.0, prior_samples: 8, source, ..Model::default() };
        assert!(prior(Source::File).trusted() && prior(Source::Elsewhere).trusted());
        assert!(!prior(Source::Stale).trusted() && !Model::default().trusted());
    }
}
