//! Arguments of a chain whose kernel runs once per part: no copy of a closure's state, and nothing evaluated twice.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::spanned::Spanned;
use syn::{Expr, parse_quote, parse_quote_spanned};

use crate::expand::hidden;

/// The arguments that are evaluated once, before the region.
#[derive(Default)]
pub(crate) struct Share {
    once: Vec<(Ident, Expr)>,
}

impl Share {
    /// A chain's receiver for the kernel: the head replaced by the part, the arguments shared.
    ///
    /// ```text
    /// xs.iter().map(move |x| x + k).filter(keep).map(table())
    ///                   ↓
    /// xs.iter().map(|x| x + k).filter(&keep).map(&amorsize_once_0)      // this xs is the kernel's parameter
    /// ```
    pub(crate) fn items(&mut self, items: &Expr) -> Expr {
        let mut shared = items.clone();
        self.descend(&mut shared, &mut Self::callable, true);
        shared
    }

    /// The same chain for the caller alone: as written, but what is evaluated once is taken over.
    pub(crate) fn plain(&mut self, items: &Expr) -> Expr {
        let mut plain = items.clone();
        let mut taken = self.once.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>().into_iter();
        let mut take = |_: &mut Self, argument: &Expr| match Kind::of(argument) {
            Kind::Once => taken.next().map_or_else(|| argument.clone(), |name| parse_quote! { #name }),
            Kind::Closure | Kind::Variable | Kind::Item => argument.clone(),
        };
        self.descend(&mut plain, &mut take, false);
        plain
    }

    fn descend(&mut self, at: &mut Expr, argument: &mut dyn FnMut(&mut Self, &Expr) -> Expr, cut: bool) {
        match at {
            Expr::MethodCall(call) => {
                self.descend(&mut call.receiver, argument, cut);
                for given in &mut call.args {
                    *given = argument(self, given);
                }
            }
            Expr::Paren(paren) => self.descend(&mut paren.expr, argument, cut),
            Expr::Group(group) => self.descend(&mut group.expr, argument, cut),
            Expr::Path(path) if cut => {
                if let Some(name) = path.path.get_ident() {
                    let part = hidden(name);
                    *at = parse_quote! { #part };
                }
            }
            _ => {}
        }
    }

    /// One callable argument of a kernel.
    pub(crate) fn callable(&mut self, argument: &Expr) -> Expr {
        match (Kind::of(argument), argument) {
            (Kind::Closure, Expr::Closure(closure)) => {
                let mut shared = closure.clone();
                shared.capture = None;
                Expr::Closure(shared)
            }
            (Kind::Variable, _) => parse_quote_spanned! { argument.span()=> &#argument },
            (Kind::Once, _) => {
                let name = self.once(argument);
                parse_quote_spanned! { name.span()=> &#name }
            }
            _ => argument.clone(),
        }
    }

    /// An argument of a terminal that runs on the caller, once: as written, unless evaluating it does something.
    pub(crate) fn value(&mut self, argument: &Expr) -> Expr {
        match argument {
            Expr::Lit(_) | Expr::Path(_) | Expr::Closure(_) => argument.clone(),
            _ => {
                let name = self.once(argument);
                parse_quote! { #name }
            }
        }
    }

    fn once(&mut self, argument: &Expr) -> Ident {
        // The user's own span, or messages about the value would point at the attribute.
        let name = format_ident!("amorsize_once_{}", self.once.len(), span = argument.span());
        self.once.push((name.clone(), argument.clone()));
        name
    }

    /// The call, behind what is evaluated before it; as a `match`, so that temporaries live as long as they did.
    ///
    /// ```text
    /// rt::map(…)   →   match (table(),) { (amorsize_once_0,) => rt::map(…) }
    /// ```
    pub(crate) fn around(self, call: TokenStream) -> TokenStream {
        if self.once.is_empty() {
            return call;
        }
        let names = self.once.iter().map(|(name, _)| name);
        let values = self.once.iter().map(|(_, value)| value.to_token_stream());
        quote! { match (#(#values,)*) { (#(#names,)*) => #call, } }
    }
}

/// What an argument is, as far as sharing it goes.
enum Kind {
    /// A closure literal: loses its `move`, so that rustc sees state that would be copied into every part.
    Closure,
    /// A parameter, a local or a function: lent.
    Variable,
    /// A path that can only be an item.
    Item,
    /// Anything else: evaluated once.
    Once,
}

impl Kind {
    fn of(argument: &Expr) -> Self {
        match argument {
            Expr::Closure(_) => Self::Closure,
            // Whatever its case: a closure in `let Step = ..` may count, and a lent constructor works as well.
            Expr::Path(path) if path.qself.is_none() && path.path.get_ident().is_some() => Self::Variable,
            Expr::Path(_) => Self::Item,
            _ => Self::Once,
        }
    }
}
