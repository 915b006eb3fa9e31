//! The verb `explain`: why one site is decided as it is, on this machine or on any that the file knows.
//!
//! It reads, asks `forecast` and `limit`, and writes; `text` and `values` say it, `chart` draws it.

mod text;
mod values;

use std::path::{Path, PathBuf};

use amorsize_runtime::store::Contents;
use clap::Args;

use super::{Answer, Outcome, Run};
use crate::chart;
use crate::forecast::{Forecast, Machine};
use crate::message::{Format, Message, Printer};
use crate::named;
use crate::tuned::{Tuned, TunedFile, shown};

const EXAMPLES: &str = "\
Examples:
  cargo amorsize explain row_blur
  cargo amorsize explain blur::row_blur --len 100_000
  cargo amorsize explain row_blur --machine x86_64-zen5-16
  cargo amorsize explain row_blur --chart row_blur.svg
  cargo amorsize explain row_blur --message-format json

Exit codes: 0, or 2 where the file has no such site or measurements.";

/// Explains one site: the inequality with its numbers, where it flips, and what limits it
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Explain {
    /// The site: its key, its function, or any part of the key that no other has
    site: String,

    /// Explain a call of so many items too
    #[arg(long, value_name = "N", value_parser = length)]
    len: Option<usize>,

    /// Explain for another machine, by its label in the file [default: this one]
    #[arg(long, value_name = "LABEL")]
    machine: Option<String>,

    /// Draw serial and parallel time over the length into a file
    #[arg(long, value_name = "FILE.svg")]
    chart: Option<PathBuf>,

    #[command(flatten)]
    tuned: Tuned,
}

impl Run for Explain {
    fn run(self, printer: &Printer) -> Answer {
        let file = self.tuned.read(printer)?;
        let key = named::site(&self.site, &file)?;
        let machine = machine(self.machine.as_deref(), &file.contents, &file.described())?;
        let forecast = Forecast::of(key, &file.contents.sites[key], &machine)
            .ok_or_else(|| Box::new(unmeasured(key, &file)))?;
        match printer.format() {
            Format::Json => printer.json(&values::of(&forecast, self.len)),
            Format::Human | Format::Github => {
                let name = file.path.file_name().unwrap_or_default().to_string_lossy();
                printer.out(&text::of(&forecast, self.len, &name));
            }
        }
        if let Some(path) = &self.chart {
            draw(&forecast, path)?;
            printer.message(&Message::note("chart", format!("drew {}", shown(path))));
        }
        Ok(Outcome::InStep)
    }
}

/// A length as people write it, with `_` or without.
fn length(text: &str) -> Result<usize, String> {
    text.replace('_', "").parse().map_err(|_| "a number of items, such as 100_000".to_owned())
}

/// The machine that was asked for, or this one.
pub(crate) fn machine(
    label: Option<&str>,
    contents: &Contents,
    looked_in: &str,
) -> Result<Machine, Box<Message>> {
    let Some(label) = label else { return Ok(Machine::here(contents)) };
    Machine::labelled(label, contents).ok_or_else(|| {
        let labels = Machine::labels(contents).join(", ");
        let text = format!("{label} is no machine's label: it does not end in a number of threads");
        Box::new(
            Message::error("unknown-machine", text)
                .detail("looked in", looked_in)
                .detail("machines", labels)
                .advice("use one of these, or any ARCHITECTURE-BRAND-THREADS"),
        )
    })
}

fn unmeasured(key: &str, file: &TunedFile) -> Message {
    Message::error("no-measurements", format!("the file has no measurements of {key}"))
        .key(key)
        .detail("looked in", file.described())
        .fix(format!("cargo amorsize tune --only {}", named::function(key)), "measures it")
}

fn draw(forecast: &Forecast<'_>, path: &Path) -> Result<(), Box<Message>> {
    let svg = chart::crossover(forecast, chart::Size::PAGE);
    std::fs::write(path, svg).map_err(|error| {
        let text = format!("the chart cannot be written: {error}");
        Box::new(Message::error("unwritable", text).detail("file", shown(path)))
    })
}
