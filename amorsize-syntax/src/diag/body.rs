//! Messages about `assume_splittable`, and about `#[split]`, which belongs to it.

use proc_macro2::{Ident, Span};
use syn::{Attribute, Error, Type};

use crate::key;

/// `#[split]` in a function whose body is not cut as a whole.
pub(crate) fn split_alone(attr: &Attribute) -> Error {
    Error::new_spanned(
        attr,
        "`#[split]` marks the slice that `assume_splittable` cuts, and this function has no such option; remove it: a chain or a loop cuts the slice that it goes over",
    )
}

/// `#[split]` for the second time.
pub(crate) fn split_twice(attr: &Attribute) -> Error {
    Error::new_spanned(
        attr,
        "one slice is cut, and another `#[split]` stands before this one; remove one of them",
    )
}

/// `#[split(something)]`.
pub(crate) fn split_value(attr: &Attribute) -> Error {
    Error::new_spanned(
        attr,
        "`#[split]` marks the slice that is cut, and says nothing else; write the word alone",
    )
}

/// `#[split]` on something that cannot be cut.
pub(crate) fn split_no_slice(attr: &Attribute) -> Error {
    Error::new_spanned(
        attr,
        "`#[split]` marks the slice that is cut, and this is none; put it on a parameter `xs: &[T]` or `xs: &mut [T]`",
    )
}

/// More than one slice, none of them marked.
pub(crate) fn split_missing(first: &Ident, second: &Ident) -> Error {
    Error::new_spanned(
        first,
        format!(
            "`{first}` and `{second}` are slices, and `assume_splittable` cuts one; mark the slice to cut with `#[split]`: `#[split] {first}: &[T]`"
        ),
    )
}

/// No slice at all.
pub(crate) fn no_slice_to_cut(function: &Ident) -> Error {
    Error::new_spanned(
        function,
        format!(
            "`{function}` has no slice that `assume_splittable` could cut; take a parameter `xs: &[T]` or `xs: &mut [T]`"
        ),
    )
}

/// A result, and no `reduce`.
pub(crate) fn body_without_reduce(word: &Ident, function: &Ident, result: &Type) -> Error {
    Error::new_spanned(
        word,
        format!(
            "each part gives `{function}` a result of its own, a `{}`, and nothing says how two become one; add that, `{word}, reduce = merge`",
            key::text(result)
        ),
    )
}

/// `reduce`, and no result.
pub(crate) fn body_without_result(word: &Ident, function: &Ident) -> Error {
    Error::new_spanned(
        word,
        format!("`{function}` returns nothing, so there is nothing to join; remove `{word}`"),
    )
}

/// A `&mut` parameter or `&mut self` in a body that runs on parts.
pub(crate) fn exclusive_in_body(at: Span, name: &Ident) -> Error {
    Error::new(
        at,
        format!(
            "every part runs this body, and threads cannot share `{name}`, which is `&mut`; return what is to be changed, and change it in the caller"
        ),
    )
}

/// `mut k: K` in a body that runs on parts.
pub(crate) fn mut_in_body(name: &Ident) -> Error {
    Error::new_spanned(
        name,
        format!(
            "every part runs the body, and all of them read this `{name}`, so none can change it; begin the body with a copy, `let mut {name} = {name};`, or a clone"
        ),
    )
}
