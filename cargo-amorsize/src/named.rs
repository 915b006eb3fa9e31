//! Which site of a file a person means by a name.
//!
//! It decides by the closest way of writing that fits: the whole key, an earlier one, the function's name or the end of
//! its path, any part of the key.

use crate::message::Message;
use crate::tuned::TunedFile;

/// So many candidates are named, the rest is counted.
const NAMED: usize = 6;

/// The key that `name` means.
///
/// # Errors
/// If the file has no such site, or several.
pub(crate) fn site<'f>(name: &str, file: &'f TunedFile) -> Result<&'f str, Box<Message>> {
    let contents = &file.contents;
    if let Some((key, _)) = contents.sites.get_key_value(contents.listed_as(name)) {
        return Ok(key);
    }
    let mut keys: Vec<&str> = contents.sites.keys().map(String::as_str).collect();
    keys.sort_unstable();
    let ways: [&dyn Fn(&str) -> bool; 2] = [&|key| ends_in(key, name), &|key| key.contains(name)];
    for way in ways {
        let found: Vec<&str> = keys.iter().copied().filter(|key| way(key)).collect();
        match found[..] {
            [] => {}
            [key] => return Ok(key),
            _ => {
                return Err(Box::new(listed("ambiguous", format!("several sites are named {name}"), &found)));
            }
        }
    }
    let message = Message::error("unknown-site", format!("the file has no site named {name}"))
        .detail("looked in", file.described());
    let message = match similar(name, &keys) {
        Some(key) => message.detail("similar", key),
        None => message,
    };
    Err(Box::new(
        message
            .fix("cargo amorsize show", "lists the sites")
            .fix("cargo amorsize tune", "records what your program runs"),
    ))
}

/// Whether `name` is the function of the key, or the end of its path.
fn ends_in(key: &str, name: &str) -> bool {
    let path = path(key);
    path == name || path.strip_suffix(name).is_some_and(|before| before.ends_with("::"))
}

/// A key's path: without parameters, return type and type arguments.
pub(crate) fn path(key: &str) -> &str {
    // `<A as Blur>::f(…)` begins with type arguments that are no arguments.
    let from = if key.starts_with('<') { key.find(">::").map_or(0, |at| at + 1) } else { 0 };
    let end = key[from..].find(['(', '<']).map_or(key.len(), |at| from + at);
    &key[..end]
}

/// The function's own name.
pub(crate) fn function(key: &str) -> &str {
    path(key).rsplit("::").next().unwrap_or(key)
}

fn listed(case: &'static str, text: String, keys: &[&str]) -> Message {
    let mut message = Message::error(case, text);
    for key in keys.iter().take(NAMED) {
        message = message.detail("site", *key);
    }
    if keys.len() > NAMED {
        message = message.detail("and", format!("{} more", keys.len() - NAMED));
    }
    message.advice("write more of the key, in quotes")
}

/// The site whose function shares most of its beginning with the name.
fn similar<'k>(name: &str, keys: &[&'k str]) -> Option<&'k str> {
    let wanted = path(name).rsplit("::").next().unwrap_or(name);
    let shared = |key: &str| function(key).chars().zip(wanted.chars()).take_while(|(a, b)| a == b).count();
    keys.iter().copied().max_by_key(|key| shared(key)).filter(|key| shared(key) >= 3)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::message::{Format, Printer};
    use crate::tuned::Tuned;
    use expect_test::expect;

    /// The file of all limits, read as a verb reads it.
    pub(crate) fn file() -> TunedFile {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/limits.toml");
        let mut file =
            Tuned { file: Some(path.into()), ..Tuned::default() }.read(&Printer::new(Format::Human)).unwrap();
        file.path = "amorsize.toml".into();
        file
    }

    #[test]
    fn the_closest_way_of_writing_counts() {
        let file = file();
        for name in ["row_blur", "demo::row_blur", "demo::row_blur(&[Rgb<u8>]) -> Vec<Rgb<u8>>", "Rgb"] {
            assert_eq!(site(name, &file).unwrap(), "demo::row_blur(&[Rgb<u8>]) -> Vec<Rgb<u8>>");
        }
        assert_eq!(path("<A as blur::Blur>::f(&[u8])"), "<A as blur::Blur>::f");
        assert_eq!(function("a::f<Sha256>(&[Vec<u8>]) -> Vec<Digest>"), "f");
    }

    #[test]
    fn what_is_unclear_is_said() {
        let file = file();
        expect![[r#"
            error: the file has no site named row_blurr
              looked in: amorsize.toml (9 entries, version 1)
              similar:   demo::row_blur(&[Rgb<u8>]) -> Vec<Rgb<u8>>
              fix:       cargo amorsize show (lists the sites)
                    or:  cargo amorsize tune (records what your program runs)
        "#]]
        .assert_eq(&site("row_blurr", &file).unwrap_err().plain());
        expect![[r#"
            error: several sites are named Job
              site:      demo::contended(&[Job]) -> Vec<Done>
              site:      demo::pinned(&[Job]) -> Vec<Done>
              fix:       write more of the key, in quotes
        "#]]
        .assert_eq(&site("Job", &file).unwrap_err().plain());
    }
}
