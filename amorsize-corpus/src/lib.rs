//! Runs shape recognition over functions that people have written: every function that takes a slice, in the sources of
//! whole crates. Counts which are recognised and in what shape, and why the others are not.
//!
//! `sources` finds the folders, `functions` the functions, `population` says which of them the floor counts, `verdict`
//! what the attribute makes of each, `report` prints. Macros are not expanded: what stands in them is not seen. `soup`
//! is the opposite: functions that nobody would write.
#![forbid(unsafe_code)]

pub mod functions;
pub mod population;
pub mod report;
pub mod soup;
pub mod sources;
pub mod verdict;

use crate::population::Standing;
use crate::sources::Source;
use crate::verdict::Verdict;

/// One function, and what is known about it.
pub struct Finding {
    /// The crate that it is from.
    pub source: String,
    /// `file.rs: name`.
    pub place: String,
    /// Whether the floor counts it.
    pub standing: Standing,
    /// What the attribute says.
    pub verdict: Verdict,
}

/// Every function that takes a slice, with its verdict, in the order of the folders and files.
#[must_use]
pub fn survey(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources {
        for function in functions::in_folder(&source.folder) {
            findings.push(Finding {
                source: source.name.clone(),
                standing: population::standing(&function.item),
                verdict: verdict::of(&function.item),
                place: function.place,
            });
        }
    }
    findings
}
