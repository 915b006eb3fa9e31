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

/// A thread's next look at the cursor; the earliest comes first.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Look {
    at_ns: f64,
    slot: usize,
    item_ns: f64,
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
    let mut looks = BinaryHeap::new();
    let caller = Look { at_ns: costs.invite_ns, slot: 0, item_ns: grain.item_ns };
    looks.push(Reverse(caller));
    for slot in 1..grain.workers {
        let after = costs.arrive_ns + costs.step_ns * f64::from(slot.ilog2());
        let late = 0.75 + 0.75 * random.unit().powi(2);
        looks.push(Reverse(Look { at_ns: costs.invite_ns + after * late, ..Look { slot, ..caller } }));
    }
    let mut seen = Seen::default();
    let mut worked = vec![false; grain.workers];
    let mut cursor = from;
    while let Some(Reverse(look)) = looks.pop() {
        if cursor >= work.len {
            break;
        }
        if !worked[look.slot] {
            worked[look.slot] = true;
            seen.workers += 1;
            if look.slot > 0 {
                seen.arrival_ns.get_or_insert(look.at_ns - costs.invite_ns);
            }
        }
        let len = grain.next(work.len - cursor, look.item_ns).min(work.len - cursor);
        let range = cursor..cursor + len;
        cursor = range.end;
        let item_ns = machine.item_ns(work.mean_ns(range), work.bytes, look.slot, seen.workers);
        let took_ns = item_ns * len as f64 + costs.claim_ns;
        seen.busy_ns += took_ns;
        seen.worst_item_ns = seen.worst_item_ns.max(took_ns / len as f64);
        if seen.workers == 1 {
            (seen.alone_items, seen.alone_ns) = (seen.alone_items + len, seen.alone_ns + took_ns);
        }
        let at_ns = look.at_ns + took_ns;
        seen.wall_ns = seen.wall_ns.max(at_ns);
        looks.push(Reverse(Look { at_ns, slot: look.slot, item_ns: took_ns / len as f64 }));
    }
    seen
}
