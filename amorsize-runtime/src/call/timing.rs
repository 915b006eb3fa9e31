//! A serial run of the whole slice, timed where the mode has a clock and it is the thread's turn.

use crate::exec::calm::Calm;
use crate::exec::clock::Tick;
use crate::exec::serial;
use crate::memory::{Run, Visit};

/// A serial run of the whole slice, with a clock or without.
#[derive(Debug)]
#[must_use]
pub(crate) struct Timing(pub(super) Timed);

/// What is noted when the run is over.
#[derive(Debug)]
pub(super) enum Timed {
    /// Nothing.
    Nothing,
    /// Whether it was as short as it should be.
    Calm(Calm),
    /// What its items cost.
    Lesson { visit: Visit, len: usize, began: Tick, cpu: Option<f64>, run: Run },
}

impl Timing {
    /// A run that nobody times.
    pub(super) const NOTHING: Self = Self(Timed::Nothing);

    /// The run is over and did not panic.
    #[inline]
    pub(crate) fn end(self) {
        match self.0 {
            Timed::Nothing => {}
            Timed::Calm(calm) => calm.end(),
            Timed::Lesson { visit, len, began, cpu, run } => {
                let ns = Tick::now().ns_since(began);
                let undisturbed = cpu.is_none_or(|before| serial::undisturbed(ns, before));
                // Reading the clock twice costs 50 ns: a call much shorter than a microsecond is at most that expensive.
                visit.learn_serial(len, (ns - 50.0).max(1.0) / len.max(1) as f64, undisturbed, run);
            }
        }
    }

    /// The run ended before its last item, nobody knows where.
    pub(crate) fn end_early(self) {
        if let Timed::Lesson { visit, .. } = self.0 {
            visit.learn_exit(None);
        }
    }
}
