//! What a piece of the user's code mentions, binds, changes and leaves. Macros are opaque: their tokens are searched for
//! names, and rustc sees the rest.

use std::collections::HashSet;

use proc_macro2::{Ident, Spacing, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::visit::{self, Visit};
use syn::{BinOp, Expr, ExprBinary, ExprLit, Lit, Pat, PatIdent, UnOp};

use crate::diag;
use crate::shape::words;

/// The names that patterns bind anywhere in a piece of code.
#[derive(Default)]
pub(crate) struct Bound {
    /// Every name.
    pub(crate) names: HashSet<String>,
    /// Those that may be assigned again.
    pub(crate) muts: HashSet<String>,
}

impl<'ast> Visit<'ast> for Bound {
    fn visit_pat_ident(&mut self, pat: &'ast PatIdent) {
        self.names.insert(pat.ident.to_string());
        if pat.mutability.is_some() {
            self.muts.insert(pat.ident.to_string());
        }
        visit::visit_pat_ident(self, pat);
    }
}

impl Bound {
    /// The names bound in these expressions.
    pub(crate) fn in_exprs<'a>(exprs: impl IntoIterator<Item = &'a Expr>) -> Self {
        let mut bound = Self::default();
        exprs.into_iter().for_each(|expr| bound.visit_expr(expr));
        bound
    }
}

/// The names that a pattern binds, with their tokens.
pub(crate) fn names_of(pat: &Pat) -> Vec<Ident> {
    struct Names(Vec<Ident>);
    impl<'ast> Visit<'ast> for Names {
        fn visit_pat_ident(&mut self, pat: &'ast PatIdent) {
            self.0.push(pat.ident.clone());
            visit::visit_pat_ident(self, pat);
        }
    }
    let mut names = Names(Vec::new());
    names.visit_pat(pat);
    names.0
}

/// Where a name is mentioned as a variable first, format strings of macros included.
pub(crate) fn mention(tokens: &TokenStream, name: &str) -> Option<Span> {
    mentions(tokens, name).first().copied()
}

/// Where a name is mentioned as a variable, format strings of macros included.
pub(crate) fn mentions(tokens: &TokenStream, name: &str) -> Vec<Span> {
    let mut found = Vec::new();
    // In macros `r#name` may stand for `name`, and `{type}` in a format string is `r#type`.
    mentions_in(tokens.clone(), name.strip_prefix("r#").unwrap_or(name), false, &mut found);
    found
}

fn mentions_in(tokens: TokenStream, name: &str, in_macro: bool, found: &mut Vec<Span>) {
    // The tokens around this one: `.name`, `::name` and `'name` are no variables, `..name` is; nor are `name::` and,
    // of a struct's field, `name:`.
    let mut before = ['\0'; 2];
    let mut word_before_bang = false;
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let mut mark = '\0';
        match &token {
            TokenTree::Ident(ident) => {
                let is_member = before[1] == '.' && before[0] != '.' || before == [':', ':'];
                let is_label = before[1] == '\'';
                let is_field = match tokens.peek() {
                    Some(TokenTree::Punct(next)) if next.as_char() == ':' => {
                        next.spacing() == Spacing::Joint || !in_macro
                    }
                    _ => false,
                };
                if ident.unraw() == name && !is_member && !is_label && !is_field {
                    found.push(ident.span());
                }
                mark = 'a';
            }
            TokenTree::Punct(punct) => mark = punct.as_char(),
            TokenTree::Literal(literal) => {
                if in_macro && captures(&literal.to_string(), name) {
                    found.push(literal.span());
                }
            }
            TokenTree::Group(group) => {
                mentions_in(group.stream(), name, in_macro || word_before_bang, found);
            }
        }
        word_before_bang = mark == '!' && before[1] == 'a';
        before = [before[1], mark];
    }
}

/// Whether a format string captures a variable: `{name}`, `{name:?}`, `{:name$}`.
fn captures(literal: &str, name: &str) -> bool {
    if !literal.starts_with(['"', 'r']) {
        return false;
    }
    literal.match_indices(name).any(|(at, _)| {
        let before = literal[..at].chars().next_back();
        let after = literal[at + name.len()..].chars().next();
        let opened = before == Some('{') && matches!(after, Some('}' | ':'));
        opened || after == Some('$')
    })
}

/// A `static` or `thread_local!` in code that is written down twice, where it would be two.
pub(crate) fn statics(tokens: TokenStream) -> Option<Span> {
    let mut before = '\0';
    for token in tokens {
        match &token {
            TokenTree::Ident(word) if before != '\'' && (*word == "static" || *word == "thread_local") => {
                return Some(word.span());
            }
            TokenTree::Group(group) => {
                if let Some(found) = statics(group.stream()) {
                    return Some(found);
                }
            }
            _ => {}
        }
        before = if let TokenTree::Punct(punct) = &token { punct.as_char() } else { '\0' };
    }
    None
}

/// The outer variables that an expression assigns or borrows as `&mut`.
pub(crate) fn changed(expr: &Expr) -> Vec<Ident> {
    struct Places(Vec<Ident>);
    impl<'ast> Visit<'ast> for Places {
        fn visit_expr(&mut self, expr: &'ast Expr) {
            let place = match expr {
                Expr::Assign(assign) => Some(&assign.left),
                Expr::Binary(binary) if is_assigning(binary.op) => Some(&binary.left),
                Expr::Reference(reference) if reference.mutability.is_some() => Some(&reference.expr),
                _ => None,
            };
            self.0.extend(place.and_then(|place| base(place)));
            visit::visit_expr(self, expr);
        }
    }
    let own = Bound::in_exprs([expr]).names;
    let mut places = Places(Vec::new());
    places.visit_expr(expr);
    places.0.retain(|name| !own.contains(&name.to_string()));
    places.0
}

/// Whether a change counts elements, `n += 1`.
pub(crate) fn is_step(change: &Expr) -> bool {
    let Expr::Binary(ExprBinary { op: BinOp::AddAssign(_), right, .. }) = change else { return false };
    matches!(&**right, Expr::Lit(ExprLit { lit: Lit::Int(one), .. }) if one.base10_digits() == "1")
}

/// Whether an operator changes what stands on its left.
pub(crate) fn is_assigning(op: BinOp) -> bool {
    matches!(
        op,
        BinOp::AddAssign(_)
            | BinOp::SubAssign(_)
            | BinOp::MulAssign(_)
            | BinOp::DivAssign(_)
            | BinOp::RemAssign(_)
            | BinOp::BitXorAssign(_)
            | BinOp::BitAndAssign(_)
            | BinOp::BitOrAssign(_)
            | BinOp::ShlAssign(_)
            | BinOp::ShrAssign(_)
    )
}

/// The variable that a place expression starts from.
pub(crate) fn base(place: &Expr) -> Option<Ident> {
    match place {
        Expr::Path(path) => path.path.get_ident().cloned(),
        Expr::Field(field) => base(&field.base),
        Expr::Index(index) => base(&index.expr),
        Expr::Paren(paren) => base(&paren.expr),
        Expr::Group(group) => base(&group.expr),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Deref(_)) => base(&unary.expr),
        _ => None,
    }
}

/// The macros that print.
#[derive(Default)]
pub(crate) struct Prints {
    /// One message per macro.
    pub(crate) errors: Vec<syn::Error>,
}

impl<'ast> Visit<'ast> for Prints {
    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let name = call.path.segments.last().map(|last| &last.ident);
        self.errors.extend(name.filter(|name| words::prints(&name.to_string())).map(diag::prints));
    }
}
