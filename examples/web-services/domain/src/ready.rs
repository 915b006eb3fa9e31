//! Decides whether a service should be sent requests: pure, from evidence that is gathered once.
//!
//! A site that gains nothing from threads does not make a service unready: its answers are right and no slower than serial.

use amorsize::{Decisions, SiteDecision};
use serde::Serialize;
use sysinfo::{MemoryRefreshKind, System};

use crate::options::Common;
use crate::places::Places;

/// What the service asks of one annotated function at most.
#[derive(Clone, Copy, Debug)]
pub struct Demand {
    /// The function's path, as in the tuned file up to the parenthesis: `axum_orders::pricing::price`.
    pub function: &'static str,
    /// Items in the largest request that is accepted.
    pub most_items: usize,
    /// Memory that the input and the result of one item take, bytes.
    pub item_bytes: usize,
}

/// What the verdict is made from.
#[derive(Clone, Debug)]
pub struct Evidence<'a> {
    /// What amorsize has decided in this process.
    pub decisions: &'a Decisions,
    /// What is asked of each function.
    pub demands: &'a [Demand],
    /// Requests that compute at the same time.
    pub regions: usize,
    /// What the requests that are taken may bring together, bytes.
    pub held_bytes: usize,
    /// What [`free_bytes`] says.
    pub free_bytes: Option<u64>,
    /// What [`load`] says.
    pub load: Option<f64>,
    /// Load per thread from which the service is not ready.
    pub max_load: f64,
    /// What the service knows of itself, such as whether its database answers.
    pub own: Vec<Check>,
}

/// One thing that must hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Its name, such as `memory`.
    pub name: &'static str,
    /// Whether it holds.
    pub ok: bool,
    /// The numbers behind it.
    pub detail: String,
}

/// What is known of one annotated function.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SiteReadiness {
    /// The function's path.
    pub function: &'static str,
    /// Whether its site is in this program. A function that would be wrong to split does not compile, so a site that was
    /// called is safe.
    pub compiled_safe: bool,
    /// Whether it started from a tuned file.
    pub warm: bool,
    /// Serial time / parallel time as predicted for the longest call so far; 1 where serial is decided.
    pub predicted_gain: f64,
    /// Memory for the largest request, bytes.
    pub needs_bytes: u64,
}

/// The verdict, and what it was made from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Readiness {
    /// Whether requests should be sent here.
    pub ready: bool,
    /// Everything that must hold.
    pub checks: Vec<Check>,
    /// Each annotated function.
    pub sites: Vec<SiteReadiness>,
}

/// Memory that the process may still take, bytes, the container's limit counted; `None` where the system does not tell.
#[must_use]
pub fn free_bytes() -> Option<u64> {
    let mut system = System::new().ok()?;
    system.refresh_memory_specifics(MemoryRefreshKind::nothing().with_ram());
    let here = system.available_memory();
    Some(system.cgroup_limits().map_or(here, |limits| limits.free_memory.min(here)))
}

/// Processes that wanted to run, average of the last minute; `None` where the system does not tell.
#[must_use]
pub fn load() -> Option<f64> {
    System::load_average().ok().map(|load| load.one)
}

/// The verdict on this process at this moment.
#[must_use]
pub fn here(common: &Common, places: &Places, demands: &[Demand], mut own: Vec<Check>) -> Readiness {
    let decisions = amorsize::decisions();
    own.push(places.check());
    verdict(&Evidence {
        decisions: &decisions,
        demands,
        regions: common.regions(decisions.threads),
        held_bytes: common.max_held_bytes,
        free_bytes: free_bytes(),
        load: load(),
        max_load: common.max_load,
        own,
    })
}

/// Decides whether requests should be sent here: all sites compiled, memory for as many of the largest requests as compute at
/// once and for what others have sent, load below the limit, and what the service itself checks.
#[must_use]
pub fn verdict(evidence: &Evidence<'_>) -> Readiness {
    let sites: Vec<_> = evidence.demands.iter().map(|demand| site(demand, evidence.decisions)).collect();
    let mut checks =
        vec![compiled(&sites, evidence.decisions), enough_memory(&sites, evidence), calm(evidence)];
    checks.extend(evidence.own.iter().cloned());
    Readiness { ready: checks.iter().all(|check| check.ok), checks, sites }
}

fn site(demand: &Demand, decisions: &Decisions) -> SiteReadiness {
    let of_function = |site: &&SiteDecision| path(&site.site) == demand.function;
    let found: Vec<_> = decisions.sites.iter().filter(of_function).collect();
    SiteReadiness {
        function: demand.function,
        compiled_safe: !found.is_empty(),
        warm: !found.is_empty() && found.iter().all(|site| site.warm),
        predicted_gain: found.iter().map(|site| site.predicted_speed_up).fold(1.0, f64::max),
        needs_bytes: (demand.most_items as u64).saturating_mul(demand.item_bytes as u64),
    }
}

/// The function's path in a site's key: `a::b` of `a::b<T>(&[T]) -> U` and of `a::b.mean(&[T]) -> U`.
fn path(key: &str) -> &str {
    key.split(['(', '<', '.']).next().unwrap_or(key)
}

fn compiled(sites: &[SiteReadiness], decisions: &Decisions) -> Check {
    // In this mode the functions run as written, and nothing is kept of them.
    let off = decisions.mode == "off";
    let missing: Vec<_> = sites.iter().filter(|site| !site.compiled_safe).map(|site| site.function).collect();
    let detail = match (off, missing.is_empty()) {
        (true, _) => "mode off: every function runs as written".to_owned(),
        (false, true) => format!("{} of {} sites compiled safe", sites.len(), sites.len()),
        (false, false) => format!("never called, so not known to be safe: {}", missing.join(", ")),
    };
    Check { name: "sites", ok: off || missing.is_empty(), detail }
}

fn enough_memory(sites: &[SiteReadiness], evidence: &Evidence<'_>) -> Check {
    let largest = sites.iter().map(|site| site.needs_bytes).max().unwrap_or(0);
    let computing = largest.saturating_mul(evidence.regions as u64);
    let needed = computing.saturating_add(evidence.held_bytes as u64);
    let free = evidence.free_bytes.map_or_else(|| "unknown".to_owned(), |free| format!("{} MiB", free >> 20));
    let detail = format!(
        "{} MiB for {} of the largest requests at once, {} MiB for what others have sent, free: {free}",
        computing >> 20,
        evidence.regions,
        evidence.held_bytes >> 20,
    );
    Check { name: "memory", ok: evidence.free_bytes.is_none_or(|free| needed <= free), detail }
}

fn calm(evidence: &Evidence<'_>) -> Check {
    let Some(load) = evidence.load else {
        return Check { name: "load", ok: true, detail: "the system does not tell".to_owned() };
    };
    let per_thread = load / evidence.decisions.threads.max(1) as f64;
    let detail = format!("{per_thread:.2} per thread, at most {:.2}", evidence.max_load);
    Check { name: "load", ok: per_thread <= evidence.max_load, detail }
}

#[cfg(test)]
mod tests {
    use super::{Check, Demand, Evidence, path, verdict};

    #[amorsize::parallelize]
    fn squares(xs: &[u64]) -> Vec<u64> {
        xs.iter().map(|x| x * x).collect()
    }

    const CALLED: Demand =
        Demand { function: "domain::ready::tests::squares", most_items: 1 << 20, item_bytes: 16 };
    const NEVER_CALLED: Demand = Demand { function: "domain::ready::tests::cubes", ..CALLED };

    #[test]
    fn each_condition_alone_makes_a_service_unready() {
        assert_eq!(squares(&[3]), [9]);
        let decisions = amorsize::decisions();
        let good = Evidence {
            decisions: &decisions,
            demands: &[CALLED],
            regions: 2,
            held_bytes: 8 << 20,
            free_bytes: Some(40 << 20),
            load: Some(0.5),
            max_load: 4.0,
            own: vec![Check { name: "database", ok: true, detail: String::new() }],
        };
        assert!(verdict(&good).ready, "{:?}", verdict(&good));

        let down = vec![Check { name: "database", ok: false, detail: String::new() }];
        let table = [
            ("sites", Evidence { demands: &[CALLED, NEVER_CALLED], ..good.clone() }),
            ("memory", Evidence { free_bytes: Some((40 << 20) - 1), ..good.clone() }),
            ("load", Evidence { load: Some(4.1 * decisions.threads as f64), ..good.clone() }),
            ("database", Evidence { own: down, ..good.clone() }),
        ];
        for (name, evidence) in table {
            let verdict = verdict(&evidence);
            let failed: Vec<_> =
                verdict.checks.iter().filter(|check| !check.ok).map(|check| check.name).collect();
            assert_eq!((verdict.ready, failed), (false, vec![name]));
        }
    }

    #[test]
    fn a_key_is_cut_to_the_path_of_its_function() {
        for (key, function) in
            [("a::b(&[u8]) -> u8", "a::b"), ("a::b<T>(&[T])", "a::b"), ("a::b.mean(&[T])", "a::b")]
        {
            assert_eq!(path(key), function);
        }
    }
}
