//! The key of a site: `crate::module::function<type args>(parameter types) -> return type`.
//!
//! It decides which runs of a function share an entry. The path comes from the type name of the site's kernel, a
//! closure inside the function, which tells instantiations and `impl`s apart; the signature comes from the tokens.
//! Types of closures count as `_` and lifetimes are dropped, because neither is something that a person could write
//! down or that survives a change of the compiler. It does not decide what happens when two sites share a key.

/// The key of a site.
///
/// `kernel_type_name` is `type_name` of the kernel; `part` is empty or `.name` of one of several chains; `signature` is
/// `(parameter types) -> return type`; `name` is what `key = "…"` gave, or empty. A named key is `crate::name`, with the
/// type arguments of the instantiation, and has no signature: it survives renaming and new parameters.
#[must_use]
pub fn key(kernel_type_name: &str, part: &str, signature: &str, name: &str) -> String {
    let path = path(kernel_type_name);
    if name.is_empty() {
        return format!("{path}{part}{signature}");
    }
    let arguments = arguments(&path);
    match home(&path) {
        "" => format!("{name}{arguments}{part}"),
        home => format!("{home}::{name}{arguments}{part}"),
    }
}

const CLOSURE: &str = "::{{closure}}";

/// The function's path: without the kernel's own `::{{closure}}`, normalised.
fn path(kernel_type_name: &str) -> String {
    let path = kernel_type_name.strip_suffix(CLOSURE).unwrap_or(kernel_type_name);
    spaced(&without_closures(path))
}

/// Replaces the path of every closure among type arguments by `_`; the function's own path keeps its segments.
fn without_closures(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find(CLOSURE) {
        text.push_str(&rest[..at]);
        rest = &rest[at + CLOSURE.len()..];
        match start_of_path(&text) {
            Some(start) => {
                text.truncate(start);
                text.push('_');
                // A closure's own segments and arguments (`{{closure}}::{{closure}}`) go with it.
                while let Some(inner) = rest.strip_prefix(CLOSURE) {
                    rest = inner;
                }
            }
            None => text.push_str(CLOSURE),
        }
    }
    text + rest
}

/// Where the path that ends `text` starts, if it stands inside brackets.
fn start_of_path(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    let mut previous = ' ';
    for (at, c) in text.char_indices().rev() {
        match c {
            // `->` closes nothing.
            '>' | ')' | ']' => depth += 1,
            '<' | '(' | '[' if depth > 0 => depth -= 1,
            '<' | '(' | '[' => return Some(at + c.len_utf8()),
            '-' if previous == '>' => depth = depth.saturating_sub(1),
            ',' | ' ' | '&' | '*' | ';' | '=' if depth == 0 && nested(&text[..at]) => {
                return Some(at + c.len_utf8());
            }
            _ => {}
        }
        previous = c;
    }
    None
}

/// Whether the end of `text` stands inside brackets.
fn nested(text: &str) -> bool {
    let mut depth = 0i32;
    let mut previous = ' ';
    for c in text.chars() {
        match c {
            '<' | '(' | '[' => depth += 1,
            '>' if previous == '-' => {}
            '>' | ')' | ']' => depth -= 1,
            _ => {}
        }
        previous = c;
    }
    depth > 0
}

/// One word, lifetime or mark of a type.
fn tokens(text: &str) -> Vec<&str> {
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == '#';
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if word(first) {
            rest.find(|c| !word(c)).unwrap_or(rest.len())
        } else if first == '\'' {
            1 + rest[1..].find(|c| !word(c)).unwrap_or(rest.len() - 1)
        } else if rest.starts_with("::") || rest.starts_with("->") {
            2
        } else if rest.starts_with("{{") {
            rest.find("}}").map_or(rest.len(), |end| end + 2)
        } else {
            first.len_utf8()
        };
        tokens.push(&rest[..length]);
        rest = rest[length..].trim_start();
    }
    tokens
}

/// The text with one spelling of spaces and without lifetimes.
fn spaced(text: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for token in tokens(text) {
        match token {
            _ if token.starts_with('\'') => {}
            // What a dropped lifetime leaves behind: `<'a, T>`, `<'a>`, `dyn T + 'a`, `for<'a>`.
            "," if matches!(kept.last(), Some(&("<" | ","))) => {}
            ">" => {
                while matches!(kept.last(), Some(&("," | "+"))) {
                    kept.pop();
                }
                if kept.last() == Some(&"<") {
                    kept.pop();
                    if kept.last() == Some(&"for") {
                        kept.pop();
                    }
                } else {
                    kept.push(token);
                }
            }
            "," | ")" | ";" => {
                while kept.last() == Some(&"+") {
                    kept.pop();
                }
                kept.push(token);
            }
            _ => kept.push(token),
        }
    }
    while kept.last() == Some(&"+") {
        kept.pop();
    }
    let mut line = String::with_capacity(text.len());
    let mut before = "";
    for token in kept {
        let words = |token: &str| token.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        let apart = matches!(token, "->" | "+" | "=" | "as")
            || matches!(before, "->" | "+" | "=" | "as" | "," | ";")
            || (words(before) && words(token))
            || matches!(before, "mut" | "const" | "dyn");
        if apart && !before.is_empty() {
            line.push(' ');
        }
        line.push_str(token);
        before = token;
    }
    line
}

/// The crate that a path lives in: its first segment; of `<T as Trait>::f` the crate of `T` unless that is a type of
/// std or of the language, then the crate of the trait (one of the two is local).
fn home(path: &str) -> &str {
    let foreign = |name: &str| matches!(name, "std" | "core" | "alloc" | "dyn" | "mut" | "const" | "for");
    let word = |c: char| c.is_alphanumeric() || c == '_';
    path.match_indices("::")
        .filter_map(|(at, _)| {
            let before = path[..at].trim_end_matches(word);
            // A word after `::` is a later segment; `>::f` has no word at all.
            (!before.ends_with(':') && before.len() < at).then(|| &path[before.len()..at])
        })
        .find(|name| !foreign(name))
        .unwrap_or_default()
}

/// The type arguments of the instantiation, `<…>`, of the type and of the function together; empty without.
fn arguments(path: &str) -> String {
    let mut lists: Vec<&str> = Vec::new();
    let mut depth = 0usize;
    let mut open = 0;
    let mut before = ' ';
    for (at, c) in path.char_indices() {
        match c {
            // A `<` that follows nothing opens `<T as Trait>`: its contents are searched, not taken.
            '<' if depth == 0 && !(before.is_alphanumeric() || before == '_' || before == ':') => {}
            '<' => {
                if depth == 0 {
                    open = at + 1;
                }
                depth += 1;
            }
            '>' if before != '-' && depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    lists.push(&path[open..at]);
                }
            }
            _ => {}
        }
        before = c;
    }
    if lists.is_empty() { String::new() } else { format!("<{}>", lists.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_tell_instantiations_apart_and_closures_not() {
        // The names on the left are what rustc 1.95 gives.
        for (kernel, expected) in [
            ("mycrate::module::f::{{closure}}", "mycrate::module::f"),
            ("<a::A<u8> as a::Blur>::f::{{closure}}", "<a::A<u8> as a::Blur>::f"),
            ("a::A<u16>::g<4>::{{closure}}", "a::A<u16>::g<4>"),
            ("a::h<&str>::{{closure}}", "a::h<&str>"),
            ("a::i<a::main::{{closure}}>::{{closure}}", "a::i<_>"),
            ("a::i<&a::main::{{closure}}, u8>::{{closure}}", "a::i<&_, u8>"),
            ("a::i<a::j<u8>::{{closure}}::{{closure}}>::{{closure}}", "a::i<_>"),
            (
                "a::i<core::iter::adapters::map::Map<a::I, a::main::{{closure}}>>::{{closure}}",
                "a::i<core::iter::adapters::map::Map<a::I, _>>",
            ),
            ("a::i<(a::m::{{closure}}, [a::m::{{closure}}; 2])>::{{closure}}", "a::i<(_, [_; 2])>"),
            ("a::main::{{closure}}::f::{{closure}}", "a::main::{{closure}}::f"),
            ("a::i<<a::A<u8> as a::B>::f::{{closure}}>::{{closure}}", "a::i<_>"),
            ("a::f<dyn core::fmt::Debug+'a>::{{closure}}", "a::f<dyn core::fmt::Debug>"),
            ("a::f<for<'a> fn(&'a u8)->u8>::{{closure}}", "a::f<fn(&u8) -> u8>"),
            ("a::f<a::W<'_>,a::X<'a,T>>::{{closure}}", "a::f<a::W, a::X<T>>"),
            ("a::f< &'static mut [u8 ; 4] >::{{closure}}", "a::f<&mut [u8; 4]>"),
            ("", ""),
            ("{{closure}}", "{{closure}}"),
        ] {
            assert_eq!(key(kernel, "", "", ""), expected, "{kernel}");
        }
        assert_eq!(
            key("imgproc::blur::row_blur::{{closure}}", ".second", "(&[Rgb<u8>]) -> Vec<Rgb<u8>>", ""),
            "imgproc::blur::row_blur.second(&[Rgb<u8>]) -> Vec<Rgb<u8>>"
        );
    }

    #[test]
    fn a_named_key_keeps_the_crate_and_the_type_arguments() {
        for (kernel, part, expected) in [
            ("a::b::f::{{closure}}", "", "a::blur"),
            ("a::b::f<u8>::{{closure}}", ".2", "a::blur<u8>.2"),
            ("a::A<u16>::g<4>::{{closure}}", "", "a::blur<u16, 4>"),
            ("<a::A<u8> as b::Blur>::f::{{closure}}", "", "a::blur<u8>"),
            ("<u8 as a::Blur>::f::{{closure}}", "", "a::blur"),
            ("<&alloc::vec::Vec<u8> as a::Blur>::f::{{closure}}", "", "a::blur<u8>"),
            ("<[a::T] as core::ops::Add>::f::{{closure}}", "", "a::blur"),
            ("f", "", "blur"),
        ] {
            assert_eq!(key(kernel, part, "(&[u8])", "blur"), expected, "{kernel}");
        }
    }

    #[test]
    fn names_of_this_compiler_are_understood() {
        fn name<F: Fn()>(_: F) -> &'static str {
            std::any::type_name::<F>()
        }
        fn site<T>(_: T) -> &'static str {
            name(|| ())
        }
        let home = concat!(module_path!(), "::names_of_this_compiler_are_understood::site");
        assert_eq!(key(site(1u8), "", "", ""), format!("{home}<u8>"));
        assert_eq!(key(site(|| ()), "", "", ""), format!("{home}<_>"));
        assert_eq!(key(site(""), "", "", ""), format!("{home}<&str>"));
    }
}
