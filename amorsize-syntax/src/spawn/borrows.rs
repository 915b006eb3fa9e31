//! What may be gone before a call has run that is made on another thread: references, types with lifetimes, generics that
//! may stand for either, and `impl Trait`. What types alone tell, such as `Rc`, is left to rustc.

use proc_macro2::Ident;
use syn::visit::{self, Visit};
use syn::{
    FnArg, GenericArgument, Lifetime, ParenthesizedGenericArguments, PathArguments, ReturnType, Signature,
    Type, TypeFnPtr, TypeImplTrait, TypeParamBound, WherePredicate,
};

use crate::diag::{self, Mistakes};
use crate::input::bare;

/// The first part of a type that borrows: a reference, or a type with a lifetime. `'static` borrows from nobody.
pub(crate) fn first(ty: &Type) -> Option<&Type> {
    let mut search = Search { is_it: borrows, found: None };
    search.visit_type(ty);
    search.found
}

/// The first `impl Trait` in a type.
pub(crate) fn opaque(ty: &Type) -> Option<&Type> {
    let mut search = Search { is_it: |ty| matches!(ty, Type::ImplTrait(_)), found: None };
    search.visit_type(ty);
    search.found
}

/// The first part of a type, from the outside, of which something holds.
struct Search<'ast> {
    is_it: fn(&Type) -> bool,
    found: Option<&'ast Type>,
}

impl<'ast> Visit<'ast> for Search<'ast> {
    fn visit_type(&mut self, ty: &'ast Type) {
        if self.found.is_none() {
            if (self.is_it)(ty) {
                self.found = Some(ty);
            } else {
                visit::visit_type(self, ty);
            }
        }
    }

    // `Fn(&T) -> &U` is lent something each time it is called.
    fn visit_parenthesized_generic_arguments(&mut self, _: &'ast ParenthesizedGenericArguments) {}

    fn visit_type_fn_ptr(&mut self, _: &'ast TypeFnPtr) {}
}

fn is_static(lifetime: &Lifetime) -> bool {
    lifetime.ident == "static"
}

/// Whether a type borrows by itself, not by a part of it.
fn borrows(ty: &Type) -> bool {
    let any = |bounds: &syn::punctuated::Punctuated<TypeParamBound, syn::Token![+]>| {
        bounds.iter().any(|bound| matches!(bound, TypeParamBound::Lifetime(lifetime) if !is_static(lifetime)))
    };
    match ty {
        Type::Reference(reference) => !reference.lifetime.as_ref().is_some_and(is_static),
        Type::TraitObject(object) => any(&object.bounds),
        Type::ImplTrait(opaque) => any(&opaque.bounds),
        Type::Path(path) => path.path.segments.iter().any(|segment| match &segment.arguments {
            PathArguments::AngleBracketed(angle) => angle.args.iter().any(
                |argument| matches!(argument, GenericArgument::Lifetime(lifetime) if !is_static(lifetime)),
            ),
            _ => false,
        }),
        _ => false,
    }
}

/// What an `impl Trait` does not promise, as it would be written: ` + Send + 'static`.
pub(crate) fn missing(opaque: &TypeImplTrait) -> String {
    let named = |name: &str| {
        opaque.bounds.iter().any(|bound| match bound {
            TypeParamBound::Trait(bound) => bound.path.segments.last().is_some_and(|last| last.ident == name),
            _ => false,
        })
    };
    let lives = opaque.bounds.iter().any(is_static_bound);
    let needed = [(named("Send"), "Send"), (named("Sync"), "Sync"), (lives, "'static")];
    if named("Send") && lives {
        return String::new();
    }
    needed.iter().filter(|(there, _)| !there).flat_map(|(_, bound)| [" + ", bound]).collect()
}

fn is_static_bound(bound: &TypeParamBound) -> bool {
    matches!(bound, TypeParamBound::Lifetime(lifetime) if is_static(lifetime))
}

/// Traits of std that types which borrow have as well. Of any other the attribute cannot know whether it implies `'static`, as `Any`
/// does.
const NOT_STATIC: &str = "Add AddAssign AsMut AsRef BitAnd BitOr BitXor Borrow Clone Copy Debug Default Deref Display Div DivAssign \
     Eq Extend Fn FnMut FnOnce From FromIterator FromStr Hash Index Into IntoIterator Iterator Mul MulAssign Neg Not Ord \
     PartialEq PartialOrd Product Rem Send Shl Shr Sized Sub SubAssign Sum Sync ToOwned ToString TryFrom TryInto Unpin";

/// Whether a bound may let nobody borrow, for all that its name tells.
fn may_be_static(bound: &TypeParamBound) -> bool {
    let TypeParamBound::Trait(one) = bound else { return false };
    let last = one.path.segments.last();
    last.is_some_and(|last| !NOT_STATIC.split(' ').any(|known| last.ident == known))
}

/// Refuses generics that may borrow, at the first type that they stand in. Returns those that have a trait which may
/// forbid it: that the companion asks for `'static` by itself is nothing new where it does, and goes for its callers
/// where it does not.
pub(crate) fn generics<'s>(sig: &'s Signature, companion: &Ident, mistakes: &mut Mistakes) -> Vec<&'s Ident> {
    let mut open = Vec::new();
    let predicates = || sig.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    for param in sig.generics.type_params() {
        let name = &param.ident;
        let is_named = |ty: &Type| matches!(bare(ty), Type::Path(path) if path.path.is_ident(name));
        let elsewhere = predicates().filter_map(|predicate| match predicate {
            WherePredicate::Type(one) if is_named(&one.bounded_ty) => Some(&one.bounds),
            _ => None,
        });
        let bounds: Vec<_> = std::iter::once(&param.bounds).chain(elsewhere).flatten().collect();
        if bounds.iter().any(|bound| is_static_bound(bound)) {
            continue;
        }
        let types = sig.inputs.iter().filter_map(|argument| match argument {
            FnArg::Typed(typed) => Some(&*typed.ty),
            FnArg::Receiver(_) => None,
        });
        let output = match &sig.output {
            ReturnType::Type(_, ty) => Some(&**ty),
            ReturnType::Default => None,
        };
        let mut search = Mentions { name, found: None };
        types.chain(output).for_each(|ty| search.visit_type(ty));
        match search.found {
            Some(_) if bounds.iter().any(|bound| may_be_static(bound)) => open.push(name),
            Some(at) => mistakes.add(diag::spawned_generic(at, companion)),
            None => {}
        }
    }
    open
}

/// Where a generic is mentioned first.
struct Mentions<'n, 'ast> {
    name: &'n Ident,
    found: Option<&'ast Ident>,
}

impl<'ast> Visit<'ast> for Mentions<'_, 'ast> {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        let first = path.segments.first().map(|segment| &segment.ident);
        if self.found.is_none() && first == Some(self.name) {
            self.found = first;
        }
        visit::visit_path(self, path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_borrows_is_found_from_the_outside() {
        use quote::ToTokens;
        for (ty, expected) in [
            ("&str", Some("& str")),
            ("Vec<(u8, &'a [T])>", Some("& 'a [T]")),
            ("Option<Key<'_>>", Some("Key < '_ >")),
            ("Box<dyn Fn(&u8) -> &u8 + 'a>", Some("dyn Fn (& u8) -> & u8 + 'a")),
            ("[&'static str; 3]", None),
            ("Cow<'static, str>", None),
            ("fn(&u8) -> &u8", None),
            ("Box<dyn Fn(&u8) -> Key<'_>>", None),
            ("HashMap<String, T>", None),
        ] {
            let ty: Type = syn::parse_str(ty).expect("a type");
            assert_eq!(first(&ty).map(|part| part.to_token_stream().to_string()).as_deref(), expected);
        }
    }

    #[test]
    fn an_opaque_type_says_what_it_lacks() {
        for (ty, expected) in [
            ("impl Fn(u8)", " + Send + Sync + 'static"),
            ("impl Fn(u8) + Sync", " + Send + 'static"),
            ("impl Fn(u8) + Send + 'static", ""),
            ("impl Fn(u8) + Send", " + Sync + 'static"),
        ] {
            let ty: TypeImplTrait = syn::parse_str(ty).expect("a type");
            assert_eq!(missing(&ty), expected);
        }
    }

    #[test]
    fn a_generic_lives_may_live_or_is_refused() {
        for (sig, open, refused) in [
            ("fn f<T: Send + 'static>(xs: &[T])", &[][..], 0),
            ("fn f<T>(xs: &[T]) where T: 'static", &[], 0),
            ("fn f<T: std::fmt::Display>(xs: &[T])", &[], 1),
            ("fn f<T, U: Into<T>>(xs: &[T], y: U)", &[], 2),
            ("fn f<T: Any>(xs: &[T])", &["T"], 0),
            ("fn f<T: Tr + Clone, U>(xs: &[T]) -> Option<U> where U: other::Tr", &["T", "U"], 0),
            ("fn f<T: Tr + 'static>(xs: &[T])", &[], 0),
            ("fn f<T: Tr>(xs: &[u8])", &[], 0),
        ] {
            let parsed: Signature = syn::parse_str(sig).expect("a signature");
            let mut mistakes = Mistakes::default();
            let companion = Ident::new("g", proc_macro2::Span::call_site());
            assert_eq!(generics(&parsed, &companion, &mut mistakes), open, "{sig}");
            assert_eq!(mistakes.len(), refused, "{sig}");
        }
    }
}
