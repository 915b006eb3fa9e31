//! `for` loops over a slice parameter. Decides whether each part of the slice may go through the loop alone.

use quote::ToTokens;
use syn::visit::Visit;
use syn::{Expr, ExprForLoop, UnOp};

use crate::diag;
use crate::input::Slice;
use crate::shape::chain::{self, Links};
use crate::shape::scan::{self, Bound, Changes, Exits, Prints};
use crate::shape::{Reader, Reading, Shape, Weight, words};

/// A loop that can be cut.
pub(crate) struct Loop {
    /// The slice that it goes over.
    pub(crate) slice: Slice,
    /// Whether the elements are changed in place.
    pub(crate) exclusive: bool,
    /// Whether the head is the slice itself, not an iterator over it.
    pub(crate) plain: bool,
    /// The loop as written.
    pub(crate) call: ExprForLoop,
}

/// Reads a `for` loop.
pub(crate) fn read(for_loop: &ExprForLoop, reader: &Reader) -> Reading {
    if let Expr::Range(range) = without_parens(&for_loop.expr) {
        let changed = scan::changed(&Expr::ForLoop(for_loop.clone()));
        let mut slices = reader.input.slices.iter().filter(|slice| slice.is_mut());
        let error = match slices.find(|slice| changed.contains(&slice.name)) {
            Some(slice) => diag::range_changes(range, &slice.name),
            None => diag::range(range),
        };
        return Reading::refused(error, Weight::Hint);
    }
    let (slice, exclusive, plain) = match head(&for_loop.expr, reader) {
        Head::Elements { slice, exclusive, plain } => (slice, exclusive, plain),
        Head::Refused(errors, weight) => return Reading::Refused(errors, weight),
        Head::Other => return Reading::Nothing,
    };
    if let Some(binding) = reader.shadows.get(&slice.name.to_string()) {
        return Reading::refused(diag::shadowed(binding), Weight::Head);
    }
    let found = Loop { slice: slice.clone(), exclusive, plain, call: for_loop.clone() };
    let errors = mistakes(&found, reader);
    if errors.is_empty() {
        Reading::Site(Shape::Loop(Box::new(found)))
    } else {
        Reading::Refused(errors, Weight::Head)
    }
}

/// What a loop goes over.
enum Head<'a> {
    /// The elements of a slice parameter.
    Elements { slice: &'a Slice, exclusive: bool, plain: bool },
    /// Something of a slice parameter that a part cannot go through alone.
    Refused(Vec<syn::Error>, Weight),
    /// Something else.
    Other,
}

fn head<'a>(expr: &Expr, reader: &'a Reader) -> Head<'a> {
    let (base, calls) = chain::spine(expr);
    if let Some(slice) = reader.slice(reborrowed(base)) {
        let Some(first) = calls.first() else {
            return Head::Elements {
                slice,
                exclusive: slice.is_mut() && !is_shared_borrow(base),
                plain: true,
            };
        };
        let name = first.method.to_string();
        if words::is_later_head(&name) {
            return Head::Refused(vec![diag::later_head(&first.method, slice)], Weight::Head);
        }
        if !words::is_head(&name) {
            return Head::Other;
        }
        return match chain::links(&calls[1..], true) {
            Links::Open => {
                Head::Elements { slice, exclusive: slice.is_mut() && name != "iter", plain: false }
            }
            Links::Refused(errors, weight) => Head::Refused(errors, weight),
            Links::Passed | Links::Ended { .. } => Head::Other,
        };
    }
    let is_head = calls.first().is_none_or(|first| words::is_head(&first.method.to_string()));
    let base = if let Expr::Reference(reference) = base { &reference.expr } else { base };
    match chain::no_slice(base, reader).filter(|_| is_head) {
        // A loop beside what is split may well go over something else.
        Some((error, _)) => Head::Refused(vec![error], Weight::Hint),
        None => Head::Other,
    }
}

/// `xs` of `&mut *xs` and `&*xs`.
fn reborrowed(expr: &Expr) -> &Expr {
    if let Expr::Reference(reference) = expr {
        if let Expr::Unary(unary) = &*reference.expr {
            if matches!(unary.op, UnOp::Deref(_)) {
                return &unary.expr;
            }
        }
    }
    expr
}

fn is_shared_borrow(expr: &Expr) -> bool {
    matches!(expr, Expr::Reference(reference) if reference.mutability.is_none())
}

fn without_parens(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(paren) => without_parens(&paren.expr),
        Expr::Group(group) => without_parens(&group.expr),
        other => other,
    }
}

/// Everything that is wrong with the loop's body.
fn mistakes(found: &Loop, reader: &Reader) -> Vec<syn::Error> {
    let mut exits = Exits::new(found.call.label.as_ref(), found.exclusive.then_some(&found.slice.name));
    exits.visit_block(&found.call.body);
    let mut errors = exits.errors;

    let mut bound = Bound::default();
    bound.visit_expr_for_loop(&found.call);
    let mut changes = Changes::new(reader.input, &bound.names, &reader.muts);
    changes.in_block(&found.call.body);
    errors.extend(changes.errors);
    errors.extend(chain::changes(&chain::adaptor_arguments(&found.call.expr), reader));

    let mut prints = Prints::default();
    prints.visit_block(&found.call.body);
    errors.extend(prints.errors);

    let name = found.slice.name.to_string();
    if found.exclusive && !bound.names.contains(&name) {
        let arguments = chain::adaptor_arguments(&found.call.expr).into_iter().map(ToTokens::to_token_stream);
        let mention = std::iter::once(found.call.body.to_token_stream())
            .chain(arguments)
            .find_map(|tokens| scan::mention(&tokens, &name));
        errors.extend(mention.map(|span| diag::own_slice(span, &found.slice.name)));
    }
    errors
}
