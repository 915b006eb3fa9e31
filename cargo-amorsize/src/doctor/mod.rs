//! What this machine is worth to a program that splits its work: measured, judged, and set beside what a file knows.
//!
//! `measure` takes times; everything else is pure: `verdict` judges the machine, `readiness` the sites of a file.

pub(crate) mod measure;
pub(crate) mod readiness;
pub(crate) mod verdict;
pub(crate) mod workload;
