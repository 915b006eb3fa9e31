use std::fs;
use std::path::PathBuf;

use super::*;

const HERE: &str = "x86_64-test-2";

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join(FILE_NAME)
    }

    fn scratch(&self) -> PathBuf {
        self.folder.path().join("amorsize/release.toml")
    }

    fn places(&self) -> Places {
        Places { file: Some(self.file()), scratch: Some(self.scratch()), ..Places::default() }
    }

    fn open(&self, mode: Mode) -> Store {
        Store::open(&self.places(), mode, || HERE, Profile::Release)
    }

    fn holding(text: &str) -> Self {
        let place = Self::new();
        fs::write(place.file(), text).expect("written");
        place
    }
}

fn entry(body: &str, item_ns: f64) -> SiteEntry {
    SiteEntry {
        body: body.into(),
        item_ns,
        len: [1, 1_000_000],
        samples: 64,
        parallel_from: Some(500),
        threads: 2,
        ..SiteEntry::default()
    }
}

#[test]
fn what_is_recorded_is_known_to_the_next_process() {
    let place = Place::new();
    let store = place.open(Mode::Record);
    assert_eq!(store.lookup("a::f", "b1"), Known::default());
    store.note("a::f", entry("b1", 50.0));
    store.note("a::g", entry("b2", 70.0));
    store.flush();
    assert_eq!((store.status().writable, store.status().state), (Some(true), FileState::NotFound));
    assert_eq!(store.status().to_string(), format!("{} (written by this run)", place.file().display()));
    assert!(!place.scratch().exists());

    let next = place.open(Mode::Frozen);
    let known = next.lookup("a::f", "b1");
    let expected = SiteEntry { machine: HERE.into(), ..entry("b1", 50.0) };
    assert_eq!(known.entry, Some((expected, Freshness::Fresh)));
    assert_eq!(next.lookup("a::g", "changed").entry.map(|(_, freshness)| freshness), Some(Freshness::Stale));
    let elsewhere =
        Store::open(&place.places(), Mode::Auto, || "other", Profile::Release).lookup("a::f", "b1");
    assert_eq!(elsewhere.entry.map(|(_, freshness)| freshness), Some(Freshness::Elsewhere));
    assert_eq!(next.status().sites, 2);
    assert_eq!(next.status().to_string(), format!("{} (2 entries, version 1)", place.file().display()));
}

#[test]
fn only_modes_that_write_write_and_only_where_they_may() {
    for (mode, profile, tuned, scratch) in [
        (Mode::Off, Profile::Release, false, false),
        (Mode::Auto, Profile::Release, false, true),
        (Mode::Auto, Profile::Debug, false, true),
        (Mode::Shuffle, Profile::Release, false, false),
        (Mode::Record, Profile::Release, true, false),
        (Mode::Record, Profile::Debug, false, false),
        (Mode::Frozen, Profile::Release, false, false),
        (Mode::Strict, Profile::Release, false, false),
    ] {
        let place = Place::new();
        let store = Store::open(&place.places(), mode, || HERE, profile);
        store.note("a::f", SiteEntry { profile, ..entry("b1", 50.0) });
        store.flush();
        assert_eq!(
            (place.file().exists(), place.scratch().exists()),
            (tuned, scratch),
            "{mode:?}, {profile:?}"
        );
    }
    // Nowhere to write is no failure.
    let store = Store::open(&Places::default(), Mode::Record, || HERE, Profile::Release);
    store.note("a::f", entry("b1", 50.0));
    store.flush();
    assert_eq!(store.status().to_string(), "none");
}

#[test]
fn the_order_in_which_entries_count() {
    use Freshness::{Elsewhere, Fresh, Scratch, Stale};
    for (what, tuned, scratch, expected) in [
        ("fresh over scratch", Some(("b", HERE)), Some(("b", HERE)), Some((1.0, Fresh))),
        ("scratch over elsewhere", Some(("b", "m2")), Some(("b", HERE)), Some((2.0, Scratch))),
        ("scratch over stale", Some(("old", HERE)), Some(("b", HERE)), Some((2.0, Scratch))),
        ("elsewhere over a stale scratch", Some(("b", "m2")), Some(("old", HERE)), Some((1.0, Elsewhere))),
        ("of two stale ones the reviewed", Some(("old", HERE)), Some(("old", HERE)), Some((1.0, Stale))),
        ("scratch of another machine", None, Some(("b", "m2")), Some((2.0, Elsewhere))),
        ("nothing", None, None, None),
    ] {
        let place = Place::new();
        fs::create_dir(place.folder.path().join("amorsize")).expect("a folder");
        for (path, item_ns, entry) in [(place.file(), 1, tuned), (place.scratch(), 2, scratch)] {
            if let Some((body, machine)) = entry {
                let text = format!(
                    "version = 1\n[site.f]\nbody = \"{body}\"\nmachine = \"{machine}\"\nitem_ns = {item_ns}\n"
                );
                fs::write(path, text).expect("written");
            }
        }
        let known = place.open(Mode::Auto).lookup("f", "b");
        assert_eq!(known.entry.map(|(entry, freshness)| (entry.item_ns, freshness)), expected, "{what}");
        // Runs that must repeat each other do not depend on what lies in a target folder.
        let frozen = place.open(Mode::Frozen).lookup("f", "b");
        assert_eq!(frozen.entry.is_some(), tuned.is_some(), "{what}");
    }
}

#[test]
fn a_build_without_optimisation_uses_pins_and_no_measurements() {
    let place =
        Place::holding("version = 1\n[site.f]\nbody = \"b\"\nitem_ns = 1\n[site.f.pin]\nserial = true\n");
    let debug = Store::open(&place.places(), Mode::Auto, || HERE, Profile::Debug).lookup("f", "b");
    let pin = Some(Pin { serial: true, ..Pin::default() });
    assert_eq!(debug, Known { entry: None, pin: pin.clone(), listed: true });
    let changed = place.open(Mode::Auto).lookup("f", "changed");
    assert_eq!((changed.pin, changed.listed), (pin, true));
    assert_eq!(place.open(Mode::Off).lookup("f", "b"), Known::default());
}

#[test]
fn two_functions_with_one_key_are_told_and_not_tuned() {
    let place = Place::new();
    let store = place.open(Mode::Record);
    store.note("clash::f", entry("b1", 50.0));
    store.note("clash::g", entry("b1", 50.0));
    assert!(store.lookup("clash::f", "b2").entry.is_none());
    store.note("clash::f", entry("b1", 80.0));
    store.note("clash::f", entry("b2", 80.0));
    store.note("clash::late", entry("b1", 50.0));
    store.note("clash::late", entry("b2", 50.0));
    store.flush();
    let (contents, _) = parse(&fs::read_to_string(place.file()).expect("a file")).expect("a tuned file");
    assert!(contents.sites.contains_key("clash::g") && !contents.sites.contains_key("clash::late"));
    assert_eq!(contents.sites["clash::f"].entry.as_ref().map(|entry| entry.item_ns), Some(50.0));
    let warnings: Vec<_> =
        observe::warnings().into_iter().filter(|text| text.contains("share the key clash::f:")).collect();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
}

#[test]
fn a_bad_file_is_said_once_and_left_alone() {
    for (text, said) in [
        ("version = 9\n", "it has version 9, this program knows version 1"),
        ("version = 1\n[site.f\n", "line 2: "),
        ("version = 1\n>>>>>>> x\n", "line 2 is a conflict marker"),
    ] {
        let place = Place::holding(text);
        let store = place.open(Mode::Record);
        assert!(matches!(store.status().state, FileState::Ignored(_)));
        store.note("a::f", entry("b1", 50.0));
        store.flush();
        assert_eq!(fs::read_to_string(place.file()).expect("a file"), text);
        assert_eq!(store.status().writable, Some(false));
        let path = place.file().display().to_string();
        let warnings: Vec<_> = observe::warnings().into_iter().filter(|line| line.contains(&path)).collect();
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert!(
            warnings[0].starts_with(&format!("{path} is ignored and left alone: {said}")),
            "{warnings:?}"
        );
    }
}

/// A folder without the right to write stops nobody who is root, as tests may be; a path below a file stops everybody.
#[test]
fn where_nothing_can_be_written_the_program_goes_on() {
    let place = Place::holding("");
    let file = place.file().join("amorsize.toml");
    let places = Places { file: Some(file.clone()), named: true, ..Places::default() };
    let store = Store::open(&places, Mode::Record, || HERE, Profile::Release);
    for n in 0..3 {
        store.note(&format!("a::f{n}"), entry("b1", 50.0));
        store.flush();
    }
    assert_eq!(store.status().writable, Some(false));
    let path = file.display().to_string();
    let warnings: Vec<_> = observe::warnings().into_iter().filter(|line| line.contains(&path)).collect();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].ends_with("going on in memory"), "{warnings:?}");
}

#[test]
fn a_named_file_that_is_not_there_is_said_and_the_embedded_one_is_used() {
    let place = Place::new();
    let places = Places {
        named: true,
        embedded: Some("version = 1\n[site.f]\nbody = \"b\"\nitem_ns = 3\n"),
        ..place.places()
    };
    let store = Store::open(&places, Mode::Frozen, || HERE, Profile::Release);
    assert!(store.lookup("f", "b").entry.is_some());
    assert_eq!(store.status().to_string(), "embedded in the program (1 entry, version 1)");
    let path = place.file().display().to_string();
    assert!(observe::warnings().iter().any(|text| text.starts_with(&format!("there is no {path}"))));
    // A file wins over the text that the binary was built with.
    fs::write(place.file(), "version = 1\n").expect("written");
    assert!(Store::open(&places, Mode::Frozen, || HERE, Profile::Release).lookup("f", "b").entry.is_none());
}

#[test]
fn a_pipe_or_a_folder_is_no_file() {
    let place = Place::new();
    fs::create_dir(place.file()).expect("a folder");
    let store = place.open(Mode::Record);
    assert!(matches!(store.status().state, FileState::Unreadable(_)));
    store.note("a::f", entry("b1", 50.0));
    store.flush();
    assert!(place.file().is_dir());
}

#[test]
fn a_calibration_of_this_machine_replaces_the_built_in_costs() {
    let place = Place::new();
    let store = place.open(Mode::Record);
    let builtin = MachineProfile::here();
    assert_eq!(store.profile(), builtin);
    store.note_machine(MachineEntry { wake_us: 7.0, ..MachineEntry::from(&builtin) });
    store.flush();
    let tuned = place.open(Mode::Frozen).profile();
    assert_eq!(tuned, MachineProfile { wake_us: 7.0, ..tuned });
    assert_ne!(tuned, builtin);
    let elsewhere = Store::open(&place.places(), Mode::Frozen, || "other", Profile::Release);
    assert_eq!(elsewhere.profile(), builtin);
}

#[test]
fn tuning_again_ten_times_leaves_the_file_as_it_is_nine_times() {
    let place = Place::new();
    // A linear congruential generator: measurements with 5 % noise, the same in every run of the test.
    let mut state = 2_026_u64;
    let mut noise = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        0.95 + 0.1 * ((state >> 33) as f64 / f64::from(1_u32 << 31))
    };
    let mut texts = Vec::new();
    for _ in 0..=10 {
        let store = place.open(Mode::Record);
        for site in 0..50 {
            let item_ns = f64::from(20 + site * 7) * noise();
            let from = (100_000.0 / item_ns * noise()) as u64;
            let measured =
                SiteEntry { spread: 0.1 * noise(), parallel_from: Some(from), ..entry("b1", item_ns) };
            store.note(&format!("a::f{site}"), measured);
        }
        store.flush();
        texts.push(fs::read_to_string(place.file()).expect("a file"));
    }
    let identical = texts.windows(2).filter(|pair| pair[0] == pair[1]).count();
    assert!(identical >= 9, "{identical} of 10");
    // A change that is one is written, and changes the lines of its entry alone.
    let store = place.open(Mode::Record);
    store.note("a::f7", entry("b1", 200.0));
    store.flush();
    let after = fs::read_to_string(place.file()).expect("a file");
    let changed: Vec<_> = texts[10].lines().zip(after.lines()).filter(|(old, new)| old != new).collect();
    assert!(changed.iter().any(|(_, new)| *new == "item_ns = 200") && changed.len() <= 2, "{changed:?}");
}

#[test]
fn another_machines_entry_is_derived_again_and_not_overwritten() {
    let place = Place::new();
    place.open(Mode::Record).note("a::f", entry("b1", 50.0));
    let first = fs::read_to_string(place.file()).expect("a file");
    let other = || Store::open(&place.places(), Mode::Record, || "other-64", Profile::Release);
    let store = other();
    assert_eq!(store.lookup("a::f", "b1").entry.map(|(_, freshness)| freshness), Some(Freshness::Elsewhere));
    store.note("a::f", entry("b1", 500.0));
    store.note("a::g", entry("b2", 70.0));
    store.flush();
    let text = fs::read_to_string(place.file()).expect("a file");
    assert!(text.starts_with(&first), "{text}");
    let (contents, _) = parse(&text).expect("a tuned file");
    let machine =
        |key: &str| contents.find(key).and_then(|listed| listed.entry.as_ref()).map(|entry| &*entry.machine);
    assert_eq!([machine("a::f"), machine("a::g")], [Some(HERE), Some("other-64")]);
    // Once the function was edited, whoever measures it first has the entry.
    let store = other();
    store.note("a::f", entry("b9", 500.0));
    store.flush();
    let text = fs::read_to_string(place.file()).expect("a file");
    let (contents, _) = parse(&text).expect("a tuned file");
    let entry = contents.find("a::f").and_then(|listed| listed.entry.clone()).expect("it is there");
    assert_eq!((&*entry.machine, entry.item_ns), ("other-64", 500.0));
}

#[test]
fn a_renamed_entry_is_found_under_its_old_key() {
    let place = Place::holding(
        "version = 1\n\n[site.\"a::new\"]\nbody = \"b1\"\nitem_ns = 50\nmachine = \"x86_64-test-2\"\nsamples = 8\n\
         aliases = [\"a::old\"]\n\n[site.\"a::new\".pin]\nmax_threads = 3\n",
    );
    let store = place.open(Mode::Record);
    for key in ["a::new", "a::old"] {
        let known = store.lookup(key, "b1");
        assert_eq!(
            known.entry.map(|(entry, freshness)| (entry.item_ns, freshness)),
            Some((50.0, Freshness::Fresh)),
            "{key}"
        );
        assert_eq!(known.pin.and_then(|pin| pin.max_threads), Some(3), "{key}");
    }
    // What a program built from the older source measures goes into the entry under its new key.
    store.note("a::old", entry("b1", 400.0));
    store.flush();
    let text = fs::read_to_string(place.file()).expect("a file");
    assert!(text.contains("item_ns = 400\n") && !text.contains("[site.\"a::old\"]"), "{text}");
}
