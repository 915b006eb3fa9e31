//! Code that is not finished. The item comes back as it is, so that an editor can go on completing it, and nothing is said
//! that the next key stroke makes untrue: what does not parse, rustc reports itself.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::quote_spanned;

/// Whether somebody is typing: rust-analyzer puts these words where one is missing and where the cursor is, so that what
/// is only half there still parses.
pub(crate) fn is_being_typed(item: &TokenStream) -> bool {
    item.clone().into_iter().any(|token| match token {
        TokenTree::Ident(word) => {
            let word = word.to_string();
            word == "__ra_fixup" || word.ends_with("intellijRulezz")
        }
        TokenTree::Group(group) => is_being_typed(&group.stream()),
        _ => false,
    })
}

/// An item that does not parse. rustc has said why, unless it knows syntax that the parser here is too old for: then the
/// function must not stay serial without a word. An expectation that nothing meets is that word: rustc reports it after
/// everything else, and not at all where anything else is wrong.
///
/// ```text
/// fn f(xs: &[T]) { NEW }   →   #[expect(macro_use_extern_crate, reason = "…")] fn f(xs: &[T]) { NEW }
/// ```
pub(crate) fn unread(item: TokenStream) -> TokenStream {
    if item.is_empty() || is_being_typed(&item) {
        return item;
    }
    let reason = "`#[parallelize]` does not know some of the syntax in this function and has left it as it is; update `amorsize`, or write that part in another way";
    // Lints are silent about what lies in a macro: at the item's first word it is the user's.
    let at = item.clone().into_iter().next().map_or_else(Span::call_site, |first| first.span());
    let mut unread = quote_spanned! { at=> #[expect(macro_use_extern_crate, reason = #reason)] };
    unread.extend(item);
    unread
}
