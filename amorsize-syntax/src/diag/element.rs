//! Messages about the element form, `slice_fn = score_all`.

use proc_macro2::{Ident, Span};
use syn::{Error, Receiver, Signature, Type};

use crate::key;

/// A companion with the name of the function itself.
pub(crate) fn companion_named_alike(name: &Ident) -> Error {
    Error::new_spanned(
        name,
        format!("the companion needs a name of its own, beside `{name}`: `slice_fn = {name}_all`"),
    )
}

/// A function without a parameter that could be an element.
pub(crate) fn no_element(sig: &Signature) -> Error {
    let name = &sig.ident;
    let message = match sig.receiver() {
        Some(_) => format!(
            "`{name}` has no parameter but `self`, and `slice_fn` goes over a slice of the first one that is not; write it as a function of its element, `fn {name}(x: &Self)`"
        ),
        None => format!(
            "`{name}` has no parameter, and `slice_fn` goes over a slice of the first one; take the element, `fn {name}(x: &T)`"
        ),
    };
    Error::new_spanned(name, message)
}

/// `async fn`.
pub(crate) fn async_element(at: Span) -> Error {
    Error::new(
        at,
        "an `async fn` makes a future of each element, and futures are not run on several threads here; put `slice_fn` on a plain function, and `spawn_fn` beside it for a companion over the slice that is awaited",
    )
}

/// `-> impl Trait`.
pub(crate) fn element_returns_impl_trait(ty: &Type) -> Error {
    Error::new_spanned(
        ty,
        "the companion returns a `Vec<U>`, and `impl Trait` gives `U` no name; return a type with a name, such as `Vec<T>` for an iterator",
    )
}

/// `fn bump(x: &mut T) -> U`.
pub(crate) fn element_changed_and_returned(ty: &Type) -> Error {
    Error::new_spanned(
        ty,
        "a companion that changes its elements in place returns nothing; keep what you return as a field of the element, or take `&T` and return the new one",
    )
}

/// `&mut P` beside the element.
pub(crate) fn exclusive_beside_element(ty: &Type, target: &Type) -> Error {
    Error::new_spanned(
        ty,
        format!(
            "every element would change this, and threads cannot share it; take what is only read as `&{}`, and return what is to be changed",
            key::text(target)
        ),
    )
}

/// `&mut self`.
pub(crate) fn exclusive_receiver(receiver: &Receiver) -> Error {
    Error::new_spanned(
        receiver,
        "every element would change `self`, and threads cannot share it; take `&self`, and return what is to be changed",
    )
}
