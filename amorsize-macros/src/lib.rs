//! The attribute of amorsize. Use it through the crate `amorsize`; all of its thinking is in `amorsize-syntax`.
#![forbid(unsafe_code)]

use proc_macro::TokenStream;

// The text for readers stands where `amorsize` re-exports this; rustdoc puts this one behind it.
///
/// The attribute itself is in `amorsize-macros`, and what it accepts is decided in `amorsize-syntax`.
#[proc_macro_attribute]
pub fn parallelize(arguments: TokenStream, item: TokenStream) -> TokenStream {
    // The environment is read here and nowhere else: what is thought does not depend on it.
    let expanded = if sites_are_listed() {
        amorsize_syntax::described(arguments.into(), item.into())
    } else {
        amorsize_syntax::parallelize(arguments.into(), item.into())
    };
    if let Ok(name) = std::env::var("AMORSIZE_EXPAND") {
        if let Some(text) = amorsize_syntax::readable(&expanded, &name) {
            eprintln!("// `#[parallelize]` makes this of `{name}`:\n{text}");
        }
    }
    expanded.into()
}

/// What `site!` says of its place while sites are listed, otherwise nothing.
#[doc(hidden)]
#[proc_macro]
pub fn named_site(name: TokenStream) -> TokenStream {
    if sites_are_listed() { amorsize_syntax::named(name.into()).into() } else { TokenStream::new() }
}

/// Whether `cargo amorsize check` started the compiler.
fn sites_are_listed() -> bool {
    std::env::var_os("AMORSIZE_SITES").is_some()
}

/// The text of the workspace's tuned file as an `Option<&'static str>`; the macro `embed` of amorsize asks for it.
#[doc(hidden)]
#[proc_macro]
pub fn embedded(_: TokenStream) -> TokenStream {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").map(std::path::PathBuf::from);
    amorsize_syntax::embedded(package.as_deref(), &|path| path.is_file()).into()
}
