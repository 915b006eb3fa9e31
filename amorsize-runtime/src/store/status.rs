//! Opening the tuned file of a process, and what reports say about it.
//!
//! It decides what is read (the file, or the text that the binary carries) and words what is wrong with it. It writes
//! nothing.

use std::fmt;
use std::path::{Path, PathBuf};

use super::find::Places;
use super::load::{self, Contents, Refused};
use super::save;
use crate::config::Mode;
use crate::observe::{self, Topic, Warning};

/// What was found where the tuned file should be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileState {
    /// The mode reads no file.
    #[default]
    NotRead,
    /// There is none; sites start from nothing.
    NotFound,
    /// It was read.
    Found,
    /// There is none, and the text that the binary carries was read.
    Embedded,
    /// It is ignored as a whole, and never overwritten.
    Ignored(Refused),
    /// The system would not give it.
    Unreadable(String),
}

/// The tuned file of this process.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileStatus {
    /// Where it lies, or would lie.
    pub path: Option<PathBuf>,
    /// What was found there.
    pub state: FileState,
    /// Sites with measurements or pins that were read.
    pub sites: usize,
    /// Whether writing works: `None` if nothing was written yet or nothing is to be written.
    pub writable: Option<bool>,
    /// How often this process wrote a file, the tuned or the scratch one.
    pub written: usize,
    /// The scratch file, where this process has one.
    pub scratch: Option<PathBuf>,
}

impl FileStatus {
    /// Whether this process changed the tuned file; where it has a scratch file, it writes that one only.
    #[must_use]
    pub fn recorded(&self) -> bool {
        self.written > 0 && self.scratch.is_none()
    }
}

impl fmt::Display for FileStatus {
    /// Such as `/ws/amorsize.toml (31 entries, version 1)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sites = self.sites;
        let entries = if sites == 1 { "entry" } else { "entries" };
        match (&self.state, &self.path) {
            (FileState::Embedded, _) => {
                write!(f, "embedded in the program ({sites} {entries}, version {})", load::VERSION)
            }
            (FileState::NotRead, _) => f.write_str("not read in this mode"),
            (_, None) => f.write_str("none"),
            (FileState::NotFound, Some(path)) if self.recorded() => {
                write!(f, "{} (written by this run)", path.display())
            }
            (FileState::NotFound, Some(path)) => write!(f, "{} (not there)", path.display()),
            (FileState::Found, Some(path)) => {
                let changed = if self.recorded() { "; rewritten by this run" } else { "" };
                write!(f, "{} ({sites} {entries}, version {}{changed})", path.display(), load::VERSION)
            }
            (FileState::Ignored(why), Some(path)) => write!(f, "{} (ignored: {why})", path.display()),
            (FileState::Unreadable(why), Some(path)) => write!(f, "{} (unreadable: {why})", path.display()),
        }
    }
}

/// Reads the tuned file, or the embedded text where there is none, and says what is wrong with it.
pub(crate) fn open(places: &Places, mode: Mode) -> (Contents, FileStatus) {
    let status = FileStatus {
        path: places.file.clone(),
        scratch: places.scratch.clone().filter(|_| mode.writes_scratch()),
        ..FileStatus::default()
    };
    if !mode.reads_file() {
        return (Contents::default(), status);
    }
    let subject = |path: &Path| path.display().to_string();
    let (contents, state) = match places.file.as_deref().map(|path| (path, save::bytes(path))) {
        Some((path, Ok(Some(Ok(bytes))))) => {
            settle(load::parse_bytes(&bytes), &subject(path), FileState::Found)
        }
        Some((path, Ok(Some(Err(refused))))) => settle(Err(refused), &subject(path), FileState::Found),
        Some((path, Err(error))) => {
            let text = format!("{} cannot be read ({error}); going on without it", path.display());
            observe::warn_once(Topic::File, &subject(path), &text);
            (Contents::default(), FileState::Unreadable(error.to_string()))
        }
        none => {
            if let Some((path, _)) = none.filter(|_| places.named && !mode.writes_tuned()) {
                let text = format!("there is no {}; going on without it", path.display());
                observe::warn_once(Topic::File, &subject(path), &text);
            }
            match places.embedded {
                Some(text) => settle(load::parse(text), "the embedded tuned file", FileState::Embedded),
                None => (Contents::default(), FileState::NotFound),
            }
        }
    };
    let sites = contents.sites.len();
    (contents, FileStatus { state, sites, ..status })
}

fn settle(
    read: Result<(Contents, Vec<Warning>), Refused>,
    name: &str,
    found: FileState,
) -> (Contents, FileState) {
    match read {
        Ok((contents, warnings)) => {
            for warning in warnings {
                observe::warn_once(warning.topic, &warning.subject, &format!("{name}: {}", warning.text));
            }
            (contents, found)
        }
        Err(refused) => {
            observe::warn_once(Topic::File, name, &format!("{name} is ignored and left alone: {refused}"));
            (Contents::default(), FileState::Ignored(refused))
        }
    }
}

/// Reads the scratch file. What is wrong with it concerns nobody: it is written anew.
pub(crate) fn open_scratch(path: &Path) -> Contents {
    match save::bytes(path) {
        Ok(Some(Ok(bytes))) => load::parse_bytes(&bytes).map(|(contents, _)| contents).unwrap_or_default(),
        _ => Contents::default(),
    }
}
