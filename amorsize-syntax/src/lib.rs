//! What the attribute thinks: a straight pipe from tokens to tokens, usable without a compiler.
//!
//! `depth` refuses what would overflow a stack; `args` reads the options, `mark` and `input` the signature, `groups`, `raw`
//! and `shape` the body; `plan` decides what each site becomes and makes all cross checks; `expand` turns the plan into
//! tokens and cannot fail. Where `slice_fn` is given, `element` first writes the function that goes through this pipe;
//! where `assume_splittable` is given, the whole body is the site, and `shape` is passed by; where `spawn_fn` is given,
//! `spawn` writes the companions for `async` code beside what comes out. Every message is in `diag`.
//! `layout` shows an expansion to people; `descriptor` is what a site says of itself to the command line. `ask` tells tools
//! what the attribute would say of a function, and `functions` finds those of a file.
#![forbid(unsafe_code)]

mod args;
mod ask;
mod depth;
mod descriptor;
mod diag;
mod element;
mod embed;
mod expand;
mod functions;
mod groups;
mod input;
mod key;
mod layout;
mod mark;
mod plan;
mod raw;
mod shape;
mod spawn;
mod unfinished;

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ItemFn;

pub use crate::ask::{Answer, Site, ask};
pub use crate::descriptor::{Descriptor, named};
pub use crate::embed::embedded;
pub use crate::functions::{Function, functions, is_slice};

use crate::args::Args;
use crate::diag::Mistakes;
use crate::input::Input;
use crate::mark::Mark;
use crate::shape::Found;

/// Rewrites an annotated function into its auto-tuned variant.
///
/// Never panics. On any mistake the item comes back unchanged, followed by one `compile_error!` per mistake, so that
/// the callers of the function add no errors of their own. Where rustc itself would report the mistake a second time, the
/// item comes back without its body.
///
/// A function that is not finished comes back unchanged as well, and what does not parse is left for rustc to report.
#[must_use]
pub fn parallelize(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expanded(arguments, item, Wanted::Code)
}

/// The same, where every site also says what it is: a [`Descriptor`] among what rustc notes of the crate.
#[must_use]
pub fn described(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expanded(arguments, item, Wanted::CodeAndDescriptors)
}

/// What an expansion is made for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Code,
    CodeAndDescriptors,
}

fn expanded(arguments: TokenStream, item: TokenStream, wanted: Wanted) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let mut unchanged = item.clone();
    let mut spawned = TokenStream::new();
    let rewritten = rewrite(arguments, item, wanted, &mut unchanged, &mut spawned, &mut mistakes);
    let rewritten = rewritten.unwrap_or_else(|| {
        if mistakes.is_empty() {
            return unfinished::unread(unchanged);
        }
        if mistakes.are_rustcs_too() {
            unchanged = without_body(unchanged);
        }
        unchanged.extend(mistakes.into_compile_errors());
        unchanged
    });
    // Their callers find them whatever became of the function.
    quote! { #rewritten #spawned }
}

/// An expansion as text for people, if it holds the function or the companion of this name. A path such as `Type::name`
/// is taken by its last part.
///
/// The layout is a plain one: it knows brackets, commas and semicolons, not the grammar.
#[must_use]
pub fn readable(expanded: &TokenStream, name: &str) -> Option<String> {
    layout::defines(expanded, name).then(|| match depth::too_deep(expanded) {
        None => layout::text(expanded.clone()),
        Some(_) => expanded.to_string(),
    })
}

/// A type as the tuned file writes it: as rustfmt would, lifetimes dropped.
#[must_use]
pub fn type_text(ty: &syn::Type) -> String {
    key::text(ty)
}

/// A function for its callers alone.
///
/// ```text
/// fn f(xs: &mut [T]) { … }   →   #[allow(unused)] fn f(xs: &mut [T]) { ::core::unreachable!() }
/// ```
fn without_body(function: TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = function.into_iter().collect();
    if let Some(TokenTree::Group(body)) = tokens.last_mut() {
        *body = Group::new(body.delimiter(), quote! { ::core::unreachable!() });
    }
    quote! { #[allow(unused)] #(#tokens)* }
}

/// The pipe, for the function or for its companion. Stops where a stage cannot be understood without the one before it:
/// `None` if there are mistakes, or if the item does not even parse.
fn rewrite(
    arguments: TokenStream,
    item: TokenStream,
    wanted: Wanted,
    unchanged: &mut TokenStream,
    spawned: &mut TokenStream,
    mistakes: &mut Mistakes,
) -> Option<TokenStream> {
    if let Some(deep) = depth::too_deep(&arguments).or_else(|| depth::too_deep(&item)) {
        mistakes.add(diag::too_deep(deep));
        return None;
    }
    let describes = wanted == Wanted::CodeAndDescriptors;
    let args = Args { describes, ..args::read(arguments, mistakes) };
    let of_options = mistakes.len();
    *unchanged = mark::without(unchanged);
    let rewritten = if args.is_element {
        beside(args, item, unchanged, spawned, mistakes)
    } else {
        input::function(item, mistakes).and_then(|function| alone(args, function, spawned, mistakes))
    };
    if mistakes.len() > of_options && unfinished::is_being_typed(unchanged) {
        mistakes.keep(of_options);
    }
    rewritten
}

/// The function as it is, and its companion split beside it, for which the signature is enough. Where that fails, the
/// companion is left as it would be written by hand: its callers should find it too.
fn beside(
    args: Args,
    item: TokenStream,
    unchanged: &mut TokenStream,
    spawned: &mut TokenStream,
    mistakes: &mut Mistakes,
) -> Option<TokenStream> {
    let name = args.slice_fn.as_ref()?;
    let mut original = input::element(item, mistakes)?;
    mark::refuse(&mark::take(&mut original), mistakes);
    let companion = element::companion(&original, name, args.krate.as_ref(), mistakes)?;
    let mut beside = unchanged.clone();
    companion.function.to_tokens(unchanged);
    *spawned = spawn::companions(&args, &companion.function, mistakes);
    let split = split(args, companion.function, companion.signature, companion.body, mistakes)?;
    beside.extend(split);
    Some(beside)
}

/// The function itself, split.
fn alone(
    args: Args,
    mut function: ItemFn,
    spawned: &mut TokenStream,
    mistakes: &mut Mistakes,
) -> Option<TokenStream> {
    let marks = mark::take(&mut function);
    *spawned = spawn::companions(&args, &function, mistakes);
    let (signature, body) = (key::signature(&function.sig), key::body(&function));
    if args.assume_splittable.is_some() {
        return on_parts(args, function, marks, signature, body, mistakes);
    }
    mark::refuse(&marks, mistakes);
    split(args, function, signature, body, mistakes)
}

/// What the pipe does with a function whose whole body runs on parts: no shape is looked for.
fn on_parts(
    args: Args,
    mut function: ItemFn,
    marks: Vec<Mark>,
    signature: String,
    body: String,
    mistakes: &mut Mistakes,
) -> Option<TokenStream> {
    groups::resolve(&mut function.block);
    raw::plain(&mut function);
    let input = input::read(&function, mistakes);
    let plan = plan::body::make(args, &input, &mut function, marks, (signature, body), mistakes)?;
    mistakes.is_empty().then(|| expand::function(function, &plan))
}

/// What the pipe does with a function that is to be split.
fn split(
    args: Args,
    mut function: ItemFn,
    signature: String,
    body: String,
    mistakes: &mut Mistakes,
) -> Option<TokenStream> {
    let (input, found) = read(&mut function, args.is_reduced, mistakes);
    let plan = plan::make(args, &input, found, signature, body, mistakes);
    mistakes.is_empty().then(|| expand::function(function, &plan))
}

/// The signature, and what the body has to be split; what can be is taken out of it.
fn read(function: &mut ItemFn, is_reduced: bool, mistakes: &mut Mistakes) -> (Input, Found) {
    groups::resolve(&mut function.block);
    raw::plain(function);
    let input = input::read(function, mistakes);
    let found = shape::find(&mut function.block, &input, is_reduced);
    (input, found)
}
