//! What the machine offers and what it costs: cores, memory, a label, and a profile of costs.
//!
//! It says how many threads this process may use at once, how much memory is left, what class of machine this is,
//! and what waking, claiming and reading a clock cost here. It does not decide how many threads a call gets, and it
//! measures nothing: the costs are constants until a tuned file or a calibration says better.

pub(crate) mod cgroup;
pub(crate) mod cores;
pub(crate) mod label;
pub(crate) mod profile;

pub use cgroup::memory_room;
pub use cores::{Cores, available, cores, refresh};
pub use label::label;
pub use profile::MachineProfile;
