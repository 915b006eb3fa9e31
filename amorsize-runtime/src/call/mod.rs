//! How a call runs: the whole slice on the caller, a watched serial start, a region, or a script.
//!
//! `enter` asks everything that the decision depends on (settings, prices, the site's memory) and hands plain values
//! to `tune`; `Split::run` has `exec` carry the answer out and lets the site learn.

mod choose;
mod explain;
#[cfg(test)]
mod frozen;
#[cfg(test)]
mod hostile;
mod stopping;
mod timing;
mod turn;

use std::ops::Range;
use std::path::Path;

use timing::Timed;
pub(crate) use timing::Timing;
use turn::{LONG_WAY_EVERY, next_ticks};

use crate::config::{self, Mode};
use crate::exec::clock::{self, Tick};
use crate::exec::nested::{self, Active};
use crate::exec::scripted::{self, Script};
use crate::exec::serial::{self, Watch, Watched};
use crate::exec::work::{Flow, Job, Payload, Seen, Work};
use crate::exec::{calm, cancel, invite, prices, region};
use crate::forked;
use crate::memory::{self, Run, Visit};
use crate::observe;
use crate::site::Site;
use crate::slot::{renew_ticks, set_ticks};
use crate::tune::costs::Regime;
use crate::tune::decide;
use crate::tune::grain::{Grain, LEAST_NS};
use crate::tune::prices::Paid;

pub(crate) use choose::width;

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

/// A call that runs in parts.
#[derive(Debug)]
pub(crate) struct Split {
    pub(crate) visit: Visit,
    how: How,
    output: Output,
    /// Units that stay together where nothing else says where to cut.
    piece: usize,
}

#[derive(Debug)]
enum How {
    Script(Script),
    Watched { watch: Watch, regime: Regime, remember: bool },
    Region { workers: usize, item_ns: f64, regime: Regime, predicted_ns: f64, began: Option<Tick> },
}

/// What is done with the folder of `AMORSIZE_REPORT` when a call is decided. It lies above, and is handed down.
pub(crate) type Leave = fn(&Path);

/// Decides how this call of `site` runs; `K` is the kernel, whose type names the instantiation. An item moves so many bytes.
pub(crate) fn enter<K>(
    site: &'static Site,
    len: usize,
    output: Output,
    item_bytes: usize,
    leave: Leave,
) -> Way {
    cancel::end_if_cancelled();
    let script = scripted::current();
    if nested::inside() || (script.is_none() && !clock::EXISTS) {
        // It may have been this thread's turn: left at 0, the next one would be four thousand million calls away.
        renew_ticks(if script.is_some() { 1 } else { LONG_WAY_EVERY });
        return Way::Whole(Timing::NOTHING);
    }
    if let Some(calm) = calm::passes(site.slot::<K>(), len) {
        return Way::Whole(Timing(Timed::Calm(calm)));
    }
    // From here on there are locks.
    if script.is_none() && forked::is_copy() {
        renew_ticks(LONG_WAY_EVERY);
        return Way::Whole(Timing::NOTHING);
    }
    let visit = Visit { memory: site.memory::<K>(), item_bytes };
    visit.enlarge();
    enter_memory(visit, len, output, script, leave)
}

/// Decides how the next window of an ordered tail runs.
pub(crate) fn enter_window(visit: Visit, len: usize, leave: Leave) -> Way {
    cancel::end_if_cancelled();
    enter_memory(visit, len, Output::Window, scripted::current(), leave)
}

fn enter_memory(visit: Visit, len: usize, output: Output, script: Option<Script>, leave: Leave) -> Way {
    if let Some(script) = script {
        set_ticks(1);
        return split_unless_empty(visit, len, output, How::Script(script));
    }
    let settings = config::settings();
    if let Some(folder) = &settings.report {
        leave(folder);
    }
    set_ticks(if cancel::looks_again() { 1 } else { next_ticks(settings.mode, visit.memory) });
    let way = match settings.mode {
        Mode::Off => return Way::Whole(Timing::NOTHING),
        Mode::Shuffle => split_unless_empty(visit, len, output, How::Script(scripted::draw(seed(), len))),
        Mode::Frozen | Mode::Strict => choose::frozen(visit, len, output, settings.mode),
        Mode::Auto | Mode::Record => choose::learning(visit, len, output),
    };
    stopping::stoppable(way, visit, len, output)
}

/// The kernel runs once on an empty slice; there is nothing to cut.
fn split_unless_empty(visit: Visit, len: usize, output: Output, how: How) -> Way {
    if len == 0 { Way::Whole(Timing::NOTHING) } else { Way::Split(Split { visit, how, output, piece: 1 }) }
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

/// What a split run saw, until the join is over and the site learns.
enum Lesson {
    Nothing,
    Serial(serial::Sample),
    Region(memory::Region),
    /// About so many items, at so many ns in all, and then an early end.
    Exit(f64, f64),
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
        match (flow, lesson) {
            (_, Lesson::Nothing) => {}
            (_, Lesson::Exit(items, ns)) => self.visit.learn_exit(Some(ns / items.max(1.0))),
            (Flow::Go, Lesson::Serial(sample)) => {
                self.visit.learn_serial(items, sample.item_ns, sample.undisturbed, Run::Items);
            }
            (Flow::Go, Lesson::Region(region)) => self.visit.learn_region(items, &region, tail_ns),
            (Flow::Stop, Lesson::Region(memory::Region { seen, .. })) if seen.items > 0 => {
                self.visit.learn_exit(Some(seen.busy_ns / seen.items as f64));
            }
            (Flow::Stop, _) => self.visit.learn_exit(None),
        }
        Ok(result)
    }

    fn execute(&self, range: Range<usize>, align: usize, job: &Job<'_>) -> Result<(Flow, Lesson), Payload> {
        match &self.how {
            How::Script(script) => scripted::run(range, job, script).map(|flow| (flow, Lesson::Nothing)),
            &How::Region { workers, item_ns, regime, predicted_ns, began } => {
                let (flow, seen, wall_ns) =
                    self.region(range, align, job, workers, item_ns, regime, began)?;
                let predicted_ns = (predicted_ns > 0.0).then_some(predicted_ns);
                let region = memory::Region { seen, wall_ns, predicted_ns, promoted: false, wanted: workers };
                let lesson = if began.is_some() { Lesson::Region(region) } else { Lesson::Nothing };
                Ok((flow, lesson))
            }
            &How::Watched { watch, regime, remember } => {
                let began = Tick::now();
                let (from, item_ns) = match serial::watch(range.clone(), self.piece, job, watch) {
                    Watched::Panicked(payload) => return Err(payload),
                    Watched::Stopped(items, ns) => {
                        let lesson = if remember { Lesson::Exit(items, ns) } else { Lesson::Nothing };
                        return Ok((Flow::Stop, lesson));
                    }
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
                let wanted = watch.width;
                let region = memory::Region { seen, wall_ns, predicted_ns: None, promoted: true, wanted };
                let lesson = Lesson::Region(region);
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
        let target_ns = match (&self.visit.memory.entry, opened) {
            (Some(entry), None) if entry.chunk_us > 0.0 => entry.chunk_us * 1e3,
            _ => decide::chunk_ns(&self.visit.memory.state().model),
        };
        let coarse = self.output == Output::Merged;
        let grain = Grain {
            target_ns,
            item_ns,
            fixed: self.visit.memory.limits.chunk_size,
            align,
            piece: self.piece,
            workers,
            least_ns: LEAST_NS,
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
            let paid = Paid {
                invite_ns: seen.invite_ns,
                arrival_ns: seen.arrival_ns.map(|arrival_ns| (arrival_ns - seen.invite_ns).max(0.0)),
                lasted_ns: (wall_ns - seen.invite_ns).max(0.0),
            };
            prices::learn(regime, &paid, workers, end);
            wall_ns
        });
        result.map(|flow| (flow, seen, wall_ns))
    }
}
