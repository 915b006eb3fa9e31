//! A process that `fork` made has the parent's memory and none of its threads: there calls are right, serial and never wait
//! for anybody. The parent is caught in the midst of regions, measurements and writing, so that locks are held.
//!
//! A program of its own, since only the main thread may fork in peace.

#[cfg(unix)]
use std::{
    process::ExitCode,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

#[cfg(unix)]
use amorsize_runtime::private::{self as rt, Options, Site, Spec};

#[cfg(not(unix))]
fn main() {}

/// Sites that are parallel from two items on, for one type of items each.
#[cfg(unix)]
static SITES: [Site; 3] = [const {
    Site::new(Spec {
        part: "",
        signature: "",
        body: "000000000000",
        key: "fork",
        file: file!(),
        line: line!(),
        options: Options { parallel_from: 2, chunk_size: 3, ..Options::NONE },
    })
}; 3];

/// Doubles by way of a site; which threads worked.
#[cfg(unix)]
fn double(site: &'static Site, len: usize) -> Vec<thread::ThreadId> {
    let xs: Vec<usize> = (0..len).collect();
    let results = rt::map(site, rt::elements(&xs[..]), |part: &[usize], out: rt::Out<'_, _>| {
        out.fill(part.iter().map(|&x| {
            std::hint::black_box((0..200).fold(x, |x, k| std::hint::black_box(x ^ k)));
            (2 * x, thread::current().id())
        }));
    });
    assert!(results.iter().enumerate().all(|(at, &(x, _))| x == 2 * at));
    results.into_iter().map(|(_, thread)| thread).collect()
}

/// A sum in order: window by window where it is parallel.
#[cfg(unix)]
fn total(site: &'static Site, len: usize) -> f64 {
    let xs: Vec<f64> = (0..len).map(|x| x as f64).collect();
    rt::sum(site, rt::elements(&xs[..]), |part: &[f64], out: rt::Total<'_, _, f64>| {
        out.sum(part.iter().map(|x| x.sqrt()));
    })
}

/// Calls by hand, from two places.
#[cfg(unix)]
fn by_hand(len: u32) {
    let xs: Vec<u32> = (0..len).collect();
    assert_eq!(amorsize_runtime::map(&xs, |x| x + 1), (1..=len).collect::<Vec<_>>());
    let mut ys = xs.clone();
    amorsize_runtime::for_each_mut(&mut ys, |y| *y *= 2);
    assert!(ys.iter().zip(&xs).all(|(y, x)| *y == 2 * x));
}

/// A call as a companion hands it over, and what it finds where it runs.
#[cfg(unix)]
fn spawned() -> rt::Spawned<Vec<thread::ThreadId>> {
    rt::spawn("fork", || {
        let mut threads = double(&SITES[0], 200);
        threads.push(thread::current().id());
        threads
    })
}

#[cfg(unix)]
fn child(expected: f64) {
    let here = thread::current().id();
    for _ in 0..20 {
        // Nobody else is here to run it, so whoever awaits it does, at once.
        let calls = [spawned(), rt::try_spawn(spawned).expect("no other call runs here")];
        for call in calls {
            let threads = pollster::block_on(call).unwrap();
            assert!(threads.iter().all(|&thread| thread == here), "somebody came");
        }
        drop(spawned());
        assert!(double(&SITES[0], 200).iter().all(|&thread| thread == here), "somebody came");
        assert_eq!(total(&SITES[1], 3_000).to_bits(), expected.to_bits());
        // One that nobody called before.
        assert!(double(&SITES[2], 40).iter().all(|&thread| thread == here), "somebody came");
        by_hand(50);
    }
    assert!(!cfg!(target_os = "linux") || std::fs::read_dir("/proc/self/task").unwrap().count() == 1);
    amorsize_runtime::flush();
}

/// Waits for a child, for a minute at most; whether it ended well.
#[cfg(unix)]
fn ended_well(pid: i32) -> bool {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(60) {
        if let Some(status) = fork::waitpid_nohang(pid).unwrap() {
            return fork::WIFEXITED(status) && fork::WEXITSTATUS(status) == 0;
        }
        thread::sleep(Duration::from_millis(1));
    }
    println!("a child does not end");
    let _ = std::process::Command::new("kill").args(["-9", &pid.to_string()]).status();
    false
}

#[cfg(unix)]
fn main() -> ExitCode {
    static OVER: AtomicBool = AtomicBool::new(false);
    let scratch = tempfile::tempdir().unwrap();
    amorsize_runtime::Config::new().scratch(scratch.path()).install().unwrap();
    let expected = total(&SITES[1], 3_000);
    double(&SITES[0], 200);
    let callers: Vec<_> = (0..3)
        .map(|_| {
            thread::spawn(|| {
                while !OVER.load(Ordering::Relaxed) {
                    double(&SITES[0], 200);
                    total(&SITES[1], 3_000);
                    by_hand(50);
                    assert_eq!(pollster::block_on(spawned()).unwrap().len(), 201);
                    drop(rt::try_spawn(spawned));
                    amorsize_runtime::flush();
                }
            })
        })
        .collect();
    let mut good = true;
    for _ in 0..50 {
        match fork::fork().unwrap() {
            fork::Fork::Child => {
                child(expected);
                // As every program ends, with what thread-locals do at the end.
                std::mem::forget(scratch);
                return ExitCode::SUCCESS;
            }
            fork::Fork::Parent(pid) => good &= ended_well(pid),
        }
        if !good {
            break;
        }
    }
    OVER.store(true, Ordering::Relaxed);
    for caller in callers {
        caller.join().unwrap();
    }
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
