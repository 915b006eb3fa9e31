//! What leaves a loop's body other than at its end: `break`, `return`, `?`.

use proc_macro2::{Ident, Span};
use syn::visit::{self, Visit};
use syn::{Expr, Type};

use crate::diag;

/// What leaves a loop's body other than at its end.
pub(crate) struct Exits<'a> {
    /// The loop's own label.
    label: Option<String>,
    /// The slice, if the loop changes its elements: then no chain can take the loop's place.
    changed: Option<&'a Ident>,
    /// The function's result.
    output: Option<&'a Type>,
    /// Labels of loops and blocks inside the body.
    labels: Vec<String>,
    /// How many loops an unlabelled `break` is inside of.
    depth: usize,
    /// The exits, with a message each.
    pub(crate) found: Vec<(Exit, syn::Error)>,
}

/// What an exit leaves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// The loop itself.
    Loop,
    /// A loop or block around it.
    Outer,
    /// The function.
    Function,
}

impl<'a> Exits<'a> {
    /// A search in the body of a loop with this label that changes the elements of this slice, in a function with this
    /// result.
    pub(crate) fn new(
        label: Option<&syn::Label>,
        changed: Option<&'a Ident>,
        output: Option<&'a Type>,
    ) -> Self {
        let label = label.map(|label| label.name.ident.to_string());
        Self { label, changed, output, labels: Vec::new(), depth: 0, found: Vec::new() }
    }

    fn is_inner(&self, label: &syn::Lifetime) -> bool {
        self.labels.contains(&label.ident.to_string())
    }

    /// Goes into something that `break` with this label, or without one if it is a loop, leaves.
    fn inside(&mut self, label: Option<&syn::Label>, is_loop: bool, go: impl FnOnce(&mut Self)) {
        let labelled = label.map(|label| self.labels.push(label.name.ident.to_string())).is_some();
        self.depth += usize::from(is_loop);
        go(self);
        self.depth -= usize::from(is_loop);
        if labelled {
            self.labels.pop();
        }
    }
}

impl<'ast> Visit<'ast> for Exits<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            // What leaves these stays inside the body.
            Expr::Closure(_) | Expr::Async(_) | Expr::Const(_) | Expr::TryBlock(_) => {}
            Expr::Loop(inner) => self.inside(inner.label.as_ref(), true, |s| visit::visit_expr(s, expr)),
            Expr::While(inner) => self.inside(inner.label.as_ref(), true, |s| visit::visit_expr(s, expr)),
            // What an inner loop goes over is not inside of it: a `break` there leaves this one.
            Expr::ForLoop(inner) => {
                self.visit_expr(&inner.expr);
                self.inside(inner.label.as_ref(), true, |s| s.visit_block(&inner.body));
            }
            Expr::Block(inner) => self.inside(inner.label.as_ref(), false, |s| visit::visit_expr(s, expr)),
            Expr::Break(exit) => {
                let own = self.label.as_deref();
                let kind = match &exit.label {
                    Some(label) if self.is_inner(label) => None,
                    Some(label) if own.is_none_or(|own| label.ident != own) => Some(Exit::Outer),
                    None if self.depth > 0 => None,
                    _ => Some(Exit::Loop),
                };
                let at = exit.break_token.span;
                let error = match &exit.label {
                    Some(label) if kind == Some(Exit::Outer) => {
                        diag::leaves_outer(at, "break", label, self.changed)
                    }
                    _ => diag::break_in_loop(at, self.changed),
                };
                self.found.extend(kind.map(|kind| (kind, error)));
                visit::visit_expr(self, expr);
            }
            Expr::Continue(exit) => {
                let own = self.label.as_deref();
                let is_outer = |label: &&syn::Lifetime| {
                    !self.is_inner(label) && own.is_none_or(|own| label.ident != own)
                };
                if let Some(label) = exit.label.as_ref().filter(is_outer) {
                    let at = exit.continue_token.span;
                    self.found.push((Exit::Outer, diag::leaves_outer(at, "continue", label, self.changed)));
                }
            }
            Expr::Return(exit) => {
                let error = diag::return_in_loop(exit.return_token.span, self.changed, self.output);
                self.found.push((Exit::Function, error));
                visit::visit_expr(self, expr);
            }
            Expr::Try(exit) => {
                let error = diag::try_in_loop(exit.question_token.span, self.changed, self.output);
                self.found.push((Exit::Function, error));
                visit::visit_expr(self, expr);
            }
            _ => visit::visit_expr(self, expr),
        }
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

/// Whether an expression can leave the function: `?`, `return`, `break` or `continue` outside closures.
pub(crate) fn leaves(expr: &Expr) -> Option<Span> {
    let mut exits = Exits::new(None, None, None);
    exits.visit_expr(expr);
    exits.found.first().map(|(_, error)| error.span())
}
