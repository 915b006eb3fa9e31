//! What the function may still have lent where its result is made. A kernel that owns its captures would move such a
//! value away from under the borrow, where the plain chain only read it.

use std::collections::HashSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Block, Expr, Local, Macro, Pat, PatIdent, Type};

use crate::input::{Input, ParameterKind, bare};
use crate::shape::{Place, Shape, Site, chain, scan, words};

/// The names of values that a body with holes, or a chain taken out of it, may hold borrowed. Too many names cost some
/// speed, too few a compile error.
pub(crate) fn names(body: &Block, sites: &[Site], input: &Input) -> HashSet<String> {
    let mut lent = Lent::default();
    lent.visit_block(body);
    for site in sites {
        let Shape::Chain(found) = &site.shape else { continue };
        let mut arguments = chain::adaptor_arguments(found.items());
        arguments.extend(&found.call.args);
        for argument in arguments {
            // The closures of the result's own chain are what becomes the kernel.
            match (argument, &site.place) {
                (Expr::Closure(_), Place::Tail) => {}
                _ => lent.visit_expr(argument),
            }
        }
    }
    let copied = input.others.iter().filter(|other| match &other.kind {
        ParameterKind::Shared(_) => true,
        ParameterKind::Value(ty) => is_number(ty),
        ParameterKind::Receiver(_) | ParameterKind::Exclusive(_) => false,
    });
    let slices = input.slices.iter().filter(|slice| !slice.is_mut());
    for name in copied.map(|other| &other.name).chain(slices.map(|slice| &slice.name)) {
        lent.0.remove(&name.to_string());
    }
    lent.0
}

#[derive(Default)]
struct Lent(HashSet<String>);

impl Lent {
    fn place(&mut self, place: &Expr) {
        self.0.extend(scan::base(place).map(|base| base.to_string()));
    }

    fn all(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(word) => drop(self.0.insert(word.to_string())),
                TokenTree::Group(group) => self.all(group.stream()),
                _ => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Lent {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Reference(reference) => self.place(&reference.expr),
            Expr::MethodCall(call) if !words::returns_value(&call.method.to_string()) => {
                self.place(&call.receiver);
            }
            Expr::Match(choice) => self.place(&choice.expr),
            Expr::Let(binding) => self.place(&binding.expr),
            Expr::Closure(closure) if closure.capture.is_none() => self.all(closure.body.to_token_stream()),
            _ => {}
        }
        visit::visit_expr(self, expr);
    }

    fn visit_local(&mut self, local: &'ast Local) {
        if let Some(init) = local.init.as_ref().filter(|_| has_ref(&local.pat)) {
            self.place(&init.expr);
        }
        visit::visit_local(self, local);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        let name = call.path.segments.last().map(|last| last.ident.to_string());
        if !name.is_some_and(|name| words::lends_nothing(&name)) {
            self.all(call.tokens.clone());
        }
    }
}

/// Whether a pattern borrows, `Some(ref x)`.
fn has_ref(pat: &Pat) -> bool {
    struct Refs(bool);
    impl<'ast> Visit<'ast> for Refs {
        fn visit_pat_ident(&mut self, pat: &'ast PatIdent) {
            self.0 |= pat.by_ref.is_some();
            visit::visit_pat_ident(self, pat);
        }
    }
    let mut refs = Refs(false);
    refs.visit_pat(pat);
    refs.0
}

/// Whether a type is a primitive that is copied, never moved.
fn is_number(ty: &Type) -> bool {
    const PRIMITIVES: [&str; 16] = [
        "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32", "f64",
        "bool", "char",
    ];
    matches!(bare(ty), Type::Path(path) if PRIMITIVES.iter().any(|name| path.path.is_ident(name)))
}
