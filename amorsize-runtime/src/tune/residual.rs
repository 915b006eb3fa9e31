//! By how much a site's regions take longer than its items and its threads say.
//!
//! Decides what a region that was slower than predicted is put down to.

use super::costs::Costs;
use super::model::{EVEN, FAR, Model, SURELY_DEARER};

/// A region predicted to take less than this is short, ns: what helpers cost is a good part of it.
const SHORT_NS: f64 = 200_000.0;

impl Model {
    /// Takes how a region's time compares to the time predicted for it. Whatever the model leaves out (caches, memory
    /// bandwidth, a loaded machine) ends up here, so that no site stays parallel and slower than serial. Residuals of
    /// less than 30 % are noise, and the first slow region counts half: it may have been disturbed.
    ///
    /// What a short region took too long is a matter of its helpers and says little about a long one; what a long one took
    /// too long is a matter of its items.
    pub fn learn_residual(&mut self, measured_ns: f64, predicted_ns: f64) {
        let predicted_ns = predicted_ns.max(1.0);
        let ratio = (measured_ns / predicted_ns).clamp(0.25, 4.0);
        self.slow = if ratio > 1.3 { self.slow + 1 } else { 0 };
        if (0.77..=1.3).contains(&ratio) {
            return;
        }
        let share = if self.slow == 1 { 0.25 } else { 0.5 };
        if predicted_ns < SHORT_NS && (ratio > 1.0 || self.extra_ns > 0.0) {
            let moved = self.extra_ns + share * (ratio - 1.0).min(1.0) * predicted_ns;
            self.extra_ns = moved.clamp(0.0, SHORT_NS);
        } else {
            self.bias = (self.bias * ratio.powf(share)).clamp(1.0, 8.0);
        }
    }

    /// By how much the items of a region differed in cost from what was known of them, dear ones above 1; 1 where its own
    /// chunks cannot tell. The time of such a region is that of its items, and says nothing of its threads: it is compared
    /// to so many times its prediction. (A warm-up with rows of four pixels had a filter predict 0.3 ms for pictures of
    /// 20 ms; the site, four times disappointed, then stayed serial for hundreds of calls that two threads halve.)
    #[must_use]
    pub fn learn_dearer(&mut self, workers: usize, busy_ns: f64, alone_ns: Option<f64>, skew: f64) -> f64 {
        if self.item_ns <= 0.0 || busy_ns <= 0.0 {
            return 1.0;
        }
        let (ratio, seen) = match alone_ns.filter(|_| skew < EVEN) {
            Some(alone) => (alone / self.item_ns, true),
            None => (busy_ns * self.efficiency_of(workers) / self.item_ns, false),
        };
        let alike = (1.0 / FAR..=FAR).contains(&ratio);
        self.outgrown = ratio >= SURELY_DEARER || (self.outgrown && !alike);
        if !alike && (seen || self.outgrown) { ratio } else { 1.0 }
    }

    /// What this site pays where the machine charges `costs`.
    #[must_use]
    pub(super) fn charged(&self, costs: Costs) -> Costs {
        Costs { invite_ns: costs.invite_ns + self.extra_ns / self.bias, ..costs }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_regions_that_disappoint_are_predicted_to() {
        let mut model = Model::default();
        for _ in 0..20 {
            let predicted_ns = 1e6 * model.bias;
            model.learn_residual(3e6, predicted_ns);
        }
        assert!((2.2..4.0).contains(&model.bias), "{}", model.bias);
        for _ in 0..20 {
            let predicted_ns = 1e6 * model.bias;
            model.learn_residual(1e6, predicted_ns);
        }
        assert!(model.bias < 1.31 && model.extra_ns <= 0.0, "{model:?}");
        model.learn_residual(1e5, 1e6);
        assert!(model.bias >= 1.0);
    }

    #[test]
    fn short_regions_that_disappoint_say_nothing_of_long_ones() {
        let mut model = Model::default();
        for _ in 0..20 {
            let predicted_ns = 5e4 + model.extra_ns;
            model.learn_residual(1e5, predicted_ns);
        }
        assert!((2.5e4..6e4).contains(&model.extra_ns) && model.bias <= 1.0, "{model:?}");
        for _ in 0..20 {
            let predicted_ns = 5e4 + model.extra_ns;
            model.learn_residual(5e4, predicted_ns);
        }
        assert!(model.extra_ns < 2e4, "{model:?}");
    }

    #[test]
    fn dear_items_are_not_put_down_to_the_threads() {
        // A toy call said 0.3 µs of items that take 30 µs; two threads halve the calls that follow.
        for alone_ns in [None, Some(30_000.0)] {
            let mut model = Model::default();
            model.learn_item(300.0);
            for _ in 0..6 {
                let predicted_ns = 1_200.0 * model.item_ns * model.bias / 2.0 + model.extra_ns;
                let dearer = model.learn_dearer(2, 30_000.0, alone_ns, 1.1);
                model.learn_residual(1_200.0 * 30_000.0 / 2.0, predicted_ns * dearer);
                model.learn_parallel(2, 30_000.0, alone_ns, 1.1);
            }
            assert!(model.bias < 1.3 && model.extra_ns < 2e4, "{model:?}");
            assert!(model.item_ns > 10_000.0, "{model:?}");
        }
    }

    #[test]
    fn threads_that_are_slow_do_not_pass_for_dear_items() {
        let mut model = Model { item_ns: 100.0, samples: 9, ..Model::default() };
        // Four times as slow together, and alone as ever.
        assert!((model.learn_dearer(2, 400.0, Some(110.0), 1.1) - 1.0).abs() < 1e-9);
        assert!((model.learn_dearer(2, 400.0, None, 1.1) - 1.0).abs() < 1e-9);
        // A cheap beginning of items that differ says nothing.
        assert!((model.learn_dearer(2, 110.0, Some(20.0), 3.0) - 1.0).abs() < 1e-9);
        assert!((model.learn_dearer(2, 30.0, Some(25.0), 1.1) - 0.25).abs() < 1e-9);
        assert!((Model::default().learn_dearer(2, 30.0, None, 1.1) - 1.0).abs() < 1e-9);
    }
}
