//! Loops as calls of entry points.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, TokenStreamExt, quote, quote_spanned};
use syn::{AttrStyle, Block, ExprForLoop};

use crate::expand::each;
use crate::expand::share::Share;
use crate::expand::source::{self, Entered};
use crate::expand::{braced, closure_over, inferred, local, own_index};
use crate::input::Slice;
use crate::shape::chain::spine;
use crate::shape::loops::Loop;
use crate::shape::source::Head;

/// The call that stands for a loop. The kernel returns a value that only the end of the loop can make, so that a
/// `return` hidden in a macro does not compile; and it notes whether the iterator was at its end, so that a hidden
/// `break` is noticed at whichever element of a part it happens. The note costs nothing: the loop is vectorised as before.
///
/// The `return` at the end is for projects that deny `clippy::implicit_return`.
///
/// ```text
/// for x in xs { BODY }
///     ↓
/// rt::for_each::<_, _, _>(&SITE, rt::elements_mut::<T>(&mut *xs), move |xs: &mut [T]| -> rt::Done {
///     let mut rest = ::core::iter::IntoIterator::into_iter(xs);
///     let mut left = true;
///     for x in ::core::iter::from_fn(|| {
///         let next = ::core::iter::Iterator::next(&mut rest);
///         left = ::core::option::Option::is_some(&next);
///         next
///     }) { BODY }
///     return rt::Done::drained(&SITE, ::core::iter::IntoIterator::into_iter(left.then_some(())));
/// })
/// ```
pub(crate) fn entry(rt: &TokenStream, site: &Ident, found: &Loop, owns: bool) -> TokenStream {
    if let Some(each) = &found.each {
        return each::entry(rt, site, found, each);
    }
    if let Some(own) = &found.own {
        return own_index::entry(rt, site, found, own, owns);
    }
    let expr = &found.call.expr;
    let mut share = Share::apart_from(&found.call);
    let items = items(rt, found, &mut share);
    let Entered { whole, part, span, .. } = source::enter(rt, &found.source, expr, true, &share);
    let stays = found.source.slice().is_some_and(Slice::is_mut) && found.source.exclusive().is_none();
    let capture = if owns && !stays {
        quote_spanned! { span=> move }
    } else {
        TokenStream::new()
    };
    let kernel = kernel(rt, site, &found.call, span, &capture, &part, &items);
    let (of_source, of_kernel) = (inferred(span), inferred(span));
    share.around(quote! { #rt::for_each::<_, #of_source, #of_kernel>(&#site, #whole, #kernel) })
}

/// The kernel of a loop over the `items` of its part.
pub(crate) fn kernel(
    rt: &TokenStream,
    site: &Ident,
    call: &ExprForLoop,
    span: Span,
    capture: &TokenStream,
    part: &TokenStream,
    items: &TokenStream,
) -> TokenStream {
    let left = left();
    let run = watched(call, &call.body, items);
    let end = drained(rt, site);
    let block = quote! { let mut #left = true; #run return #end; };
    let at = call.body.brace_token.span.join();
    closure_over(span, capture, part, &quote! { -> #rt::Done }, &braced(block, at))
}

/// What the loop of a part goes over.
pub(crate) fn items(rt: &TokenStream, found: &Loop, share: &mut Share) -> TokenStream {
    let expr = &found.call.expr;
    if found.plain {
        if let Head::Elements { within: Some(within), .. } = &found.source.head {
            share.go_within(within);
        }
        let part = source::part_name(&found.source, spine(expr).0);
        quote! { ::core::iter::IntoIterator::into_iter(#part) }
    } else {
        share.items(rt, &found.source, expr).to_token_stream()
    }
}

/// The note whether the iterator of a part has anything left.
pub(crate) fn left() -> Ident {
    local("amorsize_left")
}

/// A value that only a drained loop can make.
pub(crate) fn drained(rt: &TokenStream, site: &Ident) -> TokenStream {
    let left = left();
    quote! { #rt::Done::drained(&#site, ::core::iter::IntoIterator::into_iter(#left.then_some(()))) }
}

/// A loop of the user's over `items`, which notes at every step whether anything is left.
pub(crate) fn watched(call: &ExprForLoop, body: &Block, items: &TokenStream) -> TokenStream {
    let (rest, left, next) = (local("amorsize_rest"), left(), local("amorsize_next"));
    let over = quote! {
        ::core::iter::from_fn(|| {
            let #next = ::core::iter::Iterator::next(&mut #rest);
            #left = ::core::option::Option::is_some(&#next);
            #next
        })
    };
    let written = written(call, body, &over);
    quote! { let mut #rest = #items; #written }
}

/// A loop of the user's with another head.
pub(crate) fn written(call: &ExprForLoop, body: &Block, over: &TokenStream) -> TokenStream {
    let ExprForLoop { attrs, label, for_token, pat, in_token, .. } = call;
    // The tree keeps what stands inside the braces, `#![allow(..)]`, with what stands before the loop.
    let (outer, inner): (Vec<_>, Vec<_>) =
        attrs.iter().partition(|attr| matches!(attr.style, AttrStyle::Outer));
    let mut whole = TokenStream::new();
    body.brace_token.surround(&mut whole, |tokens| {
        tokens.append_all(inner);
        tokens.append_all(&body.stmts);
    });
    quote! { #(#outer)* #label #for_token #pat #in_token #over #whole }
}
