//! What a site would decide on a given machine, and the numbers behind it, from a tuned file alone.
//!
//! It decides which machine is meant and where its costs come from. Every prediction is the runtime's own
//! (`amorsize_runtime::tune` and `prior`): what is explained is what is decided.

use amorsize_runtime::machine::{self, MachineProfile};
use amorsize_runtime::prior;
use amorsize_runtime::store::{Contents, Freshness, Listed, Pin, SiteEntry};
use amorsize_runtime::tune::costs::{Costs, Regime};
use amorsize_runtime::tune::decide::{self, Decision, Question};
use amorsize_runtime::tune::model::Model;
use serde::Serialize;

/// Where a machine's costs come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CostsFrom {
    /// The tuned file's `[machine."…"]` table.
    MachineTable,
    /// The runtime's constants.
    BuiltIn,
}

/// A class of machine, this one or one that the file names.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    pub(crate) label: String,
    pub(crate) threads: usize,
    /// Whether it is the one that this command runs on.
    pub(crate) here: bool,
    pub(crate) profile: MachineProfile,
    pub(crate) costs_from: CostsFrom,
}

impl Machine {
    /// The machine that this command runs on.
    pub(crate) fn here(contents: &Contents) -> Self {
        let profile = MachineProfile::here();
        Self::of(machine::label().to_owned(), machine::available(), true, profile, contents)
    }

    /// The machine of a label, whose last part is its number of threads; `None` if it has no such part.
    pub(crate) fn labelled(label: &str, contents: &Contents) -> Option<Self> {
        if label == machine::label() {
            return Some(Self::here(contents));
        }
        let threads =
            label.rsplit('-').next()?.parse().ok().filter(|threads| (1..=1 << 16).contains(threads))?;
        // A label does not name its system; the files that travel are mostly those of Linux servers.
        let profile = MachineProfile::builtin("linux", threads);
        Some(Self::of(label.to_owned(), threads, false, profile, contents))
    }

    fn of(label: String, threads: usize, here: bool, builtin: MachineProfile, contents: &Contents) -> Self {
        let table = contents.machines.get(&label);
        let costs_from = if table.is_some() { CostsFrom::MachineTable } else { CostsFrom::BuiltIn };
        let profile = table.map_or(builtin, |entry| entry.over(builtin));
        Self { label, threads, here, profile, costs_from }
    }

    /// The labels that a file names: calibrated ones, and those of its entries.
    pub(crate) fn labels(contents: &Contents) -> Vec<&str> {
        let entries = contents.sites.values().filter_map(|listed| listed.entry.as_ref());
        let mut labels: Vec<_> =
            contents.machines.keys().chain(entries.map(|entry| &entry.machine)).map(String::as_str).collect();
        labels.sort_unstable();
        labels.dedup();
        labels
    }
}

/// One site on one machine.
#[derive(Clone, Debug)]
pub(crate) struct Forecast<'f> {
    pub(crate) key: &'f str,
    pub(crate) machine: &'f Machine,
    /// The measurements as the file has them.
    pub(crate) entry: &'f SiteEntry,
    pub(crate) pin: Option<&'f Pin>,
    /// Whether the entry was measured on this class of machine.
    pub(crate) freshness: Freshness,
    /// What a program starts from.
    pub(crate) model: Model,
    /// Threads that may work on one call.
    pub(crate) width: usize,
    /// The length from which `frozen` is parallel, by `pin` or by the file.
    pub(crate) parallel_from: Option<u64>,
    /// Threads of the file's decision on this machine.
    pub(crate) threads: usize,
}

impl<'f> Forecast<'f> {
    /// `None` where the file has no measurements of the site.
    pub(crate) fn of(key: &'f str, listed: &'f Listed, machine: &'f Machine) -> Option<Self> {
        let entry = listed.entry.as_ref()?;
        let pin = listed.pin.as_ref();
        let freshness = if entry.machine == machine.label { Freshness::Fresh } else { Freshness::Elsewhere };
        let model = prior::model(entry, freshness, false);
        let cap =
            pin.map_or(usize::MAX, |pin| if pin.serial { 1 } else { pin.max_threads.unwrap_or(usize::MAX) });
        let width = machine.threads.min(cap).max(1);
        let costs = || Costs::of(&machine.profile, Regime::Awake, machine.threads);
        let decided = prior::decided(entry.clone(), freshness, &model, machine.threads, costs);
        let decided = decided.unwrap_or_else(|| entry.clone());
        let pinned = pin.and_then(|pin| pin.parallel_from).map(|from| from as u64);
        Some(Self {
            key,
            machine,
            entry,
            pin,
            freshness,
            parallel_from: pinned.or(decided.parallel_from).filter(|_| width >= 2),
            threads: (decided.threads as usize).clamp(1, width),
            model,
            width,
        })
    }

    /// What the machine charges while its helpers are in that state.
    pub(crate) fn costs(&self, regime: Regime) -> Costs {
        Costs::of(&self.machine.profile, regime, self.width)
    }

    /// The length from which the model says that parallel wins by the margin.
    pub(crate) fn flips(&self, regime: Regime) -> Option<usize> {
        decide::crossover(self.width, &self.model, self.costs(regime))
    }

    /// The same where nothing was held against the site: what an entry that says "never" would be without that.
    pub(crate) fn would_flip(&self, regime: Regime) -> Option<usize> {
        decide::crossover(self.width, &self.unbiased(), self.costs(regime))
    }

    fn unbiased(&self) -> Model {
        Model { bias: 1.0, ..self.model.clone() }
    }

    /// How a call of `len` items is decided.
    pub(crate) fn decision(&self, len: usize, regime: Regime) -> Decision {
        let costs = self.costs(regime);
        decide::decide(&Question { len, width: self.width, model: &self.model, costs, was_parallel: false })
    }

    /// Where the time of a parallel call of `len` items goes.
    pub(crate) fn split(&self, len: usize, regime: Regime) -> Split {
        let costs = self.costs(regime);
        let model = self.unbiased();
        let (workers, parallel_ns) = decide::best_width(len, self.width.max(2), &model, costs);
        let serial_ns = model.whole_ns() * len as f64;
        // The same region of threads that do not disturb each other, and without the time that helpers need.
        let threads = workers.min(len.max(1));
        let alone_ns = costs.parallel_ns(serial_ns, threads, threads as f64);
        let share_ns = serial_ns / threads as f64;
        let chunk_ns = decide::chunk_ns(&model).min(share_ns / 2.0);
        Split {
            workers,
            serial_ns,
            parallel_ns,
            share_ns,
            contention_ns: parallel_ns - alone_ns,
            dispatch_ns: alone_ns - share_ns,
            imbalance_ns: chunk_ns * (model.skew - 1.0).clamp(0.0, 1.0),
        }
    }

    /// The longest call seen.
    pub(crate) fn longest(&self) -> usize {
        usize::try_from(self.entry.len[1]).unwrap_or(usize::MAX)
    }
}

/// Where the time of one parallel call goes, ns.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Split {
    pub(crate) workers: usize,
    pub(crate) serial_ns: f64,
    /// Predicted, as far as the model goes: share + contention + dispatch.
    pub(crate) parallel_ns: f64,
    /// A thread's share of the work, were it undisturbed.
    pub(crate) share_ns: f64,
    /// What threads lose to each other: bandwidth, caches, locks.
    pub(crate) contention_ns: f64,
    /// Inviting helpers, and what those that come late leave to the others.
    pub(crate) dispatch_ns: f64,
    /// At most what the wait for the last chunk adds where items differ; not part of the prediction.
    pub(crate) imbalance_ns: f64,
}

impl Split {
    /// Serial time / predicted parallel time.
    pub(crate) fn speed_up(&self) -> f64 {
        self.serial_ns / self.parallel_ns.max(1.0)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use amorsize_runtime::store::parse;
    use amorsize_runtime::tune::decide::Plan;

    /// Two classes of machines, and sites with every limit.
    pub(crate) fn contents() -> Contents {
        parse(include_str!("../tests/limits.toml")).unwrap().0
    }

    #[test]
    fn a_label_tells_its_threads() {
        let contents = contents();
        let machine = Machine::labelled("x86_64-zen5-2", &contents).unwrap();
        assert_eq!((machine.threads, machine.costs_from), (2, CostsFrom::MachineTable));
        let machine = Machine::labelled("aarch64-neoverse-v2-64", &contents).unwrap();
        assert_eq!((machine.threads, machine.costs_from, machine.here), (64, CostsFrom::BuiltIn, false));
        assert!(Machine::labelled("laptop", &contents).is_none());
        assert!(Machine::labelled("x-0", &contents).is_none());
    }

    /// The split adds up to the prediction, and the flip is where the runtime's decision changes.
    #[test]
    fn what_is_explained_is_what_is_decided() {
        let contents = contents();
        let machine = Machine::labelled("x86_64-zen5-16", &contents).unwrap();
        for (key, listed) in &contents.sites {
            let Some(forecast) = Forecast::of(key, listed, &machine) else { continue };
            for regime in [Regime::Awake, Regime::Parked] {
                let split = forecast.split(100_000, regime);
                let sum = split.share_ns + split.contention_ns + split.dispatch_ns;
                assert!((sum / split.parallel_ns - 1.0).abs() < 0.01, "{key}: {split:?}");
                let Some(from) = forecast.flips(regime) else { continue };
                // Fewer threads that are up to 5 % slower are preferred, which near the flip may lose the margin.
                assert_eq!(forecast.decision(2 * from + 2, regime).plan, Plan::Region, "{key}");
                assert_ne!(forecast.decision(from - from / 20 - 2, regime).plan, Plan::Region, "{key}");
            }
        }
    }
}
