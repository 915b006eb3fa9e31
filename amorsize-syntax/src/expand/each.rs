//! Loops that end early or change variables of the function.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{ExprForLoop, Type};

use crate::expand::share::Share;
use crate::expand::source::{self, Entered};
use crate::expand::{arguments, braced, closure_over, local, placed, respanned};
use crate::expand::{loops, own_index};
use crate::shape::accumulate::{self, Accumulator};
use crate::shape::each::{Each, Leaves};
use crate::shape::loops::Loop;

/// The call that stands for such a loop: the plain loop as written, or parts that each have variables of their own, of
/// the same names.
///
/// ```text
/// for x in xs { sum += f(x)?; }
///     ↓
/// match rt::ordered(&SITE, rt::elements::<T>(xs), || ()) {
///     rt::Ordered::Plain(plain, xs) => { for x in IntoIterator::into_iter(xs) { sum += f(x)?; } plain.end(()) }
///     rt::Ordered::Split(split) => {
///         if let Some(left) = split.each::<R, _, _>((rt::added(&mut sum), ()), |xs: &[T], slot: &mut rt::Slot<_>| -> R {
///             let (mut sum, ()) = slot.take();
///             … for x in … { sum += f(x)?; } …          // as in any split loop
///             slot.end((sum, ()), drained);
///             Ok(())
///         }) { return left; }
///     }
/// }
/// ```
pub(crate) fn entry(rt: &TokenStream, site: &Ident, found: &Loop, each: &Each) -> TokenStream {
    let mut share = Share::apart_from(&found.call);
    let (call, in_parts, entered) = if let Some(own) = &found.own {
        own_index::prepare(rt, found, own)
    } else {
        let items = loops::items(rt, found, &mut share);
        let entered = source::enter(rt, &found.source, &found.call.expr, each.leaves.is_none(), &share);
        (found.call.clone(), items, entered)
    };
    let as_written = if found.plain || found.own.is_some() {
        in_parts.clone()
    } else {
        share.plain(rt, &found.source, &found.call.expr).to_token_stream()
    };
    let kernel = kernel(rt, site, &call, each, &in_parts, &entered);
    let Entered { whole, pattern, span, .. } = entered;
    let (plain, split) = (local("amorsize_plain"), local("amorsize_split"));
    let at = found.call.for_token.span;
    // What cannot be sent to another thread is said at the variable that holds it, and there once.
    let run = each.accumulators.first().map_or(Span::mixed_site().located_at(at), |one| one.name.span());
    let run = Ident::new("each", run);
    let variables = variables(rt, &each.accumulators);
    let arguments = arguments(at, quote! { #variables, #kernel });
    let ran = if let Some(Leaves::Function { output, .. }) = &each.leaves {
        let (left, output) = (local("amorsize_left"), unit_or(output.as_deref()));
        quote! {
            if let ::core::option::Option::Some(#left) = #split.#run::<#output, _, _> #arguments {
                return #left;
            }
        }
    } else {
        quote! { let _: ::core::option::Option<#rt::Done> = #split.#run #arguments; }
    };
    let as_written = loops::written(&call, &call.body, &as_written);
    let asked = placed(rt, &local("ordered"), span);
    share.around(quote! {
        match #asked(&#site, #whole, || ()) {
            #rt::Ordered::Plain(#plain, #pattern) => {
                #as_written
                #plain.end(())
            }
            #rt::Ordered::Split(#split) => { #ran }
        }
    })
}

fn unit_or(output: Option<&Type>) -> TokenStream {
    output.map_or_else(|| quote! { () }, ToTokens::to_token_stream)
}

/// The variables as the runtime takes them, nested pairs that end in `()`.
fn variables(rt: &TokenStream, accumulators: &[Accumulator]) -> TokenStream {
    accumulators.iter().rev().fold(quote! { () }, |rest, one| {
        let (name, word) = (&one.name, local(one.kind.word()));
        let notes = one.notes.iter().rev().fold(quote! { () }, |rest, note| quote! { (&mut #note, #rest) });
        let notes = matches!(one.kind, accumulate::Kind::Best(_)).then(|| quote! { , #notes });
        // The call lies where the variable does: what is wrong with it is then reported at one place, and so once.
        let make = respanned(quote! { #rt::#word }, |_| name.span());
        let of = quote_spanned! { name.span()=> #make(&mut #name #notes) };
        quote! { (#of, #rest) }
    })
}

/// The same pairs as a pattern or, without `mut`, a value.
fn stand_ins(accumulators: &[Accumulator], mutable: bool) -> TokenStream {
    let mutable = mutable.then(|| quote! { mut });
    accumulators.iter().rev().fold(quote! { () }, |rest, one| {
        let name = &one.name;
        if matches!(one.kind, accumulate::Kind::Best(_)) {
            let notes =
                one.notes.iter().rev().fold(quote! { () }, |rest, note| quote! { (#mutable #note, #rest) });
            quote! { ((#mutable #name, #notes), #rest) }
        } else {
            quote! { (#mutable #name, #rest) }
        }
    })
}

/// What every part runs.
fn kernel(
    rt: &TokenStream,
    site: &Ident,
    call: &ExprForLoop,
    each: &Each,
    items: &TokenStream,
    entered: &Entered,
) -> TokenStream {
    let at = call.body.brace_token.span.join();
    let body = accumulate::for_part(&call.body, &each.accumulators);
    let (left, slot) = (loops::left(), local("amorsize_slot"));
    let (fresh, kept) = (stand_ins(&each.accumulators, true), stand_ins(&each.accumulators, false));
    let (result, end) = match &each.leaves {
        Some(Leaves::Function { output, through }) => {
            let output = output.as_ref().map(|output| quote! { -> #output });
            (output, quote! { #slot.end(#kept, !#left); return #through; })
        }
        Some(Leaves::Loop) => {
            (Some(quote! { -> #rt::Done }), quote! { #slot.end(#kept, !#left); return #rt::Done::through(); })
        }
        None => {
            let drained = loops::drained(rt, site);
            (Some(quote! { -> #rt::Done }), quote! { #slot.end(#kept, true); return #drained; })
        }
    };
    let run = loops::watched(call, &body, items);
    let part = &entered.part;
    closure_over(
        entered.span,
        &TokenStream::new(),
        &quote! { #part, #slot: &mut #rt::Slot<_> },
        &result.unwrap_or_default(),
        &braced(
            quote! {
                let #fresh = #slot.take();
                let mut #left = true;
                #run
                #end
            },
            at,
        ),
    )
}
