#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

/// Rewrites a plain serial function over a slice into one that decides by itself whether to run in parallel.
///
/// The signature and the callers stay as they are. The chapter "Forms and refusals" of the book lists what can be
/// annotated; what cannot be split safely is a compile error that says what to write.
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
/// Options: `reduce = f` (how two partial results become one), `key = "name"` (the name in the tuned file),
/// `crate = ::path` (where this crate is found), `max_threads = n`, `parallel_from = n`, `chunk_size = n`, `serial`.
pub use amorsize_macros::parallelize;
pub use amorsize_runtime::{
    AlreadyStarted, Config, Decisions, Mode, NamedSite, SiteDecision, decisions, flush, for_each_mut, map,
    testing,
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

#[doc(hidden)]
pub mod __private {
    pub use amorsize_runtime::private::*;
}
