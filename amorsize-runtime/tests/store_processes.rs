//! The tuned file between processes: each test runs copies of this test binary as the processes that record.

#![cfg(feature = "record")]

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use amorsize_runtime::config::Mode;
use amorsize_runtime::store::{self, Places, Profile, SiteEntry, Store};

const ROLE: &str = "STORE_TEST_ROLE";
const FILE: &str = "STORE_TEST_FILE";

fn entry(item_ns: f64) -> SiteEntry {
    SiteEntry { body: "b".into(), item_ns, len: [1, 1_000_000], samples: 64, ..SiteEntry::default() }
}

fn record_into(file: &Path) -> Store {
    let places = Places { file: Some(file.to_path_buf()), ..Places::default() };
    Store::open(&places, Mode::Record, || "m", Profile::Release)
}

/// What a started copy does; without a role it is no test.
#[test]
fn child() {
    let Some(role) = std::env::var_os(ROLE) else { return };
    let role = role.to_str().expect("a word");
    match role {
        // Leaves writing to the end of the thread.
        "note" => store::note("child::f", entry(1_000.0)),
        "killed" => {
            let store = record_into(Path::new(&std::env::var_os(FILE).expect("a path")));
            for n in 0.. {
                store.note(&format!("killed::f{}", n % 50), entry(1_000.0 + f64::from(n)));
                store.flush();
            }
        }
        writer => {
            let store = record_into(Path::new(&std::env::var_os(FILE).expect("a path")));
            for n in 0..20 {
                store.note(&format!("{writer}::f{n}"), entry(1_000.0));
                if n % 3 == 0 {
                    store.flush();
                }
            }
            store.flush();
        }
    }
}

fn start(role: &str, vars: &[(&str, &Path)]) -> Child {
    let mut command = Command::new(std::env::current_exe().expect("this test"));
    command.args(["--exact", "child", "--nocapture"]).stdout(Stdio::null()).stderr(Stdio::piped());
    for name in ["AMORSIZE", "AMORSIZE_FILE", "AMORSIZE_SCRATCH", "AMORSIZE_LOG", "CARGO_MANIFEST_DIR"] {
        command.env_remove(name);
    }
    command.env(ROLE, role).envs(vars.iter().copied()).spawn().expect("a process")
}

fn finish(child: Child) -> String {
    let Output { status, stderr, .. } = child.wait_with_output().expect("an end");
    let stderr = String::from_utf8_lossy(&stderr).into_owned();
    assert!(status.success(), "{stderr}");
    stderr
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn processes_that_record_at_once_lose_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("amorsize.toml");
    let children = ["p1", "p2", "p3"].map(|writer| start(writer, &[(FILE, &file)]));
    for child in children {
        assert_eq!(finish(child), "");
    }
    let text = std::fs::read_to_string(&file).expect("a file");
    let (contents, warnings) = store::parse(&text).expect("a tuned file");
    assert_eq!((contents.sites.len(), warnings.len()), (60, 0));
    assert_eq!(store::canonical(&text).as_deref(), Ok(text.as_str()));
    assert_eq!(names_in(folder.path()), ["amorsize.toml"]);
}

#[test]
fn a_killed_process_leaves_a_whole_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("amorsize.toml");
    for _ in 0..5 {
        let mut child = start("killed", &[(FILE, &file)]);
        let before = std::fs::read(&file).unwrap_or_default();
        // Killed right after it was seen to write, so in the middle of the next flush as likely as not.
        while std::fs::read(&file).unwrap_or_default() == before {
            std::thread::yield_now();
        }
        child.kill().expect("it runs");
        child.wait().expect("an end");
        let text = std::fs::read_to_string(&file).expect("a file");
        let (contents, warnings) = store::parse(&text).expect("a tuned file");
        assert!(!contents.sites.is_empty() && warnings.is_empty());
        // Whoever comes next takes the lock that it may have left, and says so.
        let left = folder.path().join("amorsize.toml.lock").exists();
        let said = finish(start("next", &[(FILE, &file)]));
        assert_eq!(said.contains("was left by a process that ended while it wrote"), left, "{said}");
        let text = std::fs::read_to_string(&file).expect("a file");
        assert!(store::parse(&text).expect("a tuned file").0.sites.contains_key("next::f19"));
        assert!(!folder.path().join("amorsize.toml.lock").exists());
        // Its next run starts from nothing, so that something is written.
        std::fs::remove_file(&file).expect("removed");
    }
}

#[test]
fn what_is_noted_is_written_when_the_thread_ends() {
    let folder = tempfile::tempdir().expect("a folder");
    let scratch = folder.path().join("scratch");
    assert_eq!(finish(start("note", &[("AMORSIZE_SCRATCH", &scratch)])), "");
    let [name] = &names_in(&scratch)[..] else { panic!("one file: {:?}", names_in(&scratch)) };
    let text = std::fs::read_to_string(scratch.join(name)).expect("a file");
    assert!(store::parse(&text).expect("a tuned file").0.sites.contains_key("child::f"));
}

#[test]
fn a_program_that_cargo_did_not_start_writes_nothing_by_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = std::env::current_dir().expect("a folder");
    let mut command = Command::new(std::env::current_exe().expect("this test"));
    command.args(["--exact", "child"]).env(ROLE, "note").env_remove("CARGO_MANIFEST_DIR");
    let output = command.current_dir(folder.path()).output().expect("an end");
    assert!(output.status.success());
    assert_eq!(names_in(folder.path()), [""; 0]);
    assert!(!home.join("amorsize.toml").exists());
}

#[test]
fn recording_asks_for_an_optimised_build() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("amorsize.toml");
    let stderr = finish(start("note", &[("AMORSIZE", Path::new("record")), ("AMORSIZE_FILE", &file)]));
    if cfg!(debug_assertions) {
        assert!(!file.exists(), "{stderr}");
        assert!(stderr.contains("--release"), "{stderr}");
    } else {
        assert!(file.exists(), "{stderr}");
    }
}

#[test]
fn a_mistyped_variable_stops_writing() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("amorsize.toml");
    let vars =
        [("AMORSIZE", Path::new("recrod")), ("AMORSIZE_FILE", &file), ("AMORSIZE_SCRATCH", folder.path())];
    let stderr = finish(start("note", &vars));
    assert!(
        stderr.starts_with("amorsize: AMORSIZE=recrod is not understood, did you mean `record`?"),
        "{stderr}"
    );
    assert_eq!(names_in(folder.path()), [""; 0]);
}
