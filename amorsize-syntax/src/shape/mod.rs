//! The body: finds the chains and loops that the function's own thread runs, and takes those that can be cut out of it,
//! leaving a numbered hole each. Looks into no closure, `async` block, item or macro.

pub(crate) mod accumulate;
mod callables;
pub(crate) mod chain;
pub(crate) mod changes;
pub(crate) mod each;
mod exits;
mod lent;
mod local;
pub(crate) mod loops;
pub(crate) mod mentions;
pub(crate) mod own_index;
mod running;
pub(crate) mod scan;
pub(crate) mod source;
pub(crate) mod words;

use std::collections::{HashMap, HashSet};

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Block, Expr, ExprCall, Local, Pat, Stmt, Token, Type};

use crate::diag;
use crate::input::{Input, Slice, is_cfg};
use crate::shape::callables::Callables;
use crate::shape::scan::Bound;

/// A chain or loop that can be cut.
pub(crate) enum Shape {
    /// An iterator chain.
    Chain(Box<chain::Chain>),
    /// A `for` loop.
    Loop(Box<loops::Loop>),
}

/// Where a chain or loop stands.
#[derive(Clone)]
pub(crate) enum Place {
    /// Its value is the function's.
    Tail,
    /// It initialises a variable.
    Let(Option<Ident>, Option<Box<Type>>),
    /// Anywhere else.
    Inner,
}

/// A chain or loop that can be cut, and where it stood. Its number is its index.
pub(crate) struct Site {
    /// What it is.
    pub(crate) shape: Shape,
    /// Where it stood.
    pub(crate) place: Place,
}

/// How much a refusal says about what the user meant to be split.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Weight {
    /// Might have been meant.
    Hint,
    /// Goes over a slice parameter.
    Head,
    /// Goes over a slice parameter and is the function's result.
    Tail,
}

/// What was found in a body.
pub(crate) struct Found {
    /// What can be cut, in source order.
    pub(crate) sites: Vec<Site>,
    /// What cannot, and why.
    pub(crate) refused: Vec<(syn::Error, Weight)>,
    /// Where to point when there is nothing at all.
    pub(crate) end: Span,
    /// Names that the body binds anywhere.
    pub(crate) bound: HashSet<String>,
    /// Names of values that may be borrowed where the result is made.
    pub(crate) lent: HashSet<String>,
}

/// What one expression comes to.
pub(crate) enum Reading {
    /// Not a chain or loop over a slice.
    Nothing,
    /// One that can be cut.
    Site(Shape),
    /// One that cannot.
    Refused(Vec<syn::Error>, Weight),
}

impl Reading {
    /// Refused for one reason.
    pub(crate) fn refused(error: syn::Error, weight: Weight) -> Self {
        Self::Refused(vec![error], weight)
    }
}

/// What shapes are read against.
pub(crate) struct Reader<'a> {
    /// The signature.
    pub(crate) input: &'a Input,
    /// Whether `reduce = ` was given.
    pub(crate) has_reduce: bool,
    /// Names that the function may change.
    pub(crate) muts: HashSet<String>,
    /// A value of the function's type that costs nothing to make, if one is known.
    pub(crate) through: Option<TokenStream>,
    /// Variables that are slices.
    pub(crate) variables: Vec<Slice>,
    /// Slice parameters whose name means something else here, with the binding that did it.
    pub(crate) shadows: HashMap<String, Ident>,
    /// Callables that keep something from one call to the next.
    callables: Callables,
}

impl Reader<'_> {
    /// The slice that an expression names: a parameter, whatever its name stands for here, or a variable.
    pub(crate) fn slice(&self, expr: &Expr) -> Option<&Slice> {
        let Expr::Path(path) = expr else { return None };
        let name = path.path.get_ident()?;
        let variable = self.variables.iter().rev().find(|slice| slice.name == *name);
        variable.or_else(|| self.input.slices.iter().find(|slice| slice.name == *name))
    }

    /// The slice that an expression names, if its name still stands for it.
    pub(crate) fn unshadowed(&self, expr: &Expr) -> Option<&Slice> {
        self.slice(expr).filter(|slice| !self.shadows.contains_key(&slice.name.to_string()))
    }
}

/// The name of a site's hole: no user writes it.
pub(crate) fn hole(number: usize) -> Ident {
    format_ident!("__amorsize_hole_{number}")
}

/// Takes every site out of the body.
pub(crate) fn find(body: &mut Block, input: &Input, has_reduce: bool) -> Found {
    let end = body.stmts.last().map_or(input.name.span(), Spanned::span);
    let mut bound = Bound::default();
    bound.visit_block(body);
    bound.muts.extend(input.muts.iter().map(Ident::to_string));
    let tail = match body.stmts.last() {
        Some(Stmt::Expr(tail, None)) => Some(tail),
        _ => None,
    };
    let through = each::through(input.output.as_ref(), tail);
    let callables = Callables::of(input, body);
    let reader = Reader {
        input,
        has_reduce,
        muts: bound.muts,
        through,
        variables: Vec::new(),
        shadows: HashMap::new(),
        callables,
    };
    let found =
        Found { sites: Vec::new(), refused: Vec::new(), end, bound: bound.names, lent: HashSet::new() };
    let mut walker = Walker { reader, place: Place::Tail, returned: Place::Tail, found };
    walker.visit_block_mut(body);
    let mut found = walker.found;
    found.lent = lent::names(body, &found.sites, input);
    found
}

/// Walks what the function's own thread runs, in source order.
struct Walker<'a> {
    reader: Reader<'a>,
    /// Where the next expression stands.
    place: Place,
    /// Where the value of a `return` stands.
    returned: Place,
    found: Found,
}

impl Walker<'_> {
    /// Goes into something that binds names for itself alone.
    fn scoped(&mut self, go: impl FnOnce(&mut Self)) {
        let outer = (self.reader.shadows.clone(), self.reader.variables.clone());
        go(self);
        (self.reader.shadows, self.reader.variables) = outer;
    }

    /// Goes into an expression that stands at `place`.
    fn at(&mut self, place: Place, expr: &mut Expr) {
        self.place = place;
        self.visit_expr_mut(expr);
        self.place = Place::Inner;
    }

    /// Goes into a closure that is called where it stands: it runs once, on the function's own thread.
    fn visit_called(&mut self, func: &mut Expr) {
        match func {
            Expr::Paren(paren) => self.visit_called(&mut paren.expr),
            Expr::Closure(closure) => self.at(Place::Inner, &mut closure.body),
            _ => {}
        }
    }

    /// Names that a pattern gives a new meaning.
    fn bind(&mut self, pat: &Pat) {
        for name in scan::names_of(pat) {
            self.reader.variables.retain(|slice| slice.name != name);
            if self.reader.input.slices.iter().any(|slice| slice.name == name) {
                self.reader.shadows.insert(name.to_string(), name);
            }
        }
    }

    /// Cuts an expression out if it is a site; true if nothing is left to look into.
    fn take(&mut self, expr: &mut Expr, place: &Place) -> bool {
        let reading = match expr {
            Expr::ForLoop(for_loop) => loops::read(for_loop, &self.reader),
            Expr::MethodCall(_) => chain::read(expr, &self.reader),
            Expr::While(while_loop) => {
                Reading::refused(diag::while_loop(while_loop.while_token.span), Weight::Hint)
            }
            _ => Reading::Nothing,
        };
        match reading {
            Reading::Nothing => false,
            Reading::Site(shape) => {
                let number = self.found.sites.len();
                self.found.sites.push(Site { shape, place: place.clone() });
                *expr = Expr::Verbatim(hole(number).into_token_stream());
                true
            }
            Reading::Refused(errors, weight) => {
                let is_result = matches!(place, Place::Tail) && weight == Weight::Head;
                let weight = if is_result { Weight::Tail } else { weight };
                self.found.refused.extend(errors.into_iter().map(|error| (error, weight)));
                matches!(expr, Expr::MethodCall(_))
            }
        }
    }

    /// Looks for chains where they cannot be cut, to say so.
    fn hidden(&mut self, inside: &Expr) {
        struct Hidden<'a, 'b>(&'a Reader<'b>, Vec<syn::Error>);
        impl<'ast> Visit<'ast> for Hidden<'_, '_> {
            fn visit_expr(&mut self, expr: &'ast Expr) {
                if let Reading::Site(Shape::Chain(chain)) = chain::read(expr, self.0) {
                    let (head, _) = chain::spine(chain.items());
                    self.1.push(diag::in_closure(head));
                    return;
                }
                visit::visit_expr(self, expr);
            }
        }
        let mut hidden = Hidden(&self.reader, Vec::new());
        visit::visit_expr(&mut hidden, inside);
        self.found.refused.extend(hidden.1.into_iter().map(|error| (error, Weight::Head)));
    }
}

impl VisitMut for Walker<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        let place = std::mem::replace(&mut self.place, Place::Inner);
        let known = self.found.refused.len();
        if attributes(expr).iter().any(is_cfg) || self.take(expr, &place) {
            return;
        }
        let said = self.found.refused.len();
        let is_said = self.found.refused[known..].iter().any(|(_, weight)| *weight > Weight::Hint);
        let is_tail = matches!(place, Place::Tail);
        match expr {
            Expr::Closure(_) | Expr::Async(_) | Expr::Const(_) => self.hidden(expr),
            Expr::Paren(paren) => self.at(place, &mut paren.expr),
            Expr::Group(group) => self.at(place, &mut group.expr),
            Expr::Return(exit) => {
                if let Some(value) = &mut exit.expr {
                    self.at(self.returned.clone(), value);
                }
            }
            Expr::Call(call) if is_called_at_once(call) => {
                let outer = std::mem::replace(&mut self.returned, Place::Inner);
                // What leaves the closure gives its value, of which the type is not known.
                let through = self.reader.through.take();
                self.visit_called(&mut call.func);
                self.reader.through = through;
                self.returned = outer;
            }
            Expr::Block(block) if is_tail && block.label.is_none() => {
                self.place = Place::Tail;
                self.visit_block_mut(&mut block.block);
            }
            Expr::If(branch) if is_tail => self.scoped(|walker| {
                walker.at(Place::Inner, &mut branch.cond);
                walker.place = Place::Tail;
                walker.visit_block_mut(&mut branch.then_branch);
                if let Some((_, other)) = &mut branch.else_branch {
                    walker.at(Place::Tail, other);
                }
            }),
            Expr::Match(choice) if is_tail => {
                self.at(Place::Inner, &mut choice.expr);
                for arm in &mut choice.arms {
                    self.scoped(|walker| {
                        walker.visit_pat_mut(&mut arm.pat);
                        walker.at(Place::Tail, &mut arm.body);
                    });
                }
            }
            // What is matched or gone through still sees the outer names.
            Expr::Let(binding) => {
                self.visit_expr_mut(&mut binding.expr);
                self.bind(&binding.pat);
            }
            Expr::ForLoop(inner) => self.scoped(|walker| {
                walker.visit_expr_mut(&mut inner.expr);
                walker.bind(&inner.pat);
                walker.visit_block_mut(&mut inner.body);
                // What is wrong with an index is wrong for every loop around it: once is enough.
                if is_said && loops::is_over_range(inner) {
                    walker.found.refused[said..].iter_mut().for_each(|(_, weight)| *weight = Weight::Hint);
                }
            }),
            // `if let` binds for the branch, not for its condition alone.
            Expr::If(_) | Expr::While(_) | Expr::Match(_) => {
                self.scoped(|walker| visit_mut::visit_expr_mut(walker, expr));
            }
            _ => visit_mut::visit_expr_mut(self, expr),
        }
    }

    fn visit_arm_mut(&mut self, arm: &mut syn::Arm) {
        self.scoped(|walker| visit_mut::visit_arm_mut(walker, arm));
    }

    fn visit_pat_mut(&mut self, pat: &mut Pat) {
        self.bind(pat);
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        let place = std::mem::replace(&mut self.place, Place::Inner);
        let last = block.stmts.len();
        self.scoped(|walker| {
            for (number, stmt) in block.stmts.iter_mut().enumerate() {
                match stmt {
                    Stmt::Expr(expr, semi @ None) if number + 1 == last => {
                        let is_loop = matches!(expr, Expr::ForLoop(_));
                        walker.at(place.clone(), expr);
                        // As a statement, a result that is missing behind it is missed where the plain loop's is.
                        if is_loop && matches!(expr, Expr::Verbatim(_)) {
                            *semi = Some(Token![;](Span::mixed_site()));
                        }
                    }
                    Stmt::Expr(expr, semi) => {
                        walker.at(Place::Inner, expr);
                        // A loop needs no semicolon, the call that stands for it does.
                        if matches!(expr, Expr::Verbatim(_)) {
                            semi.get_or_insert_with(Default::default);
                        }
                    }
                    other => walker.visit_stmt_mut(other),
                }
            }
        });
    }

    fn visit_local_mut(&mut self, local: &mut Local) {
        if !local.attrs.iter().any(is_cfg) {
            if let Some(init) = &mut local.init {
                let (name, ty) = let_target(&local.pat);
                self.at(Place::Let(name, ty), &mut init.expr);
                if let Some((_, diverge)) = &mut init.diverge {
                    self.at(Place::Inner, diverge);
                }
            }
        }
        let slices = local::slices(local, &self.reader);
        self.bind(&local.pat);
        for slice in slices {
            self.reader.shadows.remove(&slice.name.to_string());
            self.reader.variables.push(slice);
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}

    fn visit_macro_mut(&mut self, _: &mut syn::Macro) {}

    fn visit_type_mut(&mut self, _: &mut Type) {}
}

/// Whether a call is `(|| ..)()`: people catch `?` with it, and `#[tracing::instrument(err)]` does.
fn is_called_at_once(call: &ExprCall) -> bool {
    let mut func = &*call.func;
    while let Expr::Paren(paren) = func {
        func = &paren.expr;
    }
    matches!(func, Expr::Closure(closure) if closure.inputs.is_empty() && closure.asyncness.is_none())
}

/// The name and the type of what a `let` initialises.
fn let_target(pat: &Pat) -> (Option<Ident>, Option<Box<Type>>) {
    match pat {
        Pat::Ident(ident) => (Some(ident.ident.clone()), None),
        Pat::Type(typed) => (let_target(&typed.pat).0, Some(typed.ty.clone())),
        _ => (None, None),
    }
}

/// The attributes of the expressions that statements consist of.
fn attributes(expr: &Expr) -> &[Attribute] {
    match expr {
        Expr::Assign(inner) => &inner.attrs,
        Expr::Binary(inner) => &inner.attrs,
        Expr::Block(inner) => &inner.attrs,
        Expr::Call(inner) => &inner.attrs,
        Expr::ForLoop(inner) => &inner.attrs,
        Expr::If(inner) => &inner.attrs,
        Expr::Loop(inner) => &inner.attrs,
        Expr::Match(inner) => &inner.attrs,
        Expr::MethodCall(inner) => &inner.attrs,
        Expr::Return(inner) => &inner.attrs,
        Expr::Try(inner) => &inner.attrs,
        Expr::Unsafe(inner) => &inner.attrs,
        Expr::While(inner) => &inner.attrs,
        _ => &[],
    }
}
