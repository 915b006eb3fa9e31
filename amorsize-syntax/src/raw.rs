//! `r#x` and `x` are one name to the compiler. Names are compared as text here, so the first becomes the second wherever
//! both can be written; what macros are given stays as it is.

use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::visit_mut::VisitMut;
use syn::{ItemFn, Macro};

/// Writes every name of a function without `r#` unless it is a keyword.
pub(crate) fn plain(function: &mut ItemFn) {
    Raw.visit_signature_mut(&mut function.sig);
    Raw.visit_block_mut(&mut function.block);
}

struct Raw;

impl VisitMut for Raw {
    fn visit_ident_mut(&mut self, ident: &mut Ident) {
        let plain = ident.unraw();
        let text = plain.to_string();
        // Keywords of some editions only.
        let is_keyword = matches!(text.as_str(), "async" | "await" | "dyn" | "gen" | "try");
        if plain != *ident && !is_keyword && syn::parse_str::<Ident>(&text).is_ok() {
            *ident = plain;
        }
    }

    fn visit_macro_mut(&mut self, _: &mut Macro) {}
}
