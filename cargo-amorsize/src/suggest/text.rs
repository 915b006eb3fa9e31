//! Suggestions as people, programs and pull requests read them. Pure.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Chain, Group, Length, Suggestion, Way};
use crate::message::Message;
use crate::suggest::weight::Weight;
use crate::tuned::shown;

const GROUPS: [(Group, &str); 5] = [
    (Group::Rayon, "rayon's chains that the attribute splits when they are written serially"),
    (
        Group::RayonNamed,
        "rayon's chains that it splits where what they go over is a Vec, an array or a slice that gets a name",
    ),
    (Group::Serial, "serial functions that it splits as they stand"),
    (Group::Threshold, "thresholds that a person chose: the attribute measures them"),
    (Group::RayonStays, "rayon's chains that it does not split, and why"),
];

/// Suggestions that were ranked, as text; without `all` those over cheap arithmetic are counted only.
pub(crate) fn of(suggestions: &[Suggestion], all: bool) -> String {
    let mut text = String::new();
    let (listed, cheap): (Vec<&Suggestion>, Vec<&Suggestion>) =
        suggestions.iter().partition(|one| all || one.is_worth_naming());
    for (group, title) in GROUPS {
        let of_group: Vec<&&Suggestion> = listed.iter().filter(|one| one.group == group).collect();
        if of_group.is_empty() {
            continue;
        }
        let _ = writeln!(text, "{title}:");
        for one in of_group {
            let _ = writeln!(text, "  {}:{}  {}{}", shown(&one.file), one.line, one.function, beside(one));
            for (word, line) in lines(one) {
                let _ = writeln!(text, "      {word:<5} {line}");
            }
        }
        text.push('\n');
    }
    if !cheap.is_empty() {
        let _ = writeln!(
            text,
            "{} with nothing but cheap arithmetic for each element: --all lists them\n",
            serial(cheap.len())
        );
    }
    text
}

impl Suggestion {
    /// Whether it is more than a sum: of those there are many, and few are long enough to gain.
    pub(crate) fn is_worth_naming(&self) -> bool {
        self.group != Group::Serial || self.weight != Weight::Arithmetic
    }

    /// For programs.
    pub(crate) fn value(&self) -> Value {
        let chain = |chain: &Chain| {
            let Chain { line, head, way } = chain;
            match way {
                Way::Taken { write, options } => {
                    json!({ "line": line, "word": head, "attribute": attribute(options), "write": write })
                }
                Way::Named { write, options, binding } => json!({
                    "line": line, "word": head, "attribute": attribute(options), "write": write, "before": binding,
                }),
                Way::Stays { why, line: at } => json!({ "line": line, "word": head, "why": why, "at": at }),
            }
        };
        let length =
            |length: &Length| json!({ "line": length.line, "text": length.text, "option": length.option });
        json!({
            "file": shown(&self.file), "line": self.line, "function": self.function, "group": self.group,
            "for_each": self.weight.to_string(), "needs": self.needs,
            "chains": self.chains.iter().map(chain).collect::<Vec<_>>(),
            "thresholds": self.lengths.iter().map(length).collect::<Vec<_>>(),
        })
    }
}

fn serial(count: usize) -> String {
    format!("{count} more serial {}", if count == 1 { "function" } else { "functions" })
}

/// What stands behind the function's name.
fn beside(one: &Suggestion) -> String {
    match one.group {
        Group::Serial => {
            let needs = if one.needs.is_empty() {
                String::new()
            } else {
                format!("; needs {}", one.needs.join(", "))
            };
            format!("  ({}{needs})", one.weight)
        }
        _ => String::new(),
    }
}

fn attribute(options: &str) -> String {
    if options.is_empty() {
        "#[amorsize::parallelize]".to_owned()
    } else {
        format!("#[amorsize::parallelize({options})]")
    }
}

/// What to write, and what to know; each with a word that says which of them it is.
fn lines(one: &Suggestion) -> Vec<(&'static str, String)> {
    let mut lines: Vec<(&str, String)> = one.chains.iter().map(instruction).collect();
    for Length { line, text, option } in &one.lengths {
        let pins = option.as_ref().map(|option| format!(" (`{option}` would pin it)")).unwrap_or_default();
        lines.push(("drop", format!("line {line}: `{text}`, which is measured from now on{pins}")));
    }
    if one.group == Group::Threshold {
        let text =
            "where the serial way is a function over a slice, put the attribute on that and call it alone";
        lines.push(("write", text.to_owned()));
    }
    lines
}

fn instruction(chain: &Chain) -> (&'static str, String) {
    let Chain { line, head, way } = chain;
    match way {
        Way::Taken { write, options } => {
            ("write", format!("line {line}: `{write}` for `{head}`, under `{}`", attribute(options)))
        }
        Way::Named { write, options, binding } => (
            "write",
            format!("line {line}: `{binding}` and `{write}` for `{head}`, under `{}`", attribute(options)),
        ),
        Way::Stays { why, line: at } if at == line => ("stays", format!("line {line}: `{head}`: {why}")),
        Way::Stays { why, line: at } => {
            ("stays", format!("line {line}: `{head}`, because of line {at}: {why}"))
        }
    }
}

/// One message for each, for the diff of a pull request.
pub(crate) fn messages(suggestions: &[Suggestion], all: bool) -> Vec<Message> {
    let worth = suggestions.iter().filter(|one| all || one.is_worth_naming());
    worth
        .map(|one| {
            let (case, text) = match one.group {
                Group::Rayon => (
                    "suggest-rayon",
                    "the attribute splits this chain of rayon's when it is written serially",
                ),
                Group::RayonNamed => (
                    "suggest-rayon",
                    "the attribute splits this chain of rayon's where what it goes over is a Vec, an array or a slice that gets a name",
                ),
                Group::Serial => ("suggest-serial", "the attribute splits this function as it stands"),
                Group::Threshold => {
                    ("suggest-threshold", "the attribute measures what this threshold guesses")
                }
                Group::RayonStays => ("suggest-not", "the attribute does not split this chain of rayon's"),
            };
            let text = format!("{}: {text}{}", one.function, beside(one));
            let message = Message::note(case, text).file(&one.file, Some(one.line));
            lines(one).into_iter().fold(message, |message, (word, line)| message.detail(word, line))
        })
        .collect()
}
