//! Keys of the tuned file, taken apart. It knows brackets, not types.

/// Splits at `separator` wherever no bracket is open; `->` closes nothing.
pub(crate) fn split<'t>(text: &'t str, separator: &str) -> Vec<&'t str> {
    let mut pieces = Vec::new();
    let (mut depth, mut start, mut before) = (0_i32, 0, ' ');
    for (at, c) in text.char_indices() {
        if depth == 0 && at >= start && text[at..].starts_with(separator) {
            pieces.push(&text[start..at]);
            start = at + separator.len();
        }
        match c {
            '<' | '(' | '[' | '{' => depth += 1,
            '>' if before == '-' => {}
            '>' | ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        before = c;
    }
    pieces.push(text.get(start..).unwrap_or_default());
    pieces
}

/// The path in front of the signature: `a::f<(u8, u8)>.mean(&[u8]) -> u8` → `a::f<(u8, u8)>.mean`.
fn in_front(key: &str) -> &str {
    split(key, "(").first().copied().unwrap_or(key)
}

/// A path as segments, without closures around the site.
pub(crate) fn segments(path: &str) -> Vec<&str> {
    split(path, "::").into_iter().filter(|segment| *segment != "{{closure}}").collect()
}

/// A segment's name and the types behind it: `f<u8, 4>` → `f`, `[u8, 4]`.
pub(crate) fn arguments(segment: &str) -> (&str, Vec<&str>) {
    match segment.split_once('<') {
        Some((name, rest)) if !name.is_empty() => {
            let inner = rest.strip_suffix('>').unwrap_or(rest);
            (name, split(inner, ",").into_iter().map(str::trim).collect())
        }
        _ => (segment, Vec::new()),
    }
}

/// The function's name in a key, which `tune --only` takes.
pub(crate) fn function(key: &str) -> &str {
    let path = in_front(key);
    let path = split(path, ".").first().copied().unwrap_or(path);
    let last = segments(path).last().copied().unwrap_or(path);
    arguments(last).0
}

/// The crate that a key belongs to: the first segment of a path in it that is not of std.
pub(crate) fn home(key: &str) -> &str {
    let path = in_front(key);
    let word = |c: char| c.is_alphanumeric() || c == '_';
    path.match_indices("::")
        .filter_map(|(at, _)| {
            let before = path[..at].trim_end_matches(word);
            (!before.ends_with(':') && before.len() < at).then(|| &path[before.len()..at])
        })
        .find(|name| !matches!(*name, "std" | "core" | "alloc"))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_apart() {
        for (key, name, crate_name) in [
            ("a::b::f<u8>(&[u8]) -> Vec<u8>", "f", "a"),
            ("a::f<(u8, u8)>.second(&[a::T])", "f", "a"),
            ("<b::A<u8> as a::Blur>::f(&self, &[u8])", "f", "b"),
            ("a::m::<impl b::Blur for c::A>::g<4>(&[u8])", "g", "a"),
            ("<[u8] as a::Blur>::f(&[u8])", "f", "a"),
            ("<alloc::vec::Vec<a::T> as core::ops::Add>::f(&[u8])", "f", "a"),
            ("a::main::{{closure}}::f(&[u8])", "f", "a"),
            ("a::f::{{closure}}.3(&[u8])", "f", "a"),
            ("a::f<fn(&u8) -> u8>(&[u8])", "f", "a"),
            ("a::blur<u8>", "blur", "a"),
            ("f", "f", ""),
        ] {
            assert_eq!((function(key), home(key)), (name, crate_name), "{key}");
        }
        assert_eq!(
            segments("a::{{closure}}::<impl a::B for c::D<e::F>>::f"),
            ["a", "<impl a::B for c::D<e::F>>", "f"]
        );
        assert_eq!(arguments("f<u8, (a, b), fn(u8) -> u8>"), ("f", vec!["u8", "(a, b)", "fn(u8) -> u8"]));
    }
}
