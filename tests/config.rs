//! `Config` in a process of its own: it can be installed once, before the first call.
#![cfg(feature = "rayon")]

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::thread;

use amorsize::Config;

#[amorsize::parallelize(parallel_from = 2, chunk_size = 1)]
fn names(xs: &[u32]) -> Vec<Option<String>> {
    xs.iter()
        .map(|&x| {
            let busy = (0..20_000).fold(x, |x, k| std::hint::black_box(x ^ k));
            std::hint::black_box(busy);
            thread::current().name().map(str::to_owned)
        })
        .collect()
}

#[test]
fn a_program_brings_its_own_pool_once() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(3).thread_name(|k| format!("mine-{k}")).build();
    let pool = Arc::new(pool.unwrap());
    let other = Mutex::new(BTreeSet::new());
    let caller = thread::current().name().map(str::to_owned);
    Config::new().pool(Arc::clone(&pool)).max_threads(3).install().unwrap();
    let xs: Vec<u32> = (0..300).collect();
    for _ in 0..500 {
        other.lock().unwrap().extend(names(&xs).into_iter().filter(|name| *name != caller));
        if !other.lock().unwrap().is_empty() {
            break;
        }
    }
    let other = other.into_inner().unwrap();
    assert!(
        other.iter().all(|name| name.as_ref().is_some_and(|name| name.starts_with("mine-"))),
        "helpers came from elsewhere: {other:?}"
    );
    let alone = thread::available_parallelism().is_ok_and(|threads| threads.get() < 2);
    assert!(alone || !other.is_empty(), "nobody of the pool came in 500 calls");
    assert!(Config::new().max_threads(1).install().is_err(), "configured after the first call");
}
