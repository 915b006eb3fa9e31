//! What the attribute makes of a function: the shapes that it found, or what it says instead.

use std::collections::BTreeSet;
use std::panic;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Item, ItemFn, Macro};

use crate::population::is_iterator_method;

/// The answer of the attribute.
pub enum Verdict {
    /// Accepted; the shape of its sites, such as `chain over elements into map`.
    Recognised(String),
    /// Refused; the kinds of its messages in order, names left out.
    Refused(Vec<String>),
    /// The attribute panicked, or its output is not what it promises: a mistake of ours.
    Broken(String),
}

/// Annotates a function and reads what comes back, which is what the attribute says when it is asked.
#[must_use]
pub fn of(item: &ItemFn) -> Verdict {
    let tokens = item.to_token_stream();
    let given = tokens.to_string();
    let both = || {
        (
            amorsize_syntax::parallelize(TokenStream::new(), tokens),
            amorsize_syntax::ask(TokenStream::new(), item),
        )
    };
    let Ok((output, answer)) = panic::catch_unwind(panic::AssertUnwindSafe(both)) else {
        return Verdict::Broken("panicked".to_owned());
    };
    let file = match syn::parse2::<syn::File>(output.clone()) {
        Ok(file) => file,
        Err(error) => return Verdict::Broken(format!("its output does not parse: {error}")),
    };
    let is_error = |call: &Macro| call.path.segments.last().is_some_and(|last| last.ident == "compile_error");
    let errors = file.items.iter().filter(|item| matches!(item, Item::Macro(item) if is_error(&item.mac)));
    match (errors.count(), answer.mistakes.len()) {
        (0, 0) => Verdict::Recognised(shapes(output)),
        (given, said) if given != said => {
            Verdict::Broken(format!("gives {given} compile errors, and {said} where it is asked"))
        }
        _ if !output.to_string().starts_with(&given) => {
            Verdict::Broken("a refused function came back changed".to_owned())
        }
        _ => Verdict::Refused(answer.mistakes.iter().map(|mistake| kind(&mistake.to_string())).collect()),
    }
}

/// A message without the names of the function's own: what stands in backticks, unless it is a word of the language or of
/// std's iterators. The advice behind it may differ where the reason is the same.
fn kind(message: &str) -> String {
    let reason = message.split(['\n', ';']).next().unwrap_or_default();
    let pieces = reason.split('`').enumerate().map(|(at, piece)| match at % 2 {
        1 => format!("`{}`", nameless(piece)),
        _ => piece.to_owned(),
    });
    let whole: String = pieces.collect();
    whole.split(": `").next().unwrap_or_default().to_owned()
}

/// `xs` → `…`, `xs.chunks(..)` → `….chunks(..)`; `fold` and `break` stay.
fn nameless(code: &str) -> String {
    let is_name = |text: &str| syn::parse_str::<syn::Ident>(text).is_ok() && !is_iterator_method(text);
    match code.split_once('.') {
        _ if is_name(code) => "…".to_owned(),
        Some((base, rest)) if is_name(base) => format!("….{rest}"),
        _ => code.to_owned(),
    }
}

/// What an expansion calls: where its parts come from, and which entry points join them.
fn shapes(output: TokenStream) -> String {
    let mut names = Vec::new();
    entries(output, &mut names);
    let is_loop = names.iter().any(|name| name == "Done");
    let called = names.into_iter().filter(|name| name.starts_with(|c: char| c.is_ascii_lowercase()));
    let called: BTreeSet<String> = called.filter(|name| name != "parameter" && name != "placed").collect();
    let (ends, heads): (Vec<&String>, Vec<&String>) = called.iter().partition(|name| is_end(name));
    let list = |names: Vec<&String>| names.into_iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    let kind = if is_loop { "loop" } else { "chain" };
    format!("{kind} over {} into {}", list(heads), list(ends))
}

/// Whether an entry point joins parts, or is a source of them.
fn is_end(name: &str) -> bool {
    const ENDS: &str = "map collect for_each for_each_mut sum product ordered fold min max find";
    ENDS.split_whitespace().any(|end| end == name) || matches!(name, "any" | "all" | "count")
}

/// What stands behind each `__private ::`.
fn entries(tokens: TokenStream, found: &mut Vec<String>) {
    let mut before = [String::new(), String::new(), String::new()];
    for token in tokens {
        if let TokenTree::Group(group) = &token {
            entries(group.stream(), found);
        }
        let text = match &token {
            TokenTree::Group(_) => String::new(),
            other => other.to_string(),
        };
        if before == ["__private", ":", ":"] {
            found.push(text.clone());
        }
        before.rotate_left(1);
        before[2] = text;
    }
}
