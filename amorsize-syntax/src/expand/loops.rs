//! Loops as calls of entry points.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, TokenStreamExt, quote, quote_spanned};
use syn::{AttrStyle, ExprForLoop};

use crate::expand::share::Share;
use crate::expand::source::{self, Entered};
use crate::expand::{braced, closure_over, inferred, local};
use crate::input::Slice;
use crate::shape::chain::spine;
use crate::shape::loops::Loop;

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
    let ExprForLoop { attrs, label, for_token, pat, in_token, expr, body } = &found.call;
    let mut share = Share::apart_from(&found.call);
    let items = if found.plain {
        let part = source::part_name(&found.source, spine(expr).0);
        quote! { ::core::iter::IntoIterator::into_iter(#part) }
    } else {
        share.items(rt, &found.source, expr).to_token_stream()
    };
    let Entered { whole, part, span, .. } = source::enter(rt, &found.source, expr, true, &share);
    // The tree keeps what stands inside the braces, `#![allow(..)]`, with what stands before the loop.
    let (outer, inner): (Vec<_>, Vec<_>) =
        attrs.iter().partition(|attr| matches!(attr.style, AttrStyle::Outer));
    let mut whole_body = TokenStream::new();
    body.brace_token.surround(&mut whole_body, |tokens| {
        tokens.append_all(inner);
        tokens.append_all(&body.stmts);
    });
    let stays = found.source.slice().is_some_and(Slice::is_mut) && found.source.exclusive().is_none();
    let capture = if owns && !stays {
        quote_spanned! { span=> move }
    } else {
        TokenStream::new()
    };
    let (rest, left, next) = (local("amorsize_rest"), local("amorsize_left"), local("amorsize_next"));
    let kernel = closure_over(
        span,
        &capture,
        &part,
        &quote! { -> #rt::Done },
        &braced(
            quote! {
                let mut #rest = #items;
                let mut #left = true;
                #(#outer)* #label #for_token #pat #in_token ::core::iter::from_fn(|| {
                    let #next = ::core::iter::Iterator::next(&mut #rest);
                    #left = ::core::option::Option::is_some(&#next);
                    #next
                }) #whole_body
                return #rt::Done::drained(&#site, ::core::iter::IntoIterator::into_iter(#left.then_some(())));
            },
            body.brace_token.span.join(),
        ),
    );
    let (of_source, of_kernel) = (inferred(span), inferred(span));
    share.around(quote! { #rt::for_each::<_, #of_source, #of_kernel>(&#site, #whole, #kernel) })
}
