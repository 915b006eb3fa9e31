//! Whether a function over a slice may run on parts of it: the promise of `assume_splittable` and `reduce`, as a test.
//!
//! The promise is one law, `join(f(left), f(right)) == f(whole)` for every cut of every slice: joining any number of parts
//! from left to right follows from it. So whatever goes wrong with many parts goes wrong with two somewhere, and that is
//! what a failure is brought down to.

use std::any::Any;
use std::fmt::{self, Debug};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::exec::scripted::{self, Random, Script};

/// Up to this length every place is tried for a cut, and every part of one element alone.
const SHORT: usize = 128;
/// Cuts in two, and in many, of longer inputs.
const CUTS: usize = 48;
/// Up to this length a failing input is looked through for the shortest failing part.
const EXHAUSTIVE: usize = 24;

/// Asserts that `f` may run on parts of `xs`, with `join` making one result of two, the left one first. That is what
/// `#[parallelize(assume_splittable, reduce = join)]` promises, and `reduce` for a `fold` too.
///
/// Cuts `xs` in two (at every place up to 128 elements, at 48 of them beyond) and in many, and compares what the joined
/// parts give with what the whole gives. Cuts are drawn by a fixed seed: the same input is cut alike each time. Parts are
/// never empty, as those of an annotated function are not. `f` may be the annotated function itself: inside, it runs
/// serially, in one piece and on this thread. One input proves little: give several, of unequal elements, and at least
/// three of them.
///
/// A function over `&mut [T]` is tried on a copy: `|part| { let mut part = part.to_vec(); f(&mut part); part }`, where the
/// join puts one vector behind the other.
///
/// Results are compared with `==`; for floats that are merely close there is [`assert_splittable_by`].
///
/// # Panics
/// If a cut gives another answer. The message shows the shortest stretch of `xs` that was found to fail, the place of the
/// cut, and all results.
///
/// ```
/// # use amorsize_runtime as amorsize;
/// fn histogram(xs: &[u8]) -> [u64; 4] {
///     let mut counts = [0; 4];
///     xs.iter().for_each(|x| counts[usize::from(x % 4)] += 1);
///     counts
/// }
///
/// fn merge(left: [u64; 4], right: [u64; 4]) -> [u64; 4] {
///     std::array::from_fn(|at| left[at] + right[at])
/// }
///
/// amorsize::testing::assert_splittable(&[3, 1, 4, 1, 5], histogram, merge);
/// ```
#[track_caller]
pub fn assert_splittable<'x, T, R>(xs: &'x [T], f: impl Fn(&'x [T]) -> R, join: impl Fn(R, R) -> R)
where
    T: Debug,
    R: Debug + PartialEq,
{
    assert_splittable_by(xs, f, join, |joined, whole| joined == whole);
}

/// As [`assert_splittable`], with `same` to tell whether the joined result is as good as that of the whole.
///
/// # Panics
/// If a cut gives an answer that is not the same.
///
/// ```
/// # use amorsize_runtime as amorsize;
/// let total = |xs: &[f64]| xs.iter().sum::<f64>();
/// let close = |joined: &f64, whole: &f64| (joined - whole).abs() <= 1e-9 * whole.abs();
/// amorsize::testing::assert_splittable_by(&[0.1, 0.2, 0.3], total, |a, b| a + b, close);
/// ```
#[track_caller]
pub fn assert_splittable_by<'x, T, R>(
    xs: &'x [T],
    f: impl Fn(&'x [T]) -> R,
    join: impl Fn(R, R) -> R,
    same: impl Fn(&R, &R) -> bool,
) where
    T: Debug,
    R: Debug,
{
    let law = Law { xs, f, join, same };
    // One part, on this thread.
    let failure = scripted::follow(Script { threads: 1, ..Script::default() }, || law.check().err());
    if let Some(failure) = failure {
        panic!("{failure}");
    }
}

/// `join(f(left), f(right)) == f(whole)`.
struct Law<'x, T, F, J, S> {
    xs: &'x [T],
    f: F,
    join: J,
    same: S,
}

/// `xs[start..end]`, cut at `at`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cut {
    start: usize,
    at: usize,
    end: usize,
}

impl Cut {
    fn len(self) -> usize {
        self.end - self.start
    }
}

/// What to say.
struct Failure(String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'x, T, R, F, J, S> Law<'x, T, F, J, S>
where
    T: Debug,
    R: Debug,
    F: Fn(&'x [T]) -> R,
    J: Fn(R, R) -> R,
    S: Fn(&R, &R) -> bool,
{
    fn on(&self, part: Range<usize>) -> R {
        (self.f)(&self.xs[part])
    }

    fn joined(&self, cut: Cut) -> R {
        (self.join)(self.on(cut.start..cut.at), self.on(cut.at..cut.end))
    }

    fn fails(&self, cut: Cut) -> bool {
        !(self.same)(&self.joined(cut), &self.on(cut.start..cut.end))
    }

    fn check(&self) -> Result<(), Failure> {
        let len = self.xs.len();
        let (whole, again) = (self.on(0..len), self.on(0..len));
        if !(self.same)(&whole, &again) {
            return Err(differs_from_itself(&whole, &again));
        }
        for parts in cuts(len) {
            let panicked = |payload: Box<dyn Any + Send>| self.panicked(&parts, &*payload);
            // The whole has just run to its end, so what panics now is running on a part, or joining.
            let failing =
                catch_unwind(AssertUnwindSafe(|| self.failing(&parts, &whole))).map_err(panicked)?;
            if let Some(cut) = failing {
                return Err(self.explain(self.shortest(cut)));
            }
        }
        Ok(())
    }

    /// Joins the parts that end at `ends`, from left to right. If that is not what the whole gives, the first cut in two
    /// that is to blame.
    fn failing(&self, ends: &[usize], whole: &R) -> Option<Cut> {
        let first = *ends.first()?;
        let parts = ends.windows(2).map(|pair| pair[0]..pair[1]);
        let joined = parts.fold(self.on(0..first), |left, part| (self.join)(left, self.on(part)));
        if (self.same)(&joined, whole) {
            return None;
        }
        let mut cuts = ends.windows(2).map(|pair| Cut { start: 0, at: pair[0], end: pair[1] });
        // With a `same` that allows for differences these may add up where no cut alone is to blame.
        let last = Cut { start: 0, at: *ends.iter().nth_back(1)?, end: *ends.last()? };
        let blamed = cuts.find(|cut| self.fails(*cut));
        Some(blamed.unwrap_or(last))
    }

    /// A shorter stretch that still fails, as short as can be found.
    fn shortest(&self, mut cut: Cut) -> Cut {
        let mut step = cut.len() / 2;
        while step > 0 {
            let less = |from: usize, to: usize| step.min((to - from).saturating_sub(1));
            let candidates = [
                Cut { start: cut.start + less(cut.start, cut.at), ..cut },
                Cut { end: cut.end - less(cut.at, cut.end), ..cut },
            ];
            match candidates.into_iter().find(|shorter| shorter.len() < cut.len() && self.fails(*shorter)) {
                Some(shorter) => cut = shorter,
                None => step /= 2,
            }
        }
        let (start, end) = (cut.start, cut.end.min(cut.start + EXHAUSTIVE));
        let all =
            (2..cut.len()).flat_map(|len| (start..=end.saturating_sub(len)).map(move |at| (at, at + len)));
        let mut all = all.flat_map(|(start, end)| (start + 1..end).map(move |at| Cut { start, at, end }));
        all.find(|shorter| shorter.end <= cut.end && self.fails(*shorter)).unwrap_or(cut)
    }

    fn explain(&self, cut: Cut) -> Failure {
        let Cut { start, at, end } = cut;
        let show = |what: &str, part: Range<usize>| {
            format!("\n  {what} {:?} gives {:?}", &self.xs[part.clone()], self.on(part))
        };
        let (whole, left, right) =
            (show("whole ", start..end), show("left  ", start..at), show("right ", at..end));
        let (joined, why) = (self.joined(cut), self.why(cut).unwrap_or_default());
        Failure(format!(
            "the joined parts of xs[{start}..{end}], cut at {at}, give another answer than the whole, so the function cannot be split{whole}{left}{right}\n  joined {joined:?}{why}"
        ))
    }

    /// What is wrong with the join or with what the function starts from, where that can be told.
    fn why(&self, cut: Cut) -> Option<String> {
        let Cut { start, at, end } = cut;
        let thirds = (start + 1..end).flat_map(|first| (first + 1..end).map(move |second| (first, second)));
        for (first, second) in thirds.take(CUTS) {
            let parts = || (self.on(start..first), self.on(first..second), self.on(second..end));
            let (a, b, c) = parts();
            let left = (self.join)((self.join)(a, b), c);
            let (a, b, c) = parts();
            let right = (self.join)(a, (self.join)(b, c));
            if !(self.same)(&left, &right) {
                return Some(format!(
                    "\n  the join is not associative: of the parts cut at {first} and {second}, joining the first two first gives {left:?}, the last two first {right:?}"
                ));
            }
        }
        // A function may well be made for slices that are not empty.
        let with_nothing = || (self.join)(self.on(start..start), self.on(start..at));
        let joined = catch_unwind(AssertUnwindSafe(with_nothing)).ok()?;
        let alone = self.on(start..at);
        (!(self.same)(&joined, &alone)).then(|| {
            format!(
                "\n  every part starts from its own start value, and joining that changes a result: nothing and {:?} give {joined:?} instead of {alone:?}",
                &self.xs[start..at]
            )
        })
    }

    fn panicked(&self, ends: &[usize], payload: &(dyn Any + Send)) -> Failure {
        let said = payload.downcast_ref::<&str>().copied();
        let said = said.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("a panic");
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let parts = starts.zip(ends).map(|(start, end)| start..*end);
        let parts: Vec<String> = parts.take(4).map(|part| format!("{:?}", &self.xs[part])).collect();
        let more = if ends.len() > 4 { ", …" } else { "" };
        Failure(format!(
            "the whole gives an answer, but not the parts {}{more}, or joining them: {said}",
            parts.join(", ")
        ))
    }
}

fn differs_from_itself(one: &impl Debug, other: &impl Debug) -> Failure {
    Failure(format!(
        "the function gives two answers for one and the same slice, so nothing can be said of its parts; compare with `assert_splittable_by` what does not equal itself\n  first {one:?}\n  then  {other:?}"
    ))
}

/// Where the parts end, for each way to cut `len` elements.
fn cuts(len: usize) -> Vec<Vec<usize>> {
    let mut random = Random(len as u64);
    let mut cuts = Vec::new();
    if len < 2 {
        return cuts;
    }
    if len <= SHORT {
        cuts.extend((1..len).map(|at| vec![at, len]));
        cuts.push((1..=len).collect());
    } else {
        cuts.extend([1, 2, len / 2, len - 1].map(|at| vec![at, len]));
        cuts.extend((0..CUTS).map(|_| vec![1 + random.below(len - 1), len]));
    }
    for _ in 0..CUTS {
        let mut parts = Script { shuffle: None, ..Script::random(random.next(), len) }.parts(0..len);
        parts.sort_by_key(|part| part.end);
        cuts.push(parts.into_iter().map(|part| part.end).collect());
    }
    cuts
}

#[cfg(test)]
mod tests;
