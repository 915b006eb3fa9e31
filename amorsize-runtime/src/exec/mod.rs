//! How the parts of a call run: a watched serial start, a region and its helpers, a script; and the clock and the prices that
//! go with them. Nothing here knows of sites: what is decided about a call is `call`'s, which lies above.

pub(crate) mod calm;
pub(crate) mod cancel;
pub(crate) mod clock;
mod crew;
mod gate;
pub(crate) mod invite;
#[cfg(all(test, loom))]
pub(crate) mod models;
pub(crate) mod nested;
mod placement;
pub(crate) mod prices;
pub(crate) mod region;
pub(crate) mod scripted;
mod seat;
pub(crate) mod serial;
pub(crate) mod work;

use crate::config;

/// Whether this process measures what its sites do.
pub(crate) fn timed() -> bool {
    config::settings().mode.uses_clocks()
}
