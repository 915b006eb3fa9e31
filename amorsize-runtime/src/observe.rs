//! The one place where warnings and explanations leave: one line each on stderr, behind the prefix `amorsize: `.
//!
//! It decides whether a line is printed: a warning once per topic and subject, an explanation only when asked for.
//! It does not decide what is worth saying, and it knows nothing of settings, files or sites: whoever finds
//! something out words it. That keeps it at the ground of the layers, where everything above can reach it.

use std::collections::HashSet;
use std::io::Write as _;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, PoisonError};

/// What a warning is about; together with its subject it says which warnings are the same one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Topic {
    /// A variable of the environment.
    Environment,
    /// The tuned file as a whole.
    File,
    /// One entry or value of the tuned file.
    Entry,
    /// Two sites with one key.
    Clash,
    /// Writing, or that nothing is written.
    Write,
    /// What the engine found out about the machine or the pool.
    Engine,
}

/// One line for a person: what happened, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What it is about.
    pub topic: Topic,
    /// Which variable, file or entry; a second warning with the same topic and subject is not printed.
    pub subject: String,
    /// The line without the prefix.
    pub text: String,
}

impl Warning {
    /// A warning about `subject`.
    #[must_use]
    pub fn new(topic: Topic, subject: impl Into<String>, text: impl Into<String>) -> Self {
        Self { topic, subject: subject.into(), text: text.into() }
    }
}

/// How much is printed (`AMORSIZE_LOG`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing.
    Off,
    /// Warnings.
    #[default]
    Warn,
    /// Warnings, and a line for every decision.
    Explain,
}

static LEVEL: AtomicU8 = AtomicU8::new(Level::Warn as u8);
static SAID: Mutex<Said> = Mutex::new(Said { keys: None, texts: Vec::new() });

/// Reports show warnings too; a broken file must not make them endless.
const KEPT: usize = 100;

struct Said {
    keys: Option<HashSet<(Topic, String)>>,
    texts: Vec<String>,
}

/// Sets how much is printed from now on.
pub fn set_level(level: Level) {
    LEVEL.store(level as u8, Ordering::Relaxed);
}

/// Prints a warning, unless one with the same topic and subject was printed before.
pub fn warn(warning: &Warning) {
    {
        let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
        let keys = said.keys.get_or_insert_with(HashSet::new);
        // The set is bounded like the list: past the bound nothing new is said.
        if keys.len() >= KEPT || !keys.insert((warning.topic, warning.subject.clone())) {
            return;
        }
        said.texts.push(warning.text.clone());
    }
    if LEVEL.load(Ordering::Relaxed) >= Level::Warn as u8 {
        line(&warning.text);
    }
}

/// [`warn`] in one breath.
pub fn warn_once(topic: Topic, subject: &str, text: &str) {
    warn(&Warning::new(topic, subject, text));
}

/// Whether [`explain`] prints; ask before collecting what only an explanation needs.
#[must_use]
pub fn explains() -> bool {
    LEVEL.load(Ordering::Relaxed) >= Level::Explain as u8
}

/// Prints a line about a decision if that was asked for (`AMORSIZE_LOG=explain`, or the program's configuration).
pub fn explain(text: impl FnOnce() -> String) {
    if explains() {
        line(&text());
    }
}

/// The warnings so far, for reports: at most 100, in the order in which they came up, printed or not.
#[must_use]
pub fn warnings() -> Vec<String> {
    SAID.lock().unwrap_or_else(PoisonError::into_inner).texts.clone()
}

/// One write per line, so that lines of several threads do not mix. `eprintln!` would panic on a closed stderr.
fn line(text: &str) {
    let _ = std::io::stderr().lock().write_all(format!("amorsize: {text}\n").as_bytes());
}

/// The candidate that `word` was probably meant to be: the nearest by edit distance, if it is near.
#[must_use]
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let folded = word.to_ascii_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (distance(&folded, &candidate.to_ascii_lowercase()), candidate))
        .filter(|&(distance, candidate)| distance <= 1 + candidate.len().min(word.len()) / 4)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance in bytes: names of variables, values and keys are short.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_is_kept_once_per_subject() {
        for _ in 0..3 {
            warn_once(Topic::Engine, "observe-test", "said once");
        }
        assert_eq!(warnings().iter().filter(|text| *text == "said once").count(), 1);
    }

    #[test]
    fn nearest_names_what_was_meant_and_nothing_far_off() {
        let modes = ["off", "auto", "shuffle", "record", "frozen", "strict"];
        for (word, expected) in [
            ("recrod", Some("record")),
            ("recrd", Some("record")),
            ("FROZEN", Some("frozen")),
            ("shufle", Some("shuffle")),
            ("on", None),
            ("parallel", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, modes), expected, "{word}");
        }
    }
}
