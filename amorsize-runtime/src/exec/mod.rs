//! How a call runs: the whole slice on the caller, a watched serial start, a region, or a script.
//!
//! `enter` asks everything that the decision depends on (settings, prices, the site's memory) and hands plain values
//! to `tune`; `Split::run` carries the answer out and lets the site learn. The layers below know nothing of sites.

pub(crate) mod clock;
mod gate;
pub(crate) mod invite;
pub(crate) mod nested;
mod placement;
pub(crate) mod prices;
mod region;
pub(crate) mod scripted;
mod serial;
pub(crate) mod work;

use std::cell::Cell;
use std::ops::Range;
use std::sync::atomic::Ordering;

use clock::Tick;
use nested::Active;
use scripted::Script;
use serial::{Watch, Watched};
use work::{Flow, Grain, Job, Payload, Seen, Work};

use crate::config::{self, Mode};
use crate::machine;
use crate::memory::{self, Memory, Run, State};
use crate::observe;
use crate::site::Site;
use crate::slot::{renew_ticks, set_ticks};
use crate::store;
use crate::tune::costs::{Costs, Regime};
use crate::tune::decide::{self, Decision, Plan, Question};

/// What splitting does to the output, which decides how freely it is split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    /// Parts are written where they belong, or joined in no time.
    InPlace,
    /// Parts are copied when they are joined, at a cost per item.
    Copied,
    /// Parts are joined by the user's function, at a cost per part: few parts are better than small ones.
    Merged,
    /// Parts of a window are handed to an ordered tail as they are.
    Window,
}

/// How this call runs.
pub(crate) enum Way {
    /// The kernel on the whole slice.
    Whole(Timing),
    /// The kernel on parts.
    Split(Split),
}

/// What stands behind a region, serially, on the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tail {
    /// The join of the parts.
    Join,
    /// An ordered tail, window by window.
    Ordered,
}

/// A serial run of the whole slice, with a clock or without.
#[derive(Debug)]
#[must_use]
pub(crate) struct Timing(Option<Timed>);

#[derive(Debug)]
struct Timed {
    memory: &'static Memory,
    len: usize,
    began: Tick,
    cpu: Option<f64>,
    run: Run,
}

impl Timing {
    /// The run is over and did not panic.
    pub(crate) fn end(self) {
        let Some(Timed { memory, len, began, cpu, run }) = self.0 else { return };
        let ns = Tick::now().ns_since(began);
        let undisturbed = cpu.is_none_or(|before| serial::undisturbed(ns, before));
        // Reading the clock twice costs 50 ns: a call much shorter than a microsecond is at most that expensive.
        memory.learn_serial(len, (ns - 50.0).max(1.0) / len.max(1) as f64, undisturbed, run);
    }
}

/// A call that runs in parts.
#[derive(Debug)]
pub(crate) struct Split {
    pub(crate) memory: &'static Memory,
    how: How,
    output: Output,
    /// Units that stay together where nothing else says where to cut.
    piece: usize,
}

#[derive(Debug)]
enum How {
    Script(Script),
    Watched { watch: Watch, regime: Regime, remember: bool },
    Region { workers: usize, item_ns: f64, regime: Regime, predicted_ns: f64, clocks: bool },
}

/// Calls of a thread between two that take the long way, on average.
const LONG_WAY_EVERY: u32 = 256;

/// The same for a site whose cost is well known: the long way takes some 0.2 µs.
const LONG_WAY_EVERY_KNOWN: u32 = 1024;

/// The same while recording.
const LONG_WAY_EVERY_RECORDING: u32 = 16;

/// How many calls pass until this thread takes the long way again.
fn next_ticks(mode: Mode, memory: &Memory) -> u32 {
    let every = match mode {
        Mode::Auto if memory.state().model.samples >= 64 => LONG_WAY_EVERY_KNOWN,
        Mode::Auto => LONG_WAY_EVERY,
        Mode::Record => LONG_WAY_EVERY_RECORDING,
        _ => return u32::MAX,
    };
    about(every)
}

/// A number of calls around `every`, drawn anew each time: with a number of its own for every length, two sites that are
/// called in turn could keep step with it, and one of them would never be timed.
fn about(every: u32) -> u32 {
    thread_local! {
        static DRAWN: Cell<u64> = const { Cell::new(0) };
    }
    let drawn = DRAWN.get().wrapping_add(1);
    DRAWN.set(drawn);
    every / 2 + scripted::Random(drawn).next() as u32 % every
}

/// Decides how this call of `site` runs; `K` is the kernel, whose type names the instantiation.
pub(crate) fn enter<K>(site: &'static Site, len: usize, output: Output) -> Way {
    let script = scripted::current();
    if nested::inside() || (!clock::EXISTS && script.is_none()) {
        // It may have been this thread's turn: left at 0, the next one would be four thousand million calls away.
        renew_ticks(if script.is_some() { 1 } else { LONG_WAY_EVERY });
        return Way::Whole(Timing(None));
    }
    enter_memory(site.memory::<K>(), len, output, script)
}

/// Whether this process measures what its sites do.
pub(crate) fn timed() -> bool {
    config::settings().mode.uses_clocks()
}

/// Decides how the next window of an ordered tail runs.
pub(crate) fn enter_window(memory: &'static Memory, len: usize) -> Way {
    enter_memory(memory, len, Output::Window, scripted::current())
}

fn enter_memory(memory: &'static Memory, len: usize, output: Output, script: Option<Script>) -> Way {
    if let Some(script) = script {
        set_ticks(1);
        return split_unless_empty(memory, len, output, How::Script(script));
    }
    let settings = config::settings();
    set_ticks(next_ticks(settings.mode, memory));
    match settings.mode {
        Mode::Off => Way::Whole(Timing(None)),
        Mode::Shuffle => split_unless_empty(memory, len, output, How::Script(scripted::draw(seed(), len))),
        Mode::Frozen | Mode::Strict => frozen(memory, len, output, settings.mode),
        Mode::Auto | Mode::Record => learning(memory, len, output),
    }
}

/// The kernel runs once on an empty slice; there is nothing to cut.
fn split_unless_empty(memory: &'static Memory, len: usize, output: Output, how: How) -> Way {
    if len == 0 { Way::Whole(Timing(None)) } else { Way::Split(Split { memory, how, output, piece: 1 }) }
}

/// The seed of `AMORSIZE=shuffle`, said once.
fn seed() -> u64 {
    static SEED: std::sync::OnceLock<u64> = std::sync::OnceLock::new();
    *SEED.get_or_init(|| {
        use std::hash::{BuildHasher, RandomState};
        let seed = config::settings().seed.unwrap_or_else(|| RandomState::new().hash_one("amorsize"));
        let text = format!("every call is split at random; AMORSIZE_SEED=0x{seed:x} repeats this run");
        observe::warn_once(observe::Topic::Environment, "seed", &text);
        seed
    })
}

/// Threads that could work on a call of `memory` now; open regions share the machine.
fn width(memory: &Memory) -> usize {
    memory.width(invite::width(machine::available()) / (nested::active() + 1))
}

/// By the file alone: a pure function of the entry, the machine and the length.
fn frozen(memory: &'static Memory, len: usize, output: Output, mode: Mode) -> Way {
    let width = width(memory);
    let Some(from) = memory.frozen_decision(len) else {
        let known = mode != Mode::Strict || memory.frozen_from().is_some();
        assert!(known, "{}", store::missing(&memory.key, memory.spec.body));
        memory.unknown_calls.fetch_add(1, Ordering::Relaxed);
        store::warn_if_missing();
        if width < 2 || len < 2 {
            return Way::Whole(Timing(None));
        }
        let regime = prices::regime(Tick::now());
        let watch = Watch { costs: prices::costs(regime, width), width, tail_ns: 0.0, item_ns: 0.0 };
        return split_unless_empty(memory, len, output, How::Watched { watch, regime, remember: false });
    };
    if len < from || width < 2 || len < 2 || memory.is_below_record(len) {
        return Way::Whole(Timing(None));
    }
    let (threads, item_ns) =
        memory.entry.as_ref().map_or((width, 0.0), |entry| (entry.threads.max(2) as usize, entry.item_ns));
    let item_ns = if item_ns > 0.0 { item_ns } else { assumed_item_ns(width, len) };
    let how = How::Region {
        workers: threads.min(width),
        item_ns,
        regime: Regime::Awake,
        predicted_ns: 0.0,
        clocks: false,
    };
    Way::Split(Split { memory, how, output, piece: 1 })
}

/// What to cut the first chunks by where parallel is wished and no cost is known, ns: eight chunks of 50 µs per thread.
fn assumed_item_ns(width: usize, len: usize) -> f64 {
    50_000.0 * 8.0 * width as f64 / len as f64
}

/// By what the site has learned so far.
fn learning(memory: &'static Memory, len: usize, output: Output) -> Way {
    let now = Tick::now();
    let width = width(memory);
    let regime = prices::regime(now);
    let costs = prices::costs(regime, width);
    let mut state = memory.state();
    let trusted = state.model.trusted();
    let question = Question { len, width, model: &state.model, costs, was_parallel: state.was_parallel };
    let mut decision = decide::decide(&question);
    match memory.limits.parallel_from {
        Some(from) if width >= 2 && len >= 2 => {
            decision.plan = if len >= from { Plan::Region } else { Plan::Whole };
        }
        _ if decision.plan == Plan::Region => {
            state.failed_trials = 0;
            if check_serial(&mut state, &decision) {
                decision.plan = Plan::Whole;
            }
        }
        _ if try_other_side(&mut state, &decision, Costs::built_in(regime, width), len) => {
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
    let before = state.last.replace((len, decision));
    let (item_ns, tail_ns) = (state.model.item_ns, state.model.tail_ns);
    drop(state);
    if before.is_none_or(|(_, last)| last.plan != decision.plan) {
        observe::explain(|| crate::report::explain_line(memory, len, width, regime, &decision));
    }
    match decision.plan {
        Plan::Whole => {
            let cpu = serial::thread_cpu_if(decision.serial_ns);
            let run = if output == Output::Window { Run::Items } else { Run::Whole };
            Way::Whole(Timing(Some(Timed { memory, len, began: Tick::now(), cpu, run })))
        }
        Plan::Watched => {
            let watch = Watch { costs, width, tail_ns, item_ns: if trusted { item_ns } else { 0.0 } };
            split_unless_empty(memory, len, output, How::Watched { watch, regime, remember: true })
        }
        Plan::Region => {
            let item_ns = if item_ns > 0.0 { item_ns } else { assumed_item_ns(width, len) };
            let workers = decision.workers.clamp(2, width.max(2));
            let how =
                How::Region { workers, item_ns, regime, predicted_ns: decision.parallel_ns, clocks: true };
            Way::Split(Split { memory, how, output, piece: 1 })
        }
    }
}

/// Whether a site whose threads were seen to slow each other down, or whose join was dear, tries a region once more:
/// no state may be absorbing. Paid from 1 % of the time that the site has used; every failure doubles the price.
///
/// `ideal` are the machine's own prices, not those of today: helpers that were late while the pool was busy would
/// otherwise be late for ever, since only a region shows that they are not.
fn try_other_side(state: &mut State, decision: &Decision, ideal: Costs, len: usize) -> bool {
    if decision.workers < 2 || !state.model.trusted() {
        return false;
    }
    let ideal_ns = ideal.parallel_ns(state.model.item_ns * len as f64, decision.workers, 1.0);
    let loss_ns = (decision.parallel_ns - decision.serial_ns).max(0.05 * decision.serial_ns);
    let price_ns = loss_ns * f64::from(1_u32 << state.failed_trials.min(20));
    if ideal_ns >= 0.9 * decision.serial_ns || state.budget_ns < price_ns {
        return false;
    }
    state.budget_ns = 0.0;
    state.failed_trials += 1;
    true
}

/// Whether a parallel site runs serially once, to see what that costs now: regions do not show it, and a site whose
/// threads have come to slow each other down must notice. Paid from the same budget, ever more rarely.
fn check_serial(state: &mut State, decision: &Decision) -> bool {
    let price_ns = (decision.serial_ns - decision.parallel_ns) * f64::from(1_u32 << state.idle_checks.min(4));
    let due = state.budget_ns >= price_ns;
    if due {
        state.budget_ns = 0.0;
        state.idle_checks += 1;
    }
    due
}

/// What a split run saw, until the join is over and the site learns.
enum Lesson {
    Nothing,
    Serial(serial::Sample),
    Region(memory::Region),
}

impl Split {
    /// The same, cut at multiples of so many units: else a thread that looks at the clock would take the time of a whole
    /// piece for that of the units that it claimed.
    pub(crate) fn in_pieces(self, piece: usize) -> Self {
        Self { piece, ..self }
    }

    /// Runs `job` over `range`, then `join` on this thread. The site learns unless the run ended early or panicked.
    ///
    /// `align` is the number of results on a cache line, or 1; `Tail` says whether `join` is all that stands behind
    /// the region, or an ordered tail follows that is timed by its caller.
    pub(crate) fn run<R>(
        &self,
        range: Range<usize>,
        align: usize,
        tail: Tail,
        job: &Job<'_>,
        join: impl FnOnce() -> R,
    ) -> Result<R, Payload> {
        let items = range.len();
        let (flow, lesson) = self.execute(range, align, job)?;
        let timed = matches!(lesson, Lesson::Region(_)).then(Tick::now);
        let result = join();
        let tail_ns = timed.filter(|_| tail == Tail::Join).map(|began| Tick::now().ns_since(began));
        if flow == Flow::Go {
            match lesson {
                Lesson::Nothing => {}
                Lesson::Serial(sample) => {
                    self.memory.learn_serial(items, sample.item_ns, sample.undisturbed, Run::Items);
                }
                Lesson::Region(region) => self.memory.learn_region(items, &region, tail_ns),
            }
        }
        Ok(result)
    }

    fn execute(&self, range: Range<usize>, align: usize, job: &Job<'_>) -> Result<(Flow, Lesson), Payload> {
        match &self.how {
            How::Script(script) => scripted::run(range, job, script).map(|flow| (flow, Lesson::Nothing)),
            &How::Region { workers, item_ns, regime, predicted_ns, clocks } => {
                let opened = clocks.then(Tick::now);
                let (flow, seen, wall_ns) =
                    self.region(range, align, job, workers, item_ns, regime, opened)?;
                let predicted_ns = (predicted_ns > 0.0).then_some(predicted_ns);
                let region = memory::Region { seen, wall_ns, predicted_ns, promoted: false };
                let lesson = if clocks { Lesson::Region(region) } else { Lesson::Nothing };
                Ok((flow, lesson))
            }
            &How::Watched { watch, regime, remember } => {
                let began = Tick::now();
                let (from, item_ns) = match serial::watch(range.clone(), self.piece, job, watch) {
                    Watched::Panicked(payload) => return Err(payload),
                    Watched::Stopped => return Ok((Flow::Stop, Lesson::Nothing)),
                    Watched::Done(sample) => {
                        let lesson = if remember { Lesson::Serial(sample) } else { Lesson::Nothing };
                        return Ok((Flow::Go, lesson));
                    }
                    Watched::Promote(from, item_ns) => (from, item_ns),
                };
                let rest = from..range.end;
                let opened = Tick::now();
                let (flow, mut seen, wall_ns) =
                    self.region(rest, align, job, watch.width, item_ns, regime, Some(opened))?;
                // The watched beginning is a sample of the undisturbed serial cost like any chunk before a helper.
                let spent = opened.ns_since(began);
                seen.alone_items += from - range.start;
                seen.alone_ns += spent;
                seen.items += from - range.start;
                seen.busy_ns += spent;
                let wall_ns = wall_ns + spent;
                let lesson =
                    Lesson::Region(memory::Region { seen, wall_ns, predicted_ns: None, promoted: true });
                Ok((flow, if remember { lesson } else { Lesson::Nothing }))
            }
        }
    }

    /// Opens a region over `range`; returns what came of it, what was seen, and how long it took, ns.
    #[expect(
        clippy::too_many_arguments,
        reason = "the values of one region, gathered at its only two callers"
    )]
    fn region(
        &self,
        range: Range<usize>,
        align: usize,
        job: &Job<'_>,
        workers: usize,
        item_ns: f64,
        regime: Regime,
        opened: Option<Tick>,
    ) -> Result<(Flow, Seen, f64), Payload> {
        let target_ns = match (&self.memory.entry, opened) {
            (Some(entry), None) if entry.chunk_us > 0.0 => entry.chunk_us * 1e3,
            _ => decide::chunk_ns(&self.memory.state().model),
        };
        let coarse = self.output == Output::Merged;
        let grain = Grain {
            target_ns,
            item_ns,
            fixed: self.memory.limits.chunk_size,
            align,
            piece: self.piece,
            workers,
            coarse,
        };
        let _active = Active::enter();
        let source = invite::Source::here();
        let work = Work::new(job, range, grain, opened);
        region::run(&work, workers - 1, source);
        let (result, seen) = work.finish();
        let wall_ns = opened.map_or(0.0, |opened| {
            let end = Tick::now();
            let wall_ns = end.ns_since(opened);
            prices::learn(regime, seen.arrival_ns, wall_ns, workers, end);
            wall_ns
        });
        result.map(|flow| (flow, seen, wall_ns))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_long_way_keeps_step_with_no_rhythm_of_calls() {
        for every in [LONG_WAY_EVERY_RECORDING, LONG_WAY_EVERY, LONG_WAY_EVERY_KNOWN] {
            for rhythm in 2..9 {
                let mut turns = vec![0; rhythm];
                let mut call = 0;
                for _ in 0..1_000 {
                    let ticks = about(every) as usize;
                    assert!((every as usize / 2..every as usize * 3 / 2).contains(&ticks));
                    call += ticks;
                    turns[call % rhythm] += 1;
                }
                assert!(turns.iter().all(|&turns| turns > 50), "every {every}, {rhythm} sites: {turns:?}");
            }
        }
    }

    #[test]
    fn helpers_that_came_late_are_tried_again() {
        let mut state = State::default();
        (0..9).for_each(|_| state.model.learn_item(1_000.0));
        let own = Costs::built_in(Regime::Parked, 2);
        let (len, costs) = (3_000, Costs { arrive_ns: 3e6, ..own });
        let question = Question { len, width: 2, model: &state.model, costs, was_parallel: false };
        let decision = decide::decide(&question);
        assert_ne!(decision.plan, Plan::Region, "{decision:?}");
        assert!(!try_other_side(&mut state, &decision, own, len), "nothing saved up yet");
        state.budget_ns = 1e6;
        assert!(try_other_side(&mut state, &decision, own, len), "{decision:?}");
    }
}
