//! What the three services share and no web framework needs to know about.
//!
//! Bodies of the probes are made here as [`Reply`] values; each service turns them into answers of its framework.

pub mod fault;
pub mod feed;
pub mod folder;
pub mod offload;
pub mod options;
pub mod places;
pub mod probes;
pub mod process;
pub mod ready;
pub mod telemetry;

pub use fault::Fault;
pub use feed::Feed;
pub use folder::Folder;
pub use offload::offload;
pub use options::Common;
pub use places::{Place, Places};
pub use probes::Reply;
pub use ready::{Check, Demand, Readiness};
pub use telemetry::Telemetry;
