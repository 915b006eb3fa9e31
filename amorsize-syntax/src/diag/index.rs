//! Messages about index loops.

use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::{BinOp, Error, Expr};

use crate::shape::mentions::{self, Elsewhere, What};
use crate::shape::scan;

/// A slice that is changed, and used elsewhere than at the loop's own index.
pub(crate) fn elsewhere(slice: &Ident, index: &Ident, guilty: &Elsewhere) -> Error {
    let own = format!("{slice}[{index}]");
    match &guilty.what {
        What::Index(at) if !guilty.changed => read_elsewhere(slice, index, at),
        What::Index(at) => written_elsewhere(slice, index, at),
        What::Method(method) => Error::new_spanned(
            method,
            format!(
                "`{method}` goes beyond `{own}`, and every thread has its own part of `{slice}` only; change `{own}` alone, and read from a second parameter `&[T]`"
            ),
        ),
        What::Whole(at) => Error::new(*at, only_a_part(slice, index)),
    }
}

fn only_a_part(slice: &Ident, index: &Ident) -> String {
    format!(
        "every thread has its own part of `{slice}` only, so no more than `{slice}[{index}]` can be used in this loop; hand on that element, `&mut {slice}[{index}]`, or read from a second parameter `&[T]`"
    )
}

/// `xs[i] += xs[i - 1]`.
fn read_elsewhere(slice: &Ident, index: &Ident, at: &Expr) -> Error {
    Error::new_spanned(
        at,
        format!(
            "this loop changes `{slice}[{index}]`, so what it reads at another index of `{slice}` depends on the order; read the values from before from a second parameter `&[T]`, or, where each step needs the one before, leave the loop to a plain function"
        ),
    )
}

/// `dst[i / 2] = ..`.
fn written_elsewhere(slice: &Ident, index: &Ident, at: &Expr) -> Error {
    let written = at.to_token_stream();
    let (start, is_piece) = match at {
        Expr::Range(range) => (range.start.as_deref(), true),
        other => (Some(other), false),
    };
    if let Some((width, column)) = start.and_then(|start| row(start, &index.to_string())) {
        let row = match column {
            _ if is_piece => "row".to_owned(),
            Some(column) => format!("row[{}]", text(column)),
            None => "row[0]".to_owned(),
        };
        let width = text(width);
        return Error::new_spanned(
            at,
            format!(
                "that no two `{index}` meet at this index of `{slice}` depends on the values; go over the rows, `for ({index}, row) in {slice}.chunks_exact_mut({width}).enumerate()`, and change `{row}`"
            ),
        );
    }
    if is_piece {
        return Error::new_spanned(at, only_a_part(slice, index));
    }
    if scan::mention(&written, &index.to_string()).is_none() {
        return Error::new_spanned(
            at,
            format!(
                "every `{index}` changes the same elements of `{slice}` here, so two threads would meet; change them in a loop over their own index, or return one value for each `{index}` from a chain, `(a..b).map(|{index}| ..).collect()`, and add these up after it"
            ),
        );
    }
    let instead = if is_looked_up(at) {
        format!(
            "collect the indices with a chain and change `{slice}` in a plain loop after it, or give every part a `{slice}` of its own and join these: `#[parallelize(assume_splittable, reduce = merge)]`"
        )
    } else {
        format!(
            "move the range so that the loop writes `{slice}[{index}]`, and let what is read follow from `{index}`"
        )
    };
    Error::new_spanned(
        at,
        format!(
            "`{slice}` is changed at another index than the loop's own `{index}` here, and two threads could meet there; {instead}"
        ),
    )
}

/// The width of a row and the column in an index `r * width + column`.
fn row<'a>(at: &'a Expr, index: &str) -> Option<(&'a Expr, Option<&'a Expr>)> {
    match at {
        Expr::Paren(paren) => row(&paren.expr, index),
        Expr::Binary(binary) if matches!(binary.op, BinOp::Mul(_)) => {
            let is_index = |side: &Expr| mentions::own(side, index).is_some();
            match (is_index(&binary.left), is_index(&binary.right)) {
                (true, false) => Some((&*binary.right, None)),
                (false, true) => Some((&*binary.left, None)),
                _ => None,
            }
        }
        Expr::Binary(binary) if matches!(binary.op, BinOp::Add(_)) => {
            let of = |side: &'a Expr, other: &'a Expr| {
                row(side, index)
                    .map(|(width, column)| (width, if column.is_none() { Some(other) } else { None }))
            };
            of(&binary.left, &binary.right).or_else(|| of(&binary.right, &binary.left))
        }
        _ => None,
    }
}

/// Whether an index comes from another slice or a function.
fn is_looked_up(at: &Expr) -> bool {
    match at {
        Expr::Index(_) | Expr::Call(_) | Expr::MethodCall(_) => true,
        Expr::Paren(paren) => is_looked_up(&paren.expr),
        Expr::Cast(cast) => is_looked_up(&cast.expr),
        Expr::Binary(binary) => is_looked_up(&binary.left) || is_looked_up(&binary.right),
        _ => false,
    }
}

/// An expression as people write it.
fn text(expr: &Expr) -> String {
    let tokens = expr.to_token_stream().to_string();
    tokens.replace(" . ", ".").replace(" ()", "()").replace("( ", "(").replace(" )", ")").replace("& ", "&")
}

/// A name of an index loop that its body gives another meaning, or may give.
pub(crate) fn another_meaning(at: Span, name: &Ident) -> Error {
    Error::new(
        at,
        format!(
            "from here on `{name}` may mean something else than outside, and the loop is split by what it means there; give this another name, or write it outside the loop"
        ),
    )
}

/// `for mut i in ..`.
pub(crate) fn changing_index(at: Span, index: &Ident, slice: &Ident) -> Error {
    Error::new(
        at,
        format!(
            "`{slice}[{index}]` is a thread's own only as long as `{index}` stays what it is; leave out `mut`, and change a second variable, `let mut at = {index}`"
        ),
    )
}

/// `(0..n).rev()`.
pub(crate) fn not_every_index(method: &Ident, slice: &Ident) -> Error {
    let instead = match method.to_string().as_str() {
        "rev" => {
            "each index changes its own element, so the order makes no difference: leave `rev` out".to_owned()
        }
        "step_by" => {
            format!("go over the pieces, `for piece in {slice}.chunks_mut(step)`, and change `piece[0]`")
        }
        _ => format!("go over the range itself, and decide about `{method}` in the loop's body"),
    };
    Error::new_spanned(
        method,
        format!("an index loop is split where it goes over a range and nothing behind it; {instead}"),
    )
}
