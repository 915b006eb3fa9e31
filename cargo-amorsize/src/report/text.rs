//! A report as text: a table of all sites, then a paragraph for each. Pure: every fact was gathered before.

use std::fmt::Write as _;

use amorsize_runtime::SiteDecision;
use comfy_table::{CellAlignment, Table, presets};

use super::history::when;
use super::{Call, Report, Shares, Site, Step, decision, limited};
use crate::recording::Decided;
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
    let (before, command, behind) = origin(report);
    let command = command.map_or_else(String::new, |command| format!("`{command}`"));
    format!("{file}, on {here}{}: {} {threads}\n{before}{command}{behind}\n", machine.label, machine.threads)
}

/// Where what is called measured comes from: words before and behind the command, where there was one.
pub(super) fn origin<'r>(report: &Report<'r>) -> (String, Option<&'r str>, String) {
    let Some(ran) = report.ran else {
        return (
            "nothing was run: speed-ups are predicted, none is measured".to_owned(),
            None,
            String::new(),
        );
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
    (format!("measured in {processes} of "), Some(&ran.command), format!("{place}{debug}{failed}"))
}

/// What a run lost beside its work.
pub(super) fn lost(site: &Site<'_>) -> Option<String> {
    let parts: Vec<String> =
        site.lost.iter().map(|(name, share)| format!("{name} ({} of a call)", percent(*share))).collect();
    (!parts.is_empty()).then(|| format!("{}, as measured", parts.join(", ")))
}

fn table(report: &Report<'_>) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    table.set_header([
        "site",
        "parallel from",
        "threads",
        "a call of",
        "serial",
        "predicted",
        "measured",
        "limited by",
    ]);
    for site in &report.sites {
        let call = |of: &dyn Fn(&Call) -> String| site.call.as_ref().map_or("-".to_owned(), of);
        let (from, threads) = cells(site);
        table.add_row([
            short(site.key),
            from,
            threads,
            call(&|call| grouped(call.len as u64)),
            call(&|call| time(call.serial_ns)),
            call(&|call| times(call.speed_up())),
            site.measured.map_or("-".to_owned(), times),
            limited(site).to_owned(),
        ]);
    }
    for (at, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        if (1..7).contains(&at) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.trim_fmt()
}

/// The decision in two cells of a table.
pub(super) fn cells(site: &Site<'_>) -> (String, String) {
    let Some(forecast) = &site.forecast else { return ("?".to_owned(), "?".to_owned()) };
    match forecast.parallel_from {
        Some(from) => (grouped(from), forecast.threads.to_string()),
        None => ("never".to_owned(), "1".to_owned()),
    }
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
    line("predicted", &site.call.as_ref().map_or("nothing".to_owned(), predicted));
    if let Some(shares) = site.call.as_ref().and_then(|call| call.shares.as_ref()) {
        line("", &split(shares));
    }
    line("measured", &measured(site));
    if let Some(shares) = &site.spent {
        line("", &format!("{} a call that was parallel at once: {}", time(shares.total_ns()), split(shares)));
    }
    let lost = lost(site);
    if let Some(lost) = &lost {
        line("limited by", lost);
    }
    for (at, found) in site.limits.iter().enumerate() {
        let name = match (at, &lost) {
            (0, None) => "limited by",
            (0, Some(_)) => "by model",
            _ => "and",
        };
        line(name, &format!("{}: {}", found.limit.name(), found.why));
        line("", &format!("would help: {}", found.help));
    }
    let run = site.lived.map(|lived| format!("this run  {}", lately(lived)));
    for (at, told) in site.history.iter().map(told).chain(run).enumerate() {
        line(if at == 0 { "history" } else { "" }, &told);
    }
    text
}

/// The decision, with where it comes from.
pub(super) fn decided(site: &Site<'_>) -> String {
    let Some(forecast) = &site.forecast else {
        return "the file has a pin, and nobody measured the site".to_owned();
    };
    let pinned = forecast.pin.is_some_and(|pin| pin.serial || pin.parallel_from.is_some());
    let origin = match &forecast.entry.machine {
        _ if pinned => "pinned in the file".to_owned(),
        _ if !site.filed => "the file does not know it: as this run found it".to_owned(),
        measured if *measured == forecast.machine.label => "as measured on this class of machine".to_owned(),
        measured => format!("derived from what {measured} measured"),
    };
    format!("{} ({origin})", decision(forecast.parallel_from, forecast.threads))
}

/// What is predicted, in a line.
fn predicted(call: &Call) -> String {
    let items = format!("a call of {} items", grouped(call.len as u64));
    let serial = time(call.serial_ns);
    if call.workers == 1 {
        return format!("{}: {items} is serial and takes {serial}", times(1.0));
    }
    let (ratio, took) = (times(call.speed_up()), time(call.predicted_ns));
    format!("{ratio} on {} threads: {items} takes {took}, serially {serial}", call.workers)
}

/// What the run measured, in a line.
fn measured(site: &Site<'_>) -> String {
    if site.lived.is_none() {
        return UNMEASURED.to_owned();
    }
    format!("{}; {}", speed_up(site), calls(site))
}

/// The measured speed-up, or why there is none.
pub(super) fn speed_up(site: &Site<'_>) -> String {
    match (site.measured, site.lived) {
        (Some(ratio), _) => times(ratio),
        (None, None) => UNMEASURED.to_owned(),
        (None, Some(lived)) if lived.calls[1] + lived.calls[2] == 0 => "no call was parallel".to_owned(),
        (None, Some(_)) => "too few calls were parallel to tell".to_owned(),
    }
}

/// How the calls of the run went.
pub(super) fn calls(site: &Site<'_>) -> String {
    let Some(lived) = site.lived else { return UNMEASURED.to_owned() };
    let [serial, parallel, promoted] = lived.calls.map(grouped);
    let drifted = if lived.drifted { "; live samples contradict the file" } else { "" };
    format!(
        "calls timed: {parallel} parallel at once, {promoted} promoted half-way, {serial} serial{drifted}"
    )
}

/// The parts of a call's time.
fn split(shares: &Shares) -> String {
    let total = shares.total_ns().max(1e-3);
    let part = |(at, (name, ns)): (usize, (&str, Option<f64>))| {
        let most = if shares.is_bound(at) { "at most " } else { "" };
        ns.map(|ns| format!("{name} {most}{}", percent(ns / total)))
    };
    let parts: Vec<String> =
        Shares::NAMES.into_iter().zip(shares.parts()).enumerate().filter_map(part).collect();
    parts.join(", ")
}

/// A step of a site's history.
fn told(step: &Step) -> String {
    let what = step.decided.as_ref().map_or("removed from the file".to_owned(), |decided| {
        format!("{}, {} an item on {}", said(decided), time(decided.item_ns), decided.machine)
    });
    format!("{}  {what} ({})", when(step), step.subject)
}

/// A decision of the past.
pub(super) fn said(decided: &Decided) -> String {
    decision(decided.parallel_from, decided.threads as usize)
}

/// What a run made of a site, beside what the file says.
pub(super) fn lately(lived: &SiteDecision) -> String {
    let calls = lived.calls.iter().sum::<u64>();
    let promoted = match lived.calls[2] {
        0 => "no call was promoted".to_owned(),
        promoted => format!("{} of {} calls were promoted half-way", grouped(promoted), grouped(calls)),
    };
    let decided = match lived.parallel_from {
        Some(from) => format!("parallel from {} items", grouped(from as u64)),
        None => "serial at the lengths seen".to_owned(),
    };
    let samples = if lived.samples == 1 { "sample" } else { "samples" };
    format!(
        "{decided}, {} an item ({}, {} {samples}); {promoted}",
        time(lived.item_ns),
        lived.source,
        lived.samples
    )
}

/// What a reader should know of the numbers.
pub(super) fn notes(report: &Report<'_>) -> Vec<String> {
    let mut notes = vec![
        "Predicted: for a call of that length, helpers awake. What joins and ordered tails cost is not predicted."
            .to_owned(),
    ];
    if report.ran.is_some() {
        notes.push(
            "Measured: the serial time of recent parallel calls against their wall time. Serial is what the caller did alone, and \
             what the threads did together, corrected by their measured efficiency. Shares are those of a mean call that was \
             parallel at once."
                .to_owned(),
        );
    }
    if let Some(why) = report.untold {
        notes.push(format!("No history: {why}."));
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::super::tests::Told;
    use super::*;
    use expect_test::expect;

    #[test]
    fn what_was_run_stands_beside_what_was_predicted() {
        let told = Told::new();
        let mut report = told.report();
        report.sites.retain(|site| site.lived.is_some());
        expect![[r#"
            amorsize.toml (9 entries, version 1), on x86_64-zen5-2: 2 threads
            measured in 1 process of `<b>bench</b> && "x"`

            site                       parallel from  threads  a call of  serial  predicted  measured  limited by
            demo::row_blur                     2_300        2     10_000  470 µs      1.93×     1.60×  bandwidth and locks
            <A as b::"Blur" & 'x'>::f            700        2          4  200 ns      1.00×         -  too small

            demo::row_blur(&[Rgb<u8>]) -> Vec<Rgb<u8>>
              decision    parallel from 2_300 items, 2 threads (as measured on this class of machine)
              predicted   1.93× on 2 threads: a call of 10_000 items takes 244 µs, serially 470 µs
                          work 96 %, bandwidth and locks 3 %, dispatch 1 %, imbalance at most 8 %
              measured    1.60×; calls timed: 40 parallel at once, 2 promoted half-way, 1 serial
                          350 µs a call that was parallel at once: work 69 %, bandwidth and locks 17 %, dispatch 4 %, imbalance 3 %, collection 7 %
              limited by  bandwidth and locks (17 % of a call), as measured
              by model    nothing but the number of threads: 1.94× on 2 threads are predicted for its longest call
                          would help: a machine with more cores, or less work per item
              history     2026-11-26 a1b2c3d  parallel from 1_200 items, 2 threads, 90 ns an item on x86_64-zen5-2 (Tune)
                          2026-11-26 d4e5f6a  parallel from 2_300 items, 2 threads, 47 ns an item on x86_64-zen5-2 (</style><script>alert('&')</script>)
                          this run  parallel from 90 items, 50 ns an item (file, live, 41 samples); 2 of 43 calls were promoted half-way

            <A as b::"Blur" & 'x'>::f(&[Vec<u8>]) -> </code><script>
              decision    parallel from 700 items, 2 threads (the file does not know it: as this run found it)
              predicted   1.00×: a call of 4 items is serial and takes 200 ns
              measured    no call was parallel; calls timed: 0 parallel at once, 0 promoted half-way, 3 serial
              limited by  too small: its longest call, 4 items, takes 200 ns serially; helpers alone cost 1.6 µs
                          would help: longer calls: several slices in one, or annotate its caller
              history     this run  parallel from 700 items, 50 ns an item (live, 3 samples); no call was promoted

            Predicted: for a call of that length, helpers awake. What joins and ordered tails cost is not predicted.

            Measured: the serial time of recent parallel calls against their wall time. Serial is what the caller did alone, and what the threads did together, corrected by their measured efficiency. Shares are those of a mean call that was parallel at once.
        "#]].assert_eq(&text(&report));
    }

    #[test]
    fn what_nobody_ran_is_not_measured() {
        Told::unrun("pinned", |report| {
            expect![[r#"
            amorsize.toml (9 entries, version 1), on x86_64-zen5-2: 2 threads
            nothing was run: speed-ups are predicted, none is measured

            site          parallel from  threads  a call of  serial  predicted  measured  limited by
            demo::pinned          never        1  2_100_000   1.9 s      1.00×         -  pinned

            demo::pinned(&[Job]) -> Vec<Done>
              decision    serial at the lengths seen (pinned in the file)
              predicted   1.00×: a call of 2_100_000 items is serial and takes 1.9 s
              measured    not measured
              limited by  pinned: its `pin` in the file says `serial = true`: shares the box with the decoder
                          would help: remove the `pin` where its reason no longer holds

            Predicted: for a call of that length, helpers awake. What joins and ordered tails cost is not predicted.

            No history: the file was never committed.
        "#]].assert_eq(&text(report));
        });
    }
}
