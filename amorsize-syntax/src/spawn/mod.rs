//! The async form: `#[parallelize(spawn_fn = scores_async)]` adds two companions beside the function, which take what it
//! borrows as owned data and hand a call of it to another thread. The function itself is split as without the option.

mod borrows;
mod parameters;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{
    Attribute, GenericParam, Generics, ItemFn, Lifetime, ReturnType, Safety, Signature, Type, WherePredicate,
    parse_quote,
};

use crate::args::{Args, CompanionName};
use crate::diag::{self, Mistakes};
use crate::element::{callee, is_associated, shared_attributes, turbofish};
use crate::expand;
use crate::input::bare;
use crate::spawn::parameters::Parameters;

/// The companions of a function, or nothing where there are none or where the function itself is refused.
///
/// ```text
/// fn scores(xs: &[T], w: &W, k: f64) -> Vec<U> { … }
///     →   fn scores_async(xs: impl rt::Owned<[T]>, w: Arc<W>, k: f64) -> rt::Spawned<Vec<U>> {
///             rt::spawned_output::<Vec<U>>(); …
///             rt::spawn::<Vec<U>, _>("scores", move || scores(rt::Owned::lend(&xs), &*w, k))
///         }
///         fn try_scores_async(…) -> Result<rt::Spawned<Vec<U>>, rt::Full> {
///             rt::try_spawn(move || scores_async(xs, w, k))
///         }
/// ```
pub(crate) fn companions(args: &Args, original: &ItemFn, mistakes: &mut Mistakes) -> TokenStream {
    let Some(name) = &args.spawn_fn else { return TokenStream::new() };
    let sig = &original.sig;
    let before = mistakes.len();
    if name.ident.unraw() == sig.ident.unraw() {
        mistakes.add(diag::spawned_named_alike(&name.ident));
    }
    if is_refused(sig) {
        return TokenStream::new();
    }
    let rt = expand::runtime(args.krate.as_ref());
    let parameters = parameters::read(sig, &name.ident, &rt, mistakes);
    let open = borrows::generics(sig, &name.ident, mistakes);
    let output = output(sig, &name.ident, mistakes);
    if mistakes.len() > before {
        return TokenStream::new();
    }
    let companions = Companions { original, name, rt, parameters, generics: generics(sig, &open), output };
    let (waits, tries) = (companions.waits(), companions.tries());
    quote! { #waits #tries }
}

/// Whether the function itself is refused, so that nothing need be said of its companion.
fn is_refused(sig: &Signature) -> bool {
    sig.asyncness.is_some()
        || sig.constness.is_some()
        || sig.abi.is_some()
        || matches!(sig.safety, Safety::Unsafe(_))
}

/// The type that comes back; `()` for nothing.
fn output(sig: &Signature, name: &Ident, mistakes: &mut Mistakes) -> Type {
    let ReturnType::Type(_, ty) = &sig.output else { return parse_quote! { () } };
    // These are refused for the function itself.
    let is_refused = matches!(bare(ty), Type::Reference(_) | Type::ImplTrait(_) | Type::Never(_));
    if !is_refused && borrows::first(ty).is_some() {
        mistakes.add(diag::spawned_result_borrows(ty, name));
    }
    bare(ty).clone()
}

/// All that the two companions are made of.
struct Companions<'f> {
    original: &'f ItemFn,
    name: &'f CompanionName,
    rt: TokenStream,
    parameters: Parameters,
    generics: Generics,
    output: Type,
}

impl Companions<'_> {
    /// The companion that waits for its place.
    fn waits(&self) -> TokenStream {
        let Self { original, rt, parameters, output, .. } = self;
        let sig = &original.sig;
        let (callee, turbofish) = (callee(original, self.name), turbofish(sig));
        let Parameters { proofs, arguments, .. } = parameters;
        let path = format!("::{}", sig.ident.unraw());
        let attrs = self.attributes(&self.of(sig), WAITS, &[]);
        let result = expand::proof_at(rt, "spawned_output", &quote! { #output }, output.span());
        let body = quote! {
            #result
            #(#proofs)*
            #rt::spawn::<#output, _>(
                ::core::concat!(::core::module_path!(), #path),
                move || #callee #turbofish(#(#arguments),*),
            )
        };
        self.function(&attrs, &self.name.ident, &quote! { #rt::Spawned<#output> }, &body)
    }

    /// The companion that does not.
    fn tries(&self) -> TokenStream {
        let Self { original, rt, parameters, output, .. } = self;
        let ident = &self.name.ident;
        let tries = format_ident!("try_{}", ident.unraw(), span = ident.span());
        let place = is_associated(original, self.name).then(|| quote! { Self:: });
        let (turbofish, passed) = (turbofish(&original.sig), &parameters.passed);
        // Most programs use one of the two.
        let attrs = self.attributes(
            &format!("{}{}()", self.place(), ident.unraw()),
            TRIES,
            &[parse_quote! { #[allow(dead_code)] }],
        );
        let output = quote! { ::core::result::Result<#rt::Spawned<#output>, #rt::Full> };
        let body = quote! { #rt::try_spawn(move || #place #ident #turbofish(#(#passed),*)) };
        self.function(&attrs, &tries, &output, &body)
    }

    fn function(
        &self,
        attrs: &[Attribute],
        name: &Ident,
        output: &TokenStream,
        body: &TokenStream,
    ) -> TokenStream {
        let vis = &self.original.vis;
        let inputs = &self.parameters.inputs;
        let (params, _, bounds) = self.generics.split_for_impl();
        let at = Span::mixed_site().located_at(self.name.ident.span());
        quote_spanned! { at=> #(#attrs)* #vis fn #name #params(#(#inputs),*) -> #output #bounds { #body } }
    }

    fn place(&self) -> &'static str {
        if is_associated(self.original, self.name) { "Self::" } else { "" }
    }

    /// The function as its documentation is linked to.
    fn of(&self, sig: &Signature) -> String {
        format!("{}{}()", self.place(), sig.ident.unraw())
    }

    fn attributes(&self, of: &str, what: &[&str], own: &[Attribute]) -> Vec<Attribute> {
        let mut attrs: Vec<Attribute> = Vec::new();
        for (line, text) in what.iter().enumerate() {
            let text = if line == 0 { format!(" [`{of}`] {text}") } else { format!(" {text}") };
            attrs.push(parse_quote! { #[doc = #text] });
        }
        // What comes back must be used by itself.
        let shared = shared_attributes(self.original).into_iter();
        attrs.extend(shared.filter(|attr| !attr.path().is_ident("must_use")));
        attrs.extend_from_slice(own);
        attrs
    }
}

const WAITS: &[&str] = &[
    "on another thread, for `async` code: takes what it works on, never blocks, and yields the same answer when it is",
    "awaited. It runs when its turn comes; dropping what this returns cancels it.",
];
const TRIES: &[&str] = &[
    "if there is a place for one more call.",
    "",
    "# Errors",
    "If as many calls run or wait as may run at once. What this was given is dropped then.",
];

/// The generics without lifetimes, which belong to what is borrowed; with them where a bound needs one. Those that are
/// `open` get the bound that keeps them from borrowing.
fn generics(sig: &Signature, open: &[&Ident]) -> Generics {
    let is_lifetime = |param: &GenericParam| matches!(param, GenericParam::Lifetime(_));
    let mut without = sig.generics.clone();
    without.params = without.params.into_iter().filter(|param| !is_lifetime(param)).collect();
    if let Some(clause) = &mut without.where_clause {
        let kept = std::mem::take(&mut clause.predicates).into_iter();
        clause.predicates =
            kept.filter(|predicate| !matches!(predicate, WherePredicate::Lifetime(_))).collect();
    }
    let mut mentions =
        Mentions { declared: sig.generics.lifetimes().map(|one| &one.lifetime).collect(), any: false };
    mentions.visit_generics(&without);
    let mut generics = if mentions.any { sig.generics.clone() } else { without };
    for name in open {
        // Where its other bounds are: lints ask for one place.
        let predicates = generics.where_clause.iter_mut().flat_map(|clause| &mut clause.predicates);
        let bounds = predicates.filter_map(|predicate| match predicate {
            WherePredicate::Type(one) if is_path(&one.bounded_ty, name) => Some(&mut one.bounds),
            _ => None,
        });
        if let Some(bounds) = bounds.last() {
            bounds.push(parse_quote! { 'static });
        } else {
            let params = generics.type_params_mut().filter(|param| param.ident == **name);
            params.for_each(|param| param.bounds.push(parse_quote! { 'static }));
        }
    }
    generics
}

fn is_path(ty: &Type, name: &Ident) -> bool {
    matches!(bare(ty), Type::Path(path) if path.path.is_ident(name))
}

/// Looks for declared lifetimes.
struct Mentions<'g> {
    declared: Vec<&'g Lifetime>,
    any: bool,
}

impl<'ast> Visit<'ast> for Mentions<'_> {
    fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
        self.any |= self.declared.contains(&lifetime);
    }
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;

    use super::*;

    #[test]
    fn lifetimes_go_where_no_bound_needs_them() {
        for (sig, expected) in [
            ("fn f<'a, 'b: 'a, T: Sync>(xs: &'a [T]) where 'a: 'b", "< T : Sync >"),
            (
                "fn f<'a, T: From<&'a str>, const N: usize>(xs: &'a [T])",
                "< 'a , T : From < & 'a str > , const N : usize >",
            ),
            ("fn f(xs: &[u8])", ""),
        ] {
            let sig: Signature = syn::parse_str(sig).expect("a signature");
            let generics = generics(&sig, &[]);
            assert_eq!(generics.to_token_stream().to_string(), expected);
        }
    }
}
