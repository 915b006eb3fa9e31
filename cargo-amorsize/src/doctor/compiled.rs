//! Whether the entries of a file are those of the program that the workspace compiles. Pure.

use std::collections::BTreeMap;

use amorsize_runtime::store::Contents;
use serde::Serialize;

use crate::check::{Finding, compare};
use crate::sites::{Listing, home};

/// What the compiler says of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Compiled {
    /// The function is compiled, and is the one that was measured. That it may be split was proved then.
    AsMeasured,
    /// The function was changed after it was measured.
    Changed,
    /// It is a dependency's, which nobody asked about.
    Elsewhere,
    /// No function of the workspace has this key.
    No,
}

impl Compiled {
    /// For people.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::AsMeasured => "as measured",
            Self::Changed => "changed since",
            Self::Elsewhere => "a dependency's",
            Self::No => "no",
        }
    }
}

/// What the compiler says of a workspace and its file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Program {
    /// Annotated functions, each of which the compiler has proved safe to split.
    pub(crate) sites: usize,
    /// Those among them that should have an entry and have none.
    pub(crate) missing: usize,
    #[serde(skip)]
    pub(crate) entries: BTreeMap<String, Compiled>,
}

impl Program {
    pub(crate) fn entry(&self, key: &str) -> Option<Compiled> {
        self.entries.get(key).copied()
    }
}

/// Sets a workspace's sites beside a file's entries, as `check` does.
pub(crate) fn program(listing: &Listing, contents: &Contents) -> Program {
    let own = |key: &String| {
        let compiled =
            if listing.foreign.contains(home(key)) { Compiled::Elsewhere } else { Compiled::AsMeasured };
        (key.clone(), compiled)
    };
    let mut entries: BTreeMap<String, Compiled> = contents.sites.keys().map(own).collect();
    let mut missing = 0;
    for finding in compare(listing, contents, false) {
        match finding {
            Finding::Missing { .. } => missing += 1,
            Finding::Stale { key, .. } => drop(entries.insert(key, Compiled::Changed)),
            Finding::Orphan { key, .. } => drop(entries.insert(key, Compiled::No)),
            Finding::Clash { .. } | Finding::Alias { .. } => {}
        }
    }
    Program { sites: listing.sites.len(), missing, entries }
}
