//! The attribute of amorsize. Use it through the crate `amorsize`; all of its thinking is in `amorsize-syntax`.
#![forbid(unsafe_code)]

use proc_macro::TokenStream;

/// Rewrites a plain serial function over a slice into one that decides for itself, call by call, whether to work on
/// several threads, and answers the same bit for bit whatever it decides.
///
/// ```ignore
/// use amorsize::parallelize;
///
/// #[parallelize]
/// fn scores(items: &[Item], weights: &Weights) -> Vec<f64> {
///     let norm = weights.norm(); // runs once, as written
///     items.iter().map(|item| score(item, weights) / norm).collect()
/// }
/// ```
///
/// # What is split
/// Iterator chains and `for` loops over a parameter `xs: &[T]` or `xs: &mut [T]`, wherever the function's own thread
/// runs them; everything else stays where it is and runs once, as written. Every other mention of the slice, inside the
/// chain too, still means the whole.
///
/// * Adaptors: `map`, `filter`, `filter_map`, `flat_map`, `flatten`, `inspect`, `copied`, `cloned`.
/// * Joined part by part or collected in index order: `collect` (std's collections, also inside `Result` and `Option`),
///   `sum`, `product`, `count`, `min`, `max`, `any`, `all`, `find`, `for_each`.
/// * Items in parallel, then once on the calling thread in index order: `fold`, `reduce`, `min_by`, `max_by`,
///   `min_by_key`, `max_by_key`, `last`, `partition`, `unzip`, `try_fold`, `try_for_each`, `find_map`, `position`.
/// * `for x in xs { .. }` and `xs.iter_mut().for_each(..)`, where each element is changed on its own.
///
/// Whatever would be wrong to split is refused when it is compiled, with what to write instead. A chain that cannot be
/// split beside one that can is left serial, unless it is the function's result.
///
/// # Options
/// | option | means |
/// |---|---|
/// | `reduce = f` | how two results of a `fold` or a terminal like it become one, the left one first: a promise that `f` is associative and that the start value is its identity |
/// | `key = "name"` | the name in the tuned file, instead of path and signature |
/// | `crate = ::path` | where `amorsize` is found |
/// | `max_threads = n` | at most `n` threads work on one call |
/// | `parallel_from = n` | parallel from `n` elements on, whatever was measured |
/// | `chunk_size = n` | elements per chunk |
/// | `serial` | never parallel |
#[proc_macro_attribute]
pub fn parallelize(arguments: TokenStream, item: TokenStream) -> TokenStream {
    amorsize_syntax::parallelize(arguments.into(), item.into()).into()
}
