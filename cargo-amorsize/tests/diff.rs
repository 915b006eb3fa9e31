//! `cargo amorsize diff` under git itself: what is compared with what.

mod common;

use std::process::Command;

use common::Workspace;

const PACKAGE: &str = "[package]\nname = 'imgproc'\nversion = '0.1.0'\n";

fn tuned(parallel_from: u32) -> String {
    format!(
        "version = 1\n\n[site.\"imgproc::f(&[u8])\"]\nbody = \"0\"\nmachine = \"m\"\nitem_ns = 9\n\
         parallel_from = {parallel_from}\nthreads = 2\n"
    )
}

/// Git in the workspace, whatever the user's own configuration says.
fn git(workspace: &Workspace, arguments: &[&str]) {
    let mut git = Command::new("git");
    git.current_dir(workspace.path()).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    git.args(["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]).args(arguments);
    let output = git.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_revision_or_a_file_is_what_was_before() {
    let workspace = Workspace::new(&[("Cargo.toml", PACKAGE), ("amorsize.toml", &tuned(100))]);
    let outside = workspace.amorsize(&["diff"]).expect(2);
    assert!(outside.err.starts_with("error: there is no revision HEAD to compare with\n"), "{}", outside.err);

    git(&workspace, &["init", "-q"]);
    git(&workspace, &["commit", "-q", "--allow-empty", "-m", "nothing"]);
    let new = workspace.amorsize(&["diff"]).expect(0);
    assert!(new.err.contains("HEAD has no tuned file yet"), "{}", new.err);
    assert!(new.out.starts_with("imgproc::f(&[u8])\n  new: parallel from 100 items"), "{}", new.out);

    git(&workspace, &["add", "amorsize.toml"]);
    git(&workspace, &["commit", "-q", "-m", "tune"]);
    let same = workspace.amorsize(&["diff", "--exit-code"]).expect(0);
    assert!(
        same.out.starts_with("0 decisions differ: amorsize.toml of HEAD (1 entry, version 1) → "),
        "{}",
        same.out
    );

    workspace.write("amorsize.toml", &tuned(900));
    let moved = workspace.amorsize(&["diff", "--exit-code"]).expect(1);
    assert!(
        moved.out.contains("parallel from 100 items, 2 threads → parallel from 900 items"),
        "{}",
        moved.out
    );
    let table = workspace.amorsize(&["diff", "--base", "HEAD", "--markdown"]).expect(0);
    assert!(table.out.contains("| `imgproc::f(&[u8])` | parallel from 100 items"), "{}", table.out);
    let notice = workspace.amorsize(&["diff", "--message-format", "github"]).expect(0);
    let expected =
        "::notice file=amorsize.toml,line=3,title=amorsize%3A decision-changed::imgproc::f(&[u8]): parallel";
    assert!(notice.out.starts_with(expected), "{}", notice.out);

    workspace.write("old.toml", &tuned(500));
    let files = workspace.amorsize(&["diff", "old.toml", "--message-format", "json"]).expect(0).json();
    assert_eq!(files[0]["changes"][0]["before"]["parallel_from"], 500);
    assert_eq!(files[0]["changes"][0]["after"]["parallel_from"], 900);
    let back = workspace.amorsize(&["diff", "amorsize.toml", "old.toml"]).expect(0);
    assert!(
        back.out.contains("parallel from 900 items, 2 threads → parallel from 500 items"),
        "{}",
        back.out
    );
    let unknown = workspace.amorsize(&["diff", "--base", "nowhere"]).expect(2);
    assert!(unknown.err.contains("there is no revision nowhere"), "{}", unknown.err);
}
