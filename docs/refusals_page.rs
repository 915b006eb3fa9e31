//! The page of refusals against what the compiler printed: `tests/ui/*.stderr`.

use std::collections::BTreeSet;
use std::{fs, path::Path};

/// The beginning of a message without the names of the user's code.
fn kind(message: &str) -> String {
    let pieces = message.split('`').enumerate();
    let nameless: Vec<&str> = pieces.map(|(at, piece)| if at % 2 == 0 { piece } else { "…" }).collect();
    nameless.join("`").split(';').next().unwrap_or_default().trim().to_owned()
}

/// The messages of the goldens: with rustc's codes, which are on the page where they are this crate's, or without.
fn printed(coded: bool) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/ui");
    let mut kinds = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        // There rustc alone speaks, or the user's lints.
        let is_rustcs = name.starts_with("lints_of_the_user") || name.starts_with("unfinished");
        if path.extension().is_none_or(|extension| extension != "stderr") || is_rustcs {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let headline = |line: &str| {
            let rest = line.strip_prefix("error")?;
            let (code, message) = rest.split_once(": ")?;
            (code.starts_with('[') == coded).then(|| kind(message))
        };
        kinds.extend(text.lines().filter_map(headline));
    }
    kinds
}

fn listed() -> BTreeSet<String> {
    let page = include_str!("src/refusals.md");
    page.lines().filter_map(|line| line.strip_prefix("> ")).map(str::to_owned).collect()
}

#[test]
fn every_refusal_has_its_place_on_the_page() {
    let listed = listed();
    let missing: Vec<String> = printed(false).into_iter().filter(|one| !listed.contains(one)).collect();
    assert!(missing.is_empty(), "docs/src/refusals.md lacks {missing:#?}");
}

#[test]
fn the_page_lists_nothing_that_is_not_said() {
    let said: BTreeSet<String> = printed(false).into_iter().chain(printed(true)).collect();
    let stale: Vec<String> = listed().into_iter().filter(|one| !said.contains(one)).collect();
    assert!(stale.is_empty(), "no golden of tests/ui says {stale:#?}");
}
