//! Index loops as calls of entry points.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::token::Paren;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprForLoop, ExprMethodCall, ExprParen, Macro, Stmt, parse_quote, parse_quote_spanned};

use crate::expand::source::Entered;
use crate::expand::{hidden, inferred, local, loops, placed};
use crate::shape::chain::{self, spine};
use crate::shape::loops::Loop;
use crate::shape::mentions;
use crate::shape::own_index::Own;

/// The call that stands for an index loop. The slices keep their names and become the part's, real slices, so that rustc
/// sees the plain function's own borrows; what is rewritten in the body is the index, which counts from the start of the
/// part, and the slice's length, which stays that of the whole.
///
/// ```text
/// for i in a..b { dst[i] = src[i - 1] / dst.len() }
///     ↓
/// rt::for_each::<_, _, _>(
///     &SITE,
///     rt::own(rt::indices(a..b), rt::elements_mut::<T>(&mut *dst)),
///     move |((range, from), dst, len_0): ((_, usize), &mut [T], usize)| -> rt::Done {
///         for i in … { let own: usize = rt::index(i, from); (dst)[own] = src[i - 1] / len_0 }
///         …
///     },
/// )
/// ```
pub(crate) fn entry(rt: &TokenStream, site: &Ident, found: &Loop, own: &Own, owns: bool) -> TokenStream {
    let (call, items, Entered { whole, part, span, .. }) = prepare(rt, found, own);
    let capture = if owns && !own.reads_mut {
        quote_spanned! { span=> move }
    } else {
        TokenStream::new()
    };
    let kernel = loops::kernel(rt, site, &call, span, &capture, &part, &items);
    let (of_source, of_kernel) = (inferred(span), inferred(span));
    quote! { #rt::for_each::<_, #of_source, #of_kernel>(&#site, #whole, #kernel) }
}

/// The loop for a part, what it goes over, and the source that the part is of.
pub(crate) fn prepare(rt: &TokenStream, found: &Loop, own: &Own) -> (ExprForLoop, TokenStream, Entered) {
    let (base, _) = spine(&found.call.expr);
    let span = chain::start(base);
    let (range, from) = (local("amorsize_range"), local("amorsize_from"));
    let indices = placed(rt, &local("indices"), span);
    let mut whole = quote! { #indices(#base) };
    let mut pattern = quote! { (#range, #from) };
    let mut ty = quote! { (_, ::core::primitive::usize) };
    let mut place = Place { own, lens: vec![false; own.slices.len()] };
    let call = place.call(rt, &found.call, &from);
    for (number, slice) in own.slices.iter().enumerate() {
        let (name, element) = (&slice.name, &slice.element);
        let at = slice.ty.span();
        whole = quote! { #rt::own(#whole, #rt::elements_mut::<#element>(&mut *#name)) };
        let len = if place.lens[number] {
            len(number).into_token_stream()
        } else {
            quote! { _ }
        };
        let name = hidden(name);
        pattern = quote! { (#pattern, #name, #len) };
        let part = quote_spanned! { at=> &mut [#element] };
        ty = quote! { (#ty, #part, ::core::primitive::usize) };
    }
    let part = quote! { #pattern: #ty };
    (call, range.into_token_stream(), Entered { whole, part, pattern, span })
}

/// The name of a whole slice's length, in the kernel.
fn len(number: usize) -> Ident {
    local(&format!("amorsize_len_{number}"))
}

/// Where the loop's own element lies in a part.
fn own_place(span: Span) -> Expr {
    let name = format_ident!("amorsize_own", span = Span::mixed_site().located_at(span));
    parse_quote! { #name }
}

/// The part that a mention of a slice stands for; nobody else sees its name. The parentheses lie at the user's place, and
/// so does what they begin: a panic of `dst[own]` is told there.
fn part(mention: &Expr) -> Expr {
    let name = match mention {
        Expr::Path(path) => path.path.get_ident(),
        Expr::Paren(paren) => return part(&paren.expr),
        _ => None,
    };
    let Some(name) = name else { return mention.clone() };
    let (hidden, paren_token) = (hidden(name), Paren(name.span()));
    Expr::Paren(ExprParen { attrs: Vec::new(), paren_token, expr: parse_quote! { #hidden } })
}

/// Rewrites a loop's body for a part.
struct Place<'a> {
    own: &'a Own,
    /// Whose length is asked for.
    lens: Vec<bool>,
}

impl Place<'_> {
    /// The loop for a part that begins at `from`.
    fn call(&mut self, rt: &TokenStream, call: &ExprForLoop, from: &Ident) -> ExprForLoop {
        let mut call = call.clone();
        self.visit_block_mut(&mut call.body);
        let mut index = self.own.index.clone();
        let at = Span::mixed_site().located_at(index.span());
        let own = own_place(at);
        // Unconverted, the index is a `usize`, and so is a literal that the range starts from.
        let place = if let Some(bare) = self.own.bare {
            index.set_span(bare);
            quote! { #rt::index(#index, #from) }
        } else {
            quote! { #rt::place(#index, #from) }
        };
        let first = quote_spanned! { at=> let #own: ::core::primitive::usize = #place; };
        call.body.stmts.insert(0, Stmt::Expr(Expr::Verbatim(first), None));
        call
    }

    /// The number of the slice that an expression names.
    fn slice(&self, expr: &Expr) -> Option<usize> {
        self.own.slices.iter().position(|slice| mentions::is_name(expr, &slice.name.to_string()))
    }

    fn is_own(&self, at: &Expr) -> bool {
        mentions::own(at, &self.own.index.to_string()).is_some()
    }

    /// What stands for a method call on a slice.
    fn method(&mut self, call: &mut ExprMethodCall) -> Option<Expr> {
        let number = self.slice(&call.receiver)?;
        let at = Span::mixed_site().located_at(call.method.span());
        if mentions::is_length(call) {
            self.lens[number] = true;
            let len = len(number);
            return Some(if call.method == "len" {
                parse_quote! { #len }
            } else {
                parse_quote_spanned! { at=> ::core::matches!(#len, 0) }
            });
        }
        if mentions::own_element(call, &self.own.index.to_string()).is_some() {
            *call.receiver = part(&call.receiver);
            let span = call.args[0].span();
            call.args[0] = own_place(span);
        }
        None
    }
}

impl VisitMut for Place<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Index(at) if self.slice(&at.expr).is_some() && self.is_own(&at.index) => {
                *at.expr = part(&at.expr);
                *at.index = own_place(at.index.span());
                return;
            }
            Expr::MethodCall(call) => {
                if let Some(instead) = self.method(call) {
                    *expr = instead;
                    return;
                }
            }
            _ => {}
        }
        visit_mut::visit_expr_mut(self, expr);
    }

    fn visit_macro_mut(&mut self, call: &mut Macro) {
        let Some((mut arguments, between)) = mentions::arguments(call) else { return };
        let before: Vec<String> =
            arguments.iter().map(|argument| argument.to_token_stream().to_string()).collect();
        for argument in &mut arguments {
            self.visit_expr_mut(argument);
        }
        let after = arguments.iter().map(|argument| argument.to_token_stream().to_string());
        if before.into_iter().ne(after) {
            let (first, others) = (&arguments[0], &arguments[1..]);
            call.tokens = quote! { #first #(#between #others)* };
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}
