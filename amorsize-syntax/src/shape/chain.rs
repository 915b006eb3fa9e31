//! Iterator chains over a slice parameter: head, adaptors, terminal. Decides whether each part of the slice may go
//! through the chain alone.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::visit::Visit;
use syn::{Expr, ExprMethodCall, Type};

use crate::diag;
use crate::input::{ParameterKind, Slice, bare};
use crate::shape::scan::{self, Bound, Changes, Prints};
use crate::shape::words::{self, Adaptor, Terminal};
use crate::shape::{Reader, Reading, Shape, Weight};

/// A chain that can be cut.
pub(crate) struct Chain {
    /// The slice at its head.
    pub(crate) slice: Slice,
    /// Whether the elements are changed in place.
    pub(crate) exclusive: bool,
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

/// Reads an expression as a chain.
pub(crate) fn read(expr: &Expr, reader: &Reader) -> Reading {
    let Expr::MethodCall(outermost) = expr else { return Reading::Nothing };
    let (base, calls) = spine(expr);
    let ends = words::terminal(&outermost.method.to_string()).is_some();
    let Some(slice) = reader.slice(base) else {
        return if ends { foreign(base, &calls, reader) } else { Reading::Nothing };
    };
    let head = calls[0];
    let name = head.method.to_string();
    if !words::is_head(&name) {
        return match () {
            () if words::is_later_head(&name) && calls.len() > 1 => {
                Reading::refused(diag::later_head(&head.method, slice), Weight::Head)
            }
            () if name.starts_with("sort") => Reading::refused(diag::sort(&head.method), Weight::Hint),
            () => Reading::Nothing,
        };
    }
    if let Some(binding) = reader.shadows.get(&slice.name.to_string()) {
        return Reading::refused(diag::shadowed(binding), Weight::Head);
    }
    match links(&calls[1..], true) {
        Links::Passed => Reading::Nothing,
        Links::Open => Reading::refused(diag::open_chain(&outermost.method), Weight::Hint),
        Links::Refused(errors, weight) => Reading::Refused(errors, weight),
        Links::Ended { exact, works, terminal } => {
            let exclusive = slice.is_mut() && name != "iter";
            let chain = Chain { slice: slice.clone(), exclusive, exact, terminal, call: outermost.clone() };
            let errors = mistakes(&chain, works, reader);
            if errors.is_empty() {
                Reading::Site(Shape::Chain(Box::new(chain)))
            } else {
                Reading::Refused(errors, Weight::Head)
            }
        }
    }
}

/// What the calls behind the head come to.
pub(crate) enum Links {
    /// Adaptors and one terminal.
    Ended { exact: bool, works: bool, terminal: Terminal },
    /// Adaptors only.
    Open,
    /// A terminal, and calls on its result: the chain is further in.
    Passed,
    /// Something that a part cannot go through alone.
    Refused(Vec<syn::Error>, Weight),
}

/// Reads the calls behind the head; `at_head` says that the first one stands right behind it.
pub(crate) fn links(calls: &[&ExprMethodCall], at_head: bool) -> Links {
    let (mut exact, mut works) = (true, false);
    let mut errors = Vec::new();
    for (at, call) in calls.iter().enumerate() {
        let name = call.method.to_string();
        let is_last = at + 1 == calls.len();
        if let Some(adaptor) = words::adaptor(&name) {
            exact &= adaptor != Adaptor::Loose;
            works |= adaptor != Adaptor::Free;
        } else if let Some(terminal) = words::terminal(&name) {
            return match (errors.is_empty(), is_last) {
                (true, true) => Links::Ended { exact, works, terminal },
                (true, false) => Links::Passed,
                (false, _) => Links::Refused(errors, Weight::Head),
            };
        } else if name == "enumerate" || name == "zip" {
            let error =
                if at == 0 && at_head { diag::later_adaptor(call) } else { diag::not_at_head(&call.method) };
            errors.push(error);
        } else if let Some((why, instead)) = words::depends_on(&name) {
            errors.push(diag::depends(&call.method, why, instead));
        } else {
            let weight = if at == 0 { Weight::Hint } else { Weight::Head };
            errors.push(diag::unknown_adaptor(&call.method));
            return Links::Refused(errors, weight);
        }
    }
    if errors.is_empty() { Links::Open } else { Links::Refused(errors, Weight::Head) }
}

/// Everything that is wrong with a chain whose words are all known.
fn mistakes(chain: &Chain, works: bool, reader: &Reader) -> Vec<syn::Error> {
    let mut errors = Vec::new();
    let method = &chain.call.method;
    if chain.exclusive && chain.terminal != Terminal::ForEach {
        errors.push(diag::exclusive_terminal(method));
        return errors;
    }
    errors.extend(changed_between(chain));
    let is_reduced = reader.has_reduce && chain.terminal.is_reducible();
    let is_ordered = matches!(chain.terminal, Terminal::Ordered { .. }) && !is_reduced;
    if is_ordered && !works {
        errors.push(diag::nothing_before(method, chain.terminal.is_reducible()));
    }
    let mut inside = adaptor_arguments(chain.items());
    // An ordered tail runs on the caller, once: there its closure may do what it likes.
    if !is_ordered {
        inside.extend(&chain.call.args);
        if let Terminal::Ordered { starts: true, .. } = chain.terminal {
            errors.extend(chain.call.args.first().and_then(scan::leaves).map(diag::leaves_start));
        }
    }
    errors.extend(changes(&inside, reader));
    if chain.terminal == Terminal::ForEach {
        let mut prints = Prints::default();
        for expr in &inside {
            prints.visit_expr(expr);
        }
        errors.extend(prints.errors);
    }
    if chain.exclusive {
        errors.extend(mentions_itself(&chain.slice, &inside));
    }
    errors
}

/// The arguments of all calls of a chain but its terminal.
pub(crate) fn adaptor_arguments(items: &Expr) -> Vec<&Expr> {
    spine(items).1.into_iter().flat_map(|call| &call.args).collect()
}

/// Changes of outer variables in the closures that a kernel runs, and callables that are changed by being called.
pub(crate) fn changes(arguments: &[&Expr], reader: &Reader) -> Vec<syn::Error> {
    let bound = Bound::in_exprs(arguments.iter().copied());
    let mut changes = Changes::new(reader.input, &bound.names, &reader.muts);
    // Anything else is evaluated once, on the caller.
    let runs = |argument: &Expr| match argument {
        Expr::Closure(_) => true,
        Expr::Reference(reference) => reference.mutability.is_some(),
        _ => false,
    };
    let run: Vec<&Expr> = arguments.iter().copied().filter(|argument| runs(argument)).collect();
    changes.in_exprs(&run);
    changes.errors
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
    if let Expr::Range(range) = base {
        return Reading::refused(diag::range(range), Weight::Hint);
    }
    if !words::is_head(&first.method.to_string()) && !words::is_later_head(&first.method.to_string()) {
        return Reading::Nothing;
    }
    let (error, weight) = no_slice(base, reader).unwrap_or_else(|| (diag::no_parameter(base), Weight::Hint));
    Reading::refused(error, weight)
}

/// What to take instead of a parameter that is no slice, if an expression names one.
pub(crate) fn no_slice(base: &Expr, reader: &Reader) -> Option<(syn::Error, Weight)> {
    let name = scan::base(base).filter(|_| matches!(base, Expr::Path(_)))?;
    let parameter = reader.input.others.iter().find(|other| other.name == name && other.name != "self")?;
    Some(match parameter.ty().and_then(element) {
        Some(element) => (not_a_slice(&parameter.kind, &parameter.name, element), Weight::Head),
        None => (diag::not_a_slice_at_all(&parameter.name), Weight::Hint),
    })
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
