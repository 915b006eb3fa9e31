//! Loading a tuned file of 1 000 sites, in fresh processes: once per process, nothing per call.
//!
//! Target: at most 2 ms. The parent starts itself again, with and without a file in turn; each child times its first look-up,
//! which is when the file is read, and 1 000 that follow (one for each site, as a site's first call makes them).

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use amorsize_bench::{human, median};
use amorsize_runtime::store;

const SITES: usize = 1_000;
const PROCESSES: usize = 31;

fn key(site: usize) -> String {
    format!("shop::module_{}::function_{site}(&[Item], &Weights) -> Vec<f64>", site % 40)
}

/// A file as `record` writes it.
fn file() -> String {
    let mut text = "version = 1\n".to_owned();
    for site in 0..SITES {
        let (key, item_ns) = (key(site), 20 + site);
        let _ = write!(
            text,
            "\n[site.\"{key}\"]\nbody = \"{site:012x}\"\nmachine = \"x86_64-zen4-2\"\nitem_ns = {item_ns}\nitem_bytes = 16\n\
             spread = 0.25\nlen = [1, 10_000]\nsamples = 64\nparallel_from = 2_300\nthreads = 2\n"
        );
    }
    store::canonical(&text).expect("a tuned file")
}

/// One process: nanoseconds of the first look-up, and of the 1 000 that follow.
fn child() {
    let keys: Vec<String> = (0..SITES).map(key).collect();
    let began = Instant::now();
    let first = store::lookup("shop::none()", "0");
    let loaded = began.elapsed().as_nanos();
    let began = Instant::now();
    let found = keys
        .iter()
        .enumerate()
        .filter(|(site, key)| store::lookup(key, &format!("{site:012x}")).entry.is_some());
    let found = found.count();
    let looked_up = began.elapsed().as_nanos();
    assert!(first.entry.is_none());
    println!("{loaded} {looked_up} {found}");
}

fn once(file: Option<&Path>) -> [f64; 3] {
    let mut command = Command::new(std::env::current_exe().expect("the path of this program"));
    command.env("LOAD_FILE", "child").env("AMORSIZE", "frozen").env_remove("CARGO_MANIFEST_DIR");
    match file {
        Some(file) => command.env("AMORSIZE_FILE", file),
        None => command.env_remove("AMORSIZE_FILE"),
    };
    let output = command.output().expect("this program starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut numbers = text.split_whitespace().map(|number| number.parse().expect("a number"));
    std::array::from_fn(|_| numbers.next().expect("three numbers"))
}

fn main() {
    if std::env::var_os("LOAD_FILE").is_some() {
        child();
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(store::FILE_NAME);
    let text = file();
    std::fs::write(&path, &text).expect("the file is written");
    let runs: Vec<_> = (0..PROCESSES).map(|_| (once(Some(&path)), once(None))).collect();
    assert!(runs.iter().all(|(with, without)| with[2] as usize == SITES && without[2] as usize == 0));
    let of = |pick: fn(&([f64; 3], [f64; 3])) -> f64| median(runs.iter().map(pick).collect());
    println!("a file of {SITES} sites, {} KiB; {PROCESSES} processes each, medians", text.len() >> 10);
    println!("first look-up, with the file     {:>10}", human(of(|(with, _)| with[0])));
    println!("first look-up, without one       {:>10}", human(of(|(_, without)| without[0])));
    println!("a site's own look-up, once       {:>10}", human(of(|(with, _)| with[1] / SITES as f64)));
}
