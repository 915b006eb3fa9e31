use proptest::prelude::*;

use super::super::load::tests::likely_text;
use super::super::merge::Policy;
use super::super::model::SiteEntry;
use super::super::write::{News, apply};
use super::*;

fn entry(item_ns: u32) -> SiteEntry {
    SiteEntry {
        body: "b1".into(),
        machine: "m1".into(),
        item_ns: f64::from(item_ns),
        len: [1, 1_000],
        samples: 64,
        ..SiteEntry::default()
    }
}

fn file(sites: &[(&str, SiteEntry)]) -> String {
    let sites = sites.iter().map(|(key, entry)| ((*key).to_owned(), entry.clone())).collect();
    apply("", &News { sites, ..News::default() }, Policy::Committed, 0.0).expect("nothing is in the way")
}

fn joined(base: &str, ours: &str, theirs: &str) -> String {
    let Reconciled { text, undecided } = reconcile(base, ours, theirs).expect("three tuned files");
    assert_eq!(undecided, [""; 0], "{text}");
    assert_eq!(canonical(&text).as_deref(), Ok(text.as_str()));
    text
}

#[test]
fn what_one_side_changed_it_changed() {
    let base = file(&[("a", entry(10)), ("b", entry(20)), ("c", entry(30))]);
    let ours = file(&[("a", entry(11)), ("b", entry(20)), ("d", entry(40))]);
    let theirs = file(&[("a", entry(10)), ("b", entry(21)), ("c", entry(30)), ("e", entry(50))]);
    let all = file(&[("a", entry(11)), ("b", entry(21)), ("d", entry(40)), ("e", entry(50))]);
    assert_eq!(joined(&base, &ours, &theirs), all);
    assert_eq!(joined(&base, &theirs, &ours), all);
    assert_eq!(joined(&base, &base, &theirs), theirs);
    assert_eq!(joined(&base, &ours, &base), ours);
    assert_eq!(joined("", &ours, &ours), ours);
}

#[test]
fn measurements_that_both_changed_are_one_sides_and_whole() {
    type Edit = fn(&mut SiteEntry);
    let with = |edit: Edit| {
        let mut entry = entry(10);
        edit(&mut entry);
        entry
    };
    let cases: [(&str, Edit, Edit, Option<Edit>); 7] = [
        (
            "more samples",
            |e| (e.item_ns, e.samples, e.skew) = (14.0, 128, 2.0),
            |e| (e.item_ns, e.spread) = (6.0, 0.5),
            None,
        ),
        (
            "the function was edited there",
            |e| (e.body, e.samples) = ("b2".into(), 1),
            |e| (e.item_ns, e.samples) = (14.0, 4_096),
            None,
        ),
        (
            "edited on both sides",
            |e| (e.body, e.samples) = ("b2".into(), 8),
            |e| (e.body, e.samples) = ("b3".into(), 4),
            None,
        ),
        (
            "taken over for another machine",
            |e| (e.machine, e.samples) = ("m2".into(), 1),
            |e| (e.item_ns, e.samples) = (14.0, 128),
            None,
        ),
        (
            "edited and measured elsewhere",
            |e| (e.body, e.machine, e.samples) = ("b2".into(), "m2".into(), 16),
            |e| (e.body, e.samples) = ("b2".into(), 8),
            None,
        ),
        ("longer calls", |e| e.len = [1, 9_000], |e| e.samples = 128, Some(|e| e.samples = 128)),
        ("the same", |e| e.item_ns = 14.0, |e| e.item_ns = 14.0, None),
    ];
    for (what, one, other, expected) in cases {
        let file = |edit| file(&[("a", with(edit)), ("z", entry(1))]);
        let (base, one, other) = (file(|_| {}), file(one), file(other));
        let expected = expected.map_or_else(|| one.clone(), file);
        assert_eq!(joined(&base, &one, &other), expected, "{what}");
        assert_eq!(joined(&base, &other, &one), expected, "{what}, the other way round");
    }
}

#[test]
fn what_one_side_removed_and_the_other_measured_stays() {
    let base = file(&[("a", entry(10)), ("b", entry(10))]);
    let removed = file(&[("b", entry(10))]);
    let measured = file(&[("a", entry(20)), ("b", entry(10))]);
    assert_eq!(joined(&base, &removed, &measured), measured);
    assert_eq!(joined(&base, &measured, &removed), measured);
    assert_eq!(joined(&base, &base, &removed), removed);
}

#[test]
fn a_rename_carries_the_other_sides_measurement() {
    let base = file(&[("a::old", entry(10)), ("b", entry(10))]);
    let measured = file(&[("a::old", entry(20)), ("b", entry(10))]);
    let renamed = |item_ns| {
        let aliases = vec!["a::old".to_owned()];
        file(&[("a::new", SiteEntry { aliases, ..entry(item_ns) }), ("b", entry(10))])
    };
    assert_eq!(joined(&base, &renamed(10), &measured), renamed(20));
    assert_eq!(joined(&base, &measured, &renamed(10)), renamed(20));
}

const PINNED: &str = "version = 1

[site.\"a\"]
body = \"b1\"
machine = \"m1\"
item_ns = 10
samples = 64

# the box is shared
[site.\"a\".pin]
max_threads = 4 # at most
reason = \"decoder\"
";

#[test]
fn pins_are_joined_value_by_value() {
    let ours = PINNED.replace("max_threads = 4", "max_threads = 2");
    let theirs = PINNED.replace("\"decoder\"", "\"the decoder\"").replace("samples = 64", "samples = 128");
    let both = theirs.replace("max_threads = 4", "max_threads = 2");
    assert_eq!(joined(PINNED, &ours, &theirs), both);
    assert_eq!(joined(PINNED, &theirs, &ours), both);
    let unpinned = PINNED.split("\n# the box").next().expect("a beginning");
    assert_eq!(joined(unpinned, &theirs, unpinned), theirs);
    assert_eq!(joined(PINNED, unpinned, PINNED), unpinned);
}

#[test]
fn pins_that_both_changed_are_left_to_a_person() {
    let ours = PINNED.replace("max_threads = 4", "max_threads = 2");
    let theirs =
        PINNED.replace("max_threads = 4", "max_threads = 8").replace("samples = 64", "samples = 128");
    let Reconciled { text, undecided } = reconcile(PINNED, &ours, &theirs).expect("three tuned files");
    assert_eq!(undecided, ["the pin of a: `max_threads` is 2 on one side and 8 on the other"]);
    let expected = PINNED.replace("samples = 64", "samples = 128").replace(
        "max_threads = 4 # at most\n",
        "<<<<<<< ours\nmax_threads = 2 # at most\n=======\nmax_threads = 8\n>>>>>>> theirs\n",
    );
    assert_eq!(text, expected);
    // Once a person has decided, nothing else is left to do.
    assert_eq!(repair(&text).expect("markers in order").undecided, undecided);
    let kept = text.lines().filter(|line| !line.starts_with(['<', '=', '>']) && !line.ends_with("= 8"));
    let decided: String = kept.flat_map(|line| [line, "\n"]).collect();
    assert_eq!(repair(&decided).map(|repaired| repaired.text), Ok(decided));
}

#[test]
fn comments_and_unknown_keys_of_both_sides_stay() {
    let base = PINNED;
    let ours = base
        .replace("item_ns = 10", "# slow box\nitem_ns = 20 # by us\ncolour = \"blue\"")
        .replace("samples = 64", "samples = 65");
    let theirs = base
        .replace("item_ns = 10", "# idle box\nitem_ns = 12 # by them\nshape = [1, 2]")
        .replace("samples = 64", "samples = 512")
        .replace("# the box is shared\n", "")
        + "\n[later]\nx = 1\n# the end\n";
    let expected = base
        .replace("item_ns = 10", "# slow box\n# idle box\n# by us\nitem_ns = 12 # by them")
        .replace("samples = 64", "samples = 512\ncolour = \"blue\"\nshape = [1, 2]")
        .replace("# the box is shared\n", "")
        + "\n[later]\nx = 1\n# the end\n";
    assert_eq!(joined(base, &ours, &theirs), expected);
}

#[test]
fn calibrations_come_from_one_side() {
    let machine = |wake_us: u32, clock_ns: u32| {
        format!("version = 1\n\n[machine.\"m\"]\nclock_ns = {clock_ns}\nwake_us = {wake_us}\n")
    };
    assert_eq!(joined(&machine(9, 20), &machine(12, 24), &machine(7, 30)), machine(7, 30));
    assert_eq!(joined(&machine(9, 20), &machine(7, 30), &machine(12, 24)), machine(7, 30));
    assert_eq!(joined(&machine(9, 20), &machine(12, 20), &machine(9, 20)), machine(12, 20));
}

#[test]
fn what_cannot_be_joined_is_refused() {
    let good = file(&[("a", entry(10))]);
    let newer = good.replace("version = 1", "version = 2");
    for (base, ours, theirs) in [(&newer, &good, &good), (&good, &newer, &good), (&good, &good, &newer)] {
        assert!(matches!(reconcile(base, ours, theirs), Err(Unwritable::Refused(Refused::Newer(2)))));
    }
    let list = |x: u32| format!("{good}\n[[list]]\nx = {x}\n");
    let refused = reconcile(&list(1), &list(2), &list(3)).expect_err("nobody knows what a list means");
    assert_eq!(refused.to_string(), "both sides changed `list`");
}

#[test]
fn conflict_markers_are_repaired_in_every_style() {
    let base = file(&[("a", entry(10)), ("b", entry(20))]);
    let ours = file(&[("a", SiteEntry { samples: 128, ..entry(11) }), ("b", entry(20)), ("c", entry(1))]);
    let theirs = file(&[("a", entry(14)), ("b", entry(20)), ("d", entry(1))]);
    let expected = file(&[
        ("a", SiteEntry { samples: 128, ..entry(11) }),
        ("b", entry(20)),
        ("c", entry(1)),
        ("d", entry(1)),
    ]);
    let after = |text: &str, from: &str| {
        text.split_once(from).map(|(_, after)| after.to_owned()).expect("it is there")
    };
    let head = base.split("[site.").next().expect("a beginning");
    let [base, ours, theirs] = [&base, &ours, &theirs].map(|text| after(text, head));
    let (middle, end) = ("=======", ">>>>>>> theirs");
    let merge = format!("{head}<<<<<<< HEAD\n{ours}{middle}\n{theirs}{end}\n");
    let diff3 = format!("{head}<<<<<<< HEAD\n{ours}||||||| 12ab\n{base}{middle}\n{theirs}{end}\n");
    for text in [merge, diff3] {
        assert_eq!(
            load::parse(&text).map(drop).map_err(|why| matches!(why, Refused::Conflict(_))),
            Err(true)
        );
        assert_eq!(repair(&text), Ok(Reconciled { text: expected.clone(), undecided: vec![] }));
    }
}

/// One side's edits: sites measured again, added, removed and pinned.
fn edited(base: &[(String, SiteEntry)], edits: &[(usize, u8, u32)], side: &str) -> String {
    let mut sites: std::collections::BTreeMap<String, SiteEntry> = base.iter().cloned().collect();
    let mut pins = String::new();
    for &(at, what, number) in edits {
        let key = &base[at % base.len()].0;
        match what {
            0 => drop(sites.remove(key)),
            1 => drop(sites.insert(format!("{key}::{side}{number}"), entry(number + 1))),
            2 => pins = format!("\n[site.\"pinned::{side}\".pin]\nmax_threads = {}\n", number + 1),
            _ => drop(sites.insert(
                key.clone(),
                SiteEntry { samples: u64::from(number), body: format!("b{}", what % 3), ..entry(number + 1) },
            )),
        }
    }
    let text =
        apply("", &News { sites, ..News::default() }, Policy::Committed, 0.0).expect("nothing is in the way");
    canonical(&(text + &pins)).expect("a tuned file")
}

proptest! {
    #[test]
    fn measurements_never_conflict_and_it_does_not_matter_who_merges(
        ours in prop::collection::vec((0usize..12, 0u8..9, 0u32..99), 0..6),
        theirs in prop::collection::vec((0usize..12, 0u8..9, 0u32..99), 0..6),
    ) {
        let base: Vec<_> = (0..12).map(|at| (format!("crate::f{at}"), entry(at + 40))).collect();
        let (ours, theirs, base) = (edited(&base, &ours, "o"), edited(&base, &theirs, "t"), edited(&base, &[], ""));
        let merged = joined(&base, &ours, &theirs);
        prop_assert_eq!(&joined(&base, &theirs, &ours), &merged);
        // Every entry is that of a side, and nothing that a side alone has changed is lost.
        let [base, ours, theirs, merged] = [&base, &ours, &theirs, &merged].map(|text| load::parse(text).unwrap().0);
        for (key, listed) in &merged.sites {
            prop_assert!([&ours, &theirs].iter().any(|side| side.sites.get(key) == Some(listed)), "{key}");
        }
        for (side, other) in [(&ours, &theirs), (&theirs, &ours)] {
            for (key, listed) in &side.sites {
                if base.sites.get(key) != Some(listed) && other.sites.get(key) == base.sites.get(key) {
                    prop_assert_eq!(merged.sites.get(key), Some(listed));
                }
            }
        }
    }

    #[test]
    fn any_three_texts_are_joined_into_one_that_is_read_or_refused(
        base in likely_text(), ours in likely_text(), theirs in likely_text(),
    ) {
        let Ok(merged) = reconcile(&base, &ours, &theirs) else { return Ok(()) };
        if merged.undecided.is_empty() {
            prop_assert_eq!(canonical(&merged.text), Ok(merged.text.clone()), "{}", merged.text);
        } else {
            prop_assert!(matches!(load::parse(&merged.text), Err(Refused::Conflict(_))), "{}", merged.text);
            prop_assert_eq!(merged.text.matches("\n<<<<<<< ours\n").count(), merged.undecided.len());
        }
    }

    #[test]
    fn any_text_with_markers_is_repaired_or_refused(
        lines in prop::collection::vec(prop_oneof![
            Just("<<<<<<< a".to_owned()), Just("||||||| b".to_owned()), Just("=======".to_owned()),
            Just(">>>>>>> c".to_owned()), likely_text(), Just("# why".to_owned()),
        ], 0..9),
    ) {
        if let Ok(repaired) = repair(&lines.join("\n")) {
            prop_assert!(!repaired.undecided.is_empty() || load::parse(&repaired.text).is_ok());
        }
    }
}
