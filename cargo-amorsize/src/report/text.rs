//! A report as text: a table of all sites, then a paragraph for each. Pure: every fact was gathered before.

use std::fmt::Write as _;

use comfy_table::{CellAlignment, Table, presets};

use super::{Report, Shares, Site, Step, decision};
use crate::units::{grouped, percent, time, times};

/// What stands where nobody measured.
const UNMEASURED: &str = "not measured";

/// The whole report.
pub(crate) fn text(report: &Report<'_>) -> String {
    let mut text = head(report);
    let _ = writeln!(text, "\n{}", table(report));
    for site in &report.sites {
        let _ = write!(text, "\n{}", paragraph(site));
    }
    for note in notes(report) {
        let _ = write!(text, "\n{note}\n");
    }
    text
}

fn head(report: &Report<'_>) -> String {
    let Report { file, machine, .. } = report;
    let file = file.as_deref().unwrap_or("no tuned file");
    let here = if machine.here { "this machine, " } else { "" };
    let threads = if machine.threads == 1 { "thread" } else { "threads" };
    format!("{file}, on {here}{}: {} {threads}\n{}\n", machine.label, machine.threads, origin(report))
}

/// Where what is called measured comes from.
pub(super) fn origin(report: &Report<'_>) -> String {
    let Some(ran) = report.ran else {
        return "nothing was run: speed-ups are predicted, none is measured".to_owned();
    };
    let processes =
        if ran.processes == 1 { "1 process".to_owned() } else { format!("{} processes", ran.processes) };
    let place = if ran.machine == report.machine.label {
        String::new()
    } else {
        format!(", on {} and not on {}", ran.machine, report.machine.label)
    };
    let debug = if ran.optimised { "" } else { ", without optimisation: its times say nothing of a release" };
    let failed = ran.failed.as_ref().map_or_else(String::new, |status| format!("; it failed: {status}"));
    format!("measured in {processes} of `{}`{place}{debug}{failed}", ran.command)
}

fn table(report: &Report<'_>) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    table.set_header(["site", "decision", "a call of", "serial", "predicted", "measured", "limited by"]);
    for site in &report.sites {
        let call = |of: &dyn Fn(&super::Call) -> String| site.call.as_ref().map_or("-".to_owned(), of);
        table.add_row([
            short(site.key),
            decision(site),
            call(&|call| grouped(call.len as u64)),
            call(&|call| time(call.serial_ns)),
            call(&|call| times(call.speed_up())),
            site.measured.map_or("-".to_owned(), times),
            site.limits.first().map_or("-", |found| found.limit.name()).to_owned(),
        ]);
    }
    for (at, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        if (2..6).contains(&at) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.trim_fmt()
}

/// A key without its parameters and result.
pub(super) fn short(key: &str) -> String {
    crate::named::path(key).to_owned()
}

fn paragraph(site: &Site<'_>) -> String {
    let mut text = format!("{}\n", site.key);
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "  {name:<11} {value}");
    };
    line("decision", &decided(site));
    line("speed-up", &speed_up(site));
    line("calls", &calls(site));
    line("predicted", &split(site.call.as_ref().and_then(|call| call.shares.as_ref()), "it is serial"));
    line("measured", &split(site.spent.as_ref(), UNMEASURED));
    for (at, found) in site.limits.iter().enumerate() {
        line(if at == 0 { "limited by" } else { "and" }, &format!("{}: {}", found.limit.name(), found.why));
    }
    for (at, step) in site.history.iter().enumerate() {
        line(if at == 0 { "history" } else { "" }, &told(step));
    }
    text
}

/// The decision, with who took it.
pub(super) fn decided(site: &Site<'_>) -> String {
    let origin = match (&site.forecast, site.filed) {
        (None, _) => return "the file has a pin, and nobody measured the site".to_owned(),
        (Some(_), false) => "the file does not know it: from this run",
        (Some(forecast), true) if forecast.entry.machine == forecast.machine.label => "as measured there",
        (Some(forecast), true) => {
            return format!("{} (derived from what {} measured)", decision(site), forecast.entry.machine);
        }
    };
    format!("{} ({origin})", decision(site))
}

pub(super) fn speed_up(site: &Site<'_>) -> String {
    let predicted = site.call.as_ref().map_or_else(
        || "nothing predicted".to_owned(),
        |call| {
            let threads = if call.workers == 1 {
                "serially".to_owned()
            } else {
                format!("on {} threads", call.workers)
            };
            format!("{} predicted {threads} for {} items", times(call.speed_up()), grouped(call.len as u64))
        },
    );
    let measured = site.measured.map_or(UNMEASURED.to_owned(), |ratio| format!("{} measured", times(ratio)));
    format!("{measured}, {predicted}")
}

/// How the calls of the run went.
pub(super) fn calls(site: &Site<'_>) -> String {
    let Some(lived) = site.lived else { return UNMEASURED.to_owned() };
    let [serial, parallel, promoted] = lived.calls;
    let mut text = format!(
        "{} parallel at once, {} promoted half-way, {} serial among those measured",
        grouped(parallel),
        grouped(promoted),
        grouped(serial)
    );
    if lived.drifted {
        text.push_str("; live samples contradict the file");
    }
    text
}

fn split(shares: Option<&Shares>, otherwise: &str) -> String {
    let Some(shares) = shares else { return otherwise.to_owned() };
    let total = shares.total_ns();
    let parts: Vec<String> = shares
        .parts()
        .iter()
        .map(|(name, ns)| match ns {
            // A bound, and no part of what is predicted.
            Some(ns) if *name == "imbalance" && shares.collection_ns.is_none() => {
                format!("{name} at most {}", percent(ns / total.max(1.0)))
            }
            Some(ns) => format!("{name} {}", percent(ns / total.max(1.0))),
            None => format!("{name} not predicted"),
        })
        .collect();
    format!("{}: {}", time(total), parts.join(", "))
}

/// A step of a site's history.
fn told(step: &Step) -> String {
    let when = match &step.commit {
        Some(commit) => format!("{} {commit}", step.date),
        None => "now".to_owned(),
    };
    let what = step.decided.as_ref().map_or("removed from the file".to_owned(), |decided| {
        format!("{decided}, {} ns an item on {}", decided.item_ns, decided.machine)
    });
    format!("{when}  {what} ({})", step.subject)
}

/// What a reader should know of the numbers.
pub(super) fn notes(report: &Report<'_>) -> Vec<String> {
    let mut notes = vec![
        "Predicted: for a call of the length named, helpers awake. Bandwidth: what threads lose to each other, memory, caches \
         and locks together."
            .to_owned(),
    ];
    if report.ran.is_some() {
        notes.push(
            "Measured: serial cost of an item against the wall time of an item in parallel calls, both of this run; where no \
             call was serial, the cost is that of a thread at work, corrected by its measured efficiency. Shares are those of \
             a mean call that was parallel at once."
                .to_owned(),
        );
    }
    if let Some(why) = report.untold {
        notes.push(format!("No history: {why}."));
    }
    notes
}
