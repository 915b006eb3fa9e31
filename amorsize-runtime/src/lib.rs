//! The runtime of amorsize. Use it through the crate `amorsize`.

mod bound;
mod collect;
mod outlet;
pub mod private;
mod sink;
mod site;
