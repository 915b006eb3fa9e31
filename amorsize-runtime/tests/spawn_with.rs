//! `Config::spawn_with`: good sources of helpers help, bad ones do no harm. A process for each source, as it is named once.

use std::cell::Cell;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use amorsize_runtime::Config;
use amorsize_runtime::private::{self as rt, Options, Site, Spec};

type Task = Box<dyn FnOnce() + Send>;

/// Names the source for the process that tries it. (A variable `AMORSIZE_…` that does not exist would change the mode.)
const SOURCE: &str = "TEST_SPAWN_WITH";

thread_local! {
    /// Whether the source is being asked for a helper on this thread.
    static ASKED: Cell<bool> = const { Cell::new(false) };
}

/// How often the source was asked.
static TASKS: AtomicUsize = AtomicUsize::new(0);

type Source = (&'static str, fn(Task));

/// Sources as they should not be, with what they do.
const BAD: [Source; 5] = [
    ("keeps", |task| {
        static KEPT: Mutex<Vec<Task>> = Mutex::new(Vec::new());
        let mut kept = KEPT.lock().unwrap();
        kept.push(task);
        assert!(kept.len() <= 3, "more invitations than threads");
    }),
    ("runs on the spot", |task| task()),
    ("drops", drop),
    ("panics", |task| {
        drop(task);
        panic!("no helper today");
    }),
    ("waits for the task", |task| thread::spawn(task).join().unwrap()),
];

/// Threads of every source here.
const THREADS: usize = 3;

/// A pool as programs have them: threads with a name of their own that take tasks from one queue.
fn pool() -> impl Fn(Task) + Send + Sync {
    let (queue, tasks) = mpsc::channel::<Task>();
    let tasks = Arc::new(Mutex::new(tasks));
    for _ in 0..THREADS {
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
    move |task| queue.send(task).unwrap()
}

fn name(source: impl Fn(Task) + Send + Sync + 'static) {
    struct Restore;
    impl Drop for Restore {
        fn drop(&mut self) {
            ASKED.set(false);
        }
    }
    let asked = move |task| {
        TASKS.fetch_add(1, Ordering::Relaxed);
        let _restore = Restore;
        ASKED.set(true);
        source(task);
    };
    Config::new().spawn_with(THREADS, asked).install().unwrap();
}

/// A call that asks for help at once; the names of the threads that came, without the caller's.
fn call(len: usize) -> Vec<String> {
    static SITE: Site = Site::new(Spec {
        part: "",
        signature: "",
        body: "",
        key: "",
        file: file!(),
        line: line!(),
        options: Options { parallel_from: 2, chunk_size: 1, ..Options::NONE },
    });
    let visits: Vec<AtomicUsize> = (0..len).map(|_| AtomicUsize::new(0)).collect();
    let xs: Vec<usize> = (0..len).collect();
    let caller = thread::current().id();
    let results = rt::map(&SITE, rt::elements(&xs[..]), |part: &[usize], out: rt::Out<'_, _>| {
        assert!(!ASKED.get(), "work was done inside the call that asks for a helper");
        out.fill(part.iter().map(|&x| {
            visits[x].fetch_add(1, Ordering::Relaxed);
            let worked = (0..5_000).fold(x, |x, k| std::hint::black_box(x.rotate_left(5) ^ k));
            std::hint::black_box(worked);
            let here = thread::current();
            (2 * x, (here.id() != caller).then(|| here.name().unwrap_or("nameless").to_owned()))
        }));
    });
    assert!(results.iter().enumerate().all(|(at, &(x, _))| x == 2 * at));
    assert!(visits.iter().all(|visits| visits.load(Ordering::Relaxed) == 1));
    results.into_iter().filter_map(|(_, helper)| helper).collect()
}

/// What the process does that `SOURCE` names a source for.
fn try_source(source: &str) {
    if source == "pool" {
        name(pool());
    } else {
        name(BAD.iter().find(|(name, _)| *name == source).unwrap().1);
    }
    let available = amorsize_runtime::machine::available();
    assert_eq!(amorsize_runtime::decisions().threads, THREADS.min(available));
    let mut helpers: Vec<String> = (0..200).flat_map(|_| call(60)).collect();
    if available < 2 {
        assert_eq!((TASKS.load(Ordering::Relaxed), helpers.len()), (0, 0));
        return;
    }
    assert_ne!(TASKS.load(Ordering::Relaxed), 0, "nobody was asked");
    match source {
        "pool" => {
            let began = Instant::now();
            while helpers.is_empty() && began.elapsed() < Duration::from_secs(60) {
                helpers = call(200);
            }
            assert!(!helpers.is_empty(), "a minute of calls and nobody came");
            assert!(helpers.iter().all(|helper| helper == "mine"), "{helpers:?}");
        }
        "waits for the task" => assert!(helpers.iter().all(|helper| helper == "nameless"), "{helpers:?}"),
        _ => assert_eq!(helpers, [""; 0], "somebody came from elsewhere"),
    }
    match source {
        "keeps" => assert!(TASKS.load(Ordering::Relaxed) <= THREADS),
        "panics" => {
            assert_eq!(TASKS.load(Ordering::Relaxed), 1, "asked again after a panic");
            assert_eq!(amorsize_runtime::decisions().threads, 1);
        }
        // A task that is thrown away or refused gives up its place, and the next call asks again.
        "drops" | "runs on the spot" => assert!(TASKS.load(Ordering::Relaxed) > 2 * THREADS),
        _ => {}
    }
    assert!(Config::new().spawn_with(1, drop).install().is_err(), "named after the first call");
}

#[test]
fn helpers_come_from_where_the_program_says_and_only_if_they_do() {
    if let Ok(source) = std::env::var(SOURCE) {
        return try_source(&source);
    }
    for source in BAD.map(|(name, _)| name).into_iter().chain(["pool"]) {
        let output = Command::new(std::env::current_exe().unwrap()).env(SOURCE, source).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr) + String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{source}: {text}");
        let said = "amorsize: the function given to `Config::spawn_with` panicked; every call is serial from now on\n";
        // The harness keeps what a test prints; this line is written past it.
        assert_eq!(text.matches(said).count(), usize::from(source == "panics"), "{source}: {text}");
    }
}
