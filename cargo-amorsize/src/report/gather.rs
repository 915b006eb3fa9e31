//! Which facts of a site stand beside each other. Pure: files, git and programs were asked before.
//!
//! It decides for which call predictions are made, which call of the run it is compared with, and what a site is explained by
//! that the tuned file does not know. Numbers that nobody measured stay away.

use std::collections::BTreeMap;

use amorsize_runtime::store::{Contents, Listed, SiteEntry};
use amorsize_runtime::tune::costs::Regime;
use amorsize_runtime::{SiteDecision, Spent};

use super::{Call, History, Ran, Report, Shares, Site};
use crate::forecast::{Forecast, Machine};
use crate::limit;

/// The sites of a report, by key, each with the entry that it is explained by.
#[derive(Debug)]
pub(crate) struct Entries(BTreeMap<String, (Listed, bool)>);

impl Entries {
    /// The sites of the file and those of the run, of which the key is `wanted`.
    pub(crate) fn of(contents: &Contents, ran: Option<&Ran>, wanted: impl Fn(&str) -> bool) -> Self {
        let mut entries: BTreeMap<String, (Listed, bool)> = contents
            .sites
            .iter()
            .map(|(key, listed)| (key.clone(), (listed.clone(), listed.entry.is_some())))
            .collect();
        for lived in ran.iter().flat_map(|ran| ran.sites.values()) {
            let (listed, _) = entries.entry(lived.site.clone()).or_default();
            if listed.entry.is_none() && lived.samples > 0 {
                listed.entry = ran.map(|ran| entry(lived, ran));
            }
        }
        entries.retain(|key, _| wanted(key));
        Self(entries)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What the file would say of a site that only the run knows.
fn entry(lived: &SiteDecision, ran: &Ran) -> SiteEntry {
    // Its longest call may have been serial, and says nothing of the threads for longer ones then.
    let threads =
        if lived.parallel_from.is_some() && lived.workers < 2 { ran.threads } else { lived.workers };
    SiteEntry {
        machine: ran.machine.clone(),
        item_ns: lived.item_ns,
        skew: lived.skew,
        efficiency: lived.efficiency,
        len: lived.len,
        samples: lived.samples,
        parallel_from: lived.parallel_from.map(|from| from as u64),
        threads: u32::try_from(threads).unwrap_or(u32::MAX),
        chunk_us: lived.chunk as f64 * lived.item_ns / 1e3,
        ..SiteEntry::default()
    }
    .clamped()
}

/// Puts a report together; `file` is how people call the tuned file.
pub(crate) fn gather<'r>(
    entries: &'r Entries,
    file: Option<String>,
    machine: &'r Machine,
    ran: Option<&'r Ran>,
    history: &'r History,
) -> Report<'r> {
    let site = |(key, (listed, filed)): (&'r String, &'r (Listed, bool))| {
        let forecast = Forecast::of(key, listed, machine);
        let lived = ran.and_then(|ran| ran.sites.get(key));
        let spent = lived.map(|lived| &lived.spent).filter(|spent| spent.calls > 0);
        let measured = lived.zip(spent).map(|(lived, spent)| shares(lived, spent));
        Site {
            key,
            filed: *filed,
            call: forecast.as_ref().map(|forecast| call(forecast, spent)),
            limits: forecast.as_ref().map(limit::limits).unwrap_or_default(),
            forecast,
            lived,
            measured: lived.and_then(|lived| lived.measured_speed_up),
            lost: measured
                .filter(|_| spent.is_some_and(|spent| spent.calls >= ENOUGH))
                .map(lost)
                .unwrap_or_default(),
            spent: measured,
            history: history.steps.get(key).cloned().unwrap_or_default(),
        }
    };
    let mut sites: Vec<Site<'_>> = entries.0.iter().map(site).collect();
    // What takes longest matters most; by key where nothing is known.
    let serial_ns = |site: &Site<'_>| site.call.map_or(0.0, |call| call.serial_ns);
    sites.sort_by(|a, b| serial_ns(b).total_cmp(&serial_ns(a)));
    Report { file, machine, ran, sites, untold: history.untold.as_deref() }
}

/// The call that predictions are for.
fn call(forecast: &Forecast<'_>, spent: Option<&Spent>) -> Call {
    let mean = spent.map(|spent| usize::try_from(spent.items / spent.calls).unwrap_or(usize::MAX));
    let len = mean.unwrap_or_else(|| forecast.longest()).max(1);
    let serial_ns = forecast.model.whole_ns() * len as f64;
    let parallel = forecast.parallel_from.is_some_and(|from| len as u64 >= from);
    let split = forecast.split(len, Regime::Awake);
    let shares = parallel.then_some(Shares {
        work_ns: split.share_ns,
        contention_ns: split.contention_ns.max(0.0),
        dispatch_ns: split.dispatch_ns,
        imbalance_ns: split.imbalance_ns,
        collection_ns: None,
    });
    let (predicted_ns, workers) = if parallel { (split.parallel_ns, split.workers) } else { (serial_ns, 1) };
    Call { len, serial_ns, predicted_ns, workers, shares }
}

/// From so many parallel calls on their mean is worth a judgement.
const ENOUGH: u64 = 3;

/// From this share of a call on, what is lost is worth a word; as in `limit`.
const WORTH_A_WORD: f64 = 0.15;

/// The parts of a measured call, beside the work, that took a good share of it.
fn lost(shares: Shares) -> Vec<(&'static str, f64)> {
    let total = shares.total_ns().max(1e-3);
    let parts = Shares::NAMES.into_iter().zip(shares.counted()).skip(1);
    let mut lost: Vec<_> =
        parts.map(|(name, ns)| (name, ns / total)).filter(|(_, share)| *share >= WORTH_A_WORD).collect();
    lost.sort_by(|a, b| b.1.total_cmp(&a.1));
    lost
}

/// Where the time of a mean parallel call of the run went.
fn shares(lived: &SiteDecision, spent: &Spent) -> Shares {
    let calls = spent.calls.max(1) as f64;
    // Of the time that threads worked, what they would have needed alone is work.
    let efficiency = lived.efficiency.clamp(0.0, 1.0);
    Shares {
        work_ns: spent.busy_ns * efficiency / calls,
        contention_ns: spent.busy_ns * (1.0 - efficiency) / calls,
        dispatch_ns: spent.dispatch_ns / calls,
        imbalance_ns: spent.imbalance_ns / calls,
        collection_ns: Some(spent.collection_ns / calls),
    }
}
