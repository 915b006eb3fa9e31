//! Iterator chains over a slice parameter: head, adaptors, terminal. Decides whether each part of the slice may go
//! through the chain alone.

use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{Expr, ExprMethodCall, Type};

use crate::diag;
use crate::input::{Parameter, ParameterKind, Slice, bare};
use crate::shape::callables::Calls;
use crate::shape::changes::{Changes, Within};
use crate::shape::exits;
use crate::shape::scan::{self, Bound, Prints};
use crate::shape::source::{self, Head, Source, Start};
use crate::shape::words::{self, Adaptor, Terminal};
use crate::shape::{Reader, Reading, Shape, Weight};

/// A chain that can be cut.
pub(crate) struct Chain {
    /// What it goes over.
    pub(crate) source: Source,
    /// Whether it yields one item per element.
    pub(crate) exact: bool,
    /// How it ends.
    pub(crate) terminal: Terminal,
    /// The whole chain as written; its receivers lead to the head.
    pub(crate) call: ExprMethodCall,
}

impl Chain {
    /// The chain without its terminal.
    pub(crate) fn items(&self) -> &Expr {
        &self.call.receiver
    }
}

/// The calls of a method chain, first call first, and what it starts from.
pub(crate) fn spine(expr: &Expr) -> (&Expr, Vec<&ExprMethodCall>) {
    let mut calls = Vec::new();
    let mut at = expr;
    loop {
        match at {
            Expr::MethodCall(call) => {
                calls.push(call);
                at = &call.receiver;
            }
            Expr::Paren(paren) => at = &paren.expr,
            Expr::Group(group) => at = &group.expr,
            _ => break,
        }
    }
    calls.reverse();
    (at, calls)
}

/// Where a chain or loop starts, as a place for generated code. Of a range, its dots: lints ask about literals what
/// stands at their place in the source.
pub(crate) fn start(base: &Expr) -> Span {
    match base {
        Expr::Range(range) => range.limits.span(),
        other => other.span(),
    }
}

/// Reads an expression as a chain.
pub(crate) fn read(expr: &Expr, reader: &Reader) -> Reading {
    let Expr::MethodCall(outermost) = expr else { return Reading::Nothing };
    let (base, calls) = spine(expr);
    let ends = words::terminal(&outermost.method.to_string()).is_some();
    let (head, from) = match source::start(base, &calls, reader) {
        Start::Head(head, from) => (head, from),
        Start::Refused(_, Weight::Hint) if !ends => return Reading::Nothing,
        Start::Refused(error, weight) => return Reading::refused(error, weight),
        Start::Other(first) if first.method.to_string().starts_with("sort") => {
            return Reading::refused(diag::sort(&first.method), Weight::Hint);
        }
        Start::Foreign if ends => return foreign(base, &calls, reader),
        Start::Other(_) | Start::Foreign => return Reading::Nothing,
    };
    // Ranges go over anything at all: what cannot be cut is said only where nothing else is found.
    let heaviest = if matches!(head, Head::Range(_)) { Weight::Hint } else { Weight::Head };
    match links(&calls[from..]) {
        Links::Passed => Reading::Nothing,
        Links::Open(_) => Reading::refused(diag::open_chain(&outermost.method), Weight::Hint),
        Links::Refused(errors, weight) => Reading::Refused(errors, weight.min(heaviest)),
        Links::Ended { exact, works, placed, terminal } => {
            let source = Source { head, placed };
            let chain = Chain { source, exact, terminal, call: outermost.clone() };
            let errors = mistakes(&chain, works, reader);
            if errors.is_empty() {
                Reading::Site(Shape::Chain(Box::new(chain)))
            } else {
                Reading::Refused(errors, heaviest)
            }
        }
    }
}

/// What the calls behind the head come to.
pub(crate) enum Links {
    /// Adaptors and one terminal.
    Ended { exact: bool, works: bool, placed: bool, terminal: Terminal },
    /// Adaptors only; true if they ask for the index.
    Open(bool),
    /// A terminal, and calls on its result: the chain is further in.
    Passed,
    /// Something that a part cannot go through alone.
    Refused(Vec<syn::Error>, Weight),
}

/// Reads the calls behind the head.
pub(crate) fn links(calls: &[&ExprMethodCall]) -> Links {
    let (mut exact, mut works) = (true, false);
    let mut errors = Vec::new();
    for (at, call) in calls.iter().enumerate() {
        let name = call.method.to_string();
        let is_last = at + 1 == calls.len();
        if let Some(adaptor) = words::adaptor(&name) {
            exact &= adaptor != Adaptor::Loose;
            works |= adaptor != Adaptor::Free;
        } else if let Some(terminal) = words::terminal(&name) {
            let placed = source::asks_index(calls) || terminal == Terminal::Position;
            return match (errors.is_empty(), is_last) {
                (true, true) => Links::Ended { exact, works, placed, terminal },
                (true, false) => Links::Passed,
                (false, _) => Links::Refused(errors, Weight::Head),
            };
        } else if words::keeps_length(&name) {
            // As long as every element comes through, the place in a part tells the place in the whole.
            if !exact {
                errors.push(diag::not_at_head(&call.method));
            }
            works |= call.args.iter().any(|beside| !source::behind_lane(beside).is_empty());
        } else if is_cut_there(&name, exact, works, &calls[..at]) {
            // The source is cut there, not the part.
        } else if words::narrows(&name).is_some() {
            errors.push(diag::not_behind_head(&call.method));
        } else if let Some((why, instead)) = words::depends_on(&name) {
            errors.push(diag::depends(&call.method, why, instead));
        } else {
            let weight = if at == 0 { Weight::Hint } else { Weight::Head };
            errors.push(diag::unknown_adaptor(&call.method));
            return Links::Refused(errors, weight);
        }
    }
    if errors.is_empty() {
        Links::Open(source::asks_index(calls))
    } else {
        Links::Refused(errors, Weight::Head)
    }
}

/// Whether `skip`, `take`, `rev` or `step_by` may be done to the source: where none of the elements has been numbered, and,
/// of those that choose by the place, every element still comes through and nothing of the user's is run for elements that
/// are passed by.
fn is_cut_there(name: &str, exact: bool, works: bool, before: &[&ExprMethodCall]) -> bool {
    let chooses = name != "rev";
    words::narrows(name).is_some_and(|passes_by| (exact || !chooses) && !(passes_by && works))
        && !source::asks_index(before)
}

/// Everything that is wrong with a chain whose words are all known.
fn mistakes(chain: &Chain, works: bool, reader: &Reader) -> Vec<syn::Error> {
    let mut errors = Vec::new();
    let method = &chain.call.method;
    if chain.source.exclusive().is_some() && chain.terminal != Terminal::ForEach {
        errors.push(diag::exclusive_terminal(method));
        return errors;
    }
    errors.extend(changed_between(chain));
    let is_reduced = reader.has_reduce && chain.terminal.is_reducible();
    let is_ordered = matches!(chain.terminal, Terminal::Ordered { .. }) && !is_reduced;
    if is_ordered && !works {
        errors.push(diag::nothing_before(method));
    }
    if chain.terminal == Terminal::Position && !chain.exact {
        errors.push(diag::position_of_some(method));
    }
    if is_ordered {
        errors.extend(scan::statics(chain.call.to_token_stream()).map(diag::written_twice));
    }
    let mut inside = kernel_arguments(chain.items());
    // An ordered tail runs on the caller, once: there its closure may do what it likes.
    if !is_ordered {
        inside.extend(&chain.call.args);
        if let Terminal::Ordered { starts: true, .. } = chain.terminal {
            errors.extend(chain.call.args.first().and_then(exits::leaves).map(diag::leaves_start));
        }
    }
    errors.extend(changes(&inside, reader));
    if chain.terminal.goes_through() {
        let mut prints = Prints::default();
        for expr in &inside {
            prints.visit_expr(expr);
        }
        errors.extend(prints.errors);
    }
    if let Some(slice) = chain.source.exclusive() {
        let mut everywhere = adaptor_arguments(chain.items());
        everywhere.extend(&chain.call.args);
        errors.extend(mentions_itself(slice, &everywhere));
    }
    errors
}

/// The arguments of all calls of a chain but its terminal.
pub(crate) fn adaptor_arguments(items: &Expr) -> Vec<&Expr> {
    spine(items).1.into_iter().flat_map(|call| &call.args).collect()
}

/// Those of them that every part runs: not the size of pieces, nor what is cut beside the slice.
pub(crate) fn kernel_arguments(items: &Expr) -> Vec<&Expr> {
    let calls = spine(items).1;
    let mut inside = Vec::new();
    for (at, call) in calls.into_iter().enumerate() {
        let name = call.method.to_string();
        match name.as_str() {
            "zip" => inside.extend(call.args.iter().flat_map(source::behind_lane)),
            "skip" | "take" | "step_by" => {}
            _ if at == 0 && words::is_pieces(&name) => {}
            _ => inside.extend(&call.args),
        }
    }
    inside
}

/// Changes of outer variables in the closures that a kernel runs, and callables that are changed by being called.
pub(crate) fn changes(arguments: &[&Expr], reader: &Reader) -> Vec<syn::Error> {
    let bound = Bound::in_exprs(arguments.iter().copied());
    let mut changes = Changes::new(reader, Within::Chain, &bound.names);
    // Anything else is evaluated once, on the caller.
    let runs = |argument: &Expr| match argument {
        Expr::Closure(_) => true,
        Expr::Reference(reference) => reference.mutability.is_some(),
        _ => false,
    };
    let run: Vec<&Expr> = arguments.iter().copied().filter(|argument| runs(argument)).collect();
    changes.in_exprs(&run);
    let mut errors = changes.errors;
    errors.extend(arguments.iter().filter_map(|argument| reader.callables.argument(argument)));
    let calls = |calls: &mut Calls| run.iter().for_each(|expr| calls.visit_expr(expr));
    errors.extend(reader.callables.call_in(&bound.names, calls));
    errors
}

/// A variable that one argument changes while the chain is put together (`.filter({ k = 2; g })`) and another mentions:
/// what is no closure is evaluated first, so the other would see the change too early.
fn changed_between(chain: &Chain) -> Vec<syn::Error> {
    let mut arguments = adaptor_arguments(chain.items());
    arguments.extend(&chain.call.args);
    let mut errors = Vec::new();
    for (at, argument) in arguments.iter().enumerate() {
        if matches!(argument, Expr::Closure(_) | Expr::Path(_)) {
            continue;
        }
        let others = || arguments.iter().enumerate().filter(move |(other, _)| *other != at);
        let is_mentioned = |name: &Ident| {
            let name = name.to_string();
            others().any(|(_, other)| scan::mention(&other.to_token_stream(), &name).is_some())
        };
        let changed = scan::changed(argument);
        errors.extend(changed.iter().filter(|name| is_mentioned(name)).map(diag::changed_between));
    }
    errors
}

/// The first mention of a `&mut` slice inside its own chain, unless a closure binds the name anew: then rustc tells.
fn mentions_itself(slice: &Slice, arguments: &[&Expr]) -> Option<syn::Error> {
    let name = slice.name.to_string();
    if Bound::in_exprs(arguments.iter().copied()).names.contains(&name) {
        return None;
    }
    arguments
        .iter()
        .find_map(|argument| scan::mention(&argument.to_token_stream(), &name))
        .map(|span| diag::own_slice(span, &slice.name))
}

/// A chain that starts from something else than a slice parameter: what to change, if that can be said.
fn foreign(base: &Expr, calls: &[&ExprMethodCall], reader: &Reader) -> Reading {
    let Some(first) = calls.first() else { return Reading::Nothing };
    let name = first.method.to_string();
    if !words::is_head(&name) && !words::is_pieces(&name) && !words::is_later_head(&name) {
        return Reading::Nothing;
    }
    let (error, weight) = no_slice(base, reader).unwrap_or_else(|| (diag::no_parameter(base), Weight::Hint));
    Reading::refused(error, weight)
}

/// What to take instead of a parameter that is no slice, if an expression names one.
pub(crate) fn no_slice(base: &Expr, reader: &Reader) -> Option<(syn::Error, Weight)> {
    let name = scan::base(base).filter(|_| matches!(base, Expr::Path(_)))?;
    let parameter = reader.input.others.iter().find(|other| other.name == name && other.name != "self")?;
    Some(match almost_a_slice(parameter) {
        Some(error) => (error, Weight::Head),
        None => (diag::not_a_slice_at_all(&parameter.name), Weight::Hint),
    })
}

/// What to take instead of a parameter `Vec<T>` and the like.
pub(crate) fn almost_a_slice(parameter: &Parameter) -> Option<syn::Error> {
    let element = parameter.ty().and_then(element)?;
    Some(not_a_slice(&parameter.kind, &parameter.name, element))
}

fn not_a_slice(kind: &ParameterKind, name: &Ident, element: &Type) -> syn::Error {
    match kind {
        ParameterKind::Exclusive(ty) => diag::not_a_slice(name, ty, "&mut ", element),
        ParameterKind::Shared(ty) | ParameterKind::Value(ty) => diag::not_a_slice(name, ty, "&", element),
        ParameterKind::Receiver(_) => diag::not_a_slice_at_all(name),
    }
}

/// The element of a `Vec<T>`, `Box<[T]>`, `[T; N]` and the like.
fn element(ty: &Type) -> Option<&Type> {
    match bare(ty) {
        Type::Array(array) => Some(&array.elem),
        Type::Slice(slice) => Some(&slice.elem),
        Type::Reference(reference) => element(&reference.elem),
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            let argument = only_argument(last)?;
            match last.ident.to_string().as_str() {
                "Vec" => Some(argument),
                "Box" | "Arc" | "Rc" => element(argument),
                _ => None,
            }
        }
        _ => None,
    }
}

/// `T` of `Name<T>`.
pub(crate) fn only_argument(segment: &syn::PathSegment) -> Option<&Type> {
    let syn::PathArguments::AngleBracketed(angle) = &segment.arguments else { return None };
    match (angle.args.len(), angle.args.first()) {
        (1, Some(syn::GenericArgument::Type(ty))) => Some(ty),
        _ => None,
    }
}
