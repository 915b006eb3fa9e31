//! Chains as calls of entry points.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Type};

use crate::expand::share::Share;
use crate::expand::source::{self, Entered};
use crate::expand::terminals;
use crate::expand::{arguments, closure, inferred, local, placed, reaching, respanned};
use crate::input::Slice;
use crate::plan::Join;
use crate::shape::chain::Chain;
use crate::shape::words::Terminal;

/// The tokens that all entries of one chain share.
pub(super) struct Pieces<'a> {
    pub(super) rt: &'a TokenStream,
    pub(super) site: &'a Ident,
    pub(super) chain: &'a Chain,
    /// The chain without its terminal, for the kernel.
    pub(super) items: Expr,
    pub(super) source: Entered,
    /// `move`, or nothing.
    pub(super) capture: TokenStream,
}

/// The call that stands for a chain.
///
/// ```text
/// xs.iter().map(f).collect()
///     ↓
/// rt::map::<U, _, _>(&SITE, rt::elements::<T>(xs), move |xs: &[T], out: rt::Out<'_, U>| out.fill(…))
/// ```
pub(crate) fn entry(rt: &TokenStream, site: &Ident, chain: &Chain, join: &Join, owns: bool) -> TokenStream {
    let mut share = Share::apart_from(&chain.call);
    let items = share.items(rt, &chain.source, chain.items());
    let ends_in_each = matches!(join, Join::ForEach);
    let source = source::enter(rt, &chain.source, chain.items(), ends_in_each, &share);
    // A `&mut` slice that is only read stays lent.
    let stays = chain.source.slice().is_some_and(Slice::is_mut) && chain.source.exclusive().is_none();
    let capture = if owns && !stays && !join.takes_items() {
        quote_spanned! { source.span=> move }
    } else {
        TokenStream::new()
    };
    let pieces = Pieces { rt, site, chain, items, source, capture };
    let call = match join {
        Join::Map(element) => outlet(&pieces, "map", "Out", "fill", element.as_ref()),
        Join::Collect(ty) => outlet(&pieces, "collect", "Pour", "pour", ty.as_ref()),
        Join::Sum(ty) => outlet(&pieces, "sum", "Total", "sum", ty.as_ref()),
        Join::Product(ty) => outlet(&pieces, "product", "Total", "product", ty.as_ref()),
        Join::InLeaves("sum", ty) => outlet(&pieces, "sum_in_leaves", "Leaf", "sum", ty.as_ref()),
        Join::InLeaves(_, ty) => outlet(&pieces, "product_in_leaves", "Leaf", "product", ty.as_ref()),
        Join::Item(entry, item) => {
            let item =
                item.as_ref().map_or_else(|| inferred(chain.call.method.span()), ToTokens::to_token_stream);
            plain(&pieces, entry, &quote! { #item, }, &mut share)
        }
        Join::Plain(entry) => plain(&pieces, entry, &quote! {}, &mut share),
        Join::Keyed(entry, item) => terminals::keyed(&pieces, entry, item.as_ref(), &mut share),
        Join::Two(entry, of) => terminals::two(&pieces, entry, of.as_deref(), &mut share),
        Join::ForEach => plain(&pieces, "for_each", &quote! { _, }, &mut share),
        Join::Reduce(ty, join) => reduce(&pieces, ty.as_ref(), join, &mut share),
        Join::Ordered => ordered(&pieces, &mut share),
    };
    share.around(call)
}

/// A chain whose terminal is the outlet's.
///
/// ```text
/// CHAIN.collect()   →   rt::collect::<C, _, _, _, _>(&SITE, rt::elements::<T>(xs), move |xs: &[T], out: rt::Pour<'_, C, _>| out.pour(CHAIN))
/// ```
fn outlet(pieces: &Pieces, entry: &str, outlet: &str, end: &str, ty: Option<&Type>) -> TokenStream {
    let Pieces { rt, site, chain, items, capture, source: Entered { whole, part, span, .. } } = pieces;
    let method = chain.call.method.span();
    let ty = ty.map_or_else(|| inferred(method), ToTokens::to_token_stream);
    // The outlet's path begins where the type begins and ends where it ends: what is wrong with the type is then reported
    // at the same place as by the entry point, and so once.
    let at = ty.span();
    let last = ty.clone().into_iter().last().map_or(at, |token| token.span());
    let (entry, name, end) = (local(entry), Ident::new(outlet, at), Ident::new(end, last));
    let outlet = respanned(quote! { #rt::#name }, |own| own.located_at(at));
    let out = Ident::new("amorsize_out", Span::mixed_site().located_at(at));
    // `map` and `Out` leave the item out: there it is the result's element.
    let unknown = if entry == "map" { 0 } else { 1 + usize::from(entry == "collect") };
    let item = vec![inferred(method); unknown];
    // A collection stands in the turbofish alone: a second one that cannot be collected would be a second error.
    let of_outlet = if entry == "collect" { inferred(at) } else { ty.clone() };
    let outlet_type = quote_spanned! { at=> #outlet<'_, #of_outlet #(, #item)*> };
    let kernel = closure(
        *span,
        capture,
        &quote! { #part, #out: #outlet_type },
        &TokenStream::new(),
        &quote! { #outlet::#end(#out, #items) },
    );
    let (of_source, of_kernel) = (inferred(*span), inferred(*span));
    let path = reaching(rt, &entry, *span, method);
    let arguments = arguments(chain.call.paren_token.span.join(), quote! { &#site, #whole, #kernel });
    quote! { #path::<#ty, #(#item,)* #of_source, #of_kernel> #arguments }
}

/// A chain whose terminal runs in the kernel.
///
/// ```text
/// CHAIN.any(f)   →   rt::any::<_, _>(&SITE, rt::elements::<T>(xs), move |xs: &[T]| ::core::iter::Iterator::any(&mut CHAIN, f))
/// ```
fn plain(pieces: &Pieces, entry: &str, generics: &TokenStream, share: &mut Share) -> TokenStream {
    let Pieces { rt, site, chain, capture, source: Entered { whole, part, span, .. }, .. } = pieces;
    let mut body = terminal_in_kernel(pieces, share);
    if chain.terminal == Terminal::Position {
        let at = source::place();
        body = quote! { #rt::position_from(#at, #body) };
    }
    let kernel = closure(*span, capture, part, &TokenStream::new(), &body);
    let (of_source, of_kernel) = (inferred(*span), inferred(*span));
    let path = reaching(rt, &local(entry), *span, chain.call.method.span());
    let arguments = arguments(chain.call.paren_token.span.join(), quote! { &#site, #whole, #kernel });
    quote! { #path::<#generics #of_source, #of_kernel> #arguments }
}

/// A terminal whose parts the user's function joins.
///
/// ```text
/// CHAIN.fold(init, f)   →   rt::fold::<A, _, _, _>(&SITE, SOURCE, move |xs: &[T]| -> A { CHAIN.fold(init, f) }, reduce)
/// ```
fn reduce(pieces: &Pieces, ty: Option<&Type>, join: &Expr, share: &mut Share) -> TokenStream {
    let Pieces { rt, site, chain, capture, source: Entered { whole, part, span, .. }, .. } = pieces;
    let body = terminal_in_kernel(pieces, share);
    let result = ty.map_or_else(|| inferred(chain.call.method.span()), ToTokens::to_token_stream);
    let kernel = closure(*span, capture, part, &quote! { -> #result }, &body);
    let (of_source, of_kernel, of_join) = (inferred(*span), inferred(*span), inferred(join.span()));
    let path = placed(rt, &local("fold"), join.span());
    let arguments = arguments(join.span(), quote! { &#site, #whole, #kernel, #join });
    quote! { #path::<#result, #of_source, #of_kernel, #of_join> #arguments }
}

/// The chain with its terminal, for the kernel: callables are lent, a start value is made by every part. Terminals that
/// take `&mut self` are named in full, so that no trait of the user's with a method of that name can win.
fn terminal_in_kernel(pieces: &Pieces, share: &mut Share) -> TokenStream {
    let Pieces { chain, items, .. } = pieces;
    let starts = matches!(chain.terminal, Terminal::Ordered { starts: true, .. });
    let arguments: Vec<Expr> = chain
        .call
        .args
        .iter()
        .enumerate()
        .map(|(at, argument)| if starts && at == 0 { argument.clone() } else { share.callable(argument) })
        .collect();
    // A range without adaptors is the kernel's own parameter, which is not `mut`.
    let items = match items {
        Expr::Path(_) => quote! { { #items } },
        _ => items.to_token_stream(),
    };
    terminal(chain, &items, &arguments)
}

/// `items.method(arguments)`.
fn terminal(chain: &Chain, items: &TokenStream, arguments: &[Expr]) -> TokenStream {
    let (method, turbofish) = (&chain.call.method, &chain.call.turbofish);
    if chain.terminal.takes_mut_self() {
        // A path that the user has not written, and that `clippy::absolute_paths` must not be told of.
        let at = Span::mixed_site().located_at(method.span());
        quote_spanned! { at=> ::core::iter::Iterator::#method #turbofish(&mut #items, #(#arguments),*) }
    } else {
        quote! { #items.#method #turbofish(#(#arguments),*) }
    }
}

/// A terminal that runs once, on the caller, over items that were computed in parallel.
///
/// ```text
/// CHAIN.fold(init, f)
///     ↓
/// match rt::ordered(&SITE, rt::elements::<T>(xs), || ()) {
///     rt::Ordered::Plain(plain, xs) => plain.end(CHAIN.fold(init, f)),        // this xs is the whole again
///     rt::Ordered::Split(split) => split.run(
///         |xs: &[T], out: rt::Feed<'_, _>| out.feed(CHAIN),
///         |items: rt::Items<'_, _>| items.fold(init, f),
///     ),
/// }
/// ```
fn ordered(pieces: &Pieces, share: &mut Share) -> TokenStream {
    let Pieces { rt, site, chain, items, source: Entered { whole, part, pattern, span }, .. } = pieces;
    let as_written = share.plain(rt, &chain.source, chain.items());
    let arguments: Vec<Expr> = chain.call.args.iter().map(|argument| share.value(argument)).collect();
    let plain_end = terminal(chain, &as_written.to_token_stream(), &arguments);
    let behind = local("amorsize_items");
    let split_end = terminal(chain, &behind.to_token_stream(), &arguments);
    let mutable = chain.terminal.takes_mut_self().then(|| quote! { mut });
    let run = Ident::new("run", chain.call.method.span());
    let (plain, split, out) = (local("amorsize_plain"), local("amorsize_split"), local("amorsize_out"));
    let none = &TokenStream::new();
    let feed =
        closure(*span, none, &quote! { #part, #out: #rt::Feed<'_, _> }, none, &quote! { #out.feed(#items) });
    let end = closure(*span, none, &quote! { #mutable #behind: #rt::Items<'_, _> }, none, &split_end);
    quote! {
        match #rt::ordered(&#site, #whole, || ()) {
            #rt::Ordered::Plain(#plain, #pattern) => #plain.end(#plain_end),
            #rt::Ordered::Split(#split) => #split.#run(#feed, #end),
        }
    }
}
