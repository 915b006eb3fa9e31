//! A serial run of the whole slice, timed where the mode has a clock and it is the thread's turn.

use super::clock::Tick;
use super::serial;
use crate::memory::{Memory, Run};

/// A serial run of the whole slice, with a clock or without.
#[derive(Debug)]
#[must_use]
pub(crate) struct Timing(pub(super) Option<Timed>);

#[derive(Debug)]
pub(super) struct Timed {
    pub(super) memory: &'static Memory,
    pub(super) len: usize,
    pub(super) began: Tick,
    pub(super) cpu: Option<f64>,
    pub(super) run: Run,
}

impl Timing {
    /// The run is over and did not panic.
    pub(crate) fn end(self) {
        let Some(Timed { memory, len, began, cpu, run }) = self.0 else { return };
        let ns = Tick::now().ns_since(began);
        let undisturbed = cpu.is_none_or(|before| serial::undisturbed(ns, before));
        // Reading the clock twice costs 50 ns: a call much shorter than a microsecond is at most that expensive.
        memory.learn_serial(len, (ns - 50.0).max(1.0) / len.max(1) as f64, undisturbed, run);
    }
}
