//! The attribute's options: `Args`, every value with the user's span. Checks names, doubles and the kind of each value;
//! whether an option suits the function is decided in `plan`.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, ExprLit, ExprPath, Lit, LitStr, Path, Token};

use crate::diag::{self, Mistakes};

/// Every option that can be given.
pub(crate) const OPTIONS: [&str; 11] = [
    "reduce",
    "reassociate",
    "assume_splittable",
    "slice_fn",
    "spawn_fn",
    "key",
    "crate",
    "max_threads",
    "parallel_from",
    "chunk_size",
    "serial",
];

/// Options that say how a function's own results are joined: a companion collects one result per element.
const JOINING: [&str; 3] = ["reduce", "reassociate", "assume_splittable"];

/// The options of one attribute.
#[derive(Default)]
pub(crate) struct Args {
    /// Where the facade is found, instead of `::amorsize`.
    pub(crate) krate: Option<Path>,
    /// A name for the tuned file that survives renames.
    pub(crate) key: Option<LitStr>,
    /// How two partial results become one.
    pub(crate) reduce: Option<Reduce>,
    /// Whether `reduce` is given, rightly or not: what it would allow is then no mistake of its own.
    pub(crate) is_reduced: bool,
    /// `reassociate`: float totals may be added up in another order.
    pub(crate) reassociate: Option<Ident>,
    /// The promise that the whole body may run on parts of the slice.
    pub(crate) assume_splittable: Option<Ident>,
    /// Whether the function is one for an element, whose companion over a slice is to be written.
    pub(crate) is_element: bool,
    /// That companion.
    pub(crate) slice_fn: Option<CompanionName>,
    /// The companion for `async` code.
    pub(crate) spawn_fn: Option<CompanionName>,
    /// Tuning options, checked by rustc as fields of a struct of the runtime.
    pub(crate) tuning: Vec<(Ident, Option<Expr>)>,
    /// Whether every site says what it is to `cargo amorsize check`; no option, but what the compiler was asked.
    pub(crate) describes: bool,
}

/// `reduce = f`.
pub(crate) struct Reduce {
    /// The word itself.
    pub(crate) word: Ident,
    /// A path or a closure.
    pub(crate) join: Expr,
}

/// `slice_fn = score_all`, or `slice_fn = Self::score_all` for a function of an `impl` block; the same of `spawn_fn`.
pub(crate) struct CompanionName {
    /// The companion's name.
    pub(crate) ident: Ident,
    /// Whether `Self::` stands before it.
    pub(crate) in_self: bool,
}

impl CompanionName {
    /// The name that a value gives, if it is one.
    fn of(value: Option<&Expr>) -> Option<Self> {
        let Some(Expr::Path(ExprPath { qself: None, path, .. })) = value else { return None };
        let plain =
            path.leading_colon.is_none() && path.segments.iter().all(|segment| segment.arguments.is_none());
        let names: Vec<&Ident> = path.segments.iter().map(|segment| &segment.ident).collect();
        let (ident, in_self) = match names[..] {
            [name] => (name, false),
            [of, name] if of == "Self" => (name, true),
            _ => return None,
        };
        // `self`, `Self`, `super` and `crate` are paths as well.
        let is_name = syn::parse2::<Ident>(ident.to_token_stream()).is_ok();
        (plain && is_name).then(|| Self { ident: ident.clone(), in_self })
    }
}

/// Reads the options; a mistake in one does not hide those in the others.
pub(crate) fn read(tokens: TokenStream, mistakes: &mut Mistakes) -> Args {
    let mut args = Args::default();
    let mut seen: Vec<Ident> = Vec::new();
    let parser = |input: ParseStream| {
        while !input.is_empty() {
            if let Err(error) = option(input, &mut args, &mut seen, mistakes) {
                mistakes.add(error);
                skip_to_comma(input)?;
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    };
    if let Err(error) = parser.parse2(tokens) {
        mistakes.add(diag::malformed_options(error.span()));
    }
    mistakes.extend(contradictions(&args));
    args.is_reduced = seen.iter().any(|word| word == "reduce");
    args.is_element = seen.iter().any(|word| word == "slice_fn");
    if args.is_element {
        (args.reduce, args.is_reduced, args.reassociate) = (None, false, None);
        args.assume_splittable = None;
        let joining = seen.iter().filter(|word| JOINING.iter().any(|joining| word == joining));
        mistakes.extend(joining.map(diag::excluded_by_slice_fn));
    }
    if let (Some(_), Some(word)) = (&args.assume_splittable, &args.reassociate) {
        mistakes.add(diag::excluded_by_assume_splittable(word));
    }
    args
}

/// Reads one option, `word` or `word = value`.
fn option(
    input: ParseStream,
    args: &mut Args,
    seen: &mut Vec<Ident>,
    mistakes: &mut Mistakes,
) -> syn::Result<()> {
    let word = Ident::parse_any(input).map_err(|error| diag::malformed_options(error.span()))?;
    let is_second = seen.contains(&word);
    if !is_second {
        seen.push(word.clone());
    }
    let value = if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        if input.is_empty() {
            return Err(diag::value_missing(&word));
        }
        let mut value: Expr = input.parse().map_err(|error| diag::malformed_value(&word, &error))?;
        // What a macro's `$e:expr` or `$p:path` stands for.
        while let Expr::Group(group) = value {
            value = *group.expr;
        }
        Some(value)
    } else {
        None
    };
    let name = word.to_string();
    if is_second {
        mistakes.add(diag::option_twice(&word));
        return Ok(());
    }
    match name.as_str() {
        "reduce" => match value {
            Some(join @ (Expr::Path(_) | Expr::Closure(_))) => args.reduce = Some(Reduce { word, join }),
            other => mistakes.add(diag::reduce_value(&word, other.as_ref())),
        },
        "reassociate" if value.is_none() => args.reassociate = Some(word),
        "reassociate" => mistakes.add(diag::reassociate_value(&word, value.as_ref())),
        "assume_splittable" => {
            mistakes.extend(value.as_ref().map(|value| diag::word_alone(&word, value)));
            args.assume_splittable = Some(word);
        }
        "slice_fn" => match CompanionName::of(value.as_ref()) {
            Some(name) => args.slice_fn = Some(name),
            None => mistakes.add(diag::slice_fn_value(&word, value.as_ref())),
        },
        "spawn_fn" => match CompanionName::of(value.as_ref()) {
            Some(name) => args.spawn_fn = Some(name),
            None => mistakes.add(diag::spawn_fn_value(&word, value.as_ref())),
        },
        "key" => match value {
            Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) if !text.value().trim().is_empty() => {
                args.key = Some(text);
            }
            other => mistakes.add(diag::key_value(&word, other.as_ref())),
        },
        "crate" => match value {
            Some(Expr::Path(path)) if path.qself.is_none() && is_absolute(&path.path) => {
                args.krate = Some(path.path);
            }
            other => mistakes.add(diag::crate_value(&word, other.as_ref())),
        },
        "max_threads" | "parallel_from" | "chunk_size" if value.is_none() => {
            mistakes.add(diag::value_missing(&word));
        }
        "serial" | "max_threads" | "parallel_from" | "chunk_size" => args.tuning.push((word, value)),
        _ => mistakes.add(diag::unknown_option(&word)),
    }
    Ok(())
}

/// Whether a path means the same in every module.
fn is_absolute(path: &Path) -> bool {
    // `$crate` is what `macro_rules!` makes of its own crate: one word, with the dollar.
    let is_root = |word: &Ident| word == "crate" || word == "$crate";
    path.leading_colon.is_some() || path.segments.first().is_some_and(|first| is_root(&first.ident))
}

/// `serial` leaves nothing for the other tuning options to decide.
fn contradictions(args: &Args) -> Vec<syn::Error> {
    let is_serial = args.tuning.iter().any(|(word, value)| {
        let off = matches!(value, Some(Expr::Lit(ExprLit { lit: Lit::Bool(on), .. })) if !on.value);
        word == "serial" && !off
    });
    let others = args.tuning.iter().filter(|(word, _)| word != "serial");
    if is_serial { others.map(|(word, _)| diag::excluded_by_serial(word)).collect() } else { Vec::new() }
}

/// Skips what is left of a broken option.
fn skip_to_comma(input: ParseStream) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}
