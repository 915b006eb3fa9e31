//! Changes of what was made outside a piece of code, and what to write instead of each: that depends on what is changed, how,
//! and whether anything else reads it.

use std::collections::HashSet;

use proc_macro2::Ident;
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{BinOp, Block, Expr, ExprIf, ExprMethodCall, Stmt};

use crate::diag;
use crate::shape::running::{Reads, index, state};
use crate::shape::scan::{base, is_assigning, is_step};
use crate::shape::{Reader, words};

/// Where a change stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Within {
    /// The body of a `for` loop.
    Loop,
    /// The closures of a chain.
    Chain,
}

/// A change of something that was made outside.
pub(crate) struct Change<'a> {
    /// The variable or field that is changed, in the user's words: `total`, `self.bins`.
    pub(crate) state: String,
    /// Where it stands.
    pub(crate) within: Within,
    /// Whether the caller sees it: a `&mut` parameter or `&mut self`.
    pub(crate) is_parameter: bool,
    /// Where the caret goes.
    pub(crate) guilty: &'a Expr,
}

/// The changes of a piece of code.
pub(crate) struct Changes<'a> {
    reader: &'a Reader<'a>,
    within: Within,
    /// Names that the piece binds itself.
    inside: &'a HashSet<String>,
    /// What the piece reads for something else than the next value of such a variable.
    reads: Reads<'a>,
    /// Variables that are replaced by values as good as their own, `if x >= best { best = x }`.
    ties: HashSet<String>,
    /// Calls whose result nobody asks for, by their place in memory.
    statements: Vec<*const ExprMethodCall>,
    /// How many loops and choices of the piece's own stand around.
    depth: usize,
    /// What has been refused.
    seen: HashSet<String>,
    /// One message per variable that is changed.
    pub(crate) errors: Vec<syn::Error>,
}

impl<'a> Changes<'a> {
    /// A search in a piece that binds `inside`.
    pub(crate) fn new(reader: &'a Reader<'a>, within: Within, inside: &'a HashSet<String>) -> Self {
        let reads = Reads::new(inside);
        Self {
            reader,
            within,
            inside,
            reads,
            ties: HashSet::new(),
            statements: Vec::new(),
            depth: 0,
            seen: HashSet::new(),
            errors: Vec::new(),
        }
    }

    /// Goes through a loop's body.
    pub(crate) fn in_block(&mut self, body: &Block) {
        self.reads.visit_block(body);
        self.visit_block(body);
    }

    /// Goes through the callables of a chain.
    pub(crate) fn in_exprs(&mut self, exprs: &[&Expr]) {
        for expr in exprs {
            self.reads.visit_expr(expr);
        }
        for expr in exprs {
            self.visit_expr(expr);
        }
    }

    /// An assignment to `place`.
    fn assigned(&mut self, place: &Expr, whole: &Expr) {
        if let Expr::Tuple(tuple) = place {
            tuple.elems.iter().for_each(|elem| self.assigned(elem, whole));
        } else if let Some(base) = base(place).filter(|base| !self.inside.contains(&base.to_string())) {
            let change = self.change(&base, place, whole);
            let error = match whole {
                _ if self.ties.contains(&change.state) => diag::ties(&change),
                _ if !self.is_running(&change, whole) => Self::instead(&change, place, whole),
                Expr::Assign(assign) if !self.reads.depends(&assign.right, &base) => diag::previous(&change),
                _ => diag::running(&change),
            };
            self.report(&change.state, error);
        }
    }

    /// What to write instead of an assignment that nothing else reads.
    fn instead(change: &Change, place: &Expr, whole: &Expr) -> syn::Error {
        let index = index(place);
        match whole {
            _ if index.is_some_and(|index| matches!(index, Expr::Path(_))) => diag::at_own_place(change),
            Expr::Assign(_) if index.is_some() => diag::placed(change),
            _ if index.is_some() => diag::meeting(change),
            _ if change.is_parameter => diag::parameter_assigned(change),
            step if is_step(step) => diag::counter(change),
            Expr::Binary(binary) => match binary.op {
                BinOp::AddAssign(_) | BinOp::SubAssign(_) => diag::total(change, "sum"),
                BinOp::MulAssign(_) => diag::total(change, "product"),
                _ => diag::folded(change),
            },
            _ => diag::folded(change),
        }
    }

    /// One message per variable: several changes of it are one mistake.
    fn report(&mut self, state: &str, error: syn::Error) {
        if self.seen.insert(state.to_owned()) {
            self.errors.push(error);
        }
    }

    /// A change that needs no assignment: `&mut place`.
    fn borrowed(&mut self, place: &Expr, guilty: &Expr) {
        let Some(base) = base(place).filter(|base| self.is_outer_mut(base)) else { return };
        if !self.reader.callables.contains(&base) {
            let change = self.change(&base, place, guilty);
            let error = if change.is_parameter { diag::parameter_lent(&change) } else { diag::lent(&change) };
            self.report(&change.state, error);
        }
    }

    /// A change through a method: `place.push(..)`.
    fn called(&mut self, call: &ExprMethodCall) {
        let place = &*call.receiver;
        let Some(base) = base(place).filter(|base| self.is_outer_mut(base)) else { return };
        let name = call.method.to_string();
        let change = self.change(&base, place, place);
        let is_statement = self.statements.contains(&std::ptr::from_ref(call));
        let error = match name.as_str() {
            "next" => diag::drawn(&change),
            "entry" => diag::meeting(&change),
            _ if index(place).is_some() => diag::placed(&change),
            _ if words::appends(&name) || name == "insert" && is_statement => {
                if self.reads.contains(&change.state) {
                    diag::running(&change)
                } else if change.is_parameter {
                    diag::parameter_filled(&change)
                } else {
                    diag::filled(&change)
                }
            }
            "insert" | "remove" | "pop" | "pop_front" | "pop_back" => diag::running(&change),
            _ if change.is_parameter => diag::parameter_lent(&change),
            _ => diag::lent(&change),
        };
        self.report(&change.state, error);
    }

    fn change<'e>(&self, base: &Ident, place: &Expr, guilty: &'e Expr) -> Change<'e> {
        let state = state(place).unwrap_or_else(|| base.to_string());
        Change { state, within: self.within, is_parameter: self.is_parameter(base), guilty }
    }

    /// Whether something else reads what is changed. A step with each element only numbers them.
    fn is_running(&self, change: &Change, whole: &Expr) -> bool {
        let numbers = is_step(whole) && self.depth == 0;
        !numbers && self.reads.contains(&change.state)
    }

    /// Whether a name is a `&mut` parameter or `&mut self`.
    fn is_parameter(&self, base: &Ident) -> bool {
        let input = self.reader.input;
        input.others.iter().any(|other| other.name == *base && other.is_mut())
            || input.slices.iter().any(|slice| slice.name == *base && slice.is_mut())
    }

    /// Whether a name is bound outside and may be changed.
    fn is_outer_mut(&self, base: &Ident) -> bool {
        let name = base.to_string();
        !self.inside.contains(&name) && (self.is_parameter(base) || self.reader.muts.contains(&name))
    }

    /// `if x >= best { best = x; }`
    fn note_ties(&mut self, choice: &ExprIf) {
        let Expr::Binary(compared) = &*choice.cond else { return };
        if !matches!(compared.op, BinOp::Ge(_) | BinOp::Le(_)) {
            return;
        }
        let sides = [&compared.left, &compared.right].map(|side| side.to_token_stream().to_string());
        for stmt in &choice.then_branch.stmts {
            let Stmt::Expr(Expr::Assign(assign), _) = stmt else { continue };
            let pair = [&assign.left, &assign.right].map(|side| side.to_token_stream().to_string());
            if pair == sides || pair[0] == sides[1] && pair[1] == sides[0] {
                self.ties.extend(state(&assign.left));
            }
        }
    }
}

impl<'ast> Visit<'ast> for Changes<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::If(choice) => self.note_ties(choice),
            Expr::Assign(assign) => self.assigned(&assign.left, expr),
            Expr::Binary(binary) if is_assigning(binary.op) => self.assigned(&binary.left, expr),
            Expr::Reference(reference) if reference.mutability.is_some() => {
                self.borrowed(&reference.expr, expr);
            }
            Expr::MethodCall(call) if words::changes_receiver(&call.method.to_string()) => self.called(call),
            _ => {}
        }
        let nests = matches!(
            expr,
            Expr::If(_)
                | Expr::Match(_)
                | Expr::ForLoop(_)
                | Expr::While(_)
                | Expr::Loop(_)
                | Expr::Closure(_)
        );
        // The closures of a chain are the piece itself.
        let nests = nests && !(self.within == Within::Chain && matches!(expr, Expr::Closure(_)));
        self.depth += usize::from(nests);
        visit::visit_expr(self, expr);
        self.depth -= usize::from(nests);
    }

    fn visit_stmt(&mut self, stmt: &'ast Stmt) {
        if let Stmt::Expr(Expr::MethodCall(call), Some(_)) = stmt {
            self.statements.push(std::ptr::from_ref(call));
        }
        visit::visit_stmt(self, stmt);
    }
}
