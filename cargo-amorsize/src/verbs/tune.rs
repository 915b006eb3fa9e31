//! The verb `tune`: runs a command of the user's in record mode, and takes what it recorded into the tuned file.

use std::ffi::OsStr;
use std::path::Path;
use std::process::ExitStatus;

use amorsize_runtime::store::{self, Contents};
use clap::Args;
use serde_json::json;

use super::{Answer, Outcome, Run};
use crate::message::{Format, Message, Printer};
use crate::recording::{Change, Pace, Program, TOLERATED_DRIFT, Target, changes, run, take_over, transfer};
use crate::sites;
use crate::tuned::{Tuned, shown};

const EXAMPLES: &str = "\
Examples:
  cargo amorsize tune                          the workspace's benches, else its program, else its tests
  cargo amorsize tune --bench blur             one bench; --test, --example and --bin work alike
  cargo amorsize tune --only row_blur          keeps what else was recorded out of the file
  cargo amorsize tune --take-over              measures anew what another machine, or an earlier run, measured
  cargo amorsize tune --example demo -- big.png     arguments of the example
  cargo amorsize tune -- ./load-test.sh        any command, as long as it runs release builds

The file changes at the end and in one step. Let nothing else run meanwhile: where the machine was more than 5 % faster or
slower at the end than at the start, nothing is written without --force.

Exit codes: 0, or 2 where the command failed, nothing was recorded, or nothing could be written.";

/// Records what a command runs, and says what changed
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Tune {
    /// Takes only the sites whose key contains this
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,

    /// Forgets the earlier measurements of what is recorded, instead of correcting them; pins stay
    #[arg(long)]
    take_over: bool,

    /// Writes although the machine changed its speed or the command failed
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    tuned: Tuned,

    #[command(flatten)]
    target: Target,
}

impl Run for Tune {
    fn run(self, printer: &Printer) -> Answer {
        let path = self.tuned.path()?;
        let before = if path.exists() { self.tuned.read(printer)?.text } else { String::new() };
        let program = Program::new(&self.target, self.tuned.manifest.manifest_path.as_deref())?;
        let folder = tempfile::Builder::new().prefix("amorsize-tune-").tempdir();
        let folder = folder.map_err(|error| unwritten(&path, &error.to_string()))?;
        let copy = folder.path().join(store::FILE_NAME);
        let start = if self.take_over {
            take_over(&before, |key| self.is_wanted(key)).map_err(|why| unwritten(&path, &why))?
        } else {
            before.clone()
        };
        if !start.is_empty() {
            std::fs::write(&copy, &start).map_err(|error| unwritten(&path, &error.to_string()))?;
        }
        let start = contents(&start);
        let pace = Pace::now();
        let variables = [("AMORSIZE", OsStr::new("record")), ("AMORSIZE_FILE", copy.as_os_str())];
        let status = run(&program, &variables, &|| progress(&copy, &start))?;
        self.usable(status, pace.drift(Pace::now()), &program, &path)?;
        let recorded = std::fs::read_to_string(&copy).unwrap_or_default();
        let recorded_keys: Vec<String> = changes(&start, &contents(&recorded))
            .into_iter()
            .map(|change| change.key)
            .filter(|key| self.is_wanted(key))
            .collect();
        if recorded_keys.is_empty() {
            return Err(self.nothing(&program, &path));
        }
        let keys: Vec<&str> = recorded_keys.iter().map(String::as_str).collect();
        store::edit(&path, |text| transfer(text, &recorded, &keys)).map_err(|why| unwritten(&path, &why))?;
        let after = self.tuned.read(printer)?;
        said(&changes(&contents(&before), &after.contents), &after.described(), printer);
        Ok(Outcome::InStep)
    }
}

impl Tune {
    fn is_wanted(&self, key: &str) -> bool {
        self.only.as_deref().is_none_or(|only| key.contains(only))
    }

    /// Whether what was recorded may be written.
    fn usable(&self, status: ExitStatus, drift: f64, program: &Program, path: &Path) -> Result<(), Box<Message>> {
        let message = if !status.success() {
            Message::error("command-failed", format!("the command failed, so nothing is written: {status}"))
        } else if drift.abs() > TOLERATED_DRIFT {
            let way = if drift > 0.0 { "slower" } else { "faster" };
            let text = format!("the machine became {:.0} % {way} meanwhile, so nothing is written", drift.abs() * 100.0);
            Message::error("machine-changed", text).advice("let nothing else run, then tune again")
        } else {
            return Ok(());
        };
        let message = message.file(path, None).detail("command", program.shown());
        if self.force { Ok(()) } else { Err(Box::new(message.fix("cargo amorsize tune … --force", "writes it all the same"))) }
    }

    fn nothing(&self, program: &Program, path: &Path) -> Box<Message> {
        let message = Message::error("nothing-recorded", "the command recorded nothing new")
            .file(path, None)
            .detail("command", program.shown())
            .detail("looked in", shown(path));
        let message = match &self.only {
            Some(only) => message.detail("only", format!("sites whose key contains `{only}`")),
            None => message,
        };
        Box::new(
            message
                .advice("name a command that calls annotated functions in a release build: --bench, --example or -- COMMAND")
                .fix("cargo amorsize check", "lists the annotated functions without an entry"),
        )
    }
}

/// What was recorded so far.
fn progress(copy: &Path, before: &Contents) -> String {
    let bytes = std::fs::read(copy).unwrap_or_default();
    let Ok((now, _)) = store::parse_bytes(&bytes) else { return String::new() };
    let changed = changes(before, &now);
    match changed.last() {
        Some(last) => format!("{} sites recorded, {}", changed.len(), sites::function(&last.key)),
        None => "nothing recorded yet".to_owned(),
    }
}

/// What a text that was read before holds.
fn contents(text: &str) -> Contents {
    store::parse(text).map(|(contents, _)| contents).unwrap_or_default()
}

fn unwritten(path: &Path, why: &str) -> Box<Message> {
    let text = format!("the tuned file cannot be changed: {why}");
    Box::new(Message::error("not-written", text).file(path, None).detail("looked in", shown(path)))
}

/// What changed, by decision.
fn said(changes: &[Change], file: &str, printer: &Printer) {
    if printer.format() == Format::Json {
        return printer.json(&json!({ "changes": changes }));
    }
    for change in changes {
        printer.out(&format!("{change}\n"));
    }
    let sites = if changes.len() == 1 { "site" } else { "sites" };
    printer.out(&format!("{} {sites} changed: {file}\n", changes.len()));
}
