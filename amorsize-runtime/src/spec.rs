//! What generated code says of a site: its parts of the key, its place, its tuning options. Decides nothing.

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

impl Spec {
    /// A place in code without a name.
    pub(crate) const fn by_hand(file: &'static str, line: u32) -> Self {
        Self { part: "", signature: "", body: "", key: "", file, line, options: Options::NONE }
    }
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
