//! A report for programs: one object, the names are those of the tuned file and of `decisions()`, times are in ns.

use amorsize_runtime::store::Freshness;
use amorsize_runtime::tune::costs::Regime;
use serde_json::{Value, json};

use super::{Call, Report, Shares, Site};

/// The whole report.
pub(crate) fn values(report: &Report<'_>) -> Value {
    let Report { file, machine, ran, sites, untold } = report;
    let ran = ran.map(|ran| {
        json!({
            "command": ran.command, "failed": ran.failed, "processes": ran.processes,
            "optimised": ran.optimised, "machine": ran.machine, "threads": ran.threads,
        })
    });
    json!({
        "file": file, "machine": machine.label, "threads": machine.threads, "costs_from": machine.costs_from,
        "run": ran, "no_history": untold, "sites": sites.iter().map(site).collect::<Vec<_>>(),
    })
}

fn site(site: &Site<'_>) -> Value {
    let forecast = site.forecast.as_ref();
    json!({
        "site": site.key,
        "filed": site.filed,
        "pinned": forecast.is_none_or(|forecast| forecast.pin.is_some()),
        "measured_here": forecast.map(|forecast| forecast.freshness == Freshness::Fresh),
        "decision": forecast.map(|forecast| json!({
            "parallel_from": forecast.parallel_from, "threads": forecast.threads,
        })),
        "len": forecast.map(|forecast| forecast.entry.len),
        "flips_at": forecast.map(|forecast| json!({
            "awake": forecast.flips(Regime::Awake), "parked": forecast.flips(Regime::Parked),
        })),
        "call": site.call.as_ref().map(call),
        "speed_up": { "predicted": site.call.map(|call| call.speed_up()), "measured": site.measured },
        "measured_split": site.spent.as_ref().map(shares),
        "run": site.lived,
        "limits": site.limits,
        "lost": site.lost.iter().map(|(part, share)| json!({ "part": part, "share": share })).collect::<Vec<_>>(),
        "history": site.history,
    })
}

fn call(call: &Call) -> Value {
    json!({
        "len": call.len, "serial_ns": call.serial_ns, "predicted_ns": call.predicted_ns,
        "workers": call.workers, "split": call.shares.as_ref().map(shares),
    })
}

fn shares(shares: &Shares) -> Value {
    json!({
        "work_ns": shares.work_ns, "contention_ns": shares.contention_ns, "dispatch_ns": shares.dispatch_ns,
        "imbalance_ns": shares.imbalance_ns, "collection_ns": shares.collection_ns,
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::Told;
    use super::*;
    use expect_test::expect_file;

    /// Two digits of every number: the last ones are the machine's that runs the test.
    fn rounded(value: Value) -> Value {
        match value {
            Value::Number(number) if number.is_f64() => {
                let text = format!("{:.1e}", number.as_f64().unwrap_or_default());
                text.parse::<f64>().map_or(Value::Null, Value::from)
            }
            Value::Array(values) => values.into_iter().map(rounded).collect(),
            Value::Object(fields) => {
                Value::Object(fields.into_iter().map(|(name, value)| (name, rounded(value))).collect())
            }
            other => other,
        }
    }

    #[test]
    fn programs_see_every_fact() {
        let told = Told::new();
        let mut report = told.report();
        report.sites.retain(|site| site.key.contains("row_blur"));
        let text = serde_json::to_string_pretty(&rounded(values(&report))).unwrap();
        expect_file!["golden.json"].assert_eq(&(text + "\n"));
    }

    #[test]
    fn what_was_not_measured_is_null() {
        Told::unrun("bandwidth", |report| {
            let values = values(report);
            assert_eq!(values["run"], Value::Null);
            assert_eq!(values["no_history"], "the file was never committed");
            let site = &values["sites"][0];
            assert_eq!((&site["measured_split"], &site["run"]), (&Value::Null, &Value::Null));
            assert_eq!(site["speed_up"]["measured"], Value::Null);
            assert!(site["speed_up"]["predicted"].is_f64(), "{site}");
        });
    }
}
