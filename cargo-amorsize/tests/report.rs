//! `cargo amorsize report` on a real workspace: what a program did is told, and nothing of it is kept.

mod common;

use common::Workspace;

const PACKAGE: &str = "\
[package]
name = 'reported'
version = '0.1.0'
edition = '2024'

[dependencies]
amorsize = { path = 'REPOSITORY', default-features = false, features = ['record'] }

[profile.release]
opt-level = 1
";

const MAIN: &str = "\
#[amorsize::parallelize]
fn slow(xs: &[u64]) -> Vec<u64> {
    xs.iter().map(|x| (0..300).fold(*x, |x, y| x.rotate_left(7).wrapping_mul(x ^ y))).collect()
}

fn main() {
    let xs: Vec<u64> = (0..20_000).collect();
    let calls = if std::env::args().any(|argument| argument == \"none\") { 0 } else { 5 };
    for _ in 0..calls {
        std::hint::black_box(slow(&xs));
    }
    std::process::exit(i32::from(std::env::args().any(|argument| argument == \"fails\")));
}
";

#[test]
fn what_a_program_did_is_told_and_not_kept() {
    let workspace = Workspace::new(&[("Cargo.toml", PACKAGE), ("src/main.rs", MAIN)]);
    let nothing = workspace.amorsize(&["report"]).expect(2);
    assert!(nothing.err.contains("there is no tuned file"), "{}", nothing.err);

    let report = workspace.amorsize(&["report", "--bin", "reported", "--message-format", "json"]).expect(0);
    let report = &report.json()[0];
    assert_eq!((&report["file"], &report["run"]["processes"]), (&serde_json::Value::Null, &1.into()));
    let site = &report["sites"][0];
    assert_eq!(site["site"], "reported::slow(&[u64]) -> Vec<u64>");
    assert_eq!((&site["filed"], &site["run"]["len"]), (&false.into(), &serde_json::json!([20_000, 20_000])));
    assert!(site["run"]["item_ns"].as_f64().is_some_and(|ns| ns > 1.0), "{site}");

    let page = workspace
        .amorsize(&["report", "--html", "report.html", "--bin", "reported", "--", "fails"])
        .expect(0);
    assert!(page.err.contains("the command failed, the report is of what it did before"), "{}", page.err);
    assert!(page.err.contains("wrote report.html"), "{}", page.err);
    let page = workspace.read("report.html");
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("reported::slow"), "{page}");

    let none = workspace.amorsize(&["report", "--bin", "reported", "--", "none"]).expect(2);
    assert!(none.err.contains("the command called no annotated function"), "{}", none.err);
    assert!(!workspace.path().join("amorsize.toml").exists(), "a report wrote a tuned file");
    assert!(!workspace.path().join("target/amorsize").exists(), "a report left what was learnt");
}
