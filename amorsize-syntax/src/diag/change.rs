//! Messages about variables that go from one element to the next.

use proc_macro2::Ident;
use syn::Error;

use crate::shape::changes::{Change, Within};

fn at(change: &Change, message: String) -> Error {
    Error::new_spanned(change.guilty, message)
}

/// What every such change has in common, with what to write instead.
fn goes_on(change: &Change, instead: &str) -> Error {
    let state = &change.state;
    at(
        change,
        format!("`{state}` goes from one element to the next here, and threads have no next; {instead}"),
    )
}

/// `n += 1`, where something else reads `n` or a chain holds it.
pub(crate) fn counter(change: &Change) -> Error {
    goes_on(
        change,
        "number the elements by `.enumerate()` right behind the head, or count them with a chain, `.filter(..).count()`",
    )
}

/// `s += x`, not in a form that a loop could be split with.
pub(crate) fn total(change: &Change, terminal: &str) -> Error {
    if change.state.contains('.') {
        return goes_on(change, &own_variable(change, "put it there after the loop"));
    }
    if change.within == Within::Loop {
        return folded(change);
    }
    let word = if terminal == "sum" { "add up" } else { "multiply" };
    goes_on(change, &format!("{word} with a chain, `.map(..).{terminal}()`"))
}

/// Anything that one value makes of the one before, and nothing else reads.
pub(crate) fn folded(change: &Change) -> Error {
    let name = last(&change.state);
    goes_on(
        change,
        &format!(
            "put what each element needs alone into a chain, `.map(..)`, and let that end in `max`, `min` or in what goes on, `.fold(start, |{name}, x| ..)`"
        ),
    )
}

/// `if x >= best { best = x }`.
pub(crate) fn ties(change: &Change) -> Error {
    let state = &change.state;
    at(
        change,
        format!(
            "`{state}` goes from one element to the next here, and of equal values it keeps the last; write `>` or `<` to keep the first, or end a chain in `max_by` or `min_by`"
        ),
    )
}

/// Changed, and read for what the element comes to.
pub(crate) fn running(change: &Change) -> Error {
    let state = &change.state;
    at(
        change,
        format!(
            "`{state}` goes from one element to the next here, and each result needs the one before it, so this stays serial; remove the attribute, or split off what each element needs alone, `.map(..).collect()`, and go over that in a plain function"
        ),
    )
}

/// `prev = *x`, where something else reads `prev`.
pub(crate) fn previous(change: &Change) -> Error {
    goes_on(
        change,
        "if it is what the element before left, go over neighbours, `.windows(2)`, or over places, `(1..xs.len()).map(|i| ..)` with `xs[i - 1]`",
    )
}

/// `bins[x % 16] += 1`, `*groups.entry(k).or_insert(0) += 1`.
pub(crate) fn meeting(change: &Change) -> Error {
    let (state, name) = (&change.state, last(&change.state));
    let after = if change.is_parameter { format!(", and change `{state}` after it") } else { String::new() };
    at(
        change,
        format!(
            "two threads may meet in one place of `{state}` here; let every part fill one of its own, `.fold(start, |mut {name}, x| {{ ..; {name} }})`, and say how two of them become one, `#[parallelize(reduce = merge)]`{after}"
        ),
    )
}

/// `out[x.place] = x.value`.
pub(crate) fn placed(change: &Change) -> Error {
    let state = &change.state;
    at(
        change,
        format!(
            "two threads may meet in one place of `{state}` here, and the last one has to win; collect the places and values, `.map(|x| (place, value)).collect::<Vec<_>>()`, and write them after it"
        ),
    )
}

/// `out[i] = f(x)`.
pub(crate) fn at_own_place(change: &Change) -> Error {
    let state = &change.state;
    at(
        change,
        format!(
            "two threads may meet in one place of `{state}` here, as far as anyone can see; cut it beside the slice, `for (y, x) in {state}.iter_mut().zip(xs)` over a parameter `&mut [T]`, or make it with a chain, `.map(..).collect()`"
        ),
    )
}

/// `out.push(x)` that nothing else reads.
pub(crate) fn filled(change: &Change) -> Error {
    let state = &change.state;
    at(
        change,
        format!(
            "`{state}` is changed for each element here, which threads cannot do together; return the values from a chain, `.map(..).collect()`, and use them after it"
        ),
    )
}

/// `&mut place`, `place.sort()`.
pub(crate) fn lent(change: &Change) -> Error {
    let (state, name) = (&change.state, last(&change.state));
    at(
        change,
        format!(
            "`{state}` is changed for each element here, which threads cannot do together; make one inside for each element, or `fold` into one per part, `.fold(start, |mut {name}, x| {{ ..; {name} }})` with `#[parallelize(reduce = merge)]`"
        ),
    )
}

/// `other.next()`.
pub(crate) fn drawn(change: &Change) -> Error {
    let state = &change.state;
    at(
        change,
        format!(
            "`{state}` goes one step further with each element, and no thread knows how far; go over both at once, `.zip(ys)`, where `{state}` is a slice, or number the elements by `.enumerate()`"
        ),
    )
}

/// `self.total += x`, `*total = x`.
pub(crate) fn parameter_assigned(change: &Change) -> Error {
    let instead = match change.within {
        Within::Loop => own_variable(change, "put it back after the loop"),
        Within::Chain => {
            format!("return the values from the chain and apply them to `{}` after it", change.state)
        }
    };
    parameter(change, &instead)
}

/// `log.push(x)` of a parameter.
pub(crate) fn parameter_filled(change: &Change) -> Error {
    let state = &change.state;
    let instead = match change.within {
        Within::Loop => format!(
            "fill a variable of the function, `let mut new = Vec::new();`, and put that into `{state}` after the loop"
        ),
        Within::Chain => format!("return the values from the chain and apply them to `{state}` after it"),
    };
    parameter(change, &instead)
}

/// `&mut log` of a parameter.
pub(crate) fn parameter_lent(change: &Change) -> Error {
    parameter(
        change,
        &format!(
            "return the values from a chain, `.map(..).collect()`, and apply them to `{}` after it",
            change.state
        ),
    )
}

fn parameter(change: &Change, instead: &str) -> Error {
    let state = &change.state;
    at(change, format!("`{state}` is changed for each element here, and threads cannot share it; {instead}"))
}

/// A variable that takes the place of a field or of what a parameter refers to.
fn own_variable(change: &Change, after: &str) -> String {
    let (state, name) = (&change.state, last(&change.state));
    let target = if state.contains('.') { state.clone() } else { format!("*{state}") };
    let name = if state.contains('.') { name.to_owned() } else { format!("new_{name}") };
    format!(
        "let a variable of the function take its place, `let mut {name} = {target};`, and {after}, `{target} = {name};`"
    )
}

/// `bins` of `self.bins`.
fn last(state: &str) -> &str {
    let name = state.rsplit('.').next().unwrap_or(state);
    if name.starts_with(|first: char| first.is_ascii_digit()) || name == "self" { "own" } else { name }
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

/// A parameter that is a `FnMut`.
pub(crate) fn mutable_callable(name: &Ident) -> Error {
    Error::new_spanned(
        name,
        format!(
            "`{name}` is an `FnMut`, which may keep something from one call to the next, and threads have no next; take an `Fn` that is `Sync`, `{name}: impl Fn(&T) -> U + Sync`"
        ),
    )
}

/// A closure of the function's that changes what it has captured.
pub(crate) fn counting_closure(at: &impl quote::ToTokens, state: &Ident) -> Error {
    Error::new_spanned(
        at,
        format!(
            "this closure changes `{state}` with each call, so it goes from one element to the next, and threads have no next; number the elements by `.enumerate()` right behind the head, or compute what each needs from the element alone"
        ),
    )
}
