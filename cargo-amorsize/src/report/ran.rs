//! Running a program for a report: as it runs every day, in `auto`, from the committed file, with a scratch folder that is
//! thrown away. What its processes left in `AMORSIZE_REPORT` is the only source of what a report calls measured.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use amorsize_runtime::{Decisions, SiteDecision};

use crate::message::Message;
use crate::recording::{Program, run};

/// What was run, and what it left.
#[derive(Debug, Default)]
pub(crate) struct Ran {
    /// As it is typed.
    pub(crate) command: String,
    /// How it ended, where that was not well.
    pub(crate) failed: Option<String>,
    /// Processes that called annotated functions.
    pub(crate) processes: usize,
    /// Whether all of them were compiled with optimisation.
    pub(crate) optimised: bool,
    /// Where it ran.
    pub(crate) machine: String,
    pub(crate) threads: usize,
    pub(crate) sites: BTreeMap<String, SiteDecision>,
}

/// Runs a program with `file` as its tuned file, where there is one.
///
/// # Errors
/// If it cannot be started, or none of its processes called an annotated function.
pub(crate) fn ran(program: &Program, file: Option<&Path>) -> Result<Ran, Box<Message>> {
    let folder = tempfile::Builder::new().prefix("amorsize-report-").tempdir().map_err(|error| {
        let text = format!("there is no room for what the program leaves: {error}");
        Box::new(Message::error("not-started", text).detail("command", program.shown()))
    })?;
    let (left, scratch) = (folder.path().join("left"), folder.path().join("scratch"));
    let file = file.and_then(|file| std::path::absolute(file).ok());
    let mut variables: Vec<(&str, &OsStr)> = vec![
        ("AMORSIZE", OsStr::new("auto")),
        ("AMORSIZE_REPORT", left.as_os_str()),
        ("AMORSIZE_SCRATCH", scratch.as_os_str()),
    ];
    variables.extend(file.as_ref().map(|file| ("AMORSIZE_FILE", file.as_os_str())));
    let progress = || match files(&left).len() {
        0 => "no annotated function was called yet".to_owned(),
        1 => "1 process calls annotated functions".to_owned(),
        many => format!("{many} processes call annotated functions"),
    };
    let status = run(program, &variables, &progress)?;
    let reports: Vec<Decisions> = files(&left).iter().filter_map(|path| read(path)).collect();
    if reports.is_empty() {
        let text = if status.success() {
            "the command called no annotated function".to_owned()
        } else {
            format!("the command failed before it called an annotated function: {status}")
        };
        let message = Message::error("nothing-measured", text).detail("command", program.shown());
        return Err(Box::new(message.advice(
            "name a command that calls annotated functions: --bench, --example, or -- COMMAND that ends by itself",
        )));
    }
    let failed = (!status.success()).then(|| status.to_string());
    Ok(Ran { command: program.shown(), failed, ..combined(reports) })
}

/// What processes left so far.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<_> =
        entries.filter(|path| path.extension().is_some_and(|end| end == "toml")).collect();
    files.sort_unstable();
    files
}

fn read(path: &Path) -> Option<Decisions> {
    toml_edit::de::from_str(&std::fs::read_to_string(path).ok()?).ok()
}

/// One set of facts from several processes: calls and times add up, estimates are those of the process that called the site
/// most often. Pure.
fn combined(reports: Vec<Decisions>) -> Ran {
    let mut ran = Ran { processes: reports.len(), optimised: true, ..Ran::default() };
    for report in reports {
        ran.optimised &= report.optimised;
        (ran.machine, ran.threads) = (report.machine, report.threads.max(ran.threads));
        for site in report.sites {
            let combined = match ran.sites.remove(&site.site) {
                None => site,
                Some(other) => {
                    let often = |site: &SiteDecision| site.calls.iter().sum::<u64>();
                    let (most, least) =
                        if often(&other) >= often(&site) { (other, site) } else { (site, other) };
                    added(most, &least)
                }
            };
            ran.sites.insert(combined.site.clone(), combined);
        }
    }
    ran
}

fn added(mut most: SiteDecision, least: &SiteDecision) -> SiteDecision {
    for (sum, more) in most.calls.iter_mut().zip(least.calls) {
        *sum += more;
    }
    let (spent, more) = (&mut most.spent, &least.spent);
    spent.calls += more.calls;
    spent.items += more.items;
    spent.wall_ns += more.wall_ns;
    spent.busy_ns += more.busy_ns;
    spent.dispatch_ns += more.dispatch_ns;
    spent.imbalance_ns += more.imbalance_ns;
    spent.collection_ns += more.collection_ns;
    most.unknown_calls += least.unknown_calls;
    most.drifted |= least.drifted;
    if least.len[1] > 0 {
        let shortest = if most.len[1] > 0 { most.len[0].min(least.len[0]) } else { least.len[0] };
        most.len = [shortest, most.len[1].max(least.len[1])];
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;
    use amorsize_runtime::Spent;

    #[test]
    fn processes_add_up_and_the_busiest_one_estimates() {
        let site = |name: &str, calls, item_ns, len| SiteDecision {
            site: name.to_owned(),
            calls: [calls, 1, 0],
            item_ns,
            len,
            spent: Spent { calls: 1, items: 10, wall_ns: 5.0, ..Spent::default() },
            ..SiteDecision::default()
        };
        let process = |optimised, sites| Decisions { optimised, threads: 2, sites, ..Decisions::default() };
        let ran = combined(vec![
            process(true, vec![site("f", 3, 40.0, [10, 20]), site("g", 1, 7.0, [0, 0])]),
            process(false, vec![site("f", 30, 50.0, [5, 8])]),
            process(true, vec![site("f", 4, 60.0, [0, 0])]),
        ]);
        assert_eq!((ran.processes, ran.optimised, ran.threads), (3, false, 2));
        let f = &ran.sites["f"];
        assert_eq!((f.calls, f.item_ns, f.len), ([37, 3, 0], 50.0, [5, 20]));
        assert_eq!((f.spent.calls, f.spent.items, f.spent.wall_ns), (3, 30, 15.0));
        assert_eq!(ran.sites["g"].calls, [1, 1, 0]);
    }
}
