//! Where the time of a site's regions went, as measured: for reports, no decision reads it.

use serde::{Deserialize, Serialize};

use crate::exec::work::Seen;

/// Where the time of a site's parallel calls went, summed over the calls of this process that were parallel at once.
///
/// The four shares add up to [`Spent::wall_ns`]: every thread that the decision wanted counts for the whole region, and its
/// time is divided by the number of threads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Spent {
    /// Calls.
    pub calls: u64,
    /// Their items.
    pub items: u64,
    /// Their time, joins and ordered tails left out, ns.
    pub wall_ns: f64,
    /// Threads worked on items, ns of `wall_ns`.
    pub busy_ns: f64,
    /// The caller invited helpers, and helpers had not come yet, ns of `wall_ns`.
    pub dispatch_ns: f64,
    /// Threads had come and nothing was left to claim: they waited for the slowest, ns of `wall_ns`.
    pub imbalance_ns: f64,
    /// Joins and ordered tails behind the regions, ns; not part of `wall_ns`.
    pub collection_ns: f64,
}

impl Spent {
    /// Takes one region over `items`, of `wanted` threads, that took `wall_ns` without its join.
    pub(crate) fn add(&mut self, items: usize, seen: &Seen, wanted: usize, wall_ns: f64) {
        let threads = wanted.max(seen.workers).max(1) as f64;
        let came = seen.workers.clamp(1, wanted.max(1)) as f64;
        let busy_ns = (seen.busy_ns / threads).clamp(0.0, wall_ns);
        // Only the first arrival is known: where several helpers come, what the later ones missed counts as imbalance.
        let awaited_ns = seen.arrival_ns.unwrap_or(0.0).min(wall_ns) * (came - 1.0);
        let absent_ns = wall_ns * (threads - came);
        let dispatch_ns = (seen.invite_ns + awaited_ns + absent_ns) / threads;
        let dispatch_ns = dispatch_ns.clamp(0.0, wall_ns - busy_ns);
        self.calls += 1;
        self.items += items as u64;
        self.wall_ns += wall_ns;
        self.busy_ns += busy_ns;
        self.dispatch_ns += dispatch_ns;
        self.imbalance_ns += wall_ns - busy_ns - dispatch_ns;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spent(wanted: usize, wall_ns: f64, seen: &Seen) -> [i64; 4] {
        let mut spent = Spent::default();
        spent.add(100, seen, wanted, wall_ns);
        assert_eq!((spent.calls, spent.items), (1, 100));
        [spent.wall_ns, spent.busy_ns, spent.dispatch_ns, spent.imbalance_ns].map(|ns| ns.round() as i64)
    }

    #[test]
    fn every_thread_counts_for_the_whole_region() {
        // The caller works for 990 of 1 000 ns, the helper comes after 200 and works for 600.
        let seen = Seen {
            busy_ns: 1_590.0,
            workers: 2,
            invite_ns: 10.0,
            arrival_ns: Some(200.0),
            ..Seen::default()
        };
        assert_eq!(spent(2, 1_000.0, &seen), [1_000, 795, 105, 100]);
        // Nobody came: the caller was alone, and the time of the one that was wanted is the dispatch's.
        let alone = Seen { busy_ns: 990.0, workers: 1, invite_ns: 10.0, ..Seen::default() };
        assert_eq!(spent(2, 1_000.0, &alone), [1_000, 495, 505, 0]);
        // Half of four came.
        let half = Seen { busy_ns: 1_800.0, arrival_ns: Some(100.0), ..seen };
        assert_eq!(spent(4, 1_000.0, &half), [1_000, 450, 528, 23]);
    }

    #[test]
    fn whatever_was_seen_the_shares_add_up() {
        let odd = [0.0, 1.0, 500.0, 1e9];
        for (wanted, workers) in [(0, 0), (1, 1), (2, 1), (2, 2), (2, 3), (64, 1), (64, 64)] {
            for busy_ns in odd {
                for arrival_ns in [None, Some(0.0), Some(1e9)] {
                    for wall_ns in odd {
                        let seen = Seen { busy_ns, workers, invite_ns: 700.0, arrival_ns, ..Seen::default() };
                        let mut spent = Spent::default();
                        spent.add(7, &seen, wanted, wall_ns);
                        let shares = [spent.busy_ns, spent.dispatch_ns, spent.imbalance_ns];
                        assert!(
                            shares.iter().all(|share| (0.0..=wall_ns).contains(share)),
                            "{seen:?}: {spent:?}"
                        );
                        assert!((shares.iter().sum::<f64>() - wall_ns).abs() <= 1e-6 * wall_ns, "{spent:?}");
                    }
                }
            }
        }
    }
}
