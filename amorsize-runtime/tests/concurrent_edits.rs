//! Two people tune at once: how often git's own merge of their files conflicts, and that ours never does.

#![cfg(feature = "record")]

use std::fs;
use std::path::Path;
use std::process::Command;

use amorsize_runtime::config::Mode;
use amorsize_runtime::store::{self, Places, Profile, SiteEntry, Store, reconcile, repair};

/// A linear congruential generator: the same edits in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn factor(&mut self) -> f64 {
        [0.4, 0.6, 1.5, 2.2][self.below(4)]
    }
}

/// A site's entry as a run would record it.
fn entry(random: &mut Random, body: usize) -> SiteEntry {
    let item_ns = (10 + random.below(400)) as f64;
    SiteEntry {
        body: format!("{body:012x}"),
        item_ns,
        item_bytes: [8.0, 16.0, 32.0][random.below(3)],
        spread: random.below(4) as f64 / 10.0,
        len: [1 + random.below(1_000) as u64, 10_000 + random.below(1_000_000) as u64],
        samples: 1 << random.below(9),
        parallel_from: (random.below(3) > 0).then(|| (100_000.0 / item_ns) as u64 + 2),
        threads: 2,
        ..SiteEntry::default()
    }
}

type Sites = Vec<(String, SiteEntry)>;

fn written(folder: &Path, sites: &Sites) -> String {
    let file = folder.join("release.toml");
    let _ = fs::remove_file(&file);
    // Scratch files have the same form, and are not synced to the disk.
    let places = Places { scratch: Some(file.clone()), ..Places::default() };
    let store = Store::open(&places, Mode::Auto, || "m", Profile::Release);
    for (key, entry) in sites {
        store.note(key, entry.clone());
    }
    store.flush();
    fs::read_to_string(file).expect("it was recorded")
}

/// What a branch does: so many times it tunes a function again, edits one, or adds one; sometimes it removes one.
fn branch(random: &mut Random, base: &Sites, edits: usize, side: usize) -> Sites {
    let mut sites = base.clone();
    for edit in 0..edits {
        let (at, body) = (random.below(base.len() - edits), random.below(1 << 20));
        match random.below(8) {
            0..4 => {
                let tuned = &mut sites[at].1;
                let factor = random.factor();
                tuned.item_ns *= factor;
                tuned.parallel_from = tuned.parallel_from.map(|from| (from as f64 / factor) as u64 + 1);
            }
            4..6 => sites[at].1 = entry(random, body),
            6 => {
                let key = format!("shop::m{}::new{side}{edit}(&[Item]) -> Vec<f64>", random.below(8));
                sites.push((key, entry(random, body)));
            }
            _ => drop(sites.remove(at)),
        }
    }
    sites
}

/// Whether git's own merge has conflicts, and its text.
fn git(folder: &Path, style: &[&str], texts: [&str; 3]) -> (bool, String) {
    let paths = ["ours", "base", "theirs"].map(|name| folder.join(name));
    let [base, ours, theirs] = texts;
    for (path, text) in paths.iter().zip([ours, base, theirs]) {
        fs::write(path, text).expect("written");
    }
    let mut command = Command::new("git");
    let output =
        command.args(["merge-file", "-p"]).args(style).args(&paths).output().expect("git is installed");
    let conflicts = output.status.code().expect("an exit code");
    assert!((0..128).contains(&conflicts), "{}", String::from_utf8_lossy(&output.stderr));
    (conflicts > 0, String::from_utf8(output.stdout).expect("text"))
}

/// Of so many pairs of branches with so many edits each, how many git cannot join: our form, and our form with a date.
fn conflicts(trials: usize, edits: usize) -> [usize; 2] {
    let folder = tempfile::tempdir().expect("a folder");
    let mut random = Random(20_261_124);
    let (mut plain, mut dated) = (0, 0);
    for trial in 0..trials {
        let base: Sites = (0..40)
            .map(|at| (format!("shop::m{}::f{at}(&[Item]) -> Vec<f64>", at % 8), entry(&mut random, at)))
            .collect();
        let [ours, theirs] = [1, 2].map(|side| branch(&mut random, &base, edits, side));
        let [base, ours, theirs] = [base, ours, theirs].map(|sites| written(folder.path(), &sites));
        let merged = reconcile(&base, &ours, &theirs).expect("three tuned files");
        assert_eq!(merged.undecided, [""; 0], "trial {trial}: {}", merged.text);
        assert_eq!(store::canonical(&merged.text).as_deref(), Ok(merged.text.as_str()));

        for style in [&[][..], &["--diff3"]] {
            let (conflicts, text) = git(folder.path(), style, [&base, &ours, &theirs]);
            if conflicts {
                plain += usize::from(style.is_empty());
                is_repaired(&text, &merged.text);
            }
        }
        let date = |text: &str, day: usize| format!("recorded = \"2026-11-{day:02}\"\n{text}");
        let [base, ours, theirs] = [date(&base, 1), date(&ours, 2), date(&theirs, 3)];
        dated += usize::from(git(folder.path(), &[], [&base, &ours, &theirs]).0);
    }
    println!(
        "of {trials} pairs with {edits} edits each git leaves {plain} with conflicts, {dated} with a date; ours 0"
    );
    [plain, dated]
}

/// What git left of the markers is gone, and no site with it. (Without a base it is not known what a side removed, so more
/// may stay.)
fn is_repaired(text: &str, merged: &str) {
    let repaired = repair(text).unwrap_or_else(|why| panic!("{why}\n{text}"));
    assert_eq!(repaired.undecided, [""; 0], "{text}");
    let contents = |text: &str| store::parse(text).expect("a tuned file").0;
    let (all, repaired) = (contents(merged), contents(&repaired.text));
    assert!(all.sites.keys().all(|key| repaired.sites.contains_key(key)), "{text}");
}

#[test]
fn concurrent_edits_conflict_for_git_and_not_for_us() {
    const TRIALS: usize = 60;
    let [few, dated] = conflicts(TRIALS, 2);
    let [many, _] = conflicts(TRIALS, 6);
    assert_eq!(dated, TRIALS, "a line that everybody changes always conflicts");
    assert!(few <= TRIALS / 5 && few < many, "{few} and {many} of {TRIALS}");
}
