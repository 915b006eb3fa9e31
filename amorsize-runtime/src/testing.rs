//! Forced splits for tests: of this project, and of users who want to know that their code may be split.

mod splittable;

pub use splittable::{assert_splittable, assert_splittable_by};

use crate::exec::scripted::{self, Script};

/// Runs `body` with every call of an annotated function on this thread cut into parts of the given lengths, repeated
/// until the slice is used up. The parts run on this thread, last part first where `reversed` is set. An empty list
/// means one part; lengths of 0 are passed over.
///
/// The answer must be the same for every cut. Annotated functions that `body` calls from other threads are not
/// affected, nor are calls nested in a part.
///
/// # Panics
/// If `body` panics.
pub fn with_split<R>(lens: &[usize], reversed: bool, body: impl FnOnce() -> R) -> R {
    crate::slot::set_ticks(1);
    scripted::follow(Script { lens: lens.to_vec(), reversed, shuffle: None, threads: 1 }, body)
}

/// Runs `body` with every call of an annotated function on this thread cut at random places and run in random order on
/// up to `threads` threads. Equal seeds cut alike.
///
/// # Panics
/// If `body` panics.
pub fn with_shuffle<R>(seed: u64, lens: &[usize], threads: usize, body: impl FnOnce() -> R) -> R {
    crate::slot::set_ticks(1);
    let script =
        Script { lens: lens.to_vec(), reversed: false, shuffle: Some(seed), threads: threads.max(1) };
    scripted::follow(script, body)
}
