//! Messages about the async form, `spawn_fn = scores_async`.

use proc_macro2::Ident;
use syn::{Error, Receiver, Type};

use crate::input::bare;
use crate::key;

/// A companion with the name of the function itself.
pub(crate) fn spawned_named_alike(name: &Ident) -> Error {
    Error::new_spanned(
        name,
        format!("the companion needs a name of its own, beside `{name}`: `spawn_fn = {name}_async`"),
    )
}

/// A reference, or a type with a lifetime, in what the companion would take.
pub(crate) fn spawned_borrows(ty: &Type, companion: &Ident) -> Error {
    let text = key::text(ty);
    let Type::Reference(reference) = bare(ty) else {
        return Error::new_spanned(
            ty,
            format!(
                "`{companion}` outlives the call, and what this `{text}` borrows may be gone by then; take a type that owns what it holds: `String` for `&str`, `Vec<T>` for `&[T]`, `Arc<T>` for `&T`"
            ),
        );
    };
    let target = key::text(&reference.elem);
    let owned = match bare(&reference.elem) {
        Type::Path(path) if path.path.is_ident("str") => "`String`".to_owned(),
        Type::Slice(slice) => format!("`Vec<{0}>`, or `Arc<[{0}]>`", key::text(&slice.elem)),
        Type::TraitObject(_) => format!("`Arc<{target} + Send + Sync>`"),
        _ => format!("`{target}`, or `Arc<{target}>`"),
    };
    Error::new_spanned(
        ty,
        format!(
            "`{companion}` outlives the call, and what this `{text}` refers to may be gone by then; write {owned}"
        ),
    )
}

/// A generic that may stand for a reference.
pub(crate) fn spawned_generic(at: &Ident, companion: &Ident) -> Error {
    Error::new_spanned(
        at,
        format!(
            "`{at}` may stand for a type that borrows, and `{companion}` outlives the call; write `{at}: Send + Sync + 'static`"
        ),
    )
}

/// `impl Trait` that may borrow.
pub(crate) fn spawned_opaque(ty: &Type, missing: &str, companion: &Ident) -> Error {
    let text = key::text(ty);
    Error::new_spanned(
        ty,
        format!(
            "this `{text}` may borrow or belong to its thread, and `{companion}` outlives the call; write `{text}{missing}`"
        ),
    )
}

/// `impl Trait` within another type.
pub(crate) fn spawned_opaque_inside(ty: &Type, companion: &Ident) -> Error {
    Error::new_spanned(
        ty,
        format!(
            "`{companion}` has no name for the type of this `impl Trait`; write a generic in its place, with the bounds `Send + Sync + 'static`"
        ),
    )
}

/// `&mut [T]` or `&mut P`.
pub(crate) fn spawned_changes(ty: &Type, target: &Type, companion: &Ident) -> Error {
    let instead = match target {
        Type::Slice(slice) => {
            let element = key::text(&slice.elem);
            format!("take `&[{element}]`, and return the changed elements as a `Vec<{element}>`")
        }
        other => format!("take `&{}`, and return what is changed", key::text(other)),
    };
    Error::new_spanned(
        ty,
        format!(
            "`{companion}` brings back the result alone, so what is changed in here would be lost; {instead}"
        ),
    )
}

/// `&mut self`.
pub(crate) fn spawned_changes_self(receiver: &Receiver, companion: &Ident) -> Error {
    Error::new_spanned(
        receiver,
        format!(
            "`{companion}` brings back the result alone, so what is changed in `self` would be lost; take `&self`, and return what is changed"
        ),
    )
}

/// A result that borrows.
pub(crate) fn spawned_result_borrows(ty: &Type, companion: &Ident) -> Error {
    Error::new_spanned(
        ty,
        format!(
            "this result borrows from what `{companion}` was given, which is gone when the call has run; return what owns its data, such as `String` for `&str`, or indices"
        ),
    )
}
