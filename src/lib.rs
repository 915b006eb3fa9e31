//! amorsize
#![forbid(unsafe_code)]

pub use amorsize_macros::parallelize;

#[doc(hidden)]
pub mod __private {
    pub use amorsize_runtime::private::*;
}
