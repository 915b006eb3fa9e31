//! Messages about the item and its signature.

use proc_macro2::{Ident, Span};
use syn::{Attribute, Error, Type};

use crate::key;

/// The attribute on something else.
pub(crate) fn not_a_function(at: Span) -> Error {
    Error::new(
        at,
        "`#[parallelize]` goes on a function; put it on the functions and methods that work over a slice",
    )
}

/// Tokens that nobody could parse on one stack.
pub(crate) fn too_deep(at: Span) -> Error {
    Error::new(
        at,
        "this is nested too deeply for `#[parallelize]` to read; move what stands in here into a function of its own",
    )
}

/// A function of a trait that has no body.
pub(crate) fn no_body(name: &Ident) -> Error {
    Error::new_spanned(
        name,
        format!("`{name}` has no body to split; put `#[parallelize]` on the methods in the `impl` blocks"),
    )
}

/// `async fn`.
pub(crate) fn async_fn(at: Span) -> Error {
    Error::new(
        at,
        "an `async fn` cannot be split: it would block the executor; annotate a plain function with `spawn_fn = name_async`, and await the companion that this makes",
    )
}

/// `const fn`.
pub(crate) fn const_fn(at: Span) -> Error {
    Error::new(
        at,
        "a `const fn` cannot be split: threads do not exist at compile time; remove `const`, or annotate a second function that is not `const`",
    )
}

/// `unsafe fn`.
pub(crate) fn unsafe_fn(at: Span) -> Error {
    Error::new(
        at,
        "an `unsafe fn` cannot be split: whether its contract holds on several threads at once is not known; annotate a safe function",
    )
}

/// `extern "C" fn`.
pub(crate) fn extern_fn(at: Span) -> Error {
    Error::new(
        at,
        "an `extern` function cannot be split: its caller knows nothing of panics from other threads; annotate a plain function and call it from this one",
    )
}

/// `#[track_caller]`.
pub(crate) fn track_caller(at: &Ident) -> Error {
    Error::new_spanned(
        at,
        "`#[track_caller]` is lost where the work runs on other threads; remove it, or put it on a wrapper around this function",
    )
}

/// `#[parallelize]` once more.
pub(crate) fn attribute_twice(at: &Ident) -> Error {
    Error::new_spanned(at, "`#[parallelize]` stands here twice; remove one and give its options to the other")
}

/// `#[cfg]` on a parameter.
pub(crate) fn cfg_on_parameter(attr: &Attribute) -> Error {
    Error::new_spanned(
        attr,
        "a parameter under `cfg` changes the signature that `#[parallelize]` reads; put the `cfg` on two versions of the function",
    )
}

/// `-> impl Trait`.
pub(crate) fn returns_impl_trait(ty: &Type) -> Error {
    Error::new_spanned(
        ty,
        "the parts' results cannot be joined into an `impl Trait`; return a type with a name, such as `Vec<T>` for an iterator",
    )
}

/// `-> &T`.
pub(crate) fn returns_reference(ty: &Type) -> Error {
    Error::new_spanned(
        ty,
        "a `#[parallelize]` function returns what its parts make, not a reference; return an `Option<&T>` or a `Vec<&T>`, and unwrap it in the caller",
    )
}

/// `-> !`.
pub(crate) fn returns_never(ty: &Type) -> Error {
    Error::new_spanned(
        ty,
        "a function that never returns has no result to join; annotate the work that it repeats as a function of its own",
    )
}

/// A chain over a `Vec`, an array or the like.
pub(crate) fn not_a_slice(name: &Ident, ty: &Type, reference: &str, element: &Type) -> Error {
    let (is, take) = (key::text(ty), key::text(element));
    Error::new_spanned(
        ty,
        format!(
            "`{name}` is a `{is}`, and `#[parallelize]` splits slices; take `{name}: {reference}[{take}]`"
        ),
    )
}
