//! The signature: which slices may be cut, which parameters are read by every thread, and what comes back. Refuses
//! functions that cannot be split whatever their body says.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, FnArg, FnModifiers, Item, ItemFn, Pat, Receiver, ReceiverKind, ReturnType, Signature, Token,
    TraitItemFn, Type, TypeInfer, TypeParamBound, TypeReference, WherePredicate, parse_quote,
};

use crate::diag::{self, Mistakes};

/// What the body's shapes are read against.
pub(crate) struct Input {
    /// The function's name.
    pub(crate) name: Ident,
    /// Parameters that are slices behind a reference, in order.
    pub(crate) slices: Vec<Slice>,
    /// All other parameters with a name of their own, and `self`.
    pub(crate) others: Vec<Parameter>,
    /// Names that the signature declares `mut`.
    pub(crate) muts: Vec<Ident>,
    /// Parameters that are `FnMut`.
    pub(crate) mutable_callables: Vec<Ident>,
    /// The return type, unless it is left out.
    pub(crate) output: Option<Type>,
}

/// A slice parameter.
#[derive(Clone)]
pub(crate) struct Slice {
    /// Its name.
    pub(crate) name: Ident,
    /// `&'a [T]` as written.
    pub(crate) ty: TypeReference,
    /// `T` as written.
    pub(crate) element: Type,
}

impl Slice {
    /// Whether it is `&mut [T]`.
    pub(crate) fn is_mut(&self) -> bool {
        self.ty.mutability.is_some()
    }

    /// Leaves `impl Trait` in the element to inference: it has no name that a turbofish or a closure takes.
    pub(crate) fn infer_opaque(&mut self) {
        InferOpaque.visit_type_mut(&mut self.element);
        InferOpaque.visit_type_reference_mut(&mut self.ty);
    }
}

struct InferOpaque;

impl VisitMut for InferOpaque {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Type::ImplTrait(opaque) = ty {
            *ty = Type::Infer(TypeInfer {
                attrs: Vec::new(),
                underscore_token: Token![_](opaque.impl_token.span),
            });
        }
        visit_mut::visit_type_mut(self, ty);
    }
}

/// A parameter that is not cut.
pub(crate) struct Parameter {
    /// Its name; `self` for the receiver.
    pub(crate) name: Ident,
    /// How it is taken.
    pub(crate) kind: ParameterKind,
}

/// How a parameter is taken.
pub(crate) enum ParameterKind {
    /// `self` in any form; true when it is `&mut self`.
    Receiver(bool),
    /// `&P`.
    Shared(Type),
    /// `&mut P`.
    Exclusive(Type),
    /// `P`.
    Value(Type),
}

impl Parameter {
    /// Whether the function may change what the caller owns through it.
    pub(crate) fn is_mut(&self) -> bool {
        matches!(self.kind, ParameterKind::Receiver(true) | ParameterKind::Exclusive(_))
    }

    /// The type as written, without the reference.
    pub(crate) fn ty(&self) -> Option<&Type> {
        match &self.kind {
            ParameterKind::Receiver(_) => None,
            ParameterKind::Shared(ty) | ParameterKind::Exclusive(ty) | ParameterKind::Value(ty) => Some(ty),
        }
    }
}

/// The annotated item as a function, or `None` with the reason said: but what is no item at all, rustc itself reports.
pub(crate) fn function(item: TokenStream, mistakes: &mut Mistakes) -> Option<ItemFn> {
    if let Ok(function) = syn::parse2::<ItemFn>(item.clone()) {
        return Some(function);
    }
    let bodiless =
        syn::parse2::<TraitItemFn>(item.clone()).ok().filter(|function| function.default.is_none());
    match (bodiless, syn::parse2::<Item>(item)) {
        (Some(function), _) => mistakes.add(diag::no_body(&function.sig.ident)),
        (None, Ok(other)) => mistakes.add(diag::not_a_function(item_word(&other))),
        (None, Err(_)) => {}
    }
    None
}

/// The annotated item as a function of which the signature counts, or `None` with the reason said: a trait's method need
/// have no body, and one that is not understood is kept in the arguments of a macro call.
pub(crate) fn element(item: TokenStream, mistakes: &mut Mistakes) -> Option<ItemFn> {
    let parser = |input: ParseStream| {
        Ok(ItemFn {
            attrs: input.call(Attribute::parse_outer)?,
            vis: input.parse()?,
            modifiers: FnModifiers::default(),
            sig: input.parse()?,
            block: {
                let body: TokenStream = input.parse()?;
                parse_quote! { { body! { #body } } }
            },
        })
    };
    let whole = syn::parse2(item.clone()).or_else(|_| parser.parse2(item.clone()));
    whole.ok().or_else(|| function(item, mistakes))
}

/// The keyword that tells what an item is.
fn item_word(item: &Item) -> Span {
    match item {
        Item::Struct(item) => item.struct_token.span,
        Item::Enum(item) => item.enum_token.span,
        Item::Union(item) => item.union_token.span,
        Item::Trait(item) => item.trait_token.span,
        Item::Impl(item) => item.impl_token.span,
        Item::Mod(item) => item.mod_token.span,
        Item::Const(item) => item.const_token.span,
        Item::Static(item) => item.static_token.span,
        Item::Type(item) => item.type_token.span,
        Item::Use(item) => item.use_token.span,
        other => other.span(),
    }
}

/// Reads the signature and reports everything about it that rules splitting out.
pub(crate) fn read(function: &ItemFn, mistakes: &mut Mistakes) -> Input {
    let sig = &function.sig;
    qualifiers(sig, mistakes);
    attributes(&function.attrs, mistakes);
    let mut input = Input {
        name: sig.ident.clone(),
        slices: Vec::new(),
        others: Vec::new(),
        muts: Vec::new(),
        mutable_callables: mutable_callables(sig),
        output: output(sig, mistakes),
    };
    for argument in &sig.inputs {
        let attrs = match argument {
            FnArg::Receiver(receiver) => &receiver.attrs,
            FnArg::Typed(typed) => &typed.attrs,
        };
        for attr in attrs.iter().filter(|attr| is_cfg(attr)) {
            mistakes.add(diag::cfg_on_parameter(attr));
        }
        match argument {
            FnArg::Receiver(receiver) => input.others.push(self_parameter(receiver)),
            FnArg::Typed(typed) => parameter(&typed.pat, &typed.ty, &mut input),
        }
    }
    input
}

/// Whether an attribute may remove what it stands on.
pub(crate) fn is_cfg(attr: &Attribute) -> bool {
    attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr")
}

fn qualifiers(sig: &Signature, mistakes: &mut Mistakes) {
    if let Some(word) = &sig.asyncness {
        mistakes.add(diag::async_fn(word.span));
    }
    if let Some(word) = &sig.constness {
        mistakes.add(diag::const_fn(word.span));
    }
    if let syn::Safety::Unsafe(word) = &sig.safety {
        mistakes.add(diag::unsafe_fn(word.span));
    }
    if let Some(abi) = &sig.abi {
        mistakes.add(diag::extern_fn(abi.extern_token.span));
    }
}

fn attributes(attrs: &[Attribute], mistakes: &mut Mistakes) {
    for attr in attrs {
        let Some(last) = attr.path().segments.last() else { continue };
        if last.ident == "track_caller" {
            mistakes.add(diag::track_caller(&last.ident));
        } else if last.ident == "parallelize" {
            mistakes.add(diag::attribute_twice(&last.ident));
        }
    }
}

fn output(sig: &Signature, mistakes: &mut Mistakes) -> Option<Type> {
    let ReturnType::Type(_, ty) = &sig.output else { return None };
    match bare(ty) {
        Type::ImplTrait(_) => mistakes.add(diag::returns_impl_trait(ty)),
        Type::Reference(_) => mistakes.add(diag::returns_reference(ty)),
        Type::Never(_) => mistakes.add(diag::returns_never(ty)),
        Type::Tuple(unit) if unit.elems.is_empty() => return None,
        _ => {}
    }
    Some((**ty).clone())
}

/// Whether a receiver is `&mut self`, however it is written.
pub(crate) fn is_exclusive(receiver: &Receiver) -> bool {
    match &receiver.kind {
        ReceiverKind::Reference(_, _, mutability) => mutability.is_some(),
        ReceiverKind::Typed(_, ty) => {
            matches!(bare(ty), Type::Reference(reference) if reference.mutability.is_some())
        }
        _ => false,
    }
}

fn self_parameter(receiver: &Receiver) -> Parameter {
    let kind = ParameterKind::Receiver(is_exclusive(receiver));
    Parameter { name: Ident::new("self", receiver.self_token.span), kind }
}

fn parameter(pat: &Pat, ty: &Type, input: &mut Input) {
    let Pat::Ident(pat) = pat else { return };
    let name = pat.ident.clone();
    if pat.mutability.is_some() {
        input.muts.push(name.clone());
    }
    let Type::Reference(reference) = bare(ty) else {
        input.others.push(Parameter { name, kind: ParameterKind::Value(ty.clone()) });
        return;
    };
    if let Type::Slice(slice) = bare(&reference.elem) {
        let element = (*slice.elem).clone();
        input.slices.push(Slice { name, ty: reference.clone(), element });
        return;
    }
    let target = (*reference.elem).clone();
    let kind = match reference.mutability {
        Some(_) => ParameterKind::Exclusive(target),
        None => ParameterKind::Shared(target),
    };
    input.others.push(Parameter { name, kind });
}

/// The parameters that are `FnMut` by `impl FnMut`, `dyn FnMut` or the bound of a generic.
fn mutable_callables(sig: &Signature) -> Vec<Ident> {
    let is_mutable = |bounds: &Punctuated<TypeParamBound, Token![+]>| {
        bounds.iter().any(|bound| match bound {
            TypeParamBound::Trait(bound) => {
                bound.path.segments.last().is_some_and(|last| last.ident == "FnMut")
            }
            _ => false,
        })
    };
    let mut generics: Vec<String> = Vec::new();
    generics.extend(
        sig.generics.type_params().filter(|one| is_mutable(&one.bounds)).map(|one| one.ident.to_string()),
    );
    for predicate in sig.generics.where_clause.iter().flat_map(|clause| &clause.predicates) {
        if let WherePredicate::Type(one) = predicate {
            if is_mutable(&one.bounds) {
                generics.push(one.bounded_ty.to_token_stream().to_string());
            }
        }
    }
    let is_it = |ty: &Type| {
        let ty = if let Type::Reference(reference) = bare(ty) { bare(&reference.elem) } else { bare(ty) };
        match ty {
            Type::ImplTrait(opaque) => is_mutable(&opaque.bounds),
            Type::TraitObject(object) => is_mutable(&object.bounds),
            other => generics.contains(&other.to_token_stream().to_string()),
        }
    };
    let name = |input: &FnArg| match input {
        FnArg::Typed(typed) if is_it(&typed.ty) => match &*typed.pat {
            Pat::Ident(pat) => Some(pat.ident.clone()),
            _ => None,
        },
        _ => None,
    };
    sig.inputs.iter().filter_map(name).collect()
}

/// A type without the invisible groups and parentheses around it.
pub(crate) fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => bare(&group.elem),
        Type::Paren(paren) => bare(&paren.elem),
        other => other,
    }
}
