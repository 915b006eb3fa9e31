//! A source as tokens: what the entry point is given, and how the kernel takes its part apart.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

use crate::expand::share::{Share, Step};
use crate::expand::{hidden, local, placed, respanned};
use crate::shape::chain::{spine, start};
use crate::shape::source::{Head, Source};

/// A source as tokens.
pub(crate) struct Entered {
    /// What the entry point is given.
    pub(crate) whole: TokenStream,
    /// The kernel's parameter, with its type as far as the user wrote it.
    pub(crate) part: TokenStream,
    /// The same pattern without a type.
    pub(crate) pattern: TokenStream,
    /// Where the chain or loop starts.
    pub(crate) span: Span,
}

/// The name of a head's part inside the kernel.
pub(crate) fn part_name(source: &Source, base: &Expr) -> Ident {
    match (&source.head, base) {
        (Head::Elements { slice, .. }, Expr::Path(path)) => {
            hidden(path.path.get_ident().unwrap_or(&slice.name))
        }
        (Head::Elements { slice, .. }, _) => {
            let mut name = slice.name.clone();
            name.set_span(base.span());
            hidden(&name)
        }
        (Head::Range(_), _) => local("amorsize_range"),
    }
}

/// The source of `items`, once `share` has been through them.
///
/// ```text
/// xs.iter().zip(ys).enumerate()   →   rt::placed(rt::zip(rt::elements::<T>(xs), ys))
///                                     (amorsize_at, (xs, amorsize_zip_0)): (usize, (&[T], _))
/// ```
pub(crate) fn enter(
    rt: &TokenStream,
    source: &Source,
    items: &Expr,
    ends_in_each: bool,
    share: &Share,
) -> Entered {
    let (base, _) = spine(items);
    let span = start(base);
    let name = part_name(source, base);
    let mut pattern = quote! { #name };
    let (mut whole, mut ty) = head(rt, source, base, share);
    let mut lanes = 0;
    for step in &share.steps {
        match step {
            Step::Zip(lane) => {
                // The call lies where its argument does: what is wrong with that is then reported at one place, and so once.
                let zip = local(if ends_in_each { "zip_mut" } else { "zip" });
                let zip = respanned(quote! { #rt::#zip }, |_| lane.span());
                whole = quote_spanned! { lane.span()=> #zip(#whole, #lane) };
                let beside = lane_name(lanes);
                lanes += 1;
                pattern = quote! { (#pattern, #beside) };
                ty = quote! { (#ty, _) };
            }
            Step::Narrow(method, number) => {
                let narrow = placed(rt, &local(&method.to_string()), method.span());
                whole = quote! { #narrow(#whole, #number) };
            }
            Step::Reversed => whole = quote! { #rt::reversed(#whole) },
            Step::Stepped(number) => whole = quote! { #rt::stepped(#whole, #number) },
        }
    }
    if source.placed {
        whole = quote! { #rt::placed(#whole) };
        let at = place();
        pattern = quote! { (#at, #pattern) };
        ty = quote! { (::core::primitive::usize, #ty) };
    }
    let part = quote! { #pattern: #ty };
    Entered { whole, part, pattern, span }
}

/// The name of what stands in a `zip`, in the kernel.
pub(crate) fn lane_name(number: usize) -> Ident {
    local(&format!("amorsize_zip_{number}"))
}

/// The name of the index of a part's first item, in the kernel.
pub(crate) fn place() -> Ident {
    local("amorsize_at")
}

/// The head as a source, and the type of its part.
///
/// ```text
/// xs.iter()       →   rt::elements::<T>(xs)          &'a [T]
/// xs.chunks(n)    →   rt::chunks::<T>(xs, n)         &'a [T]
/// xs[1..].iter()  →   rt::elements::<T>(&xs[1..])    &[T]
/// xs.iter_mut()   →   rt::elements_mut::<T>(&mut *xs)    &mut [T]
/// (a..b)          →   rt::range(a..b)                _
/// ```
fn head(rt: &TokenStream, source: &Source, base: &Expr, share: &Share) -> (TokenStream, TokenStream) {
    let span = start(base);
    let (slice, exclusive, pieces) = match &source.head {
        Head::Elements { slice, exclusive, pieces, .. } => (slice, *exclusive, pieces),
        Head::Range(_) => {
            let range = respanned(quote! { #rt::range }, |own| own.located_at(span));
            let whole =
                share.range.as_ref().map_or_else(|| base.to_token_stream(), ToTokens::to_token_stream);
            return (quote! { #range(#whole) }, quote_spanned! { span=> _ });
        }
    };
    let (element, ty) = (&slice.element, &slice.ty);
    let mut name = slice.name.clone();
    name.set_span(span);
    let ty_span = slice.ty.span();
    let (whole, ty) = match (slice.is_mut(), exclusive) {
        _ if share.within.is_some() => {
            let (within, mutable) = (&share.within, exclusive.then(|| quote! { mut }));
            (quote! { &#mutable #name[#within] }, quote_spanned! { ty_span=> &#mutable [#element] })
        }
        (false, _) => (quote! { #name }, quote! { #ty }),
        (true, false) => (quote! { &*#name }, quote_spanned! { ty_span=> &[#element] }),
        (true, true) => (quote! { &mut *#name }, quote_spanned! { ty_span=> &mut [#element] }),
    };
    let whole = if let (Some(method), Some(size)) = (pieces, &share.size) {
        let make = placed(rt, &local(&method.to_string()), method.span());
        quote! { #make::<#element>(#whole, #size) }
    } else {
        let make = local(if exclusive { "elements_mut" } else { "elements" });
        quote! { #rt::#make::<#element>(#whole) }
    };
    (whole, ty)
}
