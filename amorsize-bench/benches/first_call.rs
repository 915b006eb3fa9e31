//! The first call of an expensive function in a fresh process, without a file, against `thread::scope` halves.
//!
//! Target: within 10 %, median of 9 processes each, every item executed once. The parent starts itself again, the two
//! contenders in turn.

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use amorsize::parallelize;
use amorsize_bench::{human, median};

static VISITS: AtomicUsize = AtomicUsize::new(0);

/// About a millisecond.
fn expensive(seed: u64) -> u64 {
    VISITS.fetch_add(1, Ordering::Relaxed);
    amorsize_bench::burn(seed, 750_000)
}

#[parallelize]
fn all(xs: &[u64]) -> Vec<u64> {
    xs.iter().map(|&x| expensive(x)).collect()
}

fn halves(xs: &[u64]) -> Vec<u64> {
    let (left, right) = xs.split_at(xs.len() / 2);
    let half = |xs: &[u64]| xs.iter().map(|&x| expensive(x)).collect::<Vec<_>>();
    thread::scope(|scope| {
        let right = scope.spawn(move || half(right));
        let mut all = half(left);
        all.extend(right.join().expect("the half does not panic"));
        all
    })
}

/// One measurement in this process: nanoseconds of the first call.
fn child(contender: &str) {
    let xs: Vec<u64> = (0..200).collect();
    let began = Instant::now();
    let results = if contender == "halves" { halves(&xs) } else { all(&xs) };
    let took = began.elapsed().as_nanos();
    assert_eq!(results.len(), 200);
    assert_eq!(VISITS.load(Ordering::Relaxed), 200, "every item is executed once");
    println!("{took}");
}

fn main() {
    if let Ok(contender) = std::env::var("FIRST_CALL") {
        child(&contender);
        return;
    }
    let own = std::env::current_exe().expect("the path of this program");
    let once = |contender: &str| {
        let mut command = Command::new(&own);
        // Not a child of cargo, as far as it can tell: nothing is read, nothing is written.
        command.env("FIRST_CALL", contender).env_remove("CARGO_MANIFEST_DIR").env_remove("AMORSIZE");
        let output = command.output().expect("this program starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().parse::<f64>().expect("nanoseconds")
    };
    let (mut halves, mut amorsize) = (Vec::new(), Vec::new());
    for _ in 0..9 {
        halves.push(once("halves"));
        amorsize.push(once("amorsize"));
    }
    let (halves, amorsize) = (median(halves), median(amorsize));
    println!("first call, 200 items of about 1 ms, median of 9 fresh processes each");
    println!("thread::scope halves {}", human(halves));
    println!("amorsize             {}   ratio {:.3}", human(amorsize), amorsize / halves);
}
