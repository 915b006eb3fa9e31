//! What was decided and why, as values with `Display` and serde.
//!
//! Decides nothing: the numbers are those that `tune` decides by, asked through the same functions. `folder` leaves them
//! behind for `cargo amorsize report`.

mod folder;

use std::fmt;
use std::sync::atomic::Ordering;

use serde::{Deserialize, Serialize};

use crate::config;
use crate::digits::{grouped, significant};
use crate::exec::{invite, prices};
use crate::forked;
use crate::machine;
use crate::memory::{self, Memory, Spent};
use crate::store::{self, Profile};
use crate::tune::costs::Regime;
use crate::tune::decide;
use crate::tune::model::Source;
pub(crate) use folder::{leave_now, leave_soon};

/// Everything that this process has decided so far; see [`decisions`].
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Decisions {
    /// The mode of the process, as `AMORSIZE` names it.
    pub mode: String,
    /// The class of machine, as the tuned file names it.
    pub machine: String,
    /// Threads that can work on one call.
    pub threads: usize,
    /// Whether the program was compiled with optimisation: what one measures that was not says nothing of one that was.
    pub optimised: bool,
    /// The tuned file: where it lies, or why there is none.
    pub file: String,
    /// One entry per site and instantiation, by key.
    pub sites: Vec<SiteDecision>,
}

/// What was decided for one site.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SiteDecision {
    /// The key, as in the tuned file.
    pub site: String,
    /// Where it is written, `file:line`.
    pub location: String,
    /// Calls shorter than this are serial; `None` where parallel never pays.
    pub parallel_from: Option<usize>,
    /// Threads for the longest call seen.
    pub workers: usize,
    /// Items that a thread takes at a time.
    pub chunk: usize,
    /// Serial cost of an item, ns.
    pub item_ns: f64,
    /// Accepted samples behind `item_ns`.
    pub samples: u64,
    /// Where the numbers started from in this process.
    pub source: String,
    /// Whether the site started from a file instead of from nothing.
    pub warm: bool,
    /// Serial time / parallel time as predicted for the longest call seen.
    pub predicted_speed_up: f64,
    /// Serial time / time of the calls that ran in parallel, of recent ones more; `None` before there were three. Their serial time is
    /// what the threads worked on their items, corrected by `efficiency`, and what the caller did alone.
    pub measured_speed_up: Option<f64>,
    /// Measured serial cost / parallel busy cost: below 1 threads slow each other down.
    pub efficiency: f64,
    /// Slowest chunk / mean chunk.
    pub skew: f64,
    /// Shortest and longest call seen.
    pub len: [u64; 2],
    /// Calls that were measured and stayed serial, were parallel at once, or were promoted half-way.
    pub calls: [u64; 3],
    /// Where the time of the calls went that were parallel at once.
    pub spent: Spent,
    /// Calls in `frozen` for which the file had no entry.
    pub unknown_calls: usize,
    /// Whether live samples contradict what the file said.
    pub drifted: bool,
    /// Wishes that bind the site (`serial`, `max_threads = 4`, …), from the attribute or the file's `pin`.
    pub limits: Vec<String>,
}

/// What every site that was called in this process has decided, and from which numbers.
///
/// ```
/// # use amorsize_runtime as amorsize;
/// println!("{}", amorsize::decisions());
/// ```
#[must_use]
pub fn decisions() -> Decisions {
    let mut sites: Vec<_> = memory::all().into_iter().map(describe).collect();
    sites.sort_by(|a, b| a.site.cmp(&b.site));
    Decisions {
        mode: config::settings().mode.name().to_owned(),
        machine: machine::label().to_owned(),
        threads: if forked::is_copy() { 1 } else { invite::width(machine::available()) },
        optimised: Profile::current() == Profile::Release,
        file: store::file_in_use().to_string(),
        sites,
    }
}

impl Decisions {
    /// Whether every site that was called started from what an earlier run had measured.
    #[must_use]
    pub fn warm(&self) -> bool {
        !self.sites.is_empty() && self.sites.iter().all(|site| site.warm)
    }
}

fn describe(memory: &'static Memory) -> SiteDecision {
    let state = memory.state().clone();
    let model = &state.model;
    let width = memory.width(invite::width(machine::available()));
    let costs = prices::costs(Regime::Awake, width);
    // A mode that learns nothing goes by the file's decision, at the file's lengths.
    let filed = memory.entry.as_ref().filter(|_| !config::settings().mode.learns());
    let longest = filed.map_or(model.len[1], |entry| entry.len[1]) as usize;
    let serial_ns = model.whole_ns() * longest as f64;
    let (workers, parallel_ns) = decide::best_width(longest, width.max(2), model, costs);
    let workers = filed.map_or(workers, |entry| entry.threads as usize);
    let from = match filed {
        Some(_) => memory.frozen_from().filter(|&from| from != usize::MAX),
        None => memory.limits.parallel_from.or_else(|| decide::crossover(width, model, costs)),
    };
    let parallel = width >= 2 && from.is_some_and(|from| longest >= from);
    let chunk = if memory.limits.chunk_size > 0 {
        memory.limits.chunk_size
    } else {
        (decide::chunk_ns(model) / model.item_ns.max(1e-3)) as usize
    };
    let runs = state.parallel_calls + state.promoted_calls;
    SiteDecision {
        site: memory.key.clone(),
        location: format!("{}:{}", memory.spec.file, memory.spec.line),
        parallel_from: from,
        workers: if parallel { workers.min(width) } else { 1 },
        chunk: chunk.clamp(1, longest.max(1)),
        item_ns: model.whole_ns(),
        samples: model.samples,
        source: source(model.source, model.samples),
        warm: model.source >= Source::Elsewhere,
        predicted_speed_up: if parallel { serial_ns / parallel_ns.max(1.0) } else { 1.0 },
        measured_speed_up: (runs >= 3 && state.speed_up > 0.0).then_some(state.speed_up),
        efficiency: model.efficiency,
        skew: model.skew,
        len: if model.len[1] == 0 { [0, 0] } else { model.len },
        calls: [state.serial_calls, state.parallel_calls, state.promoted_calls],
        spent: state.spent,
        unknown_calls: memory.unknown_calls.load(Ordering::Relaxed),
        drifted: model.drifted(),
        limits: limits(memory),
    }
}

/// `file`, `live`, or `file, live` for numbers that began in a file and were corrected since.
fn source(began: Source, samples: u64) -> String {
    match (began, samples) {
        (began, 0) => began.to_string(),
        (Source::Nothing, _) => "live".to_owned(),
        (began, _) => format!("{began}, live"),
    }
}

fn limits(memory: &Memory) -> Vec<String> {
    let limits = &memory.limits;
    let mut said = Vec::new();
    if limits.serial {
        said.push("serial".to_owned());
    }
    if let Some(threads) = limits.own_max_threads {
        said.push(format!("max_threads = {threads}"));
    }
    if let Some(from) = limits.parallel_from {
        said.push(format!("parallel_from = {from}"));
    }
    if limits.chunk_size > 0 {
        said.push(format!("chunk_size = {}", limits.chunk_size));
    }
    if let Some(reason) = &limits.pin {
        said.push(if reason.is_empty() { "pinned".to_owned() } else { format!("pinned: {reason}") });
    }
    said
}

impl fmt::Display for Decisions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { mode, machine, threads, file, sites, .. } = self;
        writeln!(f, "amorsize: mode {mode}, {machine}, {threads} threads, {file}")?;
        let head = [
            "site",
            "serial below",
            "workers",
            "chunk",
            "ns/item",
            "from (samples)",
            "predicted",
            "measured",
        ];
        let rows: Vec<[String; 8]> = sites.iter().map(SiteDecision::cells).collect();
        let mut widths = head.map(str::len);
        for row in &rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        let mut line = |cells: [&str; 8]| {
            write!(f, "{:<w$}", cells[0], w = widths[0])?;
            cells.iter().zip(widths).skip(1).try_for_each(|(cell, width)| write!(f, "  {cell:>width$}"))?;
            writeln!(f)
        };
        line(head)?;
        rows.iter().try_for_each(|row| line(row.each_ref().map(String::as_str)))?;
        for site in sites {
            let drifted = site.drifted.then(|| "live samples contradict the file".to_owned());
            let unknown = (site.unknown_calls > 0)
                .then(|| format!("{} calls without an entry in the file", site.unknown_calls));
            let notes: Vec<_> = site.limits.iter().cloned().chain(drifted).chain(unknown).collect();
            if !notes.is_empty() {
                writeln!(f, "  {}: {}", site.site, notes.join(", "))?;
            }
        }
        Ok(())
    }
}

impl SiteDecision {
    fn cells(&self) -> [String; 8] {
        let serial = self.limits.iter().any(|limit| limit == "serial");
        let from = if self.samples == 0 && self.parallel_from.is_none() && !serial {
            "?".to_owned()
        } else {
            self.parallel_from.map_or_else(|| "always".to_owned(), grouped)
        };
        [
            self.site.clone(),
            from,
            self.workers.to_string(),
            if self.workers > 1 { grouped(self.chunk) } else { "-".to_owned() },
            significant(self.item_ns),
            format!("{} ({})", self.source, self.samples),
            format!("{:.2}×", self.predicted_speed_up),
            self.measured_speed_up.map_or_else(|| "-".to_owned(), |speed_up| format!("{speed_up:.2}×")),
        ]
    }
}
