//! What `macro_rules` hands over in one piece (`$e:expr`) comes in groups without visible brackets. The compiler forgets
//! these groups in what an attribute returns, so that `$e * 2` with `1 + x` would become `1 + x * 2`: they are resolved
//! here, and brackets are written where the order of evaluation needs them.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, Macro};

/// Resolves every group without brackets in a function's body.
pub(crate) fn resolve(body: &mut Block) {
    Groups.visit_block_mut(body);
}

struct Groups;

impl VisitMut for Groups {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        // Printing the tree writes the parentheses that an operand needs. A `let` in here is a statement of its own.
        while let Expr::Group(group) = expr {
            if matches!(*group.expr, Expr::Let(_)) {
                return;
            }
            *expr = std::mem::replace(&mut *group.expr, Expr::PLACEHOLDER);
        }
        visit_mut::visit_expr_mut(self, expr);
    }

    fn visit_macro_mut(&mut self, call: &mut Macro) {
        call.tokens = bracketed(std::mem::take(&mut call.tokens));
    }
}

/// The tokens of a macro call, with parentheses around the groups that are operations. They mean the same wherever
/// these tokens may stand: as an expression, a pattern or a type.
fn bracketed(tokens: TokenStream) -> TokenStream {
    let bracket = |token| match token {
        TokenTree::Group(group) => {
            let inside = bracketed(group.stream());
            let (delimiter, span) = match group.delimiter() {
                Delimiter::None if is_operation(&inside) => {
                    (Delimiter::Parenthesis, Span::mixed_site().located_at(group.span()))
                }
                other => (other, group.span()),
            };
            let mut bracketed = Group::new(delimiter, inside);
            bracketed.set_span(span);
            TokenTree::Group(bracketed)
        }
        other => other,
    };
    tokens.into_iter().map(bracket).collect()
}

/// Whether tokens are an expression that an operator beside them could tear apart.
fn is_operation(tokens: &TokenStream) -> bool {
    matches!(
        syn::parse2(tokens.clone()),
        Ok(Expr::Binary(_)
            | Expr::Cast(_)
            | Expr::Closure(_)
            | Expr::Range(_)
            | Expr::Reference(_)
            | Expr::Unary(_))
    )
}
