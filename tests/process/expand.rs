//! `AMORSIZE_EXPAND=name` prints what the attribute makes of one function, while it is compiled.

use std::path::PathBuf;
use std::process::Command;

const SOURCE: &str = "
use amorsize::parallelize;

/// Twice.
#[parallelize(slice_fn = all_doubled)]
pub fn doubled(x: &u32) -> u32 { x * 2 }

#[parallelize]
pub fn halves(xs: &[u32]) -> Vec<u32> { xs.iter().map(|x| x / 2).collect() }
";

/// What the compiler prints with the variable set.
fn compiled(name: &str) -> String {
    let library = library();
    let folder = tempfile::tempdir().expect("a folder");
    let source = folder.path().join("lib.rs");
    std::fs::write(&source, SOURCE).expect("the source is written");
    let output = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .args(["--edition", "2024", "--crate-type", "lib", "--emit", "metadata", "--out-dir"])
        .arg(folder.path())
        .arg("--extern")
        .arg(format!("amorsize={}", library.display()))
        .arg("-L")
        .arg(format!("dependency={}", library.with_file_name("deps").display()))
        .arg(source)
        .env("AMORSIZE_EXPAND", name)
        .output()
        .expect("rustc starts");
    let printed = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{printed}");
    printed
}

/// The library, built by cargo; its dependencies lie in a folder beside it.
pub(super) fn library() -> PathBuf {
    let output = Command::new(env!("CARGO"))
        .args(["build", "-p", "amorsize", "--lib", "--message-format=json"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo starts");
    let messages = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut paths = messages.split('"').filter(|text| text.ends_with("libamorsize.rlib"));
    PathBuf::from(paths.next_back().expect("cargo names the library").replace("\\\\", "\\"))
}

#[test]
fn one_expansion_is_printed_while_compiling() {
    let printed = compiled("elements::all_doubled");
    let expected = "\
// `#[parallelize]` makes this of `elements::all_doubled`:
/// Twice.
pub fn doubled(x: &u32) -> u32 { x * 2 }
/// [`doubled()`] for every element of a slice";
    assert!(printed.starts_with(expected), "{printed}");
    assert!(printed.contains("\npub fn all_doubled(xs: &[u32]) -> ::std::vec::Vec<u32> {\n"), "{printed}");
    assert!(!printed.contains("halves"), "{printed}");
    assert_eq!(compiled("nothing"), "");
}
