//! Every tuning option on every form: that it reaches the site, and that it binds. The tests take turns: a region that is
//! open elsewhere takes threads from this one.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use amorsize::parallelize;

/// Which threads ran a part, and how long the parts were.
static SEEN: Mutex<(Vec<usize>, Vec<ThreadId>)> = Mutex::new((Vec::new(), Vec::new()));

fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn note(part: &[u32]) -> usize {
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    seen.0.push(part.len());
    seen.1.push(thread::current().id());
    part.len()
}

/// The lengths of the parts, longest first, and the threads, of one call.
fn seen(call: impl FnOnce() -> usize) -> (Vec<usize>, HashSet<ThreadId>) {
    std::mem::take(&mut *SEEN.lock().unwrap());
    call();
    let (mut lens, threads) = std::mem::take(&mut *SEEN.lock().unwrap());
    lens.sort_unstable_by(|a, b| b.cmp(a));
    (lens, threads.into_iter().collect())
}

/// Every form, with the same options.
macro_rules! forms {
    ($name:ident: $($options:tt)*) => {
        mod $name {
            use super::*;

            #[parallelize($($options)*)]
            fn map(xs: &[u32]) -> Vec<u32> {
                xs.iter().map(|x| x ^ 1).collect()
            }
            #[parallelize($($options)*)]
            fn collect(xs: &[u32]) -> Vec<u32> {
                xs.iter().filter(|x| **x > 3).copied().collect()
            }
            #[parallelize($($options)*)]
            fn ordered(xs: &[u32]) -> f64 {
                xs.iter().map(|x| f64::from(*x).sqrt()).sum()
            }
            #[parallelize($($options)*)]
            fn joined(xs: &[u32]) -> usize {
                xs.iter().filter(|x| **x > 3).count()
            }
            #[parallelize(reduce = |a, b| a ^ b, $($options)*)]
            fn reduced(xs: &[u32]) -> u32 {
                xs.iter().fold(0, |a, x| a ^ x)
            }
            #[parallelize($($options)*)]
            fn looped(xs: &mut [u32]) {
                for x in xs {
                    *x += 1;
                }
            }
            #[parallelize($($options)*)]
            fn range(xs: &[u32]) -> Vec<u32> {
                (0..xs.len()).map(|at| xs[at] / 2).collect()
            }
            #[parallelize(slice_fn = elements, $($options)*)]
            fn element(x: &u32) -> u32 {
                x / 3
            }
            #[parallelize(assume_splittable, reduce = |a, b| a + b, $($options)*)]
            pub(super) fn body(xs: &[u32]) -> usize {
                note(xs)
            }

            /// Calls every one of them.
            pub(super) fn all(xs: &[u32]) {
                let mut changed = xs.to_vec();
                looped(&mut changed);
                assert_eq!(changed.len() + map(xs).len() + range(xs).len() + elements(xs).len(), 4 * xs.len());
                assert_eq!(body(xs), xs.len());
                assert!(collect(xs).len() == joined(xs) && ordered(xs) > 0.0 && element(&3) == 1);
                assert_eq!(reduced(xs), xs.iter().fold(0, |a, x| a ^ x));
            }
        }
    };
}

const FOUR: usize = 4;

forms! { none: }
forms! { at_most: max_threads = 1, parallel_from = 1 }
forms! { from: parallel_from = 1_000, chunk_size = 100 }
forms! { chunked: chunk_size = 8 * FOUR, parallel_from = 2 }
forms! { never: serial }
forms! { not_never: serial = false }

/// The wishes of every site of a module.
fn limits(module: &str) -> Vec<Vec<String>> {
    let decisions = amorsize::decisions();
    let of_module = format!("options::{module}::");
    decisions
        .sites
        .into_iter()
        .filter(|site| site.site.starts_with(&of_module))
        .map(|site| site.limits)
        .collect()
}

#[test]
fn every_option_reaches_every_form() {
    let _turn = turn();
    let xs: Vec<u32> = (0..2_000).collect();
    for all in [none::all, at_most::all, from::all, chunked::all, never::all, not_never::all] {
        all(&xs);
    }
    let expected: [(&str, &[&str]); 6] = [
        ("none", &[]),
        ("at_most", &["max_threads = 1", "parallel_from = 1"]),
        ("from", &["parallel_from = 1000", "chunk_size = 100"]),
        ("chunked", &["parallel_from = 2", "chunk_size = 32"]),
        ("never", &["serial"]),
        ("not_never", &[]),
    ];
    for (module, expected) in expected {
        assert_eq!(limits(module), vec![expected.to_vec(); 9], "{module}");
    }
}

/// Whether calls are decided here and could run in parallel.
fn could_be_parallel() -> bool {
    let decisions = amorsize::decisions();
    decisions.threads >= 2 && ["auto", "record"].contains(&decisions.mode.as_str())
}

#[test]
fn options_bind() {
    let _turn = turn();
    if !could_be_parallel() {
        return;
    }
    let xs: Vec<u32> = (0..2_050).collect();
    for _ in 0..20 {
        let caller = HashSet::from([thread::current().id()]);
        assert_eq!(seen(|| at_most::body(&xs)).1, caller, "one thread");
        assert_eq!(seen(|| never::body(&xs)), (vec![2_050], caller), "serial");
        assert_eq!(seen(|| from::body(&xs[..999])).0, [999], "below `parallel_from`");
        assert_eq!(seen(|| from::body(&xs[..1_000])).0, [100; 10], "from it on");
        let mut chunks = vec![32; 64];
        chunks.push(2);
        assert_eq!(seen(|| chunked::body(&xs)).0, chunks, "`chunk_size`");
    }
}

#[parallelize(key = "named alike", assume_splittable)]
fn named(xs: &mut [u32]) {
    xs.reverse();
    xs.sort_unstable();
}

#[test]
fn a_key_replaces_path_and_signature() {
    let _turn = turn();
    named(&mut [1]);
    let sites = amorsize::decisions().sites;
    assert!(sites.iter().any(|site| site.site == "options::named alike"), "{sites:#?}");
}
