//! What `frozen` may not do, seen in a process of its own: read a clock for a site that the file knows, or decide by
//! anything but the file, the machine and the length.

use std::process::Command;
use std::sync::atomic::Ordering;

use super::{How, Output, Tail, Way, choose};
use crate::config::Mode;
use crate::entry;
use crate::exec::clock::READS;
use crate::exec::work::Flow;
use crate::memory::{Memory, Visit};
use crate::sink::Out;
use crate::site::Site;
use crate::source::elements;
use crate::spec::{Options, Spec};
use crate::store::SiteEntry;

const ROLE: &str = "FROZEN_TEST_ROLE";

const fn spec(key: &'static str) -> Spec {
    Spec { part: "", signature: "", body: "000000000000", key, file: "f.rs", line: 1, options: Options::NONE }
}

/// What the process does, with no other test beside it.
#[test]
fn child() {
    static UNKNOWN: Site = Site::new(spec("frozen::unknown"));
    if std::env::var_os(ROLE).is_none() {
        return;
    }
    pinned_calls_read_no_clock();
    calls_by_an_entry_read_no_clock();
    // The count is one that counts.
    let before = READS.load(Ordering::Relaxed);
    double(&UNKNOWN, 5_000);
    let alone = width() < 2;
    assert!(alone || READS.load(Ordering::Relaxed) > before, "an unknown site is watched");
}

/// Threads that a call can have: one where nothing was compiled in that starts threads.
fn width() -> usize {
    crate::exec::invite::width(crate::machine::available())
}

fn double(site: &'static Site, len: u64) {
    let xs: Vec<u64> = (0..len).collect();
    let ys = entry::map(site, elements(xs.as_slice()), |part: &[u64], out: Out<'_, u64>| {
        out.fill(part.iter().map(|x| x * 2));
    });
    assert!(ys.iter().zip(&xs).all(|(y, x)| *y == x * 2));
}

/// By a pin, which holds in builds of any kind, through the entry point that generated code calls.
fn pinned_calls_read_no_clock() {
    static PINNED: Site = Site::new(spec("frozen::pinned"));
    for len in [0, 1, 10, 99_999, 100_000, 300_000].repeat(30) {
        double(&PINNED, len);
    }
    assert_eq!(READS.load(Ordering::Relaxed), 0);
}

/// By an entry as an optimised program would find it.
fn calls_by_an_entry_read_no_clock() {
    static SPEC: Spec = spec("frozen::entry");
    let mut memory = Memory::attach(&SPEC, "kernel", None);
    let entry = SiteEntry {
        item_ns: 1e3,
        parallel_from: Some(500),
        threads: 9,
        chunk_us: 50.0,
        len: [1, 9_000],
        samples: 64,
        ..SiteEntry::default()
    };
    memory.entry = Some(entry);
    let memory: &'static Memory = Box::leak(Box::new(memory));
    let width = width();
    for (len, parallel) in
        [(0, false), (1, false), (499, false), (500, true), (9_000, true), (1_000_000, true)].repeat(20)
    {
        let way = choose::frozen(Visit { memory, item_bytes: 8 }, len, Output::InPlace, Mode::Frozen);
        match way {
            Way::Whole(_) => assert!(!parallel || width < 2, "{len}"),
            Way::Split(split) => {
                assert!(parallel, "{len}");
                assert!(matches!(split.how, How::Region { workers, .. } if workers <= width && workers <= 9));
                let ran = split.run(0..len, 1, Tail::Join, &|_| Flow::Go, || ());
                assert!(ran.is_ok());
            }
        }
    }
    // Helpers that are still looking for a task read none either.
    std::thread::sleep(std::time::Duration::from_millis(5));
    assert_eq!(READS.load(Ordering::Relaxed), 0);
}

#[test]
fn a_known_site_reads_no_clock_and_is_decided_by_its_length_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("amorsize.toml");
    std::fs::write(&file, "version = 1\n\n[site.\"frozen::pinned\".pin]\nparallel_from = 100_000\n")
        .expect("written");
    let output = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "call::frozen::child"])
        .env(ROLE, "child")
        .env("AMORSIZE", "frozen")
        .env("AMORSIZE_FILE", &file)
        .env_remove("AMORSIZE_SCRATCH")
        .env_remove("CARGO_MANIFEST_DIR")
        .output()
        .expect("it starts");
    let said = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    assert!(output.status.success(), "{}{}", said[0], said[1]);
    assert!(said[0].contains("1 passed"), "{}", said[0]);
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1);
}
