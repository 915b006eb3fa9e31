//! What is wrong, as a value; and how it is written: for people, for programs, for GitHub.
//!
//! It decides the layout and the stream. Every message names its case and what was looked at, and most name a command
//! that fixes it; which one is for the verb to say.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use anstyle::Style;
use clap::ValueEnum;
use clap_cargo::style;
use serde::Serialize;

use crate::tuned::shown;

/// How findings are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Text on stderr, tables on stdout
    #[default]
    Human,
    /// One JSON object a line, on stdout
    Json,
    /// Workflow commands of GitHub Actions, on stdout: findings appear in the diff of a pull request
    Github,
}

/// How much a message matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Level {
    /// Somebody has to act.
    Error,
    /// Somebody may want to act.
    Warning,
    /// What was done.
    Note,
}

impl Level {
    fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }

    fn style(self) -> Style {
        match self {
            Self::Error => style::ERROR,
            Self::Warning => style::WARN,
            Self::Note => style::NOTE,
        }
    }
}

/// One thing that is wrong, or that was done about it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Message {
    level: Level,
    /// What programs tell messages apart by: `missing`, `stale`, `no-file` …
    case: &'static str,
    text: String,
    /// The site that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    /// Where to look: a source file, or the tuned file.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    details: Vec<Detail>,
    fixes: Vec<Fix>,
}

/// What was looked at, what is similar.
#[derive(Clone, Debug, Serialize)]
struct Detail {
    name: &'static str,
    text: String,
}

/// What to do about it.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum Fix {
    /// A command, and what it does.
    Command { command: String, does: String },
    /// What no command does.
    Advice { advice: String },
}

impl Message {
    /// Somebody has to act.
    pub(crate) fn error(case: &'static str, text: impl Into<String>) -> Self {
        Self::new(Level::Error, case, text)
    }

    /// Somebody may want to act.
    pub(crate) fn warning(case: &'static str, text: impl Into<String>) -> Self {
        Self::new(Level::Warning, case, text)
    }

    /// What was done.
    pub(crate) fn note(case: &'static str, text: impl Into<String>) -> Self {
        Self::new(Level::Note, case, text)
    }

    /// A message of a level that is decided elsewhere.
    pub(crate) fn new(level: Level, case: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { level, case, text, key: None, file: None, line: None, details: vec![], fixes: vec![] }
    }

    /// Whether somebody has to act.
    pub(crate) fn is_error(&self) -> bool {
        self.level == Level::Error
    }

    /// The site that it is about.
    #[must_use]
    pub(crate) fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// The file, and the line from 1, that a reader should open.
    #[must_use]
    pub(crate) fn file(mut self, path: &Path, line: Option<usize>) -> Self {
        (self.file, self.line) = (Some(shown(path)), line);
        self
    }

    /// What was looked at, what is similar: a line `name: text`.
    #[must_use]
    pub(crate) fn detail(mut self, name: &'static str, text: impl Into<String>) -> Self {
        self.details.push(Detail { name, text: text.into() });
        self
    }

    /// A command that fixes it, and what that does.
    #[must_use]
    pub(crate) fn fix(mut self, command: impl Into<String>, does: impl Into<String>) -> Self {
        self.fixes.push(Fix::Command { command: command.into(), does: does.into() });
        self
    }

    /// What to do where no command does it.
    #[must_use]
    pub(crate) fn advice(mut self, text: impl Into<String>) -> Self {
        self.fixes.push(Fix::Advice { advice: text.into() });
        self
    }

    /// ```text
    /// error: no tuned entry for KEY
    ///   looked in: amorsize.toml (31 entries, version 1)
    ///   fix:       cargo amorsize check --fix          (renames it)
    ///         or:  cargo amorsize tune --only row_blur
    /// ```
    fn human(&self) -> String {
        let (level, name) = (self.level.style(), self.level.name());
        let mut text = format!("{level}{name}{level:#}: {}\n", self.text);
        for line in self.lines() {
            let label = style::NOTE;
            let _ = writeln!(text, "  {label}{:<11}{label:#}{}", line.0, line.1);
        }
        text
    }

    /// The lines below the first, each with its label.
    fn lines(&self) -> Vec<(String, String)> {
        let longest = |fix: &Fix| match fix {
            Fix::Command { command, .. } => command.chars().count(),
            Fix::Advice { .. } => 0,
        };
        let width = self.fixes.iter().map(longest).max().unwrap_or(0);
        let fix = |(at, fix): (usize, &Fix)| {
            let label = if at == 0 { "fix:" } else { "      or:" };
            let text = match fix {
                Fix::Command { command, does } if does.is_empty() => command.clone(),
                Fix::Command { command, does } => format!("{command:<width$} ({does})"),
                Fix::Advice { advice } => advice.clone(),
            };
            (label.to_owned(), text)
        };
        let details = self.details.iter().map(|detail| (format!("{}:", detail.name), detail.text.clone()));
        details.chain(self.fixes.iter().enumerate().map(fix)).collect()
    }

    /// The same as for people, without colours.
    pub(crate) fn plain(&self) -> String {
        anstream::adapter::strip_str(&self.human()).to_string()
    }

    /// A workflow command: <https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands>.
    fn github(&self) -> String {
        let command = if self.level == Level::Note { "notice" } else { self.level.name() };
        let mut places = Vec::new();
        if let Some(file) = &self.file {
            places.push(format!("file={}", property(file)));
        }
        if let Some(line) = self.line {
            places.push(format!("line={line}"));
        }
        places.push(format!("title={}", property(&format!("amorsize: {}", self.case))));
        let text = self.plain();
        let text = text.split_once(": ").map_or(text.as_str(), |(_, text)| text).trim_end();
        format!("::{command} {}::{}\n", places.join(","), data(text))
    }
}

/// What stands behind the second `::` of a workflow command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A value before it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Where answers and messages go.
pub(crate) struct Printer {
    format: Format,
    out: RefCell<anstream::Stdout>,
    err: RefCell<anstream::Stderr>,
}

impl Printer {
    pub(crate) fn new(format: Format) -> Self {
        Self { format, out: RefCell::new(anstream::stdout()), err: RefCell::new(anstream::stderr()) }
    }

    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// A message, in the format that was asked for.
    pub(crate) fn message(&self, message: &Message) {
        match self.format {
            // Where stderr is closed there is nobody to tell.
            Format::Human => drop(self.err.borrow_mut().write_all(message.human().as_bytes())),
            Format::Json => self.json(message),
            Format::Github => self.out(&message.github()),
        }
    }

    /// The answer, as text on stdout. A reader that has gone away (`| head`) wants no more of it.
    pub(crate) fn out(&self, text: &str) {
        drop(self.out.borrow_mut().write_all(text.as_bytes()));
    }

    /// The answer, as one line of JSON on stdout.
    pub(crate) fn json(&self, value: &impl Serialize) {
        if let Ok(text) = serde_json::to_string(value) {
            self.out(&(text + "\n"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    /// The example of the design.
    fn example() -> Message {
        Message::error("missing", "no tuned entry for imgproc::blur::row_blur(&[Rgb<u8>]) -> Vec<Rgb<u8>>")
            .key("imgproc::blur::row_blur(&[Rgb<u8>]) -> Vec<Rgb<u8>>")
            .file(Path::new("src/blur.rs"), Some(12))
            .detail("looked in", "amorsize.toml (31 entries, version 1)")
            .detail("similar", "imgproc::filter::row_blur(&[Rgb<u8>]) -> Vec<Rgb<u8>>   (same body)")
            .fix("cargo amorsize check --fix", "renames it")
            .fix("cargo amorsize tune --only row_blur", "")
    }

    #[test]
    fn for_people() {
        expect![[r#"
            error: no tuned entry for imgproc::blur::row_blur(&[Rgb<u8>]) -> Vec<Rgb<u8>>
              looked in: amorsize.toml (31 entries, version 1)
              similar:   imgproc::filter::row_blur(&[Rgb<u8>]) -> Vec<Rgb<u8>>   (same body)
              fix:       cargo amorsize check --fix          (renames it)
                    or:  cargo amorsize tune --only row_blur
        "#]]
        .assert_eq(&example().plain());
    }

    #[test]
    fn for_github() {
        expect![[r#"
            ::error file=src/blur.rs,line=12,title=amorsize%3A missing::no tuned entry for imgproc::blur::row_blur(&[Rgb<u8>]) -> Vec<Rgb<u8>>%0A  looked in: amorsize.toml (31 entries, version 1)%0A  similar:   imgproc::filter::row_blur(&[Rgb<u8>]) -> Vec<Rgb<u8>>   (same body)%0A  fix:       cargo amorsize check --fix          (renames it)%0A        or:  cargo amorsize tune --only row_blur
        "#]].assert_eq(&example().github());
        let odd = Message::warning("odd", "100 %\nof it").file(Path::new("a,b:c.rs"), None);
        expect![[r#"
            ::warning file=a%2Cb%3Ac.rs,title=amorsize%3A odd::100 %25%0Aof it
        "#]]
        .assert_eq(&odd.github());
    }

    #[test]
    fn for_programs() {
        expect![[r#"
            {
              "level": "error",
              "case": "missing",
              "text": "no tuned entry for imgproc::blur::row_blur(&[Rgb<u8>]) -> Vec<Rgb<u8>>",
              "key": "imgproc::blur::row_blur(&[Rgb<u8>]) -> Vec<Rgb<u8>>",
              "file": "src/blur.rs",
              "line": 12,
              "details": [
                {
                  "name": "looked in",
                  "text": "amorsize.toml (31 entries, version 1)"
                },
                {
                  "name": "similar",
                  "text": "imgproc::filter::row_blur(&[Rgb<u8>]) -> Vec<Rgb<u8>>   (same body)"
                }
              ],
              "fixes": [
                {
                  "command": "cargo amorsize check --fix",
                  "does": "renames it"
                },
                {
                  "command": "cargo amorsize tune --only row_blur",
                  "does": ""
                }
              ]
            }"#]]
        .assert_eq(&serde_json::to_string_pretty(&example()).unwrap());
    }
}
