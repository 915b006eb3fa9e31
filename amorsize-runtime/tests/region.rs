//! The rules of a region, each learnt from a hang or from undefined behaviour in a trial.
#![cfg(feature = "rayon")]

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use amorsize_runtime::private::{self as rt, Options, Site, Spec};

/// A site of its own that is parallel from two items on, in chunks of so many.
macro_rules! parallel_site {
    ($chunk:expr) => {{
        static SITE: Site = Site::new(Spec {
            part: "",
            signature: "",
            body: "",
            key: "",
            file: file!(),
            line: line!(),
            options: Options { parallel_from: 2, chunk_size: $chunk, ..Options::NONE },
        });
        &SITE
    }};
}

/// Some 10 µs of work that no optimiser removes.
fn work(seed: usize) -> usize {
    (0..5_000).fold(seed, |x, k| std::hint::black_box(x.rotate_left(5) ^ k))
}

fn map_with<U: Send>(site: &'static Site, xs: &[usize], f: impl Fn(usize) -> U + Sync) -> Vec<U> {
    rt::map(site, rt::elements(xs), |part: &[usize], out: rt::Out<'_, U>| {
        out.fill(part.iter().map(|&x| f(x)));
    })
}

fn numbers(len: usize) -> Vec<usize> {
    (0..len).collect()
}

#[test]
fn every_item_is_visited_once_and_lands_at_its_place() {
    let visits: Vec<AtomicUsize> = (0..1_000).map(|_| AtomicUsize::new(0)).collect();
    let doubled = map_with(parallel_site!(7), &numbers(1_000), |x| {
        visits[x].fetch_add(1, Ordering::Relaxed);
        std::hint::black_box(work(x));
        2 * x
    });
    assert!(doubled.iter().enumerate().all(|(at, &x)| x == 2 * at));
    assert!(visits.iter().all(|visits| visits.load(Ordering::Relaxed) == 1));
}

/// Whether another thread than this one ever works on a call that is made here. On a machine that is busy with something
/// else, the other tests among it, that may take many calls; it only must not be never.
fn somebody_comes() -> bool {
    let here = thread::current().id();
    let began = std::time::Instant::now();
    let call = || map_with(parallel_site!(1), &numbers(200), |x| (work(x), thread::current().id()));
    let alone = thread::available_parallelism().is_ok_and(|threads| threads.get() < 2);
    while !alone && !call().iter().any(|&(_, thread)| thread != here) {
        if began.elapsed() > Duration::from_secs(60) {
            return false;
        }
    }
    true
}

#[test]
fn helpers_do_join() {
    assert!(somebody_comes(), "a minute of calls and nobody came");
}

#[test]
fn a_busy_pool_never_holds_the_caller_up() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let (release, blocked) = mpsc::channel::<()>();
    let blocked = Arc::new(Mutex::new(blocked));
    // One worker makes the call, the other is stuck in somebody else's task until the call is over.
    let stuck = Arc::clone(&blocked);
    let (entered, waits) = mpsc::channel();
    pool.spawn(move || {
        entered.send(()).unwrap();
        let _ = stuck.lock().unwrap().recv();
    });
    waits.recv().unwrap();
    let sum: usize = pool.install(|| map_with(parallel_site!(3), &numbers(500), |x| x).iter().sum());
    assert_eq!(sum, 500 * 499 / 2);
    release.send(()).unwrap();
}

#[test]
fn the_caller_keeps_its_park_token() {
    for _ in 0..200 {
        thread::current().unpark();
        map_with(parallel_site!(1), &numbers(20), work);
        let before = std::time::Instant::now();
        thread::park_timeout(Duration::from_secs(20));
        assert!(before.elapsed() < Duration::from_secs(10), "the region swallowed the token of a `block_on`");
    }
}

#[test]
fn the_caller_runs_nothing_foreign_while_it_waits() {
    thread_local! {
        static BUSY: Cell<bool> = const { Cell::new(false) };
        static HELD: RefCell<u32> = const { RefCell::new(0) };
    }
    static MET: AtomicBool = AtomicBool::new(false);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    for _ in 0..100 {
        pool.install(|| {
            HELD.with_borrow_mut(|held| {
                BUSY.set(true);
                for _ in 0..4 {
                    rayon::spawn(|| {
                        let borrowed = HELD.with(|held| held.try_borrow().is_err());
                        if BUSY.get() || borrowed {
                            MET.store(true, Ordering::Relaxed);
                        }
                    });
                }
                map_with(parallel_site!(1), &numbers(16), work);
                *held += 1;
                BUSY.set(false);
            });
        });
    }
    assert!(!MET.load(Ordering::Relaxed), "a foreign task ran on the caller, inside its call");
}

#[test]
fn nothing_of_the_users_outlives_the_call() {
    let owned = Arc::new(());
    for _ in 0..2_000 {
        let held = Arc::clone(&owned);
        // So little work that most invitations are served after the end.
        let site = parallel_site!(1);
        drop(rt::map(site, rt::elements(&numbers(4)[..]), move |part: &[usize], out: rt::Out<'_, usize>| {
            out.fill(part.iter().map(|&x| x + Arc::strong_count(&held).min(1)));
        }));
        assert_eq!(Arc::strong_count(&owned), 1, "a kernel outlived its call");
    }
}

#[test]
fn a_site_may_call_itself() {
    fn depth(level: usize) -> usize {
        let below = |x: usize| if level == 0 { x } else { depth(level - 1) + x };
        map_with(parallel_site!(1), &numbers(6), below).iter().sum()
    }
    let _ = amorsize_runtime::decisions();
    assert_eq!(depth(3), depth(3));
}

/// Counts what is alive.
struct Counted<'c>(&'c AtomicUsize, Box<usize>);

impl<'c> Counted<'c> {
    fn new(alive: &'c AtomicUsize, value: usize) -> Self {
        alive.fetch_add(1, Ordering::Relaxed);
        Self(alive, Box::new(value))
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[test]
fn a_panic_at_any_index_leaks_and_double_drops_nothing() {
    let alive = AtomicUsize::new(0);
    for at in 0..120 {
        let result = catch_unwind(AssertUnwindSafe(|| {
            map_with(parallel_site!(5), &numbers(120), |x| {
                if x == at {
                    std::panic::resume_unwind(Box::new(x));
                }
                Counted::new(&alive, x)
            })
        }));
        assert_eq!(result.err().and_then(|payload| payload.downcast::<usize>().ok()).as_deref(), Some(&at));
        assert_eq!(alive.load(Ordering::Relaxed), 0, "element {at} panicked");
    }
    let all = map_with(parallel_site!(5), &numbers(120), |x| Counted::new(&alive, x));
    assert!(all.iter().enumerate().all(|(at, counted)| *counted.1 == at));
    assert_eq!(alive.load(Ordering::Relaxed), 120);
    drop(all);
    assert_eq!(alive.load(Ordering::Relaxed), 0);
}

#[test]
fn of_several_panics_the_lowest_is_the_callers() {
    for _ in 0..200 {
        let result = catch_unwind(|| {
            map_with(parallel_site!(1), &numbers(60), |x| {
                if x >= 20 {
                    std::panic::resume_unwind(Box::new(x));
                }
                work(x)
            })
        });
        assert_eq!(result.err().and_then(|payload| payload.downcast::<usize>().ok()).as_deref(), Some(&20));
    }
}

#[test]
fn an_exit_beats_a_panic_behind_it_and_loses_to_one_before_it() {
    let any = |hit: usize, panic: usize| {
        rt::any(parallel_site!(1), rt::elements(&numbers(60)[..]), |part: &[usize]| {
            part.iter().any(|&x| {
                if x == panic {
                    std::panic::resume_unwind(Box::new(x));
                }
                work(x);
                x == hit
            })
        })
    };
    for _ in 0..100 {
        assert!(any(20, 21) && any(20, 40));
        assert!(catch_unwind(AssertUnwindSafe(|| any(20, 19))).is_err());
        assert!(!any(60, 60));
    }
}

#[test]
fn a_payload_that_panics_when_dropped_does_not_abort() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            assert!(thread::panicking(), "dropped");
        }
    }
    for _ in 0..50 {
        let result = catch_unwind(|| {
            map_with(parallel_site!(1), &numbers(20), |x| {
                if x % 3 == 1 {
                    std::panic::resume_unwind(Box::new(Bomb));
                }
                work(x)
            })
        });
        std::mem::forget(result.expect_err("it panicked"));
    }
    assert_eq!(map_with(parallel_site!(1), &numbers(20), |x| x), numbers(20), "the pool is still usable");
}

#[test]
fn many_callers_at_once_get_their_own_answers() {
    thread::scope(|scope| {
        for caller in 0..8 {
            scope.spawn(move || {
                for round in 0..100 {
                    let got = map_with(parallel_site!(3), &numbers(50 + round), |x| x * caller);
                    assert!(got.iter().enumerate().all(|(at, &x)| x == at * caller));
                }
            });
        }
    });
}

#[test]
fn parts_of_a_mutable_slice_are_disjoint_and_cover_it() {
    let mut xs = numbers(10_000);
    for _ in 0..20 {
        rt::for_each(parallel_site!(13), rt::elements_mut(&mut xs[..]), |part: &mut [usize]| {
            for x in part {
                *x += 1;
            }
        });
    }
    assert!(xs.iter().enumerate().all(|(at, &x)| x == at + 20));
}

#[test]
fn zero_sized_results_are_counted_too() {
    assert_eq!(map_with(parallel_site!(9), &numbers(1_000), |_| ()).len(), 1_000);
}

/// What the user's own `Sum` and `FromIterator` for std's types do is theirs: here, digits are read from left to right.
struct Digit(u64);

impl std::iter::Sum<Digit> for u64 {
    fn sum<I: Iterator<Item = Digit>>(digits: I) -> Self {
        digits.fold(0, |number, Digit(digit)| number * 10 + digit)
    }
}

#[test]
fn a_sum_of_the_users_own_is_not_joined_part_by_part() {
    let number: u64 = rt::sum(
        parallel_site!(2),
        rt::elements(&numbers(10)[..]),
        |part: &[usize], out: rt::Total<'_, u64, _>| {
            out.sum(part.iter().map(|&x| Digit(x as u64)));
        },
    );
    assert_eq!(number, 123_456_789);
}

/// A site that is serial unless a split is forced.
macro_rules! serial_site {
    () => {{
        static SITE: Site = Site::new(Spec {
            part: "",
            signature: "",
            body: "",
            key: "",
            file: file!(),
            line: line!(),
            options: Options { serial: true, ..Options::NONE },
        });
        &SITE
    }};
}

#[test]
fn nested_calls_use_up_no_forced_split() {
    let inner = || rt::count(serial_site!(), rt::elements(&[1, 2][..]), |part: &[usize]| part.len());
    let outer = || {
        let parts = AtomicUsize::new(0);
        rt::for_each(serial_site!(), rt::elements(&numbers(4)[..]), |_: &[usize]| {
            parts.fetch_add(inner() / 2, Ordering::Relaxed);
        });
        parts.into_inner()
    };
    assert_eq!((inner(), outer()), (2, 1));
    amorsize_runtime::testing::with_split(&[1], false, || {
        for call in 0..3 {
            assert_eq!(outer(), 4, "call {call} was not split");
        }
    });
}

#[test]
fn an_ordered_tail_that_ends_before_a_panic_never_sees_it() {
    let sum = |site, error: usize, panic: usize| -> Result<u64, usize> {
        rt::sum(
            site,
            rt::elements(&numbers(60)[..]),
            |part: &[usize], out: rt::Total<'_, _, Result<u64, usize>>| {
                out.sum(part.iter().map(|&x| {
                    if x == panic {
                        std::panic::resume_unwind(Box::new(x));
                    }
                    std::hint::black_box(work(x));
                    if x == error { Err(x) } else { Ok(1) }
                }));
            },
        )
    };
    for _ in 0..20 {
        assert_eq!(sum(parallel_site!(1), 20, 21), Err(20));
        assert_eq!(sum(parallel_site!(10), 20, 23), Err(20), "both in one chunk");
        assert_eq!(sum(parallel_site!(7), 60, 60), Ok(60));
        let payload = catch_unwind(AssertUnwindSafe(|| sum(parallel_site!(7), 20, 19))).unwrap_err();
        assert_eq!(payload.downcast_ref(), Some(&19_usize));
    }
}

#[test]
fn a_pool_that_is_stuck_keeps_no_helpers_from_others() {
    let pool = || rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let (stuck, free) = (pool(), pool());
    // One worker is held, and the other as well once it has sent invitations that nobody is there to take.
    let (ready, waits) = mpsc::channel();
    let (release, held) = mpsc::channel::<()>();
    let held = Arc::new(Mutex::new(held));
    for calls in [0, 4] {
        let (ready, held) = (ready.clone(), Arc::clone(&held));
        stuck.spawn(move || {
            for _ in 0..calls {
                map_with(parallel_site!(1), &numbers(200), |x| x);
            }
            ready.send(()).unwrap();
            let _ = held.lock().unwrap().recv();
        });
        waits.recv().unwrap();
    }
    let helped = free.install(somebody_comes);
    drop(release);
    assert!(helped, "nobody came, though the pool was free");
}
