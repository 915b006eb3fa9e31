//! Messages about the chains and loops of the body.

use proc_macro2::{Ident, Span};
use syn::{Error, Expr, ExprRange};

use crate::input::Slice;

/// A chain over a parameter that is no slice at all.
pub(crate) fn not_a_slice_at_all(name: &Ident) -> Error {
    Error::new_spanned(
        name,
        format!(
            "`{name}` is not a slice, and `#[parallelize]` splits slices; take `{name}: &[T]`, or collect it first, `let items: Vec<_> = {name}.iter().collect();`, and go over `let items: &[_] = &items;`"
        ),
    )
}

/// A chain over something that is no parameter.
pub(crate) fn no_parameter(head: &Expr) -> Error {
    Error::new_spanned(
        head,
        "this chain does not start from a slice, so it is not split; take what it goes over as a parameter `&[T]`, or give it a name as a slice, `let xs: &[T] = &..;`",
    )
}

/// Nothing was recognised.
pub(crate) fn nothing_found(at: Span, function: &Ident) -> Error {
    Error::new(
        at,
        format!(
            "`{function}` has nothing that `#[parallelize]` can split: no chain such as `xs.iter().map(..).collect()` and no loop `for x in xs` over a parameter `xs: &[T]` or `xs: &mut [T]`; write the work as one of these, or remove the attribute"
        ),
    )
}

/// The name of the slice was given to something else before the chain.
pub(crate) fn shadowed(binding: &Ident) -> Error {
    Error::new_spanned(
        binding,
        format!(
            "from here on `{binding}` is not the parameter any more, and only slices are split; give this variable another name, or the type of a slice, `let {binding}: &[T] = &..;`"
        ),
    )
}

/// A chain in a closure or an `async` block.
pub(crate) fn in_closure(head: &Expr) -> Error {
    Error::new_spanned(
        head,
        "a chain inside a closure or an `async` block is not split: it may run any number of times, on any thread; move it out of it, or into a function of its own",
    )
}

/// A chain whose adaptors are all there is.
pub(crate) fn open_chain(method: &Ident) -> Error {
    Error::new_spanned(
        method,
        "the chain is not finished here, so there is nothing to split; end it with `collect`, `sum`, `count`, `for_each` or another terminal in the same expression",
    )
}

/// An adaptor whose answer depends on other elements.
pub(crate) fn depends(method: &Ident, why: &str, instead: &str) -> Error {
    Error::new_spanned(method, format!("`{method}` {why}, so its parts cannot be computed apart; {instead}"))
}

/// An adaptor or terminal that nobody here knows.
pub(crate) fn unknown_adaptor(method: &Ident) -> Error {
    Error::new_spanned(
        method,
        format!(
            "`{method}` is not known, so the chain is not split: `map`, `filter`, `filter_map`, `flat_map`, `flatten`, `inspect`, `copied` and `cloned` are; end the chain before it, with `collect`"
        ),
    )
}

/// `enumerate` or `zip` further down the chain.
pub(crate) fn not_at_head(method: &Ident) -> Error {
    Error::new_spanned(
        method,
        format!(
            "`{method}` here depends on how many elements came through before it; write it before the `filter`, or collect first and use `{method}` in a second chain, over the result"
        ),
    )
}

/// `skip` and its kin further down the chain.
pub(crate) fn not_behind_head(method: &Ident) -> Error {
    Error::new_spanned(
        method,
        format!(
            "`{method}` here depends on what came through before it; write it right behind the head, before `map` and `filter`, or collect first and use `{method}` on the result"
        ),
    )
}

/// A `static` in code that stands in the expansion twice.
pub(crate) fn written_twice(at: Span) -> Error {
    Error::new(
        at,
        "a `static` in here would exist twice, once for serial calls and once for split ones; move it out of the function",
    )
}

/// `rchunks`, `split` and their like.
pub(crate) fn later_head(method: &Ident, slice: &Slice) -> Error {
    let name = &slice.name;
    let why = "begins its pieces where the whole slice says";
    Error::new_spanned(
        method,
        format!(
            "`{method}` {why}, so a part cannot be cut into the same ones; use `chunks` or `windows`, or collect the pieces first, `let pieces: Vec<&[T]> = {name}.{method}(..).collect();`, and go over `let pieces: &[&[T]] = &pieces;`"
        ),
    )
}

/// `(0..)` as the head.
pub(crate) fn open_range(range: &ExprRange) -> Error {
    Error::new_spanned(range, "a range is split only between two ends; write both, `start..end`")
}

/// A loop over a range.
pub(crate) fn range(range: &ExprRange) -> Error {
    Error::new_spanned(
        range,
        "a loop over a range is split where it adds to variables or changes a `&mut [T]` at its own index, `dst[i] = ..`; name a `Vec` or a field as one before it, `let dst: &mut [f64] = &mut dst;`, or write a chain, `(a..b).map(|i| ..).collect()`",
    )
}

/// A `while` loop.
pub(crate) fn while_loop(at: Span) -> Error {
    Error::new(
        at,
        "a `while` loop cannot be split: each round depends on the one before; write it as `for x in xs` or as a chain over a parameter `&[T]`",
    )
}

/// `xs.sort()`.
pub(crate) fn sort(method: &Ident) -> Error {
    Error::new_spanned(
        method,
        format!(
            "`{method}` compares elements across the whole slice and is not split; split what is computed for it with a chain, `.map(..).collect()`, and sort that"
        ),
    )
}

/// A terminal that needs the user's word for how its parts are joined.
pub(crate) fn nothing_before(method: &Ident) -> Error {
    Error::new_spanned(
        method,
        format!(
            "nothing comes before `{method}` that could run in parallel; put the work into a `.map(..)` before it, or say how two results become one: `#[parallelize(reduce = merge)]`"
        ),
    )
}

/// `.filter(..).position(..)`.
pub(crate) fn position_of_some(method: &Ident) -> Error {
    Error::new_spanned(
        method,
        format!(
            "`{method}` here counts the items that came through before it, and a part cannot know how many there are; collect first and use `{method}` on the result, or, for the place in the slice, write the condition into `{method}` itself"
        ),
    )
}

/// `iter_mut` and anything but `for_each`.
pub(crate) fn exclusive_terminal(method: &Ident) -> Error {
    Error::new_spanned(
        method,
        format!(
            "a chain over `&mut` elements is split only up to `for_each`; change the elements first, then write a second chain from `.iter()` for `{method}`"
        ),
    )
}

/// `fold(start()?, ..)`.
pub(crate) fn leaves_start(at: Span) -> Error {
    Error::new(
        at,
        "every part makes this start value for itself, so it cannot leave the function; compute it before the chain in a function of its own",
    )
}

/// How the message begins that rustc has words of its own for.
pub(super) const OWN_SLICE: &str = "every thread has one part of";

/// The `&mut` slice inside its own chain or loop.
pub(crate) fn own_slice(at: Span, name: &Ident) -> Error {
    Error::new(
        at,
        format!(
            "{OWN_SLICE} `{name}` only, so the whole cannot be used in here; take what is needed into a variable before, `let first = {name}[0];`, or make the new elements from the old ones with a chain, `{name}.iter().map(..).collect()`"
        ),
    )
}

/// A macro that prints, in a split loop.
pub(crate) fn prints(word: &Ident) -> Error {
    Error::new_spanned(
        word,
        "lines printed from several threads would mix; collect them with a chain, `.map(|x| format!(..)).collect::<Vec<_>>()`, and print them after it",
    )
}
