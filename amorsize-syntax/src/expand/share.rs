//! Arguments of a chain whose kernel runs once per part: no copy of a closure's state, and nothing evaluated twice.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::spanned::Spanned;
use syn::{Expr, parse_quote, parse_quote_spanned};

use crate::expand::source::{lane_name, part_name, place};
use crate::expand::{local, placed};
use crate::shape::source::{Source, lane};
use crate::shape::words;

/// What of a chain is evaluated once, before the region.
#[derive(Default)]
pub(crate) struct Share {
    once: Vec<(Ident, Expr)>,
    /// What tells the names in here from the user's: these have no hygiene.
    unlike: String,
    /// The size of the head's pieces.
    pub(crate) size: Option<Expr>,
    /// The head's range, where making it does something.
    pub(crate) range: Option<Ident>,
    /// The part of the head's slice that is gone through.
    pub(crate) within: Option<Expr>,
    /// What is done to the head before it is cut, in order.
    pub(crate) steps: Vec<Step>,
}

/// What is done to a source before it is cut.
pub(crate) enum Step {
    /// Something is cut beside it.
    Zip(Expr),
    /// `skip` or `take` of so many.
    Narrow(Ident, Expr),
    /// It is gone through from its end.
    Reversed,
    /// `step_by`.
    Stepped(Expr),
}

/// How a chain's items are written down again.
struct Rewrite<'a> {
    rt: &'a TokenStream,
    source: &'a Source,
    /// For the kernel; else for the caller alone, which may use closures as they are written.
    shared: bool,
    /// The values taken so far, when the chain is written down for the second time.
    taken: usize,
    lanes: usize,
}

impl Share {
    /// For the arguments of this chain or loop: no name that stands in it is taken.
    pub(crate) fn apart_from(code: &impl ToTokens) -> Self {
        let mut unlike = String::new();
        while has_word(code.to_token_stream(), &format!("amorsize_once{unlike}_")) {
            unlike.push('_');
        }
        Self { unlike, ..Self::default() }
    }

    /// A chain's receiver for the kernel: the head replaced by the part, the arguments shared.
    ///
    /// ```text
    /// xs.iter().zip(ys).map(move |x| x + k).filter(keep).map(table())
    ///                   ↓
    /// xs.iter().zip(amorsize_zip_0).map(|x| x + k).filter(&keep).map(&amorsize_once_0)   // xs is the kernel's parameter
    /// ```
    pub(crate) fn items(&mut self, rt: &TokenStream, source: &Source, items: &Expr) -> Expr {
        self.written(items, Rewrite { rt, source, shared: true, taken: 0, lanes: 0 })
    }

    /// The same chain for the caller alone, after `items`: as written, but what is evaluated once is taken over.
    pub(crate) fn plain(&mut self, rt: &TokenStream, source: &Source, items: &Expr) -> Expr {
        self.written(items, Rewrite { rt, source, shared: false, taken: 0, lanes: 0 })
    }

    fn written(&mut self, items: &Expr, mut rewrite: Rewrite) -> Expr {
        let mut written = items.clone();
        self.descend(&mut written, &mut rewrite);
        written
    }

    fn descend(&mut self, at: &mut Expr, rewrite: &mut Rewrite) {
        match at {
            Expr::MethodCall(call) => {
                let is_head = !matches!(&*call.receiver, Expr::MethodCall(_));
                self.descend(&mut call.receiver, rewrite);
                if is_head && words::is_pieces(&call.method.to_string()) {
                    if let Some(size) = call.args.first_mut() {
                        *size = self.size(size, rewrite);
                    }
                } else {
                    self.link(at, rewrite);
                }
            }
            Expr::Paren(paren) => {
                self.descend(&mut paren.expr, rewrite);
                if matches!(*paren.expr, Expr::Path(_)) {
                    *at = std::mem::replace(&mut *paren.expr, Expr::PLACEHOLDER);
                }
            }
            Expr::Group(group) => self.descend(&mut group.expr, rewrite),
            Expr::Index(index) => {
                if rewrite.shared {
                    self.go_within(&index.index);
                }
                rewrite.taken += usize::from(!is_pure(&index.index));
                let part = part_name(rewrite.source, &index.expr);
                *at = parse_quote! { #part };
            }
            Expr::Path(_) | Expr::Range(_) => {
                if rewrite.shared && matches!(at, Expr::Range(_)) && !is_pure(at) {
                    self.range = Some(self.once(at));
                } else if self.range.is_some() {
                    rewrite.taken += 1;
                }
                let part = part_name(rewrite.source, at);
                *at = parse_quote! { #part };
            }
            _ => {}
        }
    }

    /// Notes the part of the head's slice that is gone through.
    pub(crate) fn go_within(&mut self, within: &Expr) {
        self.within = Some(if is_pure(within) {
            within.clone()
        } else {
            let value = self.once(within);
            parse_quote! { #value }
        });
    }

    /// An adaptor behind the head.
    fn link(&mut self, at: &mut Expr, rewrite: &mut Rewrite) {
        let Expr::MethodCall(call) = at else { return };
        if call.method == "enumerate" {
            let (rt, receiver, index) = (rewrite.rt, &call.receiver, place());
            let enumerate = placed(rt, &local("enumerate"), call.method.span());
            *at = parse_quote! { #enumerate(#receiver, #index) };
        } else if call.method == "zip" {
            if let Some(beside) = call.args.first_mut() {
                self.beside(beside, rewrite);
            }
        } else if words::narrows(&call.method.to_string()).is_some() {
            self.narrow(at, rewrite);
        } else {
            for given in &mut call.args {
                *given = self.argument(given, rewrite);
            }
        }
    }

    /// `skip` and `take` are done to the source and leave the kernel; `rev` and `step_by` are done to both.
    fn narrow(&mut self, at: &mut Expr, rewrite: &mut Rewrite) {
        let Expr::MethodCall(call) = at else { return };
        let step = match call.args.first_mut() {
            None => Step::Reversed,
            Some(number) => {
                let value: Expr = if is_pure(number) {
                    number.clone()
                } else {
                    let name = self.argument_once(number, rewrite);
                    parse_quote! { #name }
                };
                if call.method == "step_by" {
                    *number = value.clone();
                    Step::Stepped(value)
                } else {
                    Step::Narrow(call.method.clone(), value)
                }
            }
        };
        if matches!(step, Step::Narrow(..)) {
            *at = std::mem::replace(&mut *call.receiver, Expr::PLACEHOLDER);
        }
        if rewrite.shared {
            self.steps.push(step);
        }
    }

    /// What stands in a `zip`: its lane becomes the kernel's part of it, what is behind the lane stays.
    fn beside(&mut self, beside: &mut Expr, rewrite: &mut Rewrite) {
        let end: *const Expr = lane(beside);
        self.beside_until(beside, end, rewrite);
    }

    fn beside_until(&mut self, at: &mut Expr, end: *const Expr, rewrite: &mut Rewrite) {
        if !std::ptr::eq(at, end) {
            if let Expr::MethodCall(call) = at {
                self.beside_until(&mut call.receiver, end, rewrite);
                self.link(at, rewrite);
            }
            return;
        }
        let name = lane_name(rewrite.lanes);
        rewrite.lanes += 1;
        if is_pure(at) {
            if rewrite.shared {
                self.steps.push(Step::Zip(at.clone()));
            }
        } else {
            let value = self.argument_once(at, rewrite);
            if rewrite.shared {
                self.steps.push(Step::Zip(parse_quote! { #value }));
            }
        }
        *at = parse_quote! { #name };
    }

    /// The size of pieces: a number that the source and every part use.
    fn size(&mut self, size: &Expr, rewrite: &mut Rewrite) -> Expr {
        if is_pure(size) {
            self.size = Some(size.clone());
            return size.clone();
        }
        let value = self.argument_once(size, rewrite);
        let size: Expr = parse_quote! { #value };
        self.size = Some(size.clone());
        size
    }

    fn argument(&mut self, argument: &Expr, rewrite: &mut Rewrite) -> Expr {
        match Kind::of(argument) {
            Kind::Once if !rewrite.shared => {
                let name = self.argument_once(argument, rewrite);
                parse_quote! { #name }
            }
            Kind::Once => {
                rewrite.taken += 1;
                self.callable(argument)
            }
            _ if rewrite.shared => self.callable(argument),
            _ => argument.clone(),
        }
    }

    /// The name of a value that is evaluated once; the second time round, the one that it has got.
    fn argument_once(&mut self, argument: &Expr, rewrite: &mut Rewrite) -> Ident {
        rewrite.taken += 1;
        if rewrite.shared { self.once(argument) } else { self.once[rewrite.taken - 1].0.clone() }
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
        let name = format_ident!("amorsize_once{}_{}", self.unlike, self.once.len(), span = argument.span());
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

/// Whether a word that starts like this stands in a piece of code.
fn has_word(tokens: TokenStream, start: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(word) => word.to_string().starts_with(start),
        TokenTree::Group(group) => has_word(group.stream(), start),
        TokenTree::Literal(text) => text.to_string().contains(start),
        TokenTree::Punct(_) => false,
    })
}

/// Whether evaluating an expression does nothing that could be noticed, however often and whenever it happens.
fn is_pure(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) | Expr::Path(_) => true,
        Expr::Paren(paren) => is_pure(&paren.expr),
        Expr::Field(field) => is_pure(&field.base),
        Expr::Reference(reference) => is_pure(&reference.expr),
        Expr::Range(range) => range.start.iter().chain(&range.end).all(|end| is_pure(end)),
        Expr::MethodCall(call) => {
            let is_known = matches!(call.method.to_string().as_str(), "len" | "iter" | "iter_mut");
            is_known && call.args.is_empty() && matches!(&*call.receiver, Expr::Path(_))
        }
        _ => false,
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
