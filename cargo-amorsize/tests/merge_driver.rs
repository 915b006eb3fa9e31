//! The merge driver under git itself: two branches tune at once, with the driver and without it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const FILE: &str = "amorsize.toml";

/// A tuned file with one number per site.
fn file(sites: &[(&str, u32)]) -> String {
    let entry = |(key, item_ns): &(&str, u32)| {
        format!(
            "\n[site.\"{key}\"]\nbody = \"b1\"\nmachine = \"m1\"\nitem_ns = {item_ns}\nsamples = {item_ns}\n"
        )
    };
    format!("version = 1\n{}", sites.iter().map(entry).collect::<String>())
}

fn run(command: &mut Command) -> Output {
    command.output().expect("it starts")
}

/// Git in a folder, whatever the user's own configuration says.
fn git(folder: &Path, arguments: &[&str]) -> Output {
    let mut git = Command::new("git");
    git.current_dir(folder).args(["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]);
    git.args(arguments).env("GIT_CONFIG_GLOBAL", folder.join("none")).env("GIT_CONFIG_NOSYSTEM", "1");
    run(&mut git)
}

fn must(output: &Output) {
    let text = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    assert!(output.status.success(), "{}{}", text[0], text[1]);
}

/// Merges two versions of the file in a repository of its own; says whether git was content, and what the file is then.
fn merged(base: &str, ours: &str, theirs: &str, driver: bool) -> (tempfile::TempDir, bool, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let commit = |text: &str| {
        fs::write(root.join(FILE), text).expect("written");
        must(&git(root, &["add", "."]));
        must(&git(root, &["commit", "-q", "-m", "tune"]));
    };
    must(&git(root, &["init", "-q", "-b", "main"]));
    if driver {
        fs::write(root.join(".gitattributes"), "amorsize.toml merge=amorsize text eol=lf\n")
            .expect("written");
        let call = format!("'{}' amorsize merge-driver %O %A %B %P", env!("CARGO_BIN_EXE_cargo-amorsize"));
        must(&git(root, &["config", "merge.amorsize.driver", &call]));
    }
    commit(base);
    must(&git(root, &["checkout", "-q", "-b", "theirs"]));
    commit(theirs);
    must(&git(root, &["checkout", "-q", "main"]));
    commit(ours);
    let clean = git(root, &["merge", "-q", "--no-edit", "theirs"]).status.success();
    let text = fs::read_to_string(root.join(FILE)).expect("a file");
    (folder, clean, text)
}

#[test]
fn two_branches_that_tune_one_function_are_merged() {
    let base = file(&[("a", 10), ("b", 20)]);
    let ours = file(&[("a", 30), ("aa", 5), ("b", 20)]);
    let theirs = file(&[("a", 14), ("ab", 6), ("b", 20)]);
    let (_folder, clean, text) = merged(&base, &ours, &theirs, true);
    assert!(clean);
    assert_eq!(text.replacen(text.split("version").next().expect("a header"), "", 1), {
        file(&[("a", 30), ("aa", 5), ("ab", 6), ("b", 20)])
    });
}

#[test]
fn what_git_left_without_the_driver_is_repaired() {
    let base = file(&[("a", 10), ("b", 20)]);
    let (folder, clean, text) =
        merged(&base, &file(&[("a", 30), ("b", 20)]), &file(&[("a", 14), ("b", 20)]), false);
    assert!(!clean && text.contains("<<<<<<<"), "{text}");
    let mut repair = Command::new(env!("CARGO_BIN_EXE_cargo-amorsize"));
    let output = run(repair.current_dir(&folder).args(["amorsize", "merge-driver", "--repair", FILE]));
    must(&output);
    let said =
        String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("the tuned file is repaired") && said.contains("2 entries"), "{said}");
    let text = fs::read_to_string(folder.path().join(FILE)).expect("a file");
    assert!(
        text.contains("item_ns = 30\n") && !text.contains("item_ns = 14") && !text.contains("<<<"),
        "{text}"
    );
}

#[test]
fn a_pin_that_both_changed_stays_a_conflict_with_one_message() {
    let pinned =
        |threads: u32| format!("{}\n[site.\"a\".pin]\nmax_threads = {threads}\n", file(&[("a", 10)]));
    let (folder, clean, text) = merged(&pinned(4), &pinned(2), &pinned(8), true);
    assert!(!clean);
    assert!(
        text.contains("<<<<<<< ours\nmax_threads = 2\n=======\nmax_threads = 8\n>>>>>>> theirs\n"),
        "{text}"
    );
    let mut repair = Command::new(env!("CARGO_BIN_EXE_cargo-amorsize"));
    let output = run(repair.current_dir(&folder).args(["amorsize", "merge-driver", "--repair", FILE]));
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("the pin of a: `max_threads` is 2 on one side and 8 on the other"), "{said}");
}

#[test]
fn a_newer_file_is_merged_as_text_and_left_alone() {
    let far = |a, z| {
        let sites = [("a", a), ("c", 1), ("d", 2), ("z", z)];
        file(&sites).replace("version = 1", "version = 2")
    };
    let (_folder, clean, text) = merged(&far(1, 1), &far(2, 1), &far(1, 2), true);
    assert!(clean);
    assert_eq!(text, far(2, 2));
}
