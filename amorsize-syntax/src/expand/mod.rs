//! The plan as tokens. Nothing here can fail; every function shows what it makes of what.

mod body;
mod chain;
mod each;
mod loops;
mod own_index;
mod share;
mod source;
mod terminals;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Item, ItemFn, Path, Stmt};

use crate::plan::{Entry, Plan, Planned, Proof};
use crate::{descriptor, shape};

/// The function with its sites filled in.
///
/// ```text
/// fn f(xs: &[T], w: &W) -> Vec<U> {          fn f(xs: &[T], w: &W) -> Vec<U> {
///     let norm = w.norm();                       let norm = w.norm();
///     HOLE 0                            →        static AMORSIZE_SITE: rt::Site = …;
/// }                                              rt::parameter::<W>();
///                                                rt::map::<T, U, _>(…)
///                                            }
/// ```
///
/// What comes before the first site stays where it is. rust-analyzer completes by position: while somebody types there,
/// the function is now split and now left as it is, and the word must not move.
pub(crate) fn function(mut function: ItemFn, plan: &Plan) -> TokenStream {
    let rt = runtime(plan.krate.as_ref());
    let statics = plan.sites.iter().enumerate().map(|(number, planned)| site(&rt, number, planned, plan));
    let proofs = plan.proofs.iter().map(|proof| self::proof(&rt, proof));
    let described = plan.sites.iter().filter(|_| plan.describes);
    let descriptors = described.map(|planned| descriptor::of_site(planned, plan, &function.sig));
    let head = quote! { #(#statics)* #(#descriptors)* #(#proofs)* };
    let fillings = plan.sites.iter().enumerate().map(|(number, planned)| filling(&rt, number, planned));
    let mut holes = Holes { fillings: fillings.collect(), filled: false };
    for planned in &plan.sites {
        if let Entry::Body(body) = &planned.entry {
            body::hide(&mut function.sig, body);
        }
    }
    let stmts = &mut function.block.stmts;
    let fill = |stmt: &mut Stmt| {
        holes.visit_stmt_mut(stmt);
        std::mem::take(&mut holes.filled)
    };
    let with_site: Vec<bool> = stmts.iter_mut().map(fill).collect();
    let first = with_site.iter().position(|filled| *filled).unwrap_or_default();
    stmts.insert(first, Stmt::Item(Item::Verbatim(head)));
    function.into_token_stream()
}

/// Where generated code finds the runtime.
pub(crate) fn runtime(krate: Option<&Path>) -> TokenStream {
    let default = || quote_spanned! { Span::mixed_site()=> ::amorsize::__private };
    krate.map_or_else(default, |path| quote! { #path::__private })
}

/// The static of a site.
///
/// ```text
/// static AMORSIZE_SITE: rt::Site = rt::Site::new(rt::Spec { part: "", …, options: rt::Options::NONE });
/// ```
fn site(rt: &TokenStream, number: usize, planned: &Planned, plan: &Plan) -> TokenStream {
    let name = site_name(number);
    let (part, signature, body) = (&planned.part, &plan.signature, &plan.body);
    let key = plan.key.as_ref().map_or_else(|| quote! { "" }, ToTokens::to_token_stream);
    let options = options(rt, plan);
    // At the user's place, or every site of a function would report the attribute's line.
    let at = planned.entry.span();
    let (file, line) = (quote_spanned! { at=> ::core::file!() }, quote_spanned! { at=> ::core::line!() });
    quote_spanned! { Span::mixed_site()=>
        static #name: #rt::Site = #rt::Site::new(#rt::Spec {
            part: #part,
            signature: #signature,
            body: #body,
            key: #key,
            file: #file,
            line: #line,
            options: #options,
        });
    }
}

/// The tuning options as fields, so that rustc checks their types.
///
/// ```text
/// max_threads = 4, serial   →   rt::Options { max_threads: 4, serial: true, ..rt::Options::NONE }
/// ```
fn options(rt: &TokenStream, plan: &Plan) -> TokenStream {
    if plan.tuning.is_empty() {
        return quote! { #rt::Options::NONE };
    }
    let fields = plan.tuning.iter().map(|(word, value)| {
        let value =
            value.as_ref().map_or_else(|| quote_spanned! { word.span()=> true }, ToTokens::to_token_stream);
        quote! { #word: #value }
    });
    quote! { #rt::Options { #(#fields,)* ..#rt::Options::NONE } }
}

/// The proof that several threads may read a parameter; the user's type tokens take the caret.
///
/// ```text
/// rt::parameter::<Weights>();
/// ```
fn proof(rt: &TokenStream, proof: &Proof) -> TokenStream {
    match proof {
        Proof::Type(ty) => quote! { #rt::parameter::<#ty>(); },
        Proof::Receiver(span) => {
            let ty = Ident::new("Self", *span);
            quote! { #rt::parameter::<#ty>(); }
        }
    }
}

/// A proof whose call lies at the user's type as a whole.
///
/// ```text
/// rt::spawned_element::<T>();
/// ```
pub(crate) fn proof_at(rt: &TokenStream, proof: &str, ty: &TokenStream, at: Span) -> TokenStream {
    let path = placed(rt, &local(proof), at);
    let arguments = arguments(at, TokenStream::new());
    quote_spanned! { at=> #path::<#ty> #arguments; }
}

/// What stands in a site's hole.
fn filling(rt: &TokenStream, number: usize, planned: &Planned) -> TokenStream {
    let name = site_name(number);
    let expanded = match &planned.entry {
        Entry::Chain(chain, join) => chain::entry(rt, &name, chain, join, planned.owns),
        Entry::Loop(found) => loops::entry(rt, &name, found, planned.owns),
        Entry::Body(body) => body::entry(rt, &name, body, planned.owns),
    };
    // `match … {}.len()` at the start of a statement would end it at the brace.
    let starts_with_match =
        matches!(expanded.clone().into_iter().next(), Some(TokenTree::Ident(word)) if word == "match");
    if planned.is_inner && starts_with_match {
        quote_spanned! { Span::mixed_site()=> (#expanded) }
    } else {
        expanded
    }
}

/// Puts the fillings into the holes.
struct Holes {
    fillings: Vec<TokenStream>,
    /// Whether one was filled.
    filled: bool,
}

impl VisitMut for Holes {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if let Expr::Verbatim(tokens) = expr {
            let text = tokens.to_string();
            if let Some(number) = (0..self.fillings.len()).find(|number| shape::hole(*number) == text) {
                *tokens = std::mem::take(&mut self.fillings[number]);
                self.filled = true;
            }
            return;
        }
        visit_mut::visit_expr_mut(self, expr);
    }
}

/// The name of a site's static. Items have no hygiene, so it is one that nobody writes.
fn site_name(number: usize) -> Ident {
    let name = if number == 0 { "AMORSIZE_SITE".to_owned() } else { format!("AMORSIZE_SITE_{}", number + 1) };
    Ident::new(&name, Span::mixed_site())
}

/// A name that the user's code cannot see, at the user's place.
fn hidden(name: &Ident) -> Ident {
    let mut hidden = name.clone();
    hidden.set_span(Span::mixed_site().located_at(name.span()));
    hidden
}

/// A local of the generated code's own.
fn local(name: &str) -> Ident {
    format_ident!("{}", name, span = Span::mixed_site())
}

/// A closure whose bars and braces lie at the user's place: messages about what it captures then point there.
///
/// ```text
/// move |xs: &[T]| -> U { … }
/// ```
fn closure(
    span: Span,
    capture: &TokenStream,
    parameters: &TokenStream,
    output: &TokenStream,
    body: &TokenStream,
) -> TokenStream {
    closure_over(span, capture, parameters, output, &braced(body.clone(), span))
}

/// The same with a block of its own.
fn closure_over(
    span: Span,
    capture: &TokenStream,
    parameters: &TokenStream,
    output: &TokenStream,
    block: &Group,
) -> TokenStream {
    quote_spanned! { span=> #capture |#parameters| #output #block }
}

/// A block that lies at `span` as a whole: coverage tools count what lies within.
fn braced(body: TokenStream, span: Span) -> Group {
    let mut block = Group::new(Delimiter::Brace, body);
    block.set_span(span);
    block
}

/// The arguments of an entry point; the call as a whole then lies at the user's place, where its path begins.
fn arguments(span: Span, arguments: TokenStream) -> Group {
    let mut group = Group::new(Delimiter::Parenthesis, arguments);
    group.set_span(Span::mixed_site().located_at(span));
    group
}

/// The path of an entry point at the user's place, without giving up its own hygiene.
fn placed(rt: &TokenStream, entry: &Ident, span: Span) -> TokenStream {
    reaching(rt, entry, span, span)
}

/// The same from the head of the user's chain to its terminal.
fn reaching(rt: &TokenStream, entry: &Ident, head: Span, terminal: Span) -> TokenStream {
    let path = respanned(quote! { #rt:: }, |own| own.located_at(head));
    let entry = respanned(quote! { #entry }, |own| own.located_at(terminal));
    quote! { #path #entry }
}

/// Tokens of a path with other spans.
fn respanned(path: TokenStream, span: impl Fn(Span) -> Span) -> TokenStream {
    let respan = |mut token: TokenTree| {
        token.set_span(span(token.span()));
        token
    };
    path.into_iter().map(respan).collect()
}

/// `_` at the user's place, where a bound that fails is reported.
fn inferred(span: Span) -> TokenStream {
    quote_spanned! { span=> _ }
}
