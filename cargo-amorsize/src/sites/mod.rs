//! Every annotated function of the workspace, without running anything: what the compiler says of them, and which keys
//! of the tuned file are theirs.
//!
//! A descriptor has all of a key but the types that only the compiler can name, so a site is matched as a pattern
//! (`docs/decisions/0017-how-check-knows-the-sites.md`).

mod compile;
mod key;
mod pattern;
mod place;
mod unify;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use amorsize_syntax::Descriptor;

pub(crate) use compile::{Build, stand_in};
pub(crate) use key::{function, home};
pub(crate) use pattern::{Fit, Pattern};

use crate::message::Message;

/// In which kind of target a site stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Lib,
    Bin,
    Example,
    UnitTest,
    Test,
    Bench,
}

impl Kind {
    /// For programs.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Lib => "lib",
            Self::Bin => "bin",
            Self::Example => "example",
            Self::UnitTest => "unit-test",
            Self::Test => "test",
            Self::Bench => "bench",
        }
    }

    /// Whether what people run is compiled from it; tests and benches measure themselves.
    pub(crate) fn is_shipped(self) -> bool {
        matches!(self, Self::Lib | Self::Bin | Self::Example)
    }
}

/// A site of the workspace.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) descriptor: Descriptor,
    pub(crate) pattern: Pattern,
    /// Where it is compiled, with the target's name.
    pub(crate) targets: BTreeSet<(Kind, String)>,
    /// Whether a package that is to be tuned compiles it.
    tuned: bool,
}

impl Site {
    /// Whether it should have an entry: if it is part of a library, a program or an example, or if `all` is asked for.
    pub(crate) fn is_demanded(&self, all: bool) -> bool {
        self.tuned
            && !self.descriptor.serial
            && (all || self.targets.iter().any(|(kind, _)| kind.is_shipped()))
    }
}

/// All that is known of a workspace's sites.
#[derive(Debug)]
pub(crate) struct Listing {
    pub(crate) sites: Vec<Site>,
    /// Crates of others that are compiled too, whose sites nobody asked for.
    pub(crate) foreign: BTreeSet<String>,
    /// The folder that the files of descriptors start from.
    pub(crate) root: PathBuf,
}

/// Lists the sites of the workspace, in the order of their files.
///
/// # Errors
/// If the workspace does not compile.
pub(crate) fn list(build: &Build) -> Result<Listing, Box<Message>> {
    let compiled = compile::compile(build)?;
    let mut targets: BTreeMap<Descriptor, (BTreeSet<(Kind, String)>, bool)> = BTreeMap::new();
    for unit in compiled.units {
        for descriptor in unit.descriptors {
            let (targets, tuned) = targets.entry(descriptor).or_default();
            targets.insert((unit.kind, unit.target.clone()));
            *tuned |= !unit.exempt;
        }
    }
    let mut sources = place::Sources::new(&compiled.root);
    let mut sites: Vec<Site> = targets
        .into_iter()
        .map(|(descriptor, (targets, tuned))| {
            let pattern = Pattern::new(&descriptor, sources.container(&descriptor));
            Site { descriptor, pattern, targets, tuned }
        })
        .collect();
    sites.sort_by(|a, b| place(a).cmp(&place(b)));
    Ok(Listing { sites, foreign: compiled.foreign, root: compiled.root })
}

/// What sites are ordered by.
fn place(site: &Site) -> (&str, usize, &str) {
    (&site.descriptor.file, site.descriptor.line, &site.descriptor.part)
}

impl Listing {
    /// A descriptor's file.
    pub(crate) fn file(&self, site: &Site) -> PathBuf {
        self.root.join(Path::new(&site.descriptor.file))
    }
}
