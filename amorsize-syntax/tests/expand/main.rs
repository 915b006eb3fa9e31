//! What comes out, form by form. `UPDATE_EXPECT=1 cargo test -p amorsize-syntax` rewrites the goldens: read each one.

mod chains;
mod depth;
mod incomplete;
mod index_loops;
mod joins;
mod loops;
mod names;
mod odd;
mod readable;
mod slice_fn;
mod spawn_fn;
mod splittable;

use expect_test::Expect;
use proc_macro2::TokenStream;

/// Expands a function under `#[parallelize(options)]`.
fn expand(options: &str, function: &str) -> TokenStream {
    let parse = |text: &str| text.parse::<TokenStream>().expect("tokens");
    amorsize_syntax::parallelize(parse(options), parse(function))
}

/// Compares an expansion, laid out as source.
#[track_caller]
fn check(options: &str, function: &str, expected: &Expect) {
    let file = syn::parse2(expand(options, function)).expect("generated code parses");
    expected.assert_eq(&prettyplease::unparse(&file));
}

/// The messages of a refusal, one per line.
fn refused(options: &str, function: &str) -> Vec<String> {
    let file: syn::File = syn::parse2(expand(options, function)).expect("the item and its errors parse");
    let message = |item: &syn::Item| match item {
        syn::Item::Macro(call) => call.mac.parse_body::<syn::LitStr>().ok().map(|text| text.value()),
        _ => None,
    };
    file.items.iter().filter_map(message).collect()
}
