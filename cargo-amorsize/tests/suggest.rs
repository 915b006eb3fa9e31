//! `cargo amorsize suggest` on real folders: which files are read, what is said of broken ones, and that none is changed.

mod common;

use common::Workspace;

const PACKAGE: &str = "\
[package]
name = 'imgproc'
version = '0.1.0'
edition = '2024'
";

const LIB: &str = "\
pub fn scores(xs: &[f64]) -> Vec<f64> {
    xs.iter().map(|x| score(*x)).collect()
}

fn score(x: f64) -> f64 {
    x.sin()
}
";

#[test]
fn sources_are_read_and_left_alone() {
    let workspace = Workspace::new(&[
        ("Cargo.toml", PACKAGE),
        ("src/lib.rs", LIB),
        ("src/broken.rs", "fn f() {}\nfn {\n"),
        ("tests/t.rs", LIB),
        ("inner/Cargo.toml", "[package]\nname = 'other'\nversion = '0.1.0'\n"),
        ("inner/src/lib.rs", LIB),
    ]);
    let answer = workspace.amorsize(&["suggest"]).expect(0);
    assert!(answer.out.contains("\n  src/lib.rs:1  scores  (calls `score`)\n"), "{}", answer.out);
    assert!(answer.out.ends_with("1 suggestion: looked at 2 functions in 1 file\n"), "{}", answer.out);
    // One broken file is one warning.
    assert_eq!(answer.err.matches("warning").count(), 1, "{}", answer.err);
    assert!(answer.err.contains("looked in: src/broken.rs:2\n"), "{}", answer.err);
    assert_eq!(workspace.read("src/lib.rs"), LIB);

    let named = workspace.amorsize(&["suggest", "tests", "src/lib.rs"]).expect(0);
    assert!(named.out.ends_with("2 suggestions: looked at 4 functions in 2 files\n"), "{}", named.out);
    let all = workspace.amorsize(&["suggest", "--package", "imgproc", "--all-targets"]).expect(0);
    assert!(all.out.ends_with("2 suggestions: looked at 4 functions in 2 files\n"), "{}", all.out);
}

#[test]
fn programs_and_pull_requests_get_a_line_each() {
    let workspace = Workspace::new(&[("Cargo.toml", PACKAGE), ("src/lib.rs", LIB)]);
    let json = workspace.amorsize(&["suggest", "--message-format", "json"]).expect(0).json();
    assert_eq!(json[0]["suggestion"]["function"], "scores");
    assert_eq!(json[0]["suggestion"]["group"], "serial");
    assert_eq!(json[1]["summary"]["suggestions"], 1);
    let github = workspace.amorsize(&["suggest", "--message-format", "github"]).expect(0);
    let expected = "::notice file=src/lib.rs,line=1,title=amorsize%3A suggest-serial::scores: ";
    assert!(github.out.starts_with(expected), "{}", github.out);
}

#[test]
fn what_is_not_there_is_no_answer() {
    let workspace = Workspace::new(&[("Cargo.toml", PACKAGE), ("src/lib.rs", LIB)]);
    let path = workspace.amorsize(&["suggest", "source"]).expect(2);
    assert!(path.err.starts_with("error: there is no source\n"), "{}", path.err);
    let package = workspace.amorsize(&["suggest", "-p", "blur"]).expect(2);
    assert!(package.err.contains("no package of the workspace is named blur"), "{}", package.err);
    assert!(package.err.contains("packages:  imgproc\n"), "{}", package.err);
}
