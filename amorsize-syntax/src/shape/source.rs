//! What a chain or loop goes over: the elements of a slice parameter, pieces of it, or a range; with other slices beside
//! it (`zip`) and the index (`enumerate`). All of these are cut at the same places.

use proc_macro2::Ident;
use syn::{Expr, ExprLit, ExprMethodCall, ExprRange, Lit};

use crate::diag;
use crate::input::Slice;
use crate::shape::{Reader, Weight, local, words};

/// What a chain or loop goes over.
pub(crate) struct Source {
    /// What it starts from.
    pub(crate) head: Head,
    /// Whether the index is asked for.
    pub(crate) placed: bool,
}

/// What a chain or loop starts from.
pub(crate) enum Head {
    /// The elements of a slice parameter.
    Elements {
        /// The parameter.
        slice: Box<Slice>,
        /// Whether the elements are changed in place.
        exclusive: bool,
        /// The part of it that is gone through, `1..` of `xs[1..].iter()`.
        within: Option<Box<Expr>>,
        /// The method that cuts the slice into pieces: `chunks`, `windows`.
        pieces: Option<Ident>,
    },
    /// The integers of a range.
    Range(Box<ExprRange>),
}

impl Source {
    /// The slice that is cut, if one is.
    pub(crate) fn slice(&self) -> Option<&Slice> {
        match &self.head {
            Head::Elements { slice, .. } => Some(slice),
            Head::Range(_) => None,
        }
    }

    /// The slice whose elements are changed in place.
    pub(crate) fn exclusive(&self) -> Option<&Slice> {
        match &self.head {
            Head::Elements { slice, exclusive: true, .. } => Some(slice),
            _ => None,
        }
    }

    /// Leaves `impl Trait` in the element to inference.
    pub(crate) fn infer_opaque(&mut self) {
        if let Head::Elements { slice, .. } = &mut self.head {
            slice.infer_opaque();
        }
    }
}

/// What the beginning of a chain comes to.
pub(crate) enum Start<'a> {
    /// A head, and how many calls belong to it.
    Head(Head, usize),
    /// A method of a slice parameter that gives no chain.
    Other(&'a ExprMethodCall),
    /// Something of a slice parameter that cannot be cut.
    Refused(syn::Error, Weight),
    /// Neither a slice parameter nor a range.
    Foreign,
}

/// Reads what a chain starts from: `base` and the calls behind it.
pub(crate) fn start<'a>(base: &Expr, calls: &[&'a ExprMethodCall], reader: &Reader) -> Start<'a> {
    if let Expr::Range(range) = base {
        let behind = calls.first().is_some_and(|first| first.method == "into_iter");
        return match (&range.start, &range.end) {
            (Some(start), Some(end)) if is_short(start, end) => Start::Foreign,
            (Some(_), Some(_)) => Start::Head(Head::Range(Box::new(range.clone())), usize::from(behind)),
            _ => Start::Refused(diag::open_range(range), Weight::Hint),
        };
    }
    let (whole, within) = local::subslice(base).map_or((base, None), |(whole, within)| (whole, Some(within)));
    let (Some(slice), Some(first)) = (reader.slice(whole), calls.first()) else { return Start::Foreign };
    let name = first.method.to_string();
    let pieces = match () {
        () if words::is_head(&name) => None,
        () if words::is_pieces(&name) && first.args.len() == 1 => Some(first.method.clone()),
        () if words::is_later_head(&name) && calls.len() > 1 => {
            return Start::Refused(diag::later_head(&first.method, slice), Weight::Head);
        }
        () => return Start::Other(first),
    };
    if let Some(binding) = reader.shadows.get(&slice.name.to_string()) {
        return Start::Refused(diag::shadowed(binding), Weight::Head);
    }
    let reads = matches!(name.as_str(), "iter" | "chunks" | "chunks_exact" | "windows");
    let exclusive = slice.is_mut() && !reads;
    let within = within.map(|within| Box::new(within.clone()));
    Start::Head(Head::Elements { slice: Box::new(slice.clone()), exclusive, within, pieces }, 1)
}

/// Whether a range is so short that nobody means to split it: `0..3` for the axes of a point.
fn is_short(start: &Expr, end: &Expr) -> bool {
    let number = |expr: &Expr| match expr {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse::<u64>().ok(),
        _ => None,
    };
    matches!((number(start), number(end)), (Some(start), Some(end)) if end.saturating_sub(start) <= 64)
}

/// Whether calls ask for the place of an item, also beside the slice.
pub(crate) fn asks_index(calls: &[&ExprMethodCall]) -> bool {
    calls.iter().any(|call| {
        call.method == "enumerate" || call.method == "zip" && call.args.iter().any(beside_asks_index)
    })
}

fn beside_asks_index(beside: &Expr) -> bool {
    let end: *const Expr = lane(beside);
    let mut at = beside;
    while let Expr::MethodCall(call) = at {
        if std::ptr::eq(at, end) {
            return false;
        }
        if asks_index(&[call]) {
            return true;
        }
        at = &call.receiver;
    }
    false
}

/// The part of what stands in a `zip` that is cut: `ys.iter()` of `ys.iter().copied()`. What is behind it is done to the
/// items of each part.
pub(crate) fn lane(beside: &Expr) -> &Expr {
    let mut at = beside;
    let mut lane = beside;
    while let Expr::MethodCall(call) = at {
        let name = call.method.to_string();
        if words::keeps_length(&name) {
            at = &call.receiver;
            lane = at;
        } else {
            break;
        }
    }
    // `ys.map(f)` of something that is no iterator chain is not taken apart.
    match lane {
        Expr::MethodCall(call) if words::is_head(&call.method.to_string()) => lane,
        Expr::MethodCall(call) if words::is_pieces(&call.method.to_string()) => lane,
        Expr::MethodCall(call) if words::narrows(&call.method.to_string()).is_some() => lane,
        Expr::Paren(paren) if matches!(&*paren.expr, Expr::Range(_)) => lane,
        _ => beside,
    }
}

/// The arguments of the calls behind the lane of what stands in a `zip`.
pub(crate) fn behind_lane(beside: &Expr) -> Vec<&Expr> {
    let end: *const Expr = lane(beside);
    let mut arguments = Vec::new();
    let mut at = beside;
    while let Expr::MethodCall(call) = at {
        if std::ptr::eq(at, end) {
            break;
        }
        for argument in call.args.iter().rev() {
            if call.method == "zip" {
                arguments.extend(behind_lane(argument).into_iter().rev());
            } else {
                arguments.push(argument);
            }
        }
        at = &call.receiver;
    }
    arguments.reverse();
    arguments
}
