//! The message for a site that the tuned file says nothing about.
//!
//! It decides which other entry is worth naming: one with the same body (the function was renamed), else the nearest
//! key. It does not decide whether a missing entry is an error.

use std::fmt::Write as _;

use super::load::Contents;
use super::model::Profile;
use super::status::FileStatus;
use crate::observe::nearest;

/// Names the case, what was looked at, a similar key and what fixes it.
pub(crate) fn message(
    key: &str,
    body: &str,
    tuned: &Contents,
    status: &FileStatus,
    profile: Profile,
) -> String {
    let mut text = format!("no tuned entry for {key}\n  looked in: {status}");
    if profile == Profile::Debug && tuned.find(key).is_some() {
        text.push_str("\n  note:      it has an entry, which is for optimised builds only");
    }
    let same_body = tuned
        .sites
        .iter()
        .filter(|(_, listed)| listed.entry.as_ref().is_some_and(|entry| entry.body == body))
        .map(|(other, _)| other.as_str())
        .filter(|other| *other != key)
        .min();
    let others = || tuned.sites.keys().map(String::as_str).filter(|other| *other != key);
    let function = function(key);
    if let Some(other) = same_body {
        let _ = write!(text, "\n  similar:   {other}   (same body)");
    } else if let Some(other) = nearest(key, others()) {
        let _ = write!(text, "\n  similar:   {other}");
    }
    let _ = write!(text, "\n  fix:       AMORSIZE=record with a release build that calls {function}");
    text + "\n             then commit the file"
}

/// The function's name in a key.
fn function(key: &str) -> &str {
    let path = key.split('(').next().unwrap_or(key);
    let path = path.rsplit("::").next().unwrap_or(path);
    path.split(['<', '.']).next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::super::load::parse;
    use super::*;

    #[test]
    fn a_renamed_function_is_recognised_by_its_body() {
        let file = "version = 1\n[site.\"a::filter::row_blur(&[u8])\"]\nbody = \"b1\"\nitem_ns = 1\n\
                    [site.\"a::hash(&[u8])\"]\nbody = \"b2\"\nitem_ns = 1\n";
        let (tuned, _) = parse(file).expect("a tuned file");
        let status = FileStatus { path: Some("amorsize.toml".into()), ..FileStatus::default() };
        let text = |key, body| message(key, body, &tuned, &status, Profile::Release);
        let renamed = text("a::blur::row_blur(&[u8])", "b1");
        assert!(renamed.contains("similar:   a::filter::row_blur(&[u8])   (same body)"), "{renamed}");
        assert!(renamed.contains("that calls row_blur\n"), "{renamed}");
        let near = text("a::hash2(&[u8])", "b9");
        assert!(near.contains("similar:   a::hash(&[u8])\n"), "{near}");
        assert!(!text("z", "b9").contains("similar"));
    }

    #[test]
    fn function_names_are_found_in_keys() {
        for (key, expected) in [
            ("a::b::f<u8>(&[u8]) -> Vec<u8>", "f"),
            ("a::f.second(&[a::T])", "f"),
            ("<a::A<u8> as a::Blur>::f", "f"),
            ("f", "f"),
        ] {
            assert_eq!(function(key), expected);
        }
    }
}
