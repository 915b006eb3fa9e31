//! Messages about the chains and loops of the body.

use proc_macro2::{Ident, Span};
use syn::{BinOp, Error, Expr, ExprRange};

use crate::input::Slice;
use crate::shape::scan;

/// A chain over a parameter that is no slice at all.
pub(crate) fn not_a_slice_at_all(name: &Ident) -> Error {
    Error::new_spanned(
        name,
        format!(
            "`{name}` is not a slice, and `#[parallelize]` splits slices; collect it in the caller and take `&[T]`"
        ),
    )
}

/// A chain over something that is no parameter.
pub(crate) fn no_parameter(head: &Expr) -> Error {
    Error::new_spanned(
        head,
        "this chain does not start from a parameter, so it is not split; take what it goes over as a parameter `&[T]`",
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
            "from here on `{binding}` is not the parameter any more, and only that is split; give this variable another name"
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
            "`{method}` here depends on how many elements came through before it; write it before the `filter`, or collect first and use `{method}` on the result"
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
            "`{method}` {why}, so a part cannot be cut into the same ones; use `chunks` or `windows`, or collect the pieces into a `Vec<&[T]>` in a caller and take them as `{name}: &[&[T]]`"
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
        "a loop over a range is split where it changes a `&mut [T]` at its own index, `dst[i] = ..`, and this one does not; write a chain, `(a..b).map(|i| ..).collect()`",
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
            "`{method}` compares elements across the whole slice and is not split; compute the keys with a chain, and sort in the caller"
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

/// `.map(move |x| x + k).filter({ k = 2; g })`.
pub(crate) fn changed_between(name: &Ident) -> Error {
    Error::new_spanned(
        name,
        format!(
            "`{name}` is changed here while the chain is put together, and another part of the chain reads it; change it before the chain"
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

/// The `&mut` slice inside its own chain or loop.
pub(crate) fn own_slice(at: Span, name: &Ident) -> Error {
    Error::new(
        at,
        format!(
            "every thread has one part of `{name}` only, so the whole cannot be used in here; read from a second parameter `&[T]`, or take what is needed into a variable before"
        ),
    )
}

/// An outer variable assigned for each element.
pub(crate) fn counter(base: &Ident, change: &Expr) -> Error {
    let instead = match change {
        step if scan::is_step(step) => {
            "count with a chain, `.filter(..).count()`, or number the results after it"
        }
        Expr::Binary(binary) => match binary.op {
            BinOp::AddAssign(_) | BinOp::SubAssign(_) => "add up with a chain, `.map(..).sum()`",
            BinOp::MulAssign(_) => "multiply with a chain, `.map(..).product()`",
            _ => "write it as a `.map(..)` that ends in `fold`",
        },
        _ => "write it as a `.map(..)` that ends in `max`, `min` or `fold`",
    };
    Error::new_spanned(
        change,
        format!("`{base}` goes from one element to the next here, and threads have no next; {instead}"),
    )
}

/// An outer variable assigned for each element, and read for what the element comes to.
pub(crate) fn running(base: &Ident, change: &Expr) -> Error {
    Error::new_spanned(
        change,
        format!(
            "`{base}` goes from one element to the next here, and each result needs the one before it, so this stays serial; remove the attribute, or split off what each element needs alone, `.map(..).collect()`, and go over that in a plain function"
        ),
    )
}

/// An outer variable changed through a method or a `&mut` borrow.
pub(crate) fn filled(base: &Ident, guilty: &Expr) -> Error {
    Error::new_spanned(
        guilty,
        format!(
            "`{base}` is changed for each element here, which threads cannot do together; return the values from a chain, `.map(..).collect()`, and use them after it"
        ),
    )
}

/// A `&mut` parameter changed for each element.
pub(crate) fn parameter_changed(base: &Ident, guilty: &Expr) -> Error {
    Error::new_spanned(
        guilty,
        format!(
            "`{base}` is changed for each element here, and threads cannot share it; return the values from a chain and apply them to `{base}` after it"
        ),
    )
}

/// `break` out of a split loop.
pub(crate) fn break_in_loop(at: Span, changed: Option<&Ident>) -> Error {
    let instead = changed
        .map_or("search with a chain instead, `xs.iter().any(..)` or `.find(..)`".to_owned(), end_first);
    Error::new(at, format!("`break` ends the loop for one part only; {instead}"))
}

/// What to write instead of leaving a loop that changes elements.
fn end_first(slice: &Ident) -> String {
    format!(
        "find the end first, `{slice}.iter().position(..)`, and call the annotated function on the part before it, `&mut {slice}[..end]`"
    )
}

/// `continue` of a loop around the split one.
pub(crate) fn continue_outer(at: Span) -> Error {
    Error::new(
        at,
        "this `continue` leaves the loop that is split; decide with a chain, `xs.iter().any(..)`, and continue after it",
    )
}

/// `return` in a split loop.
pub(crate) fn return_in_loop(at: Span, changed: Option<&Ident>) -> Error {
    const SEARCH: &str = "search with a chain, `xs.iter().find(..)`, or end one in a `Result`, `.map(..).collect::<Result<Vec<_>, _>>()?`";
    let instead = changed.map_or(SEARCH.to_owned(), end_first);
    Error::new(at, format!("`return` leaves one part of the loop only; {instead}"))
}

/// `?` in a split loop.
pub(crate) fn try_in_loop(at: Span) -> Error {
    Error::new(
        at,
        "`?` leaves one part of the loop only; write a chain that ends in a `Result`, `.map(..).collect::<Result<Vec<_>, _>>()?`",
    )
}

/// A macro that prints, in a split loop.
pub(crate) fn prints(word: &Ident) -> Error {
    Error::new_spanned(
        word,
        "lines printed from several threads would mix; collect them with a chain and print them after it",
    )
}
