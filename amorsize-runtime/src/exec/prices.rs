//! What regions cost in this process, by regime, as its own regions showed.
//!
//! Decides nothing: it is where `tune::prices` lives, with the clock that tells the regime.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use super::clock::Tick;
use super::invite;
use crate::config;
use crate::machine::MachineProfile;
use crate::store;
use crate::tune::costs::{Costs, Regime};
use crate::tune::prices::{Paid, Prices};

/// What was seen so far.
#[derive(Debug)]
struct Seen {
    /// When the last region of the process ended.
    last_end: Option<Tick>,
    prices: Prices,
}

fn seen() -> MutexGuard<'static, Seen> {
    static SEEN: LazyLock<Mutex<Seen>> = LazyLock::new(|| {
        // The file's table for this class of machine, where the mode reads a file.
        let reads = config::settings().mode.reads_file();
        let profile = if reads { store::profile() } else { MachineProfile::here() };
        Mutex::new(Seen { last_end: None, prices: Prices::new(profile) })
    });
    SEEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// When the last region of the process ended, µs on the engine's clock.
static LAST_END_US: AtomicUsize = AtomicUsize::new(0);

/// When the last region of the process ended, µs on the engine's clock; 0 before the first one.
pub(crate) fn last_end_us() -> usize {
    LAST_END_US.load(Ordering::Relaxed)
}

/// The regime that a call finds at `now`.
pub(crate) fn regime(now: Tick) -> Regime {
    if invite::inside() {
        Regime::Inside
    } else if !invite::pool_started() {
        Regime::Cold
    } else if invite::awake() {
        Regime::Awake
    } else {
        seen().last_end.map_or(Regime::Parked, |end| Regime::of_gap(now.ns_since(end) as u64))
    }
}

/// Today's prices in `regime` for regions of up to `width` threads.
pub(crate) fn costs(regime: Regime, width: usize) -> Costs {
    seen().prices.costs(regime, width)
}

/// The machine's own prices, whatever this process saw.
pub(crate) fn own(regime: Regime, width: usize) -> Costs {
    seen().prices.own(regime, width)
}

/// Takes what one region paid, which ended at `end`.
pub(crate) fn learn(regime: Regime, paid: &Paid, width: usize, end: Tick) {
    let mut seen = seen();
    seen.last_end = Some(end);
    LAST_END_US.store(end.us(), Ordering::Relaxed);
    seen.prices.learn(regime, paid, width);
}
