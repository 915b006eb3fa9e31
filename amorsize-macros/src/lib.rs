//! The attribute of amorsize. Use it through the crate `amorsize`; all of its thinking is in `amorsize-syntax`.
#![forbid(unsafe_code)]

use proc_macro::TokenStream;

// The text for readers stands where `amorsize` re-exports this; rustdoc puts this one behind it.
///
/// The attribute itself is in `amorsize-macros`, and what it accepts is decided in `amorsize-syntax`.
#[proc_macro_attribute]
pub fn parallelize(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let expanded = amorsize_syntax::parallelize(arguments.into(), item.into());
    // Read here and nowhere else: what is thought does not depend on the environment.
    if let Ok(name) = std::env::var("AMORSIZE_EXPAND") {
        if let Some(text) = amorsize_syntax::readable(&expanded, &name) {
            eprintln!("// `#[parallelize]` makes this of `{name}`:\n{text}");
        }
    }
    expanded.into()
}
