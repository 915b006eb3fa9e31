//! What a file's entry is worth before the first call: the model that a site starts from, and the decision that `frozen`
//! goes by.
//!
//! Pure, and public for `cargo amorsize`, so that what it explains for any committed machine is what a program decides there.

use crate::store::{Freshness, SiteEntry};
use crate::tune::costs::Costs;
use crate::tune::decide;
use crate::tune::model::{Model, Source};

/// Measured / predicted time that is assumed where the file says that parallel never paid.
const NEVER_PAID_BIAS: f64 = 4.0;

/// What a file's entry is worth as a beginning; `recording` says whether this run is to find out anew.
#[must_use]
pub fn model(entry: &SiteEntry, freshness: Freshness, recording: bool) -> Model {
    Model {
        item_ns: entry.item_ns,
        call_ns: entry.call_ns,
        prior_samples: entry.samples,
        spread: entry.spread,
        efficiency: if entry.efficiency > 0.0 { entry.efficiency } else { 1.0 },
        skew: entry.skew.max(1.0),
        // "Never" is kept until a trial shows otherwise; recording is such a trial.
        bias: if entry.parallel_from.is_none() && !recording { NEVER_PAID_BIAS } else { 1.0 },
        source: match freshness {
            Freshness::Fresh => Source::File,
            Freshness::Elsewhere => Source::Elsewhere,
            Freshness::Scratch => Source::Scratch,
            Freshness::Stale => Source::Stale,
        },
        ..Model::default()
    }
}

/// The decision that a file's entry stands for on a machine of so many threads: its own where it was measured on this class
/// of machine, derived again from the measurements where it comes from another, none where the body has changed.
///
/// `costs` are the machine's own while its helpers are awake; asked for only where the decision is derived.
#[must_use]
pub fn decided(
    entry: SiteEntry,
    freshness: Freshness,
    model: &Model,
    available: usize,
    costs: impl FnOnce() -> Costs,
) -> Option<SiteEntry> {
    match freshness {
        Freshness::Fresh => Some(entry),
        Freshness::Elsewhere => {
            let costs = costs();
            let longest = (entry.len[1] as usize).max(1);
            let (threads, _) = decide::best_width(longest, available.max(2), model, costs);
            let parallel_from = decide::crossover(available, model, costs).map(|from| from as u64);
            Some(SiteEntry { parallel_from, threads: threads as u32, ..entry })
        }
        Freshness::Scratch | Freshness::Stale => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::MachineProfile;
    use crate::tune::costs::Regime;

    fn decision(entry: &SiteEntry, freshness: Freshness, threads: usize) -> Option<SiteEntry> {
        let profile = MachineProfile::builtin("linux", threads);
        let costs = || Costs::of(&profile, Regime::Awake, threads);
        decided(entry.clone(), freshness, &model(entry, freshness, false), threads, costs)
    }

    #[test]
    fn a_decision_is_kept_where_it_was_measured_and_derived_anew_elsewhere() {
        let entry = SiteEntry {
            item_ns: 100.0,
            len: [10, 1_000_000],
            parallel_from: Some(7_777),
            threads: 2,
            ..SiteEntry::default()
        };
        assert_eq!(decision(&entry, Freshness::Fresh, 16), Some(entry.clone()));
        let elsewhere = decision(&entry, Freshness::Elsewhere, 16).unwrap();
        assert!(elsewhere.threads > 2 && elsewhere.parallel_from.is_some_and(|from| from < 7_777));
        assert_eq!(decision(&entry, Freshness::Elsewhere, 1).unwrap().parallel_from, None);
        assert_eq!(decision(&entry, Freshness::Stale, 16), None);
    }
}
