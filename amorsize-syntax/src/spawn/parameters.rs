//! What the companion takes in the place of each parameter, and how a call of the function is made of it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{FnArg, Pat, PatType, Receiver, ReceiverKind, Signature, Type, TypeReference};

use crate::diag::{self, Mistakes};
use crate::element::own;
use crate::expand;
use crate::input::{self, bare};
use crate::spawn::borrows;

/// What the companion takes, proves and passes on.
#[derive(Default)]
pub(crate) struct Parameters {
    /// Its parameters.
    pub(crate) inputs: Vec<TokenStream>,
    /// What must hold of their types, at the user's tokens.
    pub(crate) proofs: Vec<TokenStream>,
    /// What the function is given.
    pub(crate) arguments: Vec<TokenStream>,
    /// What another companion with the same parameters is given.
    pub(crate) passed: Vec<TokenStream>,
}

/// Every parameter, or what is wrong with it.
pub(crate) fn read(
    sig: &Signature,
    companion: &Ident,
    rt: &TokenStream,
    mistakes: &mut Mistakes,
) -> Parameters {
    let mut reader = Reader { companion, rt, mistakes, parameters: Parameters::default() };
    for (number, argument) in sig.inputs.iter().enumerate() {
        match argument {
            FnArg::Receiver(given) => reader.receiver(given),
            FnArg::Typed(typed) => reader.typed(number, typed),
        }
    }
    reader.parameters
}

struct Reader<'r> {
    companion: &'r Ident,
    rt: &'r TokenStream,
    mistakes: &'r mut Mistakes,
    parameters: Parameters,
}

impl Reader<'_> {
    /// ```text
    /// xs: &[T]   →   xs: impl rt::Owned<[T]>,     rt::Owned::<[T]>::lend(&xs)
    /// s: &str    →   s: impl rt::Owned<str>,      rt::Owned::<str>::lend(&s)
    /// p: &P      →   p: ::std::sync::Arc<P>,      &*p
    /// p: P       →   p: P,                        p
    /// ```
    fn typed(&mut self, number: usize, given: &PatType) {
        let rt = self.rt.clone();
        // A name with an underscore says that it is not used, and here it is.
        let name = match &*given.pat {
            Pat::Ident(pat) if pat.subpat.is_none() && !pat.ident.to_string().starts_with('_') => {
                pat.ident.clone()
            }
            other => own(&format!("argument_{number}"), other.span()),
        };
        let ty = bare(&given.ty);
        let Type::Reference(TypeReference { mutability, elem, .. }) = ty else {
            self.refuse_borrows(ty, true);
            self.prove("spawned_value", ty);
            self.take(&name, &quote! { #ty }, quote! { #name });
            return;
        };
        if mutability.is_some() {
            self.mistakes.add(diag::spawned_changes(&given.ty, bare(elem), self.companion));
            return;
        }
        match bare(elem) {
            Type::Slice(slice) => {
                let element = bare(&slice.elem);
                self.refuse_borrows(element, false);
                self.prove("spawned_element", element);
                let slice = quote_spanned! { elem.span()=> [#element] };
                self.take(
                    &name,
                    &quote! { impl #rt::Owned<#slice> },
                    quote! { #rt::Owned::<#slice>::lend(&#name) },
                );
            }
            Type::Path(path) if path.path.is_ident("str") => {
                self.take(
                    &name,
                    &quote! { impl #rt::Owned<#path> },
                    quote! { #rt::Owned::<#path>::lend(&#name) },
                );
            }
            other => {
                self.refuse_borrows(other, true);
                self.prove("spawned_parameter", other);
                self.take(&name, &quote! { ::std::sync::Arc<#other> }, quote! { &*#name });
            }
        }
    }

    /// ```text
    /// &self               →   self: ::std::sync::Arc<Self>,   &*self
    /// self: &Arc<Self>    →   self: Arc<Self>,                &self
    /// self, self: P       →   the same,                       self
    /// ```
    fn receiver(&mut self, given: &Receiver) {
        let word = given.self_token;
        let this = Ident::new("Self", word.span);
        if input::is_exclusive(given) {
            self.mistakes.add(diag::spawned_changes_self(given, self.companion));
            return;
        }
        let (ty, is_lent) = match &given.kind {
            ReceiverKind::Reference(..) => (quote! { ::std::sync::Arc<Self> }, true),
            ReceiverKind::Typed(_, ty) => match bare(ty) {
                Type::Reference(TypeReference { elem, .. }) => {
                    let is_self = matches!(bare(elem), Type::Path(path) if path.path.is_ident("Self"));
                    self.refuse_borrows(elem, false);
                    let ty = if is_self {
                        quote! { ::std::sync::Arc<Self> }
                    } else {
                        quote! { #elem }
                    };
                    (ty, true)
                }
                ty => {
                    self.refuse_borrows(ty, false);
                    (quote! { #ty }, false)
                }
            },
            _ => (quote! { Self }, false),
        };
        // An `Arc` of it is what the lent ones come to; the others are given away.
        if is_lent {
            self.prove_tokens("spawned_parameter", &this.to_token_stream(), word.span);
        } else {
            self.prove_tokens("spawned_value", &ty, word.span);
        }
        let is_plain = !is_lent && matches!(given.kind, ReceiverKind::Value);
        self.parameters.inputs.push(if is_plain {
            quote! { #word }
        } else {
            quote! { #word: #ty }
        });
        self.parameters.arguments.push(if is_lent {
            quote! { &#word }
        } else {
            quote! { #word }
        });
        self.parameters.passed.push(quote! { #word });
    }

    fn take(&mut self, name: &Ident, ty: &TokenStream, argument: TokenStream) {
        self.parameters.inputs.push(quote! { #name: #ty });
        self.parameters.arguments.push(argument);
        self.parameters.passed.push(quote! { #name });
    }

    /// `rt::spawned_value::<P>();`
    fn prove(&mut self, proof: &str, ty: &Type) {
        if borrows::opaque(ty).is_none() {
            self.prove_tokens(proof, &ty.to_token_stream(), ty.span());
        }
    }

    /// The call lies at the user's type as a whole: that is where rustc reports what does not live long enough.
    fn prove_tokens(&mut self, proof: &str, ty: &TokenStream, at: Span) {
        self.parameters.proofs.push(expand::proof_at(self.rt, proof, ty, at));
    }

    /// Says what of a type may be gone before the call has run. `impl Trait` may stand at the top where `Self` is not a slice's
    /// element.
    fn refuse_borrows(&mut self, ty: &Type, may_be_opaque: bool) {
        if let Some(borrow) = borrows::first(ty) {
            self.mistakes.add(diag::spawned_borrows(borrow, self.companion));
        }
        match (borrows::opaque(ty), bare(ty)) {
            (None, _) => {}
            (Some(_), Type::ImplTrait(opaque)) if may_be_opaque => {
                let missing = borrows::missing(opaque);
                if !missing.is_empty() {
                    self.mistakes.add(diag::spawned_opaque(ty, &missing, self.companion));
                }
            }
            (Some(nested), _) => self.mistakes.add(diag::spawned_opaque_inside(nested, self.companion)),
        }
    }
}
