//! The same work in other surroundings: a core that is taken, several callers, callers inside a pool, an annotated function
//! that calls another; and after fixed idle gaps.

use std::time::Duration;

use super::{BOTH, Case, Group, Part, open_map};
use crate::around::Around;
use crate::kernel::{Work, kernel};
use crate::rhythm::Rhythm;

// The 30 ns of the grid; a kernel per surrounding, that each learns for itself.
kernel!(spinner, burn::<46>);
kernel!(callers, burn::<46>);
kernel!(pool, burn::<46>);
kernel!(inner, burn::<46>);
kernel!(idle_30_ns, burn::<46>);
kernel!(idle_1_us, burn::<735>);

const LENGTHS: [usize; 3] = [100, 10_000, 100_000];
const CALLERS: usize = 4;

/// Rows of a table, each summed up by an annotated function or, for the peers, by the plain loop: their best way.
mod nested {
    use super::{Work, inner};

    pub(super) struct Kernel;

    fn total(row: Vec<u64>) -> u64 {
        row.into_iter().fold(0, u64::wrapping_add)
    }

    #[amorsize::parallelize]
    fn rows(table: &[Vec<u64>]) -> Vec<u64> {
        table.iter().map(|row| total(inner::Kernel::amorsize(row))).collect()
    }

    impl Work for Kernel {
        type In = Vec<u64>;
        type Out = u64;

        fn item(row: &Vec<u64>) -> u64 {
            total(row.iter().map(inner::Kernel::item).collect())
        }

        fn amorsize(table: &[Vec<u64>]) -> Vec<u64> {
            rows(table)
        }

        fn commonware(strategy: &commonware_parallel::Rayon, table: &[Vec<u64>]) -> Vec<u64> {
            use commonware_parallel::Strategy as _;
            strategy.map_collect_vec(table, Self::item)
        }
    }
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    around::<spinner::Kernel>(&mut cases, "beside a spinner", Around::Spinner, BOTH);
    around::<callers::Kernel>(&mut cases, "4 callers", Around::Callers(CALLERS), &[Rhythm::BackToBack]);
    around::<pool::Kernel>(&mut cases, "in a pool", Around::Pool, BOTH);
    // Lengths in either direction: many short rows, and few long ones.
    for (n, row) in [(1_000, 100), (2, 10_000)] {
        let open = move || open_map::<nested::Kernel>(vec![vec![(0..row as u64).collect(); n]]);
        cases.push(Case::new(Group::Around, Part::new(format!("nested {row} × 30 ns"), n), n == 2, open));
    }
    cases
}

fn around<K: Work<In = u64>>(cases: &mut Vec<Case>, name: &str, around: Around, rhythms: &'static [Rhythm]) {
    for n in LENGTHS {
        let open = move || open_map::<K>(vec![(0..n as u64).collect()]);
        let case = Case::new(Group::Around, Part::new(name, n), n == 10_000, open);
        cases.push(Case { rhythms, around, ..case });
    }
}

/// Work after gaps of a fixed length.
pub(super) fn idle() -> Vec<Case> {
    const GAPS: &[Rhythm] = &[
        Rhythm::Every(Duration::from_micros(100)),
        Rhythm::Every(Duration::from_millis(1)),
        Rhythm::Every(Duration::from_millis(3)),
        Rhythm::Every(Duration::from_millis(10)),
    ];
    let mut cases = vec![
        Case::new(Group::Idle, Part::new("30 ns", 10_000), false, || {
            open_map::<idle_30_ns::Kernel>(vec![(0..10_000).collect()])
        }),
        Case::new(Group::Idle, Part::new("1 µs", 1_000), true, || {
            open_map::<idle_1_us::Kernel>(vec![(0..1_000).collect()])
        }),
    ];
    for case in &mut cases {
        case.rhythms = GAPS;
    }
    cases
}
