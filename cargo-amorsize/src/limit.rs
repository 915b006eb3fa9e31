//! What keeps a site from being faster, and what would help.
//!
//! It decides which limits apply to one site on one machine, the strongest first. A pure function of a forecast.

use amorsize_runtime::tune::costs::Regime;
use serde::Serialize;

use crate::forecast::{Forecast, Split};
use crate::units::{digits, grouped, percent, time, times};

/// A kind of limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Limit {
    /// A person wished it so.
    Pinned,
    /// There is one thread.
    OneThread,
    /// The whole work is shorter than what helpers cost.
    TooSmall,
    /// Helpers cost a good part of the call.
    Dispatch,
    /// Threads wait for memory.
    Bandwidth,
    /// Items differ so much that threads wait for the last chunk.
    Imbalance,
    /// Threads slow each other down: caches, locks, the allocator, shared memory.
    Contention,
    /// More threads are wanted than there are.
    Oversubscription,
    /// It is about as fast as so many threads can be.
    Threads,
}

impl Limit {
    /// As people call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Pinned => "pinned",
            Self::OneThread => "one thread",
            Self::TooSmall => "too small",
            Self::Dispatch => "dispatch",
            Self::Bandwidth => "bandwidth",
            Self::Imbalance => "imbalance",
            Self::Contention => "contention",
            Self::Oversubscription => "oversubscription",
            Self::Threads => "nothing but the number of threads",
        }
    }
}

/// A limit, the numbers that show it, and what would help.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Finding {
    pub(crate) limit: Limit,
    pub(crate) why: String,
    pub(crate) help: String,
}

fn finding(limit: Limit, why: String, help: impl Into<String>) -> Finding {
    Finding { limit, why, help: help.into() }
}

/// From this share of a call on, what is lost is worth a word.
const WORTH_A_WORD: f64 = 0.15;

/// Below this efficiency threads slow each other down.
const SLOWED: f64 = 0.8;

/// From this share of the machine's bandwidth on, memory is what threads wait for.
const SATURATED: f64 = 0.6;

/// So many chunks per thread even out items of any kind.
const EVEN: usize = 8;

/// What limits the site, the strongest first; never empty.
pub(crate) fn limits(forecast: &Forecast<'_>) -> Vec<Finding> {
    if let Some(only) = settled(forecast) {
        return vec![only];
    }
    let split = forecast.split(forecast.longest().max(2), Regime::Awake);
    let found = [slowed(forecast, &split), uneven(forecast, &split), dispatched(&split), crowded(forecast)];
    let found: Vec<_> = found.into_iter().flatten().collect();
    if !found.is_empty() {
        return found;
    }
    let why = format!(
        "{} on {} threads are predicted for its longest call",
        times(split.speed_up()),
        split.workers
    );
    vec![finding(Limit::Threads, why, "a machine with more cores, or less work per item")]
}

/// What leaves nothing else to say.
fn settled(forecast: &Forecast<'_>) -> Option<Finding> {
    let Forecast { pin, machine, .. } = forecast;
    if let Some(pin) = pin.filter(|pin| pin.serial) {
        let reason = pin.reason.as_ref().map_or_else(String::new, |reason| format!(": {reason}"));
        let why = format!("its `pin` in the file says `serial = true`{reason}");
        return Some(finding(Limit::Pinned, why, "remove the `pin` where its reason no longer holds"));
    }
    if forecast.width < 2 {
        let why = format!("{} has {} thread for it", machine.label, forecast.width);
        let help = "more than one CPU in quota and affinity (`cargo amorsize doctor` shows both)";
        return Some(finding(Limit::OneThread, why, help));
    }
    let longest = forecast.longest();
    let serial_ns = forecast.model.whole_ns() * longest as f64;
    let dispatch_ns = forecast.costs(Regime::Awake).dispatch_ns(2);
    let flips = forecast.would_flip(Regime::Awake);
    if flips.is_some_and(|from| longest < from) {
        let why = format!(
            "its longest call, {} items, takes {} serially; helpers alone cost {}",
            grouped(longest as u64),
            time(serial_ns),
            time(dispatch_ns)
        );
        return Some(finding(
            Limit::TooSmall,
            why,
            "longer calls: several slices in one, or annotate its caller",
        ));
    }
    (forecast.parallel_from.is_none() && forecast.entry.parallel_from.is_none()).then(|| never(forecast))
}

/// Parallel runs were tried, and none was a fifth faster.
fn never(forecast: &Forecast<'_>) -> Finding {
    let (limit, what) = match bandwidth(forecast) {
        Some((share, text)) if share >= SATURATED => (Limit::Bandwidth, text),
        _ => (
            Limit::Contention,
            "threads share something: memory, a lock, the allocator, or a core with another program"
                .to_owned(),
        ),
    };
    let why = format!("no parallel run on {} was a fifth faster than serial: {what}", forecast.entry.machine);
    finding(limit, why, "measure again on an idle machine: cargo amorsize tune --only NAME")
}

/// Share of the machine's bandwidth that all threads would take at the speed of one, and how to say it.
fn bandwidth(forecast: &Forecast<'_>) -> Option<(f64, String)> {
    let [_, all] = forecast.machine.profile.stream_gbs;
    let bytes = forecast.entry.item_bytes;
    let one = bytes / forecast.model.whole_ns().max(1e-3);
    let wanted = one * forecast.width as f64;
    (bytes > 0.0).then(|| {
        let text = format!(
            "an item moves {} bytes in {}, {} GB/s per thread; all cores share {} GB/s",
            digits(bytes),
            time(forecast.model.whole_ns()),
            digits(one),
            digits(all)
        );
        (wanted / all, text)
    })
}

/// Threads that slow each other down.
fn slowed(forecast: &Forecast<'_>, split: &Split) -> Option<Finding> {
    let efficiency = forecast.model.efficiency;
    if efficiency >= SLOWED || split.contention_ns < WORTH_A_WORD * split.parallel_ns {
        return None;
    }
    let slowed = format!("beside others a thread works at {} of its speed alone", percent(efficiency));
    Some(match bandwidth(forecast) {
        Some((share, text)) if share >= SATURATED => finding(
            Limit::Bandwidth,
            format!("{slowed}: {text}"),
            "smaller elements, or more work on each while it is in the cache (two passes in one)",
        ),
        _ => finding(
            Limit::Contention,
            format!("{slowed}: memory, a lock, atomics on one line or the allocator"),
            "one lock or allocation per part instead of per item, or `max_threads` where more only disturb",
        ),
    })
}

/// Items so different that threads wait for the last.
fn uneven(forecast: &Forecast<'_>, split: &Split) -> Option<Finding> {
    let (skew, longest) = (forecast.model.skew, forecast.longest());
    let few = longest < EVEN * split.workers;
    let waits = split.imbalance_ns >= WORTH_A_WORD * split.parallel_ns;
    (skew >= 2.0 && (few || waits)).then(|| {
        let why = format!(
            "the slowest chunk took {} the time of the mean, and a call has {} items for {} threads",
            times(skew),
            grouped(longest as u64),
            split.workers
        );
        finding(Limit::Imbalance, why, "the dearest items first, or more and smaller items")
    })
}

/// Helpers that cost a good part of the call.
fn dispatched(split: &Split) -> Option<Finding> {
    let share = split.dispatch_ns / split.parallel_ns.max(1.0);
    (share >= WORTH_A_WORD).then(|| {
        let why = format!(
            "of {} on {} threads, {} are spent on waking helpers and waiting for them",
            time(split.parallel_ns),
            split.workers,
            time(split.dispatch_ns)
        );
        finding(Limit::Dispatch, why, "longer or fewer calls; calls close together find helpers awake")
    })
}

/// A decision for more threads than there are.
fn crowded(forecast: &Forecast<'_>) -> Option<Finding> {
    let wanted = forecast.entry.threads as usize;
    (wanted > forecast.width).then(|| {
        let why = format!(
            "measured on {} with {wanted} threads; {} has {} for it",
            forecast.entry.machine, forecast.machine.label, forecast.width
        );
        finding(Limit::Oversubscription, why, "a larger quota; more threads than that would only take turns")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::{Machine, tests::contents};

    #[test]
    fn every_limit_is_told_by_its_numbers() {
        let contents = contents();
        for (name, label, expected) in [
            ("bandwidth", "x86_64-zen5-16", Limit::Bandwidth),
            ("contended", "x86_64-zen5-2", Limit::Contention),
            ("dispatched", "x86_64-zen5-2", Limit::Dispatch),
            ("never", "x86_64-zen5-2", Limit::Contention),
            ("oversubscribed", "x86_64-zen5-2", Limit::Oversubscription),
            ("pinned", "x86_64-zen5-2", Limit::Pinned),
            ("row_blur", "x86_64-zen5-2", Limit::Threads),
            ("row_blur", "x86_64-zen5-1", Limit::OneThread),
            ("too_small", "x86_64-zen5-2", Limit::TooSmall),
            ("uneven", "x86_64-zen5-2", Limit::Imbalance),
        ] {
            let machine = Machine::labelled(label, &contents).unwrap();
            let (key, listed) =
                contents.sites.iter().find(|(key, _)| key.starts_with(&format!("demo::{name}("))).unwrap();
            let found = limits(&Forecast::of(key, listed, &machine).unwrap());
            assert_eq!(found[0].limit, expected, "{key}: {found:?}");
        }
    }
}
