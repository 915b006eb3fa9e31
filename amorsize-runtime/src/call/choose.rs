//! How a call runs, by the file alone or by what the site has learned.
//!
//! Asks for everything that the decision depends on (prices, the site's memory, open regions) and hands plain values to
//! `tune`.

use std::sync::atomic::Ordering;

use super::timing::{Timed, Timing};
use super::{How, Output, Split, Way, explain, split_unless_empty};
use crate::config::{self, Mode};
use crate::exec::clock::Tick;
use crate::exec::serial::{self, Watch};
use crate::exec::{invite, nested, prices};
use crate::machine;
use crate::memory::{Memory, Run, State, Visit};
use crate::observe;
use crate::store;
use crate::tune::costs::Regime;
use crate::tune::decide::{self, Decision, Plan, Question};
use crate::tune::model::Model;
use crate::tune::trials;

/// Threads that could work on a call of `memory` now; open regions share the machine.
pub(crate) fn width(memory: &Memory) -> usize {
    memory.width(invite::width(machine::available()) / (nested::active() + 1))
}

/// By the file alone: a pure function of the entry, the machine and the length. Whether a region that is short gets helpers
/// also depends on whether one is awake, which is a matter of time alone.
pub(super) fn frozen(visit: Visit, len: usize, output: Output, mode: Mode) -> Way {
    let memory = visit.memory;
    let width = width(memory);
    let Some(parallel) = memory.frozen_decision(len, visit.item_bytes) else {
        let known = mode != Mode::Strict || memory.frozen_from().is_some();
        assert!(known, "{}", store::missing(&memory.key, memory.spec.body));
        memory.unknown_calls.fetch_add(1, Ordering::Relaxed);
        store::warn_if_missing();
        if width < 2 || len < 2 {
            return Way::Whole(Timing::NOTHING);
        }
        let regime = prices::regime(Tick::now());
        let costs = prices::costs(regime, width);
        let watch = Watch { costs, width, tail_ns: 0.0, item_ns: 0.0, spread: 0.0, part_ns: f64::INFINITY };
        return split_unless_empty(visit, len, output, How::Watched { watch, regime, remember: false });
    };
    if !parallel || width < 2 || len < 2 {
        return Way::Whole(Timing::NOTHING);
    }
    let (threads, known_ns) =
        memory.entry.as_ref().map_or((width, 0.0), |entry| (entry.threads.max(2) as usize, entry.item_ns));
    let item_ns = memory.scale(visit.item_bytes).item_ns(known_ns);
    if memory.limits.parallel_from.is_none() && lets_sleep(memory, item_ns, len, threads.min(width)) {
        return Way::Whole(Timing::NOTHING);
    }
    let item_ns = if item_ns > 0.0 { item_ns } else { assumed_item_ns(width, len) };
    let how = How::Region {
        workers: threads.min(width),
        item_ns,
        regime: Regime::Awake,
        predicted_ns: 0.0,
        began: None,
    };
    Way::Split(Split { visit, how, output, piece: 1 })
}

/// One call in so many that is too short to wake a helper does so all the same: where calls follow each other closely it
/// stays awake for the next ones, and a frozen site has no clock to see that by.
const WAKES_EVERY: usize = 16;

/// Whether the region would only wake helpers: all sleep, and it is over by the time one has come.
fn lets_sleep(memory: &Memory, item_ns: f64, len: usize, workers: usize) -> bool {
    if item_ns <= 0.0 || !invite::all_asleep() {
        return false;
    }
    let work_ns = item_ns * len as f64;
    let costs = prices::own(Regime::Parked, workers);
    let pays = costs.parallel_ns(work_ns, workers, workers as f64) < 0.9 * work_ns;
    if !pays && memory.short_calls.fetch_add(1, Ordering::Relaxed) % WAKES_EVERY == 0 {
        invite::expect_more();
        return false;
    }
    !pays
}

/// What to cut the first chunks by where parallel is wished and no cost is known, ns: eight chunks of 50 µs per thread.
fn assumed_item_ns(width: usize, len: usize) -> f64 {
    50_000.0 * 8.0 * width as f64 / len as f64
}

/// Calls with less than this between them follow each other closely, ns: helpers stay awake for as long.
const CLOSELY_NS: f64 = 50_000.0;

/// A site with fewer samples has nobody woken or started for calls to come.
const SETTLED: u64 = 8;

/// A site of which more than this share of the calls ends early is watched instead of split at once.
const OFTEN: f64 = 0.3;

/// By what the site has learned so far.
pub(super) fn learning(visit: Visit, len: usize, output: Output) -> Way {
    let memory = visit.memory;
    let now = Tick::now();
    let width = width(memory);
    let regime = prices::regime(now);
    let costs = prices::costs(regime, width);
    let mut state = memory.state();
    let model = visit.model(&state);
    let trusted = model.trusted();
    let question = Question { len, width, model: &model, costs, was_parallel: state.was_parallel };
    let mut decision = decide::decide(&question);
    match memory.limits.parallel_from {
        Some(from) if width >= 2 && len >= 2 => {
            decision.plan = if len >= from { Plan::Region } else { Plan::Whole };
        }
        _ if decision.plan == Plan::Region => {
            state.trials.failed = 0;
            // The price of a look is not known while the items turn out to be much dearer than they were.
            if !model.outgrown && state.trials.checks_serial(&decision) {
                decision.plan = Plan::Whole;
            }
        }
        _ if state.trials.tries_region(&model, &decision, prices::own(regime, width), len) => {
            decision.plan = Plan::Region;
        }
        _ if keep_awake(&mut state, &model, &mut decision, len, width, regime, now) => {
            decision.plan = Plan::Region;
        }
        // Joining copied parts costs more than a known site is likely to gain from being watched.
        _ if decision.plan == Plan::Watched
            && trusted
            && matches!(output, Output::Copied | Output::Merged) =>
        {
            decision.plan = Plan::Whole;
        }
        _ => {}
    }
    if decision.plan == Plan::Region && state.exits > OFTEN && memory.limits.parallel_from.is_none() {
        // Most of what helpers did would lie behind the end; a watched start pays once it turns out to be far away.
        decision.plan = Plan::Watched;
    }
    let routine = is_routine(&mut state, &decision, regime, now);
    let before = state.last.replace((len, decision));
    let Model { item_ns, tail_ns, spread, .. } = model;
    drop(state);
    if before.is_none_or(|(_, last)| last.plan != decision.plan) {
        observe::explain(|| explain::line(memory, len, width, regime, &decision));
    }
    match decision.plan {
        Plan::Whole => {
            let cpu = serial::thread_cpu_if(decision.serial_ns);
            let run = if output == Output::Window { Run::Items } else { Run::Whole };
            Way::Whole(Timing(Timed::Lesson { visit, len, began: Tick::now(), cpu, run }))
        }
        Plan::Watched => {
            let item_ns = if trusted { item_ns } else { 0.0 };
            let watch = Watch { costs, width, tail_ns, item_ns, spread, part_ns: f64::INFINITY };
            split_unless_empty(visit, len, output, How::Watched { watch, regime, remember: true })
        }
        Plan::Region => {
            let item_ns = if item_ns > 0.0 { item_ns } else { assumed_item_ns(width, len) };
            let workers = decision.workers.clamp(2, width.max(2));
            let how = How::Region {
                workers,
                item_ns,
                regime,
                predicted_ns: decision.parallel_ns,
                began: (!routine).then_some(now),
            };
            Way::Split(Split { visit, how, output, piece: 1 })
        }
    }
}

/// Of the short regions of a site whose numbers stand still, this many in a row are not measured: the clock reads, the
/// sums over threads and the lesson take some 2.5 µs of each that is.
const UNMEASURED: u32 = 7;

/// Regions predicted to last longer than this are always measured, ns: it is 2 % of them.
const SHORT_NS: f64 = 150_000.0;

/// Whether the region is one of many alike, of which not all are measured.
fn is_routine(state: &mut State, decision: &Decision, regime: Regime, now: Tick) -> bool {
    let short = decision.plan == Plan::Region && decision.parallel_ns < SHORT_NS;
    let still = state.model.parallel_runs >= 8 && state.model.spread < 0.15 && state.was_parallel;
    let awake = matches!(regime, Regime::Awake | Regime::Inside);
    if !(short && still && awake) || config::settings().mode != Mode::Auto || state.unmeasured >= UNMEASURED {
        state.unmeasured = 0;
        return false;
    }
    state.unmeasured += 1;
    state.parallel_calls += 1;
    state.ended = Some(now);
    true
}

/// Whether helpers are woken, or started, although this call alone is not worth it: because calls follow each other so
/// closely that the next ones would find them awake, or because helpers that were started once are there for every later
/// call. Rent or buy: they are, when what they would have saved so far exceeds what having them costs.
fn keep_awake(
    state: &mut State,
    model: &Model,
    decision: &mut Decision,
    len: usize,
    width: usize,
    regime: Regime,
    now: Tick,
) -> bool {
    if model.samples < SETTLED {
        // The first calls of a program find everything cold, and seem to be worth more help than they are.
        return false;
    }
    let closely = state.ended.is_some_and(|ended| now.ns_since(ended) < CLOSELY_NS);
    let Some(then) = trials::regime_once_helped(regime, closely) else {
        state.trials.foregone_ns = 0.0;
        return false;
    };
    let costs = prices::costs(then, width);
    let helped = decide::decide(&Question { len, width, model, costs, was_parallel: false });
    if helped.plan != Plan::Region {
        return false;
    }
    if !state.trials.buys_helpers(&helped, prices::costs(regime, width)) {
        return false;
    }
    decision.workers = helped.workers;
    if closely {
        invite::expect_more();
    }
    true
}
