//! What a process leaves in the folder of `AMORSIZE_REPORT`, however it ends.

use std::path::{Path, PathBuf};

use amorsize::Decisions;

use super::{Place, Run, plain_answers};

/// The one report in a folder.
fn left(folder: &Path) -> Decisions {
    let found: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(found.len() == 1 && found[0].extension().is_some_and(|end| end == "toml"), "{found:?}");
    toml::from_str(&std::fs::read_to_string(&found[0]).unwrap()).unwrap()
}

#[test]
fn a_process_leaves_what_it_decided_and_changes_nothing_else() {
    for (mode, way) in [("auto", "answers"), ("auto", "unflushed"), ("frozen", "answers"), ("off", "answers")]
    {
        let place = Place::new();
        let folder = place.folder.path().join("deep/reports");
        let run = place.command(mode, &[way, "20"]).env("AMORSIZE_REPORT", &folder).output().unwrap();
        let run = Run::of(&run);
        assert!(run.ok && !run.err.contains("what was decided"), "{mode}: {}", run.err);
        assert_eq!(run.answers(), plain_answers().answers(), "{mode}");
        assert!(!place.file().exists(), "{mode} wrote a tuned file");
        let report = left(&folder);
        assert_eq!(report.mode, mode);
        let dear = report.sites.iter().find(|site| site.site == "probe::dear(&[u64]) -> Vec<u64>").unwrap();
        assert_eq!(dear.samples > 0, mode == "auto", "{mode}: {dear:?}");
        for site in &report.sites {
            let spent = &site.spent;
            assert!(spent.calls <= site.calls[1], "{mode}: {site:?}");
            let shares = spent.busy_ns + spent.dispatch_ns + spent.imbalance_ns;
            assert!((shares - spent.wall_ns).abs() <= 1e-6 * spent.wall_ns, "{mode}: {site:?}");
        }
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_said_once() {
    let place = Place::with_file("version = 1\n");
    let run = place.command("auto", &["answers", "3"]).env("AMORSIZE_REPORT", place.file()).output().unwrap();
    let run = Run::of(&run);
    assert!(run.ok, "{}", run.err);
    assert_eq!(run.answers(), plain_answers().answers());
    assert_eq!(run.err.matches("what was decided cannot be left in").count(), 1, "{}", run.err);
    assert_eq!(place.text(), "version = 1\n");
}
