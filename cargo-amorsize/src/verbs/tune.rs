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
  cargo amorsize tune --quick                  ends every program after 5 s; --quick=20 after 20 s
  cargo amorsize tune --only row_blur          keeps what else was recorded out of the file
  cargo amorsize tune --take-over              measures anew what another machine, or an earlier run, measured
  cargo amorsize tune --example demo -- big.png     arguments of the example
  cargo amorsize tune -- ./load-test.sh        any command, as long as it runs release builds

The file changes at the end and in one step. Let nothing else run meanwhile: where the machine was more than 5 % faster or
slower at the end than at the start, nothing is written without --force.

With --quick a program that is not done by then is ended, and counts as if it were: functions that it would have called later
get no entry, those that it called get fewer samples, and whether it would have failed is not known. Compiling does not count.

Exit codes: 0, or 2 where the command failed, nothing was recorded, or nothing could be written.";

/// Records what a command runs, and says what changed
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Tune {
    /// Takes only the sites whose key contains this
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,

    /// Ends each program after so many seconds, and takes what it recorded until then
    #[arg(
        long,
        value_name = "SECONDS",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "5",
        value_parser = seconds
    )]
    quick: Option<f64>,

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
        self.tune(Pace::now, printer)
    }
}

impl Tune {
    /// The verb, where `pace` looks how fast the machine is.
    fn tune(self, pace: impl Fn() -> Pace, printer: &Printer) -> Answer {
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
        let began = pace();
        let status = self.record(&program, &copy, &start)?;
        self.usable(status, began.drift(pace()), &program, &path)?;
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
    /// Runs the program on the copy.
    fn record(&self, program: &Program, copy: &Path, start: &Contents) -> Result<ExitStatus, Box<Message>> {
        let mut variables = vec![("AMORSIZE", OsStr::new("record")), ("AMORSIZE_FILE", copy.as_os_str())];
        let Some(seconds) = self.quick else {
            return run(program, &variables, &|| progress(copy, start));
        };
        let brief = program.brief(seconds).map_err(|error| {
            let text = format!("this command does not find itself, which --quick needs: {error}");
            Box::new(Message::error("not-started", text).fix("cargo amorsize tune", "takes the whole time"))
        })?;
        let (program, (name, value)) = &brief;
        variables.push((name, value));
        run(program, &variables, &|| progress(copy, start))
    }

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

/// A time that a program may take.
fn seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse().ok().filter(|seconds| (0.1..=86_400.0).contains(seconds));
    seconds.ok_or_else(|| "write so many seconds, from 0.1 to 86400".to_owned())
}

/// What was recorded so far.
fn progress(copy: &Path, before: &Contents) -> String {
    let bytes = std::fs::read(copy).unwrap_or_default();
    let Ok((now, _)) = store::parse_bytes(&bytes) else { return String::new() };
    let changed = changes(before, &now);
    match changed.last() {
        Some(last) => {
            let sites = if changed.len() == 1 { "site" } else { "sites" };
            format!("{} {sites} recorded, {}", changed.len(), sites::function(&last.key))
        }
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

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::time::Duration;

    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        tune: Tune,
    }

    const RECORDED: &str = "version = 1\n\n[site.\"a::f(&[u8])\"]\nbody = \"0\"\nmachine = \"m\"\nitem_ns = 9\n";

    /// `tune` of a command that records one site, on a machine that takes so many per cent more time at the end.
    fn tuned(slower: i32, arguments: &[&str]) -> (Answer, Option<String>) {
        let folder = tempfile::tempdir().unwrap();
        let [file, news] = ["amorsize.toml", "news.toml"].map(|name| folder.path().join(name));
        std::fs::write(&news, RECORDED).unwrap();
        let script = format!("cat '{}' > \"$AMORSIZE_FILE\"", news.display());
        let line = [&["tune", "--file", file.to_str().unwrap()], arguments, &["--", "sh", "-c", &script]].concat();
        let looks = Cell::new(0);
        let pace = || {
            let later = looks.replace(looks.get() + 1) > 0;
            let micros = 1_000 + if later { 10 * slower } else { 0 };
            Pace::of(Duration::from_micros(micros.unsigned_abs().into()))
        };
        let answer = Line::parse_from(line).tune.tune(pace, &Printer::new(Format::Json));
        assert_eq!(looks.get(), 2, "the machine is looked at before and behind");
        (answer, std::fs::read_to_string(&file).ok())
    }

    #[test]
    fn what_a_machine_measured_that_changed_its_speed_is_not_written() {
        for (slower, way) in [(8, "8 % slower"), (-8, "8 % faster")] {
            let (answer, file) = tuned(slower, &[]);
            let said = answer.unwrap_err().plain();
            let expected = format!("error: the machine became {way} meanwhile, so nothing is written\n");
            assert!(said.starts_with(&expected), "{said}");
            assert!(said.contains("cargo amorsize tune … --force (writes it all the same)"), "{said}");
            assert_eq!(file, None);
        }
        for (slower, arguments) in [(8, &["--force"][..]), (4, &[]), (-4, &[])] {
            let (answer, file) = tuned(slower, arguments);
            assert_eq!(answer.ok(), Some(Outcome::InStep), "{slower} %");
            assert_eq!(file.as_deref(), Some(RECORDED), "{slower} %");
        }
    }

    #[test]
    fn a_time_is_some_seconds() {
        for (line, expected) in [("tune --quick", Some(5.0)), ("tune --quick=0.5", Some(0.5)), ("tune", None)] {
            assert_eq!(Line::parse_from(line.split(' ')).tune.quick, expected, "{line}");
        }
        for line in ["tune --quick=0", "tune --quick=soon", "tune --quick=NaN"] {
            assert!(Line::try_parse_from(line.split(' ')).is_err(), "{line}");
        }
    }
}
