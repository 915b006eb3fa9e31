//! The first call of a process, held against warmed contenders.

use super::grid::{ms_1, ns_30, ns_half, us_1};
use super::{Case, Group, Part, open_map};
use crate::kernel::Work;
use crate::rhythm::Rhythm;

pub(super) fn cases() -> Vec<Case> {
    vec![
        case::<ns_half::Kernel>("0.5 ns", 1_000, false),
        case::<ns_half::Kernel>("0.5 ns", 1_000_000, false),
        case::<ns_30::Kernel>("30 ns", 100, false),
        case::<ns_30::Kernel>("30 ns", 1_000, true),
        case::<ns_30::Kernel>("30 ns", 10_000, true),
        case::<ns_30::Kernel>("30 ns", 100_000, false),
        case::<us_1::Kernel>("1 µs", 1_000, true),
        case::<ms_1::Kernel>("1 ms", 16, false),
    ]
}

fn case<K: Work<In = u64>>(work: &str, n: usize, quick: bool) -> Case {
    let open = move || open_map::<K>(vec![(0..n as u64).collect()]);
    Case { rhythms: &[Rhythm::BackToBack], ..Case::new(Group::First, Part::new(work, n), quick, open) }
}
