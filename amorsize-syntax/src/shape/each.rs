//! Loops over shared elements that end early or change variables of the function: which of them can run in parts that
//! are brought together in index order.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::visit::Visit;
use syn::{Block, Expr, Macro, Type, UnOp};

use crate::input::{Input, bare};
use crate::shape::accumulate::Accumulator;
use crate::shape::chain::{self, only_argument};
use crate::shape::words;

/// What a loop does beyond its elements.
pub(crate) struct Each {
    /// The variables that it changes.
    pub(crate) accumulators: Vec<Accumulator>,
    /// How it may be left before its last element, if it may.
    pub(crate) leaves: Option<Leaves>,
}

/// How a loop may be left before its last element.
pub(crate) enum Leaves {
    /// The loop alone, by `break`.
    Loop,
    /// The function too.
    Function {
        /// The function's type, unless it is left out.
        output: Option<Box<Type>>,
        /// A value of it, for a part that went through: nobody reads it.
        through: TokenStream,
    },
}

/// Whether a macro of the user's in a loop's body may hide a `return` or `?`.
pub(crate) fn may_hide_exits(body: &Block) -> bool {
    let mut macros = Macros(false);
    macros.visit_block(body);
    macros.0
}

/// The same of an expression.
pub(crate) fn hides_exits(expr: &Expr) -> bool {
    let mut macros = Macros(false);
    macros.visit_expr(expr);
    macros.0
}

/// Whether there is a macro that is not known to stay in its place.
struct Macros(bool);

impl<'ast> Visit<'ast> for Macros {
    fn visit_macro(&mut self, call: &'ast Macro) {
        let name = call.path.segments.last().map(|last| last.ident.to_string());
        self.0 |= !name.is_some_and(|name| words::never_leaves(&name));
    }
}

/// Whether what stands in the `zip`s of a loop's head may be changed by its body, as far as that shows.
pub(crate) fn changes_beside(items: &Expr, input: &Input) -> bool {
    let exclusive = |name: &Ident| input.slices.iter().any(|slice| slice.is_mut() && slice.name == *name);
    let mut tokens: Vec<TokenTree> =
        chain::adaptor_arguments(items).into_iter().flat_map(ToTokens::to_token_stream).collect();
    while let Some(token) = tokens.pop() {
        match token {
            TokenTree::Ident(word) if word == "mut" || word == "iter_mut" || exclusive(&word) => return true,
            TokenTree::Group(group) => tokens.extend(group.stream()),
            _ => {}
        }
    }
    false
}

/// A value of the function's result type that costs nothing to make, whatever it means: from the type itself, else from
/// the constant that the function ends with.
pub(crate) fn through(output: Option<&Type>, tail: Option<&Expr>) -> Option<TokenStream> {
    let Some(output) = output else { return Some(quote! { () }) };
    // The kernel says its type, which no closure can where it holds an `impl Trait`.
    if output.to_token_stream().into_iter().any(|token| has_word(token, "impl")) {
        return None;
    }
    some_value(output).or_else(|| tail.filter(|tail| is_constant(tail)).map(ToTokens::to_token_stream))
}

fn has_word(token: TokenTree, word: &str) -> bool {
    match token {
        TokenTree::Ident(ident) => ident == word,
        TokenTree::Group(group) => group.stream().into_iter().any(|token| has_word(token, word)),
        _ => false,
    }
}

/// A value of a type that is known by name. A user's own type of such a name has rustc say so.
fn some_value(ty: &Type) -> Option<TokenStream> {
    match bare(ty) {
        Type::Tuple(tuple) => {
            let values = tuple.elems.iter().map(some_value).collect::<Option<Vec<_>>>()?;
            Some(quote! { (#(#values,)*) })
        }
        Type::Path(path) if path.qself.is_none() => {
            let last = path.path.segments.last()?;
            match last.ident.to_string().as_str() {
                "Option" => Some(quote! { ::core::option::Option::None }),
                "Result" => {
                    let value = match &last.arguments {
                        // `fmt::Result`
                        syn::PathArguments::None => quote! { () },
                        syn::PathArguments::AngleBracketed(angle) => match angle.args.first()? {
                            syn::GenericArgument::Type(ty) => some_value(ty)?,
                            _ => return None,
                        },
                        syn::PathArguments::Parenthesized(_) => return None,
                    };
                    Some(quote! { ::core::result::Result::Ok(#value) })
                }
                "Vec" | "VecDeque" | "String" | "HashMap" | "HashSet" | "BTreeMap" | "BTreeSet" | "bool"
                | "char" | "u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "i8" | "i16" | "i32" | "i64"
                | "i128" | "isize" | "f32" | "f64" => Some(quote! { ::core::default::Default::default() }),
                "Box" => {
                    let inside = some_value(only_argument(last)?)?;
                    Some(quote! { ::core::convert::From::from(#inside) })
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether an expression is a constant: a literal, a path of at least two words or in capitals, one of these in a
/// constructor.
fn is_constant(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) => true,
        Expr::Tuple(tuple) => tuple.elems.iter().all(is_constant),
        Expr::Unary(unary) => matches!(unary.op, UnOp::Neg(_)) && is_constant(&unary.expr),
        Expr::Path(path) => {
            let last = path.path.segments.last();
            last.is_some_and(|last| last.ident.to_string().starts_with(|first: char| first.is_uppercase()))
        }
        Expr::Call(call) => is_constant(&call.func) && call.args.iter().all(is_constant),
        _ => false,
    }
}
