//! Decisions as pure functions of values: what a site has learned, what a call would cost serially and in parallel,
//! and what to do about it. Nothing here reads a clock, starts a thread or opens a file.

pub mod call;
pub mod costs;
pub mod decide;
pub mod grain;
pub mod model;
pub mod prices;
pub mod record;
pub mod residual;
pub mod scale;
pub mod trials;
pub mod widths;
