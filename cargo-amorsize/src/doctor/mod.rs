//! What this machine is worth to a program that splits its work: measured, judged, and set beside what a file knows.
//!
//! `measure` takes times; everything else is pure: `steady` says whether rounds of it agree, `verdict` judges the machine,
//! `readiness` the sites of a file, and `compiled` whether these are the program's.

pub(crate) mod compiled;
pub(crate) mod measure;
pub(crate) mod readiness;
pub(crate) mod steady;
pub(crate) mod verdict;
pub(crate) mod workload;
