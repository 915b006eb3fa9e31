//! Variables that are slices beyond doubt: a part of a slice parameter, or with the type written down. They are cut like
//! parameters.

use proc_macro2::Ident;
use syn::{Expr, Local, Pat, Type, TypeReference, UnOp, parse_quote, parse_quote_spanned};

use crate::input::{Slice, bare};
use crate::shape::Reader;

/// The slices that a `let` binds.
pub(crate) fn slices(local: &Local, reader: &Reader) -> Vec<Slice> {
    let init = local.init.as_ref().filter(|init| init.diverge.is_none()).map(|init| &*init.expr);
    match (&local.pat, init) {
        (Pat::Type(typed), _) => match (&*typed.pat, bare(&typed.ty)) {
            (Pat::Ident(name), Type::Reference(ty)) if name.by_ref.is_none() => written(&name.ident, ty),
            _ => Vec::new(),
        },
        (Pat::Ident(name), Some(init)) if name.by_ref.is_none() && name.subpat.is_none() => {
            part(init, reader).map(|(slice, is_mut)| like(&name.ident, slice, is_mut)).into_iter().collect()
        }
        (Pat::Tuple(pair), Some(Expr::MethodCall(call))) if pair.elems.len() == 2 && call.args.len() == 1 => {
            let is_mut = match call.method.to_string().as_str() {
                "split_at" => false,
                "split_at_mut" => true,
                _ => return Vec::new(),
            };
            let Some(slice) = reader.unshadowed(&call.receiver) else { return Vec::new() };
            let named = pair.elems.iter().filter_map(|half| match half {
                Pat::Ident(name) if name.by_ref.is_none() => Some(like(&name.ident, slice, is_mut)),
                _ => None,
            });
            named.collect()
        }
        _ => Vec::new(),
    }
}

/// The slice that a part is taken of, and whether it may be changed: `&xs[1..]`, `&mut xs[..n]`, `&*xs`, `xs`.
fn part<'a>(init: &Expr, reader: &'a Reader) -> Option<(&'a Slice, bool)> {
    let Expr::Reference(reference) = init else {
        return reader.unshadowed(init).map(|slice| (slice, slice.is_mut()));
    };
    let is_mut = reference.mutability.is_some();
    let whole = match &*reference.expr {
        Expr::Unary(unary) if matches!(unary.op, UnOp::Deref(_)) => &*unary.expr,
        other => subslice(other)?.0,
    };
    reader.unshadowed(whole).map(|slice| (slice, is_mut))
}

/// `xs` and `1..` of `xs[1..]`.
pub(crate) fn subslice(expr: &Expr) -> Option<(&Expr, &Expr)> {
    match expr {
        Expr::Index(index) if matches!(*index.index, Expr::Range(_)) => Some((&index.expr, &index.index)),
        Expr::Paren(paren) => subslice(&paren.expr),
        _ => None,
    }
}

fn written(name: &Ident, ty: &TypeReference) -> Vec<Slice> {
    match bare(&ty.elem) {
        Type::Slice(slice) => {
            vec![Slice { name: name.clone(), ty: ty.clone(), element: (*slice.elem).clone() }]
        }
        _ => Vec::new(),
    }
}

/// A slice of the same elements.
fn like(name: &Ident, slice: &Slice, is_mut: bool) -> Slice {
    let element = &slice.element;
    // Lifetimes are rustc's: the parameter's may be longer than the part's.
    let ty = if is_mut {
        parse_quote_spanned! { slice.ty.and_token.span=> &mut [#element] }
    } else {
        parse_quote! { &[#element] }
    };
    Slice { name: name.clone(), ty, element: element.clone() }
}
