//! What one instantiation of a site remembers: its measurements, the wishes that bind it, and what it did last.
//!
//! Decides which wish wins (attribute > environment > `pin` > program > measurement) and when something was learned
//! that is worth a line in a file. Holds its lock for a few loads and stores, never while user code runs.

mod spent;
mod state;
mod visit;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::config::{self, Mode};
use crate::exec::{invite, prices};
use crate::machine;
use crate::prior;
use crate::slot::Slot;
use crate::spec::Spec;
use crate::store::{self, SiteEntry};
use crate::tune::costs::Regime;
use crate::tune::decide;
use crate::tune::model::Model;
use crate::tune::record;
use crate::tune::scale::Scale;
pub use spent::Spent;
pub(crate) use state::State;
pub(crate) use visit::{Region, Run, Visit};

/// The wishes that bind a site, the strongest of each kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// The least of all caps.
    pub(crate) max_threads: usize,
    /// The cap of this very site, from its attribute or `pin`.
    pub(crate) own_max_threads: Option<usize>,
    pub(crate) parallel_from: Option<usize>,
    pub(crate) chunk_size: usize,
    pub(crate) serial: bool,
    /// The reason given in the file's `pin`, when there is one.
    pub(crate) pin: Option<String>,
}

/// Calls shorter than this have nothing to split.
const NEVER_SPLIT: usize = 2;

/// The memory of one instantiation.
#[derive(Debug)]
pub(crate) struct Memory {
    pub(crate) spec: &'static Spec,
    pub(crate) key: String,
    pub(crate) limits: Limits,
    /// The file's decision for this machine: what `frozen` goes by.
    pub(crate) entry: Option<SiteEntry>,
    slot: Option<&'static Slot>,
    /// Calls that the mode would have had a file for, and there was none.
    pub(crate) unknown_calls: AtomicUsize,
    /// Frozen calls that were too short to wake a helper for.
    pub(crate) short_calls: AtomicUsize,
    /// Bytes that an item moves, element and result: the most that was seen. What an item costs is said of such a one.
    item_bytes: AtomicUsize,
    state: Mutex<State>,
}

static ALL: Mutex<Vec<&'static Memory>> = Mutex::new(Vec::new());

/// Every instantiation that was called in this process.
pub(crate) fn all() -> Vec<&'static Memory> {
    ALL.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

impl Memory {
    /// The memory for a kernel named `kernel`: looks the site up in the files and publishes what is sure already.
    pub(crate) fn attach(spec: &'static Spec, kernel: &str, slot: Option<&'static Slot>) -> Self {
        let key = key(spec, kernel);
        let stored = config::settings().mode.reads_file() && !spec.body.is_empty();
        let known = if stored { store::lookup(&key, spec.body) } else { store::Known::default() };
        Self::of(spec, key, known, slot)
    }

    /// The memory of a site of which this is known.
    pub(crate) fn of(
        spec: &'static Spec,
        key: String,
        known: store::Known,
        slot: Option<&'static Slot>,
    ) -> Self {
        let settings = config::settings();
        let limits = limits(spec, known.pin.as_ref(), settings);
        let model = known.entry.as_ref().map_or_else(Model::default, |(entry, freshness)| {
            prior::model(entry, *freshness, settings.mode.writes_tuned())
        });
        let item_bytes = known.entry.as_ref().map_or(0, |(entry, _)| entry.item_bytes as usize);
        let memory = Self {
            spec,
            key,
            limits,
            entry: known.entry.and_then(|(entry, freshness)| {
                let available = machine::available();
                prior::decided(entry, freshness, &model, available, || prices::own(Regime::Awake, available))
            }),
            slot,
            unknown_calls: AtomicUsize::new(0),
            short_calls: AtomicUsize::new(1),
            item_bytes: AtomicUsize::new(item_bytes),
            state: Mutex::new(State::of(model)),
        };
        memory.publish(&memory.state());
        memory
    }

    /// Lists the memory among all; for the report.
    pub(crate) fn enlist(&'static self) {
        ALL.lock().unwrap_or_else(PoisonError::into_inner).push(self);
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How the items of a call compare to those that the numbers are of. While numbers are learned, under their lock only.
    pub(crate) fn scale(&self, item_bytes: usize) -> Scale {
        Scale::of(item_bytes, self.item_bytes.load(Ordering::Relaxed))
    }

    /// Threads that may work on one call of this site.
    pub(crate) fn width(&self, available: usize) -> usize {
        if self.limits.serial { 1 } else { available.min(self.limits.max_threads).max(1) }
    }

    /// Publishes the length below which the next calls are surely serial, if there is news.
    fn publish_news(&self, state: &mut State) {
        if state.is_news() {
            self.publish(state);
        }
    }

    /// Publishes the lengths below which the next calls are serial, surely or while every helper sleeps.
    fn publish(&self, state: &State) {
        let Some(slot) = self.slot else { return };
        slot.publish(match config::settings().mode {
            Mode::Off => usize::MAX,
            Mode::Shuffle => 0,
            _ if self.limits.serial => usize::MAX,
            Mode::Frozen | Mode::Strict => self.frozen_serial_below().max(NEVER_SPLIT),
            Mode::Auto | Mode::Record => {
                let width = self.width(invite::usual_width(machine::available()));
                let costs = prices::costs(Regime::Awake, width);
                let sure = decide::surely_serial_below(width, &state.model, costs);
                if self.limits.parallel_from.is_none() && state.model.trusted() {
                    let asleep = prices::costs(Regime::Parked, width);
                    let calm = decide::calm_below(width, &state.model, asleep);
                    slot.publish_calm(calm, 4.0 * (calm as f64 * state.model.whole_ns()).max(10_000.0));
                }
                self.limits.parallel_from.map_or(sure, |from| from.min(sure)).max(NEVER_SPLIT)
            }
        });
    }

    /// The length from which `frozen` is parallel, by wish or by the file; `None` where neither says.
    pub(crate) fn frozen_from(&self) -> Option<usize> {
        let from_file = || {
            self.entry.as_ref().map(|entry| {
                entry.parallel_from.map_or(usize::MAX, |from| usize::try_from(from).unwrap_or(usize::MAX))
            })
        };
        self.limits.parallel_from.or_else(from_file)
    }

    /// The length below which `frozen` is serial without another thought: up to the file's decision, or up to four times
    /// the longest call recorded where that never paid. What is longer was not seen, and is watched.
    fn frozen_serial_below(&self) -> usize {
        match (self.frozen_from(), &self.entry) {
            (Some(usize::MAX), Some(entry)) => {
                usize::try_from(entry.len[1].saturating_mul(4)).unwrap_or(usize::MAX)
            }
            (from, _) => from.unwrap_or(0),
        }
    }

    /// What `frozen` knows of a call of `len` items of the size on file: the length from which it is parallel; `None` where
    /// it is unknown.
    pub(crate) fn filed_decision(&self, len: usize) -> Option<usize> {
        self.frozen_from().filter(|&from| from != usize::MAX || len < self.frozen_serial_below())
    }

    /// The same for `len` items of `item_bytes`: whether it is parallel.
    pub(crate) fn frozen_decision(&self, len: usize, item_bytes: usize) -> Option<bool> {
        let known_len = self.scale(item_bytes).known_len(len);
        if let Some(from) = self.limits.parallel_from {
            return Some(len >= from);
        }
        let from = self.filed_decision(known_len)?;
        Some(known_len >= from && !self.is_below_record(known_len))
    }

    /// Whether a call is so much shorter than all that was recorded that the entry says nothing about it: the cost of an
    /// item may depend on the length.
    fn is_below_record(&self, known_len: usize) -> bool {
        let shortest = self.entry.as_ref().map_or(0, |entry| entry.len[0]);
        (known_len as u64) < shortest / 4
    }

    /// Publishes what was learned, and hands it to the files at 1, 8, 64, … samples.
    fn learned(&self, mut state: MutexGuard<'_, State>) {
        self.publish_news(&mut state);
        // While recording the last sample counts as much as the first: the store writes rarely enough by itself, and what
        // is pending when the recording thread ends is the site's final word.
        if state.model.samples < state.write_at && !config::settings().mode.writes_tuned() {
            return;
        }
        state.write_at = (state.model.samples * 8).max(8);
        let entry = self.to_entry(&state);
        drop(state);
        if let Some(entry) = entry {
            store::note(&self.key, entry);
        }
    }

    /// Hands what is known now to the files, whatever the sample count.
    pub(crate) fn write_now(&self) {
        let entry = {
            let state = self.state();
            if state.model.samples > 0 { self.to_entry(&state) } else { None }
        };
        if let Some(entry) = entry {
            store::note(&self.key, entry);
        }
    }

    /// What the file would say of this site; `None` for one without a name, and in the scratch folder for one that never
    /// cost more than a dispatch.
    fn to_entry(&self, state: &State) -> Option<SiteEntry> {
        let model = &state.model;
        let available = machine::available();
        let width = self.width(available);
        let costs = prices::costs(Regime::Awake, available);
        let longest_ns = model.whole_ns() * model.len[1] as f64;
        // The tuned file lists cheap sites too: `frozen` is to pass them by, and not to watch them as unknown.
        let trifle = longest_ns < costs.dispatch_ns(2) && !config::settings().mode.writes_tuned();
        if self.spec.body.is_empty() || trifle || model.samples == 0 {
            return None;
        }
        let lasting = record::lasting(model, width, costs);
        Some(SiteEntry {
            body: self.spec.body.to_owned(),
            item_ns: lasting.item_ns,
            item_bytes: self.item_bytes.load(Ordering::Relaxed) as f64,
            call_ns: model.call_ns.round(),
            // Coarse, so that a diff shows what changed and not what trembled.
            spread: (model.spread * 4.0).round() / 4.0,
            skew: model.skew.min(8.0).log2().round().exp2(),
            efficiency: model.efficiency,
            len: model.len,
            samples: power_of_two(model.prior_samples + model.samples),
            parallel_from: lasting.parallel_from.map(|from| from as u64),
            threads: lasting.workers.min(available) as u32,
            chunk_us: decide::chunk_ns(model) / 1e3,
            ..SiteEntry::default()
        })
    }
}

/// The number rounded down to a power of two.
fn power_of_two(number: u64) -> u64 {
    number.checked_ilog2().map_or(0, |power| 1 << power)
}

/// The site's name in files and reports: by-hand sites have no signature and bring theirs whole.
fn key(spec: &Spec, kernel: &str) -> String {
    match (spec.signature, spec.key) {
        ("", "") => format!("{}:{}", spec.file, spec.line),
        ("", name) => name.to_owned(),
        (signature, name) => store::key(kernel, spec.part, signature, name),
    }
}

/// The strongest wish of each kind. Caps on threads add up: the least counts, whoever set it.
fn limits(spec: &Spec, pin: Option<&store::Pin>, settings: &config::Settings) -> Limits {
    let options = &spec.options;
    let pinned = pin.cloned().unwrap_or_default();
    let from_attribute = (options.max_threads != usize::MAX).then_some(options.max_threads);
    let own_max_threads = [from_attribute, pinned.max_threads].into_iter().flatten().min();
    let from_attribute = (options.parallel_from != usize::MAX).then_some(options.parallel_from);
    let chunk_from_attribute = (options.chunk_size > 0).then_some(options.chunk_size);
    Limits {
        max_threads: [own_max_threads, settings.max_threads]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(usize::MAX)
            .max(1),
        own_max_threads,
        parallel_from: from_attribute.or(pinned.parallel_from),
        chunk_size: chunk_from_attribute.or(pinned.chunk_size).unwrap_or(0),
        serial: options.serial || pinned.serial,
        pin: pin.map(|pin| pin.reason.clone().unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_down_to_powers_of_two() {
        for (number, rounded) in [(0, 0), (1, 1), (7, 4), (8, 8), (u64::MAX, 1 << 63)] {
            assert_eq!(power_of_two(number), rounded);
        }
    }
}
