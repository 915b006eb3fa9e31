//! One region as a sequence of events: a thread arrives, claims a chunk, works, claims the next.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use amorsize_runtime::tune::costs::Costs;
use amorsize_runtime::tune::grain::Grain;

use super::machine::Machine;
use super::work::Work;
use crate::random::Random;

/// What a region did, as the engine would see it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen {
    /// From the call to the end of the last chunk, ns.
    pub wall_ns: f64,
    /// Busy time of all threads, ns.
    pub busy_ns: f64,
    /// Items and time of chunks that ended before a helper had come.
    pub alone_items: usize,
    /// See `alone_items`, ns.
    pub alone_ns: f64,
    /// Cost per item of the slowest chunk, ns.
    pub worst_item_ns: f64,
    /// Threads that worked.
    pub workers: usize,
    /// From when the caller could work to when the first helper did, ns; `None` where none came in time.
    pub arrival_ns: Option<f64>,
}

/// A thread comes to the cursor; the earliest comes first.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Look {
    at_ns: f64,
    slot: usize,
    /// Which of the thread's expectations this is: when threads come and go, those of the others move.
    version: u32,
}

impl Eq for Look {}

impl PartialOrd for Look {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Look {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.at_ns.total_cmp(&other.at_ns).then(self.slot.cmp(&other.slot))
    }
}

/// What a thread is at.
#[derive(Clone, Copy, Debug)]
struct Chunk {
    /// Cost of computing an item, ns, on a core of speed 1.
    mean_ns: f64,
    /// What an item takes where and beside whom it runs now, ns.
    item_ns: f64,
    len: usize,
    began_ns: f64,
    ends_ns: f64,
    version: u32,
}

/// A region while it runs.
struct Running<'r> {
    machine: &'r Machine,
    work: &'r Work,
    looks: BinaryHeap<Reverse<Look>>,
    /// By thread; `None` before it came and after it left.
    chunks: Vec<Option<Chunk>>,
    active: usize,
    cursor: usize,
    seen: Seen,
}

/// Runs `work` from item `from` on with the caller and `grain.workers - 1` helpers.
///
/// Helper number h comes with the h-th doubling, 0.75 to 1.5 times as late as the machine says.
pub fn run(
    machine: &Machine,
    work: &Work,
    from: usize,
    grain: &Grain,
    costs: &Costs,
    random: &mut Random,
) -> Seen {
    let mut running = Running {
        machine,
        work,
        looks: BinaryHeap::new(),
        chunks: vec![None; grain.workers],
        active: 0,
        cursor: from,
        seen: Seen::default(),
    };
    running.looks.push(Reverse(Look { at_ns: costs.invite_ns, slot: 0, version: 0 }));
    for slot in 1..grain.workers {
        let after = costs.arrive_ns + costs.step_ns * f64::from(slot.ilog2());
        let late = 0.75 + 0.75 * random.unit().powi(2);
        running.looks.push(Reverse(Look { at_ns: costs.invite_ns + after * late, slot, version: 0 }));
    }
    while let Some(Reverse(look)) = running.looks.pop() {
        let last = running.chunks[look.slot];
        if last.map_or(0, |chunk| chunk.version) != look.version {
            continue;
        }
        if let Some(last) = last {
            running.done(&last);
        }
        if running.cursor < work.len {
            running.claim(look, last, grain, costs);
        } else if last.is_some() {
            running.chunks[look.slot] = None;
            running.active -= 1;
            running.notice(look.slot, look.at_ns);
        } else if running.active == 0 {
            break;
        }
    }
    running.seen
}

impl Running<'_> {
    fn done(&mut self, chunk: &Chunk) {
        let took_ns = chunk.ends_ns - chunk.began_ns;
        let seen = &mut self.seen;
        seen.busy_ns += took_ns;
        seen.wall_ns = seen.wall_ns.max(chunk.ends_ns);
        seen.worst_item_ns = seen.worst_item_ns.max(took_ns / chunk.len as f64);
        if seen.workers == 1 {
            (seen.alone_items, seen.alone_ns) = (seen.alone_items + chunk.len, seen.alone_ns + took_ns);
        }
    }

    fn claim(&mut self, look: Look, last: Option<Chunk>, grain: &Grain, costs: &Costs) {
        let Look { at_ns, slot, version } = look;
        let expected_ns = last.map_or(grain.item_ns, |last| (last.ends_ns - last.began_ns) / last.len as f64);
        let left = self.work.len - self.cursor;
        let len = grain.next(left, expected_ns).min(left);
        let mean_ns = self.work.mean_ns(self.cursor..self.cursor + len);
        self.cursor += len;
        let version = version + 1;
        if last.is_none() {
            self.active += 1;
            self.seen.workers += 1;
            if slot > 0 {
                self.seen.arrival_ns.get_or_insert(at_ns - costs.invite_ns);
            }
        }
        let item_ns = self.item_ns(slot, mean_ns);
        let ends_ns = at_ns + item_ns * len as f64 + costs.claim_ns;
        self.chunks[slot] = Some(Chunk { mean_ns, item_ns, len, began_ns: at_ns, ends_ns, version });
        self.looks.push(Reverse(Look { at_ns: ends_ns, slot, version }));
        if last.is_none() {
            self.notice(slot, at_ns);
        }
    }

    fn item_ns(&self, slot: usize, mean_ns: f64) -> f64 {
        let works = |slot| self.chunks.get(slot).is_some_and(Option::is_some);
        let shared = self.machine.sibling(slot).is_some_and(works);
        self.machine.item_ns(mean_ns, self.work.bytes, slot, self.active, shared)
    }

    /// A thread came or left: those that still work have their cores and the memory less or more to themselves.
    fn notice(&mut self, slot: usize, now_ns: f64) {
        let threads = self.chunks.len();
        let noticing = match self.machine.sibling(slot) {
            _ if self.work.bytes > 0.0 => 0..threads,
            Some(sibling) => sibling.min(threads)..(sibling + 1).min(threads),
            // Without memory between them only the core's other thread notices.
            None => 0..0,
        };
        for other in noticing {
            let Some(chunk) = self.chunks[other] else { continue };
            let item_ns = self.item_ns(other, chunk.mean_ns);
            if (item_ns - chunk.item_ns).abs() <= 1e-9 * item_ns {
                continue;
            }
            let ends_ns = now_ns + (chunk.ends_ns - now_ns) * item_ns / chunk.item_ns;
            let version = chunk.version + 1;
            self.chunks[other] = Some(Chunk { item_ns, ends_ns, version, ..chunk });
            self.looks.push(Reverse(Look { at_ns: ends_ns, slot: other, version }));
        }
    }
}
