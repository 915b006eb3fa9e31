//! The verb `merge-driver`: what git calls where two branches tuned at once, and the end of conflict markers.
//!
//! It decides nothing about entries, `store::reconcile` does. Where that finds no answer (a file that is broken or newer),
//! git's own way of merging text is taken, so that nobody is worse off for having the driver.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use amorsize_runtime::store::{self, Reconciled};
use clap::Args;

use super::{Answer, Outcome, Run};
use crate::message::{Message, Printer};
use crate::tuned::shown;

const EXAMPLES: &str = "\
Examples:
  git config merge.amorsize.driver \"cargo amorsize merge-driver %O %A %B %P\"
  cargo amorsize merge-driver --repair amorsize.toml

Exit codes: 0 merged, 1 something is left to a person, between conflict markers, 2 a file cannot be used.";

/// Merges tuned files for git, or repairs one that has conflict markers
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct MergeDriver {
    /// What both sides began with: git's `%O`
    #[arg(required_unless_present = "repair")]
    base: Option<PathBuf>,
    /// Our side, which the result replaces: git's `%A`
    #[arg(required_unless_present = "repair")]
    ours: Option<PathBuf>,
    /// The other side: git's `%B`
    #[arg(required_unless_present = "repair")]
    theirs: Option<PathBuf>,
    /// Where the file lies in the work tree, for messages: git's `%P`
    path: Option<PathBuf>,

    /// Rewrites a file with conflict markers instead
    #[arg(long, value_name = "FILE", exclusive = true)]
    repair: Option<PathBuf>,
}

impl Run for MergeDriver {
    fn run(self, printer: &Printer) -> Answer {
        match (self.repair, self.base, self.ours, self.theirs) {
            (Some(file), ..) => repair(&file, printer),
            (_, Some(base), Some(ours), Some(theirs)) => {
                let name = self.path.unwrap_or_else(|| PathBuf::from(store::FILE_NAME));
                merge(&base, &ours, &theirs, &name, printer)
            }
            // clap asks for them.
            _ => Ok(Outcome::InStep),
        }
    }
}

fn merge(base: &Path, ours: &Path, theirs: &Path, name: &Path, printer: &Printer) -> Answer {
    let read = |path: &Path| fs::read_to_string(path).map_err(|error| unreadable(path, &error));
    let merged = store::reconcile(&read(base)?, &read(ours)?, &read(theirs)?);
    match merged {
        Ok(merged) => {
            fs::write(ours, &merged.text).map_err(|error| unwritable(ours, &error.to_string()))?;
            Ok(told(&merged, name, printer))
        }
        Err(why) => {
            printer.message(
                &Message::warning("not-merged", format!("merged as plain text: {why}"))
                    .detail("looked in", shown(name))
                    .fix(
                        format!("cargo amorsize merge-driver --repair {}", shown(name)),
                        "once each side is in order",
                    ),
            );
            as_text(base, ours, theirs)
        }
    }
}

/// Git's own merge, with its own markers.
fn as_text(base: &Path, ours: &Path, theirs: &Path) -> Answer {
    let mut git = Command::new("git");
    git.args(["merge-file", "-L", "ours", "-L", "base", "-L", "theirs"]).args([ours, base, theirs]);
    match git.status() {
        Ok(status) if status.success() => Ok(Outcome::InStep),
        Ok(status) if status.code().is_some_and(|conflicts| conflicts < 128) => Ok(Outcome::Drift),
        Ok(status) => Err(unwritable(ours, &format!("git merge-file ended with {status}"))),
        Err(error) => Err(unwritable(ours, &format!("git does not start: {error}"))),
    }
}

fn repair(file: &Path, printer: &Printer) -> Answer {
    let text = fs::read_to_string(file).map_err(|error| unreadable(file, &error))?;
    let repaired = store::repair_file(file).map_err(|why| unwritable(file, &why))?;
    let outcome = told(&repaired, file, printer);
    if outcome == Outcome::InStep {
        let done = if repaired.text == text { "nothing is to be repaired" } else { "the tuned file is repaired" };
        let sides = store::parse(&repaired.text).map_or(0, |(contents, _)| contents.sites.len());
        let place = format!("{} ({sides} entries, version {})", shown(file), store::VERSION);
        printer.message(&Message::note("repaired", done).detail("looked in", place));
    }
    Ok(outcome)
}

/// Says what is left to a person.
fn told(merged: &Reconciled, name: &Path, printer: &Printer) -> Outcome {
    for line in &merged.undecided {
        printer.message(
            &Message::error("undecided", line)
                .detail("looked in", shown(name))
                .advice("keep one of the two lines between the conflict markers and remove the markers")
                .file(name, None),
        );
    }
    if merged.undecided.is_empty() { Outcome::InStep } else { Outcome::Drift }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Box<Message> {
    Box::new(Message::error("unreadable", format!("cannot be read: {error}")).detail("looked in", shown(path)))
}

fn unwritable(path: &Path, why: &str) -> Box<Message> {
    Box::new(Message::error("unwritable", format!("cannot be rewritten: {why}")).detail("looked in", shown(path)))
}
