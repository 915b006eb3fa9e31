//! `plan`: asks how a call would run, and keeps what was computed for the answer.
//!
//! Decides how many items are sampled: parts of 1, 2, 4, … until three parts took 20 µs together. What they say is put to
//! `tune` like any measurement.

use std::fmt;
use std::panic::Location;

use crate::api;
use crate::bound::{ParallelElement, ParallelOutput};
use crate::call;
use crate::config::{self, Mode};
use crate::exec::clock::{self, Tick};
use crate::exec::{nested, prices};
use crate::memory::Memory;
use crate::site::{self, Site};
use crate::tune::decide::{self, Decision, Question};
use crate::tune::model::Model;

/// So long is sampled at least, ns: 400 times what a pair of clock reads costs on a 2-vCPU Linux VM (50 ns).
const ENOUGH_NS: f64 = 20_000.0;

/// The first part pays for cold caches; two more tell the slope.
const LEAST_PARTS: u32 = 3;

/// How [`map`](crate::map) would run over `xs`, asked without running all of it.
///
/// A few items are computed to see what one costs; their results are kept, and [`Plan::finish`] computes the others, so each
/// item is visited once at most. What it takes is the sampled time, some 20 µs, or three items where one takes longer.
///
/// ```
/// # use amorsize_runtime as amorsize;
/// let words = ["to", "be", "or", "not"];
/// let plan = amorsize::plan(&words, |word| word.len());
/// println!("{plan}");                     // such as: serial: 4 items at 3 ns, 12 ns; …
/// assert!(!plan.is_parallel());
/// assert_eq!(plan.finish(), [2, 2, 2, 3]);
/// ```
///
/// What binds the calls of a place binds the answer: caps on threads, the mode, and for a place with a name
/// ([`NamedSite::plan`](crate::NamedSite::plan)) the `pin` of the tuned file.
///
/// # Panics
/// If `f` panics on an item that is sampled.
#[track_caller]
pub fn plan<T, U, F>(xs: &[T], f: F) -> Plan<'_, T, U, F>
where
    T: ParallelElement,
    U: ParallelOutput,
    F: Fn(&T) -> U + Sync,
{
    plan_at(api::place(Location::caller(), site::id::<(F, T, U)>()), xs, f)
}

/// The same at a place that has a name or none: what binds its calls binds the answer.
pub(crate) fn plan_at<'x, T, U, F>(site: &'static Site, xs: &'x [T], f: F) -> Plan<'x, T, U, F>
where
    T: ParallelElement,
    U: ParallelOutput,
    F: Fn(&T) -> U + Sync,
{
    let bounds = bounds(api::map_memory::<T, U, F>(site), xs.len());
    let (done, item_ns) = sample(xs, &f);
    let (decision, parallel_from) = decided(&bounds, xs.len(), item_ns);
    Plan { xs, f, done, site, decision, item_ns, parallel_from, pin: bounds.pin }
}

/// What binds a call, whatever its items cost.
#[derive(Debug, Default)]
struct Bounds {
    /// Threads that may work on it; below 2 nothing else counts.
    width: usize,
    /// Parallel from this length on by a wish, or by the file in a mode that goes by it; `usize::MAX` means never.
    from: Option<usize>,
    /// Threads of the file's decision, in such a mode.
    threads: Option<usize>,
    /// The reason of the file's `pin`, when there is one.
    pin: Option<String>,
}

/// `None` is a place without a memory: no thread may help there.
fn bounds(memory: Option<&'static Memory>, len: usize) -> Bounds {
    let Some(memory) = memory else { return Bounds::default() };
    let settings = config::settings();
    let alone = settings.mode == Mode::Off || !clock::EXISTS || nested::inside();
    let from = if settings.mode.learns() { memory.limits.parallel_from } else { memory.filed_decision(len) };
    let filed = memory.entry.as_ref().filter(|_| !settings.mode.learns());
    Bounds {
        width: if alone { 1 } else { call::width(memory) },
        from,
        threads: filed.map(|entry| entry.threads.max(2) as usize),
        pin: memory.limits.pin.clone().filter(|_| settings.mode != Mode::Off),
    }
}

/// How the call would run, and the length from which one would be parallel.
fn decided(bounds: &Bounds, len: usize, item_ns: f64) -> (Decision, Option<usize>) {
    let width = bounds.width;
    if width < 2 {
        let serial_ns = item_ns * len as f64;
        return (Decision { plan: decide::Plan::Whole, serial_ns, parallel_ns: serial_ns, workers: 1 }, None);
    }
    let mut model = Model::default();
    // Twice: a site trusts what it has seen twice, and of this many parts were seen.
    (0..2).for_each(|_| model.learn_item(item_ns));
    let costs = prices::costs(prices::regime(Tick::now()), width);
    let mut decision = decide::decide(&Question { len, width, model: &model, costs, was_parallel: false });
    let Some(from) = bounds.from else {
        return (decision, decide::crossover(width, &model, costs));
    };
    decision.plan = if len >= from.max(2) { decide::Plan::Region } else { decide::Plan::Whole };
    decision.workers = bounds.threads.unwrap_or(decision.workers).clamp(2, width);
    (decision, Some(from).filter(|&from| from != usize::MAX))
}

/// The results of the first items, and what one costs, ns; 0 where that is not known.
fn sample<T, U>(xs: &[T], f: &impl Fn(&T) -> U) -> (Vec<U>, f64) {
    let mut done = Vec::new();
    if !clock::EXISTS {
        return (done, 0.0);
    }
    let began = Tick::now();
    let (mut last, mut parts) = (began, 0);
    let (mut first_ns, mut slope_ns, mut slope_items) = (0.0, 0.0, 0);
    while done.len() < xs.len() {
        let part = &xs[done.len()..xs.len().min(2 * done.len() + 1)];
        done.extend(part.iter().map(f));
        let now = Tick::now();
        if parts == 0 {
            first_ns = now.ns_since(last);
        } else {
            slope_ns += now.ns_since(last);
            slope_items += part.len();
        }
        (last, parts) = (now, parts + 1);
        if parts >= LEAST_PARTS && now.ns_since(began) >= ENOUGH_NS {
            break;
        }
    }
    let item_ns = if slope_items > 0 { slope_ns / slope_items as f64 } else { first_ns };
    (done, item_ns)
}

/// What [`plan()`] found out, and what it computed on the way.
#[must_use = "`finish` computes the rest and returns all results"]
pub struct Plan<'x, T, U, F> {
    xs: &'x [T],
    f: F,
    done: Vec<U>,
    site: &'static Site,
    decision: Decision,
    item_ns: f64,
    parallel_from: Option<usize>,
    pin: Option<String>,
}

impl<T, U, F> Plan<'_, T, U, F> {
    /// Whether the call would run in parallel.
    #[must_use]
    pub fn is_parallel(&self) -> bool {
        self.decision.plan == decide::Plan::Region
    }

    /// Threads that would work on it; 1 if it would be serial.
    #[must_use]
    pub fn workers(&self) -> usize {
        if self.is_parallel() { self.decision.workers } else { 1 }
    }

    /// What one item costs, ns; 0 for an empty slice.
    #[must_use]
    pub fn item_ns(&self) -> f64 {
        self.item_ns
    }

    /// Predicted time of all items on one thread, ns.
    #[must_use]
    pub fn serial_ns(&self) -> f64 {
        self.decision.serial_ns
    }

    /// Predicted time of the best parallel run, ns; the serial time where there is but one thread.
    #[must_use]
    pub fn parallel_ns(&self) -> f64 {
        self.decision.parallel_ns
    }

    /// The length from which items of this cost are worth a region here and now, or from which the tuned file says so;
    /// `None` if none is.
    #[must_use]
    pub fn parallel_from(&self) -> Option<usize> {
        self.parallel_from
    }

    /// The reason of the `pin` that binds a named place in the tuned file, or nothing where it gives none; `None` without a
    /// pin.
    #[must_use]
    pub fn pin(&self) -> Option<&str> {
        self.pin.as_deref()
    }

    /// Items whose results are there already.
    #[must_use]
    pub fn sampled(&self) -> usize {
        self.done.len()
    }
}

impl<T, U, F> Plan<'_, T, U, F>
where
    T: ParallelElement,
    U: ParallelOutput,
    F: Fn(&T) -> U + Sync,
{
    /// All results in index order: those of the sample, and the others computed now, serially or in parallel.
    ///
    /// # Panics
    /// If `f` panics.
    #[must_use = "these are the results"]
    pub fn finish(self) -> Vec<U> {
        let rest = api::map_at(self.site, &self.xs[self.done.len()..], self.f);
        let mut all = self.done;
        all.extend(rest);
        all
    }
}

impl<T, U, F> fmt::Debug for Plan<'_, T, U, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (len, sampled) = (self.xs.len(), self.done.len());
        f.debug_struct("Plan")
            .field("len", &len)
            .field("sampled", &sampled)
            .field("item_ns", &self.item_ns)
            .field("decision", &self.decision)
            .field("parallel_from", &self.parallel_from)
            .finish_non_exhaustive()
    }
}

/// One line: what would be done, and the numbers that decide it.
impl<T, U, F> fmt::Display for Plan<'_, T, U, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.workers() {
            1 => write!(f, "serial")?,
            workers => write!(f, "parallel, {workers} threads")?,
        }
        let us = |ns: f64| ns / 1e3;
        let (len, sampled) = (self.xs.len(), self.done.len());
        write!(f, ": {len} items at {:.0} ns, {:.1} µs serially", self.item_ns, us(self.serial_ns()))?;
        if self.decision.workers > 1 {
            write!(f, ", {:.1} µs on {} threads", us(self.parallel_ns()), self.decision.workers)?;
        }
        match self.parallel_from {
            Some(from) => write!(f, "; parallel from {from} items")?,
            None => write!(f, "; never parallel here")?,
        }
        match self.pin.as_deref() {
            None => {}
            Some("") => f.write_str("; pinned")?,
            Some(reason) => write!(f, "; pinned: {reason}")?,
        }
        write!(f, " ({sampled} sampled)")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[test]
    fn every_item_is_visited_once_and_the_order_stays() {
        for len in [0, 1, 2, 3, 100, 20_000] {
            let visits: Vec<AtomicU32> = (0..len).map(|_| AtomicU32::new(0)).collect();
            let xs: Vec<usize> = (0..len).collect();
            let plan = plan(&xs, |&x| {
                visits[x].fetch_add(1, Ordering::Relaxed);
                x * 2
            });
            let sampled = plan.sampled();
            assert!(sampled <= len && (len == 0 || sampled > 0));
            let seen = visits.iter().filter(|visits| visits.load(Ordering::Relaxed) > 0).count();
            assert_eq!(seen, sampled, "a plan computes what it keeps");
            assert!(plan.finish().iter().zip(&xs).all(|(y, x)| *y == x * 2));
            assert!(visits.iter().all(|visits| visits.load(Ordering::Relaxed) == 1), "{len}");
        }
    }

    #[test]
    fn what_binds_the_call_binds_the_answer() {
        const DEAR_NS: f64 = 1e6;
        let ask = |bounds: Bounds, len| {
            let (Decision { plan, workers, .. }, from) = decided(&bounds, len, DEAR_NS);
            (plan == decide::Plan::Region, workers, from)
        };
        let wide = |from, threads| Bounds { width: 8, from, threads, pin: None };
        // By its cost alone.
        let (is_parallel, _, from) = ask(wide(None, None), 1_000);
        assert!(is_parallel && from.is_some_and(|from| from < 1_000));
        // One thread: a wish for more cannot be granted.
        for width in [0, 1] {
            let bounds = Bounds { width, from: Some(1), ..Bounds::default() };
            assert_eq!(ask(bounds, 1_000), (false, 1, None));
        }
        // A wish, and the file's decision.
        assert!(!ask(wide(Some(2_000), None), 1_000).0);
        assert_eq!(ask(wide(Some(2_000), Some(4)), 2_000), (true, 4, Some(2_000)));
        assert_eq!(ask(wide(Some(1), Some(99)), 2), (true, 8, Some(1)));
        assert!(!ask(wide(Some(1), None), 1).0, "one item cannot be split");
        let (is_parallel, _, from) = ask(wide(Some(usize::MAX), None), 1 << 40);
        assert!(!is_parallel && from.is_none());
    }

    #[test]
    fn it_says_what_would_be_done() {
        let one = plan(&[7_u8], |x| x + 1);
        assert!(!one.is_parallel() && one.workers() == 1, "{one}");
        assert!(
            one.to_string().starts_with("serial: 1 items at ") && one.to_string().ends_with("(1 sampled)"),
            "{one}"
        );
        assert_eq!(one.finish(), [8]);
        // A second of work in sleeps of 1 ms.
        let dear = plan(&[1_u8; 1_000], |_| std::thread::sleep(std::time::Duration::from_millis(1)));
        let alone = crate::machine::available() < 2 || !cfg!(feature = "rayon");
        assert!(dear.sampled() < 10 && dear.serial_ns() >= 1e9, "{dear}");
        assert!(alone || (dear.is_parallel() && dear.parallel_ns() < dear.serial_ns()), "{dear}");
    }
}
