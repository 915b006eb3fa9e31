//! Where spawned calls run: on the threads that the program named, or elsewhere if those cannot be had. A process for each
//! case, as threads are named once.
#![cfg(feature = "rayon")]

use std::collections::BTreeSet;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex, mpsc};
use std::thread;

use amorsize::{Config, Spawned, parallelize};

/// Names the case for the process that tries it. (A variable `AMORSIZE_…` that does not exist would change the mode.)
const CASE: &str = "TEST_SPAWN_PLACES";

type Task = Box<dyn FnOnce() + Send>;

/// What is done in a process of its own.
const CASES: &[(&str, fn())] = &[
    ("pool", in_a_pool),
    ("pool of one", in_a_pool_of_one),
    ("around the call", in_the_pool_around_the_call),
    ("spawner", with_a_spawner),
    ("spawner that drops", || in_plain_threads(Config::new().spawn_with(3, drop))),
    ("spawner that runs on the spot", || in_plain_threads(Config::new().spawn_with(3, |task| task()))),
    ("spawner that panics", || in_plain_threads(Config::new().spawn_with(3, |_| panic!("no thread today")))),
    (NO_POOL, || in_plain_threads(Config::new())),
    #[cfg(target_os = "linux")]
    (NO_THREADS, at_the_poll),
];

/// The pool cannot be started, and threads of our own can.
const NO_POOL: &str = "no pool";
/// No thread can be started at all.
const NO_THREADS: &str = "no threads";

/// Who did what, by the names of threads.
#[derive(Default)]
struct Log {
    callers: Mutex<BTreeSet<String>>,
    workers: Mutex<BTreeSet<String>>,
    running: AtomicUsize,
    most: AtomicUsize,
}

fn note(threads: &Mutex<BTreeSet<String>>) {
    threads.lock().unwrap().insert(thread::current().name().unwrap_or("nameless").to_owned());
}

impl Log {
    fn callers(&self) -> Vec<String> {
        self.callers.lock().unwrap().iter().cloned().collect()
    }

    /// Every caller and every helper has a name that begins so.
    #[track_caller]
    fn all_are(&self, prefix: &str) {
        let all = || [self.callers(), self.workers.lock().unwrap().iter().cloned().collect()].concat();
        assert!(!all().is_empty() && all().iter().all(|name| name.starts_with(prefix)), "{:?}", all());
    }
}

/// Doubles, with helpers where there are any; each call meets as many others as the barrier asks for.
#[parallelize(spawn_fn = doubled_async, parallel_from = 2, chunk_size = 4)]
fn doubled(xs: &[u32], log: &Log, meets: &Barrier) -> Vec<u32> {
    let running = 1 + log.running.fetch_add(1, Ordering::Relaxed);
    log.most.fetch_max(running, Ordering::Relaxed);
    note(&log.callers);
    meets.wait();
    let doubled = xs
        .iter()
        .map(|&x| {
            note(&log.workers);
            std::hint::black_box((0..500).fold(x, |x, k| std::hint::black_box(x ^ k)));
            2 * x
        })
        .collect();
    log.running.fetch_sub(1, Ordering::Relaxed);
    doubled
}

/// Calls of one test; an even number.
const CALLS: u32 = 40;

fn spawn(log: &Arc<Log>, meet: usize) -> Vec<Spawned<Vec<u32>>> {
    let meets = Arc::new(Barrier::new(meet));
    let call = |first| {
        let xs: Vec<u32> = (first..first + 50).collect();
        doubled_async(xs, Arc::clone(log), Arc::clone(&meets))
    };
    (0..CALLS).map(call).collect()
}

fn answer(calls: Vec<Spawned<Vec<u32>>>) {
    for (first, call) in (0..CALLS).zip(calls) {
        let expected: Vec<u32> = (first..first + 50).map(|x| 2 * x).collect();
        assert_eq!(pollster::block_on(call).unwrap(), expected);
    }
}

fn pool(threads: usize, name: &'static str) -> Arc<rayon::ThreadPool> {
    let builder = rayon::ThreadPoolBuilder::new().num_threads(threads);
    Arc::new(builder.thread_name(move |k| format!("{name}-{k}")).build().unwrap())
}

/// Two of the pool's three threads run calls: each call waits for another one, and no third one comes.
fn in_a_pool() {
    Config::new().pool(pool(3, "mine")).max_regions(2).install().unwrap();
    let log = Arc::default();
    answer(spawn(&log, 2));
    log.all_are("mine-");
    assert_eq!(log.most.load(Ordering::Relaxed), 2);
}

fn in_a_pool_of_one() {
    Config::new().pool(pool(1, "mine")).max_regions(4).install().unwrap();
    let log = Arc::default();
    answer(spawn(&log, 1));
    log.all_are("mine-0");
    assert_eq!(log.most.load(Ordering::Relaxed), 1, "a pool of one thread ran two calls at once");
}

/// Calls that are made in a pool stay in it.
fn in_the_pool_around_the_call() {
    let log = Arc::default();
    let calls = pool(2, "around").install(|| spawn(&log, 1));
    answer(calls);
    log.all_are("around-");
}

fn with_a_spawner() {
    let (queue, tasks) = mpsc::channel::<Task>();
    let tasks = Arc::new(Mutex::new(tasks));
    for _ in 0..3 {
        let tasks = Arc::clone(&tasks);
        let serve = move || {
            loop {
                let task = tasks.lock().unwrap().recv();
                let Ok(task) = task else { break };
                task();
            }
        };
        thread::Builder::new().name("mine".into()).spawn(serve).unwrap();
    }
    Config::new().spawn_with(3, move |task| queue.send(task).unwrap()).max_regions(2).install().unwrap();
    let log = Arc::default();
    answer(spawn(&log, 2));
    log.all_are("mine");
    assert_eq!(log.most.load(Ordering::Relaxed), 2);
}

/// No thread that was asked for comes, so others are started.
fn in_plain_threads(config: Config) {
    config.max_regions(2).install().unwrap();
    let log = Arc::default();
    answer(spawn(&log, 2));
    assert_eq!(log.callers(), ["amorsize-call"]);
    assert_eq!(log.most.load(Ordering::Relaxed), 2);
}

/// Each call runs where it is awaited, one that panics as well; one that is dropped never runs.
#[cfg(target_os = "linux")]
fn at_the_poll() {
    use rustix::process::{Resource, Rlimit, setrlimit};

    Config::new().spawn_with(3, drop).max_regions(2).install().unwrap();
    // What is allocated from here on finds room that is mapped already; the last block keeps the allocator from giving it back.
    let mut room: Vec<Vec<u8>> = (0..200).map(|_| vec![1; 100_000]).collect();
    std::mem::forget(room.pop());
    drop(room);
    // Memory that may still be mapped, too little for the stack of a thread.
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let mapped = status.lines().find_map(|line| line.strip_prefix("VmSize:")?.strip_suffix(" kB")).unwrap();
    let bytes = (mapped.trim().parse::<u64>().unwrap() << 10) + (6 << 20);
    setrlimit(Resource::As, Rlimit { current: Some(bytes), maximum: None }).unwrap();
    assert!(thread::Builder::new().stack_size(8 << 20).spawn(|| ()).is_err(), "a thread was started");

    let log = Arc::default();
    let mut calls = spawn(&log, 1);
    drop(calls.pop());
    answer(calls);
    assert_eq!(log.callers(), [thread::current().name().unwrap()]);
    assert_eq!(Arc::strong_count(&log), 1, "what the call was given that was dropped lives on");
    let error = pollster::block_on(divided_async([1], 0)).unwrap_err();
    assert_eq!(error.message(), Some("a divisor"));
    let tried = try_divided_async([4], 2).expect("nothing runs or waits");
    assert_eq!(pollster::block_on(tried).unwrap(), [2]);
}

#[cfg(target_os = "linux")]
#[parallelize(spawn_fn = divided_async)]
fn divided(xs: &[u32], by: u32) -> Vec<u32> {
    xs.iter().map(|x| x.checked_div(by).expect("a divisor")).collect()
}

#[test]
fn spawned_calls_run_where_the_program_says_and_elsewhere_if_they_cannot() {
    if let Ok(asked) = std::env::var(CASE) {
        return CASES.iter().find(|(case, _)| *case == asked).expect("a case").1();
    }
    for (case, _) in CASES {
        let mut command = Command::new(std::env::current_exe().unwrap());
        // With a single thread the test runs on the main one, which has its stack.
        command.env(CASE, case).env("RUST_TEST_THREADS", "1");
        // Where memory is short there is none for the symbols of a backtrace.
        command.env("RUST_BACKTRACE", "0");
        if [NO_POOL, NO_THREADS].contains(case) {
            command.env("RUST_MIN_STACK", (1_u64 << 62).to_string());
        }
        let output = command.output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr) + String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{case}: {text}");
    }
}
