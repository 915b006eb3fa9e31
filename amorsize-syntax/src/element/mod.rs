//! The element form: `#[parallelize(slice_fn = score_all)] fn score(x: &T, ..) -> U` stays as it is, and a companion over
//! `&[T]` is written beside it, as a user would write it. The companion then goes through the pipe like any function.

mod lifetimes;
mod parameters;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::quote;
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{
    Attribute, FnArg, GenericParam, ItemFn, Meta, Path, ReturnType, Safety, Signature, Type, parse_quote,
    parse_quote_spanned,
};

use crate::args::CompanionName;
use crate::diag::{self, Mistakes};
use crate::element::parameters::{Element, Names, Parameters};
use crate::input::{self, bare};
use crate::{expand, key};

/// A companion before it is split.
pub(crate) struct Companion {
    /// As a user would write it: serial, over the slice.
    pub(crate) function: ItemFn,
    /// Its signature as text.
    pub(crate) signature: String,
    /// The hash of the element function's body: that is where the work changes.
    pub(crate) body: String,
}

/// The function over the slice, or `None` with the reasons said.
///
/// ```text
/// fn score(x: &T, w: &W) -> U { … }   →   fn score_all(xs: &[T], w: &W) -> Vec<U> {
///                                             xs.iter().map(|x| score(x, w)).collect()
///                                         }
/// ```
pub(crate) fn companion(
    original: &ItemFn,
    name: &CompanionName,
    krate: Option<&Path>,
    mistakes: &mut Mistakes,
) -> Option<Companion> {
    let sig = &original.sig;
    let before = mistakes.len();
    qualifiers(original, name, mistakes);
    let output = output(sig, mistakes);
    let Some(parameters) = parameters::read(sig, name, &expand::runtime(krate), mistakes) else {
        mistakes.add(diag::no_element(sig));
        return None;
    };
    if let (Element::Exclusive { .. }, Some(output)) = (&parameters.element, &output) {
        mistakes.add(diag::element_changed_and_returned(output));
    }
    if mistakes.len() > before {
        return None;
    }
    let mut generics = sig.generics.clone();
    let body = body(original, name, &parameters, output.is_some());
    let mut inputs = parameters.inputs;
    let mut output = output.cloned();
    if let (Some(output), true) = (&mut output, parameters.element.adds_a_reference()) {
        lifetimes::keep_elision(sig, &mut generics, &mut inputs, output);
    }
    let attrs = attributes(original, name);
    let (vis, modifiers) = (original.vis.clone(), original.modifiers.clone());
    let companion = |output: ReturnType| ItemFn {
        attrs,
        vis,
        modifiers,
        sig: signature(sig, name, generics, inputs, output),
        block: parse_quote_spanned! { Span::mixed_site().located_at(name.ident.span())=> { #body } },
    };
    // In the tuned file it is the `Vec` that everybody writes.
    let mut function = companion(returning(output.as_ref(), &quote! { Vec }));
    let signature = key::signature(&function.sig);
    function.sig.output = returning(output.as_ref(), &quote! { ::std::vec::Vec });
    Some(Companion { function, signature, body: key::body(original) })
}

/// What a user would write.
///
/// ```text
/// xs.iter().map(|x| score(x, w)).collect()
/// xs.iter_mut().for_each(|x| change(x, w))
/// ```
fn body(original: &ItemFn, name: &CompanionName, parameters: &Parameters, collects: bool) -> TokenStream {
    let sig = &original.sig;
    let (callee, turbofish) = (callee(original, name), turbofish(sig));
    let (xs, element, arguments) = (&parameters.slice, Names::element(name), &parameters.arguments);
    let head = Ident::new(if parameters.element.is_exclusive() { "iter_mut" } else { "iter" }, xs.span());
    let call = quote! { #callee #turbofish(#(#arguments),*) };
    if collects {
        quote! { #xs.#head().map(|#element| #call).collect() }
    } else {
        // `xs.iter().for_each(..)` would offend lints against it.
        quote! { #xs.#head().map(|#element| #call).for_each(|()| ()) }
    }
}

fn signature(
    sig: &Signature,
    name: &CompanionName,
    generics: syn::Generics,
    inputs: Vec<FnArg>,
    output: ReturnType,
) -> Signature {
    Signature {
        constness: None,
        asyncness: None,
        safety: Safety::Default,
        abi: None,
        fn_token: sig.fn_token,
        ident: name.ident.clone(),
        generics,
        paren_token: sig.paren_token,
        inputs: Punctuated::from_iter(inputs),
        variadic: None,
        output,
    }
}

/// `-> Vec<U>`, or nothing.
fn returning(output: Option<&Type>, vec: &TokenStream) -> ReturnType {
    output.map_or(ReturnType::Default, |output| parse_quote! { -> #vec<#output> })
}

/// What cannot be called once per element, from several threads. `const` and `extern` can: the companion is neither.
fn qualifiers(original: &ItemFn, name: &CompanionName, mistakes: &mut Mistakes) {
    let sig = &original.sig;
    if name.ident.unraw() == sig.ident.unraw() {
        mistakes.add(diag::companion_named_alike(&name.ident));
    }
    if let Some(word) = &sig.asyncness {
        mistakes.add(diag::async_element(word.span));
    }
    if let Safety::Unsafe(word) = &sig.safety {
        mistakes.add(diag::unsafe_fn(word.span));
    }
    for attr in &original.attrs {
        if let Some(last) = attr.path().segments.last().filter(|last| last.ident == "parallelize") {
            mistakes.add(diag::attribute_twice(&last.ident));
        }
    }
    let attrs = sig.inputs.iter().flat_map(|argument| match argument {
        FnArg::Receiver(receiver) => &receiver.attrs,
        FnArg::Typed(typed) => &typed.attrs,
    });
    mistakes.extend(attrs.filter(|attr| input::is_cfg(attr)).map(diag::cfg_on_parameter));
}

/// `U`, unless the function returns nothing.
fn output<'a>(sig: &'a Signature, mistakes: &mut Mistakes) -> Option<&'a Type> {
    let ReturnType::Type(_, ty) = &sig.output else { return None };
    match bare(ty) {
        Type::ImplTrait(_) => mistakes.add(diag::element_returns_impl_trait(ty)),
        Type::Never(_) => mistakes.add(diag::returns_never(ty)),
        Type::Tuple(unit) if unit.elems.is_empty() => return None,
        _ => {}
    }
    Some(ty)
}

/// How the element function is called from the companion. Where a function of an `impl` block is not found, rustc proposes
/// its path from `Self`, which is what `slice_fn = Self::score_all` asks for.
pub(crate) fn callee(original: &ItemFn, name: &CompanionName) -> TokenStream {
    let ident = &original.sig.ident;
    if is_associated(original, name) {
        quote! { Self::#ident }
    } else {
        quote! { #ident }
    }
}

/// Whether the function belongs to a type: the macro sees no `impl` around it, only what the function itself says.
pub(crate) fn is_associated(original: &ItemFn, name: &CompanionName) -> bool {
    struct MentionsSelf(bool);
    impl<'ast> Visit<'ast> for MentionsSelf {
        fn visit_path(&mut self, path: &'ast Path) {
            self.0 |= path.segments.first().is_some_and(|first| first.ident == "Self");
            visit::visit_path(self, path);
        }
        fn visit_macro(&mut self, call: &'ast syn::Macro) {
            self.0 |= has_self(call.tokens.clone());
        }
        // Items in the body have a `Self` of their own.
        fn visit_item(&mut self, _: &'ast syn::Item) {}
    }
    if name.in_self || original.sig.receiver().is_some() {
        return true;
    }
    let mut search = MentionsSelf(false);
    search.visit_item_fn(original);
    search.0
}

fn has_self(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(word) => word == "Self",
        TokenTree::Group(group) => has_self(group.stream()),
        _ => false,
    })
}

/// `::<T, N>`: what appears in no parameter could not be inferred. Lifetimes can.
pub(crate) fn turbofish(sig: &Signature) -> Option<TokenStream> {
    let names: Vec<&Ident> = sig
        .generics
        .params
        .iter()
        .filter_map(|param| match param {
            GenericParam::Type(param) => Some(&param.ident),
            GenericParam::Const(param) => Some(&param.ident),
            GenericParam::Lifetime(_) => None,
        })
        .collect();
    (!names.is_empty()).then(|| quote! { ::<#(#names),*> })
}

/// The companion's attributes: what is written of it, where it exists, and what the user's lints say of it. How the
/// element function is compiled (`inline`, `cold`) says nothing about a whole slice.
fn attributes(original: &ItemFn, name: &CompanionName) -> Vec<Attribute> {
    let place = if is_associated(original, name) { "Self::" } else { "" };
    let of = original.sig.ident.unraw();
    let what = format!(
        " [`{place}{of}()`] for every element of a slice, in index order: auto-tuned, on several threads where that pays."
    );
    let mut attrs: Vec<Attribute> = vec![parse_quote! { #[doc = #what] }];
    attrs.extend(shared_attributes(original));
    attrs
}

/// The attributes that hold for a companion too.
pub(crate) fn shared_attributes(original: &ItemFn) -> Vec<Attribute> {
    let mut attrs: Vec<Attribute> = Vec::new();
    for attr in &original.attrs {
        match attr.path().get_ident().map(Ident::to_string).as_deref() {
            Some(
                "cfg" | "cfg_attr" | "must_use" | "target_feature" | "allow" | "warn" | "deny" | "forbid",
            ) => attrs.push(attr.clone()),
            // It calls what is deprecated.
            Some("deprecated") => attrs.extend([attr.clone(), parse_quote! { #[allow(deprecated)] }]),
            // What is expected of the function need not happen in its companion.
            Some("expect") => attrs.extend(allowed(attr)),
            Some("doc") if is_about_showing(attr) => attrs.push(attr.clone()),
            _ => {}
        }
    }
    attrs
}

/// `#[allow(..)]` of `#[expect(..)]`.
fn allowed(attr: &Attribute) -> Option<Attribute> {
    let Meta::List(list) = &attr.meta else { return None };
    let lints = &list.tokens;
    Some(parse_quote_spanned! { list.path.get_ident()?.span()=> #[allow(#lints)] })
}

/// `#[doc(hidden)]` and `#[doc(cfg(..))]`, not the text.
fn is_about_showing(attr: &Attribute) -> bool {
    let Meta::List(list) = &attr.meta else { return false };
    let first = list.tokens.clone().into_iter().next();
    matches!(first, Some(TokenTree::Ident(word)) if word == "hidden" || word == "cfg")
}

/// A name of the generated code's own, at the user's place.
pub(crate) fn own(name: &str, at: Span) -> Ident {
    Ident::new(name, Span::mixed_site().located_at(at))
}
