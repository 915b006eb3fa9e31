//! The verb `report`: how every site fares, predicted and measured, where the time goes, and what changed over time.
//!
//! It asks the edges (the tuned file, git, a program), lets `report` gather, and writes what that says.

use std::path::{Path, PathBuf};

use amorsize_runtime::store::Contents;
use clap::Args;

use super::explain;
use super::{Answer, Outcome, Run};
use crate::message::{Format, Message, Printer};
use crate::recording::{Program, Target};
use crate::report::{Entries, History, Ran, gather, page, ran, text, values};
use crate::tuned::{Tuned, TunedFile, shown};

const EXAMPLES: &str = "\
Examples:
  cargo amorsize report                                 what the tuned file predicts
  cargo amorsize report --example demo -- big.png       runs it first, and says what was measured
  cargo amorsize report -- ./load-test.sh               runs any command, as long as it runs release builds
  cargo amorsize report --html report.html -- ./load-test.sh
  cargo amorsize report --only row_blur --message-format json

A program runs as it does every day, in `auto`, from the committed file; what it learns is thrown away.

Exit codes: 0, or 2 where there is neither a file nor a program that calls annotated functions.";

/// Reports how every site fares: speed-up measured against predicted, where the time goes, what changed
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Report {
    /// Write it as one page that needs nothing else: charts, tables, no script
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,

    /// Predict for another machine, by its label in the file [default: this one]
    #[arg(long, value_name = "LABEL")]
    machine: Option<String>,

    /// Reports only the sites whose key contains this
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,

    #[command(flatten)]
    tuned: Tuned,

    #[command(flatten)]
    target: Target,
}

impl Run for Report {
    fn run(self, printer: &Printer) -> Answer {
        let path = self.tuned.path()?;
        let file = if path.exists() || self.target.is_open() { Some(self.tuned.read(printer)?) } else { None };
        let nothing = Contents::default();
        let contents = file.as_ref().map_or(&nothing, |file| &file.contents);
        let described = file.as_ref().map(TunedFile::described);
        let looked_in = described.as_deref().unwrap_or("no tuned file");
        let machine = explain::machine(self.machine.as_deref(), contents, looked_in)?;
        let ran = self.ran(file.is_some().then_some(&path), printer)?;
        let entries = Entries::of(contents, ran.as_ref(), |key| {
            self.only.as_deref().is_none_or(|only| key.contains(only))
        });
        if entries.is_empty() {
            return Err(self.nothing(file.as_ref()));
        }
        let history = file.as_ref().map_or_else(History::default, |file| History::of(&file.path, contents));
        let report = gather(&entries, described, &machine, ran.as_ref(), &history);
        if let Some(html) = &self.html {
            write(html, &page(&report))?;
            printer.message(&Message::note("report", format!("wrote {}", shown(html))));
            return Ok(Outcome::InStep);
        }
        match printer.format() {
            Format::Json => printer.json(&values(&report)),
            Format::Human | Format::Github => printer.out(&text(&report)),
        }
        Ok(Outcome::InStep)
    }
}

impl Report {
    /// Runs what was named, if anything was.
    fn ran(&self, file: Option<&PathBuf>, printer: &Printer) -> Result<Option<Ran>, Box<Message>> {
        if self.target.is_open() {
            return Ok(None);
        }
        let program = Program::new(&self.target, self.tuned.manifest.manifest_path.as_deref())?;
        let ran = ran(&program, file.map(PathBuf::as_path))?;
        if let Some(status) = &ran.failed {
            let text = format!("the command failed, the report is of what it did before: {status}");
            printer.message(&Message::warning("command-failed", text).detail("command", program.shown()));
        }
        Ok(Some(ran))
    }

    fn nothing(&self, file: Option<&TunedFile>) -> Box<Message> {
        let message = match &self.only {
            Some(only) => Message::error("unknown-site", format!("no site's key contains `{only}`")),
            None => Message::error("no-measurements", "the file has no sites"),
        };
        let message = match file {
            Some(file) => message.detail("looked in", file.described()),
            None => message,
        };
        Box::new(
            message
                .fix("cargo amorsize show", "lists the sites of the file")
                .fix("cargo amorsize tune", "measures those of the workspace"),
        )
    }
}

fn write(path: &Path, page: &str) -> Result<(), Box<Message>> {
    std::fs::write(path, page).map_err(|error| {
        let text = format!("the report cannot be written: {error}");
        Box::new(Message::error("unwritable", text).detail("file", shown(path)))
    })
}
