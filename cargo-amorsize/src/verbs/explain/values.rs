//! An explanation for programs: the names are those of the tuned file, times are in ns.

use amorsize_runtime::store::Freshness;
use amorsize_runtime::tune::costs::Regime;
use amorsize_runtime::tune::decide::{MARGIN, Plan};
use serde_json::{Value, json};

use crate::forecast::Forecast;
use crate::limit;

/// The whole explanation; `len` is a length that was asked for.
pub(super) fn of(forecast: &Forecast<'_>, len: Option<usize>) -> Value {
    let Forecast { key, machine, entry, model, pin, .. } = forecast;
    let flips = |regime| forecast.flips(regime);
    json!({
        "site": key,
        "machine": machine.label,
        "threads": forecast.width,
        "costs_from": machine.costs_from,
        "measured_here": forecast.freshness == Freshness::Fresh,
        "pinned": pin.is_some(),
        "decision": { "parallel_from": forecast.parallel_from, "threads": forecast.threads },
        "margin": MARGIN,
        "flips_at": {
            "awake": flips(Regime::Awake), "recent": flips(Regime::Recent),
            "parked": flips(Regime::Parked), "cold": flips(Regime::Cold),
        },
        "measured": {
            "item_ns": entry.item_ns, "item_bytes": entry.item_bytes, "spread": entry.spread,
            "skew": entry.skew, "efficiency": entry.efficiency, "len": entry.len,
            "samples": entry.samples, "machine": entry.machine, "bias": model.bias,
        },
        "costs": {
            "clock_ns": machine.profile.clock_ns, "claim_ns": machine.profile.claim_ns,
            "wake_us": machine.profile.wake_us, "wake_us_per_worker": machine.profile.wake_us_per_worker,
            "stream_gbs": machine.profile.stream_gbs,
            "dispatch_awake_ns": forecast.costs(Regime::Awake).dispatch_ns(2),
            "dispatch_parked_ns": forecast.costs(Regime::Parked).dispatch_ns(2),
        },
        "longest": call(forecast, forecast.longest()),
        "asked": len.map(|len| call(forecast, len)),
        "limits": limit::limits(forecast),
    })
}

/// One call with helpers awake.
fn call(forecast: &Forecast<'_>, len: usize) -> Value {
    let decision = forecast.decision(len, Regime::Awake);
    let plan = match decision.plan {
        Plan::Region => "parallel",
        Plan::Watched => "watched",
        Plan::Whole => "serial",
    };
    json!({
        "len": len, "plan": plan, "serial_ns": decision.serial_ns, "parallel_ns": decision.parallel_ns,
        "workers": decision.workers, "split": forecast.split(len, Regime::Awake),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::{Machine, tests::contents};
    use crate::named;

    #[test]
    fn programs_see_the_decision_and_every_number() {
        let (file, contents) = (named::tests::file(), contents());
        let machine = Machine::labelled("x86_64-zen5-2", &contents).unwrap();
        let key = named::site("row_blur", &file).unwrap();
        let forecast = Forecast::of(key, &contents.sites[key], &machine).unwrap();
        let values = of(&forecast, Some(1_000_000));
        assert_eq!(values["decision"]["parallel_from"], 2_300);
        assert_eq!(values["costs_from"], "machine-table");
        assert_eq!(values["asked"]["plan"], "parallel");
        assert_eq!(values["limits"][0]["limit"], "threads");
        assert_eq!(values["flips_at"]["awake"].as_u64(), forecast.flips(Regime::Awake).map(|from| from as u64));
    }
}
