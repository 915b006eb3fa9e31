//! Where the body of an index loop mentions a slice: at the loop's own index, `dst[i]`, or elsewhere; and which of these
//! mentions change it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprMethodCall, Macro, Token, Type, UnOp};

use crate::shape::{scan, words};

/// The mentions of one slice.
pub(crate) struct Mentions<'a> {
    slice: &'a str,
    index: &'a str,
    /// Whether there is any at the loop's own index.
    pub(crate) own: bool,
    /// Whether one of these may change the element.
    pub(crate) own_changed: bool,
    /// Where the index stands there unconverted.
    pub(crate) bare: Option<Span>,
    /// All others but the slice's length.
    pub(crate) elsewhere: Vec<Elsewhere>,
}

/// A mention of more than the loop's own element.
pub(crate) struct Elsewhere {
    /// What is written there.
    pub(crate) what: What,
    /// Whether it changes the slice.
    pub(crate) changed: bool,
    /// Whether the loop's variable takes part in it.
    pub(crate) near: bool,
}

/// What a mention of more than the loop's own element is.
pub(crate) enum What {
    /// `dst[..]` at another index.
    Index(Box<Expr>),
    /// `dst.method(..)`.
    Method(Ident),
    /// `dst` itself.
    Whole(Span),
}

/// What is done to a place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Touch {
    Read,
    /// A method that nobody here knows.
    Maybe,
    Change,
}

impl<'a> Mentions<'a> {
    /// The mentions of `slice` in the body of a loop whose variable is `index`.
    pub(crate) fn of(slice: &'a str, index: &'a str, body: &Block) -> Self {
        let mut mentions =
            Self { slice, index, own: false, own_changed: false, bare: None, elsewhere: Vec::new() };
        mentions.visit_block(body);
        mentions
    }

    fn own(&mut self, touch: Touch, at: &Expr, converted: bool) {
        self.own = true;
        self.own_changed |= touch != Touch::Read;
        self.bare = self.bare.or((!converted).then(|| at.span()));
    }

    fn is_near(&self, tokens: &impl ToTokens) -> bool {
        scan::mention(&tokens.to_token_stream(), self.index).is_some()
    }

    fn place(&mut self, place: &Expr, touch: Touch) {
        match place {
            Expr::Index(at) if is_name(&at.expr, self.slice) => {
                if let Some(converted) = own(&at.index, self.index) {
                    self.own(touch, &at.index, converted);
                    return;
                }
                let (changed, near) = (touch == Touch::Change, self.is_near(&at.index));
                self.elsewhere.push(Elsewhere { what: What::Index(at.index.clone()), changed, near });
                self.visit_expr(&at.index);
            }
            Expr::Index(at) => {
                self.place(&at.expr, touch);
                self.visit_expr(&at.index);
            }
            Expr::Field(field) => self.place(&field.base, touch),
            Expr::Paren(paren) => self.place(&paren.expr, touch),
            Expr::Unary(unary) if matches!(unary.op, UnOp::Deref(_)) => self.place(&unary.expr, touch),
            Expr::Tuple(tuple) => tuple.elems.iter().for_each(|elem| self.place(elem, touch)),
            Expr::Path(path) if is_name(place, self.slice) => self.whole(path, touch == Touch::Change, false),
            Expr::Path(_) => {}
            _ => self.visit_expr(place),
        }
    }

    fn whole(&mut self, at: &impl ToTokens, changed: bool, near: bool) {
        let span = at.to_token_stream().into_iter().next().map_or_else(Span::call_site, |token| token.span());
        self.elsewhere.push(Elsewhere { what: What::Whole(span), changed, near });
    }

    fn method(&mut self, call: &ExprMethodCall) {
        let name = call.method.to_string();
        if !is_name(&call.receiver, self.slice) {
            let touch = match () {
                () if words::changes_receiver(&name) || words::changes_slice(&name) => Touch::Change,
                () if words::returns_value(&name) || matches!(name.as_str(), "iter" | "get") => Touch::Read,
                () => Touch::Maybe,
            };
            self.place(&call.receiver, touch);
        } else if let Some(converted) = own_element(call, self.index) {
            let touch = if name.ends_with("_mut") { Touch::Change } else { Touch::Read };
            self.own(touch, &call.args[0], converted);
            return;
        } else if !is_length(call) {
            let (changed, near) = (words::changes_slice(&name), self.is_near(&call.args));
            self.elsewhere.push(Elsewhere { what: What::Method(call.method.clone()), changed, near });
        }
        self.arguments(&call.args, call);
    }

    /// A slice that is handed on whole.
    fn arguments(&mut self, arguments: &Punctuated<Expr, Token![,]>, call: &impl ToTokens) {
        for argument in arguments {
            let (inner, changed) = match argument {
                Expr::Reference(reference) => (&*reference.expr, reference.mutability.is_some()),
                other => (other, true),
            };
            if is_name(inner, self.slice) {
                let near = self.is_near(call);
                self.whole(inner, changed, near);
            } else {
                self.visit_expr(argument);
            }
        }
    }
}

impl<'ast> Visit<'ast> for Mentions<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Assign(assign) => {
                self.place(&assign.left, Touch::Change);
                self.visit_expr(&assign.right);
            }
            Expr::Binary(binary) if scan::is_assigning(binary.op) => {
                self.place(&binary.left, Touch::Change);
                self.visit_expr(&binary.right);
            }
            Expr::Reference(reference) => {
                let touch = if reference.mutability.is_some() { Touch::Change } else { Touch::Read };
                self.place(&reference.expr, touch);
            }
            Expr::MethodCall(call) => self.method(call),
            Expr::Call(call) => {
                self.visit_expr(&call.func);
                self.arguments(&call.args, call);
            }
            Expr::Match(choice) => {
                self.place(&choice.expr, Touch::Maybe);
                choice.arms.iter().for_each(|arm| self.visit_arm(arm));
            }
            Expr::Let(binding) => self.place(&binding.expr, Touch::Maybe),
            Expr::Index(_) | Expr::Field(_) => self.place(expr, Touch::Read),
            Expr::Path(_) => self.place(expr, Touch::Change),
            _ => visit::visit_expr(self, expr),
        }
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        // Behind a `!`, where strings are looked into.
        let mention = |tokens: TokenStream, name| scan::mention(&quote::quote!(m!(#tokens)), name);
        let Some(at) = mention(call.tokens.clone(), self.slice) else { return };
        let Some((arguments, _)) = arguments(call) else {
            let near = self.is_near(&call.tokens);
            self.elsewhere.push(Elsewhere { what: What::Whole(at), changed: true, near });
            return;
        };
        for (number, argument) in arguments.iter().enumerate() {
            let is_captured =
                matches!(argument, Expr::Lit(_)) && mention(argument.to_token_stream(), self.slice).is_some();
            if is_captured {
                self.whole(argument, false, false);
            }
            // The others lend what they are given.
            let writes = number == 0 && (call.path.is_ident("write") || call.path.is_ident("writeln"));
            self.place(argument, if writes { Touch::Maybe } else { Touch::Read });
        }
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

/// Whether an expression is a variable.
pub(crate) fn is_name(expr: &Expr, name: &str) -> bool {
    match expr {
        Expr::Path(path) => path.path.get_ident().is_some_and(|ident| ident == name),
        Expr::Paren(paren) => is_name(&paren.expr, name),
        _ => false,
    }
}

/// Whether an index is the loop's own: `i`, or converted (true), `i as usize`.
pub(crate) fn own(at: &Expr, index: &str) -> Option<bool> {
    match at {
        Expr::Path(_) => is_name(at, index).then_some(false),
        Expr::Paren(paren) => own(&paren.expr, index),
        Expr::Cast(cast) => {
            let to_usize = matches!(&*cast.ty, Type::Path(path) if path.path.is_ident("usize"));
            (to_usize && is_name(&cast.expr, index)).then_some(true)
        }
        Expr::Call(call) => {
            let text = call.func.to_token_stream().to_string();
            let converts = text == "usize :: from" && call.args.len() == 1;
            (converts && is_name(&call.args[0], index)).then_some(true)
        }
        _ => None,
    }
}

/// Whether a call on the slice asks for the loop's own element: `dst.get_mut(i)`.
pub(crate) fn own_element(call: &ExprMethodCall, index: &str) -> Option<bool> {
    let gets = ["get", "get_mut", "get_unchecked", "get_unchecked_mut"].iter().any(|get| call.method == get);
    (gets && call.args.len() == 1).then(|| own(&call.args[0], index)).flatten()
}

/// Whether a call on the slice asks for its length.
pub(crate) fn is_length(call: &ExprMethodCall) -> bool {
    (call.method == "len" || call.method == "is_empty") && call.args.is_empty()
}

/// The arguments of a macro of std that gives none of them another meaning, and what stands between them.
pub(crate) fn arguments(call: &Macro) -> Option<(Vec<Expr>, TokenStream)> {
    let name = call.path.segments.last()?.ident.to_string();
    if !words::takes_expressions(&name) {
        return None;
    }
    let list = Punctuated::<Expr, Token![,]>::parse_terminated;
    if let Ok(list) = list.parse2(call.tokens.clone()) {
        return Some((list.into_iter().collect(), quote::quote!(,)));
    }
    let repeated = |input: ParseStream| {
        let value: Expr = input.parse()?;
        let between: Token![;] = input.parse()?;
        Ok((vec![value, input.parse()?], between.into_token_stream()))
    };
    repeated.parse2(call.tokens.clone()).ok()
}
