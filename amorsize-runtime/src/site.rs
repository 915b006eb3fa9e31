//! One call site's memory: what generated code declares, and the packed decision that a call reads first.

use std::cell::Cell;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What the macro knows about a site.
#[derive(Debug)]
pub struct Spec {
    /// What follows the function's name in the key: empty, or `.name` of one of several chains.
    pub part: &'static str,
    /// `(parameter types) -> return type`, tokens normalised, lifetimes dropped.
    pub signature: &'static str,
    /// Hash of the function's tokens, twelve hex digits.
    pub body: &'static str,
    /// The name given with `key = "…"`, or empty.
    pub key: &'static str,
    /// `file!()`, for reports only.
    pub file: &'static str,
    /// `line!()`, for reports only.
    pub line: u32,
    /// The tuning options of the attribute.
    pub options: Options,
}

/// The tuning options of the attribute, one field each; `Options::NONE` is what the attribute without them means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// At most so many threads work on one call; `usize::MAX` means no limit.
    pub max_threads: usize,
    /// Parallel from this length on, whatever was measured; `usize::MAX` means that it is decided.
    pub parallel_from: usize,
    /// Items per chunk; 0 means that chunks are sized by time.
    pub chunk_size: usize,
    /// Never parallel.
    pub serial: bool,
}

impl Options {
    /// Nothing set.
    pub const NONE: Self =
        Self { max_threads: usize::MAX, parallel_from: usize::MAX, chunk_size: 0, serial: false };
}

/// A call site, as a `static` beside the annotated function.
#[derive(Debug)]
pub struct Site {
    pub(crate) spec: Spec,
    first: Slot,
    /// Instantiations beyond the first.
    rest: OnceLock<()>,
}

#[derive(Debug)]
struct Slot {
    id: AtomicUsize,
    sure_below: AtomicUsize,
}

thread_local! {
    static TICK: Cell<u32> = const { Cell::new(1) };
}

impl Site {
    /// A site that nothing is known about yet.
    #[must_use]
    pub const fn new(spec: Spec) -> Self {
        Self {
            spec,
            first: Slot { id: AtomicUsize::new(0), sure_below: AtomicUsize::new(0) },
            rest: OnceLock::new(),
        }
    }

    /// Whether a call of this length is serial without another thought.
    #[inline(always)]
    pub(crate) fn surely_serial<K>(&'static self, len: usize) -> bool {
        len < self.first.sure_below.load(Ordering::Relaxed)
    }
}
