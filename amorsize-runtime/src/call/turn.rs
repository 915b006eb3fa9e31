//! Which of a thread's calls take the long way, so that surely serial calls are timed now and then.

use std::cell::Cell;

use crate::config::Mode;
use crate::exec::scripted;
use crate::memory::Memory;

/// Calls of a thread between two that take the long way, on average.
pub(super) const LONG_WAY_EVERY: u32 = 256;

/// The same for a site whose cost is well known: the long way takes some 0.2 µs.
const LONG_WAY_EVERY_KNOWN: u32 = 1024;

/// The same while recording.
const LONG_WAY_EVERY_RECORDING: u32 = 16;

/// How many calls pass until this thread takes the long way again.
pub(super) fn next_ticks(mode: Mode, memory: &Memory) -> u32 {
    let every = match mode {
        Mode::Auto if memory.state().model.samples >= 64 => LONG_WAY_EVERY_KNOWN,
        Mode::Auto => LONG_WAY_EVERY,
        Mode::Record => LONG_WAY_EVERY_RECORDING,
        _ => return u32::MAX,
    };
    about(every)
}

/// A number of calls around `every`, drawn anew each time: with a number of its own for every length, two sites that are
/// called in turn could keep step with it, and one of them would never be timed.
fn about(every: u32) -> u32 {
    thread_local! {
        static DRAWN: Cell<u64> = const { Cell::new(0) };
    }
    let drawn = DRAWN.get().wrapping_add(1);
    DRAWN.set(drawn);
    every / 2 + scripted::Random(drawn).next() as u32 % every
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_long_way_keeps_step_with_no_rhythm_of_calls() {
        for every in [LONG_WAY_EVERY_RECORDING, LONG_WAY_EVERY, LONG_WAY_EVERY_KNOWN] {
            for rhythm in 2..9 {
                let mut turns = vec![0; rhythm];
                let mut call = 0;
                for _ in 0..1_000 {
                    let ticks = about(every) as usize;
                    assert!((every as usize / 2..every as usize * 3 / 2).contains(&ticks));
                    call += ticks;
                    turns[call % rhythm] += 1;
                }
                assert!(turns.iter().all(|&turns| turns > 50), "every {every}, {rhythm} sites: {turns:?}");
            }
        }
    }
}
