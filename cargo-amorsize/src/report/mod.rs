//! What `report` says: of every site the forecast beside what a run measured, where the time went, and what changed over time.
//!
//! `ran` runs a program and takes what it left, `history` asks git for earlier tuned files; both are edges. `gather` puts the
//! facts together and decides which belong beside each other. `text`, `values` and `html` say them, each in its way.

mod gather;
mod history;
mod html;
mod ran;
mod text;
mod values;

use amorsize_runtime::SiteDecision;

pub(crate) use gather::{Entries, gather};
pub(crate) use history::{History, Step};
pub(crate) use html::page;
pub(crate) use ran::{Ran, ran};
pub(crate) use text::text;
pub(crate) use values::values;

use crate::forecast::{Forecast, Machine};
use crate::limit::{Finding, Limit};
use crate::units::grouped;

/// Everything that a report says.
#[derive(Debug)]
pub(crate) struct Report<'r> {
    /// The tuned file as people call it; `None` where there is none.
    pub(crate) file: Option<String>,
    pub(crate) machine: &'r Machine,
    /// What was run; `None` where nothing was.
    pub(crate) ran: Option<&'r Ran>,
    pub(crate) sites: Vec<Site<'r>>,
    /// Why no history is told, where none is.
    pub(crate) untold: Option<&'r str>,
}

/// One site's facts.
#[derive(Debug)]
pub(crate) struct Site<'r> {
    pub(crate) key: &'r str,
    /// Whether the tuned file has measurements of it; where it has none, the forecast is made from those of the run.
    pub(crate) filed: bool,
    /// `None` where nobody measured the site: it is pinned, and that is all.
    pub(crate) forecast: Option<Forecast<'r>>,
    /// What the run left of it.
    pub(crate) lived: Option<&'r SiteDecision>,
    /// The call that predictions are for.
    pub(crate) call: Option<Call>,
    /// Serial time / wall time of the run's parallel calls; `None` where too few were parallel.
    pub(crate) measured: Option<f64>,
    /// Where the time of a parallel call went in the run.
    pub(crate) spent: Option<Shares>,
    /// What the model says that limits it, the strongest first.
    pub(crate) limits: Vec<Finding>,
    /// Parts of the run's parallel calls that took a good share of their time, the largest first, with the share.
    pub(crate) lost: Vec<(&'static str, f64)>,
    /// From the oldest to the newest.
    pub(crate) history: Vec<Step>,
}

/// A call as the model has it: one of mean length among the run's parallel calls, else the longest that the file knows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Call {
    pub(crate) len: usize,
    pub(crate) serial_ns: f64,
    /// How long it takes as it is decided.
    pub(crate) predicted_ns: f64,
    /// Threads that it is predicted on; 1 where it is serial.
    pub(crate) workers: usize,
    /// Where its time goes; `None` where it is serial.
    pub(crate) shares: Option<Shares>,
}

impl Call {
    /// Serial time / predicted time.
    pub(crate) fn speed_up(&self) -> f64 {
        self.serial_ns / self.predicted_ns.max(1e-3)
    }
}

/// Where the time of one parallel call goes, ns of its wall time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Shares {
    /// A thread's share of the work, were it undisturbed.
    pub(crate) work_ns: f64,
    /// What threads lose to each other: bandwidth, caches, locks.
    pub(crate) contention_ns: f64,
    /// Inviting helpers, and the time until they come.
    pub(crate) dispatch_ns: f64,
    /// Waiting for the slowest chunk. A prediction bounds it, and does not count it.
    pub(crate) imbalance_ns: f64,
    /// Joins and ordered tails; `None` in predictions, which know of none.
    pub(crate) collection_ns: Option<f64>,
}

impl Shares {
    /// What the parts are called, in the order in which they are told.
    pub(crate) const NAMES: [&'static str; 5] =
        ["work", "bandwidth and locks", "dispatch", "imbalance", "collection"];

    /// The part that a prediction bounds and does not count.
    const IMBALANCE: usize = 3;

    /// The parts in that order.
    pub(crate) fn parts(&self) -> [Option<f64>; 5] {
        let Self { work_ns, contention_ns, dispatch_ns, imbalance_ns, collection_ns } = *self;
        [Some(work_ns), Some(contention_ns), Some(dispatch_ns), Some(imbalance_ns), collection_ns]
    }

    /// Whether that part is only known not to be larger.
    pub(crate) fn is_bound(&self, part: usize) -> bool {
        part == Self::IMBALANCE && self.collection_ns.is_none()
    }

    /// The parts that add up to the time of the call; those that are not known are 0.
    pub(crate) fn counted(&self) -> [f64; 5] {
        let mut counted = self.parts().map(|part| part.unwrap_or(0.0));
        if self.is_bound(Self::IMBALANCE) {
            counted[Self::IMBALANCE] = 0.0;
        }
        counted
    }

    /// The time of the call.
    pub(crate) fn total_ns(&self) -> f64 {
        self.counted().iter().sum()
    }
}

/// A decision in words.
fn decision(parallel_from: Option<u64>, threads: usize) -> String {
    match parallel_from {
        Some(from) => format!("parallel from {} items, {threads} threads", grouped(from)),
        None => "serial at the lengths seen".to_owned(),
    }
}

/// What limits a site, for a cell of a table: as measured, else as the model has it.
fn limited(site: &Site<'_>) -> &'static str {
    match (site.lost.first(), site.limits.first().map(|found| found.limit)) {
        (Some((name, _)), _) => name,
        (None, None) => "-",
        (None, Some(Limit::Threads)) => "threads",
        (None, Some(other)) => other.name(),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::forecast::tests::contents;
    use amorsize_runtime::Spent;
    use amorsize_runtime::store::parse;

    /// A key as no compiler writes it, to see what becomes of it.
    pub(crate) const HOSTILE: &str = "<A as b::\"Blur\" & 'x'>::f(&[Vec<u8>]) -> </code><script>";

    /// A whole report's material: the file of all limits, a run that knows one site more, and a history.
    pub(crate) struct Told {
        machine: Machine,
        ran: Ran,
        history: History,
        entries: Entries,
    }

    impl Told {
        pub(crate) fn new() -> Self {
            let contents = contents();
            let ran = ran();
            let machine = Machine::labelled("x86_64-zen5-2", &contents).unwrap();
            let entries = Entries::of(&contents, Some(&ran), |_| true);
            Self { machine, ran, history: history(), entries }
        }

        pub(crate) fn report(&self) -> Report<'_> {
            let file = "amorsize.toml (9 entries, version 1)".to_owned();
            gather(&self.entries, Some(file), &self.machine, Some(&self.ran), &self.history)
        }

        /// The same without a run and a history, of the sites that `wanted` names.
        pub(crate) fn unrun<R>(wanted: &str, then: impl FnOnce(&Report<'_>) -> R) -> R {
            let contents = contents();
            let machine = Machine::labelled("x86_64-zen5-2", &contents).unwrap();
            let entries = Entries::of(&contents, None, |key| key.contains(wanted));
            let history =
                History { untold: Some("the file was never committed".to_owned()), ..History::default() };
            let file = "amorsize.toml (9 entries, version 1)".to_owned();
            then(&gather(&entries, Some(file), &machine, None, &history))
        }
    }

    fn ran() -> Ran {
        let blur = SiteDecision {
            site: "demo::row_blur(&[Rgb<u8>]) -> Vec<Rgb<u8>>".to_owned(),
            parallel_from: Some(90),
            workers: 2,
            chunk: 1_000,
            item_ns: 50.0,
            samples: 41,
            source: "file, live".to_owned(),
            warm: true,
            predicted_speed_up: 1.9,
            measured_speed_up: Some(1.6),
            efficiency: 0.8,
            skew: 1.5,
            len: [9_000, 11_000],
            calls: [1, 40, 2],
            spent: Spent {
                calls: 40,
                items: 400_000,
                wall_ns: 13_000_000.0,
                busy_ns: 12_000_000.0,
                dispatch_ns: 600_000.0,
                imbalance_ns: 400_000.0,
                collection_ns: 1_000_000.0,
            },
            ..SiteDecision::default()
        };
        let unfiled = SiteDecision {
            site: HOSTILE.to_owned(),
            parallel_from: Some(700),
            workers: 1,
            measured_speed_up: None,
            len: [4, 4],
            calls: [3, 0, 0],
            samples: 3,
            source: "live".to_owned(),
            spent: Spent::default(),
            ..blur.clone()
        };
        Ran {
            command: "<b>bench</b> && \"x\"".to_owned(),
            failed: None,
            processes: 1,
            optimised: true,
            machine: "x86_64-zen5-2".to_owned(),
            threads: 2,
            sites: [blur, unfiled].map(|site| (site.site.clone(), site)).into(),
        }
    }

    fn history() -> History {
        let table = |key: &str, rest: &str| {
            format!("version = 1\n[site.\"{key}\"]\nbody = \"00\"\nmachine = \"x86_64-zen5-2\"\n{rest}\n")
        };
        let blur = "demo::row_blur(&[Rgb<u8>]) -> Vec<Rgb<u8>>";
        let revision = |commit: &str, subject: &str, rest: &str| history::Revision {
            commit: Some(commit.to_owned()),
            date: "2026-11-26".to_owned(),
            subject: subject.to_owned(),
            contents: parse(&table(blur, rest)).unwrap().0,
        };
        let revisions = [
            revision("a1b2c3d", "Tune", "item_ns = 90\nparallel_from = 1_200\nthreads = 2"),
            revision(
                "d4e5f6a",
                "</style><script>alert('&')</script>",
                "item_ns = 47\nparallel_from = 2_300\nthreads = 2",
            ),
        ];
        History { steps: history::steps(&revisions), untold: None }
    }
}
