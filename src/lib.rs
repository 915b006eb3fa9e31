#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

/// Rewrites a plain serial function over a slice into one that decides by itself, call by call, whether to work on
/// several threads.
///
/// The signature and the callers stay as they are, and the answer is the same bit for bit whatever is decided.
///
/// ```
/// use amorsize::parallelize;
///
/// #[parallelize]
/// fn lengths(words: &[String]) -> Vec<usize> {
///     words.iter().map(|word| word.chars().count()).collect()
/// }
///
/// assert_eq!(lengths(&["one".into(), "three".into()]), [3, 5]);
/// ```
///
/// # What is split
/// Iterator chains and `for` loops over a parameter `xs: &[T]` or `xs: &mut [T]`, a part of it such as `xs[1..]`, or a range
/// `a..b`, wherever the function's own thread runs them; everything else stays where it is and runs once, as written.
/// Every other mention of the slice, inside the chain too, still means the whole.
///
/// * Heads: `iter`, `iter_mut`, `chunks`, `chunks_exact`, their `_mut`, `windows`; behind them `rev`, `skip`, `take`, `step_by`,
///   and where every element still comes through `enumerate` and `zip`.
/// * Adaptors: `map`, `filter`, `filter_map`, `flat_map`, `flatten`, `inspect`, `copied`, `cloned`.
/// * Joined part by part or collected in index order: `collect` (std's collections, also inside `Result` and `Option`),
///   `sum`, `product`, `count`, `min`, `max`, `min_by_key`, `max_by_key`, `any`, `all`, `find`, `find_map`, `position`, `last`,
///   `partition`, `unzip`, `for_each`, `try_for_each`.
/// * Items in parallel, then once on the calling thread in index order: sums of floats, `fold`, `reduce`, `min_by`, `max_by`,
///   `try_fold`.
/// * Loops that change each element on its own; that add to variables of the function (`sum += ..`), fill collections
///   (`out.push(..)`, `map.insert(..)`), or keep the best value so far (`if x > best { best = x; at = i }`); that leave early by
///   `return`, `?` or `break`.
/// * `for i in a..b { dst[i] = .. src[i - 1] .. }`, where a `&mut` slice is used at the loop's own index only.
///
/// Whatever would be wrong to split is refused when it is compiled, with what to write instead. A chain that cannot be
/// split beside one that can is left serial, unless it is the function's result.
///
/// # Options
/// | option | means |
/// |---|---|
/// | `reduce = f` | how two results of a `fold` or a terminal like it become one, the left one first: a promise that `f` is associative and that the start value is its identity |
/// | `assume_splittable` | the whole body runs on parts of the slice, the one marked `#[split]` if there are several, and `reduce` joins the results: a promise that the answer is the same; [`testing::assert_splittable`] tries it |
/// | `slice_fn = name` | on a function of one element: leaves it as it is and generates `name`, over a slice |
/// | `spawn_fn = name` | generates `name` beside the function, for `async` code: takes owned data and returns a [`Spawned`] |
/// | `key = "name"` | the name in the tuned file, instead of path and signature |
/// | `crate = ::path` | where `amorsize` is found |
/// | `max_threads = n` | at most `n` threads work on one call |
/// | `parallel_from = n` | parallel from `n` elements on, whatever was measured |
/// | `chunk_size = n` | elements per chunk |
/// | `serial` | never parallel |
pub use amorsize_macros::parallelize;
pub use amorsize_runtime::{
    AlreadyStarted, Config, Decisions, Full, JoinError, Mode, NamedSite, Owned, Plan, SiteDecision, Spawned,
    Spent, decisions, flush, for_each_mut, map, plan, testing,
};

/// A place with a name, for [`map`] and [`for_each_mut`] by hand: what it measures has a line in the tuned file.
///
/// ```
/// let prices = [100, 250];
/// let gross = amorsize::site!("pricing").map(&prices, |net| net * 119 / 100);
/// assert_eq!(gross, [119, 297]);
/// ```
#[macro_export]
macro_rules! site {
    ($name:literal) => {{
        $crate::__private::named_site! { $name }
        static SITE: $crate::__private::Site = $crate::__private::Site::new($crate::__private::Spec {
            part: "",
            signature: "",
            body: "000000000000",
            key: ::core::concat!(::core::module_path!(), "::", $name),
            file: ::core::file!(),
            line: ::core::line!(),
            options: $crate::__private::Options::NONE,
        });
        $crate::NamedSite::new(&SITE)
    }};
}

/// Puts the tuned file into the program, so that a container or an installed binary needs none beside it.
///
/// To be called first in `main`. The file is the `amorsize.toml` beside the workspace's `Cargo.lock`, as it is when the program
/// is compiled; where there is none, nothing is embedded. (Cargo does not notice a first file that appears later: touch the
/// source then.) `embed!("path")` names another one, relative to the source file. A file that `AMORSIZE_FILE` or cargo's
/// folder leads to goes before the embedded one. If an annotated function was called before, nothing is embedded, and that is
/// said once.
///
/// ```
/// amorsize::embed!();
/// # let doubled = amorsize::map(&[1, 2], |x| x * 2);
/// # assert_eq!(doubled, [2, 4]);
/// ```
#[macro_export]
macro_rules! embed {
    () => {
        $crate::__private::embed($crate::__private::embedded!())
    };
    ($path:literal) => {
        $crate::__private::embed(::core::option::Option::Some(::core::include_str!($path)))
    };
}

#[doc(hidden)]
pub mod __private {
    pub use amorsize_macros::{embedded, named_site};
    pub use amorsize_runtime::private::*;
}
