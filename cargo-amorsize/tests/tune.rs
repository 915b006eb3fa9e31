//! `cargo amorsize tune` on a real workspace: what a program records gets into the file, the rest of the file stays.

mod common;

use common::Workspace;

const PACKAGE: &str = "\
[package]
name = 'imgproc'
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

#[amorsize::parallelize]
fn other(xs: &[u64]) -> Vec<u64> {
    xs.iter().map(|x| (0..300).fold(*x, |x, y| x.rotate_left(9).wrapping_mul(x ^ y))).collect()
}

fn main() {
    let xs: Vec<u64> = (0..20_000).collect();
    for _ in 0..5 {
        std::hint::black_box((slow(&xs), other(&xs)));
    }
    amorsize::flush();
    while std::env::args().any(|argument| argument == \"forever\") {
        std::thread::park();
    }
    std::process::exit(i32::from(std::env::args().len() > 1));
}
";

#[test]
fn what_a_program_records_gets_into_the_file() {
    let workspace = Workspace::new(&[("Cargo.toml", PACKAGE), ("src/main.rs", MAIN)]);
    // Nothing is asked of the machine's speed here: others use it too.
    let tune = |arguments: &[&str]| workspace.amorsize(&[&["tune", "--force"], arguments].concat());

    let failed = workspace.amorsize(&["tune", "--", "false"]).expect(2);
    assert!(failed.err.contains("the command failed, so nothing is written"), "{}", failed.err);
    let nothing = tune(&["--", "true"]).expect(2);
    assert!(nothing.err.contains("the command recorded nothing new"), "{}", nothing.err);
    assert!(!workspace.path().join("amorsize.toml").exists());

    let answer = tune(&["--only", "slow"]).expect(0);
    assert!(answer.out.starts_with("imgproc::slow(&[u64]) -> Vec<u64>\n  new: "), "{}", answer.out);
    assert!(answer.out.ends_with("1 site changed: amorsize.toml (1 entry, version 1)\n"), "{}", answer.out);
    let first = workspace.read("amorsize.toml");
    assert!(first.contains("imgproc::slow") && !first.contains("imgproc::other"), "{first}");

    // A person's words stay, whatever is recorded beside them.
    let pin = "\n# for now\n[site.\"imgproc::slow(&[u64]) -> Vec<u64>\".pin]\nmax_threads = 3\n";
    workspace.write("amorsize.toml", &(first + pin));
    let answer = tune(&["--take-over"]).expect(0);
    assert!(answer.out.contains("imgproc::other(&[u64]) -> Vec<u64>\n  new: "), "{}", answer.out);
    let second = workspace.read("amorsize.toml");
    assert!(second.contains("# for now\n") && second.contains("max_threads = 3\n"), "{second}");

    workspace.amorsize(&["check"]).expect(0);

    // Cargo starts the program through this command, which ends it.
    std::fs::remove_file(workspace.path().join("amorsize.toml")).unwrap();
    let answer = tune(&["--quick=10", "--bin", "imgproc", "--", "forever"]).expect(0);
    assert!(answer.err.contains("note: ended after 10 s: "), "{}", answer.err);
    assert!(
        answer.out.ends_with("2 sites changed: amorsize.toml (2 entries, version 1)\n"),
        "{}",
        answer.out
    );
}
