//! Callables that keep something from one call to the next, as far as the function itself shows it: parameters that are
//! `FnMut`, and closures in variables that change what they captured.

use std::collections::{HashMap, HashSet};

use proc_macro2::Ident;
use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprClosure, Local, Pat, Stmt};

use crate::diag;
use crate::input::Input;
use crate::shape::scan;

/// The callables of a function that keep something.
#[derive(Default)]
pub(crate) struct Callables {
    /// Parameters that are `FnMut`.
    parameters: HashSet<String>,
    /// Variables that hold closures, and what those change.
    closures: HashMap<String, Ident>,
}

impl Callables {
    /// Those of a function.
    pub(crate) fn of(input: &Input, body: &Block) -> Self {
        let parameters = input.mutable_callables.iter().map(Ident::to_string).collect();
        let mut found = Self { parameters, closures: HashMap::new() };
        found.visit_block(body);
        found
    }

    /// Whether a name is one of them.
    pub(crate) fn contains(&self, name: &Ident) -> bool {
        let name = name.to_string();
        self.parameters.contains(&name) || self.closures.contains_key(&name)
    }

    /// What is wrong with calling a variable from several threads.
    fn called(&self, name: &Ident) -> Option<syn::Error> {
        let text = name.to_string();
        match self.closures.get(&text) {
            Some(state) => Some(diag::counting_closure(name, state)),
            None => self.parameters.contains(&text).then(|| diag::mutable_callable(name)),
        }
    }

    /// What is wrong with an argument of an adaptor that is no closure itself.
    pub(crate) fn argument(&self, argument: &Expr) -> Option<syn::Error> {
        match argument {
            Expr::Path(path) => path.path.get_ident().and_then(|name| self.called(name)),
            Expr::Reference(reference) => self.argument(&reference.expr),
            Expr::Paren(paren) => self.argument(&paren.expr),
            Expr::Block(block) => match block.block.stmts.last() {
                Some(Stmt::Expr(Expr::Closure(closure), None)) => {
                    let state = changed(closure)?;
                    Some(diag::counting_closure(&state, &state))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// The first call of one of them in a loop's body or a closure that binds `inside`.
    pub(crate) fn call_in(
        &self,
        inside: &HashSet<String>,
        code: impl FnOnce(&mut Calls),
    ) -> Option<syn::Error> {
        let mut calls = Calls { callables: self, inside, found: None };
        code(&mut calls);
        calls.found
    }
}

impl<'ast> Visit<'ast> for Callables {
    fn visit_local(&mut self, local: &'ast Local) {
        let init = local.init.as_ref().map(|init| &*init.expr);
        if let (Pat::Ident(pat), Some(Expr::Closure(closure))) = (&local.pat, init) {
            if let Some(state) = changed(closure) {
                self.closures.insert(pat.ident.to_string(), state);
            }
        }
        visit::visit_local(self, local);
    }
}

/// A search for calls.
pub(crate) struct Calls<'a> {
    callables: &'a Callables,
    inside: &'a HashSet<String>,
    found: Option<syn::Error>,
}

impl<'ast> Visit<'ast> for Calls<'_> {
    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let Expr::Path(path) = &*call.func {
            let name = path.path.get_ident().filter(|name| !self.inside.contains(&name.to_string()));
            let error = name.and_then(|name| self.callables.called(name));
            self.found = self.found.take().or(error);
        }
        visit::visit_expr_call(self, call);
    }
}

/// What a closure changes of what it captured.
fn changed(closure: &ExprClosure) -> Option<Ident> {
    scan::changed(&Expr::Closure(closure.clone())).into_iter().next()
}
