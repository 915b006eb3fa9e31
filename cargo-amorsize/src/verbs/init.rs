//! The verb `init`: what a repository needs besides the tuned file. Changes one line of `.gitattributes`; the rest it prints.

use std::path::Path;

use clap::Args;
use serde_json::json;

use super::{Answer, Outcome, Run};
use crate::message::{Format, Message, Printer};
use crate::tuned::{Tuned, shown};

const EXAMPLES: &str = "\
Examples:
  cargo amorsize init                          adds the line to .gitattributes, prints the rest
  cargo amorsize init --ci > ci-step.yml       the CI step alone

Run again it changes nothing. Exit codes: 0, or 2 where there is no workspace or its files cannot be written.";

/// What git has to know of the file: two branches that tuned at once are joined by us, on every system with the same bytes.
const ATTRIBUTES: &str = "amorsize.toml merge=amorsize text eol=lf";

/// What every clone has to be told once: git takes no commands from a repository.
const DRIVER: [&str; 2] = [
    "git config merge.amorsize.name \"tuned files of amorsize\"",
    "git config merge.amorsize.driver \"cargo amorsize merge-driver %O %A %B %P\"",
];

/// The step of a GitHub workflow; the plain shell's is its last line.
const CI: &str = "\
  amorsize:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: cargo install cargo-amorsize --locked
      - run: cargo amorsize check --message-format github
";

/// Prepares a repository: .gitattributes, the merge driver, the CI step
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Init {
    /// Prints the CI step only, and changes nothing
    #[arg(long)]
    ci: bool,

    #[command(flatten)]
    tuned: Tuned,
}

impl Run for Init {
    fn run(self, printer: &Printer) -> Answer {
        if self.ci {
            printer.out(CI);
            return Ok(Outcome::InStep);
        }
        let path = self.tuned.root()?.join(".gitattributes");
        let state = attributes(&path)?;
        printer.message(&state.said(&path));
        if printer.format() == Format::Json {
            printer.json(&json!({ "git_config": DRIVER, "ci": CI }));
        } else {
            let driver = DRIVER.map(|line| format!("  {line}\n")).concat();
            printer.out(&format!(
                "Once in every clone:\n{driver}\nFor GitHub Actions, under `jobs:`; elsewhere its last command alone:\n\
                 {CI}\nNext: cargo amorsize suggest for what to annotate, cargo amorsize tune, then commit amorsize.toml\n"
            ));
        }
        Ok(Outcome::InStep)
    }
}

/// What became of `.gitattributes`.
#[derive(Debug, PartialEq, Eq)]
enum Attributes {
    Added,
    There,
    /// The file is mentioned with other words, which a person chose.
    Other(String),
}

impl Attributes {
    fn said(&self, path: &Path) -> Message {
        let message = match self {
            Self::Added => Message::note("added", format!("added to .gitattributes: {ATTRIBUTES}")),
            Self::There => Message::note("there", "nothing to add to .gitattributes"),
            Self::Other(line) => {
                Message::warning("other-attributes", "amorsize.toml has other attributes than it needs")
                    .detail("line", line)
                    .advice(format!("make it `{ATTRIBUTES}`"))
            }
        };
        message.file(path, None).detail("looked in", shown(path))
    }
}

/// Adds the line, where nothing is said of the file.
fn attributes(path: &Path) -> Result<Attributes, Box<Message>> {
    let failed = |what: &str, error: &std::io::Error| {
        Box::new(Message::error("not-written", format!(".gitattributes cannot be {what}: {error}")).file(path, None))
    };
    let before = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(failed("read", &error)),
    };
    let (state, text) = with_line(&before);
    if let Some(text) = text {
        std::fs::write(path, text).map_err(|error| failed("written", &error))?;
    }
    Ok(state)
}

/// The text with the line in it; `None` where it stays as it is.
fn with_line(before: &str) -> (Attributes, Option<String>) {
    let is_ours = |line: &&str| line.split_whitespace().next().is_some_and(|file| file.ends_with("amorsize.toml"));
    match before.lines().find(is_ours) {
        Some(line) if line.split_whitespace().skip(1).eq(ATTRIBUTES.split_whitespace().skip(1)) => (Attributes::There, None),
        Some(line) => (Attributes::Other(line.trim().to_owned()), None),
        None => {
            let end = if before.is_empty() || before.ends_with('\n') { "" } else { "\n" };
            (Attributes::Added, Some(format!("{before}{end}{ATTRIBUTES}\n")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_added_once_and_nothing_of_a_persons_is_changed() {
        for (before, state, after) in [
            ("", Attributes::Added, Some("amorsize.toml merge=amorsize text eol=lf\n")),
            ("*.png binary", Attributes::Added, Some("*.png binary\namorsize.toml merge=amorsize text eol=lf\n")),
            ("amorsize.toml  merge=amorsize text eol=lf\n", Attributes::There, None),
            ("/amorsize.toml merge=amorsize text eol=lf\n", Attributes::There, None),
            ("amorsize.toml -merge\n", Attributes::Other("amorsize.toml -merge".to_owned()), None),
        ] {
            assert_eq!(with_line(before), (state, after.map(str::to_owned)), "{before}");
        }
    }
}
