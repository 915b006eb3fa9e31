//! A call site: what generated code declares, and the packed decision that a call reads first.
//!
//! A `static` in a generic function is one object for all its instantiations, so the memory is kept below the site,
//! one for each concrete type of the kernel. This file decides only whether a call is serial without another thought.

use std::any::type_name;
use std::hash::{Hash, Hasher};
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError, TryLockError};

use crate::memory::Memory;
use crate::slot::Slot;
use crate::spec::Spec;

/// Instantiations of one generic function that find their decision without a lock; further ones are looked up in a
/// list, which costs some 30 ns.
const SLOTS: usize = 8;

/// A call site, as a `static` beside the annotated function.
#[derive(Debug)]
pub struct Site {
    pub(crate) spec: Spec,
    slots: [Slot; SLOTS],
    known: Mutex<Vec<Known>>,
}

/// One instantiation: which, its packed decision, and what it remembers.
type Known = (usize, &'static Slot, &'static Memory);

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

    /// The packed decision of an instantiation that was called before and found a slot.
    #[inline(always)]
    pub(crate) fn slot<K>(&'static self) -> Option<&'static Slot> {
        let id = id::<K>();
        self.slots(id).find(|slot| slot.id.load(Ordering::Relaxed) == id)
    }

    /// The same for an instantiation whose first slot is another's, and for one that is called for the first time.
    #[inline(never)]
    fn surely_serial_elsewhere(&'static self, id: usize, len: usize) -> bool {
        let near = self.slots(id).find(|slot| slot.id.load(Ordering::Relaxed) == id);
        let slot = near.or_else(|| {
            // None is free, or this is the first call. Without waiting: the long way costs little more, and in a copy that
            // `fork` made nobody may be there to wait for.
            let known = match self.known.try_lock() {
                Ok(known) => known,
                Err(TryLockError::Poisoned(known)) => known.into_inner(),
                Err(TryLockError::WouldBlock) => return None,
            };
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
    use crate::slot::set_ticks;
    use crate::spec::Options;

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
