//! The output of an in-place map: one allocation whose parts several threads fill.
//!
//! This file decides nothing. It keeps one promise: what was written is in the result or dropped exactly once, and
//! nothing that was not written is ever read, whatever the kernel does. The kernel is not believed: elements are
//! counted here, where they are written.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::mem::{MaybeUninit, needs_drop};
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// Where a kernel puts the results of its part: the whole result, or a window of it.
#[derive(Debug)]
pub struct Out<'o, U>(To<'o, U>);

#[derive(Debug)]
enum To<'o, U> {
    Whole(&'o mut Vec<U>),
    Window(&'o mut Window<U>),
}

impl<'o, U> Out<'o, U> {
    /// An outlet for a kernel that runs on the whole slice.
    #[inline(always)]
    pub(crate) fn whole(result: &'o mut Vec<U>) -> Self {
        Self(To::Whole(result))
    }

    /// Takes everything that the chain yields.
    #[inline(always)]
    pub fn fill<I: Iterator<Item = U>>(self, items: I) {
        match self.0 {
            To::Whole(result) => *result = items.collect(),
            To::Window(window) => window.fill(items),
        }
    }
}

/// A part of the output that one thread fills; what was written is dropped with it unless it is taken over.
#[derive(Debug)]
struct Window<U> {
    start: *mut U,
    len: usize,
    written: usize,
}

impl<U> Window<U> {
    fn fill<I: Iterator<Item = U>>(&mut self, items: I) {
        // SAFETY: `Sink::part` made this window from a range of its allocation that its ledger gave to no other window, and
        // `MaybeUninit` asks for no initialised memory. `fill` is called once: `Out::fill` consumes its only user.
        let slots = unsafe { std::slice::from_raw_parts_mut(self.start.cast::<MaybeUninit<U>>(), self.len) };
        if needs_drop::<U>() {
            // Counted at every write, so that a panic in the middle drops exactly what was written.
            for (slot, item) in slots.iter_mut().zip(items) {
                slot.write(item);
                self.written += 1;
            }
        } else {
            // A count in memory would keep the loop from being vectorised.
            let mut written = 0;
            for (slot, item) in slots.iter_mut().zip(items) {
                slot.write(item);
                written += 1;
            }
            self.written = written;
        }
    }
}

impl<U> Drop for Window<U> {
    fn drop(&mut self) {
        // SAFETY: the first `written` slots were written by `fill` and taken over by nobody: `Sink::part` sets
        // `written` to 0 when the range's content becomes the sink's.
        unsafe { std::ptr::drop_in_place(std::ptr::slice_from_raw_parts_mut(self.start, self.written)) }
    }
}

/// start → (end, how many were written from the start on), for every range ever handed out. Neighbours become one when
/// they are full, so that a run of millions of chunks keeps as many ranges as it has threads, not as many as chunks.
type Ledger = BTreeMap<usize, (usize, usize)>;

/// Notes how many of the first slots of `range`, which was entered before, were written.
fn note(ledger: &mut Ledger, range: &Range<usize>, written: usize) {
    let (mut start, mut end) = (range.start, range.end);
    if written < range.len() {
        ledger.insert(start, (end, written));
        return;
    }
    let before = ledger.range(..start).next_back().map(|(&at, &entry)| (at, entry));
    if let Some((at, _)) = before.filter(|&(at, (to, written))| to == start && written == to - at) {
        ledger.remove(&start);
        start = at;
    }
    let after = ledger.get(&end).copied();
    if let Some((to, _)) = after.filter(|&(to, written)| written == to - end) {
        ledger.remove(&end);
        end = to;
    }
    ledger.insert(start, (end, end - start));
}

/// Enters `range` into `ledger`.
///
/// # Panics
/// If it is empty, lies outside `0..len`, or overlaps a range that was entered before.
fn claim(ledger: &mut Ledger, range: &Range<usize>, len: usize) {
    assert!(range.start < range.end && range.end <= len, "a part outside the slice");
    let before = ledger.range(..=range.start).next_back().is_none_or(|(_, &(end, _))| end <= range.start);
    let after = ledger.range(range.start..).next().is_none_or(|(&start, _)| start >= range.end);
    assert!(before && after, "a part was handed out twice");
    ledger.insert(range.start, (range.end, 0));
}

/// A slice that several threads may read. Whoever made it had the proof, so nothing has to be proved again, and said
/// again where it fails, by what takes it.
#[derive(Debug)]
pub struct Elements<'x, T>(&'x [T]);

// SAFETY: `new` makes the only values of this type, and only where `T: Sync`.
unsafe impl<T> Sync for Elements<'_, T> {}

impl<T> Copy for Elements<'_, T> {}

impl<T> Clone for Elements<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<'x, T> Elements<'x, T> {
    #[inline(always)]
    pub(crate) fn new(xs: &'x [T]) -> Self
    where
        T: Sync,
    {
        Self(xs)
    }

    #[inline(always)]
    pub(crate) fn get(self) -> &'x [T] {
        self.0
    }

    #[inline(always)]
    pub(crate) fn len(self) -> usize {
        self.0.len()
    }

    #[inline(always)]
    pub(crate) fn narrowed(self, range: Range<usize>) -> Self {
        Self(&self.0[range])
    }
}

/// A slice whose elements several threads may change; made only with the proof, like `Elements`.
#[derive(Debug)]
pub struct ElementsMut<'x, T>(&'x mut [T]);

impl<'x, T> ElementsMut<'x, T> {
    #[inline(always)]
    pub(crate) fn new(xs: &'x mut [T]) -> Self
    where
        T: Send,
    {
        Self(xs)
    }

    #[inline(always)]
    pub(crate) fn get(self) -> &'x mut [T] {
        self.0
    }

    #[inline(always)]
    pub(crate) fn narrowed(self, range: Range<usize>) -> Self {
        Self(&mut self.0[range])
    }

    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

/// A `&mut` slice that is handed out in disjoint parts, to several threads.
#[derive(Debug)]
pub struct Cut<'x, T> {
    base: *mut T,
    len: usize,
    ledger: Mutex<Ledger>,
    /// The borrow that this lives on.
    whole: PhantomData<&'x mut [T]>,
}

// SAFETY: threads reach the elements only through `part`, which hands out every index at most once. An element is
// changed on one thread and seen on another afterwards: `T: Send`, which `ElementsMut` stands for.
unsafe impl<T> Sync for Cut<'_, T> {}

impl<'x, T> Cut<'x, T> {
    pub(crate) fn new(whole: ElementsMut<'x, T>) -> Self {
        let whole = whole.0;
        Self { base: whole.as_mut_ptr(), len: whole.len(), ledger: Mutex::default(), whole: PhantomData }
    }

    /// How many elements there are.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The elements of `range`, once.
    ///
    /// # Panics
    /// If `range` is empty, lies outside or overlaps an earlier one.
    pub(crate) fn part(&self, range: Range<usize>) -> &'x mut [T] {
        let mut ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
        claim(&mut ledger, &range, self.len);
        note(&mut ledger, &range, range.len());
        drop(ledger);
        // SAFETY: `claim` checked that `range` lies within the slice and overlaps no part handed out before, so this is
        // the only reference to these elements for `'x`, the time for which the slice itself is borrowed.
        unsafe { std::slice::from_raw_parts_mut(self.base.add(range.start), range.len()) }
    }
}

/// An output of known length that is filled in disjoint ranges, from several threads.
#[derive(Debug)]
pub(crate) struct Sink<U> {
    /// Capacity for the whole output, length 0.
    space: Vec<U>,
    base: *mut U,
    len: usize,
    ledger: Mutex<Ledger>,
}

// SAFETY: threads reach `base` only through `part`, which enters its range in the ledger first and refuses overlaps;
// `space` is touched only by the owner. `U: Send` because elements made on one thread are dropped or handed over on
// another.
unsafe impl<U: Send> Sync for Sink<U> {}

impl<U> Sink<U> {
    /// Room for `len` results, in one allocation.
    pub(crate) fn new(len: usize) -> Self {
        let mut space = Vec::with_capacity(len);
        let base = space.as_mut_ptr();
        Self { space, base, len, ledger: Mutex::default() }
    }

    /// Lets `write` fill the results of `range`.
    ///
    /// # Panics
    /// If `range` lies outside or overlaps an earlier one, or if `write` panics.
    pub(crate) fn part(&self, range: Range<usize>, write: impl FnOnce(Out<'_, U>)) {
        self.enter(&range);
        // SAFETY: `enter` checked that `range` lies within the allocation of `len` elements.
        let start = unsafe { self.base.add(range.start) };
        let mut window = Window { start, len: range.len(), written: 0 };
        write(Out(To::Window(&mut window)));
        let written = std::mem::take(&mut window.written);
        let mut ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
        note(&mut ledger, &range, written);
    }

    /// Hands out a range once and only once: about 0.1 µs against chunks of 50 µs, and no caller has to be trusted.
    fn enter(&self, range: &Range<usize>) {
        claim(&mut self.ledger.lock().unwrap_or_else(PoisonError::into_inner), range, self.len);
    }

    /// The filled output, or `None` when a kernel yielded fewer results than its part has elements.
    pub(crate) fn finish(mut self) -> Option<Vec<U>> {
        let filled: usize = self.ledger().values().map(|&(_, written)| written).sum();
        if filled != self.len {
            return None;
        }
        self.ledger().clear();
        let mut result = std::mem::take(&mut self.space);
        // SAFETY: disjoint ranges within `0..len` with at most `len` writes in all: as many writes as slots means that
        // every slot was written. The ledger is empty now, so `drop` gives none of them up again.
        unsafe { result.set_len(self.len) };
        Some(result)
    }

    fn ledger(&mut self) -> &mut Ledger {
        self.ledger.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<U> Drop for Sink<U> {
    fn drop(&mut self) {
        let base = self.base;
        for (start, (_, written)) in std::mem::take(self.ledger()) {
            // SAFETY: the ledger says that the first `written` slots from `start` on were written; nobody else drops
            // them, because `finish` clears the ledger before it gives them away.
            unsafe { std::ptr::drop_in_place(std::ptr::slice_from_raw_parts_mut(base.add(start), written)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
    use std::rc::Rc;

    use super::*;
    use crate::exec::scripted::{Random, Script};

    #[test]
    fn parts_in_any_order_become_one_and_are_dropped_once() {
        let alive = Rc::new(());
        for seed in 0..300 {
            let mut random = Random(seed);
            let len = 1 + random.below(200);
            let parts = Script { lens: vec![1 + random.below(9)], shuffle: Some(seed), ..Script::default() };
            // One part in some runs ends in a panic or yields too few items.
            let (odd, left) = (random.below(2 * len), random.below(9));
            let mut sink = Sink::new(len);
            for part in parts.parts(0..len) {
                let (short, panics) = (part.contains(&odd) && left < part.len(), odd % 2 == 0);
                let filled = catch_unwind(AssertUnwindSafe(|| {
                    sink.part(part.clone(), |out| {
                        let yielded = if short { left } else { part.len() };
                        out.fill((0..part.len()).map_while(|at| {
                            if at >= yielded && panics {
                                resume_unwind(Box::new(()));
                            }
                            (at < yielded).then(|| Rc::clone(&alive))
                        }));
                    });
                }));
                assert_eq!(filled.is_err(), short && panics);
            }
            let ranges = sink.ledger().len();
            let filled = sink.finish();
            assert!(ranges <= if filled.is_some() { 1 } else { 3 }, "{ranges}");
            assert_eq!(Rc::strong_count(&alive), 1 + filled.as_ref().map_or(0, Vec::len));
        }
    }

    #[test]
    fn a_slice_is_cut_into_parts_once() {
        let mut xs = [0; 60];
        let cut = Cut::new(ElementsMut::new(&mut xs));
        let script = Script { lens: vec![7], shuffle: Some(5), ..Script::default() };
        for part in script.parts(0..60) {
            cut.part(part.clone()).fill(1);
            assert!(catch_unwind(AssertUnwindSafe(|| cut.part(part.start..part.start + 1).len())).is_err());
        }
        assert_eq!(cut.ledger.lock().unwrap_or_else(PoisonError::into_inner).len(), 1);
        assert_eq!(xs, [1; 60]);
    }
}
