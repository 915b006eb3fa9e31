//! Messages about what leaves a loop before its end.

use proc_macro2::{Ident, Span};
use syn::{Error, Lifetime, Type};

use crate::key;

/// `break` out of a split loop.
pub(crate) fn break_in_loop(at: Span, changed: Option<&Ident>) -> Error {
    let instead = changed
        .map_or("search with a chain instead, `xs.iter().any(..)` or `.find(..)`".to_owned(), end_first);
    Error::new(at, format!("`break` ends the loop for one part only; {instead}"))
}

/// What to write instead of leaving a loop that changes elements.
fn end_first(slice: &Ident) -> String {
    format!(
        "find the end first, `let end = {slice}.iter().position(..).unwrap_or({slice}.len());`, and go over the part before it, `for x in &mut {slice}[..end]`"
    )
}

/// `break` or `continue` of a loop around the split one.
pub(crate) fn leaves_outer(at: Span, word: &str, label: &Lifetime, changed: Option<&Ident>) -> Error {
    let instead = match changed {
        Some(slice) => {
            format!("decide before it, with a chain, `if {slice}.iter().any(..) {{ {word} {label}; }}`")
        }
        None => format!(
            "say so in a variable, `done = true; break;`, and ask that after it, `if done {{ {word} {label}; }}`"
        ),
    };
    Error::new(at, format!("this `{word}` leaves a loop around the one that is split; {instead}"))
}

/// `return` in a split loop.
pub(crate) fn return_in_loop(at: Span, changed: Option<&Ident>, output: Option<&Type>) -> Error {
    let message = match changed {
        Some(slice) if output.is_none() => {
            format!("`return` leaves one part of the loop only; {}", end_first(slice))
        }
        Some(slice) => format!(
            "`return` leaves one part of the loop only; note what is found in the elements, or in a slice beside them, `{slice}.iter_mut().zip(notes)`, and look for it in a loop or chain of its own"
        ),
        None => needs_value("return", output),
    };
    Error::new(at, message)
}

/// `?` in a split loop.
pub(crate) fn try_in_loop(at: Span, changed: Option<&Ident>, output: Option<&Type>) -> Error {
    let message = match changed {
        Some(slice) => format!(
            "`?` leaves one part of the loop only; make the new elements with a chain, `let new = {slice}.iter().map(..).collect::<Result<Vec<_>, _>>()?;`, and put them in place after it, `{slice}.clone_from_slice(&new)`"
        ),
        None => needs_value("?", output),
    };
    Error::new(at, message)
}

/// Parts that go through have to say so by a value of the function's type.
fn needs_value(word: &str, output: Option<&Type>) -> String {
    let output = output.map_or("()".to_owned(), key::text);
    format!(
        "`{word}` leaves the function, and the parts of the loop that do not would need a `{output}` that says so, which is known of std's types only; put the loop into a function of its own that returns an `Option` or a `Result<(), _>`, and annotate that"
    )
}
