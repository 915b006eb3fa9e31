//! What people call by hand, where an attribute has no place: `map`, `for_each_mut`, named sites and `Config`.
//!
//! The same engine, the same promises. A place without a name learns in memory only; a named one has a line in the
//! tuned file. Decides nothing.

use std::cell::Cell;
use std::collections::HashMap;
use std::panic::Location;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use crate::bound::{ParallelElement, ParallelElementMut, ParallelOutput};
use crate::config::{self, AlreadyStarted, Mode, Program};
use crate::entry;
use crate::exec::invite::{self, Named, Spawner};
use crate::forked;
use crate::memory::Memory;
use crate::observe::{self, Topic};
use crate::plan::{self, Plan};
use crate::sink::Out;
use crate::site::{self, Site};
use crate::source::{elements, elements_mut};
use crate::spec::Spec;
use crate::{memory, report, store};

/// `xs.iter().map(f).collect()`, serial or parallel, whichever is faster here; the same answer either way.
///
/// What was measured is kept in memory for each place in the code that calls it. Give the place a name with `site!`
/// to have it in the tuned file.
///
/// # Panics
/// If `f` panics, with the payload of the lowest element that did.
///
/// ```
/// # use amorsize_runtime as amorsize;
/// let roots = amorsize::map(&[1.0, 4.0, 9.0], |x: &f64| x.sqrt());
/// assert_eq!(roots, [1.0, 2.0, 3.0]);
/// ```
#[track_caller]
pub fn map<T, U, F>(xs: &[T], f: F) -> Vec<U>
where
    T: ParallelElement,
    U: ParallelOutput,
    F: Fn(&T) -> U + Sync,
{
    map_at(place(Location::caller(), site::id::<(F, T, U)>()), xs, f)
}

/// `xs.iter_mut().for_each(f)`, serial or parallel, whichever is faster here; the same answer either way.
///
/// # Panics
/// If `f` panics, with the payload of the lowest chunk that did.
///
/// ```
/// # use amorsize_runtime as amorsize;
/// let mut xs = [1, 2, 3];
/// amorsize::for_each_mut(&mut xs, |x| *x *= 2);
/// assert_eq!(xs, [2, 4, 6]);
/// ```
#[track_caller]
pub fn for_each_mut<T, F>(xs: &mut [T], f: F)
where
    T: ParallelElementMut,
    F: Fn(&mut T) + Sync,
{
    for_each_mut_at(place(Location::caller(), site::id::<(F, T)>()), xs, f);
}

pub(crate) fn map_at<T, U, F>(site: &'static Site, xs: &[T], f: F) -> Vec<U>
where
    T: ParallelElement,
    U: ParallelOutput,
    F: Fn(&T) -> U + Sync,
{
    entry::map(site, elements(xs), map_kernel(f))
}

/// The kernel of [`map`]: its type says which instantiation of a site is meant.
fn map_kernel<T, U, F: Fn(&T) -> U + Sync>(f: F) -> impl Fn(&[T], Out<'_, U>) + Sync {
    move |part: &[T], out: Out<'_, U>| out.fill(part.iter().map(&f))
}

/// What is known of the calls that [`map_at`] makes at a site; `None` in a copy of the process, where calls are whole.
pub(crate) fn map_memory<T, U, F: Fn(&T) -> U + Sync>(site: &'static Site) -> Option<&'static Memory> {
    fn of<F, K>(site: &'static Site, _: impl Fn(F) -> K) -> &'static Memory {
        site.memory::<K>()
    }
    (!forked::is_copy()).then(|| of(site, map_kernel::<T, U, F>))
}

fn for_each_mut_at<T, F>(site: &'static Site, xs: &mut [T], f: F)
where
    T: ParallelElementMut,
    F: Fn(&mut T) + Sync,
{
    entry::for_each(site, elements_mut(xs), move |part: &mut [T]| part.iter_mut().for_each(&f));
}

/// Places that one thread finds again without a lock.
const NEAR: usize = 32;

thread_local! {
    static PLACES: [Cell<(usize, Option<&'static Site>)>; NEAR] = const { [const { Cell::new((0, None)) }; NEAR] };
}

/// The site of one place in the code, for one type of closure.
pub(crate) fn place(location: &'static Location<'static>, id: usize) -> &'static Site {
    let id = id ^ std::ptr::from_ref(location).addr().rotate_left(17);
    PLACES.with(|places| {
        let near = &places[(id >> 8) % NEAR];
        if let (known, Some(site)) = near.get() {
            if known == id {
                return site;
            }
        }
        let site = far_place(location, id);
        near.set((id, Some(site)));
        site
    })
}

fn far_place(location: &'static Location<'static>, id: usize) -> &'static Site {
    static PLACES: Mutex<Option<HashMap<usize, &'static Site>>> = Mutex::new(None);
    // Where calls are whole and take no lock.
    static IN_A_COPY: Site = Site::new(Spec::by_hand(file!(), line!()));
    if forked::is_copy() {
        return &IN_A_COPY;
    }
    let mut places = PLACES.lock().unwrap_or_else(PoisonError::into_inner);
    places.get_or_insert_default().entry(id).or_insert_with(|| {
        // As many as there are places in the program; they live as long as it does, like the statics of the attribute.
        Box::leak(Box::new(Site::new(Spec::by_hand(location.file(), location.line()))))
    })
}

/// A place with a name, made by `site!`: what it measures has a line in the tuned file.
#[derive(Clone, Copy, Debug)]
pub struct NamedSite(&'static Site);

impl NamedSite {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(site: &'static Site) -> Self {
        Self(site)
    }

    /// As [`map`], under this name.
    ///
    /// # Panics
    /// If `f` panics.
    pub fn map<T, U, F>(self, xs: &[T], f: F) -> Vec<U>
    where
        T: ParallelElement,
        U: ParallelOutput,
        F: Fn(&T) -> U + Sync,
    {
        map_at(self.0, xs, f)
    }

    /// As [`plan()`](crate::plan()), under this name: a `pin` of the tuned file binds the answer, and is shown with it.
    ///
    /// # Panics
    /// If `f` panics on an item that is sampled.
    pub fn plan<T, U, F>(self, xs: &[T], f: F) -> Plan<'_, T, U, F>
    where
        T: ParallelElement,
        U: ParallelOutput,
        F: Fn(&T) -> U + Sync,
    {
        plan::plan_at(self.0, xs, f)
    }

    /// As [`for_each_mut`], under this name.
    ///
    /// # Panics
    /// If `f` panics.
    pub fn for_each_mut<T, F>(self, xs: &mut [T], f: F)
    where
        T: ParallelElementMut,
        F: Fn(&mut T) + Sync,
    {
        for_each_mut_at(self.0, xs, f);
    }
}

/// What a program wants of amorsize. The environment wins over it; libraries leave it alone.
///
/// ```
/// # use amorsize_runtime as amorsize;
/// amorsize::Config::new().max_threads(4).install()?;
/// # Ok::<(), amorsize::AlreadyStarted>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "call `install`"]
pub struct Config {
    program: Program,
    helpers: Option<Named>,
}

impl Config {
    /// Nothing asked for.
    pub fn new() -> Self {
        Self::default()
    }

    /// The mode, where `AMORSIZE` does not name one.
    pub fn mode(mut self, mode: Mode) -> Self {
        self.program.mode = Some(mode);
        self
    }

    /// At most so many threads work on one call; at least 1.
    pub fn max_threads(mut self, threads: usize) -> Self {
        self.program.max_threads = Some(threads.max(1));
        self
    }

    /// At most so many calls that the companions of `spawn_fn` handed over run at once; at least 1. Further ones wait, and begin
    /// in the order in which they came. Left out, as many run as there are threads for one call.
    ///
    /// Calls of the plain functions are not counted: they are made on threads of the program's own.
    pub fn max_regions(mut self, calls: usize) -> Self {
        self.program.max_regions = Some(calls.max(1));
        self
    }

    /// The tuned file, where `AMORSIZE_FILE` does not name one.
    pub fn file(mut self, path: impl Into<PathBuf>) -> Self {
        self.program.file = Some(path.into());
        self
    }

    /// The text of a tuned file that the program carries with it, used where there is no file:
    /// `include_str!("../amorsize.toml")`. Programs that cargo does not start find no file by themselves.
    pub fn embed(mut self, text: &'static str) -> Self {
        self.program.embedded = Some(text);
        self
    }

    /// The folder for what `auto` learns; without it only programs that cargo started keep anything.
    pub fn scratch(mut self, folder: impl Into<PathBuf>) -> Self {
        self.program.scratch = Some(folder.into());
        self
    }

    /// A line on stderr whenever a site changes sides.
    pub fn explain(mut self) -> Self {
        self.program.explain = true;
        self
    }

    /// Whether a helper that woke up on the caller's CPU moves to another one (Linux); on by default.
    pub fn placement(mut self, on: bool) -> Self {
        self.program.placement = Some(on);
        self
    }

    /// Helpers come from this pool instead of rayon's global one, for callers outside every pool. Replaces what an
    /// earlier `pool` or [`Config::spawn_with`] said.
    #[cfg(feature = "rayon")]
    pub fn pool(mut self, pool: std::sync::Arc<rayon::ThreadPool>) -> Self {
        self.helpers = Some(Named::Pool(pool));
        self
    }

    /// Helpers come from `spawn` instead of rayon, for all callers: from another library's pool, or from threads that
    /// the program has pinned. It works without the feature `rayon`. Replaces what an earlier [`Config::pool`] said.
    ///
    /// `threads` is how many threads `spawn` has; at most so many, the caller among them, work on one call.
    ///
    /// `spawn` is to return at once and to have another thread run what it was given; the caller does not wait for that.
    /// The answer depends on nothing that `spawn` does: what it runs on the spot, late or never is no help, and the caller
    /// works alone. A task runs as long as its call, without ever blocking: give it to threads that are meant for
    /// computing. If `spawn` panics, that is said once, and every call is serial from then on.
    ///
    /// The companions of `spawn_fn` hand whole calls to `spawn`. What it drops or runs on the spot then runs on a thread of
    /// our own; what it keeps and never runs is a call that never ends.
    ///
    /// ```
    /// # use amorsize_runtime as amorsize;
    /// use std::sync::{Arc, Mutex, mpsc};
    /// use std::thread;
    ///
    /// // Two threads that take their tasks from one queue.
    /// let (queue, tasks) = mpsc::channel::<Box<dyn FnOnce() + Send>>();
    /// let tasks = Arc::new(Mutex::new(tasks));
    /// for _ in 0..2 {
    ///     let tasks = Arc::clone(&tasks);
    ///     thread::spawn(move || {
    ///         loop {
    ///             let task = tasks.lock().unwrap().recv();
    ///             let Ok(task) = task else { break };
    ///             task();
    ///         }
    ///     });
    /// }
    /// amorsize::Config::new().spawn_with(2, move |task| queue.send(task).unwrap()).install()?;
    ///
    /// let lengths = amorsize::map(&["to", "be", "or"], |word| word.len());
    /// assert_eq!(lengths, [2, 2, 2]);
    /// # Ok::<(), amorsize::AlreadyStarted>(())
    /// ```
    pub fn spawn_with(
        mut self,
        threads: usize,
        spawn: impl Fn(Box<dyn FnOnce() + Send>) + Send + Sync + 'static,
    ) -> Self {
        self.helpers = Some(Named::Spawner(Spawner::new(threads, spawn)));
        self
    }

    /// Makes it so.
    ///
    /// # Errors
    /// [`AlreadyStarted`] if an annotated function has been called before, or a source of helpers was named before.
    pub fn install(self) -> Result<(), AlreadyStarted> {
        config::install(self.program)?;
        let named = self.helpers.is_none_or(invite::name);
        if named { Ok(()) } else { Err(AlreadyStarted) }
    }
}

/// What the macro `embed` says: the program carries this tuned file with it, if any.
pub fn embed(text: Option<&'static str>) {
    let Some(text) = text else { return };
    if Config::new().embed(text).install().is_err() {
        let text = "the tuned file is not embedded, an annotated function was called before: call `amorsize::embed!()` first \
                    in `main`";
        observe::warn_once(Topic::File, "embed", text);
    }
}

/// Writes what was learned so far to where the mode has it written: `amorsize.toml` for `record`, the scratch folder
/// for `auto`, nowhere for the others; and what was decided to the folder of `AMORSIZE_REPORT`. Programs call it before they
/// end, if they end soon.
pub fn flush() {
    if let Some(folder) = &config::settings().report {
        report::leave_now(folder);
    }
    if config::settings().mode.learns() && !forked::is_copy() {
        for memory in memory::all() {
            memory.write_now();
        }
        store::flush();
    }
}
