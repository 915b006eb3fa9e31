//! One call at a site: its way to the site's memory, with the size of its items.
//!
//! What a call saw is said of its own items, and kept of those that the site's numbers are of.

use std::sync::atomic::Ordering;

use super::{Memory, State};
use crate::config;
use crate::exec::work::Seen;
use crate::tune::model::Model;

/// A site's memory, as a call with items of this size meets it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visit {
    pub(crate) memory: &'static Memory,
    /// Bytes that an item moves; 0 where its types do not say.
    pub(crate) item_bytes: usize,
}

/// What a serial run ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Run {
    /// The chain with its terminal.
    Whole,
    /// The items, without the terminal of an ordered tail.
    Items,
}

/// One region, as the site learns from it.
#[derive(Debug)]
pub(crate) struct Region {
    pub(crate) seen: Seen,
    /// All of the call up to the join, ns.
    pub(crate) wall_ns: f64,
    /// What was predicted for the call, the join included, ns; `None` for a promoted call.
    pub(crate) predicted_ns: Option<f64>,
    /// Whether the call began serially.
    pub(crate) promoted: bool,
    /// Threads that the decision wanted, the caller among them.
    pub(crate) wanted: usize,
}

impl Visit {
    /// What the site knows, said of the call's items.
    pub(crate) fn model(self, state: &State) -> Model {
        self.memory.scale(self.item_bytes).model(&state.model)
    }

    /// Notes how many bytes an item moves, as far as its types say. From now on what an item costs is said of such a large one.
    pub(crate) fn enlarge(self) {
        let known = &self.memory.item_bytes;
        if known.load(Ordering::Relaxed) >= self.item_bytes || !config::settings().mode.learns() {
            return;
        }
        let mut state = self.memory.state();
        let scale = self.memory.scale(self.item_bytes);
        if known.fetch_max(self.item_bytes, Ordering::Relaxed) < self.item_bytes && !scale.is_one() {
            state.model = scale.renamed(&state.model);
            self.memory.publish(&state);
        }
    }

    /// Takes a serial run of `items` at `item_ns` each, of the whole chain or of its items alone; `undisturbed` says
    /// whether the thread had its core to itself.
    pub(crate) fn learn_serial(self, items: usize, item_ns: f64, undisturbed: bool, run: Run) {
        let mut state = self.memory.state();
        state.serial_calls += 1;
        state.was_parallel = false;
        state.ended(false);
        if items == 0 || !state.accepts(undisturbed) {
            return;
        }
        let scale = self.memory.scale(self.item_bytes);
        let known_items = scale.known_len(items);
        match run {
            Run::Whole => state.model.learn_call(known_items, item_ns * items as f64),
            Run::Items => state.model.learn_serial(scale.known_ns(item_ns)),
        }
        state.model.saw_len(known_items);
        state.trials.earn(item_ns * items as f64);
        self.memory.learned(state);
    }

    /// Takes what a region over `items` saw, and the time of the join where it is over already.
    pub(crate) fn learn_region(self, items: usize, region: &Region, tail_ns: Option<f64>) {
        let &Region { ref seen, wall_ns, promoted, predicted_ns, wanted } = region;
        let mut state = self.memory.state();
        if promoted {
            state.promoted_calls += 1;
        } else {
            state.parallel_calls += 1;
            state.spent.add(items, seen, wanted, wall_ns);
            state.spent.collection_ns += tail_ns.unwrap_or(0.0);
        }
        state.was_parallel = true;
        state.ended(false);
        let scale = self.memory.scale(self.item_bytes);
        let known_items = scale.known_len(items);
        let per_item = |ns: f64, items: usize| scale.known_ns(ns / items.max(1) as f64);
        if let Some(tail_ns) = tail_ns {
            state.model.learn_tail(per_item(tail_ns, items));
        }
        let order_ns = scale.item_ns(state.model.order_ns) * items as f64;
        let all_ns = wall_ns + scale.item_ns(state.model.tail_ns) * items as f64 + order_ns;
        state.model.learn_wall(per_item(all_ns, items), known_items);
        let busy_ns = per_item(seen.busy_ns, seen.items);
        let most_alone = seen.alone_items * 4 >= seen.items && seen.alone_ns >= 5_000.0;
        let alone = most_alone.then(|| per_item(seen.alone_ns, seen.alone_items));
        let skew = scale.known_ns(seen.worst_item_ns) / busy_ns.max(1e-3);
        // How a region compares to its prediction counts on a busy machine too, since it gains less there; but a file is
        // not to say for ever what was so while something else was running.
        let passing = !seen.undisturbed && config::settings().mode.writes_tuned();
        if let Some(predicted_ns) =
            predicted_ns.filter(|_| !passing && state.model.widths.knows(seen.workers))
        {
            let dearer = state.model.learn_dearer(seen.workers, busy_ns, alone, skew);
            state.model.learn_residual(all_ns, predicted_ns * dearer);
        }
        if seen.items == 0 || !state.accepts(seen.undisturbed) {
            state.gained(seen, order_ns, all_ns);
            return self.memory.publish_news(&mut state);
        }
        state.model.saw_len(known_items);
        let helped = seen.workers > 1;
        if helped {
            state.model.learn_parallel(seen.workers, busy_ns, alone, skew);
        } else {
            state.model.learn_item(busy_ns);
        }
        state.gained(seen, order_ns, all_ns);
        state.trials.earn(wall_ns);
        self.memory.learned(state);
    }

    /// Takes a call that ended before its last item: what an item cost, where it is known how many there were.
    pub(crate) fn learn_exit(self, item_ns: Option<f64>) {
        let mut state = self.memory.state();
        state.ended(true);
        state.was_parallel = false;
        if let Some(item_ns) = item_ns {
            state.model.learn_item(self.memory.scale(self.item_bytes).known_ns(item_ns));
            self.memory.learned(state);
        }
    }

    /// Takes the time of an ordered tail over `items`.
    pub(crate) fn learn_order(self, items: usize, tail_ns: f64) {
        let mut state = self.memory.state();
        let order_ns = tail_ns / items.max(1) as f64;
        state.model.learn_order(self.memory.scale(self.item_bytes).known_ns(order_ns));
        if state.was_parallel {
            state.spent.collection_ns += tail_ns;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::Site;
    use crate::spec::Spec;

    fn memory(site: &'static Site) -> &'static Memory {
        site.memory::<fn()>()
    }

    /// Serial runs of `len` rows of `row_bytes` bytes, each byte 5 ns.
    fn runs(memory: &'static Memory, len: usize, row_bytes: usize, times: usize) {
        let visit = Visit { memory, item_bytes: row_bytes };
        visit.enlarge();
        (0..times).for_each(|_| visit.learn_serial(len, 5.0 * row_bytes as f64, true, Run::Items));
    }

    /// A region of `items` items of `item_ns` each on two threads, of which the caller did `alone` before the other came.
    fn region(items: usize, item_ns: f64, alone: usize) -> Region {
        let alone_ns = alone as f64 * item_ns;
        let busy_ns = items as f64 * item_ns;
        let wall_ns = alone_ns + (busy_ns - alone_ns) / 2.0;
        let seen = Seen {
            items,
            busy_ns,
            alone_items: alone,
            alone_ns,
            worst_item_ns: item_ns,
            workers: 2,
            undisturbed: true,
            ..Seen::default()
        };
        Region { seen, wall_ns, predicted_ns: None, promoted: false, wanted: 2 }
    }

    #[test]
    fn what_was_gained_is_said_of_the_same_calls() {
        static SITE: Site = Site::new(Spec::by_hand("visit.rs", 2));
        let memory = memory(&SITE);
        let visit = Visit { memory, item_bytes: 8 };
        let close = |expected: f64| {
            let speed_up = memory.state().speed_up;
            assert!((speed_up - expected).abs() < 0.05, "{speed_up} instead of {expected}");
        };
        // What is known is the cost of an item of a thumbnail, and now come photographs.
        (0..4).for_each(|_| visit.learn_serial(4, 20_000.0, true, Run::Items));
        (0..3).for_each(|_| visit.learn_region(16, &region(16, 2_000_000.0, 0), None));
        close(2.0);
        // Of what the caller did alone nothing was gained.
        (0..20).for_each(|_| visit.learn_region(16, &region(16, 2_000_000.0, 16), None));
        close(1.0);
    }

    #[test]
    fn rows_of_all_lengths_teach_the_same() {
        static SITE: Site = Site::new(Spec::by_hand("visit.rs", 1));
        let memory = memory(&SITE);
        runs(memory, 4, 16, 3);
        for _ in 0..20 {
            runs(memory, 1_200, 6_400, 1);
            runs(memory, 240, 1_280, 4);
        }
        let state = memory.state();
        let item_ns = |item_bytes| Visit { memory, item_bytes }.model(&state).item_ns;
        for row_bytes in [16, 1_280, 6_400] {
            assert!((item_ns(row_bytes) / (5.0 * row_bytes as f64) - 1.0).abs() < 0.01, "{:?}", state.model);
        }
        assert!(state.model.spread < 0.05, "{:?}", state.model);
        assert_eq!(state.model.len, [1, 1_200], "lengths are counted in the largest rows");
    }
}
