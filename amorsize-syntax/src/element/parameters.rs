//! The companion's parameters, and what it passes on to each call. Decides what the slice's element is.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{FnArg, Pat, PatType, Receiver, ReceiverKind, Signature, Type, TypeReference, parse_quote_spanned};

use crate::args::CompanionName;
use crate::diag::{self, Mistakes};
use crate::element::own;
use crate::input::{self, bare};
use crate::plan::mentions_opaque;

/// What the companion takes and passes on.
pub(crate) struct Parameters {
    /// The name of the slice.
    pub(crate) slice: Ident,
    /// How the slice's elements reach the calls.
    pub(crate) element: Element,
    /// The companion's parameters.
    pub(crate) inputs: Vec<FnArg>,
    /// What each call is given.
    pub(crate) arguments: Vec<TokenStream>,
}

/// How an element reaches its call.
pub(crate) enum Element {
    /// `&T` of `&[T]`.
    Shared,
    /// `&mut T` of `&mut [T]`; `nested` where `T` is itself a reference, as in `&mut [&mut [f64]]`.
    Exclusive { nested: bool },
    /// A copy out of `&[T]`.
    Value,
}

impl Element {
    /// Whether elements are changed in place.
    pub(crate) fn is_exclusive(&self) -> bool {
        matches!(self, Self::Exclusive { .. })
    }

    /// Whether the slice's own reference is one that the element function does not have.
    pub(crate) fn adds_a_reference(&self) -> bool {
        matches!(self, Self::Value | Self::Exclusive { nested: true })
    }
}

/// Names that the companion's own body uses.
pub(crate) struct Names;

impl Names {
    /// What the closure calls an element. No user writes it, so no parameter is mistaken for it.
    pub(crate) fn element(name: &CompanionName) -> Ident {
        own("amorsize_element", name.ident.span())
    }

    /// What the slice is called: `xs`, unless another parameter is.
    fn slice(sig: &Signature, companion: &CompanionName) -> Ident {
        let others = || sig.inputs.iter().filter(|argument| matches!(argument, FnArg::Typed(_))).skip(1);
        let taken = |name: &str| others().any(|argument| named(argument, name));
        let name = ["xs", "elements", "amorsize_elements"].into_iter().find(|name| !taken(name));
        own(name.unwrap_or("amorsize_slice"), companion.ident.span())
    }
}

fn named(argument: &FnArg, name: &str) -> bool {
    matches!(argument, FnArg::Typed(PatType { pat, .. }) if matches!(&**pat, Pat::Ident(pat) if pat.ident == name))
}

/// The parameters, or `None` where there is no element.
pub(crate) fn read(
    sig: &Signature,
    name: &CompanionName,
    rt: &TokenStream,
    mistakes: &mut Mistakes,
) -> Option<Parameters> {
    let mut parameters = Parameters {
        slice: Names::slice(sig, name),
        element: Element::Shared,
        inputs: Vec::new(),
        arguments: Vec::new(),
    };
    let mut has_element = false;
    for (number, argument) in sig.inputs.iter().enumerate() {
        match argument {
            FnArg::Receiver(given) => receiver(given, rt, &mut parameters, mistakes),
            FnArg::Typed(typed) if has_element => {
                further(number, typed, rt, &mut parameters, mistakes);
            }
            FnArg::Typed(typed) => {
                has_element = true;
                element(name, &typed.ty, rt, &mut parameters);
            }
        }
    }
    has_element.then_some(parameters)
}

/// The slice in the element's place.
///
/// ```text
/// x: &T   → xs: &[T],       x                  x: &str       → xs: &[&str],           *x
/// x: &mut T → xs: &mut [T], x                  x: &mut [f64] → xs: &mut [&mut [f64]], &mut **x
/// x: f64  → xs: &[f64],     *x                 x: P          → xs: &[P],              rt::passed_on::<P>(x)
/// ```
fn element(companion: &CompanionName, ty: &Type, rt: &TokenStream, parameters: &mut Parameters) {
    let name = Names::element(companion);
    let (slice, kind, passed): (Type, Element, TokenStream) = match bare(ty) {
        Type::Reference(reference) if !is_unsized(&reference.elem) => {
            let kind = match reference.mutability {
                Some(_) => Element::Exclusive { nested: false },
                None => Element::Shared,
            };
            (sliced(reference), kind, name.to_token_stream())
        }
        Type::Reference(TypeReference { mutability: Some(mutability), .. }) => {
            let slice = parse_quote_spanned! { ty.span()=> &#mutability [#ty] };
            (slice, Element::Exclusive { nested: true }, quote! { &mut **#name })
        }
        _ => {
            let slice = parse_quote_spanned! { ty.span()=> &[#ty] };
            (slice, Element::Value, copied(ty, &name.to_token_stream(), true, rt))
        }
    };
    parameters.inputs.push(typed(&parameters.slice, &slice));
    parameters.element = kind;
    parameters.arguments.push(passed);
}

/// `&'a [T]` of `&'a T`; the brackets lie at the user's type.
fn sliced(reference: &TypeReference) -> Type {
    let TypeReference { and_token, lifetime, mutability, elem, .. } = reference;
    let brackets = quote_spanned! { elem.span()=> [#elem] };
    parse_quote_spanned! { elem.span()=> #and_token #lifetime #mutability #brackets }
}

/// Whether a type is known to have no size of its own, so that no slice can hold it.
fn is_unsized(ty: &Type) -> bool {
    match bare(ty) {
        Type::Slice(_) | Type::TraitObject(_) => true,
        Type::Path(path) => path.qself.is_none() && path.path.is_ident("str"),
        _ => false,
    }
}

/// A parameter that every call is given.
fn further(
    number: usize,
    given: &PatType,
    rt: &TokenStream,
    parameters: &mut Parameters,
    mistakes: &mut Mistakes,
) {
    // A name with an underscore says that it is not used, and here it is.
    let name = match &*given.pat {
        Pat::Ident(pat) if pat.subpat.is_none() && !pat.ident.to_string().starts_with('_') => {
            pat.ident.clone()
        }
        other => own(&format!("argument_{number}"), other.span()),
    };
    parameters.inputs.push(typed(&name, &given.ty));
    let name = name.to_token_stream();
    parameters.arguments.push(match bare(&given.ty) {
        Type::Reference(TypeReference { mutability: Some(_), elem, .. }) => {
            mistakes.add(diag::exclusive_beside_element(&given.ty, elem));
            name
        }
        _ => copied(&given.ty, &name, false, rt),
    });
}

/// `self` in any form.
fn receiver(given: &Receiver, rt: &TokenStream, parameters: &mut Parameters, mistakes: &mut Mistakes) {
    let word = given.self_token;
    let mut kept = given.clone();
    kept.mutability = None;
    kept.attrs.clear();
    let by_value = Ident::new("Self", word.span);
    parameters.arguments.push(match &given.kind {
        _ if input::is_exclusive(given) => {
            mistakes.add(diag::exclusive_receiver(given));
            word.to_token_stream()
        }
        ReceiverKind::Reference(..) => word.to_token_stream(),
        ReceiverKind::Typed(_, ty) => copied(ty, &word.to_token_stream(), false, rt),
        _ => copied(&parse_quote_spanned! { word.span=> #by_value }, &word.to_token_stream(), false, rt),
    });
    parameters.inputs.push(FnArg::Receiver(kept));
}

fn typed(name: &Ident, ty: &Type) -> FnArg {
    parse_quote_spanned! { ty.span()=> #name: #ty }
}

/// A value for one of many calls. What is `Copy` on sight is used as it is; of the rest the runtime asks it, at the
/// user's type.
fn copied(ty: &Type, value: &TokenStream, behind: bool, rt: &TokenStream) -> TokenStream {
    match (is_copy(ty), behind) {
        (true, true) => quote! { *#value },
        (true, false) => value.clone(),
        (false, _) => {
            let reference = (!behind).then(|| quote! { & });
            let ty = if mentions_opaque(ty) {
                quote_spanned! { ty.span()=> _ }
            } else {
                quote! { #ty }
            };
            quote! { #rt::passed_on::<#ty>(#reference #value) }
        }
    }
}

/// Whether a type is `Copy` on sight.
fn is_copy(ty: &Type) -> bool {
    const PRIMITIVES: [&str; 16] = [
        "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64",
        "u128", "usize",
    ];
    match bare(ty) {
        Type::Reference(reference) => reference.mutability.is_none(),
        Type::Path(path) => {
            path.qself.is_none()
                && path.path.get_ident().is_some_and(|name| PRIMITIVES.iter().any(|p| name == p))
        }
        Type::FnPtr(_) => true,
        _ => false,
    }
}
