//! Which functions the floor counts: those whose every loop or chain is over a slice parameter and that change nothing
//! else. Knows nothing of what the attribute recognises, and is meant to stay that simple:
//!
//! * A *loop* is `for`, `while` or `loop`. A *chain* is a run of method calls in which something is made an iterator, or
//!   that starts from a range. What stands inside another loop or chain belongs to that one.
//! * It is *over a slice parameter* if what it goes over starts from one (`xs`, `&mut xs[1..]`, `xs.chunks(4).zip(ys)`),
//!   or is a range whose variable is used to index one.
//! * The attribute *may stand on it* if the signature alone does not rule that out (`unsafe fn`, `-> &T`, …).
//! * A function *changes nothing else* if it assigns only to its own locals, by-value parameters and slices, has no other
//!   `&mut` parameter that it mentions, and calls no `FnMut` parameter.

use std::collections::HashSet;

use amorsize_syntax::is_slice;
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{
    BinOp, Expr, ExprForLoop, ExprIndex, ExprMethodCall, FnArg, GenericParam, Ident, ItemFn, Pat, Receiver,
    ReceiverKind, Type, TypeParamBound, WherePredicate,
};

/// Where a function stands in the count, the narrowest that holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Standing {
    /// Takes a slice, and goes over nothing.
    NoLoop,
    /// Some loop or chain is over something else.
    OverOthers,
    /// It changes something else.
    ChangesOthers,
    /// The attribute may not stand on it, whatever its body says.
    Barred,
    /// The floor counts it.
    Counted,
}

/// Where a function stands.
#[must_use]
pub fn standing(item: &ItemFn) -> Standing {
    let mut look = Look { signature: Signature::of(item), ..Look::default() };
    look.locals.visit_block(&item.block);
    look.visit_block(&item.block);
    match () {
        () if look.seen == 0 => Standing::NoLoop,
        () if look.over_others => Standing::OverOthers,
        () if look.changes_others => Standing::ChangesOthers,
        () if is_barred(item) => Standing::Barred,
        () => Standing::Counted,
    }
}

/// Whether the signature alone rules the attribute out, as the book says: `async`, `const`, `unsafe` and `extern` functions,
/// results that are references, `impl Trait` or `!`, `#[track_caller]`, parameters under `cfg`.
fn is_barred(item: &ItemFn) -> bool {
    let sig = &item.sig;
    let is_unsafe = matches!(sig.safety, syn::Safety::Unsafe(_));
    let returns = match &sig.output {
        syn::ReturnType::Type(_, ty) => {
            matches!(**ty, Type::Reference(_) | Type::ImplTrait(_) | Type::Never(_))
        }
        syn::ReturnType::Default => false,
    };
    let parameters = sig.inputs.iter().any(|argument| {
        let attrs = match argument {
            FnArg::Receiver(receiver) => &receiver.attrs,
            FnArg::Typed(typed) => &typed.attrs,
        };
        attrs.iter().any(|attr| attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr"))
    });
    let tracked = item.attrs.iter().any(|attr| attr.path().is_ident("track_caller"));
    sig.asyncness.is_some()
        || sig.constness.is_some()
        || sig.abi.is_some()
        || is_unsafe
        || returns
        || parameters
        || tracked
}

/// The parameters by what they allow.
#[derive(Default)]
struct Signature {
    slices: HashSet<String>,
    values: HashSet<String>,
    /// Through these the function can change what is not its own.
    doors: HashSet<String>,
}

impl Signature {
    fn of(item: &ItemFn) -> Self {
        let mut found = Self::default();
        let callables = mutating_callables(item);
        for argument in &item.sig.inputs {
            match argument {
                FnArg::Receiver(receiver) if is_exclusive(receiver) => {
                    found.doors.insert("self".to_owned());
                }
                FnArg::Receiver(_) => {}
                FnArg::Typed(typed) => {
                    let mut names = Names::default();
                    names.visit_pat(&typed.pat);
                    let text = typed.ty.to_token_stream().to_string();
                    let kind = match &*typed.ty {
                        ty if is_slice(ty) => &mut found.slices,
                        Type::Reference(reference) if reference.mutability.is_some() => &mut found.doors,
                        Type::Reference(_) => continue,
                        _ if text.contains("FnMut") || callables.contains(&text) => &mut found.doors,
                        _ => &mut found.values,
                    };
                    kind.extend(names.0);
                }
            }
        }
        found
    }
}

fn is_exclusive(receiver: &Receiver) -> bool {
    match &receiver.kind {
        ReceiverKind::Reference(_, _, mutability) => mutability.is_some(),
        ReceiverKind::Typed(_, ty) => {
            matches!(&**ty, Type::Reference(reference) if reference.mutability.is_some())
        }
        _ => false,
    }
}

/// Type parameters with the bound `FnMut`.
fn mutating_callables(item: &ItemFn) -> HashSet<String> {
    let is_callable = |bound: &TypeParamBound| bound.to_token_stream().to_string().starts_with("FnMut");
    let generics = &item.sig.generics;
    let declared = generics.params.iter().filter_map(|param| match param {
        GenericParam::Type(ty) if ty.bounds.iter().any(is_callable) => Some(ty.ident.to_string()),
        _ => None,
    });
    let clauses = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let constrained = clauses.filter_map(|predicate| match predicate {
        WherePredicate::Type(ty) if ty.bounds.iter().any(is_callable) => {
            Some(ty.bounded_ty.to_token_stream().to_string())
        }
        _ => None,
    });
    declared.chain(constrained).collect()
}

/// The names that patterns bind.
#[derive(Default)]
struct Names(HashSet<String>);

impl<'ast> Visit<'ast> for Names {
    fn visit_pat(&mut self, pat: &'ast Pat) {
        if let Pat::Ident(ident) = pat {
            self.0.insert(ident.ident.to_string());
        }
        visit::visit_pat(self, pat);
    }
}

/// One walk through a body.
#[derive(Default)]
struct Look {
    signature: Signature,
    locals: Names,
    /// How many loops and chains this one stands in.
    depth: usize,
    seen: usize,
    over_others: bool,
    changes_others: bool,
}

impl Look {
    fn goes_over(&mut self, is_slice: bool) {
        if self.depth == 0 {
            self.seen += 1;
            self.over_others |= !is_slice;
        }
    }

    /// What stands inside a loop or chain.
    fn inside(&mut self, walk: impl FnOnce(&mut Self)) {
        self.depth += 1;
        walk(self);
        self.depth -= 1;
    }

    /// Whether an expression is a slice parameter, or a part or an iterator of one.
    fn starts_from_slice(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Path(path) => {
                path.path.get_ident().is_some_and(|name| self.signature.slices.contains(&name.to_string()))
            }
            Expr::MethodCall(call) => self.starts_from_slice(&call.receiver),
            Expr::Reference(reference) => self.starts_from_slice(&reference.expr),
            Expr::Paren(paren) => self.starts_from_slice(&paren.expr),
            Expr::Unary(unary) => self.starts_from_slice(&unary.expr),
            Expr::Index(index) => {
                matches!(&*index.index, Expr::Range(_)) && self.starts_from_slice(&index.expr)
            }
            _ => false,
        }
    }

    /// Whether what a range counts, named in `pats`, indexes a slice parameter in `within`.
    fn indexes<'a>(&self, pats: impl Iterator<Item = &'a Pat>, within: impl FnOnce(&mut Indexing)) -> bool {
        let mut names = Names::default();
        pats.for_each(|pat| names.visit_pat(pat));
        let mut indexing = Indexing { slices: &self.signature.slices, counted: &names.0, found: false };
        within(&mut indexing);
        indexing.found
    }

    fn assigns(&mut self, place: &Expr) {
        self.changes_others |= match root(place) {
            Some(name) => {
                let name = name.to_string();
                !self.locals.0.contains(&name)
                    && !self.signature.values.contains(&name)
                    && !self.signature.slices.contains(&name)
            }
            None => !matches!(place, Expr::Infer(_) | Expr::Tuple(_)),
        };
    }
}

/// The variable that a place belongs to.
fn root(place: &Expr) -> Option<&Ident> {
    match place {
        Expr::Path(path) => path.path.get_ident(),
        Expr::Index(index) => root(&index.expr),
        Expr::Field(field) => root(&field.base),
        Expr::MethodCall(call) => root(&call.receiver),
        Expr::Unary(unary) => root(&unary.expr),
        Expr::Paren(paren) => root(&paren.expr),
        Expr::Reference(reference) => root(&reference.expr),
        Expr::Try(attempt) => root(&attempt.expr),
        _ => None,
    }
}

struct Indexing<'a> {
    slices: &'a HashSet<String>,
    counted: &'a HashSet<String>,
    found: bool,
}

impl<'ast> Visit<'ast> for Indexing<'_> {
    fn visit_expr_index(&mut self, index: &'ast ExprIndex) {
        let of_slice = root(&index.expr).is_some_and(|name| self.slices.contains(&name.to_string()));
        let mut mentioned = Mentioned(HashSet::new());
        mentioned.visit_expr(&index.index);
        self.found |= of_slice && !mentioned.0.is_disjoint(self.counted);
        visit::visit_expr_index(self, index);
    }
}

struct Mentioned(HashSet<String>);

impl<'ast> Visit<'ast> for Mentioned {
    fn visit_ident(&mut self, ident: &'ast Ident) {
        self.0.insert(ident.to_string());
    }
}

/// The range that a loop or chain starts from.
fn starts_from_range(expr: &Expr) -> bool {
    match expr {
        Expr::Range(_) => true,
        Expr::Paren(paren) => starts_from_range(&paren.expr),
        Expr::MethodCall(call) => starts_from_range(&call.receiver),
        _ => false,
    }
}

/// Whether something in a run of method calls is an iterator.
fn is_chain(call: &ExprMethodCall) -> bool {
    let makes = is_iterator_maker(&call.method.to_string());
    makes
        || match &*call.receiver {
            Expr::MethodCall(before) => is_chain(before),
            Expr::Paren(paren) => matches!(&*paren.expr, Expr::Range(range) if range.start.is_some()),
            _ => false,
        }
}

impl<'ast> Visit<'ast> for Look {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::ForLoop(found) => self.visit_for(found),
            Expr::While(_) | Expr::Loop(_) => {
                self.goes_over(false);
                self.inside(|look| visit::visit_expr(look, expr));
            }
            Expr::MethodCall(call) if is_chain(call) => self.visit_chain(call),
            Expr::Assign(assign) => {
                self.assigns(&assign.left);
                visit::visit_expr(self, expr);
            }
            Expr::Binary(binary) if changes(&binary.op) => {
                self.assigns(&binary.left);
                visit::visit_expr(self, expr);
            }
            _ => visit::visit_expr(self, expr),
        }
    }

    fn visit_ident(&mut self, ident: &'ast Ident) {
        self.changes_others |= self.signature.doors.contains(&ident.to_string());
    }

    /// A function inside the function counts for itself.
    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

impl Look {
    fn visit_for(&mut self, found: &ExprForLoop) {
        let indexed = || {
            starts_from_range(&found.expr)
                && self.indexes([&*found.pat].into_iter(), |look| look.visit_block(&found.body))
        };
        let over = self.starts_from_slice(&found.expr) || indexed();
        self.goes_over(over);
        self.inside(|look| visit::visit_expr_for_loop(look, found));
    }

    fn visit_chain(&mut self, call: &ExprMethodCall) {
        let mut closures = Closures::default();
        closures.visit_expr_method_call(call);
        let indexed = || {
            starts_from_range(&call.receiver)
                && self.indexes(closures.0.iter(), |look| look.visit_expr_method_call(call))
        };
        let over = self.starts_from_slice(&call.receiver) || indexed();
        self.goes_over(over);
        self.inside(|look| visit::visit_expr_method_call(look, call));
    }
}

/// The parameters of closures.
#[derive(Default)]
struct Closures(Vec<Pat>);

impl<'ast> Visit<'ast> for Closures {
    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        self.0.extend(closure.inputs.iter().cloned());
        visit::visit_expr_closure(self, closure);
    }
}

/// `+=` and its like.
fn changes(op: &BinOp) -> bool {
    op.to_token_stream().to_string().ends_with('=')
        && !matches!(op, BinOp::Eq(_) | BinOp::Ne(_) | BinOp::Le(_) | BinOp::Ge(_))
}

/// Methods of std that make an iterator of a collection.
fn is_iterator_maker(name: &str) -> bool {
    const MAKERS: &str = "iter iter_mut into_iter chunks chunks_mut chunks_exact chunks_exact_mut rchunks rchunks_mut \
        rchunks_exact rchunks_exact_mut array_chunks windows array_windows split split_mut rsplit splitn rsplitn \
        split_inclusive chunk_by chunk_by_mut bytes chars char_indices lines split_whitespace keys values values_mut \
        into_keys into_values drain";
    MAKERS.split_whitespace().any(|maker| maker == name)
}

/// Methods of std's iterators, and those that make one.
#[must_use]
pub fn is_iterator_method(name: &str) -> bool {
    const METHODS: &str = "all any by_ref chain cloned cmp collect copied count cycle enumerate eq filter filter_map \
        find find_map flat_map flatten fold for_each fuse inspect is_sorted last lt le gt ge map map_while max max_by \
        max_by_key min min_by min_by_key next next_back nth partial_cmp partition peekable position product reduce rev \
        rfind rfold rposition scan skip skip_while step_by sum take take_while try_fold try_for_each unzip zip";
    is_iterator_maker(name) || METHODS.split_whitespace().any(|method| method == name)
}
