//! Where helpers come from: the pool that the caller is in, a pool that the program named, or rayon's global one.
//!
//! Decides how wide a region can be and whether an invitation is worth sending; knows nothing of what helpers do.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use super::region::Helpers;

/// Invitations that no pool thread has picked up yet.
type Pending = Arc<AtomicUsize>;

/// Those of callers outside every pool.
static OUTSIDE: LazyLock<Pending> = LazyLock::new(Pending::default);

thread_local! {
    /// Those of this thread as a caller inside its pool. rayon's pools have no names to count by, and one count for all
    /// would let a pool that is stuck keep the helpers of the others away.
    static INSIDE: Pending = Pending::default();
}

/// Whether a region opened outside every pool has used its pool, so that it is known to exist.
static STARTED: AtomicBool = AtomicBool::new(false);

/// A source of helpers.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// Threads of the pool that this source sends to.
    width: usize,
    pending: Pending,
}

impl Source {
    /// The source for a region that the current thread is about to open.
    pub(crate) fn here() -> Self {
        let width = pool::width();
        let mine = if pool::inside() { INSIDE.try_with(Arc::clone).ok() } else { None };
        let pending = mine.unwrap_or_else(|| {
            // The pool around a caller would say nothing of the one that callers outside use.
            STARTED.store(true, Ordering::Relaxed);
            Arc::clone(&OUTSIDE)
        });
        Self { width, pending }
    }
}

impl Helpers for Source {
    /// With as many invitations open as the pool has threads, one more could not come earlier
    /// than those, and a pool that is busy for long would pile them up.
    fn spawn(&self, visit: impl FnOnce() + Send + 'static) {
        if self.width < 2 {
            return;
        }
        if self.pending.fetch_add(1, Ordering::Relaxed) >= self.width {
            self.pending.fetch_sub(1, Ordering::Relaxed);
            return;
        }
        let pending = Arc::clone(&self.pending);
        pool::spawn(move || {
            pending.fetch_sub(1, Ordering::Relaxed);
            visit();
        });
    }
}

/// Whether the pool is known to be running, so that using it costs no start.
pub(crate) fn pool_started() -> bool {
    STARTED.load(Ordering::Relaxed) || pool::inside()
}

/// The same for a caller outside every pool, whoever asks.
pub(crate) fn usual_width(available: usize) -> usize {
    pool::expected_width(available)
}

/// How many threads, the caller among them, can work on one region. Never starts the pool.
pub(crate) fn width(available: usize) -> usize {
    if pool_started() { pool::width().min(available) } else { pool::expected_width(available) }
}

#[cfg(feature = "rayon")]
pub(crate) mod pool {
    //! rayon's pools.

    use std::error::Error as _;
    use std::panic::catch_unwind;
    use std::sync::{Arc, OnceLock};

    use crate::observe::{self, Topic};

    /// The pool that the program named with `Config::pool`.
    static NAMED: OnceLock<Arc<rayon::ThreadPool>> = OnceLock::new();

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

    /// Makes `pool` the source of helpers for callers outside every pool; false when one was named before.
    pub(crate) fn name(pool: Arc<rayon::ThreadPool>) -> bool {
        NAMED.set(pool).is_ok()
    }

    /// Whether this thread belongs to a rayon pool.
    pub(crate) fn inside() -> bool {
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
        NAMED.get().map_or_else(otherwise, |pool| pool.current_num_threads())
    }

    pub(super) fn spawn(visit: impl FnOnce() + Send + 'static) {
        match NAMED.get() {
            Some(pool) if !inside() => pool.spawn(visit),
            _ => rayon::spawn(visit),
        }
    }
}

#[cfg(not(feature = "rayon"))]
pub(crate) mod pool {
    //! No pool: every region would be one thread wide, so none is ever opened.

    pub(crate) fn inside() -> bool {
        false
    }

    pub(super) fn width() -> usize {
        1
    }

    pub(super) fn expected_width(_available: usize) -> usize {
        1
    }

    pub(super) fn spawn(visit: impl FnOnce() + Send + 'static) {
        drop(visit);
    }
}
