//! The plan of `assume_splittable`: the whole body is one kernel, and the slice's name means the part in it. That running
//! it on parts gives the same answer is the user's promise, so no shape is looked for; what is checked is that threads can
//! run it at all, and that there is a way to join what they return.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::visit::Visit;
use syn::{Attribute, Block, Expr, FnArg, ItemFn, Pat, Stmt, Type};

use super::{Entry, Kernel, Plan, Planned, proofs};
use crate::args::Args;
use crate::diag::{self, Mistakes};
use crate::input::{Input, ParameterKind, Slice};
use crate::mark::{self, Mark};
use crate::shape::scan::{self, Bound};
use crate::shape::{chain, hole};

/// A body that every part runs.
pub(crate) struct Body {
    /// The function's name.
    pub(crate) name: Ident,
    /// The slice that is cut.
    pub(crate) slice: Slice,
    /// Its pattern, as written.
    pub(crate) pat: Pat,
    /// The attributes of that parameter.
    pub(crate) attrs: Vec<Attribute>,
    /// The body.
    pub(crate) block: Block,
    /// What it returns, and how two of that become one.
    pub(crate) result: Option<(Type, Expr)>,
}

/// Plans the whole body as one site, and leaves a hole in its place; `None` if there are mistakes.
pub(crate) fn make(
    args: Args,
    input: &Input,
    function: &mut ItemFn,
    marks: Vec<Mark>,
    texts: (String, String),
    mistakes: &mut Mistakes,
) -> Option<Plan> {
    let word = args.assume_splittable.as_ref()?;
    let slice = slice_to_cut(input, marks, mistakes);
    let result = result(&args, word, input, mistakes);
    let slice = slice?.clone();
    let tokens = own_tokens(&function.block);
    let mut bound = Bound::default();
    bound.visit_block(&function.block);
    mistakes.extend(changed_parameters(input, &slice, &tokens, &bound));
    if !mistakes.is_empty() {
        return None;
    }
    let kernel = Kernel { cut: vec![&slice.name], tokens, bound: Bound::default() };
    let proofs = proofs(input, &bound.names, &[kernel]);
    let (pat, attrs) = written(function, &slice)?;
    let owns = result.as_ref().is_none_or(|(_, join)| !mentions_parameters(join, input));
    let hole = Stmt::Expr(Expr::Verbatim(hole(0).into_token_stream()), None);
    let whole = Block { brace_token: function.block.brace_token, stmts: vec![hole] };
    let block = std::mem::replace(&mut *function.block, whole);
    let mut body = Body { name: input.name.clone(), slice, pat, attrs, block, result };
    body.slice.infer_opaque();
    let site = Planned { part: String::new(), owns, is_inner: false, entry: Entry::Body(Box::new(body)) };
    let (signature, body) = texts;
    let Args { krate, key, tuning, describes, .. } = args;
    Some(Plan { krate, key, tuning, describes, signature, body, proofs, sites: vec![site] })
}

/// The slice that is marked, or the only one.
fn slice_to_cut<'a>(input: &'a Input, marks: Vec<Mark>, mistakes: &mut Mistakes) -> Option<&'a Slice> {
    if let Some(mark) = mark::only(marks, mistakes) {
        let named = |name: &Ident| mark.name.as_ref() == Some(name);
        let slice = input.slices.iter().find(|slice| named(&slice.name));
        if slice.is_none() {
            let parameter = input.others.iter().find(|other| named(&other.name));
            let almost = parameter.and_then(chain::almost_a_slice);
            mistakes.add(almost.unwrap_or_else(|| diag::split_no_slice(&mark.attr)));
        }
        return slice;
    }
    match &input.slices[..] {
        [] => {
            let almost = input.others.iter().find_map(chain::almost_a_slice);
            mistakes.add(almost.unwrap_or_else(|| diag::no_slice_to_cut(&input.name)));
            None
        }
        [only] => Some(only),
        [first, second, ..] => {
            mistakes.add(diag::split_missing(&first.name, &second.name));
            None
        }
    }
}

/// What the parts return and how that is joined.
fn result(args: &Args, word: &Ident, input: &Input, mistakes: &mut Mistakes) -> Option<(Type, Expr)> {
    match (&input.output, &args.reduce) {
        (Some(ty), Some(reduce)) => Some((ty.clone(), reduce.join.clone())),
        (Some(ty), None) => {
            // A `reduce` that cannot be read has been reported.
            if !args.is_reduced {
                mistakes.add(diag::body_without_reduce(word, &input.name, ty));
            }
            None
        }
        (None, Some(reduce)) => {
            mistakes.add(diag::body_without_result(&reduce.word, &input.name));
            None
        }
        (None, None) => None,
    }
}

/// The body without its items, whose names are their own.
fn own_tokens(block: &Block) -> TokenStream {
    let own = block.stmts.iter().filter(|stmt| !matches!(stmt, Stmt::Item(_)));
    own.map(ToTokens::to_token_stream).collect()
}

/// Parameters in the body that one part would change under the eyes of another.
fn changed_parameters(input: &Input, cut: &Slice, body: &TokenStream, bound: &Bound) -> Vec<syn::Error> {
    let mention = |name: &Ident| {
        let name = name.to_string();
        if bound.names.contains(&name) { None } else { scan::mention(body, &name) }
    };
    let others = input.others.iter().filter(|other| other.is_mut()).map(|other| &other.name);
    let slices = input.slices.iter().filter(|slice| slice.is_mut()).map(|slice| &slice.name);
    let exclusive = others.chain(slices).filter(|name| **name != cut.name);
    let exclusive = exclusive.filter_map(|name| Some(diag::exclusive_in_body(mention(name)?, name)));
    let is_value = |name: &Ident| {
        let other = input.others.iter().find(|other| other.name == *name);
        other.is_none_or(|other| !matches!(other.kind, ParameterKind::Exclusive(_)))
    };
    let muts = input.muts.iter().filter(|name| **name != cut.name && is_value(name));
    let muts = muts.filter(|name| mention(name).is_some()).map(diag::mut_in_body);
    exclusive.chain(muts).collect()
}

/// Whether the join reads parameters, which the kernel must not own then.
fn mentions_parameters(join: &Expr, input: &Input) -> bool {
    let tokens = join.to_token_stream();
    input.others.iter().any(|other| scan::mention(&tokens, &other.name.to_string()).is_some())
}

/// The pattern and the attributes of the slice's parameter.
fn written(function: &ItemFn, slice: &Slice) -> Option<(Pat, Vec<Attribute>)> {
    function.sig.inputs.iter().find_map(|argument| match argument {
        FnArg::Typed(typed) => match &*typed.pat {
            Pat::Ident(pat) if pat.ident == slice.name => Some(((*typed.pat).clone(), typed.attrs.clone())),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    })
}
