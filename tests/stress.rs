//! Many callers at once, nested calls, panics and early exits: the answers stay the plain functions', and when it is over no
//! thread is left but the helpers, which do nothing.
//!
//! `STRESS_SECONDS=60 cargo test --release --test stress` (or `bash .ci/stress`) goes on for longer than the two seconds
//! that the ordinary tests have.
#![cfg(feature = "rayon")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use amorsize::parallelize;

const MARKED: u64 = 1 << 40;

fn mix(x: u64) -> u64 {
    (0..40).fold(x, |x, _| x.wrapping_mul(6_364_136_223_846_793_005).rotate_left(13) ^ 0x9E37)
}

fn checked(x: u64) -> u64 {
    assert!(x & MARKED == 0, "{}", x ^ MARKED);
    mix(x)
}

macro_rules! pairs {
    ($($(#[$options:meta])* fn $auto:ident/$plain:ident($xs:ident: $t:ty) -> $out:ty $body:block)*) => {$(
        $(#[$options])*
        fn $auto($xs: $t) -> $out $body
        fn $plain($xs: $t) -> $out $body
    )*};
}

pairs! {
    #[parallelize(parallel_from = 2)]
    fn mixed/plain_mixed(xs: &[u64]) -> Vec<u64> {
        xs.iter().map(|&x| checked(x)).collect()
    }
    #[parallelize(parallel_from = 2, chunk_size = 3)]
    fn names/plain_names(xs: &[u64]) -> Vec<String> {
        xs.iter().filter(|&&x| x % 3 != 0).map(|&x| format!("{}", checked(x) % 1_000)).collect()
    }
    #[parallelize(parallel_from = 2)]
    fn roots/plain_roots(xs: &[u64]) -> f64 {
        xs.iter().map(|&x| (checked(x) as f64).sqrt()).sum()
    }
    #[parallelize(parallel_from = 2)]
    fn first_marked/plain_first_marked(xs: &[u64]) -> Option<usize> {
        xs.iter().position(|&x| mix(x) > 0 && x & MARKED != 0)
    }
    #[parallelize(parallel_from = 2)]
    fn smallest/plain_smallest(xs: &[u64]) -> Option<u64> {
        xs.iter().map(|&x| checked(x)).min()
    }
    // By what it learns.
    #[parallelize]
    fn learned/plain_learned(xs: &[u64]) -> Vec<u64> {
        xs.iter().map(|&x| checked(x)).collect()
    }
}

#[parallelize(parallel_from = 2, chunk_size = 2)]
fn nested(rows: &[Vec<u64>]) -> Vec<f64> {
    rows.iter().map(|row| roots(row)).collect()
}

fn plain_nested(rows: &[Vec<u64>]) -> Vec<f64> {
    rows.iter().map(|row| plain_roots(row)).collect()
}

#[parallelize(parallel_from = 2)]
fn in_place(xs: &mut [u64]) {
    for x in xs.iter_mut() {
        *x = checked(*x);
    }
}

/// What a call came to: its answer, or the words of its panic.
fn outcome<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(call)).map_err(|payload| {
        let text = payload.downcast_ref::<String>().cloned();
        text.unwrap_or_else(|| payload.downcast_ref::<&str>().map_or_else(|| "?".into(), |&text| text.into()))
    })
}

/// One caller: as many calls as time allows, each beside the plain one.
fn caller(seed: u64, until: Instant, calls: &AtomicU64) {
    let mut random = seed;
    let mut below = |limit: u64| {
        random = mix(random.wrapping_add(1));
        (random >> 20) % limit
    };
    while Instant::now() < until {
        let len = match below(4) {
            0 => below(4),
            1 => below(40),
            2 => below(400),
            _ => below(3_000),
        } as usize;
        let mut xs: Vec<u64> = (0..len).map(|_| below(MARKED)).collect();
        for _ in 0..below(3) * u64::from(below(4) == 0) {
            if len > 0 {
                let at = below(len as u64) as usize;
                xs[at] = MARKED | at as u64;
            }
        }
        assert_eq!(first_marked(&xs), plain_first_marked(&xs));
        match below(7) {
            0 => assert_eq!(outcome(|| mixed(&xs)), outcome(|| plain_mixed(&xs))),
            1 => assert_eq!(outcome(|| names(&xs)), outcome(|| plain_names(&xs))),
            2 => assert_eq!(outcome(|| roots(&xs).to_bits()), outcome(|| plain_roots(&xs).to_bits())),
            3 => assert_eq!(outcome(|| smallest(&xs)), outcome(|| plain_smallest(&xs))),
            4 => {
                let rows: Vec<Vec<u64>> = xs.chunks(17).map(<[u64]>::to_vec).collect();
                let bits = |sums: Vec<f64>| sums.into_iter().map(f64::to_bits).collect::<Vec<_>>();
                assert_eq!(outcome(|| bits(nested(&rows))), outcome(|| bits(plain_nested(&rows))));
            }
            5 => {
                let mut changed = xs.clone();
                let done = outcome(|| in_place(&mut changed));
                match outcome(|| plain_mixed(&xs)) {
                    Ok(expected) => assert_eq!((done, changed), (Ok(()), expected)),
                    Err(text) => assert_eq!(done, Err(text)),
                }
            }
            _ => assert_eq!(outcome(|| learned(&xs)), outcome(|| plain_learned(&xs))),
        }
        calls.fetch_add(2, Ordering::Relaxed);
    }
}

/// Threads of this process and the CPU time of all of them, where the system tells.
fn threads_and_cpu() -> Option<(usize, Duration)> {
    let threads = std::fs::read_dir("/proc/self/task").ok()?.count();
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // Behind the name, which may hold anything: user and system time are the 12th and 13th, in 1/100 s.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u64>().ok();
    Some((threads, Duration::from_millis(10 * (ticks()? + ticks()?))))
}

#[test]
fn many_callers_get_the_plain_answers_and_leave_nothing_running() {
    let seconds = std::env::var("STRESS_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(2.0);
    let until = Instant::now() + Duration::from_secs_f64(seconds);
    let before = threads_and_cpu();
    let calls = AtomicU64::new(0);
    // Panics are part of it, thousands of them: their messages are not.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| ()));
    let failed: Vec<_> = thread::scope(|scope| {
        let calls = &calls;
        let callers: Vec<_> = (0..8).map(|seed| scope.spawn(move || caller(seed, until, calls))).collect();
        callers.into_iter().filter_map(|caller| outcome(|| caller.join().unwrap()).err()).collect()
    });
    std::panic::set_hook(hook);
    assert!(failed.is_empty(), "{failed:?}");
    let made = calls.into_inner();
    assert!(made > 100, "only {made} calls in {seconds} s");
    println!("{made} calls in {seconds} s");
    amorsize::flush();
    let (Some((before, _)), Some((after, cpu))) = (before, threads_and_cpu()) else { return };
    let helpers = thread::available_parallelism().map_or(1, usize::from);
    assert!(after <= before + helpers, "{after} threads are left, {before} were there before");
    // Nobody ticks: 2 s of a process whose threads only wait are less than one tick of the clock that counts them.
    thread::sleep(Duration::from_secs(2));
    let (_, later) = threads_and_cpu().expect("as before");
    let used = later.saturating_sub(cpu);
    assert!(used <= Duration::from_millis(20), "{used:?} of CPU time with nothing to do");
}
