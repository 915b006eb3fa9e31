//! What `report` says: of every site the forecast beside what a run measured, where the time went, and what changed over time.
//!
//! `ran` runs a program and takes what it left, `history` asks git for earlier tuned files; both are edges. `gather` puts the
//! facts together and decides which belong beside each other. `text`, `values` and `html` say them, each in its way.

mod gather;
mod history;
mod ran;
mod text;
mod values;

use amorsize_runtime::SiteDecision;

pub(crate) use gather::{Entries, gather};
pub(crate) use history::{History, Step};
pub(crate) use ran::{Ran, ran};
pub(crate) use text::text;
pub(crate) use values::values;

use crate::forecast::{Forecast, Machine};
use crate::limit::Finding;

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
    pub(crate) limits: Vec<Finding>,
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
    /// The parts by name, in the order in which they are told.
    pub(crate) fn parts(&self) -> [(&'static str, Option<f64>); 5] {
        [
            ("work", Some(self.work_ns)),
            ("bandwidth", Some(self.contention_ns)),
            ("dispatch", Some(self.dispatch_ns)),
            ("imbalance", Some(self.imbalance_ns)),
            ("collection", self.collection_ns),
        ]
    }

    /// The time of the call.
    pub(crate) fn total_ns(&self) -> f64 {
        let counted = if self.collection_ns.is_some() { self.imbalance_ns } else { 0.0 };
        self.work_ns + self.contention_ns + self.dispatch_ns + counted + self.collection_ns.unwrap_or(0.0)
    }
}

/// How a decision is said in a table.
fn decision(site: &Site<'_>) -> String {
    match &site.forecast {
        None => "not measured".to_owned(),
        Some(forecast) => match forecast.parallel_from {
            Some(from) => {
                format!("parallel from {} items, {} threads", crate::units::grouped(from), forecast.threads)
            }
            None => "serial".to_owned(),
        },
    }
}
