//! How long the next chunk is.
//!
//! Decides it from what is left and from what the thread's last chunk took; knows nothing of threads.

/// The shortest chunk that is worth claiming, ns: some twenty times what a claim costs with its clock and its ledger.
pub const LEAST_NS: f64 = 2_000.0;

/// How chunks are cut.
#[derive(Clone, Copy, Debug)]
pub struct Grain {
    /// How long a chunk should last, ns.
    pub target_ns: f64,
    /// What is expected of one item, ns; threads replace it by what they see.
    pub item_ns: f64,
    /// Items per chunk when somebody fixed it; 0 for by time.
    pub fixed: usize,
    /// Chunk lengths are multiples of this where they are long enough: a cache line of the output.
    pub align: usize,
    /// Chunk lengths are multiples of this.
    pub piece: usize,
    /// Threads that are expected to work.
    pub workers: usize,
    /// No chunk is shorter than this on purpose, ns: claiming one has its price.
    pub least_ns: f64,
    /// As few chunks as an even finish allows, since each one costs a join.
    pub coarse: bool,
}

impl Grain {
    /// Items for the next chunk when `left` items are unclaimed and the thread's last chunk took `item_ns` per item.
    ///
    /// Never more than `left / (2 · workers)`: guided self-scheduling bounds the wait at the end by one short
    /// chunk, which is worth claiming all the same. Coarse chunks are never less than that, and not shorter than the target.
    #[must_use]
    pub fn next(&self, left: usize, item_ns: f64) -> usize {
        self.len(left, item_ns).next_multiple_of(self.piece)
    }

    fn len(&self, left: usize, item_ns: f64) -> usize {
        if self.fixed > 0 {
            return self.fixed.min(left.max(1));
        }
        let by_time = (self.target_ns / item_ns.max(1e-3)) as usize;
        let least = (self.least_ns / item_ns.max(1e-3)) as usize;
        let fair = left / (2 * self.workers.max(1));
        let len = if self.coarse { fair.max(by_time.min(left)) } else { by_time.min(fair.max(least)) };
        let len = len.clamp(1, left.max(1));
        if len >= 8 * self.align { len - len % self.align } else { len }
    }
}

#[cfg(test)]
mod tests {
    use super::Grain;

    fn chunks(grain: Grain, len: usize) -> Vec<usize> {
        let mut left = len;
        let mut chunks = Vec::new();
        while left > 0 {
            let chunk = grain.next(left, grain.item_ns).min(left);
            chunks.push(chunk);
            left -= chunk;
        }
        chunks
    }

    const TIMED: Grain = Grain {
        target_ns: 50_000.0,
        item_ns: 10.0,
        fixed: 0,
        align: 16,
        piece: 1,
        workers: 2,
        least_ns: 2_000.0,
        coarse: false,
    };

    #[test]
    fn chunks_last_the_target_and_shrink_at_the_end() {
        let chunks = chunks(TIMED, 100_000);
        assert_eq!(chunks.iter().sum::<usize>(), 100_000);
        assert_eq!(chunks[0], 4_992, "50 µs of 10 ns, in whole cache lines");
        assert!(chunks.iter().all(|&chunk| (1..=5_000).contains(&chunk)));
        assert!(chunks.len() < 60, "{chunks:?}");
        assert!(chunks.iter().rev().skip(1).all(|&chunk| chunk >= 192), "2 µs at least: {chunks:?}");
    }

    #[test]
    fn an_item_longer_than_the_target_is_a_chunk() {
        assert!(chunks(Grain { item_ns: 1e6, ..TIMED }, 200).iter().all(|&chunk| chunk == 1));
    }

    #[test]
    fn a_fixed_chunk_is_kept() {
        assert_eq!(chunks(Grain { fixed: 7, ..TIMED }, 20), [7, 7, 6]);
    }

    #[test]
    fn pieces_stay_whole() {
        let chunks = chunks(Grain { piece: 100, ..TIMED }, 100_030);
        assert!(chunks.iter().rev().skip(1).all(|chunk| chunk % 100 == 0), "{chunks:?}");
    }

    #[test]
    fn coarse_chunks_are_few() {
        let chunks = chunks(Grain { coarse: true, ..TIMED }, 200_000);
        assert!(
            chunks.len() <= 16 && chunks[0] == 50_000 && chunks.iter().all(|&chunk| chunk > 1),
            "{chunks:?}"
        );
    }
}
