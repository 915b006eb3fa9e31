//! How deeply tokens may be nested. Everything behind this recurses over them, and a stack that overflows ends the
//! compiler without a word, so what goes too deep is refused before anything is parsed.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};

/// The deepest that is read. With 8 MiB of stack, which rustc and rust-analyzer give a macro, and without optimization,
/// the parser overflows at twice this: 450 blocks in one another, 600 closures, 2 500 operators in a row. rustc itself
/// gives up at 1 000 blocks.
const DEEPEST: usize = 1_000;
/// What a pair of brackets counts.
const BRACKETS: usize = 4;
/// What a `<` counts, which may begin generic arguments: the parser takes eleven calls for each `A<`, and overflows at 176 of
/// them where tokens keep their lines and columns (proc-macro2's feature `span-locations`, which any crate may turn on).
const ANGLE: usize = 7;

/// The first token that lies too deep.
///
/// Tokens without a separator between them may be one expression, which the parser descends into token by token: so each
/// counts one, up to the next `,` or `;`, or to the `}` of a statement or an arm.
pub(crate) fn too_deep(tokens: &TokenStream) -> Option<Span> {
    below(tokens, 0)
}

fn below(tokens: &TokenStream, outer: usize) -> Option<Span> {
    let mut depth = outer;
    let mut after_brace = false;
    for token in tokens.clone() {
        if after_brace && !goes_on(&token) {
            depth = outer;
        }
        after_brace = false;
        depth += 1;
        if depth > DEEPEST {
            return Some(token.span());
        }
        match &token {
            TokenTree::Group(group) => {
                if let Some(deep) = below(&group.stream(), depth + BRACKETS - 1) {
                    return Some(deep);
                }
                after_brace = group.delimiter() == Delimiter::Brace;
            }
            TokenTree::Punct(punct) if matches!(punct.as_char(), ',' | ';') => depth = outer,
            TokenTree::Punct(punct) if punct.as_char() == '<' => depth += ANGLE - 1,
            _ => {}
        }
    }
    None
}

/// Whether a token behind a `}` may belong to the expression that ends in it.
fn goes_on(token: &TokenTree) -> bool {
    match token {
        TokenTree::Punct(punct) => punct.as_char() != '#',
        TokenTree::Ident(word) => word == "else" || word == "as",
        TokenTree::Group(_) | TokenTree::Literal(_) => false,
    }
}
