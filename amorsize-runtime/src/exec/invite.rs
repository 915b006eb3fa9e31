//! Where helpers come from: a function that the program gave, the pool that the caller is in, a pool that the program named,
//! our own crew (Linux), or rayon's global pool.
//!
//! Decides how wide a region can be and whether an invitation is worth sending; knows nothing of what helpers do.

#[cfg(feature = "rayon")]
mod pool;
mod spawner;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, OnceLock};

use super::placement::{self, Cpu};
use super::region::Helpers;
use super::{crew, nested};
use crate::{config, machine};
pub(crate) use spawner::{Spawner, Task};

/// What the program named as the source of helpers.
#[derive(Clone, Debug)]
pub(crate) enum Named {
    /// A pool, for callers outside every pool (`Config::pool`).
    #[cfg(feature = "rayon")]
    Pool(Arc<rayon::ThreadPool>),
    /// A function, for all callers (`Config::spawn_with`).
    Spawner(Spawner),
}

/// Empty where the program named nothing.
static NAMED: OnceLock<Named> = OnceLock::new();

/// Makes `helpers` the source; false when one was named before.
pub(crate) fn name(helpers: Named) -> bool {
    NAMED.set(helpers).is_ok()
}

/// The function that stands in for rayon, where the program gave one.
fn spawner() -> Option<&'static Spawner> {
    match NAMED.get()? {
        Named::Spawner(spawner) => Some(spawner),
        #[cfg(feature = "rayon")]
        Named::Pool(_) => None,
    }
}

/// Invitations that no thread has picked up yet.
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

/// One invitation's place among the pending ones; given up when it is picked up, and when it is thrown away.
struct Place(Pending);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A source of helpers.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// Threads of the pool that this source sends to.
    width: usize,
    pending: Pending,
    /// Where the caller computes, if the crew helps it and no pool.
    crew: Option<Cpu>,
}

impl Source {
    /// The source for a region that the current thread is about to open.
    pub(crate) fn here() -> Self {
        let crew = by_crew().then(placement::here);
        let width = if crew.is_some() { usual_width(machine::available()) } else { source_width() };
        let mine = if inside() { INSIDE.try_with(Arc::clone).ok() } else { None };
        let pending = mine.unwrap_or_else(|| {
            // The pool around a caller would say nothing of the one that callers outside use, and the crew nothing of a pool.
            if crew.is_none() {
                STARTED.store(true, Ordering::Relaxed);
            }
            Arc::clone(&OUTSIDE)
        });
        Self { width, pending, crew }
    }
}

impl Helpers for Source {
    /// With as many invitations open as the pool has threads, one more could not come earlier
    /// than those, and a pool that is busy for long would pile them up.
    fn spawn(&self, visit: impl FnOnce() + Send + 'static) {
        if self.width < 2 {
            return;
        }
        if let Some(caller) = self.crew {
            // An invitation takes a free thread or none, so there is nothing to pile up.
            crew::hand_over(visit, self.width - 1, caller);
            return;
        }
        if self.pending.fetch_add(1, Ordering::Relaxed) >= self.width {
            self.pending.fetch_sub(1, Ordering::Relaxed);
            return;
        }
        let place = Place(Arc::clone(&self.pending));
        let visit = move || {
            drop(place);
            // A thread that works on a region, or is just handing an invitation over, was given this one on top of that
            // work: by a kernel that waits for its pool, or by a source that runs everything on the spot.
            if !nested::inside() {
                visit();
            }
        };
        match spawner() {
            Some(spawner) => spawner.spawn(Box::new(visit)),
            None => pool::spawn(visit),
        }
    }
}

/// Whether this thread belongs to the pool that its helpers come from, as far as anybody can tell.
pub(crate) fn inside() -> bool {
    spawner().is_none() && pool::inside()
}

/// Whether the crew helps a caller that is here: outside every pool, where the program named nothing and threads can be
/// placed.
fn by_crew() -> bool {
    cfg!(feature = "rayon")
        && placement::enabled()
        && NAMED.get().is_none()
        && !pool::inside()
        && crew::works()
}

/// Whether a helper would come at once to a caller that is here.
pub(crate) fn awake() -> bool {
    by_crew() && crew::awake()
}

/// Says that regions will follow the next one closely, so that its helper does better to stay awake.
pub(crate) fn expect_more() {
    crew::expect_more();
}

/// Whether a helper would have to be woken or started first for a caller that is here, as far as anybody can tell.
pub(crate) fn all_asleep() -> bool {
    by_crew() && !crew::awake()
}

/// Whether the pool is known to be running, so that using it costs no start.
pub(crate) fn pool_started() -> bool {
    if by_crew() {
        return crew::started();
    }
    STARTED.load(Ordering::Relaxed) || spawner().is_some() || pool::inside()
}

/// Has a thread of the pool run `task`: a whole call, which the crew does not take. Gives it back where there is no pool.
pub(crate) fn elsewhere(task: Task) -> Result<(), Task> {
    match spawner() {
        Some(spawner) => spawner.elsewhere(task),
        None => pool::elsewhere(task),
    }
}

/// Calls that may run at once on other threads (`Config::max_regions`): as the program wishes, or as many as could compute.
pub(crate) fn places() -> usize {
    let available = machine::available();
    let by_itself =
        || if cfg!(feature = "rayon") || spawner().is_some() { usual_width(available) } else { available };
    config::settings().max_regions.unwrap_or_else(by_itself)
}

/// The same as `width` for a caller outside every pool, whoever asks.
pub(crate) fn usual_width(available: usize) -> usize {
    spawner().map_or_else(|| pool::expected_width(available), |spawner| spawner.width().min(available))
}

/// How many threads, the caller among them, can work on one region. Never starts the pool.
pub(crate) fn width(available: usize) -> usize {
    if !by_crew() && pool_started() { source_width().min(available) } else { pool::expected_width(available) }
}

/// Threads that the source has; starts rayon's global pool if that is it.
fn source_width() -> usize {
    spawner().map_or_else(pool::width, Spawner::width)
}

#[cfg(not(feature = "rayon"))]
mod pool {
    //! No pool: without a function of the program's every region would be one thread wide, so none is ever opened.

    pub(super) fn inside() -> bool {
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

    pub(super) fn elsewhere(task: super::Task) -> Result<(), super::Task> {
        Err(task)
    }
}
