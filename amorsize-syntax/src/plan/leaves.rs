//! `reassociate`: which totals are added up in leaves.

use proc_macro2::Ident;
use syn::Type;

use crate::diag::{self, Mistakes};
use crate::input::{Input, bare};
use crate::plan::{Entry, Join, Planned};

/// Lets every float total be added up in leaves. Where the macro cannot see the type, rustc says whether it is a float.
pub(super) fn allow(word: &Ident, sites: &mut [Planned], input: &Input, mistakes: &mut Mistakes) {
    let mut allowed = false;
    for site in &mut *sites {
        let Entry::Chain(_, join) = &mut site.entry else { continue };
        let (how, ty) = match &mut **join {
            Join::Sum(ty) => ("sum", ty),
            Join::Product(ty) => ("product", ty),
            _ => continue,
        };
        if !ty.as_ref().is_some_and(is_no_float) {
            allowed = true;
            **join = Join::InLeaves(how, ty.take());
        }
    }
    if !allowed && !sites.is_empty() {
        mistakes.add(diag::nothing_to_reassociate(word, &input.name));
    }
}

/// Whether a type is another one than `f32` and `f64` beyond doubt.
fn is_no_float(ty: &Type) -> bool {
    const OTHERS: [&str; 17] = [
        "u8",
        "u16",
        "u32",
        "u64",
        "u128",
        "usize",
        "i8",
        "i16",
        "i32",
        "i64",
        "i128",
        "isize",
        "Wrapping",
        "Saturating",
        "Duration",
        "Option",
        "Result",
    ];
    match bare(ty) {
        Type::Path(path) => {
            path.path.segments.last().is_some_and(|last| OTHERS.iter().any(|other| last.ident == other))
        }
        _ => false,
    }
}
