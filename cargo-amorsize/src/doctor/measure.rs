//! What the machine costs, taken on the machine itself in a few tenths of a second.
//!
//! Decides how each cost is taken, and nothing about what it means. Medians throughout: what disturbs a sample only ever
//! makes it longer, and a machine that is disturbed now and then is still the same machine.

use std::hint::{black_box, spin_loop};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde::Serialize;

/// What was measured.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Measured {
    /// Reading the clock once.
    pub(crate) clock_ns: f64,
    /// Claiming one chunk while others claim too.
    pub(crate) claim_ns: f64,
    /// One step of a loop of dependent additions.
    pub(crate) step_ns: f64,
    /// Starting all helper threads.
    pub(crate) pool_start_us: f64,
    /// Until a helper works that is awake, has slept for 0.2 ms, and for 3 ms.
    pub(crate) wake_us: [f64; 3],
    /// What waking a helper costs the one that wakes.
    pub(crate) unpark_us: f64,
    /// Share of the wake-ups after 3 ms at which the helper was put on the caller's own CPU; `None` where that is not known.
    pub(crate) same_cpu: Option<f64>,
    /// Memory read by one core and by all, GB/s.
    pub(crate) stream_gbs: [f64; 2],
}

/// The steps of [`measure`], for a progress bar.
pub(crate) const STEPS: u64 = 5;

/// Measures; `step` hears what comes next.
pub(crate) fn measure(threads: usize, mut step: impl FnMut(&'static str)) -> Measured {
    step("clock and core");
    let (clock_ns, step_ns) = (clock_ns(), step_ns());
    step("claims");
    let claim_ns = claim_ns(threads);
    step("starting threads");
    let pool_start_us = pool_start_us(threads);
    step("waking helpers");
    let woken = woken();
    step("memory bandwidth");
    let stream_gbs = stream_gbs(threads);
    Measured {
        clock_ns,
        claim_ns,
        step_ns,
        pool_start_us,
        wake_us: woken.wake_us,
        unpark_us: woken.unpark_us,
        same_cpu: woken.same_cpu,
        stream_gbs,
    }
}

fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples.get(samples.len() / 2).copied().unwrap_or(0.0)
}

/// The median of several runs of `work`, ns.
fn timed(runs: usize, mut work: impl FnMut()) -> f64 {
    let once = |()| {
        let began = Instant::now();
        work();
        began.elapsed().as_nanos() as f64
    };
    median(std::iter::repeat_n((), runs).map(once).collect())
}

fn clock_ns() -> f64 {
    const READS: u32 = 2_000;
    let read = |_| {
        black_box(Instant::now());
    };
    timed(9, || (0..READS).for_each(read)) / f64::from(READS)
}

/// Additions and exclusive ors in turn: each needs the one before, and no compiler folds a row of them.
fn step_ns() -> f64 {
    const ROUNDS: u64 = 200_000;
    let run = || {
        let k = black_box(0x9e37_79b9_7f4a_7c15_u64);
        black_box((0..ROUNDS).fold(1_u64, |x, i| (x ^ i).wrapping_add(k)));
    };
    timed(9, run) / (2 * ROUNDS) as f64
}

/// Two threads that claim from one cursor; one where there is one.
fn claim_ns(threads: usize) -> f64 {
    const CLAIMS: usize = 100_000;
    let cursor = AtomicUsize::new(0);
    let claim = |_: usize| while cursor.fetch_add(1, Ordering::Relaxed) < CLAIMS {};
    let both = |()| {
        cursor.store(0, Ordering::Relaxed);
        together(threads.min(2), claim)
    };
    median(std::iter::repeat_n((), 5).map(both).collect()) / CLAIMS as f64
}

/// How long so many threads take that begin together, each told its number, ns.
///
/// A thread that was just started may sit on its starter's CPU for some ms (docs/decisions/0006): what two of them do
/// then is what one does. So all spin until each has come, and for a while longer, in which the kernel moves them apart.
fn together(threads: usize, work: impl Fn(usize) + Sync) -> f64 {
    const APART: Duration = Duration::from_millis(3);
    let (come, gone) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let go = AtomicBool::new(false);
    let run = |number: usize| {
        come.fetch_add(1, Ordering::AcqRel);
        while !go.load(Ordering::Acquire) {
            spin_loop();
        }
        work(number);
        gone.fetch_add(1, Ordering::AcqRel);
    };
    thread::scope(|scope| {
        let run = &run;
        for number in 1..threads.max(1) {
            scope.spawn(move || run(number));
        }
        let waits = Instant::now();
        while come.load(Ordering::Acquire) + 1 < threads || (threads > 1 && waits.elapsed() < APART) {
            spin_loop();
        }
        let began = Instant::now();
        go.store(true, Ordering::Release);
        run(0);
        while gone.load(Ordering::Acquire) < threads {
            spin_loop();
        }
        began.elapsed().as_nanos() as f64
    })
}

fn pool_start_us(threads: usize) -> f64 {
    let helpers = threads.saturating_sub(1);
    let start = || {
        thread::scope(|scope| {
            for _ in 0..helpers {
                scope.spawn(|| ());
            }
        });
    };
    timed(5, start) / 1e3
}

/// What waking a helper showed.
struct Woken {
    wake_us: [f64; 3],
    unpark_us: f64,
    same_cpu: Option<f64>,
}

/// What the caller and its helper share.
struct Seat {
    /// Number of the call that the helper is to answer, and of the one that it has answered.
    asked: AtomicU64,
    answered: AtomicU64,
    /// Whether the helper may sleep between calls.
    sleeps: AtomicBool,
    /// CPU on which it answered.
    cpu: AtomicUsize,
}

/// The number of the last call: go home.
const OVER: u64 = u64::MAX;

fn woken() -> Woken {
    let seat = Arc::new(Seat {
        asked: AtomicU64::new(0),
        answered: AtomicU64::new(0),
        sleeps: AtomicBool::new(false),
        cpu: AtomicUsize::new(usize::MAX),
    });
    let at_seat = Arc::clone(&seat);
    let helper = thread::spawn(move || serve(&at_seat));
    let mut call = 0;
    let mut gaps = |sleeps: bool, gap: Duration| {
        seat.sleeps.store(sleeps, Ordering::Relaxed);
        let samples = (0..16).map(|_| {
            pause(gap);
            call += 1;
            ask(&seat, helper.thread(), call)
        });
        samples.collect::<Vec<_>>()
    };
    let awake = gaps(false, Duration::from_micros(5));
    let dozing = gaps(true, Duration::from_micros(200));
    let asleep = gaps(true, Duration::from_millis(3));
    seat.asked.store(OVER, Ordering::Release);
    helper.thread().unpark();
    let _ = helper.join();
    let known = asleep.iter().filter_map(|sample| sample.same_cpu);
    let (same, of) = known.fold((0_u32, 0_u32), |(same, of), here| (same + u32::from(here), of + 1));
    let wake = |samples: &[Sample]| median(samples.iter().map(|sample| sample.wake_us).collect());
    Woken {
        wake_us: [wake(&awake), wake(&dozing), wake(&asleep)],
        unpark_us: median(asleep.iter().map(|sample| sample.unpark_us).collect()),
        same_cpu: (of > 0).then(|| f64::from(same) / f64::from(of)),
    }
}

struct Sample {
    wake_us: f64,
    unpark_us: f64,
    same_cpu: Option<bool>,
}

fn ask(seat: &Seat, helper: &thread::Thread, call: u64) -> Sample {
    let here = cpu();
    let began = Instant::now();
    seat.asked.store(call, Ordering::Release);
    helper.unpark();
    let unpark_us = began.elapsed().as_nanos() as f64 / 1e3;
    while seat.answered.load(Ordering::Acquire) != call {
        spin_loop();
    }
    let wake_us = began.elapsed().as_nanos() as f64 / 1e3;
    let there = seat.cpu.load(Ordering::Relaxed);
    Sample { wake_us, unpark_us, same_cpu: here.map(|here| here == there) }
}

/// Answers calls until the last.
fn serve(seat: &Seat) {
    let mut done = 0;
    loop {
        let asked = seat.asked.load(Ordering::Acquire);
        if asked == OVER {
            return;
        }
        if asked != done {
            seat.cpu.store(cpu().unwrap_or(usize::MAX), Ordering::Relaxed);
            seat.answered.store(asked, Ordering::Release);
            done = asked;
        } else if seat.sleeps.load(Ordering::Relaxed) {
            thread::park();
        } else {
            spin_loop();
        }
    }
}

/// Short pauses are spun: a thread that sleeps for 5 µs sleeps for 60.
fn pause(gap: Duration) {
    if gap >= Duration::from_millis(1) {
        return thread::sleep(gap);
    }
    let began = Instant::now();
    while began.elapsed() < gap {
        spin_loop();
    }
}

/// The CPU that this thread is on, where the system tells.
fn cpu() -> Option<usize> {
    #[cfg(target_os = "linux")]
    let here = Some(rustix::thread::sched_getcpu());
    #[cfg(not(target_os = "linux"))]
    let here = None;
    here
}

/// Sums of memory that was written before: untouched pages are one shared page of zeros.
fn stream_gbs(threads: usize) -> [f64; 2] {
    const WORDS: usize = (64 << 20) / 8;
    let memory: Vec<u64> = (0..WORDS as u64).collect();
    let sum = |part: &[u64]| {
        black_box(part.iter().fold(0_u64, |sum, x| sum.wrapping_add(*x)));
    };
    let one_ns = timed(5, || sum(&memory));
    let parts: Vec<&[u64]> = memory.chunks(WORDS.div_ceil(threads.max(1))).collect();
    let on_all = |()| together(parts.len(), |number| sum(parts[number]));
    let all_ns = median(std::iter::repeat_n((), 5).map(on_all).collect());
    let gbs = |ns: f64| (WORDS * 8) as f64 / ns.max(1.0);
    [gbs(one_ns), gbs(all_ns).max(gbs(one_ns))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cost_is_one() {
        for threads in [1, 2] {
            let mut steps = 0;
            let measured = measure(threads, |_| steps += 1);
            assert_eq!(steps, STEPS);
            let [awake, dozing, asleep] = measured.wake_us;
            let costs = [measured.clock_ns, measured.claim_ns, measured.step_ns, awake, dozing, asleep];
            assert!(costs.iter().chain(&measured.stream_gbs).all(|cost| cost.is_finite() && *cost > 0.0));
            assert!(measured.same_cpu.is_none_or(|share| (0.0..=1.0).contains(&share)), "{measured:?}");
        }
    }
}
