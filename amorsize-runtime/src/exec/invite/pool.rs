//! rayon's pools: the one that the caller is in, the one that the program named, or the global one.

use std::error::Error as _;
use std::panic::catch_unwind;
use std::sync::OnceLock;

use super::{NAMED, Named, Task};
use crate::observe::{self, Topic};

/// Whether rayon's global pool runs; empty until somebody needed it.
static GLOBAL: OnceLock<bool> = OnceLock::new();

/// Starts rayon's global pool unless it runs. Where no thread can be started (a container's limit on processes) the
/// answer is false; asking rayon for anything would panic there.
fn global() -> bool {
    *GLOBAL.get_or_init(|| match rayon::ThreadPoolBuilder::new().build_global() {
        Ok(()) => true,
        // Somebody else did it before; whether it worked, only the pool can say.
        Err(error) if error.source().is_none() => catch_unwind(rayon::current_num_threads).is_ok(),
        Err(error) => {
            let text = format!("no thread can be started ({error}); every call is serial");
            observe::warn_once(Topic::Engine, "pool", &text);
            false
        }
    })
}

/// Whether this thread belongs to a rayon pool.
pub(super) fn inside() -> bool {
    rayon::current_thread_index().is_some()
}

/// Threads of the pool that helpers would come from; starts rayon's global pool if it has to.
pub(super) fn width() -> usize {
    let of_global = || if global() { rayon::current_num_threads() } else { 1 };
    if inside() { rayon::current_num_threads() } else { named_or(of_global) }
}

/// The same without starting a pool: what rayon would make of its environment.
pub(super) fn expected_width(available: usize) -> usize {
    static ASKED: OnceLock<Option<usize>> = OnceLock::new();
    let asked = ASKED.get_or_init(|| {
        let asked = std::env::var("RAYON_NUM_THREADS").ok()?.parse::<usize>().ok()?;
        (asked > 0).then_some(asked)
    });
    let of_global = || if GLOBAL.get() == Some(&false) { 1 } else { asked.unwrap_or(available) };
    named_or(of_global).min(available)
}

fn named_or(otherwise: impl FnOnce() -> usize) -> usize {
    named().map_or_else(otherwise, rayon::ThreadPool::current_num_threads)
}

/// The pool that the program named with `Config::pool`.
fn named() -> Option<&'static rayon::ThreadPool> {
    match NAMED.get()? {
        Named::Pool(pool) => Some(pool),
        Named::Spawner(_) => None,
    }
}

pub(super) fn spawn(visit: impl FnOnce() + Send + 'static) {
    match named() {
        Some(pool) if !inside() => pool.spawn(visit),
        _ => rayon::spawn(visit),
    }
}

/// Has a thread of the pool run a whole call; gives it back where no thread can be started.
pub(super) fn elsewhere(task: Task) -> Result<(), Task> {
    match named() {
        Some(pool) if !inside() => pool.spawn(task),
        _ if inside() || global() => rayon::spawn(task),
        _ => return Err(task),
    }
    Ok(())
}
