//! `#[split]` on a parameter: it marks the slice that `assume_splittable` cuts. The marks are taken off before anything
//! else is read, so that rustc looks for no attribute of that name.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use syn::{Attribute, FnArg, ItemFn, Meta, Pat};

use crate::diag::{self, Mistakes};

/// One mark, and the name of what it stands on; no name for `self` and for patterns.
pub(crate) struct Mark {
    /// The attribute.
    pub(crate) attr: Attribute,
    /// The parameter.
    pub(crate) name: Option<Ident>,
}

/// Takes every mark off the parameters.
pub(crate) fn take(function: &mut ItemFn) -> Vec<Mark> {
    let mut marks = Vec::new();
    for argument in &mut function.sig.inputs {
        let (attrs, name) = match argument {
            FnArg::Receiver(receiver) => (&mut receiver.attrs, None),
            FnArg::Typed(typed) => match &*typed.pat {
                Pat::Ident(pat) => (&mut typed.attrs, Some(pat.ident.clone())),
                _ => (&mut typed.attrs, None),
            },
        };
        let (taken, left): (Vec<_>, Vec<_>) =
            std::mem::take(attrs).into_iter().partition(|attr| attr.path().is_ident("split"));
        *attrs = left;
        marks.extend(taken.into_iter().map(|attr| Mark { attr, name: name.clone() }));
    }
    marks
}

/// The item as it was written, but for the marks on its parameters.
pub(crate) fn without(item: &TokenStream) -> TokenStream {
    let parameters = |token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
            let mut without = Group::new(Delimiter::Parenthesis, unmarked(group.stream()));
            without.set_span(group.span());
            TokenTree::Group(without)
        }
        other => other,
    };
    if item.clone().into_iter().any(|token| matches!(&token, TokenTree::Group(group) if has_mark(group))) {
        item.clone().into_iter().map(parameters).collect()
    } else {
        item.clone()
    }
}

fn has_mark(parameters: &Group) -> bool {
    parameters.delimiter() == Delimiter::Parenthesis
        && parameters.stream().into_iter().any(|token| is_mark(&token))
}

/// Whether a token is the `[split]` of `#[split]`.
fn is_mark(token: &TokenTree) -> bool {
    let TokenTree::Group(group) = token else { return false };
    let first = group.stream().into_iter().next();
    group.delimiter() == Delimiter::Bracket
        && matches!(first, Some(TokenTree::Ident(word)) if word == "split")
}

fn unmarked(parameters: TokenStream) -> TokenStream {
    let mut kept: Vec<TokenTree> = Vec::new();
    for token in parameters {
        let is_hash = |last: &TokenTree| matches!(last, TokenTree::Punct(hash) if hash.as_char() == '#');
        if is_mark(&token) && kept.last().is_some_and(is_hash) {
            kept.pop();
        } else {
            kept.push(token);
        }
    }
    kept.into_iter().collect()
}

/// The mark that counts; what is wrong with it and the others is reported.
pub(crate) fn only(marks: Vec<Mark>, mistakes: &mut Mistakes) -> Option<Mark> {
    let mut marks = marks.into_iter();
    let first = marks.next()?;
    mistakes.extend(marks.map(|mark| diag::split_twice(&mark.attr)));
    if !matches!(first.attr.meta, Meta::Path(_)) {
        mistakes.add(diag::split_value(&first.attr));
    }
    Some(first)
}

/// Marks in a function whose body is not cut as a whole.
pub(crate) fn refuse(marks: &[Mark], mistakes: &mut Mistakes) {
    mistakes.extend(marks.iter().map(|mark| diag::split_alone(&mark.attr)));
}
