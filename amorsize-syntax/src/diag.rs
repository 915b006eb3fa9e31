//! Every message, and the accumulator that reports all mistakes of a function at once.
//!
//! Style: lower case, no full stop; first what is wrong, then what to write. The caret is on the smallest guilty token.
//! `Error::new_spanned` wherever there are several tokens: on stable `Error::new(x.span())` is the first one alone.

use proc_macro2::{Ident, Span, TokenStream};
use syn::{Attribute, BinOp, Error, Expr, ExprLit, ExprMethodCall, ExprRange, Lit, Type};

use crate::args::{LATER, OPTIONS};
use crate::input::Slice;
use crate::key;

/// The mistakes of one function.
#[derive(Default)]
pub(crate) struct Mistakes(Vec<Error>);

impl Mistakes {
    /// Adds one.
    pub(crate) fn add(&mut self, error: Error) {
        self.0.push(error);
    }

    /// Adds several.
    pub(crate) fn extend(&mut self, errors: impl IntoIterator<Item = Error>) {
        self.0.extend(errors);
    }

    /// Whether there are none so far.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `Ok` if there are none.
    pub(crate) fn none(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }

    /// One `compile_error!` per mistake.
    pub(crate) fn into_compile_errors(self) -> TokenStream {
        self.0.iter().map(Error::to_compile_error).collect()
    }
}

// The options.

/// Tokens that are no list of options.
pub(crate) fn malformed_options(at: Span) -> Error {
    Error::new(at, format!("options are `name = value`, separated by commas; there are {}", list(&OPTIONS)))
}

/// `reduce = ` and nothing, or something that is no expression.
pub(crate) fn malformed_value(word: &Ident, at: Span) -> Error {
    Error::new(at, format!("`{word} = ` needs a value: {}", example(&word.to_string())))
}

/// An option that does not exist.
pub(crate) fn unknown_option(word: &Ident) -> Error {
    let name = word.to_string();
    if let Some((_, instead)) = LATER.iter().find(|(later, _)| *later == name) {
        return Error::new_spanned(word, format!("`{name}` is not available yet; {instead}"));
    }
    let hint = nearest(&name, &OPTIONS).map_or_else(
        || format!("there are {}", list(&OPTIONS)),
        |near| format!("did you mean `{near}`? {}", example(near)),
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

/// A tuning option beside `serial`.
pub(crate) fn excluded_by_serial(word: &Ident) -> Error {
    Error::new_spanned(word, format!("`serial` leaves nothing for `{word}` to decide; remove one of them"))
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

fn example(option: &str) -> String {
    match option {
        "reduce" => "`reduce = merge`".to_owned(),
        "key" => "`key = \"pricing\"`".to_owned(),
        "crate" => "`crate = ::path`".to_owned(),
        "serial" => "`serial` means never parallel".to_owned(),
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

// The item and its signature.

/// The attribute on something else.
pub(crate) fn not_a_function(at: Span) -> Error {
    Error::new(
        at,
        "`#[parallelize]` goes on a function; put it on the functions and methods that work over a slice",
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
        "an `async fn` cannot be split: it would block the executor; annotate a plain function and call it from your runtime's `spawn_blocking`",
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

// The shapes.

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
            "`{method}` here depends on how many elements came through before; collect first and use `{method}` on the result"
        ),
    )
}

/// `enumerate` or `zip` right behind the head.
pub(crate) fn later_adaptor(call: &ExprMethodCall) -> Error {
    let method = &call.method;
    let instead = if method == "zip" {
        "take one slice of pairs, `&[(A, B)]`"
    } else {
        "take a slice of pairs, `&[(usize, T)]`, or give the elements their place as a field"
    };
    Error::new_spanned(method, format!("`{method}` is not split yet; {instead}"))
}

/// `chunks`, `windows` and their like.
pub(crate) fn later_head(method: &Ident, slice: &Slice) -> Error {
    let name = &slice.name;
    Error::new_spanned(
        method,
        format!(
            "`{name}.{method}(..)` is not split yet; collect the pieces into a `Vec<&[T]>` in a caller and take them as `{name}: &[&[T]]`"
        ),
    )
}

/// A range as the head.
pub(crate) fn range(range: &ExprRange) -> Error {
    Error::new_spanned(
        range,
        "a range is not split yet; go over the elements, `xs.iter()`, or take the indices as a slice, `&[usize]`",
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
        Expr::Binary(binary) => match (&binary.op, &*binary.right) {
            (BinOp::AddAssign(_), Expr::Lit(ExprLit { lit: Lit::Int(one), .. }))
                if one.base10_digits() == "1" =>
            {
                "count with a chain, `.filter(..).count()`, or number the results after it"
            }
            (BinOp::AddAssign(_) | BinOp::SubAssign(_), _) => "add up with a chain, `.map(..).sum()`",
            (BinOp::MulAssign(_), _) => "multiply with a chain, `.map(..).product()`",
            _ => "write it as a `.map(..)` that ends in `fold`",
        },
        _ => "write it as a `.map(..)` that ends in `max`, `min` or `fold`",
    };
    Error::new_spanned(
        change,
        format!("`{base}` goes from one element to the next here, and threads have no next; {instead}"),
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
pub(crate) fn break_in_loop(at: Span) -> Error {
    Error::new(
        at,
        "`break` ends the loop for one part only; search with a chain instead, `xs.iter().any(..)` or `.find(..)`",
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
pub(crate) fn return_in_loop(at: Span) -> Error {
    Error::new(
        at,
        "`return` leaves one part of the loop only; search with a chain, `xs.iter().find(..)`, or end one in a `Result`, `.map(..).collect::<Result<Vec<_>, _>>()?`",
    )
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
