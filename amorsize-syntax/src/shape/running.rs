//! Running values: outer variables that a piece of code not only changes but also reads for what an element comes to.
//! Such work has no parts. A variable that is read for its own next value alone may still end in a `fold`.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Block, Expr, Local, Member, Stmt, UnOp};

use crate::shape::{scan, words};

/// The variable or field that a place belongs to, up to the first index: `self.bins` of `self.bins[x].0`.
pub(crate) fn state(place: &Expr) -> Option<String> {
    match place {
        Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
        Expr::Field(field) => {
            let of = state(&field.base)?;
            match &field.member {
                _ if index(&field.base).is_some() => Some(of),
                Member::Named(name) => Some(format!("{of}.{name}")),
                Member::Unnamed(index) => Some(format!("{of}.{}", index.index)),
            }
        }
        Expr::Index(index) => state(&index.expr),
        Expr::Paren(paren) => state(&paren.expr),
        Expr::Group(group) => state(&group.expr),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Deref(_)) => state(&unary.expr),
        _ => None,
    }
}

/// The index of a place in a collection.
pub(crate) fn index(place: &Expr) -> Option<&Expr> {
    match place {
        Expr::Index(index) => Some(&index.index),
        Expr::Field(field) => index(&field.base),
        Expr::Paren(paren) => index(&paren.expr),
        Expr::Group(group) => index(&group.expr),
        Expr::Unary(unary) => index(&unary.expr),
        _ => None,
    }
}

/// What a piece of code reads for something else than the next value of an outer variable.
pub(crate) struct Reads<'a> {
    /// Names that the piece binds itself.
    inside: &'a HashSet<String>,
    names: HashSet<String>,
    /// What the piece's own variables start from.
    lets: Vec<(Vec<String>, TokenStream)>,
    /// Macros are opaque.
    macros: Vec<TokenStream>,
}

impl<'a> Reads<'a> {
    /// Nothing read yet, in a piece that binds `inside`.
    pub(crate) fn new(inside: &'a HashSet<String>) -> Self {
        Self { inside, names: HashSet::new(), lets: Vec::new(), macros: Vec::new() }
    }

    /// Whether a variable or field is read, as a whole or in part.
    pub(crate) fn contains(&self, state: &str) -> bool {
        let within = |part: &str, whole: &str| {
            part.strip_prefix(whole).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let base = state.split('.').next().unwrap_or(state);
        // The tokens of a macro lack the `!` that tells a format string from other text.
        let in_macro = |tokens: &TokenStream| scan::mention(&quote::quote!(m!(#tokens)), base).is_some();
        self.names.iter().any(|read| within(read, state) || within(state, read))
            || self.macros.iter().any(in_macro)
    }

    /// Whether a value is made of a variable, also by way of the piece's own.
    pub(crate) fn depends(&self, value: &Expr, variable: &Ident) -> bool {
        let mut carriers = vec![variable.to_string()];
        let holds_one = |carriers: &[String], tokens: &TokenStream| {
            carriers.iter().any(|name| scan::mention(tokens, name).is_some())
        };
        for (names, init) in &self.lets {
            if holds_one(&carriers, init) {
                carriers.extend_from_slice(names);
            }
        }
        holds_one(&carriers, &value.to_token_stream())
    }

    /// Whether an expression only sets outer variables, `sum += x` or `if x > most { most = x }`. An element of an outer
    /// collection is a result.
    fn is_update(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Assign(assign) => self.is_state(&assign.left),
            Expr::Binary(binary) => scan::is_assigning(binary.op) && self.is_state(&binary.left),
            Expr::If(choice) => {
                let otherwise = choice.else_branch.as_ref();
                self.only_updates(&choice.then_branch)
                    && otherwise.is_none_or(|(_, other)| self.is_update(other))
            }
            Expr::Block(block) => self.only_updates(&block.block),
            _ => false,
        }
    }

    fn only_updates(&self, block: &Block) -> bool {
        block.stmts.iter().all(|stmt| matches!(stmt, Stmt::Expr(expr, _) if self.is_update(expr)))
    }

    fn is_state(&self, place: &Expr) -> bool {
        match place {
            Expr::Tuple(tuple) => tuple.elems.iter().all(|elem| self.is_state(elem)),
            Expr::Index(_) => false,
            _ => scan::base(place).is_some_and(|base| !self.inside.contains(&base.to_string())),
        }
    }

    /// Notes what one of the piece's own variables is made of.
    fn carry(&mut self, place: &Expr, value: &Expr) {
        let names = scan::base(place).iter().map(Ident::to_string).collect();
        self.lets.push((names, value.to_token_stream()));
    }

    /// What a place reads: its indices. What it belongs to is changed, not read.
    fn visit_place(&mut self, place: &Expr) {
        match place {
            Expr::Index(index) => {
                self.visit_place(&index.expr);
                self.visit_expr(&index.index);
            }
            Expr::Field(field) => self.visit_place(&field.base),
            Expr::Paren(paren) => self.visit_place(&paren.expr),
            Expr::Unary(unary) => self.visit_place(&unary.expr),
            Expr::Path(_) => {}
            other => self.visit_expr(other),
        }
    }
}

impl<'ast> Visit<'ast> for Reads<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Path(_) => self.names.extend(state(expr)),
            Expr::Field(_) if state(expr).is_some() => self.names.extend(state(expr)),
            update if self.is_update(update) => {}
            Expr::Assign(assign) => {
                self.carry(&assign.left, &assign.right);
                self.visit_place(&assign.left);
                self.visit_expr(&assign.right);
            }
            Expr::Binary(binary) if scan::is_assigning(binary.op) => {
                self.carry(&binary.left, &binary.right);
                self.visit_place(&binary.left);
                self.visit_expr(&binary.right);
            }
            Expr::MethodCall(call) => {
                let is_self = matches!(&*call.receiver, Expr::Path(path) if path.path.is_ident("self"));
                if words::changes_receiver(&call.method.to_string()) {
                    self.visit_place(&call.receiver);
                } else if !is_self {
                    self.visit_expr(&call.receiver);
                }
                call.args.iter().for_each(|argument| self.visit_expr(argument));
            }
            _ => visit::visit_expr(self, expr),
        }
    }

    fn visit_local(&mut self, local: &'ast Local) {
        if let Some(init) = &local.init {
            let names = scan::names_of(&local.pat).iter().map(Ident::to_string).collect();
            self.lets.push((names, init.expr.to_token_stream()));
        }
        visit::visit_local(self, local);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.macros.push(call.tokens.clone());
    }
}
