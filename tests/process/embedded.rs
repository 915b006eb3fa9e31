//! `embed!()` in a program that runs where there is no file.

use std::path::Path;
use std::process::Command;

use super::{Run, expand};

const SOURCE: &str = "
fn main() {
    if std::env::args().count() > 1 { amorsize::map(&[1, 2], |x| x + 1); }
    amorsize::embed!();
    let double = amorsize::site!(\"double\").map(&[1, 2, 3], |x| x * 2);
    println!(\"{double:?}\\n{}\", amorsize::decisions());
}
";

const FILE: &str = "version = 1\n\n[site.\"app::double\".pin]\nserial = true\nreason = \"embedded\"\n";

/// A program built from the package `app` of a workspace with these files beside its `Cargo.lock`.
fn built(files: &[(&str, &str)]) -> (tempfile::TempDir, std::path::PathBuf) {
    let library = expand::library();
    let folder = tempfile::tempdir().expect("a folder");
    let package = folder.path().join("app");
    std::fs::create_dir(&package).expect("a folder");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("written");
    }
    let (source, program) = (package.join("main.rs"), folder.path().join("app/app.exe"));
    std::fs::write(&source, SOURCE).expect("the source is written");
    let output = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .args(["--edition", "2024", "--crate-name", "app", "-o"])
        .arg(&program)
        .arg("--extern")
        .arg(format!("amorsize={}", library.display()))
        .arg("-L")
        .arg(format!("dependency={}", library.with_file_name("deps").display()))
        .arg(source)
        .env("CARGO_MANIFEST_DIR", &package)
        .output()
        .expect("rustc starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    (folder, program)
}

/// Runs the program in an empty folder, as a container would.
fn run(program: &Path, arguments: &[&str]) -> Run {
    let empty = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(program);
    for (name, _) in
        std::env::vars().filter(|(name, _)| name.starts_with("AMORSIZE") || name.starts_with("CARGO"))
    {
        command.env_remove(name);
    }
    let output =
        command.args(arguments).current_dir(&empty).env("AMORSIZE", "frozen").output().expect("it starts");
    assert_eq!(std::fs::read_dir(&empty).expect("a folder").count(), 0);
    Run::of(&output)
}

#[test]
fn a_program_carries_its_tuned_file_into_an_empty_folder() {
    let (_folder, program) = built(&[("Cargo.lock", ""), ("amorsize.toml", FILE)]);
    let ran = run(&program, &[]);
    assert!(ran.ok && ran.err.is_empty(), "{}", ran.err);
    assert!(ran.out.starts_with("[2, 4, 6]\n") && ran.out.contains("pinned: embedded"), "{}", ran.out);
    let late = run(&program, &["late"]);
    assert!(late.ok && late.out.starts_with("[2, 4, 6]\n"), "{}", late.err);
    assert_eq!(late.err.matches("call `amorsize::embed!()` first in `main`").count(), 1, "{}", late.err);
}

#[test]
fn where_there_is_no_tuned_file_nothing_is_embedded() {
    let (_folder, program) = built(&[("Cargo.lock", "")]);
    let ran = run(&program, &[]);
    assert!(
        ran.ok && ran.out.starts_with("[2, 4, 6]\n") && !ran.out.contains("pinned"),
        "{}{}",
        ran.out,
        ran.err
    );
}
