//! `cargo amorsize doctor` beside a real workspace: whether each entry is the compiled function's is asked of the compiler,
//! and where there is nobody to ask that is said.

mod common;

use common::Workspace;
use serde_json::Value;

const LIB: &str = "\
use amorsize::parallelize;

#[parallelize]
pub fn halves(xs: &[u8]) -> Vec<u8> {
    xs.iter().map(|x| x / 2).collect()
}

#[parallelize]
pub fn thirds(xs: &[u8]) -> Vec<u8> {
    xs.iter().map(|x| x / 3).collect()
}
";

const MANIFEST: &str = "\
[package]
name = \"demo\"
version = \"0.1.0\"
edition = \"2024\"

[dependencies]
amorsize = { path = \"REPOSITORY\" }

[workspace]
";

/// The answer about one site.
fn site<'v>(answer: &'v Value, name: &str) -> &'v Value {
    let sites = answer["sites"].as_array().expect("a list of sites");
    let named = |site: &&Value| site["site"].as_str().is_some_and(|site| site.contains(name));
    sites.iter().find(named).unwrap_or_else(|| panic!("no {name} in {answer}"))
}

/// Everything in one run: a few rounds of measuring take seconds.
#[test]
fn the_compiler_is_asked_about_every_entry() {
    let workspace = Workspace::new(&[("Cargo.toml", MANIFEST), ("src/lib.rs", LIB)]);
    let entry = |key: &str, body: &str| {
        format!(
            "\n[site.\"{key}\"]\nbody = \"{body}\"\nmachine = \"x86_64-zen5-2\"\nitem_ns = 47\n\
             item_bytes = 2\nlen = [4_000, 2_100_000]\nsamples = 96\n"
        )
    };
    workspace.write("amorsize.toml", "version = 1\n");
    let listed = workspace.amorsize(&["check", "--message-format", "json"]).expect(1).json();
    let body = listed.iter().find_map(|line| {
        let ours = line["site"]["key"].as_str()?.starts_with("demo::halves(");
        ours.then(|| line["site"]["body"].as_str().map(str::to_owned))?
    });
    let text = "version = 1\n".to_owned()
        + &entry("demo::gone(&[u8]) -> Vec<u8>", "000000000001")
        + &entry("demo::halves(&[u8]) -> Vec<u8>", &body.expect("the body of `halves`"))
        + &entry("demo::thirds(&[u8]) -> Vec<u8>", "000000000002");
    workspace.write("amorsize.toml", &text);

    let ran = workspace.amorsize(&["doctor", "--message-format", "json"]);
    let answer = &ran.json()[0];
    assert_eq!(answer["compiled"]["sites"], 2, "{answer}");
    assert_eq!(answer["compiled"]["missing"], 0);
    for (name, compiled) in [("gone", "no"), ("halves", "as-measured"), ("thirds", "changed")] {
        assert_eq!(site(answer, name)["compiled"], compiled, "{answer}");
        assert_eq!(site(answer, name)["bytes"], 4_200_000.0, "element and result of the longest call");
    }
    assert_eq!(site(answer, "gone")["verdict"], "caution");

    // What is compiled no longer is not known: the machine and the file are judged all the same.
    workspace.edit("src/lib.rs", "x / 3", "x / y");
    let ran = workspace.amorsize(&["doctor", "--message-format", "json"]);
    let answer = &ran.json()[0];
    assert_eq!(answer["not_compiled"], "the workspace does not compile", "{answer}");
    assert_eq!(site(answer, "halves")["compiled"], Value::Null);
}
