//! How every form begins a call that is not surely serial, and a window of an ordered tail.
//!
//! Decides nothing: it hands down to the engine what lies above it, so that `exec` knows of no report.

use crate::call::{self, Output, Way};
use crate::memory::Visit;
use crate::report;
use crate::site::Site;

/// How this call of `site` runs; see `call::enter`.
#[inline]
pub(crate) fn call<K>(site: &'static Site, len: usize, output: Output, item_bytes: usize) -> Way {
    call::enter::<K>(site, len, output, item_bytes, report::leave_soon)
}

/// How the next window of an ordered tail runs.
#[inline]
pub(crate) fn window(visit: Visit, len: usize) -> Way {
    call::enter_window(visit, len, report::leave_soon)
}
