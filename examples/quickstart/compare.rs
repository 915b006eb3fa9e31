//! The annotated functions against plain twins, in one interleaved run: A B A B …, medians, and equal answers.

use std::fmt;
use std::hint::black_box;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::analyse::{self, Document};

/// Rounds of one plain and one annotated call each; odd, so that the median is one of them.
pub(crate) const ROUNDS: usize = 9;

/// A sample shorter than this would measure the clock; short functions are called often enough to last so long.
const SHORTEST_SAMPLE: Duration = Duration::from_micros(500);

/// The functions as they would stand without the attribute.
mod plain {
    use std::path::PathBuf;

    use crate::analyse::{
        Document, Unreadable, Words, counted, digest, document, entropy, lines, text, tokens,
    };

    pub(super) fn documents(paths: &[PathBuf]) -> Vec<Document> {
        paths.iter().filter_map(document).collect()
    }

    pub(super) fn digests(documents: &[Document]) -> Vec<[u8; 32]> {
        documents.iter().map(digest).collect()
    }

    pub(super) fn entropies(documents: &[Document]) -> Vec<f64> {
        documents.iter().map(entropy).collect()
    }

    pub(super) fn token_counts(documents: &[Document]) -> Vec<usize> {
        documents.iter().filter_map(tokens).collect()
    }

    pub(super) fn word_counts(documents: &[Document]) -> Words<'_> {
        documents.iter().filter_map(text).fold(Words::new(), counted)
    }

    pub(super) fn total_lines(paths: &[PathBuf]) -> Result<usize, Unreadable> {
        let counts: Result<Vec<usize>, Unreadable> = paths.iter().map(lines).collect();
        Ok(counts?.into_iter().sum())
    }

    pub(super) fn mean(values: &[f64]) -> f64 {
        let sum: f64 = values.iter().sum();
        sum / values.len() as f64
    }
}

/// One function's line in the table.
pub(crate) struct Row {
    function: &'static str,
    items: usize,
    plain: Duration,
    annotated: Duration,
    /// Every annotated call answered what the plain one did.
    same: bool,
}

impl Row {
    /// The heading over the rows.
    pub(crate) const HEADING: &'static str =
        "function          items     serial   amorsize  amorsize/serial  same answer";
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:<14} {:>8} {:>10} {:>10} {:>16.2}  {}",
            self.function,
            self.items,
            readable(self.plain),
            readable(self.annotated),
            self.annotated.as_secs_f64() / self.plain.as_secs_f64(),
            if self.same { "yes" } else { "NO" },
        )
    }
}

impl Row {
    /// Whether the promise of the same answer was kept.
    pub(crate) fn is_same(&self) -> bool {
        self.same
    }
}

/// Measures every function on the documents at hand.
pub(crate) fn all(paths: &[PathBuf], documents: &[Document]) -> Vec<Row> {
    let entropies = plain::entropies(documents);
    vec![
        row("documents", paths, plain::documents, analyse::documents, |a, b| {
            a.iter().map(|d| &d.bytes).eq(b.iter().map(|d| &d.bytes))
        }),
        row("digests", documents, plain::digests, analyse::digests, PartialEq::eq),
        row("entropies", documents, plain::entropies, analyse::entropies, |a, b| {
            a.iter().map(|x| x.to_bits()).eq(b.iter().map(|x| x.to_bits()))
        }),
        row("token_counts", documents, plain::token_counts, analyse::token_counts, PartialEq::eq),
        row("word_counts", documents, plain::word_counts, analyse::word_counts, PartialEq::eq),
        row("total_lines", paths, plain::total_lines, analyse::total_lines, |a, b| match (a, b) {
            (Ok(a), Ok(b)) => a == b,
            (Err(a), Err(b)) => a.to_string() == b.to_string(),
            _ => false,
        }),
        row("mean", &entropies, plain::mean, analyse::mean, |a, b| a.to_bits() == b.to_bits()),
    ]
}

/// Runs the twins in turns over the same items.
fn row<'x, T, R>(
    function: &'static str,
    items: &'x [T],
    plain: fn(&'x [T]) -> R,
    annotated: fn(&'x [T]) -> R,
    same: fn(&R, &R) -> bool,
) -> Row {
    // The first pair is not timed: it warms the caches and says how often to call.
    let before = Instant::now();
    let expected = plain(black_box(items));
    let once = before.elapsed();
    let calls = SHORTEST_SAMPLE.as_nanos() / once.as_nanos().max(1);
    let calls = u32::try_from(calls).unwrap_or(u32::MAX).clamp(1, 100_000);
    let mut all_same = same(&annotated(black_box(items)), &expected);

    let (mut plain_times, mut annotated_times) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        plain_times.push(timed(calls, items, plain).0);
        let (time, answer) = timed(calls, items, annotated);
        annotated_times.push(time);
        all_same &= same(&answer, &expected);
    }
    Row {
        function,
        items: items.len(),
        plain: median(plain_times),
        annotated: median(annotated_times),
        same: all_same,
    }
}

/// The time of one call out of several, and the last answer; answers are dropped outside of the time where one call
/// is enough for a sample.
fn timed<'x, T, R>(calls: u32, items: &'x [T], function: fn(&'x [T]) -> R) -> (Duration, R) {
    let start = Instant::now();
    let mut answer = black_box(function(black_box(items)));
    for _ in 1..calls {
        answer = black_box(function(black_box(items)));
    }
    (start.elapsed() / calls, answer)
}

/// The middle of an odd number of times.
fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// A time with three or four digits and its unit.
pub(crate) fn readable(time: Duration) -> String {
    format!("{time:.1?}")
}
