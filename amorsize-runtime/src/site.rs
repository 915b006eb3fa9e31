//! A call site: what generated code declares, and the packed decision that a call reads first.
//!
//! A `static` in a generic function is one object for all its instantiations, so the memory is kept below the site,
//! one for each concrete type of the kernel. This file decides only whether a call is serial without another thought.

use std::any::type_name;
use std::cell::Cell;
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::memory::Memory;

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

/// Instantiations of one generic function that find their decision without a lock; further ones are looked up in a
/// list, which costs some 30 ns.
const SLOTS: usize = 4;

/// A call site, as a `static` beside the annotated function.
#[derive(Debug)]
pub struct Site {
    pub(crate) spec: Spec,
    slots: [Slot; SLOTS],
    known: Mutex<Vec<Known>>,
}

/// One instantiation: which, its packed decision, and what it remembers.
type Known = (usize, &'static Slot, &'static Memory);

/// The packed decision of one instantiation.
#[derive(Debug)]
pub(crate) struct Slot {
    /// Which instantiation; 0 for none yet.
    id: AtomicUsize,
    /// Calls shorter than this are serial.
    sure_below: AtomicUsize,
}

impl Slot {
    const fn empty() -> Self {
        Self { id: AtomicUsize::new(0), sure_below: AtomicUsize::new(0) }
    }

    /// Publishes the length below which calls are surely serial.
    pub(crate) fn publish(&self, sure_below: usize) {
        self.sure_below.store(sure_below, Ordering::Relaxed);
    }

    /// Whether a call of this length is serial, and it is not this thread's turn to take the long way.
    #[inline(always)]
    fn passes(&self, len: usize) -> bool {
        len < self.sure_below.load(Ordering::Relaxed) && !tick()
    }
}

thread_local! {
    /// Calls until this thread takes the long way once, so that surely serial calls are timed now and then.
    static TICKS: Cell<u32> = const { Cell::new(1) };
}

/// Sets how many calls of this thread pass until one takes the long way.
pub(crate) fn set_ticks(calls: u32) {
    TICKS.with(|ticks| ticks.set(calls));
}

/// Counts a call; true when it is this thread's turn to take the long way.
#[inline(always)]
fn tick() -> bool {
    TICKS.with(|ticks| {
        let left = ticks.get().wrapping_sub(1);
        ticks.set(left);
        left == 0
    })
}

/// Keeps what a type's identity feeds to a hasher: an identity is a hash already.
#[derive(Default)]
struct Keep(u64);

impl Hasher for Keep {
    #[inline(always)]
    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// A number for the type `K`; a constant in optimised code. Two types that shared one would share a memory, never
/// an answer.
#[inline(always)]
pub(crate) fn id<K>() -> usize {
    let mut keep = Keep::default();
    typeid::of::<K>().hash(&mut keep);
    keep.0 as usize | 1
}

impl Site {
    /// A site that nothing is known about yet.
    #[must_use]
    pub const fn new(spec: Spec) -> Self {
        Self { spec, slots: [const { Slot::empty() }; SLOTS], known: Mutex::new(Vec::new()) }
    }

    /// The slots in the order in which the instantiation `id` looks for its own; the first is nearly always right.
    #[inline(always)]
    fn slots(&'static self, id: usize) -> impl Iterator<Item = &'static Slot> {
        (0..SLOTS).map(move |at| &self.slots[((id >> 8) + at) % SLOTS])
    }

    /// Whether a call of this length is serial without another thought.
    #[inline(always)]
    pub(crate) fn surely_serial<K>(&'static self, len: usize) -> bool {
        let id = id::<K>();
        let slot = &self.slots[(id >> 8) % SLOTS];
        if slot.id.load(Ordering::Relaxed) == id {
            slot.passes(len)
        } else {
            self.surely_serial_elsewhere(id, len)
        }
    }

    /// The same for an instantiation whose first slot is another's, and for one that is called for the first time.
    #[inline(never)]
    fn surely_serial_elsewhere(&'static self, id: usize, len: usize) -> bool {
        let near = self.slots(id).find(|slot| slot.id.load(Ordering::Relaxed) == id);
        let slot = near.or_else(|| {
            // None is free, or this is the first call.
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.iter().find(|known| known.0 == id).map(|known| known.1)
        });
        slot.is_some_and(|slot| slot.passes(len))
    }

    /// The memory of one instantiation, made on its first call.
    pub(crate) fn memory<K>(&'static self) -> &'static Memory {
        self.memory_of(id::<K>(), type_name::<K>())
    }

    fn memory_of(&'static self, id: usize, kernel: &'static str) -> &'static Memory {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(&(_, _, memory)) = known.iter().find(|known| known.0 == id) {
            return memory;
        }
        // Both live as long as the process, like the site itself; bounded by the instantiations of the program.
        let free = self.slots(id).find(|slot| slot.id.load(Ordering::Relaxed) == 0);
        let slot = free.unwrap_or_else(|| Box::leak(Box::new(Slot::empty())));
        let memory: &'static Memory = Box::leak(Box::new(Memory::attach(&self.spec, kernel, Some(slot))));
        memory.enlist();
        known.push((id, slot, memory));
        slot.id.store(id, Ordering::Relaxed);
        memory
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_instantiation_passes_serial_calls_by() {
        static SITE: Site = Site::new(Spec {
            part: "",
            signature: "",
            body: "",
            key: "",
            file: "",
            line: 0,
            options: Options { serial: true, ..Options::NONE },
        });
        macro_rules! all {
            ($($kernel:ty)*) => {{
                $(assert!(!SITE.surely_serial::<$kernel>(9), "nothing is known yet");)*
                $(SITE.memory::<$kernel>();)*
                set_ticks(u32::MAX);
                $(assert!(SITE.surely_serial::<$kernel>(9), stringify!($kernel));)*
                set_ticks(1);
                $(
                    assert!(!SITE.surely_serial::<$kernel>(9), "its turn");
                    set_ticks(1);
                )*
            }};
        }
        all!(u8 u16 u32 u64 u128 usize);
    }
}
