//! Whether the program that a file belongs to gains from this machine, site by site. Pure.

use amorsize_runtime::store::Contents;
use amorsize_runtime::tune::costs::Regime;
use amorsize_runtime::tune::record::GAIN;
use serde::Serialize;

use super::compiled::{Compiled, Program};
use super::verdict::Verdict;
use crate::forecast::{Forecast, Machine};
use crate::limit::{self, Limit};

/// One site of the file on this machine.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Ready {
    pub(crate) site: String,
    /// Predicted serial / parallel time of the longest call seen; 1 where it stays serial.
    pub(crate) predicted_gain: f64,
    /// Bytes that the longest call moves, elements and results together; 0 where an item's size was not measured.
    pub(crate) bytes: f64,
    /// What limits it most.
    pub(crate) limit: Limit,
    /// What the compiler says of it; `None` where it was not asked.
    pub(crate) compiled: Option<Compiled>,
    pub(crate) verdict: Verdict,
}

/// A gain of less is not worth writing down, so it is none to deploy for.
const WORTHWHILE: f64 = 1.0 / GAIN;

/// Every site with measurements, by key; `room` is the memory that can still be allocated, and `program` what the compiler
/// says.
pub(crate) fn sites(
    contents: &Contents,
    machine: &Machine,
    room: Option<u64>,
    program: Option<&Program>,
) -> Vec<Ready> {
    let mut sites: Vec<_> = contents
        .sites
        .iter()
        .filter_map(|(key, listed)| Some(ready(&Forecast::of(key, listed, machine)?, room, program)))
        .collect();
    sites.sort_by(|a, b| a.site.cmp(&b.site));
    sites
}

fn ready(forecast: &Forecast<'_>, room: Option<u64>, program: Option<&Program>) -> Ready {
    let longest = forecast.longest();
    let parallel = forecast.parallel_from.is_some_and(|from| longest as u64 >= from);
    let gain = if parallel { forecast.split(longest.max(2), Regime::Awake).speed_up().max(1.0) } else { 1.0 };
    let bytes = forecast.entry.item_bytes * longest as f64;
    let limit = limit::limits(forecast)[0].limit;
    let full = room.is_some_and(|room| bytes > room as f64);
    let compiled = program.and_then(|program| program.entry(forecast.key));
    let verdict = match limit {
        _ if full => Verdict::NoGo,
        // What was measured is not what would run.
        _ if matches!(compiled, Some(Compiled::Changed | Compiled::No)) => Verdict::Caution,
        Limit::OneThread | Limit::TooSmall | Limit::Pinned => Verdict::Caution,
        _ if gain < WORTHWHILE => Verdict::Caution,
        _ => Verdict::Go,
    };
    Ready { site: forecast.key.to_owned(), predicted_gain: gain, bytes, limit, compiled, verdict }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::tests::contents;

    #[test]
    fn a_site_is_ready_where_it_gains_and_fits() {
        let contents = contents();
        let machine = Machine::labelled("x86_64-zen5-2", &contents).unwrap();
        let verdict = |name: &str, room| {
            let sites = sites(&contents, &machine, room, None);
            sites.into_iter().find(|site| site.site.contains(name)).unwrap().verdict
        };
        assert_eq!(verdict("row_blur", None), Verdict::Go);
        assert_eq!(verdict("row_blur", Some(1 << 20)), Verdict::NoGo);
        assert_eq!(verdict("too_small", None), Verdict::Caution);
        assert_eq!(verdict("pinned", None), Verdict::Caution);
    }
}
