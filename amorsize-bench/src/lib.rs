//! What the benches share: interleaved timing, medians, and work of a known cost.
//!
//! Absolute times on a shared machine mean little; ratios within one interleaved run do. Nothing here asserts a time.

use std::hint::black_box;
use std::time::Instant;

pub mod arm;
pub mod around;
pub mod book;
pub mod cases;
pub mod charts;
pub mod contenders;
pub mod fresh;
pub mod judge;
pub mod kernel;
pub mod measure;
pub mod options;
pub mod random;
pub mod rhythm;
pub mod row;
pub mod run;
pub mod save;
pub mod sim;
pub mod stats;
pub mod table;
pub mod worker;

/// One contender's way to do the work.
pub type Arm<'a> = (&'static str, Box<dyn FnMut() + 'a>);

/// Median times of several arms, ns per call, from `rounds` rounds in which every arm runs `calls` times in turn.
///
/// Three rounds before that are thrown away: caches, branch predictors, and what amorsize learns.
pub fn interleave(rounds: usize, calls: usize, arms: &mut [Arm<'_>]) -> Vec<f64> {
    let mut times = vec![Vec::with_capacity(rounds); arms.len()];
    for round in 0..rounds + 3 {
        for ((_, arm), times) in arms.iter_mut().zip(&mut times) {
            let began = Instant::now();
            for _ in 0..calls {
                arm();
            }
            if round >= 3 {
                times.push(began.elapsed().as_nanos() as f64 / calls as f64);
            }
        }
    }
    times.into_iter().map(median).collect()
}

/// Median; NaN of nothing.
#[must_use]
pub fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Calls of about `call_ns` that fill a round of a millisecond.
#[must_use]
pub fn calls_for(call_ns: f64) -> usize {
    (1e6 / call_ns.max(1.0)).clamp(1.0, 100_000.0) as usize
}

/// Work of `steps` dependent multiplications, some 1.3 ns each, that no optimiser takes out of a loop.
#[inline]
#[must_use]
pub fn burn(seed: u64, steps: u32) -> u64 {
    (0..steps).fold(seed, |x, _| x.wrapping_mul(6_364_136_223_846_793_005).rotate_left(13) ^ 0x9E37)
}

/// Runs `body` and keeps its result from being optimised away.
pub fn arm<'a, R>(name: &'static str, mut body: impl FnMut() -> R + 'a) -> Arm<'a> {
    (
        name,
        Box::new(move || {
            black_box(body());
        }),
    )
}

/// `1234567` as `1.23 ms`.
#[must_use]
pub fn human(ns: f64) -> String {
    match ns {
        ns if ns < 1e3 => format!("{ns:.1} ns"),
        ns if ns < 1e6 => format!("{:.2} µs", ns / 1e3),
        ns => format!("{:.2} ms", ns / 1e6),
    }
}
