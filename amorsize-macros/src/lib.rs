//! The attribute of amorsize. Use it through the crate `amorsize`; all of its thinking is in `amorsize-syntax`.
#![forbid(unsafe_code)]

use proc_macro::TokenStream;

/// See `amorsize::parallelize`.
#[proc_macro_attribute]
pub fn parallelize(arguments: TokenStream, item: TokenStream) -> TokenStream {
    amorsize_syntax::parallelize(arguments.into(), item.into()).into()
}
