//! The verb `doctor`: what this machine costs, whether work is worth splitting on it, and whether a program gains.
//!
//! It measures, asks the pure parts of `doctor`, and writes; `--save` keeps the costs in the tuned file.

mod text;

use amorsize_runtime::config::Mode;
use amorsize_runtime::machine::{self, MachineProfile};
use amorsize_runtime::store::{MachineEntry, Places, Profile, Store};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::{Answer, Outcome, Run};
use crate::doctor::compiled::{self, Program};
use crate::doctor::measure::{self, Measured};
use crate::doctor::readiness::{self, Ready};
use crate::doctor::steady::{self, ROUNDS, Spread, TOLERATED};
use crate::doctor::verdict::{self, Check, Verdict};
use crate::doctor::workload::{self, Workload};
use crate::forecast::Machine;
use crate::limit::Limit;
use crate::message::{Format, Message, Printer};
use crate::sites::{Build, list};
use crate::tuned::{Tuned, TunedFile, shown};
use crate::units::times;

const EXAMPLES: &str = "\
Examples:
  cargo amorsize doctor
  cargo amorsize doctor --save
  cargo amorsize doctor --message-format json
  cargo amorsize doctor -- target/release/server --self-test

Exit codes: 0 go or caution, 1 no-go, 2 where it cannot be answered, or not be saved.";

/// Measures this machine, and says whether work is worth splitting on it
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Doctor {
    /// Write what was measured into the tuned file, as its `[machine]` table, if the rounds agree
    #[arg(long)]
    save: bool,

    /// Save although the rounds differ
    #[arg(long, requires = "save")]
    force: bool,

    #[command(flatten)]
    tuned: Tuned,

    /// A program to run, to see whether it computes or waits
    #[arg(last = true, value_name = "PROGRAM")]
    program: Vec<String>,
}

/// Everything that was found.
pub(crate) struct Found {
    pub(crate) label: &'static str,
    pub(crate) measured: Measured,
    pub(crate) spread: Spread,
    pub(crate) checks: Vec<Check>,
    /// Sites of the tuned file; `None` without one.
    pub(crate) sites: Option<Vec<Ready>>,
    /// What the compiler says of the workspace, or why it was not asked.
    pub(crate) program: Result<Program, &'static str>,
    pub(crate) workload: Option<Workload>,
}

impl Run for Doctor {
    fn run(self, printer: &Printer) -> Answer {
        // A quota may have changed since the process began; nothing was decided yet.
        let cores = machine::refresh();
        let room = machine::memory_room();
        let (measured, spread) = with_progress(cores.available);
        // Without a file there is a machine to judge all the same; a broken one is an error.
        let file = match self.tuned.path() {
            Ok(path) if path.exists() => Some(self.tuned.read(printer)?),
            _ => None,
        };
        let workload = self.workload()?;
        let program = self.program(file.as_ref());
        let sites = file.as_ref().map(|file| ready(file, &measured, room, program.as_ref().ok()));
        let checks = verdict::machine(&measured, spread, &cores, room);
        let found = Found { label: machine::label(), measured, spread, checks, sites, program, workload };
        match printer.format() {
            Format::Json => printer.json(&found.values()),
            Format::Human | Format::Github => printer.out(&text::of(&found)),
        }
        if self.save {
            self.save(&found, printer)?;
        }
        Ok(if found.verdict() == Verdict::NoGo { Outcome::Drift } else { Outcome::InStep })
    }
}

impl Doctor {
    /// What the compiler says of the workspace around, where there is one: a container has the program and its file alone.
    fn program(&self, file: Option<&TunedFile>) -> Result<Program, &'static str> {
        let file = file.ok_or("there is no tuned file")?;
        self.tuned.root().map_err(|_| "there is no workspace here")?;
        let build = Build { manifest: self.tuned.manifest.manifest_path.clone(), arguments: Vec::new() };
        let listing = list(&build).map_err(|_| "the workspace does not compile")?;
        Ok(compiled::program(&listing, &file.contents))
    }

    fn workload(&self) -> Result<Option<Workload>, Box<Message>> {
        if self.program.is_empty() {
            return Ok(None);
        }
        workload::run(&self.program).map(Some).map_err(|error| {
            let text = format!("{} cannot be run: {error}", self.program[0]);
            Box::new(Message::error("not-run", text).advice("name a program that is built, with its path"))
        })
    }

    /// Puts the costs into the tuned file, the way a recording program does.
    fn save(&self, found: &Found, printer: &Printer) -> Result<(), Box<Message>> {
        if Profile::current() == Profile::Debug {
            let text = "this command was built without optimisation: what it measures is not saved";
            return Err(Box::new(
                Message::error("debug", text).fix("cargo install --path cargo-amorsize", "builds it as it should be"),
            ));
        }
        if !found.spread.is_steady() && !self.force {
            return Err(Box::new(unsteady(found.spread)));
        }
        let path = self.tuned.path()?;
        let places = Places { file: Some(path.clone()), ..Places::default() };
        let store = Store::open(&places, Mode::Record, machine::label, Profile::Release);
        store.note_machine(entry(&found.measured));
        store.flush();
        if store.status().writable == Some(false) {
            let text = "the tuned file cannot be written";
            return Err(Box::new(Message::error("unwritable", text).detail("file", shown(&path))));
        }
        let text = format!("[machine.\"{}\"] of {} is up to date", machine::label(), shown(&path));
        printer.message(&Message::note("saved", text));
        Ok(())
    }
}

impl Found {
    /// The worst of what was found of the machine; a site that gains nothing is no reason not to deploy.
    pub(crate) fn verdict(&self) -> Verdict {
        let full = self.sites.iter().flatten().any(|site| site.verdict == Verdict::NoGo);
        if full { Verdict::NoGo } else { verdict::worst(&self.checks) }
    }

    /// What the program spends its time on.
    pub(crate) fn kind(&self) -> Option<&'static str> {
        let sites = self.sites.as_deref().unwrap_or_default();
        let bound = sites.iter().filter(|site| site.limit == Limit::Bandwidth).count();
        self.workload.map(|workload| workload.kind(2 * bound > sites.len()))
    }

    fn values(&self) -> Value {
        json!({
            "machine": self.label, "verdict": self.verdict(), "measured": self.measured, "checks": self.checks,
            "spread": self.spread, "sites": self.sites,
            "compiled": self.program.as_ref().ok(), "not_compiled": self.program.as_ref().err(), "workload": self.workload, "workload_kind": self.kind(),
        })
    }
}

/// Why nothing is saved.
fn unsteady(spread: Spread) -> Message {
    let Spread { cost, ratio } = spread;
    let text = format!("the machine's costs are not steady, so nothing is saved: {cost} differs by {}", times(ratio));
    Message::error("unsteady", text)
        .detail("measured", format!("{ROUNDS} rounds, of which the highest and the lowest do not count"))
        .detail("allowed", times(TOLERATED))
        .advice("let nothing else run, plug a laptop in, then: cargo amorsize doctor --save")
        .fix("cargo amorsize doctor --save --force", "saves the median all the same")
}

/// The sites on this machine as it was just measured.
fn ready(
    file: &TunedFile,
    measured: &Measured,
    room: Option<u64>,
    program: Option<&Program>,
) -> Vec<Ready> {
    let mut machine = Machine::here(&file.contents);
    machine.profile = entry(measured).over(machine.profile);
    readiness::sites(&file.contents, &machine, room, program)
}

fn entry(measured: &Measured) -> MachineEntry {
    MachineEntry {
        clock_ns: measured.clock_ns,
        claim_ns: measured.claim_ns,
        wake_us: measured.wake_us[2],
        // What a thread of the pool adds was not measured: what one wake-up costs its caller is in `wake_us` already, and an
        // awake helper needs none.
        wake_us_per_worker: MachineProfile::here().wake_us_per_worker,
        step_ns: measured.step_ns,
        stream_gbs: measured.stream_gbs,
    }
    .clamped()
}

/// Measures several times, behind a progress bar that shows on a terminal only: the medians, and how far the rounds differ.
fn with_progress(threads: usize) -> (Measured, Spread) {
    let bar = ProgressBar::new(measure::STEPS * ROUNDS as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:20} {wide_msg}") {
        bar.set_style(style);
    }
    let round = || {
        measure::measure(threads, |what| {
            bar.set_message(what);
            bar.inc(1);
        })
    };
    let first = round();
    let rounds: Vec<Measured> = std::iter::once(first).chain((1..ROUNDS).map(|_| round())).collect();
    bar.finish_and_clear();
    (steady::middle(&rounds).unwrap_or(first), steady::spread(&rounds))
}
