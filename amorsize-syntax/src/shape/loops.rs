//! `for` loops over a slice parameter. Decides whether each part of the slice may go through the loop alone.

use quote::ToTokens;
use syn::visit::Visit;
use syn::{Expr, ExprForLoop, ExprMethodCall, ExprRange, UnOp};

use crate::diag;
use crate::shape::accumulate::{self, Accumulator};
use crate::shape::chain::{self, Links};
use crate::shape::changes::{Changes, Within};
use crate::shape::each::{self, Each, Leaves};
use crate::shape::exits::{Exit, Exits};
use crate::shape::own_index::{self, Own, Verdict};
use crate::shape::scan::{self, Bound, Prints};
use crate::shape::source::{self, Head, Source, Start};
use crate::shape::{Reader, Reading, Shape, Weight, local, words};

/// A loop that can be cut.
pub(crate) struct Loop {
    /// What it goes over.
    pub(crate) source: Source,
    /// Whether the head is the slice itself, not an iterator over it.
    pub(crate) plain: bool,
    /// What it does beyond its elements, if it does.
    pub(crate) each: Option<Box<Each>>,
    /// What is cut beside a range, if something is.
    pub(crate) own: Option<Box<Own>>,
    /// The loop as written.
    pub(crate) call: ExprForLoop,
}

/// Reads a `for` loop.
pub(crate) fn read(for_loop: &ExprForLoop, reader: &Reader) -> Reading {
    let (base, calls) = chain::spine(&for_loop.expr);
    if let Start::Head(Head::Range(range), from) = source::start(base, &calls, reader) {
        return over_range(for_loop, &range, &calls[from..], reader);
    }
    let (source, plain) = match head(&for_loop.expr, reader) {
        Items::Of { source, plain } => (source, plain),
        Items::Refused(errors, weight) => return Reading::Refused(errors, weight),
        Items::Other => return Reading::Nothing,
    };
    let mut found = Loop { source, plain, each: None, own: None, call: for_loop.clone() };
    let errors = mistakes(&mut found, reader);
    if errors.is_empty() {
        Reading::Site(Shape::Loop(Box::new(found)))
    } else {
        Reading::Refused(errors, Weight::Head)
    }
}

/// Reads a loop over a range with `calls` behind it: a site if it changes slices at its own index, or variables, or looks
/// for something in slices.
fn over_range(
    for_loop: &ExprForLoop,
    range: &ExprRange,
    calls: &[&ExprMethodCall],
    reader: &Reader,
) -> Reading {
    let accumulators = accumulators(for_loop, reader);
    let source = |placed| Source { head: Head::Range(Box::new(range.clone())), placed };
    let mut found =
        Loop { source: source(false), plain: false, each: None, own: None, call: for_loop.clone() };
    match own_index::read(for_loop, calls, &accumulate::names(&accumulators), reader) {
        Verdict::Own(own) => {
            found.own = Some(Box::new(own));
            found.each = (!accumulators.is_empty()).then(|| Box::new(Each { accumulators, leaves: None }));
            Reading::Site(Shape::Loop(Box::new(found)))
        }
        Verdict::Refused(errors, weight) => Reading::Refused(errors, weight),
        Verdict::Nothing => {
            let Links::Open(placed) = chain::links(calls) else {
                return Reading::refused(diag::range(range), Weight::Hint);
            };
            found.source = source(placed);
            let errors = mistakes(&mut found, reader);
            let is_site = own_index::reads_only(for_loop, found.each.as_deref(), &reader.muts);
            match errors.is_empty() {
                true if is_site => Reading::Site(Shape::Loop(Box::new(found))),
                false if is_site => Reading::Refused(errors, Weight::Hint),
                _ => Reading::refused(diag::range(range), Weight::Hint),
            }
        }
    }
}

/// Whether a loop goes over a range.
pub(crate) fn is_over_range(for_loop: &ExprForLoop) -> bool {
    matches!(chain::spine(&for_loop.expr).0, Expr::Range(_))
}

/// What a loop goes over.
enum Items {
    /// Something that can be cut.
    Of { source: Source, plain: bool },
    /// Something of a slice parameter that a part cannot go through alone.
    Refused(Vec<syn::Error>, Weight),
    /// Something else.
    Other,
}

fn head(expr: &Expr, reader: &Reader) -> Items {
    let (base, calls) = chain::spine(expr);
    let (whole, within) = under(base);
    if let Some(slice) = reader.slice(whole).filter(|_| calls.is_empty()) {
        if let Some(binding) = reader.shadows.get(&slice.name.to_string()) {
            return Items::Refused(vec![diag::shadowed(binding)], Weight::Head);
        }
        let exclusive = slice.is_mut() && !is_shared_borrow(base);
        let within = within.map(|within| Box::new(within.clone()));
        let head = Head::Elements { slice: Box::new(slice.clone()), exclusive, within, pieces: None };
        return Items::Of { source: Source { head, placed: false }, plain: true };
    }
    let start = if calls.is_empty() { whole } else { base };
    match source::start(start, &calls, reader) {
        Start::Head(head, from) => match chain::links(&calls[from..]) {
            Links::Open(placed) => Items::Of { source: Source { head, placed }, plain: false },
            Links::Refused(errors, weight) => Items::Refused(errors, weight),
            Links::Passed | Links::Ended { .. } => Items::Other,
        },
        Start::Refused(error, weight) => Items::Refused(vec![error], weight),
        Start::Other(_) => Items::Other,
        Start::Foreign => {
            let is_head = calls.first().is_none_or(|first| words::is_head(&first.method.to_string()));
            let base = if let Expr::Reference(reference) = base { &reference.expr } else { base };
            match chain::no_slice(base, reader).filter(|_| is_head) {
                // A loop beside what is split may well go over something else.
                Some((error, _)) => Items::Refused(vec![error], Weight::Hint),
                None => Items::Other,
            }
        }
    }
}

/// `xs` of `&mut *xs` and `&*xs`; with `1..` of `&xs[1..]`.
fn under(expr: &Expr) -> (&Expr, Option<&Expr>) {
    let Expr::Reference(reference) = expr else { return (expr, None) };
    match &*reference.expr {
        Expr::Unary(unary) if matches!(unary.op, UnOp::Deref(_)) => (&unary.expr, None),
        other => local::subslice(other).map_or((expr, None), |(whole, within)| (whole, Some(within))),
    }
}

fn is_shared_borrow(expr: &Expr) -> bool {
    matches!(expr, Expr::Reference(reference) if reference.mutability.is_none())
}

/// Everything that is wrong with the loop's body; notes what it does beyond its elements.
fn mistakes(found: &mut Loop, reader: &Reader) -> Vec<syn::Error> {
    let mut bound = Bound::default();
    bound.visit_expr_for_loop(&found.call);
    let accumulators = accumulators(&found.call, reader);
    let mut own = bound.names.clone();
    own.extend(accumulate::names(&accumulators));

    let (leaves, mut errors) = exits(found, &accumulators, reader);
    found.each =
        (leaves.is_some() || !accumulators.is_empty()).then(|| Box::new(Each { accumulators, leaves }));

    if found.each.is_some() {
        errors.extend(scan::statics(found.call.body.to_token_stream()).map(diag::written_twice));
    }

    let mut changes = Changes::new(reader, Within::Loop, &own);
    changes.in_block(&found.call.body);
    errors.extend(changes.errors);
    let body = &found.call.body;
    errors.extend(reader.callables.call_in(&bound.names, |calls| calls.visit_block(body)));
    errors.extend(chain::changes(&chain::kernel_arguments(&found.call.expr), reader));

    let mut prints = Prints::default();
    prints.visit_block(&found.call.body);
    errors.extend(prints.errors);
    errors.extend(mentions_itself(found, &bound));
    errors
}

/// The variables that a loop's parts can change apart.
fn accumulators(for_loop: &ExprForLoop, reader: &Reader) -> Vec<Accumulator> {
    let mut bound = Bound::default();
    bound.visit_expr_for_loop(for_loop);
    accumulate::read(&for_loop.body, &bound.names, &reader.muts)
}

/// How the loop may be left, and the exits that no part can take.
fn exits(found: &Loop, accumulators: &[Accumulator], reader: &Reader) -> (Option<Leaves>, Vec<syn::Error>) {
    let changed = found.source.exclusive();
    let output = reader.input.output.as_ref();
    let mut exits = Exits::new(found.call.label.as_ref(), changed.map(|slice| &slice.name), output);
    exits.visit_block(&found.call.body);
    // Elements behind an exit stay as they were, which parts behind it cannot promise of elements that they change.
    let is_right = |kind: Exit| match kind {
        Exit::Loop => changed.is_none() && !accumulators.is_empty(),
        Exit::Function => changed.is_none() && reader.through.is_some(),
        Exit::Outer => false,
    };
    let (right, wrong): (Vec<_>, Vec<_>) = exits.found.into_iter().partition(|(kind, _)| is_right(*kind));
    let hidden = || {
        changed.is_none()
            && each::may_hide_exits(&found.call.body)
            && !each::changes_beside(&found.call.expr, reader.input)
    };
    let leaves_function = right.iter().any(|(kind, _)| *kind == Exit::Function);
    let leaves = match &reader.through {
        Some(through) if leaves_function || hidden() => {
            let output = reader.input.output.clone().map(Box::new);
            Some(Leaves::Function { output, through: through.clone() })
        }
        _ if !right.is_empty() => Some(Leaves::Loop),
        _ => None,
    };
    (leaves, wrong.into_iter().map(|(_, error)| error).collect())
}

/// The first mention of a slice inside the loop that changes it.
fn mentions_itself(found: &Loop, bound: &Bound) -> Option<syn::Error> {
    let slice = found.source.exclusive()?;
    let name = slice.name.to_string();
    let arguments = chain::adaptor_arguments(&found.call.expr).into_iter().map(ToTokens::to_token_stream);
    std::iter::once(found.call.body.to_token_stream())
        .chain(arguments)
        .find_map(|tokens| scan::mention(&tokens, &name))
        .filter(|_| !bound.names.contains(&name))
        .map(|span| diag::own_slice(span, &slice.name))
}
