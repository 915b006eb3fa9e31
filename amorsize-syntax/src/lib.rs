//! What the attribute thinks: a straight pipe from tokens to tokens, usable without a compiler.
//!
//! `depth` refuses what would overflow a stack; `args` reads the options, `input` the signature, `groups` and `shape` the
//! body; `plan` decides what each site becomes and makes all cross checks; `expand` turns the plan into tokens and cannot
//! fail. Every message is in `diag`.
#![forbid(unsafe_code)]

mod args;
mod depth;
mod diag;
mod expand;
mod groups;
mod input;
mod key;
mod plan;
mod shape;

use proc_macro2::TokenStream;

use crate::diag::Mistakes;

/// Rewrites an annotated function into its auto-tuned variant.
///
/// Never panics. On any mistake the item comes back unchanged, followed by one `compile_error!` per mistake, so that
/// the callers of the function add no errors of their own.
#[must_use]
pub fn parallelize(arguments: TokenStream, item: TokenStream) -> TokenStream {
    match rewrite(arguments, item.clone()) {
        Ok(rewritten) => rewritten,
        Err(mistakes) => {
            let mut unchanged = item;
            unchanged.extend(mistakes.into_compile_errors());
            unchanged
        }
    }
}

/// The pipe; stops where a stage cannot be understood without the one before it.
fn rewrite(arguments: TokenStream, item: TokenStream) -> Result<TokenStream, Mistakes> {
    let mut mistakes = Mistakes::default();
    if let Some(deep) = depth::too_deep(&arguments).or_else(|| depth::too_deep(&item)) {
        mistakes.add(diag::too_deep(deep));
        return Err(mistakes);
    }
    let args = args::read(arguments, &mut mistakes);
    let Some(mut function) = input::function(item, &mut mistakes) else { return Err(mistakes) };
    let signature = key::signature(&function.sig);
    let body = key::body(&function);
    groups::resolve(&mut function.block);
    let input = input::read(&function, &mut mistakes);
    let found = shape::find(&mut function.block, &input, args.reduce.is_some());
    let plan = plan::make(args, &input, found, signature, body, &mut mistakes);
    mistakes.none()?;
    Ok(expand::function(function, &plan))
}
