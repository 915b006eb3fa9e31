//! Which functions could have the attribute and do not: what rayon runs today, thresholds that a person wrote, and plain
//! functions of a shape that is split.
//!
//! `files` finds the sources, `rayon` says what its chains are in std's words, `thresholds` finds lengths that were chosen
//! by hand, `weight` what is done for each element, `needs` what the compiler will ask for; whether the attribute would
//! split a function is asked of the attribute itself. Here that becomes suggestions, in the order in which they are worth
//! it; `text` writes them. Nothing is compiled, and no source is changed.

mod files;
mod needs;
mod rayon;
mod text;
mod thresholds;
mod weight;

use std::ops::Range;
use std::path::{Path, PathBuf};

use amorsize_syntax::{Function, ask};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote};
use serde::Serialize;
use syn::{Error, Expr, ItemFn, parse_quote};

pub(crate) use files::{Sources, sources};
pub(crate) use text::{messages, of};

use self::rayon::Parallel;
use self::thresholds::Threshold;
use self::weight::Weight;

/// What is suggested of a function.
#[derive(Clone, Debug)]
pub(crate) struct Suggestion {
    pub(crate) file: PathBuf,
    /// The line of its name, from 1.
    pub(crate) line: usize,
    /// `Grid::step`.
    pub(crate) function: String,
    pub(crate) group: Group,
    pub(crate) weight: Weight,
    /// Chains of rayon's.
    pub(crate) chains: Vec<Chain>,
    /// Lengths that were chosen by hand.
    pub(crate) lengths: Vec<Length>,
    /// What the compiler will ask for: `T: Sync`.
    pub(crate) needs: Vec<String>,
}

/// Why a function is suggested; what is worth it most comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Group {
    /// Its chain of rayon's is split once it is written serially.
    Rayon,
    /// So it is, once what it goes over has a name as a slice.
    RayonNamed,
    /// It has a shape that is split.
    Serial,
    /// It compares a length with a number to choose between serial and parallel.
    Threshold,
    /// Its chains of rayon's are none that the attribute splits.
    RayonStays,
}

/// A chain of rayon's.
#[derive(Clone, Debug)]
pub(crate) struct Chain {
    pub(crate) line: usize,
    /// `par_iter`.
    pub(crate) head: String,
    pub(crate) way: Way,
}

/// What becomes of a chain of rayon's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// `write` stands for it, below an attribute with these options.
    Taken { write: String, options: String },
    /// The same, behind this `let`.
    Named { write: String, options: String, binding: String },
    /// The attribute would say this.
    Stays { why: String, line: usize },
}

/// A length that was chosen by hand.
#[derive(Clone, Debug)]
pub(crate) struct Length {
    pub(crate) line: usize,
    /// As it is written.
    pub(crate) text: String,
    /// The option that would keep it.
    pub(crate) option: Option<String>,
}

impl From<Threshold> for Length {
    fn from(found: Threshold) -> Self {
        Self { line: found.span.start().line, text: found.text, option: found.option }
    }
}

/// The suggestions for a file, in source order.
///
/// # Errors
/// If the file is no Rust.
pub(crate) fn of_file(path: &Path, text: &str, with_tests: bool) -> syn::Result<(Vec<Suggestion>, usize)> {
    let functions = amorsize_syntax::functions(&syn::parse_file(text)?);
    let looked_at = functions.iter().filter(|function| with_tests || !function.is_test);
    let count = looked_at.clone().count();
    Ok((looked_at.filter_map(|function| suggestion(path, function)).collect(), count))
}

/// Sorts them by what is worth it.
pub(crate) fn rank(suggestions: &mut [Suggestion]) {
    suggestions.sort_by(|a, b| {
        let key = |one: &Suggestion| (one.group, one.weight.rank());
        key(a).cmp(&key(b)).then_with(|| (&a.file, a.line).cmp(&(&b.file, b.line)))
    });
}

fn suggestion(path: &Path, function: &Function) -> Option<Suggestion> {
    let item = &function.item;
    if is_annotated(item) {
        return None;
    }
    let parallel = rayon::chains(item);
    let mut lengths = thresholds::comparisons(item);
    lengths.extend(parallel.iter().flat_map(|chain| &chain.lengths).map(thresholds::length));
    let (group, weight, chains, needs) = if !parallel.is_empty() {
        let (chains, kernels): (Vec<Chain>, Vec<Vec<Expr>>) =
            parallel.iter().enumerate().map(|(number, chain)| way(item, number, chain)).unzip();
        let group = chains.iter().map(|chain| chain.way.group()).min().unwrap_or(Group::RayonStays);
        if group == Group::RayonStays {
            // What stays with rayon needs its numbers.
            lengths.clear();
        }
        (group, weight::weight(kernels.iter().flatten()), chains, Vec::new())
    } else if !lengths.is_empty() {
        (Group::Threshold, Weight::Arithmetic, Vec::new(), Vec::new())
    } else {
        let answer = ask(TokenStream::new(), item);
        let kernels = || answer.sites.iter().flat_map(|site| &site.kernel);
        if !answer.accepts() || needs::is_hopeless(item, kernels()) {
            return None;
        }
        (Group::Serial, weight::weight(kernels()), Vec::new(), needs::of(item, kernels()))
    };
    let name = item.sig.ident.span();
    Some(Suggestion {
        file: path.to_path_buf(),
        line: name.start().line,
        function: function.name(),
        group,
        weight,
        chains,
        lengths: lengths.into_iter().map(Length::from).collect(),
        needs,
    })
}

/// Whether the attribute, or a `cfg_attr` with it, stands on a function already.
fn is_annotated(item: &ItemFn) -> bool {
    item.attrs.iter().any(|attr| {
        let text = attr.meta.to_token_stream().to_string();
        attr.path().segments.last().is_some_and(|last| last.ident == "parallelize")
            || attr.path().is_ident("cfg_attr") && text.contains("parallelize")
    })
}

impl Way {
    fn group(&self) -> Group {
        match self {
            Self::Taken { .. } => Group::Rayon,
            Self::Named { .. } => Group::RayonNamed,
            Self::Stays { .. } => Group::RayonStays,
        }
    }
}

/// What becomes of a chain, and what it does for each element, where that is known.
fn way(item: &ItemFn, number: usize, parallel: &Parallel) -> (Chain, Vec<Expr>) {
    let chain = |way| Chain { line: parallel.head.span().start().line, head: parallel.head.to_string(), way };
    let stays = |why: String, at: Span| (chain(Way::Stays { why, line: at.start().line }), Vec::new());
    let Some(serial) = rayon::serial(item, number, None) else {
        return stays("it stands where no chain is looked for".to_owned(), parallel.span);
    };
    if let Some(why) = serial.blocked {
        return stays(why, parallel.head.span());
    }
    let options = serial.reduce.as_ref().map(|join| format!("reduce = {}", rayon::written(join, 60)));
    let options = options.unwrap_or_default();
    let own_words = serial.reduce.as_ref().map(|join| quote! { reduce = #join }).unwrap_or_default();
    let refused = match asked(&serial, own_words.clone(), parallel) {
        Ok(kernel) => {
            return (chain(Way::Taken { write: rayon::skeleton(&serial.chain), options }), kernel);
        }
        Err(refused) => refused,
    };
    let named = named(item, number, parallel).filter(|_| rayon::lends(&parallel.head));
    let refused = match named.map(|named| (asked(&named.0, own_words, parallel), named)) {
        Some((Ok(kernel), (serial, name, binding))) => {
            let write = rayon::skeleton(&serial.chain).replace(STAND_IN, &name);
            return (chain(Way::Named { write, options, binding }), kernel);
        }
        // What is wrong besides is worth more than what a `let` would mend.
        Some((Err(refused), _)) => refused,
        None => refused,
    };
    (chain(refused), Vec::new())
}

/// Whether the attribute splits this very chain: what runs in it, or why it stays.
fn asked(serial: &rayon::Serial, options: TokenStream, parallel: &Parallel) -> Result<Vec<Expr>, Way> {
    let answer = ask(options, &serial.function);
    let place = place(&serial.chain);
    let within = |range: Range<usize>| place.start <= range.start && range.end <= place.end;
    let site = answer.sites.iter().find(|site| within(self::place(&site.whole)));
    if let Some(site) = site.filter(|_| answer.accepts()) {
        return Ok(site.kernel.clone());
    }
    let line = parallel.head.span().start().line;
    // Where nothing like a chain was seen, that is all that the attribute says.
    let sees_none = answer.passed_by.is_empty() && answer.sites.is_empty();
    let said: Vec<Error> = answer.mistakes.into_iter().chain(answer.passed_by).collect();
    let about = said.iter().find(|error| within(error.span().byte_range())).filter(|_| !sees_none);
    if let Some(error) = about {
        return Err(Way::Stays { why: error.to_string(), line });
    }
    // What is wrong with the signature is wrong for every chain.
    let body = serial.function.block.brace_token.span.open().byte_range().start;
    let of_signature = said.iter().find(|error| error.span().byte_range().end <= body);
    Err(match of_signature {
        Some(error) => Way::Stays { why: error.to_string(), line: error.span().start().line },
        None => Way::Stays { why: UNSEEN.to_owned(), line },
    })
}

/// Why a chain is not even looked at.
const UNSEEN: &str = "the attribute sees no chain over a slice here; name what it goes over, `let xs: &[T] = ..;`, and move it \
    out of `#[cfg]`, macros and closures";

/// Where a rewritten chain stands in its file: words that were put in have the place of those that they replace.
fn place(chain: &Expr) -> Range<usize> {
    let tokens = chain.to_token_stream().into_iter().map(|token| token.span().byte_range());
    let join = |a: Range<usize>, b: Range<usize>| a.start.min(b.start)..a.end.max(b.end);
    // What has no place of its own is of ours.
    tokens.filter(|token| !token.is_empty()).reduce(join).unwrap_or_default()
}

/// The function as if what the chain goes over had a name as a slice, that name, and the `let` that gives it.
fn named(item: &ItemFn, number: usize, parallel: &Parallel) -> Option<(rayon::Serial, String, String)> {
    let text = Some(rayon::written(&parallel.base, 80)).filter(|text| text != "..")?;
    let name = slice_name(&parallel.base);
    let is_mut = parallel.head.to_string().ends_with("_mut");
    let (reference, ty) = if is_mut { ("&mut ", quote! { &mut [_] }) } else { ("&", quote! { &[_] }) };
    let stand_in = Ident::new(STAND_IN, Span::call_site());
    let mut item = item.clone();
    item.sig.inputs.push(parse_quote! { #stand_in: #ty });
    let serial = rayon::serial(&item, number, Some(&stand_in))?;
    let reborrows = text.starts_with('&');
    let target = if reborrows { text } else { format!("{reference}{text}") };
    Some((serial, name.clone(), format!("let {name}: {reference}[_] = {target};")))
}

/// A name that no signature has: nothing hides it.
const STAND_IN: &str = "amorsize_named_slice";

/// `cells` for `self.cells`.
fn slice_name(base: &Expr) -> String {
    match base {
        Expr::Field(field) => match &field.member {
            syn::Member::Named(name) => name.to_string(),
            syn::Member::Unnamed(_) => "items".to_owned(),
        },
        Expr::Path(path) => match path.path.get_ident() {
            Some(name) if name != "self" => name.to_string(),
            _ => "items".to_owned(),
        },
        Expr::Reference(reference) => slice_name(&reference.expr),
        Expr::Paren(paren) => slice_name(&paren.expr),
        Expr::Index(index) => slice_name(&index.expr),
        Expr::MethodCall(call) if call.args.is_empty() && matches!(*call.receiver, Expr::Path(_)) => {
            call.method.to_string()
        }
        _ => "items".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Message;
    use expect_test::expect;

    /// What a person may have written, with what is to be said of it.
    pub(super) const SOURCE: &str = "\
use rayon::prelude::*;

const PARALLEL_FROM: usize = 1 << 14;

fn blur(rows: &[Row], k: &Kernel) -> Vec<Row> {
    if rows.len() < PARALLEL_FROM {
        return rows.iter().map(|row| k.apply(row)).collect();
    }
    rows.par_iter().with_min_len(64).map(|row| k.apply(row)).collect()
}

impl Grid {
    fn step(&mut self, by: f64) {
        self.cells
            .par_chunks_mut(self.width)
            .enumerate()
            .for_each(|(y, row)| row.iter_mut().for_each(|cell| cell.advance(y, by)));
    }

    fn histogram(xs: &[u8]) -> Bins {
        xs.par_iter().fold(Bins::new, |bins, x| bins.with(*x)).reduce(Bins::new, Bins::join)
    }

    #[amorsize::parallelize]
    fn done(xs: &[u8]) -> Vec<u8> {
        xs.iter().map(|x| score(*x)).collect()
    }
}

fn paths(names: Vec<String>) -> Vec<Path> {
    names.into_par_iter().map(open).collect()
}

fn rolling(xs: &[f64]) -> Vec<f64> {
    xs.par_iter().map_init(State::new, |state, x| state.next(*x)).collect()
}

fn energies<T: Body>(bodies: &[T]) -> Vec<f64> {
    bodies.iter().map(|body| body.energy()).collect()
}

fn negated(xs: &[f64]) -> Vec<f64> {
    xs.iter().map(|x| -x).collect()
}

fn total(n: usize) -> u64 {
    if n > 10_000 { total_parallel(n) } else { total_serial(n) }
}

fn running(xs: &[f64]) -> Vec<f64> {
    xs.iter().scan(0.0, |sum, x| { *sum += x; Some(*sum) }).collect()
}

#[test]
fn tested() {
    let _: Vec<f64> = [1.0].par_iter().map(|x| x + 1.0).collect();
}
";

    pub(super) fn suggestions() -> Vec<Suggestion> {
        let (mut suggestions, functions) = of_file(Path::new("src/lib.rs"), SOURCE, false).unwrap();
        assert_eq!(functions, 10);
        rank(&mut suggestions);
        suggestions
    }

    #[test]
    fn each_is_said_with_what_to_write() {
        expect![[r#"
            rayon's chains that the attribute splits when they are written serially:
              src/lib.rs:5  blur
                  write line 9: `rows.iter().map(..).collect()` for `par_iter`, under `#[amorsize::parallelize]`
                  drop  line 6: `rows.len() < PARALLEL_FROM`, which is measured from now on (`parallel_from = PARALLEL_FROM` would pin it)
                  drop  line 9: `with_min_len(64)`, which is measured from now on (`chunk_size = 64` would pin it)
              src/lib.rs:20  Grid::histogram
                  write line 21: `xs.iter().fold(Bins::new(), ..)` for `par_iter`, under `#[amorsize::parallelize(reduce = Bins::join)]`

            rayon's chains that it splits where what they go over is a Vec, an array or a slice that gets a name:
              src/lib.rs:13  Grid::step
                  write line 15: `let cells: &mut [_] = &mut self.cells;` and `cells.chunks_mut(..).enumerate().for_each(..)` for `par_chunks_mut`, under `#[amorsize::parallelize]`

            serial functions that it splits as they stand:
              src/lib.rs:38  energies  (calls `energy`; needs `T: Sync`)

            thresholds that a person chose: the attribute measures them:
              src/lib.rs:46  total
                  drop  line 47: `n > 10_000`, which is measured from now on (`parallel_from = 10_000` would pin it)
                  write where the serial way is a function over a slice, put the attribute on that and call it alone

            rayon's chains that it does not split, and why:
              src/lib.rs:30  paths
                  stays line 31: `into_par_iter`, because of line 30: `names` is a `Vec<String>`, and `#[parallelize]` splits slices; take `names: &[String]`
              src/lib.rs:34  rolling
                  stays line 35: `par_iter`: `map_init` keeps a value per piece, and the attribute has no such thing; make it for each element inside the closure, or keep rayon here

            1 more serial function with nothing but cheap arithmetic for each element: --all lists them

        "#]].assert_eq(&of(&suggestions(), false));
        let all = of(&suggestions(), true);
        assert!(all.contains("  negated  (cheap arithmetic)\n"), "{all}");
    }

    #[test]
    fn programs_and_pull_requests_see_the_same() {
        let suggestions = suggestions();
        let said: Vec<String> = messages(&suggestions, false).iter().map(Message::plain).collect();
        expect![[r#"
            note: blur: the attribute splits this chain of rayon's when it is written serially
              write:     line 9: `rows.iter().map(..).collect()` for `par_iter`, under `#[amorsize::parallelize]`
              drop:      line 6: `rows.len() < PARALLEL_FROM`, which is measured from now on (`parallel_from = PARALLEL_FROM` would pin it)
              drop:      line 9: `with_min_len(64)`, which is measured from now on (`chunk_size = 64` would pin it)
            note: Grid::histogram: the attribute splits this chain of rayon's when it is written serially
              write:     line 21: `xs.iter().fold(Bins::new(), ..)` for `par_iter`, under `#[amorsize::parallelize(reduce = Bins::join)]`
        "#]].assert_eq(&said[..2].concat());
        expect![[r##"
            {
              "chains": [
                {
                  "attribute": "#[amorsize::parallelize(reduce = Bins::join)]",
                  "line": 21,
                  "word": "par_iter",
                  "write": "xs.iter().fold(Bins::new(), ..)"
                }
              ],
              "file": "src/lib.rs",
              "for_each": "calls `with`",
              "function": "Grid::histogram",
              "group": "rayon",
              "line": 20,
              "needs": [],
              "thresholds": []
            }"##]]
        .assert_eq(&serde_json::to_string_pretty(&suggestions[1].value()).unwrap());
        assert_eq!(said.len(), 7);
    }

    #[test]
    fn tests_are_looked_at_where_they_are_asked_for() {
        let (suggestions, functions) = of_file(Path::new("a.rs"), SOURCE, true).unwrap();
        assert_eq!(functions, 11);
        assert!(suggestions.iter().any(|one| one.function == "tested"));
    }

    #[test]
    fn what_is_no_rust_is_an_error_with_its_line() {
        let error = of_file(Path::new("a.rs"), "fn f() {}\n\nfn {", false).unwrap_err();
        assert_eq!(error.span().start().line, 3);
    }
}
