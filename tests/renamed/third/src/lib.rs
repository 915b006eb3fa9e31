//! A crate that hands amorsize on to its own users, and writes the attribute in its macros.
#![forbid(unsafe_code)]

pub use amorsize;

/// A public function over all elements, from one over a single element.
#[macro_export]
macro_rules! over_all {
    ($(#[$meta:meta])* $vis:vis fn $name:ident($x:pat, $($extra:ident: $of:ty),*) -> $output:ty $body:block for $ty:ty) => {
        $(#[$meta])*
        #[$crate::amorsize::parallelize(crate = $crate::amorsize)]
        $vis fn $name(xs: &[$ty] $(, $extra: $of)*) -> Vec<$output> {
            xs.iter().map(|$x| $body).collect()
        }
    };
}

/// The same with nothing but tokens to hand over.
#[macro_export]
macro_rules! annotated {
    ($($item:tt)*) => {
        #[$crate::amorsize::parallelize(crate = $crate::amorsize)]
        $($item)*
    };
}

/// Options that are handed over.
#[macro_export]
macro_rules! folded {
    ($facade:path, $key:literal, $threads:expr, $join:expr, $f:path, $init:expr; $name:ident: $ty:ty) => {
        /// Written by a macro.
        #[$crate::amorsize::parallelize(crate = $facade, key = $key, max_threads = $threads, reduce = $join)]
        pub fn $name(xs: &[$ty]) -> $ty {
            xs.iter().copied().fold($init, $f)
        }
    };
}
