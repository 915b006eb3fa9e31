//! What is refused, and in which words. `TRYBUILD=overwrite cargo test --test ui` rewrites the goldens: read each one.

#![cfg(feature = "rayon")]

use std::path::Path;
use std::process::Command;

/// rustc quotes std in these only where its sources are installed, so that the same compiler has two outputs.
const QUOTES_STD: &str = "quoting_std.rs";

/// Whether this toolchain has the component `rust-src`.
fn has_sources_of_std() -> bool {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let sysroot = Command::new(rustc).args(["--print", "sysroot"]).output().expect("rustc runs").stdout;
    let sysroot = String::from_utf8(sysroot).expect("a path in UTF-8");
    Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library/core/src/lib.rs").is_file()
}

// rustc lists what else implements a trait, and that depends on which crates are there: every feature is needed.
#[test]
fn refusals() {
    let cases = trybuild::TestCases::new();
    let mut compared = 0;
    for entry in std::fs::read_dir("tests/ui").expect("the goldens") {
        let path = entry.expect("a golden").path();
        if path.extension().is_none_or(|kind| kind != "rs") {
            continue;
        }
        if path.ends_with(QUOTES_STD) && !has_sources_of_std() {
            println!("{}: not compared, `rustup component add rust-src` is missing", path.display());
            continue;
        }
        cases.compile_fail(path);
        compared += 1;
    }
    assert!(compared > 30, "only {compared} goldens were found");
}
