//! The runtime of amorsize. Use it through the crate `amorsize`; DESIGN.md tells how the layers fit together.

mod accumulate;
mod api;
mod begin;
mod bound;
mod call;
mod collect;
pub mod config;
mod digits;
mod each;
mod entry;
mod exec;
mod forked;
mod halves;
mod keyed;
pub mod machine;
mod memory;
pub mod observe;
mod ordered;
mod outlet;
mod plan;
#[doc(hidden)]
pub mod prior;
pub mod private;
mod reassociate;
mod reduce;
mod report;
mod sink;
mod site;
mod slot;
mod source;
mod spawn;
mod spec;
#[doc(hidden)]
pub mod store;
mod sync;
mod terminal;
pub mod testing;
mod total;
#[doc(hidden)]
pub mod tune;

pub use api::{Config, NamedSite, flush, for_each_mut, map};
pub use config::{AlreadyStarted, Mode};
pub use memory::Spent;
pub use plan::{Plan, plan};
pub use report::{Decisions, SiteDecision, decisions};
pub use spawn::{Full, JoinError, Owned, Spawned};
