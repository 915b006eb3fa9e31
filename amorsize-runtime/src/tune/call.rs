//! What a call costs besides its items.
//!
//! Decides which part of a serial run belongs to its items: a call of 16 items of 1 ns lasts as long for its allocation
//! and its way in and out as for its items, and says nothing of a call of a million.

use super::model::Model;

/// A call is tiny beside others that have so many times its items,
const SHORTER: u64 = 4;

/// and where it lasts less than this, ns: what a call costs besides its items is hidden in a longer one.
const TINY_NS: f64 = 5_000.0;

impl Model {
    /// Takes a serial run of `len` items that took `ns`, the terminal of an ordered tail included: what an item costs, or
    /// from a tiny call among longer ones what the call itself does. Comes before [`Model::saw_len`].
    pub fn learn_call(&mut self, len: usize, ns: f64) {
        let items_ns = self.whole_ns() * len as f64;
        let tiny = ns < TINY_NS && (len as u64).saturating_mul(SHORTER) <= self.len[1];
        if tiny && self.item_ns > 0.0 && ns >= items_ns {
            let weight = if self.call_ns > 0.0 { 0.25 } else { 1.0 };
            self.call_ns += weight * (ns - items_ns - self.call_ns);
            return;
        }
        // At most half of it: what is taken off an item's cost without need makes a region look worthless.
        let items_ns = (ns - self.call_ns).max(0.5 * ns);
        self.learn_whole(items_ns / len.max(1) as f64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(model: &mut Model, len: usize, ns: f64) {
        model.learn_call(len, ns);
        model.saw_len(len);
    }

    #[test]
    fn tiny_calls_teach_the_cost_of_a_call() {
        let mut model = Model::default();
        for _ in 0..20 {
            run(&mut model, 10_000, 90.0 + 10_000.0);
            run(&mut model, 16, 90.0 + 16.0);
        }
        assert!((model.item_ns - 1.0).abs() < 0.02, "{model:?}");
        assert!((model.call_ns - 90.0).abs() < 5.0, "{model:?}");
    }

    #[test]
    fn a_longer_call_corrects_what_tiny_ones_said_of_the_items() {
        let mut model = Model::default();
        (0..20).for_each(|_| run(&mut model, 16, 106.0));
        assert!(model.item_ns > 6.0 && model.call_ns <= 0.0, "{model:?}");
        for _ in 0..20 {
            run(&mut model, 10_000, 10_090.0);
            run(&mut model, 16, 106.0);
        }
        assert!((model.item_ns - 1.0).abs() < 0.05, "{model:?}");
        assert!((model.call_ns - 90.0).abs() < 20.0, "{model:?}");
    }

    #[test]
    fn long_calls_are_never_taken_for_the_cost_of_a_call() {
        let mut model = Model::default();
        run(&mut model, 1_000, 100_000.0);
        // A tenth of the items, ten times as dear: the cost has changed.
        (0..30).for_each(|_| run(&mut model, 100, 100_000.0));
        assert!(model.call_ns <= 0.0 && model.item_ns > 900.0, "{model:?}");
    }
}
