//! What each site becomes: which entry point, how its parts are joined, what is proved about the parameters. All checks
//! that need options, signature and body together are here.

pub(crate) mod body;
mod leaves;

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Expr, GenericArgument, LitStr, Path, Type};

use crate::args::Args;
use crate::diag::{self, Mistakes};
use crate::input::{Input, ParameterKind, Slice, bare};
use crate::shape::chain::{self, Chain, only_argument};
use crate::shape::loops::Loop;
use crate::shape::scan::Bound;
use crate::shape::words::Terminal;
use crate::shape::{Found, Place, Shape, Site, Weight, scan};

/// Everything that the expansion needs.
pub(crate) struct Plan {
    /// The facade's path, if it is not `::amorsize`.
    pub(crate) krate: Option<Path>,
    /// The name given with `key = `.
    pub(crate) key: Option<LitStr>,
    /// The tuning options.
    pub(crate) tuning: Vec<(Ident, Option<Expr>)>,
    /// Whether every site says what it is to `cargo amorsize check`.
    pub(crate) describes: bool,
    /// The signature as text.
    pub(crate) signature: String,
    /// The body's hash.
    pub(crate) body: String,
    /// Types that several threads read.
    pub(crate) proofs: Vec<Proof>,
    /// One per hole, in order.
    pub(crate) sites: Vec<Planned>,
}

/// A type that several threads read.
pub(crate) enum Proof {
    /// A parameter's type, as written.
    Type(Box<Type>),
    /// `Self`, with the span of the `self` in the signature.
    Receiver(Span),
}

/// A site and what becomes of it.
pub(crate) struct Planned {
    /// What follows the function's name in the key.
    pub(crate) part: String,
    /// Whether the kernel may own what it captures.
    pub(crate) owns: bool,
    /// Whether it stands inside a larger expression.
    pub(crate) is_inner: bool,
    /// Which entry point.
    pub(crate) entry: Entry,
}

/// Which entry point a site calls.
pub(crate) enum Entry {
    /// A chain.
    Chain(Box<Chain>, Box<Join>),
    /// A loop.
    Loop(Box<Loop>),
    /// The whole body.
    Body(Box<body::Body>),
}

impl Entry {
    /// Where the user wrote it.
    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Chain(chain, _) => chain::start(chain::spine(chain.items()).0),
            Self::Loop(found) => found.call.for_token.span,
            Self::Body(body) => body.name.span(),
        }
    }
}

/// How the parts of a chain become one result; the types are the user's where they are known.
pub(crate) enum Join {
    /// `Vec<U>` of known length.
    Map(Option<Type>),
    /// Any other collection.
    Collect(Option<Type>),
    /// `sum` to this type.
    Sum(Option<Type>),
    /// `product` to this type.
    Product(Option<Type>),
    /// A float `sum` or `product` that may be added up in another order.
    InLeaves(&'static str, Option<Type>),
    /// `min`, `max`, `find`, `last` of this item; `find_map` and `try_for_each` to it.
    Item(&'static str, Option<Type>),
    /// `count`, `any`, `all`, `position`.
    Plain(&'static str),
    /// `min_by_key`, `max_by_key` of this item.
    Keyed(&'static str, Option<Type>),
    /// `partition`, `unzip` into two collections of these types.
    Two(&'static str, Option<Box<(Type, Type)>>),
    /// `for_each`.
    ForEach,
    /// Partial results of this type, joined by the user's function.
    Reduce(Option<Type>, Box<Expr>),
    /// Items in parallel, the terminal behind them.
    Ordered,
}

impl Join {
    /// Whether items leave the kernel that the result does not hold: they may borrow from what the kernel captures, so
    /// it must not own that.
    pub(crate) fn takes_items(&self) -> bool {
        match self {
            Self::Sum(_)
            | Self::Product(_)
            | Self::InLeaves(..)
            | Self::Keyed(..)
            | Self::Two(..)
            | Self::Ordered => true,
            Self::Collect(ty) => ty.as_ref().and_then(vec_element).is_none(),
            Self::Map(_) | Self::Item(..) | Self::Plain(_) | Self::ForEach | Self::Reduce(..) => false,
        }
    }
}

/// Plans every site, or says what is wrong.
pub(crate) fn make(
    args: Args,
    input: &Input,
    found: Found,
    signature: String,
    body: String,
    mistakes: &mut Mistakes,
) -> Plan {
    refusals(input, &found, mistakes);
    let is_reducible =
        |site: &Site| matches!(&site.shape, Shape::Chain(chain) if chain.terminal.is_reducible());
    if let Some(reduce) = &args.reduce {
        if !found.sites.is_empty() && !found.sites.iter().any(is_reducible) {
            mistakes.add(diag::nothing_to_reduce(&reduce.word, &input.name));
        }
    }
    let join = args.reduce.map(|reduce| reduce.join);
    let kernels: Vec<Kernel> = found.sites.iter().map(|site| Kernel::of(site, join.is_some())).collect();
    let proofs = proofs(input, &found.bound, &kernels);
    let parts = parts(&found.sites);
    let owns: Vec<bool> =
        found.sites.iter().map(|site| is_owning(site, &found.lent, join.is_some())).collect();
    let sites = found.sites.into_iter().zip(parts).zip(owns);
    let sites = sites.map(|((site, part), owns)| planned(site, part, owns, input, join.as_ref()));
    let mut sites: Vec<Planned> = sites.collect();
    if let Some(word) = &args.reassociate {
        leaves::allow(word, &mut sites, input, mistakes);
    }
    let Args { krate, key, tuning, describes, .. } = args;
    Plan { krate, key, tuning, describes, signature, body, proofs, sites }
}

/// Which of the refused chains and loops are mistakes: what cannot be split beside something that can is left as it is
/// written, unless it is the function's result.
fn refusals(input: &Input, found: &Found, mistakes: &mut Mistakes) {
    let weight = found.refused.iter().map(|(_, weight)| *weight).max();
    let least = match weight {
        Some(Weight::Tail) => Weight::Head,
        Some(Weight::Head) if found.sites.is_empty() => Weight::Head,
        Some(Weight::Hint) if found.sites.is_empty() && mistakes.is_empty() => {
            mistakes.extend(found.refused.first().map(|(error, _)| error.clone()));
            return;
        }
        None if found.sites.is_empty() && mistakes.is_empty() => {
            mistakes.add(diag::nothing_found(found.end, &input.name));
            return;
        }
        _ => return,
    };
    let reported = found.refused.iter().filter(|(_, weight)| *weight >= least);
    mistakes.extend(reported.map(|(error, _)| error.clone()));
}

/// The name of each site: nothing for the function's result or the only site, `.name` for a variable's, else a number.
fn parts(sites: &[Site]) -> Vec<String> {
    let has_tail = sites.iter().any(|site| matches!(site.place, Place::Tail));
    let mut taken: Vec<String> = Vec::new();
    for site in sites {
        let wanted = match &site.place {
            _ if sites.len() == 1 => String::new(),
            Place::Let(Some(name), _) => format!(".{name}"),
            Place::Inner | Place::Let(None, _) if has_tail => ".2".to_owned(),
            _ => String::new(),
        };
        let mut part = wanted.clone();
        let mut number = 2;
        while taken.contains(&part) {
            part = if wanted == ".2" { format!(".{number}") } else { format!("{wanted}.{number}") };
            number += 1;
        }
        taken.push(part);
    }
    taken
}

/// Whether a kernel may own what it captures: nothing needs that afterwards, and nothing holds a borrow of it now.
fn is_owning(site: &Site, lent: &HashSet<String>, has_reduce: bool) -> bool {
    let mentions = |kernel: &Kernel| lent.iter().any(|name| scan::mention(&kernel.tokens, name).is_some());
    matches!(site.place, Place::Tail) && !mentions(&Kernel::of(site, has_reduce))
}

fn planned(site: Site, part: String, owns: bool, input: &Input, reduce: Option<&Expr>) -> Planned {
    let is_inner = matches!(site.place, Place::Inner);
    let target = match site.place {
        Place::Tail => input.output.clone(),
        Place::Let(_, ty) => ty.map(|ty| *ty),
        Place::Inner => None,
    };
    let entry = match site.shape {
        Shape::Loop(mut found) => {
            found.source.infer_opaque();
            found.own.iter_mut().flat_map(|own| &mut own.slices).for_each(Slice::infer_opaque);
            Entry::Loop(found)
        }
        Shape::Chain(mut chain) => {
            chain.source.infer_opaque();
            let join = join(&chain, target, reduce);
            Entry::Chain(chain, Box::new(join))
        }
    };
    Planned { part, owns, is_inner, entry }
}

/// How a chain's parts are joined; `target` is the type of the place that it stands in.
fn join(chain: &Chain, target: Option<Type>, reduce: Option<&Expr>) -> Join {
    let target = target.filter(|ty| !mentions_opaque(ty));
    let item = || target.as_ref().and_then(option_item).cloned();
    match chain.terminal {
        Terminal::Collect => {
            let target = written(chain, target);
            match target.as_ref().and_then(vec_element) {
                Some(element) if chain.exact => Join::Map(Some(element.clone())),
                _ => Join::Collect(target),
            }
        }
        Terminal::Sum => Join::Sum(written(chain, target)),
        Terminal::Product => Join::Product(written(chain, target)),
        Terminal::Min => Join::Item("min", item()),
        Terminal::Max => Join::Item("max", item()),
        Terminal::Find | Terminal::FindMap => Join::Item("find", item()),
        Terminal::Last => Join::Item("last", item()),
        Terminal::TryForEach => Join::Item("try_for_each", target),
        Terminal::MinByKey => Join::Keyed("min_by_key", item()),
        Terminal::MaxByKey => Join::Keyed("max_by_key", item()),
        Terminal::Partition => Join::Two("partition", two(chain, target.as_ref(), 0).map(Box::new)),
        Terminal::Unzip => Join::Two("unzip", two(chain, target.as_ref(), 2).map(Box::new)),
        Terminal::Count => Join::Plain("count"),
        Terminal::Any => Join::Plain("any"),
        Terminal::All => Join::Plain("all"),
        Terminal::Position => Join::Plain("position"),
        Terminal::ForEach => Join::ForEach,
        Terminal::Ordered { .. } => match reduce.filter(|_| chain.terminal.is_reducible()) {
            Some(reduce) => Join::Reduce(target, Box::new(reduce.clone())),
            None => Join::Ordered,
        },
    }
}

/// The two collections that a chain ends in, as the user wrote them: at the place where the chain stands, or in the
/// turbofish, whose types from number `first` on they are.
fn two(chain: &Chain, target: Option<&Type>, first: usize) -> Option<(Type, Type)> {
    let target = match target.map(bare) {
        Some(Type::Tuple(tuple)) if tuple.elems.len() == 2 => {
            Some((tuple.elems[0].clone(), tuple.elems[1].clone()))
        }
        _ => None,
    };
    let arguments = chain.call.turbofish.iter().flat_map(|turbofish| &turbofish.args);
    let mut named = arguments.skip(first).filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty.clone()),
        _ => None,
    });
    let written = named.next().map(|left| {
        // Both sides of a `partition` are of one type.
        let right = if first == 0 { left.clone() } else { named.next().unwrap_or_else(|| left.clone()) };
        (left, right)
    });
    target.filter(|(left, right)| written.is_none() || !infers(left) && !infers(right)).or(written)
}

/// The result type as the user wrote it: in the terminal's turbofish, or at the place where the chain stands. The one
/// that leaves nothing to inference is preferred.
fn written(chain: &Chain, target: Option<Type>) -> Option<Type> {
    let turbofish = chain.call.turbofish.as_ref().and_then(|turbofish| match turbofish.args.first() {
        Some(GenericArgument::Type(ty)) => Some(ty.clone()),
        _ => None,
    });
    match (turbofish, target) {
        (Some(turbofish), Some(target)) if infers(&turbofish) && !infers(&target) => Some(target),
        (turbofish, target) => turbofish.or(target),
    }
}

/// `U` of `Vec<U>`.
pub(crate) fn vec_element(ty: &Type) -> Option<&Type> {
    named(ty, "Vec")
}

/// `U` of `Option<U>`.
fn option_item(ty: &Type) -> Option<&Type> {
    named(ty, "Option")
}

/// The argument of a type of std, by its name alone or with a path that leads there: `vec::Vec` of another crate is
/// another type.
fn named<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = bare(ty) else { return None };
    let segments = &path.path.segments;
    let is_std = |first: &Ident| first == "std" || first == "alloc" || first == "core";
    let is_named = segments.len() == 1 || segments.first().is_some_and(|first| is_std(&first.ident));
    let last = segments.last().filter(|last| is_named && path.qself.is_none() && last.ident == name)?;
    only_argument(last)
}

/// Whether `_` stands in a type.
fn infers(ty: &Type) -> bool {
    any_part(ty, |part| matches!(part, Type::Infer(_)))
}

/// Whether `impl Trait` stands in a type, which no turbofish takes.
pub(crate) fn mentions_opaque(ty: &Type) -> bool {
    any_part(ty, |part| matches!(part, Type::ImplTrait(_)))
}

fn any_part(ty: &Type, is_it: fn(&Type) -> bool) -> bool {
    struct Search(fn(&Type) -> bool, bool);
    impl<'ast> Visit<'ast> for Search {
        fn visit_type(&mut self, ty: &'ast Type) {
            self.1 |= (self.0)(ty);
            visit::visit_type(self, ty);
        }
    }
    let mut search = Search(is_it, false);
    search.visit_type(ty);
    search.1
}

/// The parameters that kernels mention, each once. A name that the body binds anew (`let k = k.into()`) is left to rustc.
fn proofs(input: &Input, bound: &HashSet<String>, kernels: &[Kernel]) -> Vec<Proof> {
    let captured = |name: &Ident| {
        !bound.contains(&name.to_string()) && kernels.iter().any(|kernel| kernel.captures(name))
    };
    let mut proofs = Vec::new();
    for other in input.others.iter().filter(|other| captured(&other.name)) {
        match &other.kind {
            ParameterKind::Receiver(_) => proofs.push(Proof::Receiver(other.name.span())),
            ParameterKind::Shared(ty) | ParameterKind::Exclusive(ty) | ParameterKind::Value(ty) => {
                if !mentions_opaque(ty) {
                    proofs.push(Proof::Type(Box::new(bare(ty).clone())));
                }
            }
        }
    }
    // The entry point itself asks this of the slice that it cuts.
    let others =
        |name: &Ident| kernels.iter().any(|kernel| !kernel.cut.contains(&name) && kernel.captures(name));
    for slice in input.slices.iter().filter(|slice| others(&slice.name)) {
        if !mentions_opaque(&slice.element) {
            proofs.push(Proof::Type(Box::new(bare(&slice.element).clone())));
        }
    }
    proofs
}

/// What every thread runs of a site.
struct Kernel<'a> {
    /// The slices that are cut.
    cut: Vec<&'a Ident>,
    tokens: TokenStream,
    /// Names that mean something of the kernel's own.
    bound: Bound,
}

impl<'a> Kernel<'a> {
    fn of(site: &'a Site, has_reduce: bool) -> Self {
        let mut bound = Bound::default();
        let mut tokens = TokenStream::new();
        let (source, arguments) = match &site.shape {
            Shape::Chain(found) => {
                let mut arguments = chain::kernel_arguments(found.items());
                // An ordered tail runs on the caller.
                let is_reduced = has_reduce && found.terminal.is_reducible();
                if is_reduced || !matches!(found.terminal, Terminal::Ordered { .. }) {
                    arguments.extend(&found.call.args);
                }
                (&found.source, arguments)
            }
            Shape::Loop(found) => {
                bound.visit_pat(&found.call.pat);
                bound.visit_block(&found.call.body);
                found.call.body.to_tokens(&mut tokens);
                (&found.source, chain::kernel_arguments(&found.call.expr))
            }
        };
        for argument in arguments {
            bound.visit_expr(argument);
            argument.to_tokens(&mut tokens);
        }
        let own = match &site.shape {
            Shape::Loop(found) => found.own.as_deref(),
            Shape::Chain(_) => None,
        };
        let cut = source.slice().into_iter().chain(own.into_iter().flat_map(|own| &own.slices));
        Self { cut: cut.map(|slice| &slice.name).collect(), tokens, bound }
    }

    /// Whether a parameter is read in here; a name that is bound anew somewhere inside is left to rustc.
    fn captures(&self, name: &Ident) -> bool {
        let name = name.to_string();
        !self.bound.names.contains(&name) && scan::mention(&self.tokens, &name).is_some()
    }
}
