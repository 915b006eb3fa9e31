//! A whole body as the call of an entry point.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{FnArg, Pat, PatIdent, Signature};

use crate::expand::{arguments, braced, closure_over, hidden, inferred, local, placed};
use crate::plan::body::Body;
use crate::shape::scan;

/// The call that stands for a body. Inside, the slice's own name is the part, wherever the user wrote it.
///
/// ```text
/// { BODY }
///     ↓
/// rt::fold::<R, _, _, _>(&SITE, rt::elements::<T>(xs), move |xs: &[T]| -> R { BODY }, reduce)
/// rt::for_each::<(), _, _>(&SITE, rt::elements_mut::<T>(&mut *xs), move |xs: &mut [T]| { BODY })
/// ```
pub(crate) fn entry(rt: &TokenStream, site: &Ident, body: &Body, owns: bool) -> TokenStream {
    let Body { slice, pat, attrs, block, .. } = body;
    // What is said of the kernel as a whole, such as that it owns nothing that it could give away, is said at the signature.
    let span = body.name.span();
    let (name, element, ty) = (name_of_whole(body), &slice.element, &slice.ty);
    let whole = if slice.is_mut() {
        quote! { #rt::elements_mut::<#element>(&mut *#name) }
    } else {
        quote! { #rt::elements::<#element>(#name) }
    };
    let capture = if owns {
        quote_spanned! { span=> move }
    } else {
        TokenStream::new()
    };
    let stmts = &block.stmts;
    let block = braced(quote! { #(#stmts)* }, block.brace_token.span.join());
    let part = quote! { #(#attrs)* #pat: #ty };
    let (of_source, of_kernel) = (inferred(span), inferred(span));
    let Some((result, join)) = &body.result else {
        let kernel = closure_over(span, &capture, &part, &TokenStream::new(), &block);
        let path = placed(rt, &local("for_each"), span);
        let arguments = arguments(span, quote! { &#site, #whole, #kernel });
        return quote! { #path::<(), #of_source, #of_kernel> #arguments };
    };
    let kernel = closure_over(span, &capture, &part, &quote! { -> #result }, &block);
    let (result, of_join) = (result.to_token_stream(), inferred(join.span()));
    let path = placed(rt, &local("fold"), join.span());
    let arguments = arguments(join.span(), quote! { &#site, #whole, #kernel, #join });
    quote! { #path::<#result, #of_source, #of_kernel, #of_join> #arguments }
}

/// Gives the whole slice a name that the user's code cannot see: the part takes over its own.
///
/// ```text
/// fn f(mut xs: &[T])   →   fn f(xs: &[T])
/// ```
pub(crate) fn hide(sig: &mut Signature, body: &Body) {
    for argument in &mut sig.inputs {
        let FnArg::Typed(typed) = argument else { continue };
        if matches!(&*typed.pat, Pat::Ident(pat) if pat.ident == body.slice.name) {
            let ident = name_of_whole(body);
            typed.attrs.clear();
            *typed.pat = Pat::Ident(PatIdent {
                attrs: Vec::new(),
                by_ref: None,
                mutability: None,
                ident,
                subpat: None,
            });
        }
    }
}

/// The whole slice is out of sight in the body, but not in the closure that joins.
fn name_of_whole(body: &Body) -> Ident {
    let name = &body.slice.name;
    let is_joined = body
        .result
        .as_ref()
        .is_some_and(|(_, join)| scan::mention(&join.to_token_stream(), &name.to_string()).is_some());
    if is_joined { name.clone() } else { hidden(name) }
}
