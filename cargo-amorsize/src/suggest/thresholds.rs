//! Thresholds that a person wrote: a length from which a function goes parallel. It decides which comparisons are one, by
//! what stands on both sides and whether anything parallel hangs on it.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{BinOp, Expr, ExprBinary, ExprIf, ExprMethodCall, ItemFn, Lit};

use super::rayon::written;

/// A length that was chosen by hand.
#[derive(Clone, Debug)]
pub(crate) struct Threshold {
    pub(crate) span: Span,
    /// As it is written: `xs.len() > 4096`.
    pub(crate) text: String,
    /// The option that would keep it: `parallel_from = 4096`.
    pub(crate) option: Option<String>,
}

/// Below this a length is a case of its own (an empty slice, a pair), not a threshold.
const LEAST: u64 = 16;

/// The comparisons of a function that choose between serial and parallel.
pub(crate) fn comparisons(function: &ItemFn) -> Vec<Threshold> {
    let mut look = Look { whole: &function.block.to_token_stream(), found: Vec::new() };
    look.visit_block(&function.block);
    look.found
}

/// What a length given to rayon comes to.
pub(crate) fn length(call: &ExprMethodCall) -> Threshold {
    let argument = call.args.first();
    let value = argument.map(|argument| written(argument, 32)).unwrap_or_default();
    let number = argument.filter(|argument| is_fixed(argument));
    Threshold {
        span: call.method.span(),
        text: format!("{}({value})", call.method),
        option: number.map(|_| format!("chunk_size = {value}")),
    }
}

struct Look<'a> {
    whole: &'a TokenStream,
    found: Vec<Threshold>,
}

impl<'ast> Visit<'ast> for Look<'_> {
    fn visit_expr_if(&mut self, branch: &'ast ExprIf) {
        let mut hangs = branch.then_branch.to_token_stream();
        hangs.extend(branch.else_branch.as_ref().map(|(_, other)| other.to_token_stream()));
        // `if n < 4096 { return serial(xs); }`: what comes behind is the other branch.
        let hangs_on = mentions(&hangs, is_parallel) || leaves(&hangs) && mentions(self.whole, is_parallel);
        let mut comparisons = Comparisons(Vec::new());
        comparisons.visit_expr(&branch.cond);
        for comparison in comparisons.0 {
            if hangs_on || mentions(&comparison.to_token_stream(), is_parallel) {
                self.found.extend(threshold(comparison));
            }
        }
        visit::visit_expr_if(self, branch);
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

/// The comparisons that a condition is made of.
struct Comparisons<'ast>(Vec<&'ast ExprBinary>);

impl<'ast> Visit<'ast> for Comparisons<'ast> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Binary(binary) => match binary.op {
                BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_) => self.0.push(binary),
                _ => visit::visit_expr(self, expr),
            },
            Expr::Paren(_) | Expr::Unary(_) => visit::visit_expr(self, expr),
            _ => {}
        }
    }
}

/// A length on one side, a fixed number on the other.
fn threshold(comparison: &ExprBinary) -> Option<Threshold> {
    let (number, length) = match (is_fixed(&comparison.left), is_fixed(&comparison.right)) {
        (false, true) => (&comparison.right, &comparison.left),
        (true, false) => (&comparison.left, &comparison.right),
        _ => return None,
    };
    let is_length = mentions(&length.to_token_stream(), |word| {
        matches!(word, "len" | "n" | "count" | "size" | "width" | "height" | "total")
            || word.ends_with("_len")
            || word.starts_with("num_")
            || word.starts_with("n_")
    });
    is_length.then(|| Threshold {
        span: comparison.span(),
        text: written(&Expr::Binary(comparison.clone()), 64),
        option: Some(written(number, 32))
            .filter(|text| text != "..")
            .map(|text| format!("parallel_from = {text}")),
    })
}

/// Whether an expression is a number that stands in the source: a literal of some size, a constant, or both together.
fn is_fixed(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => number.base10_parse::<u64>().is_ok_and(|number| number >= LEAST),
            _ => false,
        },
        Expr::Path(path) => path.path.segments.last().is_some_and(|last| {
            let name = last.ident.to_string();
            name.len() > 1 && !name.contains(char::is_lowercase)
        }),
        Expr::Binary(binary) => {
            let literal = |expr: &Expr| matches!(expr, Expr::Lit(_)) || is_fixed(expr);
            !matches!(binary.op, BinOp::Lt(_) | BinOp::Gt(_))
                && literal(&binary.left)
                && literal(&binary.right)
        }
        Expr::Paren(paren) => is_fixed(&paren.expr),
        _ => false,
    }
}

/// Whether a word says that something runs on several threads.
fn is_parallel(word: &str) -> bool {
    let word = word.to_lowercase();
    ["par_", "into_par_iter"].iter().any(|beginning| word.starts_with(beginning))
        || ["rayon", "spawn"].contains(&word.as_str())
        || word.contains("parallel")
        || word.contains("multithread")
        || word.ends_with("_par")
        || word.ends_with("_mt")
}

fn leaves(tokens: &TokenStream) -> bool {
    mentions(tokens, |word| word == "return")
}

fn mentions(tokens: &TokenStream, is_it: fn(&str) -> bool) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(word) => is_it(&word.to_string()),
        TokenTree::Group(group) => mentions(&group.stream(), is_it),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(body: &str) -> Vec<(String, String)> {
        let function: ItemFn = syn::parse_str(&format!("fn f() {{ {body} }}")).unwrap();
        let said = |one: Threshold| (one.text, one.option.unwrap_or_default());
        comparisons(&function).into_iter().map(said).collect()
    }

    #[test]
    fn a_threshold_decides_whether_work_is_split() {
        for (body, text, option) in [
            (
                "if xs.len() > 4096 { xs.par_iter().for_each(g) } else { h(xs) }",
                "xs.len() > 4096",
                "parallel_from = 4096",
            ),
            (
                "if n < MIN_LEN { return serial(xs); } rayon::join(a, b);",
                "n < MIN_LEN",
                "parallel_from = MIN_LEN",
            ),
            (
                "if 1 << 14 <= n && on { parallel_sum(xs) } else { sum(xs) }",
                "1 << 14 <= n",
                "parallel_from = 1 << 14",
            ),
            (
                "if len >= PARALLEL_FROM { a() } else { b() }",
                "len >= PARALLEL_FROM",
                "parallel_from = PARALLEL_FROM",
            ),
        ] {
            assert_eq!(found(body), [(text.to_owned(), option.to_owned())], "{body}");
        }
    }

    #[test]
    fn other_comparisons_are_none() {
        for body in [
            "if xs.len() > 4096 { grow(xs) }",
            "if xs.len() > 1 { xs.par_iter().for_each(g) }",
            "if age > 4096 { xs.par_iter().for_each(g) }",
            "if xs.len() > ys.len() { xs.par_iter().for_each(g) }",
            "if xs.len() == 4096 { xs.par_iter().for_each(g) }",
        ] {
            assert_eq!(found(body), [], "{body}");
        }
    }
}
