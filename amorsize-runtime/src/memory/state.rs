//! What changes at a site from call to call.

use super::spent::Spent;
use crate::exec::clock::Tick;
use crate::exec::work::Seen;
use crate::tune::decide::Decision;
use crate::tune::model::Model;
use crate::tune::trials::Trials;

/// What changes from call to call.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    pub(crate) model: Model,
    pub(crate) was_parallel: bool,
    /// Calls that took the long way, and how they went.
    pub(crate) serial_calls: u64,
    pub(crate) parallel_calls: u64,
    pub(crate) promoted_calls: u64,
    /// Where the time of calls that were parallel at once went.
    pub(crate) spent: Spent,
    /// Serial time / time of recent calls that were parallel or promoted; 0 before the first. No decision reads it.
    pub(crate) speed_up: f64,
    /// What may be spent on trying the other side.
    pub(crate) trials: Trials,
    /// The last decision by measurement.
    pub(crate) last: Option<(usize, Decision)>,
    /// How often calls end before their last item, lately: 0 never, 1 always.
    pub(crate) exits: f64,
    /// When the last call ended that took the long way.
    pub(crate) ended: Option<Tick>,
    /// Regions in a row that were not measured.
    pub(crate) unmeasured: u32,
    /// The numbers that were last published, and how often they were not since.
    published: [f64; 5],
    unpublished: u32,
    /// Sample count at which the site is written next.
    pub(super) write_at: u64,
    /// Samples dropped in a row because somebody else had the core.
    dropped: u32,
}

impl State {
    /// The beginning of a site that starts from `model`.
    pub(super) fn of(model: Model) -> Self {
        Self { model, write_at: 1, ..Self::default() }
    }

    /// Whether a sample counts. Disturbed ones are dropped, but not for ever: on a machine that is always busy they are
    /// the only ones there are, and a site that learned nothing would be watched at every call.
    pub(super) fn accepts(&mut self, undisturbed: bool) -> bool {
        let accepted = undisturbed || self.model.samples < 2 || self.dropped >= 4;
        self.dropped = if accepted { 0 } else { self.dropped + 1 };
        accepted
    }

    /// Whether the numbers have moved by enough to be published again: a crossover takes some 0.2 µs to work out, and
    /// much longer where the code for it has left the caches.
    pub(super) fn is_news(&mut self) -> bool {
        let model = &self.model;
        let numbers = [
            model.item_ns,
            model.bias,
            model.spread + 1.0,
            model.tail_ns + model.order_ns + 1.0,
            model.extra_ns + 500.0,
        ];
        let near = |(new, old): (&f64, &f64)| (new - old).abs() <= 0.04 * old.abs();
        self.unpublished += 1;
        let news =
            model.samples < 8 || self.unpublished >= 16 || !numbers.iter().zip(&self.published).all(near);
        if news {
            self.published = numbers;
            self.unpublished = 0;
        }
        news
    }

    /// Takes what a region saw that took `all_ns`, everything in it included, and would have needed `order_ns` behind its items
    /// serially too. Its own items are what it is compared with: those of other calls may cost something else.
    pub(super) fn gained(&mut self, seen: &Seen, order_ns: f64, all_ns: f64) {
        let together_ns = (seen.busy_ns - seen.alone_ns).max(0.0);
        if seen.items == 0 || all_ns <= 0.0 {
            return;
        }
        let serial_ns = seen.alone_ns + together_ns * self.model.efficiency_of(seen.workers) + order_ns;
        let weight = if self.speed_up > 0.0 { 0.25 } else { 1.0 };
        self.speed_up += weight * (serial_ns / all_ns - self.speed_up);
    }

    /// A call ended, before its last item or after it.
    pub(super) fn ended(&mut self, early: bool) {
        self.exits += 0.25 * (f64::from(u8::from(early)) - self.exits);
        self.ended = Some(Tick::now());
    }
}
