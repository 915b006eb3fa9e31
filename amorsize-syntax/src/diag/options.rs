//! Messages about the attribute's options.

use proc_macro2::{Ident, Span};
use syn::{Error, Expr};

use crate::args::OPTIONS;

/// Tokens that are no list of options.
pub(crate) fn malformed_options(at: Span) -> Error {
    Error::new(at, format!("options are `name = value`, separated by commas; there are {}", list(&OPTIONS)))
}

/// `reduce = ` and something that is no expression, or not yet.
pub(crate) fn malformed_value(word: &Ident, error: &Error) -> Error {
    // What ends too early has no place of its own: syn gives that of the whole attribute.
    let is_cut_off = error.to_string().starts_with("unexpected end of input");
    let at = if is_cut_off { word.span() } else { error.span() };
    Error::new(at, format!("`{word} = ` needs a value: {}", example(&word.to_string())))
}

/// An option that does not exist.
pub(crate) fn unknown_option(word: &Ident) -> Error {
    let name = word.to_string();
    let hint = nearest(&name, &OPTIONS).map_or_else(
        || format!("there are {}", list(&OPTIONS)),
        |near| format!("did you mean {}?", example(near)),
    );
    Error::new_spanned(word, format!("`#[parallelize]` has no option `{name}`; {hint}"))
}

/// An option given a second time.
pub(crate) fn option_twice(word: &Ident) -> Error {
    Error::new_spanned(word, format!("`{word}` is given twice; remove one of them"))
}

/// A tuning option without its value.
pub(crate) fn value_missing(word: &Ident) -> Error {
    Error::new_spanned(word, format!("`{word}` needs a value: {}", example(&word.to_string())))
}

/// `reduce` with something else than a path or a closure.
pub(crate) fn reduce_value(word: &Ident, value: Option<&Expr>) -> Error {
    at_value(
        word,
        value,
        "`reduce` takes a path or a closure that makes one result of two: `reduce = merge`, `reduce = |a, b| a + b`",
    )
}

/// `reassociate = true`.
pub(crate) fn reassociate_value(word: &Ident, value: Option<&Expr>) -> Error {
    at_value(word, value, "`reassociate` takes no value: `#[parallelize(reassociate)]`")
}

/// `slice_fn` with something else than a name.
pub(crate) fn slice_fn_value(word: &Ident, value: Option<&Expr>) -> Error {
    at_value(
        word,
        value,
        "`slice_fn` takes a name for the companion over a slice: `slice_fn = score_all`, or `slice_fn = Self::score_all` in an `impl` block",
    )
}

/// `spawn_fn` with something else than a name.
pub(crate) fn spawn_fn_value(word: &Ident, value: Option<&Expr>) -> Error {
    at_value(
        word,
        value,
        "`spawn_fn` takes a name for the companion that is awaited: `spawn_fn = scores_async`, or `spawn_fn = Self::scores_async` in an `impl` block",
    )
}

/// `key` with something else than a name.
pub(crate) fn key_value(word: &Ident, value: Option<&Expr>) -> Error {
    at_value(word, value, "`key` takes a name as a string: `key = \"pricing\"`")
}

/// `crate` with something else than an absolute path.
pub(crate) fn crate_value(word: &Ident, value: Option<&Expr>) -> Error {
    at_value(
        word,
        value,
        "`crate` takes an absolute path, so that it means the same in every module: `crate = ::path` or `crate = crate::path`",
    )
}

fn at_value(word: &Ident, value: Option<&Expr>, message: &str) -> Error {
    match value {
        Some(value) => Error::new_spanned(value, message),
        None => Error::new_spanned(word, message),
    }
}

/// A promise with a value.
pub(crate) fn word_alone(word: &Ident, value: &Expr) -> Error {
    Error::new_spanned(value, format!("`{word}` is a promise and takes no value; write the word alone"))
}

/// A tuning option beside `serial`.
pub(crate) fn excluded_by_serial(word: &Ident) -> Error {
    Error::new_spanned(word, format!("`serial` leaves nothing for `{word}` to decide; remove one of them"))
}

/// `reassociate` beside `assume_splittable`.
pub(crate) fn excluded_by_assume_splittable(word: &Ident) -> Error {
    Error::new_spanned(
        word,
        format!(
            "`assume_splittable` looks for no sums in the body, so `{word}` says nothing here; remove it"
        ),
    )
}

/// An option about joining beside `slice_fn`.
pub(crate) fn excluded_by_slice_fn(word: &Ident) -> Error {
    Error::new_spanned(
        word,
        format!(
            "`slice_fn` collects one result per element, so there is nothing to join; remove `{word}`, or write a function over `&[T]` and annotate that"
        ),
    )
}

/// `reduce` in a function without anything to reduce.
pub(crate) fn nothing_to_reduce(word: &Ident, function: &Ident) -> Error {
    Error::new_spanned(
        word,
        format!(
            "`reduce` says how two partial results become one, and `{function}` has none to join: only `fold` and terminals like it need it; remove it"
        ),
    )
}

/// `reassociate` in a function without a float total.
pub(crate) fn nothing_to_reassociate(word: &Ident, function: &Ident) -> Error {
    Error::new_spanned(
        word,
        format!(
            "`reassociate` adds up floats in another order, and `{function}` has no chain that ends in a `sum` or `product` of `f32` or `f64`; remove it"
        ),
    )
}

fn example(option: &str) -> String {
    match option {
        "reduce" => "`reduce = merge`".to_owned(),
        "slice_fn" => "`slice_fn = score_all`".to_owned(),
        "spawn_fn" => "`spawn_fn = scores_async`".to_owned(),
        "key" => "`key = \"pricing\"`".to_owned(),
        "crate" => "`crate = ::path`".to_owned(),
        "serial" | "reassociate" | "assume_splittable" => format!("`{option}`"),
        "max_threads" => "`max_threads = 4`".to_owned(),
        other => format!("`{other} = 1_000`"),
    }
}

fn list(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}

/// The word that a misspelt one was meant to be, if one is near enough.
fn nearest<'a>(word: &str, words: &[&'a str]) -> Option<&'a str> {
    let near = words.iter().map(|known| (distance(word, known), *known)).min()?;
    let starts =
        words.iter().find(|known| word.len() > 2 && (known.contains(word) || word.contains(**known)));
    if near.0 <= 3.min(word.len() / 2) { Some(near.1) } else { starts.copied() }
}

/// Levenshtein's distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
