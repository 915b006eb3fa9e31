//! What the threads of a region do: claim a chunk, run the job on it, look at the clock, claim the next.
//!
//! Chunks are claimed in index order from one cursor, so whatever lies below a claimed chunk has been claimed before it
//! and will finish: the first error, the first hit and the first panic in index order are those of the serial run.

use std::any::Any;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use super::cancel::{self, Serving, Token};
use super::clock::{self, Tick};
use super::nested::Inside;
use super::placement;
use super::region::Body;
use crate::sync::{AtomicUsize, Mutex};
use crate::tune::grain::Grain;

/// Whether what lies behind a chunk is still wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    /// Go on.
    Go,
    /// The answer is decided at this chunk; nothing behind it matters.
    Stop,
}

/// What a panic carries.
pub(crate) type Payload = Box<dyn Any + Send>;

/// A job: called with disjoint ranges of indices, from several threads, lowest first.
pub(crate) type Job<'j> = dyn Fn(Range<usize>) -> Flow + Sync + 'j;

/// How much shorter chunks are while the caller is alone.
const ALONE: f64 = 2.5;

/// A helper that has not come by then may be waiting for the caller's CPU, ns: awake ones come sooner.
const LATE_NS: f64 = 20_000.0;

/// A region predicted to be shorter than this does not look at the CPU's clock, ns: a look costs up to 1 µs.
const LONG_NS: f64 = 200_000.0;

/// How often the caller gives way in one region: each time costs a system call, or more if others want the CPU.
const GIVE_WAY: u32 = 3;

/// What a region saw, for the site to learn from.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seen {
    /// Items and busy time of all threads.
    pub(crate) items: usize,
    pub(crate) busy_ns: f64,
    /// The same for chunks that ended before any helper had come: the serial cost, undisturbed.
    pub(crate) alone_items: usize,
    pub(crate) alone_ns: f64,
    /// Cost per item of the slowest chunk.
    pub(crate) worst_item_ns: f64,
    /// Threads that worked.
    pub(crate) workers: usize,
    /// What the caller paid for the invitation, ns: waking a thread costs the one that wakes it.
    pub(crate) invite_ns: f64,
    /// When the first helper came, after the start; `None` if none did.
    pub(crate) arrival_ns: Option<f64>,
    /// Whether the caller had its core to itself, as far as the platform tells.
    pub(crate) undisturbed: bool,
}

/// One region's shared state, on the caller's stack.
pub(crate) struct Work<'j> {
    job: &'j Job<'j>,
    grain: Grain,
    cursor: AtomicUsize,
    /// Chunks from here on are not wanted.
    end: AtomicUsize,
    /// Start of the lowest chunk that decided the answer.
    exit: AtomicUsize,
    panic: Mutex<Option<(usize, Payload)>>,
    /// When the region was opened; `None` where no clock may be read.
    opened: Option<Tick>,
    helpers: AtomicUsize,
    arrival_ns: AtomicUsize,
    seen: Mutex<Seen>,
    /// Whether the call is still wanted, if it was spawned.
    token: Option<std::sync::Arc<Token>>,
}

impl<'j> Work<'j> {
    pub(crate) fn new(job: &'j Job<'j>, range: Range<usize>, grain: Grain, opened: Option<Tick>) -> Self {
        Self {
            job,
            grain,
            cursor: AtomicUsize::new(range.start),
            end: AtomicUsize::new(range.end),
            exit: AtomicUsize::new(usize::MAX),
            panic: Mutex::new(None),
            opened,
            helpers: AtomicUsize::new(0),
            arrival_ns: AtomicUsize::new(usize::MAX),
            seen: Mutex::default(),
            token: cancel::current(),
        }
    }

    fn is_cancelled(&self) -> bool {
        self.token.as_ref().is_some_and(|token| token.is_cancelled())
    }

    /// What came of it: the lowest panic, unless the answer was decided below it.
    pub(crate) fn finish(self) -> (Result<Flow, Payload>, Seen) {
        // Whoever stopped claiming for it has left the gate, so it is seen here too.
        let cancelled = self.is_cancelled();
        let mut seen = self.seen.into_inner().unwrap_or_else(PoisonError::into_inner);
        let arrival = self.arrival_ns.into_inner();
        seen.arrival_ns = (arrival != usize::MAX).then_some(arrival as f64);
        let exit = self.exit.into_inner();
        let flow = if exit == usize::MAX { Flow::Go } else { Flow::Stop };
        match self.panic.into_inner().unwrap_or_else(PoisonError::into_inner) {
            lost if cancelled => {
                std::mem::forget(lost);
                (Err(cancel::payload()), seen)
            }
            Some((at, payload)) if at < exit => (Err(payload), seen),
            lost => {
                std::mem::forget(lost);
                (Ok(flow), seen)
            }
        }
    }

    /// Claims the next chunk.
    fn claim(&self, item_ns: f64) -> Option<Range<usize>> {
        if self.is_cancelled() {
            return None;
        }
        let end = self.end.load(Ordering::Relaxed);
        let left = end.saturating_sub(self.cursor.load(Ordering::Relaxed));
        if left == 0 {
            return None;
        }
        let len = self.grain.next(left, item_ns);
        let start = self.cursor.fetch_add(len, Ordering::Relaxed);
        (start < end).then(|| start..end.min(start.saturating_add(len)))
    }

    /// Nothing behind `range` is wanted any more.
    fn cut(&self, range: &Range<usize>) {
        self.end.fetch_min(range.end, Ordering::Relaxed);
    }

    fn keep_panic(&self, at: usize, payload: Payload) {
        let mut kept = self.panic.lock().unwrap_or_else(PoisonError::into_inner);
        let lost = match &*kept {
            Some((lowest, _)) if *lowest < at => Some(payload),
            _ => kept.replace((at, payload)).map(|(_, payload)| payload),
        };
        // Its `Drop` is the user's and may panic: two panics at once would abort.
        std::mem::forget(lost);
    }

    /// Runs the job on one chunk; never unwinds.
    fn chunk(&self, range: Range<usize>) {
        match catch_unwind(AssertUnwindSafe(|| (self.job)(range.clone()))) {
            Ok(Flow::Go) => {}
            Ok(Flow::Stop) => {
                self.exit.fetch_min(range.start, Ordering::Relaxed);
                self.cut(&range);
            }
            Err(payload) => {
                self.keep_panic(range.start, payload);
                self.cut(&range);
            }
        }
    }

    /// Claims by the item cost from the file, without a look at any clock.
    fn work_blind(&self, helper: bool) {
        let mut gave_way = 0;
        while let Some(range) = self.claim(self.grain.item_ns) {
            self.chunk(range);
            if !helper && gave_way < GIVE_WAY && self.helpers.load(Ordering::Relaxed) == 0 {
                gave_way += 1;
                placement::give_way();
            }
        }
    }

    /// What all of the region should cost one thread, ns.
    fn predicted_ns(&self) -> f64 {
        self.end.load(Ordering::Relaxed).saturating_sub(self.cursor.load(Ordering::Relaxed)) as f64
            * self.grain.item_ns
    }

    fn work_timed(&self, helper: bool, opened: Tick) {
        let mut mine = Seen { workers: 1, undisturbed: true, ..Seen::default() };
        let mut last = Tick::now();
        let began = last;
        let cpu = if helper || self.predicted_ns() < LONG_NS { None } else { clock::thread_cpu_ns() };
        if !helper {
            mine.invite_ns = began.ns_since(opened);
        }
        let mut item_ns = self.grain.item_ns;
        let mut gave_way = 0;
        loop {
            let alone = !helper && self.helpers.load(Ordering::Relaxed) == 0;
            // Short chunks while nobody has come, so that a helper who waits for this CPU is noticed soon.
            let Some(range) = self.claim(if alone { item_ns * ALONE } else { item_ns }) else { break };
            let len = range.len();
            self.chunk(range);
            let now = Tick::now();
            let took = now.ns_since(last);
            last = now;
            item_ns = took / len as f64;
            mine.items += len;
            mine.busy_ns += took;
            mine.worst_item_ns = mine.worst_item_ns.max(item_ns);
            if alone && self.helpers.load(Ordering::Relaxed) == 0 {
                mine.alone_items += len;
                mine.alone_ns += took;
                if gave_way < GIVE_WAY && now.ns_since(opened) > LATE_NS {
                    gave_way += 1;
                    placement::give_way();
                    last = Tick::now();
                }
            }
        }
        if let (Some(before), Some(after)) = (cpu, cpu.and_then(|_| clock::thread_cpu_ns())) {
            // Over 10 % of the wall time without the core: somebody else had it.
            mine.undisturbed = last.ns_since(began) <= 1.1 * (after - before) + 2_000.0;
        }
        self.add(&mine);
    }

    fn add(&self, mine: &Seen) {
        let mut all = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        all.undisturbed = mine.undisturbed && (all.workers == 0 || all.undisturbed);
        all.invite_ns += mine.invite_ns;
        all.items += mine.items;
        all.busy_ns += mine.busy_ns;
        all.alone_items += mine.alone_items;
        all.alone_ns += mine.alone_ns;
        all.worst_item_ns = all.worst_item_ns.max(mine.worst_item_ns);
        all.workers += usize::from(mine.items > 0);
    }
}

impl Body for Work<'_> {
    fn work(&self, helper: bool) {
        let _inside = Inside::enter();
        // A helper may have come from the middle of another call.
        let _serving = helper.then(|| Serving::begin(self.token.clone()));
        if helper {
            self.helpers.fetch_add(1, Ordering::Relaxed);
        }
        let Some(opened) = self.opened else {
            self.work_blind(helper);
            return;
        };
        if helper {
            let after = Tick::now().ns_since(opened) as usize;
            self.arrival_ns.fetch_min(after, Ordering::Relaxed);
        }
        self.work_timed(helper, opened);
    }

    fn wants_help(&self) -> bool {
        self.cursor.load(Ordering::Relaxed) < self.end.load(Ordering::Relaxed)
    }
}
