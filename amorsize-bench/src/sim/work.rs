//! What is computed: the cost of items, how it is spread over them, and how calls follow each other.

/// How the cost of an item depends on its index; the mean is the same for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// All alike.
    Uniform,
    /// From nothing to twice the mean.
    Rising,
    /// One in a hundred costs half of all.
    Heavy,
}

/// One site and its calls.
#[derive(Clone, Copy, Debug)]
pub struct Work {
    /// Items of a call.
    pub len: usize,
    /// Mean cost of computing an item, ns.
    pub item_ns: f64,
    /// Bytes that an item moves from or to memory.
    pub bytes: f64,
    /// How the cost is spread.
    pub shape: Shape,
    /// Idle time between calls, ns.
    pub gap_ns: f64,
}

impl Work {
    /// Mean cost of computing an item of `range`, ns.
    #[must_use]
    pub fn mean_ns(&self, range: std::ops::Range<usize>) -> f64 {
        let items = range.len().max(1) as f64;
        let before = |at: usize| match self.shape {
            Shape::Uniform => at as f64,
            Shape::Rising => (at as f64).powi(2) / self.len.max(1) as f64,
            Shape::Heavy => {
                // Every hundredth costs 50.5 of 101 parts per hundred items; the others share the rest.
                0.5 * at as f64 * (100.0 / 99.0) + (at / 100) as f64 * (50.0 - 50.0 / 99.0)
            }
        };
        self.item_ns * (before(range.end) - before(range.start)) / items
    }

    /// The cases: costs from 1 ns to 100 µs at lengths of up to 100 ms of work, streams and mixed loads, each shape.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for gap_ns in [1_000.0, 3e6] {
            for (item_ns, lens) in [
                (1.0, &[10_000_usize, 100_000, 1_000_000, 10_000_000][..]),
                (30.0, &[300, 3_000, 30_000, 300_000, 3_000_000][..]),
                (1_000.0, &[10, 100, 1_000, 10_000, 100_000][..]),
                (100_000.0, &[4, 30, 300][..]),
            ] {
                all.extend(lens.iter().map(|&len| Self {
                    len,
                    item_ns,
                    bytes: 0.0,
                    shape: Shape::Uniform,
                    gap_ns,
                }));
            }
            // Streams: 16 bytes per item move as fast as memory allows; 64 bytes beside some computing.
            for (item_ns, bytes, len) in [
                (0.5, 16.0, 100_000),
                (0.5, 16.0, 1_000_000),
                (0.5, 16.0, 10_000_000),
                (8.0, 64.0, 100_000),
                (20.0, 64.0, 1_000_000),
            ] {
                all.push(Self { len, item_ns, bytes, shape: Shape::Uniform, gap_ns });
            }
            for shape in [Shape::Rising, Shape::Heavy] {
                for (item_ns, len) in [(30.0, 10_000), (300.0, 100_000), (20_000.0, 500)] {
                    all.push(Self { len, item_ns, bytes: 0.0, shape, gap_ns });
                }
            }
        }
        all
    }
}

impl std::fmt::Display for Work {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ns × {}", self.item_ns, self.len)?;
        if self.bytes > 0.0 {
            write!(f, ", {} B", self.bytes)?;
        }
        match self.shape {
            Shape::Uniform => {}
            Shape::Rising => f.write_str(", rising")?,
            Shape::Heavy => f.write_str(", 1 % heavy")?,
        }
        if self.gap_ns >= 1e6 { write!(f, ", gaps of {} ms", self.gap_ns / 1e6) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_costs_the_same_in_all() {
        for work in Work::all() {
            let mean = work.mean_ns(0..work.len - work.len % 100);
            let whole = if work.shape == Shape::Rising { work.mean_ns(0..work.len) } else { mean };
            assert!(work.len < 100 || (whole / work.item_ns - 1.0).abs() < 0.02, "{work}: {whole}");
        }
    }
}
