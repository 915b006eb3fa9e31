//! The line that says how a call was decided, for `AMORSIZE_LOG=explain`. Decides nothing.

use crate::digits::significant;
use crate::memory::Memory;
use crate::tune::costs::Regime;
use crate::tune::decide::{Decision, Plan};

/// One line on how a call was decided.
pub(super) fn line(memory: &Memory, len: usize, width: usize, regime: Regime, decision: &Decision) -> String {
    let Memory { key, .. } = memory;
    let Decision { plan, serial_ns, parallel_ns, workers } = *decision;
    let pool = match regime {
        Regime::Inside => "inside the pool",
        Regime::Awake => "pool awake",
        Regime::Recent => "pool just idle",
        Regime::Parked => "pool asleep",
        Regime::Cold => "pool not started",
    };
    let what = match plan {
        Plan::Whole => "serial",
        Plan::Watched if serial_ns == 0.0 => {
            return format!("{key}: {len} items, watched: nothing known ({pool})");
        }
        Plan::Watched => "serial, watched",
        Plan::Region => "parallel",
    };
    let (serial, parallel) = (significant(serial_ns / 1e3), significant(parallel_ns / 1e3));
    format!(
        "{key}: {len} items, {what}: serial {serial} µs against {parallel} µs on {workers} of {width} threads ({pool})"
    )
}
