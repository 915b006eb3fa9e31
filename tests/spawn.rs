//! What a spawned call does while it waits and runs: its place in the line, its end before its time, its panics.
//!
//! One thing at a time: the line is the process's.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, Once, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use amorsize::{Config, Full, Spawned, parallelize};

/// Calls that may run at once in this process.
const PLACES: usize = 2;

/// The test that runs.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    static CONFIGURED: Once = Once::new();
    let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    CONFIGURED.call_once(|| Config::new().max_regions(PLACES).install().unwrap());
    alone
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    future.poll(&mut Context::from_waker(&waker))
}

fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        match poll(future.as_mut()) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

/// A door that calls wait at, and that counts who came.
#[derive(Default)]
struct Door {
    state: Mutex<(usize, bool)>,
    changed: Condvar,
}

impl Door {
    fn pass(&self) {
        let mut state = self.state.lock().unwrap();
        state.0 += 1;
        self.changed.notify_all();
        drop(self.changed.wait_while(state, |(_, open)| !*open).unwrap());
    }

    fn open(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).1 = true;
        self.changed.notify_all();
    }

    /// Waits until so many have come.
    fn came(&self, many: usize) {
        let state = self.state.lock().unwrap();
        drop(self.changed.wait_while(state, |(came, _)| *came < many).unwrap());
    }
}

#[parallelize(spawn_fn = wait_async)]
fn wait(xs: &[u32], door: &Door, log: &Mutex<Vec<u32>>) -> u32 {
    log.lock().unwrap().push(xs[0]);
    door.pass();
    xs.iter().map(|x| x + 1).sum()
}

/// A test that fails must not leave threads behind that wait for it.
struct Opens(Arc<Door>);

impl Drop for Opens {
    fn drop(&mut self) {
        self.0.open();
    }
}

fn free_again() {
    // A call that nobody waited for may still be about to end.
    let (door, log) = (Arc::new(Door::default()), Arc::default());
    door.open();
    let mut calls = Vec::new();
    while calls.len() < PLACES {
        if let Ok(call) = try_wait_async([1], Arc::clone(&door), Arc::clone(&log)) {
            calls.push(call);
        } else {
            calls.clear();
            thread::yield_now();
        }
    }
    for call in calls {
        assert_eq!(block_on(call).unwrap(), 2);
    }
}

/// With one place taken for as long as the test lasts, the other calls run one after the other.
#[test]
fn first_come_first_served() {
    let _alone = alone();
    free_again();
    let (taken, door, log) = (Arc::new(Door::default()), Arc::new(Door::default()), Arc::default());
    let _opens = (Opens(Arc::clone(&taken)), Opens(Arc::clone(&door)));
    let blocker = wait_async([100], Arc::clone(&taken), Arc::default());
    taken.came(PLACES - 1);
    let call = |number| wait_async(vec![number], Arc::clone(&door), Arc::clone(&log));
    let mut calls: Vec<Spawned<u32>> = (0..30).map(call).collect();
    door.came(1);
    assert_eq!(*log.lock().unwrap(), [0], "no more run than may");
    // One of those that wait is cancelled, and one is forgotten about.
    drop(calls.remove(7));
    std::mem::forget(calls.remove(7));
    door.open();
    for call in calls {
        block_on(call).unwrap();
    }
    let expected: Vec<u32> = (0..30).filter(|&number| number != 7).collect();
    assert_eq!(*log.lock().unwrap(), expected);
    taken.open();
    assert_eq!(block_on(blocker).unwrap(), 101);
}

#[test]
fn a_full_line_says_so_at_once() {
    let _alone = alone();
    free_again();
    let (door, log) = (Arc::new(Door::default()), Arc::new(Mutex::new(Vec::new())));
    let _opens = Opens(Arc::clone(&door));
    let tried = |number| try_wait_async([number], Arc::clone(&door), Arc::clone(&log));
    let first = tried(1).unwrap();
    let second = tried(2).unwrap();
    assert_eq!(tried(3).unwrap_err(), Full);
    assert!(Full.to_string().contains("try again"));
    door.came(PLACES);
    let waits = wait_async([4], Arc::clone(&door), Arc::clone(&log));
    assert_eq!(tried(5).unwrap_err(), Full);
    drop(waits);
    assert_eq!(tried(6).unwrap_err(), Full);
    door.open();
    assert_eq!(block_on(first).unwrap() + block_on(second).unwrap(), 5);
    free_again();
    let log = log.lock().unwrap();
    assert!(!log.contains(&4) && log.len() == 2, "{log:?}");
}

#[test]
fn a_call_that_waits_and_is_cancelled_frees_its_place_and_what_it_was_given() {
    let _alone = alone();
    free_again();
    let (door, log) = (Arc::new(Door::default()), Arc::new(Mutex::new(Vec::new())));
    let _opens = Opens(Arc::clone(&door));
    let call = |number| wait_async([number], Arc::clone(&door), Arc::clone(&log));
    let running: Vec<_> = (0..PLACES as u32).map(call).collect();
    door.came(PLACES);
    let held = Arc::strong_count(&log);
    let mut waits = call(9);
    assert_eq!(Arc::strong_count(&log), held + 1);
    assert!(poll(Pin::new(&mut waits)).is_pending());
    waits.cancel();
    assert_eq!(Arc::strong_count(&log), held, "what it was given is dropped at once");
    let error = block_on(waits).unwrap_err();
    assert!(error.is_cancelled() && !error.is_panic() && error.message().is_none());
    assert_eq!(error.to_string(), "`spawn::wait` was cancelled");
    door.open();
    for call in running {
        block_on(call).unwrap();
    }
    assert_eq!(log.lock().unwrap().len(), PLACES);
}

/// Items that were worked on, and a door that the first of them waits at.
#[derive(Default)]
struct Watched {
    items: AtomicUsize,
    door: Door,
    dropped: AtomicBool,
}

struct NotesDrop<'w>(&'w Watched);

impl Drop for NotesDrop<'_> {
    fn drop(&mut self) {
        self.0.dropped.store(true, Ordering::Relaxed);
    }
}

fn work(watched: &Watched, first: bool) -> u64 {
    watched.items.fetch_add(1, Ordering::Relaxed);
    if first {
        watched.door.pass();
    }
    (0..2_000_u64).fold(0, |sum, x| std::hint::black_box(sum ^ x.rotate_left(7)))
}

/// The last item waits at the door as well: a call that is not stopped is seen, whatever the pace.
#[parallelize(spawn_fn = mapped_async)]
fn mapped(xs: &[u32], watched: &Watched) -> Vec<u64> {
    let _notes = NotesDrop(watched);
    xs.iter().map(|x| work(watched, *x == 0)).collect()
}

#[parallelize(spawn_fn = summed_async)]
fn summed(xs: &[u32], watched: &Watched) -> f64 {
    let _notes = NotesDrop(watched);
    xs.iter().map(|x| work(watched, *x == 0) as f64).sum()
}

#[parallelize(spawn_fn = looped_async, serial)]
fn looped(xs: &[u32], watched: &Watched) -> Option<u32> {
    let _notes = NotesDrop(watched);
    for x in xs {
        if work(watched, *x == 0) == 1 {
            return Some(*x);
        }
    }
    None
}

#[parallelize(spawn_fn = split_async, parallel_from = 2, chunk_size = 16)]
fn split(xs: &[u32], watched: &Watched) -> usize {
    let _notes = NotesDrop(watched);
    xs.iter().filter(|x| work(watched, **x == 0) != 1).count()
}

/// Some 3 s of work.
const LEN: usize = 1_000_000;

/// A call that is cancelled while its first item waits ends soon after that item, and is over when all is dropped.
fn stops<R: std::fmt::Debug>(spawn: impl Fn(Vec<u32>, Arc<Watched>) -> Spawned<R>, by_drop: bool) {
    let watched = Arc::new(Watched::default());
    let call = spawn((0..LEN as u32).collect(), Arc::clone(&watched));
    watched.door.came(1);
    if by_drop {
        drop(call);
        watched.door.open();
    } else {
        call.cancel();
        watched.door.open();
        assert!(block_on(call).unwrap_err().is_cancelled());
    }
    while Arc::strong_count(&watched) > 1 {
        thread::yield_now();
    }
    assert!(watched.dropped.load(Ordering::Relaxed), "what the function held is dropped");
    let items = watched.items.load(Ordering::Relaxed);
    assert!(items < LEN / 2, "{items} of {LEN} items were worked on");
}

/// What is not known yet, what is known, and regions.
#[test]
fn a_call_that_runs_and_is_cancelled_stops() {
    let _alone = alone();
    for by_drop in [true, false, true] {
        stops(mapped_async, by_drop);
        stops(summed_async, by_drop);
        stops(looped_async, by_drop);
        stops(split_async, by_drop);
        for len in [50, 400, 3_000] {
            // Learn something meanwhile.
            let watched = Arc::new(Watched::default());
            watched.door.open();
            let xs: Vec<u32> = (0..len).collect();
            assert_eq!(block_on(mapped_async(xs.clone(), Arc::clone(&watched))).unwrap().len(), xs.len());
            assert_eq!(block_on(looped_async(xs.clone(), Arc::clone(&watched))).unwrap(), None);
            assert_eq!(block_on(split_async(xs.clone(), Arc::clone(&watched))).unwrap(), xs.len());
        }
    }
}

/// A call of several chains ends at the next one.
#[test]
fn a_call_between_two_chains_stops() {
    #[parallelize(spawn_fn = twice_async)]
    fn twice(xs: &[u32], door: &Door, reached: &AtomicBool) -> u32 {
        let first: u32 = xs.iter().map(|x| x + 1).sum();
        door.pass();
        let second: u32 = xs.iter().inspect(|_| reached.store(true, Ordering::Relaxed)).sum();
        first + second
    }
    let _alone = alone();
    let door = Arc::new(Door::default());
    let reached = Arc::new(AtomicBool::new(false));
    let call = twice_async([1, 2, 3], Arc::clone(&door), Arc::clone(&reached));
    door.came(1);
    call.cancel();
    door.open();
    assert!(block_on(call).unwrap_err().is_cancelled());
    assert!(!reached.load(Ordering::Relaxed));
}

#[parallelize(spawn_fn = divided_async)]
fn divided(xs: &[u32], by: u32) -> Vec<u32> {
    xs.iter().map(|x| x.checked_div(by).expect("a divisor")).collect()
}

#[parallelize(spawn_fn = thrown_async)]
fn thrown(xs: &[u32]) -> Vec<u32> {
    xs.iter().map(|x| if *x > 70 { std::panic::panic_any(*x) } else { *x }).collect()
}

#[test]
fn a_panic_is_an_error() {
    let _alone = alone();
    let error = block_on(divided_async([1, 2], 0)).unwrap_err();
    assert!(error.is_panic() && !error.is_cancelled());
    assert_eq!(error.message(), Some("a divisor"));
    assert_eq!(error.to_string(), "`spawn::divided` panicked: a divisor");
    assert!(format!("{error:?}").contains("a divisor"));
    assert!(error.into_panic().is::<String>());
    for len in [100, 10_000] {
        let error = block_on(thrown_async((0..len).collect::<Vec<u32>>())).unwrap_err();
        assert_eq!((error.message(), error.to_string().as_str()), (None, "`spawn::thrown` panicked"));
        assert_eq!(error.into_panic().downcast_ref::<u32>(), Some(&71), "that of the lowest item");
    }
    let cancelled = {
        let call = divided_async([1], 1);
        call.cancel();
        block_on(call)
    };
    if let Err(error) = cancelled {
        assert!(catch_unwind(AssertUnwindSafe(|| error.into_panic())).is_err());
    }
    // The line goes on.
    assert_eq!(block_on(divided_async([4, 6], 2)).unwrap(), [2, 3]);
}

/// A result that nobody takes may panic when it is dropped: on a thread of the pool, which goes on.
#[test]
fn an_unwanted_result_is_dropped() {
    struct Bomb(Arc<AtomicUsize>);
    impl Drop for Bomb {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::Relaxed);
            std::panic::resume_unwind(Box::new(()));
        }
    }
    #[parallelize(spawn_fn = bombs_async)]
    fn bombs(xs: &[u32], drops: &Arc<AtomicUsize>, door: &Door) -> Option<Bomb> {
        let many: usize = xs.iter().map(|x| *x as usize).sum();
        door.pass();
        (many > 0).then(|| Bomb(Arc::clone(drops)))
    }
    let _alone = alone();
    let (drops, door) = (Arc::new(AtomicUsize::new(0)), Arc::new(Door::default()));
    let call = bombs_async([1], Arc::new(Arc::clone(&drops)), Arc::clone(&door));
    door.came(1);
    drop(call);
    door.open();
    while drops.load(Ordering::Relaxed) == 0 {
        thread::yield_now();
    }
    free_again();
}

#[test]
fn a_result_is_yielded_once() {
    let _alone = alone();
    let mut call = divided_async([8], 2);
    assert!(format!("{call:?}").contains("spawn::divided"));
    assert_eq!(block_on(&mut call).unwrap(), [4]);
    assert!(catch_unwind(AssertUnwindSafe(|| poll(Pin::new(&mut call)))).is_err());
}

/// From within a call, and from within an annotated function's chain.
#[test]
fn calls_within_calls() {
    #[parallelize(spawn_fn = outer_async)]
    fn outer(xs: &[u32], kept: &Mutex<Vec<Spawned<Vec<u32>>>>) -> u32 {
        for x in xs {
            kept.lock().unwrap().push(divided_async(vec![*x; 3], 2));
        }
        xs.iter().sum()
    }
    let _alone = alone();
    let kept = Arc::new(Mutex::new(Vec::new()));
    let xs: Vec<u32> = (0..300).collect();
    assert_eq!(block_on(outer_async(xs.clone(), Arc::clone(&kept))).unwrap(), xs.iter().sum());
    let mut inner: Vec<u32> = kept.lock().unwrap().drain(..).map(|call| block_on(call).unwrap()[2]).collect();
    inner.sort_unstable();
    assert_eq!(inner, xs.iter().map(|x| x / 2).collect::<Vec<_>>());
}
