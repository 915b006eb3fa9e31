//! The verb `diff`: which decisions differ between two tuned files, or between a revision and the file as it lies there.
//!
//! It decides what is compared with what; what a difference is, `recording::differences` does. Git is asked for the text
//! of a revision, nothing else.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use clap::Args;
use serde_json::json;

use super::{Answer, Outcome, Run};
use crate::message::{Format, Message, Printer};
use crate::recording::{Change, differences};
use crate::tuned::{Tuned, TunedFile, shown};

const EXAMPLES: &str = "\
Examples:
  cargo amorsize diff                          since the last commit
  cargo amorsize diff --base origin/main       since the branch began, or since any other revision
  cargo amorsize diff before.toml              between that file and the workspace's
  cargo amorsize diff before.toml after.toml   between two files
  cargo amorsize diff --base origin/main --markdown >> \"$GITHUB_STEP_SUMMARY\"

With --message-format github each changed decision is a notice at its line in the diff of the pull request; --markdown writes
a table for its conversation.

Exit codes: 0, or 1 where decisions differ and --exit-code is given, or 2 where a side cannot be read.";

/// Shows which decisions changed, between two files or since a revision
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Diff {
    /// What was before [default: the file in the last commit]
    #[arg(value_name = "OLD", conflicts_with = "base")]
    old: Option<PathBuf>,

    /// What is now [default: the workspace's tuned file]
    #[arg(value_name = "NEW", conflicts_with = "file")]
    new: Option<PathBuf>,

    /// Takes what was before from this revision
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    base: String,

    /// Writes a table in markdown
    #[arg(long)]
    markdown: bool,

    /// Lists sites that were measured anew and are decided as before, too
    #[arg(long)]
    all: bool,

    /// Ends with 1 where decisions differ
    #[arg(long)]
    exit_code: bool,

    #[command(flatten)]
    tuned: Tuned,
}

impl Run for Diff {
    fn run(self, printer: &Printer) -> Answer {
        let named = |path: &PathBuf| Tuned { file: Some(path.clone()), ..Tuned::default() };
        let after = self.new.as_ref().map_or_else(|| self.tuned.clone(), named).read(printer)?;
        let before = match &self.old {
            Some(old) => named(old).read(printer)?,
            None => revision(&self.base, &after.path, printer)?,
        };
        let changes = differences(&before.contents, &after.contents);
        let sides = [&before, &after];
        match printer.format() {
            _ if self.markdown => printer.out(&markdown(&changes, sides, self.all)),
            Format::Json => printer.json(&json!({
                "before": shown(&before.path), "after": shown(&after.path), "changes": changes,
            })),
            Format::Human => printer.out(&text(&changes, sides, self.all)),
            Format::Github => {
                for change in changes.iter().filter(|change| self.all || change.decides_anew()) {
                    printer.message(&notice(change, &after));
                }
            }
        }
        let differs = changes.iter().any(Change::decides_anew);
        Ok(if differs && self.exit_code { Outcome::Drift } else { Outcome::InStep })
    }
}

/// The file as it is in a revision; empty where that has none yet.
fn revision(name: &str, path: &Path, printer: &Printer) -> Result<TunedFile, Box<Message>> {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let (folder, file) = (absolute.parent().unwrap_or(Path::new(".")), absolute.file_name().unwrap_or_default());
    let git = |arguments: &[&str]| -> Result<Output, Box<Message>> {
        let mut git = Command::new("git");
        git.arg("-C").arg(folder).args(arguments);
        git.output().map_err(|error| unknown(name, &format!("git cannot be started: {error}")))
    };
    let known = git(&["rev-parse", "--verify", &format!("{name}^{{commit}}")])?;
    if !known.status.success() {
        return Err(unknown(name, String::from_utf8_lossy(&known.stderr).trim()));
    }
    let place = format!("{name}:./{}", file.to_string_lossy());
    let label = PathBuf::from(format!("{} of {name}", shown(path)));
    if !git(&["cat-file", "-e", &place])?.status.success() {
        let text = format!("{name} has no tuned file yet, so every entry is new");
        printer.message(&Message::note("no-file-before", text).detail("looked in", place));
        return TunedFile::of(label, b"version = 1\n", printer);
    }
    let shown = git(&["show", &place])?;
    if !shown.status.success() {
        return Err(unknown(name, String::from_utf8_lossy(&shown.stderr).trim()));
    }
    TunedFile::of(label, &shown.stdout, printer)
}

fn unknown(name: &str, said: &str) -> Box<Message> {
    Box::new(
        Message::error("no-revision", format!("there is no revision {name} to compare with"))
            .detail("git", said.lines().next().unwrap_or_default())
            .fix("cargo amorsize diff OLD NEW", "compares two files without git"),
    )
}

/// How many decisions differ, and how many sites only have other numbers.
fn counts(changes: &[Change]) -> String {
    let anew = changes.iter().filter(|change| change.decides_anew()).count();
    let decisions = if anew == 1 { "1 decision differs".to_owned() } else { format!("{anew} decisions differ") };
    match changes.len() - anew {
        0 => decisions,
        1 => format!("{decisions}, 1 site was measured anew and is decided as before"),
        more => format!("{decisions}, {more} sites were measured anew and are decided as before"),
    }
}

fn sides_of([before, after]: [&TunedFile; 2]) -> String {
    format!("{} → {}", before.described(), after.described())
}

fn text(changes: &[Change], sides: [&TunedFile; 2], all: bool) -> String {
    let listed = changes.iter().filter(|change| all || change.decides_anew());
    let mut text = String::new();
    for change in listed {
        let _ = writeln!(text, "{change}");
    }
    let _ = writeln!(text, "{}: {}", counts(changes), sides_of(sides));
    text
}

/// For the conversation of a pull request.
fn markdown(changes: &[Change], sides: [&TunedFile; 2], all: bool) -> String {
    let mut text = format!("**amorsize**: {}\n", counts(changes));
    let listed: Vec<&Change> = changes.iter().filter(|change| all || change.decides_anew()).collect();
    if !listed.is_empty() {
        text += "\n| site | before | after | cost |\n|---|---|---|---|\n";
    }
    for change in listed {
        let [mut before, mut after] = [&change.before, &change.after]
            .map(|decided| decided.as_ref().map_or_else(|| "–".to_owned(), ToString::to_string));
        if let (Some(was), Some(is)) = (&change.before, &change.after) {
            if was.machine != is.machine {
                let _ = write!(before, " on {}", was.machine);
                let _ = write!(after, " on {}", is.machine);
            }
        }
        for (side, pin) in [&mut before, &mut after].into_iter().zip(change.pin.iter().flatten()) {
            if !pin.is_empty() {
                let _ = write!(side, "; pinned: {pin}");
            }
        }
        let cells = [before, after, change.costs()].map(|cell| cell.replace('|', "\\|"));
        let _ = writeln!(text, "| `{}` | {} |", change.key.replace('|', "\\|"), cells.join(" | "));
    }
    let _ = write!(text, "\n{}\n", sides_of(sides));
    text
}

/// At the site's line in the file.
fn notice(change: &Change, after: &TunedFile) -> Message {
    let said = change.to_string();
    let mut lines = said.lines();
    let text = format!("{}: {}", lines.next().unwrap_or_default(), lines.map(str::trim).collect::<Vec<_>>().join("; "));
    Message::note("decision-changed", text).key(&change.key).file(&after.path, after.line_of(&change.key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Printer;
    use expect_test::expect;

    fn side(path: &str, sites: &str) -> TunedFile {
        let text = format!("version = 1\n\n{sites}");
        TunedFile::of(path.into(), text.as_bytes(), &Printer::new(Format::Human)).unwrap()
    }

    fn sides() -> [TunedFile; 2] {
        let site = |key: &str, rest: &str| {
            format!("[site.\"{key}\"]\nbody = \"0\"\nmachine = \"zen5\"\n{rest}\n\n")
        };
        let before = [
            site("a::f(&[u8])", "item_ns = 47\nparallel_from = 2300\nthreads = 2"),
            site("a::gone(&[u8])", "item_ns = 4"),
            site("a::same(&[u8])", "item_ns = 4"),
        ];
        let after = [
            site("a::f(&[u8])", "item_ns = 20\nparallel_from = 5100\nthreads = 2"),
            site("a::new(&[u8])", "item_ns = 9"),
            site("a::same(&[u8])", "item_ns = 5"),
            "[site.\"a::new(&[u8])\".pin]\nserial = true\nreason = \"a|b\"\n".to_owned(),
        ];
        [side("amorsize.toml of HEAD", &before.concat()), side("amorsize.toml", &after.concat())]
    }

    #[test]
    fn decisions_are_compared_for_people() {
        let [before, after] = &sides();
        let changes = differences(&before.contents, &after.contents);
        expect![[r#"
            a::f(&[u8])
              parallel from 2 300 items, 2 threads → parallel from 5 100 items, 2 threads (47 ns → 20 ns an item)
            a::gone(&[u8])
              gone: serial at the lengths seen (4 ns an item, on zen5)
            a::new(&[u8])
              new: serial at the lengths seen (9 ns an item, on zen5)
              pin: none → serial, a|b
            3 decisions differ, 1 site was measured anew and is decided as before: amorsize.toml of HEAD (3 entries, version 1) → amorsize.toml (3 entries, version 1)
        "#]].assert_eq(&text(&changes, [before, after], false));
        assert!(text(&changes, [before, after], true).contains("a::same(&[u8])\n  as before: "));
        let none = differences(&after.contents, &after.contents);
        expect![[r#"
            0 decisions differ: amorsize.toml (3 entries, version 1) → amorsize.toml (3 entries, version 1)
        "#]].assert_eq(&text(&none, [after, after], true));
    }

    #[test]
    fn decisions_are_compared_for_pull_requests() {
        let [before, after] = &sides();
        let changes = differences(&before.contents, &after.contents);
        expect![[r#"
            **amorsize**: 3 decisions differ, 1 site was measured anew and is decided as before

            | site | before | after | cost |
            |---|---|---|---|
            | `a::f(&[u8])` | parallel from 2 300 items, 2 threads | parallel from 5 100 items, 2 threads | 47 ns → 20 ns an item |
            | `a::gone(&[u8])` | serial at the lengths seen | – | 4 ns an item |
            | `a::new(&[u8])` | – | serial at the lengths seen; pinned: serial, a\|b | 9 ns an item |

            amorsize.toml of HEAD (3 entries, version 1) → amorsize.toml (3 entries, version 1)
        "#]].assert_eq(&markdown(&changes, [before, after], false));
        expect![[r#"
            note: a::f(&[u8]): parallel from 2 300 items, 2 threads → parallel from 5 100 items, 2 threads (47 ns → 20 ns an item)
        "#]].assert_eq(&notice(&changes[0], after).plain());
    }
}
