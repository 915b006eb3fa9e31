//! Terminals whose parts hold more than the result: a key with each item, two collections.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{GenericArgument, Type};

use crate::expand::chain::Pieces;
use crate::expand::share::Share;
use crate::expand::source::Entered;
use crate::expand::{arguments, closure, inferred, local, placed, reaching, respanned};
use crate::plan::vec_element;

/// A chain that ends in the item with the least or greatest key. The key stays with its item, as in std, so that it is
/// asked for once.
///
/// ```text
/// CHAIN.min_by_key(f)
///     ↓
/// rt::min_by_key::<U, _, _, _>(&SITE, SOURCE, |xs: &[T]| rt::least_by_key(CHAIN, f))
/// ```
pub(super) fn keyed(pieces: &Pieces, entry: &str, item: Option<&Type>, share: &mut Share) -> TokenStream {
    let Pieces { rt, site, chain, items, capture, source: Entered { whole, part, span, .. } } = pieces;
    let method = chain.call.method.span();
    let item = item.map_or_else(|| inferred(method), ToTokens::to_token_stream);
    let given = chain.call.args.iter().map(|argument| share.callable(argument));
    let in_part = local(if entry == "min_by_key" { "least_by_key" } else { "most_by_key" });
    let in_part = placed(rt, &in_part, method);
    let body = quote! { #in_part(#items, #(#given),*) };
    let kernel = closure(*span, capture, part, &TokenStream::new(), &body);
    let key = match chain.call.turbofish.as_ref().and_then(|turbofish| turbofish.args.first()) {
        Some(GenericArgument::Type(ty)) => ty.to_token_stream(),
        _ => inferred(method),
    };
    let (of_source, of_kernel) = (inferred(*span), inferred(*span));
    let path = reaching(rt, &local(entry), *span, method);
    let arguments = arguments(chain.call.paren_token.span.join(), quote! { &#site, #whole, #kernel });
    quote! { #path::<#item, #key, #of_source, #of_kernel> #arguments }
}

/// A chain that ends in two collections.
///
/// ```text
/// CHAIN.partition(f)
///     ↓
/// rt::partition::<C, _, _, _>(&SITE, SOURCE, |xs: &[T], out: rt::Partition<'_, _, _>| rt::Partition::partition(out, CHAIN, f))
///
/// CHAIN.unzip()
///     ↓
/// rt::unzip::<C, D, _, _, _, _>(&SITE, SOURCE, |xs: &[T], out: rt::Unzip<'_, _, _, _, _>| rt::Unzip::unzip(out, CHAIN))
/// ```
pub(super) fn two(pieces: &Pieces, entry: &str, of: Option<&(Type, Type)>, share: &mut Share) -> TokenStream {
    let Pieces { rt, site, chain, items, capture, source: Entered { whole, part, span, .. } } = pieces;
    let method = chain.call.method.span();
    let given: Vec<_> = chain.call.args.iter().map(|argument| share.callable(argument)).collect();
    let (left, right) = (of.map(|(left, _)| left), of.map(|(_, right)| right));
    let collection = |ty: Option<&Type>| ty.map_or_else(|| inferred(method), ToTokens::to_token_stream);
    // A `Vec<u32>` takes `&u32` too, so that items are inferred; what is wrong with them is shown where they are named.
    let item = |ty: Option<&Type>| inferred(ty.and_then(vec_element).map_or(method, first_span));
    let (outlet, generics) = if entry == "partition" {
        ("Partition", vec![collection(left), item(left)])
    } else {
        ("Unzip", vec![collection(left), collection(right), item(left), item(right)])
    };
    // What is wrong with the collections is said where their type is named, if both are of one.
    let at = if entry == "partition" { generics[0].span() } else { method };
    let (outlet, end) = (Ident::new(outlet, at), Ident::new(entry, at));
    let outlet = respanned(quote! { #rt::#outlet }, |_| at);
    let out = Ident::new("amorsize_out", Span::mixed_site().located_at(at));
    let unknown = generics.iter().map(|_| inferred(at));
    let outlet_type = quote_spanned! { at=> #outlet<'_ #(, #unknown)*> };
    let kernel = closure(
        *span,
        capture,
        &quote! { #part, #out: #outlet_type },
        &TokenStream::new(),
        &quote! { #outlet::#end(#out, #items #(, #given)*) },
    );
    let (of_source, of_kernel) = (inferred(*span), inferred(*span));
    let path = reaching(rt, &local(entry), *span, method);
    let arguments = arguments(chain.call.paren_token.span.join(), quote! { &#site, #whole, #kernel });
    quote! { #path::<#(#generics,)* #of_source, #of_kernel> #arguments }
}

/// Where a type begins.
fn first_span(ty: &Type) -> Span {
    ty.to_token_stream().into_iter().next().map_or_else(|| ty.span(), |token| token.span())
}
