//! A whole study, as quick as can be: every framework, every way, the figures and the charts; and the recorded one.

use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn a_study_leaves_figures_of_every_way_and_charts() {
    let folder = tempfile::tempdir().unwrap();
    let quick = ["--seconds", "0.1", "--runs", "1", "--starts", "1", "--items", "6", "--connections", "2"];
    let program = env!("CARGO_BIN_EXE_load");
    let status =
        Command::new(program).arg("study").args(quick).arg("--out").arg(folder.path()).status().unwrap();
    assert!(status.success());
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    let figures = read("load.csv");
    for framework in ["axum", "actix", "rocket"] {
        for way in ["serial", "rayon", "blocking", "companion"] {
            let begin = format!("{framework},{way},1,");
            let line =
                figures.lines().find(|line| line.starts_with(&begin)).unwrap_or_else(|| panic!("{figures}"));
            let per_second: f64 = line.split(',').nth(3).unwrap().parse().unwrap();
            assert!(per_second > 0.0, "{line}");
        }
        let chart = read(&format!("load-{framework}.svg"));
        assert!(chart.contains("spawn_blocking + rayon") && chart.contains("/health p99"), "{chart}");
    }
    assert!(read("load.svg").contains("rocket: heavy requests per second"));
    assert_eq!(read("first.csv").lines().count(), 1 + 3 * 2);
}

/// `cargo test --workspace` builds the services beside the program; alone, this says that they are missing.
#[test]
fn the_whole_services_are_loaded_with_batches() {
    let folder = tempfile::tempdir().unwrap();
    let quick = ["--seconds", "0.2", "--runs", "1", "--items", "4", "--connections", "2"];
    let output = Command::new(env!("CARGO_BIN_EXE_load"))
        .arg("whole")
        .args(quick)
        .arg("--out")
        .arg(folder.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let figures = fs::read_to_string(folder.path().join("whole.csv")).unwrap();
    let services: Vec<_> = figures.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert_eq!(services, ["axum", "actix", "rocket"]);
}

#[test]
fn the_book_shows_what_is_recorded() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let record = root.join("amorsize-bench/record/x86_64-intel-xeon-2/2026-11-27-web-services");
    let drawn = tempfile::tempdir().unwrap();
    let command = ["charts", record.to_str().unwrap(), "--out", drawn.path().to_str().unwrap()];
    let output = Command::new(env!("CARGO_BIN_EXE_load")).args(command).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let table = String::from_utf8(output.stdout).unwrap();
    let chapter = fs::read_to_string(root.join("docs/src/web-services.md")).unwrap();
    let (study, whole) = table.split_once("\n\n").unwrap();
    assert!(study.lines().count() == 2 + 3 * 4 && chapter.contains(study), "{study}");
    assert!(whole.lines().count() == 2 + 3 && chapter.contains(whole), "{whole}");
    for name in ["load.svg", "load-axum.svg", "load-actix.svg", "load-rocket.svg"] {
        let [drawn, shown] = [drawn.path(), &root.join("docs/src/charts")]
            .map(|folder| fs::read_to_string(folder.join(name)).unwrap());
        assert!(drawn == shown, "{name} is not the record's: `load charts RECORD --out docs/src/charts`");
    }
}
