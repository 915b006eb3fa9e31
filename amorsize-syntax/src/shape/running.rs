//! Running values: outer variables that a piece of code not only changes but also reads for what an element comes to.
//! Such work has no parts. A variable that is read for its own next value alone may still end in a `fold`.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use syn::visit::{self, Visit};
use syn::{Block, Expr, Stmt};

use crate::shape::scan;

/// What a piece of code reads for something else than the next value of an outer variable.
pub(crate) struct Reads<'a> {
    /// Names that the piece binds itself.
    inside: &'a HashSet<String>,
    names: HashSet<String>,
    /// Macros are opaque.
    macros: Vec<TokenStream>,
}

impl<'a> Reads<'a> {
    /// Nothing read yet, in a piece that binds `inside`.
    pub(crate) fn new(inside: &'a HashSet<String>) -> Self {
        Self { inside, names: HashSet::new(), macros: Vec::new() }
    }

    /// Whether a variable is read.
    pub(crate) fn contains(&self, name: &str) -> bool {
        // The tokens of a macro lack the `!` that tells a format string from other text.
        let in_macro = |tokens: &TokenStream| scan::mention(&quote::quote!(m!(#tokens)), name).is_some();
        self.names.contains(name) || self.macros.iter().any(in_macro)
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
}

impl<'ast> Visit<'ast> for Reads<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Path(path) => self.names.extend(path.path.get_ident().map(ToString::to_string)),
            update if self.is_update(update) => {}
            _ => visit::visit_expr(self, expr),
        }
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.macros.push(call.tokens.clone());
    }
}
