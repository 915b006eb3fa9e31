//! What an elided lifetime of the return type means: a slice around the element adds a reference, and with two of them
//! rustc would ask for a name that the element function does not need.

use proc_macro2::Span;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{
    FnArg, GenericParam, Generics, Lifetime, LifetimeParam, ParenthesizedGenericArguments, ReceiverKind,
    Signature, Type, TypeFnPtr, TypeReference,
};

/// Names the lifetime that elided ones in the output stand for, if the element function leaves no doubt which it is.
///
/// ```text
/// fn trimmed(x: &str) -> &str   →   fn trimmed_all<'element>(xs: &[&'element str]) -> Vec<&'element str>
/// ```
pub(crate) fn keep_elision(
    sig: &Signature,
    generics: &mut Generics,
    inputs: &mut [FnArg],
    output: &mut Type,
) {
    let mut returned = Positions::default();
    returned.visit_type(output);
    if returned.elided == 0 || borrows_self(sig) {
        return;
    }
    let mut given = Positions::default();
    for argument in &sig.inputs {
        if let FnArg::Typed(typed) = argument {
            given.visit_type(&typed.ty);
        }
    }
    let name = match (&given.named[..], given.elided) {
        ([name], 0) => name.clone(),
        ([], 1) => {
            let name = Lifetime::new("'element", Span::mixed_site());
            generics.params.insert(0, GenericParam::Lifetime(LifetimeParam::new(name.clone())));
            name
        }
        _ => return,
    };
    let mut naming = Naming(name);
    let mut typed = inputs.iter_mut().filter_map(|argument| match argument {
        FnArg::Typed(typed) => Some(&mut *typed.ty),
        FnArg::Receiver(_) => None,
    });
    // The slice's own reference is new and stays elided.
    if let Some(Type::Reference(slice)) = typed.next() {
        naming.visit_type_mut(&mut slice.elem);
    }
    typed.for_each(|ty| naming.visit_type_mut(ty));
    naming.visit_type_mut(output);
}

/// Whether elided lifetimes of the output mean that of `self`.
fn borrows_self(sig: &Signature) -> bool {
    sig.receiver().is_some_and(|receiver| match &receiver.kind {
        ReceiverKind::Reference(..) => true,
        ReceiverKind::Typed(_, ty) => {
            let mut of_self = Positions::default();
            of_self.visit_type(ty);
            of_self.elided + of_self.named.len() > 0
        }
        _ => false,
    })
}

/// The lifetimes of a type, but for those inside `Fn(&T) -> &U`, which has an elision of its own.
#[derive(Default)]
struct Positions {
    /// Different names.
    named: Vec<Lifetime>,
    /// How many are left out or `'_`.
    elided: usize,
}

impl<'ast> Visit<'ast> for Positions {
    fn visit_type_reference(&mut self, reference: &'ast TypeReference) {
        self.elided += usize::from(reference.lifetime.is_none());
        visit::visit_type_reference(self, reference);
    }

    fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
        if lifetime.ident == "_" {
            self.elided += 1;
        } else if !self.named.contains(lifetime) {
            self.named.push(lifetime.clone());
        }
    }

    fn visit_parenthesized_generic_arguments(&mut self, _: &'ast ParenthesizedGenericArguments) {}

    fn visit_type_fn_ptr(&mut self, _: &'ast TypeFnPtr) {}
}

/// Gives the elided lifetimes a name.
struct Naming(Lifetime);

impl VisitMut for Naming {
    fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
        if reference.lifetime.is_none() {
            reference.lifetime = Some(self.0.clone());
        }
        visit_mut::visit_type_reference_mut(self, reference);
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident == "_" {
            *lifetime = self.0.clone();
        }
    }

    fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut ParenthesizedGenericArguments) {}

    fn visit_type_fn_ptr_mut(&mut self, _: &mut TypeFnPtr) {}
}
