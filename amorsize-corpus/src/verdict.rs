//! What the attribute makes of a function: the shapes that it found, or what it says instead.

use std::collections::BTreeSet;
use std::panic;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Item, ItemFn};

use crate::population::is_iterator_method;

/// The answer of the attribute.
pub enum Verdict {
    /// Accepted; the shapes of its sites, such as `chain into map` or `loop into for_each_mut`, each once.
    Recognised(BTreeSet<String>),
    /// Refused; the kinds of its messages in order, names left out.
    Refused(Vec<String>),
    /// The attribute panicked, or its output is not what it promises: a mistake of ours.
    Broken(String),
}

/// Annotates a function and reads what comes back.
#[must_use]
pub fn of(item: &ItemFn) -> Verdict {
    let tokens = item.to_token_stream();
    let given = tokens.to_string();
    let Ok(output) = panic::catch_unwind(|| amorsize_syntax::parallelize(TokenStream::new(), tokens)) else {
        return Verdict::Broken("panicked".to_owned());
    };
    let file = match syn::parse2::<syn::File>(output.clone()) {
        Ok(file) => file,
        Err(error) => return Verdict::Broken(format!("its output does not parse: {error}")),
    };
    let messages: Vec<String> = file.items.iter().filter_map(message).collect();
    if messages.is_empty() {
        return Verdict::Recognised(shapes(output));
    }
    if output.to_string().starts_with(&given) {
        Verdict::Refused(messages.iter().map(|message| kind(message)).collect())
    } else {
        Verdict::Broken("a refused function came back changed".to_owned())
    }
}

/// The text of a `compile_error!`.
fn message(item: &Item) -> Option<String> {
    let Item::Macro(call) = item else { return None };
    let is_error = call.mac.path.segments.last().is_some_and(|last| last.ident == "compile_error");
    let text = syn::parse2::<syn::LitStr>(call.mac.tokens.clone()).ok()?;
    is_error.then(|| text.value())
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

/// The entry points that an expansion calls, with the kind of source that each came from.
fn shapes(output: TokenStream) -> BTreeSet<String> {
    let mut paths = Vec::new();
    entries(output, &mut paths);
    let loops = paths.iter().any(|name| name == "Done");
    let called = paths.iter().filter(|name| name.chars().next().is_some_and(char::is_lowercase));
    let called = called.filter(|name| *name != "parameter");
    let shape = |name: &String| match name.as_str() {
        "for_each" | "for_each_mut" if loops => format!("loop into {name}"),
        _ => format!("chain into {name}"),
    };
    called.map(shape).collect()
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
