//! The grid: cost per item × length, map-collect, back to back and after idle gaps.

use super::{Case, Group, Part, open_map};
use crate::kernel::{Work, kernel};

// Steps that come to the nominal costs where they were measured (see `burn`).
kernel!(ns_half, burn::<1>);
kernel!(ns_1, burn::<4>);
kernel!(ns_10, burn::<24>);
kernel!(ns_30, burn::<46>);
kernel!(ns_100, burn::<103>);
kernel!(ns_300, burn::<240>);
kernel!(us_1, burn::<735>);
kernel!(us_10, burn::<7_000>);
kernel!(ms_1, burn::<700_000>);

const LENGTHS: [usize; 8] = [0, 1, 16, 100, 1_000, 10_000, 100_000, 1_000_000];

/// The lengths of a quick look, and the longest serial time.
const QUICK: [usize; 3] = [16, 1_000, 100_000];
const QUICK_NS: f64 = 2e7;

/// Cases that take longer than this serially are left out, ns.
const LONGEST_NS: f64 = 1e8;

/// The cases.
pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    row::<ns_half::Kernel>(&mut cases, "0.5 ns", 0.5);
    row::<ns_1::Kernel>(&mut cases, "1 ns", 1.0);
    row::<ns_10::Kernel>(&mut cases, "10 ns", 10.0);
    row::<ns_30::Kernel>(&mut cases, "30 ns", 30.0);
    row::<ns_100::Kernel>(&mut cases, "100 ns", 100.0);
    row::<ns_300::Kernel>(&mut cases, "300 ns", 300.0);
    row::<us_1::Kernel>(&mut cases, "1 µs", 1e3);
    row::<us_10::Kernel>(&mut cases, "10 µs", 1e4);
    row::<ms_1::Kernel>(&mut cases, "1 ms", 1e6);
    cases
}

fn row<K: Work<In = u64>>(cases: &mut Vec<Case>, work: &str, item_ns: f64) {
    for n in LENGTHS {
        let serial_ns = item_ns * n as f64;
        if serial_ns < LONGEST_NS {
            let quick = QUICK.contains(&n) && serial_ns < QUICK_NS;
            let open = move || open_map::<K>(vec![(0..n as u64).collect()]);
            cases.push(Case::new(Group::Grid, Part::new(work, n), quick, open));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grid_is_that_of_the_design() {
        let cases = cases();
        let names: Vec<String> = cases.iter().map(Case::name).collect();
        for name in ["0.5 ns × 0", "0.5 ns × 1000000", "100 ns × 100000", "1 µs × 10000", "1 ms × 16"] {
            assert!(names.iter().any(|have| have == name), "{name} is missing");
        }
        assert!(!names.contains(&"100 ns × 1000000".to_owned()), "100 ms are too long");
        assert_eq!(cases.len(), 60);
    }
}
