//! Who serves, and how a heavy request is computed.

use std::fmt;

use clap::ValueEnum;

/// Who serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Framework {
    /// Fraud scores of orders
    Axum,
    /// Thumbnails of pictures
    Actix,
    /// Judgements on links
    Rocket,
}

/// How a heavy request is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Way {
    /// A plain loop in the handler
    Serial,
    /// rayon's parallel iterator in the handler
    Rayon,
    /// rayon's parallel iterator on a thread for blocking work
    Blocking,
    /// The companion of the annotated function, awaited
    Companion,
}

impl Framework {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Axum, Self::Actix, Self::Rocket];

    /// As on the command line.
    pub(crate) fn name(self) -> &'static str {
        ["axum", "actix", "rocket"][self as usize]
    }

    /// Items that take some tens of milliseconds serially (2-vCPU Linux VM, release build).
    pub(crate) fn items(self) -> usize {
        [2_000, 12, 2_000][self as usize]
    }
}

impl Way {
    /// All of them.
    pub(crate) const ALL: [Self; 4] = [Self::Serial, Self::Rayon, Self::Blocking, Self::Companion];

    /// As on the command line.
    pub(crate) fn name(self) -> &'static str {
        ["serial", "rayon", "blocking", "companion"][self as usize]
    }

    /// As a chart names it.
    pub(crate) fn label(self) -> &'static str {
        ["serial, inline", "rayon, inline", "spawn_blocking + rayon", "companion"][self as usize]
    }
}

impl fmt::Display for Framework {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
