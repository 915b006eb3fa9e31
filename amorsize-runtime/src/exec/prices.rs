//! What regions cost in this process, by regime, as its own regions showed.
//!
//! Decides nothing: it is the memory behind `tune::costs::Costs`.

use std::sync::{Mutex, PoisonError};

use super::clock::Tick;
use super::invite;
use crate::tune::costs::{Costs, Regime};

/// What was seen so far.
#[derive(Debug)]
struct Seen {
    /// When the last region of the process ended.
    last_end: Option<Tick>,
    /// First helper's arrival by regime, ns; 0 where nothing was seen.
    arrive_ns: [f64; Regime::COUNT],
}

static SEEN: Mutex<Seen> = Mutex::new(Seen { last_end: None, arrive_ns: [0.0; Regime::COUNT] });

fn seen() -> std::sync::MutexGuard<'static, Seen> {
    SEEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The regime that a call finds at `now`.
pub(crate) fn regime(now: Tick) -> Regime {
    if invite::pool::inside() {
        Regime::Inside
    } else if !invite::pool_started() {
        Regime::Cold
    } else {
        seen().last_end.map_or(Regime::Parked, |end| Regime::of_gap(now.ns_since(end) as u64))
    }
}

/// Today's prices in `regime` for regions of up to `width` threads.
pub(crate) fn costs(regime: Regime, width: usize) -> Costs {
    let built_in = Costs::built_in(regime, width);
    let arrive_ns = seen().arrive_ns[regime as usize];
    if arrive_ns > 0.0 { Costs { arrive_ns, ..built_in } } else { built_in }
}

/// Takes what one region saw: when the first helper came, or that none had come after `lasted_ns`.
pub(crate) fn learn(regime: Regime, arrival_ns: Option<f64>, lasted_ns: f64, width: usize, end: Tick) {
    let mut seen = seen();
    seen.last_end = Some(end);
    let known = &mut seen.arrive_ns[regime as usize];
    if *known <= 0.0 {
        *known = Costs::built_in(regime, width).arrive_ns;
    }
    // A region that ended before anybody came tells only that it takes at least so long.
    let sample = arrival_ns.unwrap_or_else(|| lasted_ns.max(*known));
    *known += 0.125 * (sample.clamp(*known / 4.0, *known * 4.0) - *known);
    *known = known.clamp(500.0, 5_000_000.0);
}
