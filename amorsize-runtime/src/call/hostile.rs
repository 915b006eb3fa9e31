//! Whatever a file says of a site, its calls do what they did, on no more threads than there are.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, ThreadId};

use proptest::prelude::*;

use super::{Output, Tail, Way, choose};
use crate::config::Mode;
use crate::exec::work::Flow;
use crate::machine;
use crate::memory::{Memory, Visit};
use crate::spec::{Options, Spec};
use crate::store::{self, Freshness, Known};

static SPEC: Spec = Spec {
    part: "",
    signature: "",
    body: "000000000000",
    key: "hostile::f",
    file: "hostile.rs",
    line: 1,
    options: Options::NONE,
};

/// A number as a hostile hand would write it.
fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        (0_u32..20_000).prop_map(|number| number.to_string()),
        any::<f64>()
            .prop_filter("TOML has no such text", |number| number.is_finite())
            .prop_map(|n| format!("{n:e}")),
        prop::sample::select(vec![
            "nan", "inf", "-inf", "-0.0", "0", "1", "2", "\"3\"", "true", "[]", "[9, 1]", "{}"
        ])
        .prop_map(str::to_owned),
    ]
}

const ENTRY: [&str; 11] = [
    "item_bytes",
    "call_ns",
    "spread",
    "skew",
    "efficiency",
    "samples",
    "parallel_from",
    "threads",
    "chunk_us",
    "item_ns",
    "len",
];
const PIN: [&str; 4] = ["serial", "max_threads", "parallel_from", "chunk_size"];

/// Some of these fields with such numbers.
fn table(names: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::option::weighted(0.7, number()), names.len()).prop_map(|values| {
        let lines = names.iter().zip(values);
        lines.filter_map(|(name, value)| Some(format!("{name} = {}\n", value?))).collect()
    })
}

/// What a file of this text says of the site.
fn known(text: &str, freshness: Freshness) -> Known {
    let (contents, _) = store::parse(text).expect("it is TOML");
    let listed = contents.find("f").cloned().unwrap_or_default();
    Known { entry: listed.entry.map(|entry| (entry, freshness)), pin: listed.pin, listed: true }
}

/// Threads that worked on one call.
fn threads_of(way: Way, len: usize) -> Result<usize, TestCaseError> {
    let Way::Split(split) = way else { return Ok(1) };
    let visits: Vec<AtomicU32> = (0..len).map(|_| AtomicU32::new(0)).collect();
    let threads = Mutex::new(HashSet::<ThreadId>::new());
    let ran = split.run(
        0..len,
        1,
        Tail::Join,
        &|range| {
            threads.lock().unwrap_or_else(PoisonError::into_inner).insert(thread::current().id());
            for visit in &visits[range] {
                visit.fetch_add(1, Ordering::Relaxed);
            }
            Flow::Go
        },
        || (),
    );
    prop_assert!(ran.is_ok());
    prop_assert!(
        visits.iter().all(|visit| visit.load(Ordering::Relaxed) == 1),
        "every element is visited once"
    );
    Ok(threads.into_inner().unwrap_or_else(PoisonError::into_inner).len())
}

proptest! {
    #[test]
    fn any_file_changes_speed_only(
        entry in table(&ENTRY),
        pin in table(&PIN),
        freshness in prop::sample::select(vec![
            Freshness::Fresh, Freshness::Scratch, Freshness::Elsewhere, Freshness::Stale,
        ]),
        lens in prop::collection::vec(0_usize..5_000, 1..4),
        item_bytes in prop::sample::select(vec![0, 1, 8, 6_400, usize::MAX]),
    ) {
        let text = format!("version = 1\n[site.f]\nbody = \"000000000000\"\n{entry}\n[site.f.pin]\n{pin}");
        let memory = Memory::of(&SPEC, "hostile::f".to_owned(), known(&text, freshness), None);
        let most = machine::available().min(memory.limits.max_threads);
        // As many as there are cases.
        let memory: &'static Memory = Box::leak(Box::new(memory));
        let visit = Visit { memory, item_bytes };
        for len in lens {
            prop_assert!(threads_of(choose::frozen(visit, len, Output::InPlace, Mode::Frozen), len)? <= most);
            prop_assert!(threads_of(choose::learning(visit, len, Output::InPlace), len)? <= most);
        }
    }
}
