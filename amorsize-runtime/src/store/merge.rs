//! Which of two entries for one site stays.
//!
//! It decides what a new measurement changes in an entry that a file holds: nothing, single values, or all of it. It
//! does not know how either is written.

use std::cmp::Ordering;

use super::canon::Field;
use super::model::{MachineEntry, SiteEntry};

/// Which kind of file the entries are in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Policy {
    /// A reviewed file that several machines record into: an entry of another machine stays while its body does.
    Committed,
    /// This machine's own notes.
    Scratch,
}

/// What becomes of the entry in the file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Change {
    /// It stays as it is, byte by byte.
    Keep,
    /// These values are written from the entry given; the others stay as they are.
    Values(Vec<Field>, SiteEntry),
    /// Every value is written from the entry given.
    Replace(SiteEntry),
}

/// A value is rewritten if it moved by more than this part of itself. Re-tuning unchanged code at 5 % noise then
/// changes 0.1 % of the entries, against 79 % with rounding alone.
const MOVED: f64 = 0.25;

/// An entry with fewer samples does not displace one with at least so many: the second flush of a site is at 8.
const TRUSTED: u64 = 8;

/// What a new measurement does to the entry that the file holds.
pub(crate) fn merge(old: Option<&SiteEntry>, new: &SiteEntry, policy: Policy) -> Change {
    let Some(old) = old else { return Change::Replace(new.clone()) };
    let mut new = new.clone();
    // An alias is a promise to programs built from older sources; forgetting one is a person's decision.
    let added: Vec<String> = new.aliases.drain(..).filter(|alias| !old.aliases.contains(alias)).collect();
    new.aliases = old.aliases.iter().cloned().chain(added).collect();

    if old.body != new.body || (old.machine != new.machine && policy == Policy::Scratch) {
        return Change::Replace(new);
    }
    if old.machine != new.machine || (new.samples < TRUSTED && new.samples < old.samples) {
        return Change::Keep;
    }
    new.len = [old.len[0].min(new.len[0]), old.len[1].max(new.len[1])];
    let moved = |field: &Field| moved(*field, old, &new);
    let samples = |field: &Field| *field == Field::Samples;
    let mut fields: Vec<Field> =
        Field::ALL.into_iter().filter(|field| !samples(field) && moved(field)).collect();
    // A shorter run that found the same is no news; a longer one is more to trust.
    if moved(&Field::Samples) && (new.samples > old.samples || !fields.is_empty()) {
        fields.push(Field::Samples);
    }
    if fields.is_empty() { Change::Keep } else { Change::Values(fields, new) }
}

/// One of two versions of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Ours,
    Theirs,
}

/// Which of two entries stays that both sides of a merge changed; the same one whichever side it is on.
///
/// The side that changed the function knows what it costs now. Where neither did, another machine in an entry means that
/// somebody took it over on purpose, since recording alone never does. Then the one with more samples stays.
pub(crate) fn newer(base: Option<&SiteEntry>, ours: &SiteEntry, theirs: &SiteEntry) -> Side {
    let unlike_base = |of: fn(&SiteEntry) -> &str| -> Option<Side> {
        let base = of(base?);
        match (of(ours) == base, of(theirs) == base) {
            (true, false) => Some(Side::Theirs),
            (false, true) => Some(Side::Ours),
            _ => None,
        }
    };
    let by_samples = || match ours.samples.cmp(&theirs.samples) {
        Ordering::Greater => Some(Side::Ours),
        Ordering::Less => Some(Side::Theirs),
        Ordering::Equal => None,
    };
    // Any rule will do now, but it must not depend on who merges.
    let by_text = || if format!("{ours:?}") <= format!("{theirs:?}") { Side::Ours } else { Side::Theirs };
    let same_body = ours.body == theirs.body && base.is_some_and(|base| base.body == ours.body);
    unlike_base(|entry| &entry.body)
        .or_else(|| unlike_base(|entry| &entry.machine).filter(|_| same_body))
        .or_else(by_samples)
        .unwrap_or_else(by_text)
}

/// Which of two calibrations of one machine stays: whatever else ran made things slower, never faster.
pub(crate) fn calmer(ours: &MachineEntry, theirs: &MachineEntry) -> Side {
    match ours.wake_us.total_cmp(&theirs.wake_us) {
        Ordering::Less => Side::Ours,
        Ordering::Equal if format!("{ours:?}") <= format!("{theirs:?}") => Side::Ours,
        Ordering::Greater | Ordering::Equal => Side::Theirs,
    }
}

fn moved(field: Field, old: &SiteEntry, new: &SiteEntry) -> bool {
    // Below these absolute moves noise is all there is: a spread of 0.02 after one of 0.08, or a call that costs 30 ns
    // besides its items after one that costs 10.
    let floor = match field {
        Field::Spread => 0.1,
        Field::CallNs => 100.0,
        Field::Aliases => return old.aliases != new.aliases,
        _ => 0.0,
    };
    let (old, new) = (field.numbers(old), field.numbers(new));
    old.len() != new.len() || old.iter().zip(&new).any(|(old, new)| far(*old, *new, floor))
}

fn far(old: f64, new: f64, floor: f64) -> bool {
    (new - old).abs() > (MOVED * old).max(floor)
}

/// Whether a new calibration of a machine says anything else than the one in the file.
pub(crate) fn calibration_moved(old: &MachineEntry, new: &MachineEntry) -> [bool; 6] {
    let any = |old: [f64; 2], new: [f64; 2]| far(old[0], new[0], 0.0) || far(old[1], new[1], 0.0);
    [
        far(old.clock_ns, new.clock_ns, 0.0),
        far(old.claim_ns, new.claim_ns, 0.0),
        far(old.wake_us, new.wake_us, 0.0),
        far(old.wake_us_per_worker, new.wake_us_per_worker, 0.0),
        far(old.step_ns, new.step_ns, 0.0),
        any(old.stream_gbs, new.stream_gbs),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> SiteEntry {
        SiteEntry {
            body: "b1".into(),
            machine: "m1".into(),
            item_ns: 40.0,
            spread: 0.08,
            len: [4_000, 100_000],
            samples: 64,
            parallel_from: Some(2_000),
            threads: 2,
            ..SiteEntry::default()
        }
    }

    #[test]
    fn what_a_measurement_changes() {
        use Policy::{Committed, Scratch};
        type Edit = fn(&mut SiteEntry);
        let cases: [(&str, Edit, Policy, Option<&[Field]>); 16] = [
            ("nothing", |_| {}, Committed, Some(&[])),
            ("within a quarter up", |e| e.item_ns = 50.0, Committed, Some(&[])),
            ("within a quarter down", |e| e.item_ns = 30.0, Committed, Some(&[])),
            ("more than a quarter", |e| e.item_ns = 51.0, Committed, Some(&[Field::ItemNs])),
            ("a small spread", |e| e.spread = 0.01, Committed, Some(&[])),
            ("a large spread", |e| e.spread = 0.3, Committed, Some(&[Field::Spread])),
            ("a small cost per call", |e| e.call_ns = 90.0, Committed, Some(&[])),
            ("never pays", |e| e.parallel_from = None, Committed, Some(&[Field::ParallelFrom])),
            ("lengths inside", |e| e.len = [5_000, 6_000], Committed, Some(&[])),
            ("longer", |e| e.len = [50_000, 200_000], Committed, Some(&[Field::Len])),
            ("more samples", |e| e.samples = 512, Committed, Some(&[Field::Samples])),
            ("fewer samples that say the same", |e| e.samples = 9, Committed, Some(&[])),
            ("too few samples", |e| (e.samples, e.item_ns) = (1, 400.0), Committed, Some(&[])),
            (
                "another machine, committed",
                |e| (e.machine, e.item_ns) = ("m2".into(), 1.0),
                Committed,
                Some(&[]),
            ),
            ("another machine, scratch", |e| e.machine = "m2".into(), Scratch, None),
            (
                "another body and machine",
                |e| (e.body, e.machine) = ("b2".into(), "m2".into()),
                Committed,
                None,
            ),
        ];
        for (what, edit, policy, expected) in cases {
            let mut new = entry();
            edit(&mut new);
            match (merge(Some(&entry()), &new, policy), expected) {
                (Change::Keep, Some([])) => {}
                (Change::Values(fields, _), Some(expected)) => assert_eq!(fields, expected, "{what}"),
                (Change::Replace(merged), None) => assert_eq!(merged, new, "{what}"),
                (other, _) => panic!("{what}: {other:?}"),
            }
        }
        assert_eq!(merge(None, &entry(), Committed), Change::Replace(entry()));
    }

    #[test]
    fn lengths_seen_add_up_and_aliases_stay() {
        let old = SiteEntry { aliases: vec!["a::old".into()], ..entry() };
        let Change::Values(fields, merged) =
            merge(Some(&old), &SiteEntry { len: [10, 5_000], ..entry() }, Policy::Committed)
        else {
            panic!("shorter lengths are news")
        };
        assert_eq!((fields, merged.len), (vec![Field::Len], [10, 100_000]));
        let Change::Replace(merged) =
            merge(Some(&old), &SiteEntry { body: "b2".into(), ..entry() }, Policy::Committed)
        else {
            panic!("a new body is new")
        };
        assert_eq!(merged.aliases, ["a::old"]);
    }
}
