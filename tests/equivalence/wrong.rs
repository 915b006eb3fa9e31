//! Wrong answers that were found by trial, each pinned by a function that a part alone would answer differently.
//!
//! | what | pinned by |
//! |---|---|
//! | `move` closures that copy a counter | refused: `ui/state.rs` |
//! | `.map(f)` with a Copy `FnMut`, `.map(numberer())` | refused: `ui/state_in_callables.rs` |
//! | `format!("{xs:?}")` inside the chain | `whole_slice` |
//! | `break 'outer` | refused: `ui/each.rs` |
//! | `return` hidden in a macro | refused: `ui/loops_hidden.rs`; right in `forms/each.rs` |
//! | `filter().position()` | refused: `ui/joined.rs` |
//! | `.reduce(wrapping_sub)` | `differences` |
//! | a user trait's `any` | `forms/terminal.rs` |
//! | `Saturating` sums | `saturated` |
//! | `min_by` with NaN | `least_by` in `main.rs` |
//! | notes that differ from branch to branch | refused: `ui/each_best.rs` |
//! | `?` or a counter behind a comparison with the best value | refused: `ui/each_best.rs` |
//! | a user's `Extend`, `AddAssign` or method of a collection | refused: `ui/each_best.rs` |
//! | the order in which a hash table is gone through | `tables`, `sets` |
//! | the order in a heap | `heaps` |

use std::collections::{BinaryHeap, HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::num::Saturating;

use crate::numbers;

/// A hasher without a random seed: the order of a table tells how it was made.
#[derive(Default)]
struct Plain(u64);

impl Hasher for Plain {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

type Table<K, V> = HashMap<K, V, BuildHasherDefault<Plain>>;
type Set<K> = HashSet<K, BuildHasherDefault<Plain>>;

twice! {
    #[parallelize]
    pub(crate) fn whole_slice(xs: &[u32]) -> Vec<String> {
        xs.iter().map(|x| format!("{x} of {}", format!("{xs:?}").len())).collect()
    }

    #[parallelize]
    pub(crate) fn differences(xs: &[u32]) -> Option<u32> {
        xs.iter().map(|x| x / 3).reduce(u32::wrapping_sub)
    }

    #[parallelize]
    pub(crate) fn saturated(xs: &[u32]) -> Saturating<i16> {
        xs.iter().map(|x| Saturating(if x % 3 != 0 { 9_999 } else { -9_998_i16 })).fold(Saturating(5), |a, b| a + b)
    }

    #[parallelize]
    pub(crate) fn tables(xs: &[u32]) -> Table<u32, u32> {
        xs.iter().map(|x| (x % 1_000, *x)).collect()
    }

    #[parallelize]
    pub(crate) fn sets(xs: &[u32]) -> Set<u32> {
        xs.iter().map(|x| x % 1_000).collect()
    }

    #[parallelize]
    pub(crate) fn sets_of_some(xs: &[u32]) -> Set<u32> {
        xs.iter().filter(|x| *x % 2 == 0).map(|x| x % 1_000).collect()
    }

    #[parallelize]
    pub(crate) fn sets_of_pairs(xs: &[u32]) -> Set<u32> {
        xs.iter().flat_map(|x| [x % 1_000, x / 7]).collect()
    }

    #[parallelize]
    pub(crate) fn tried_tables(xs: &[u32]) -> Option<Table<u32, u32>> {
        xs.iter().map(|x| Some((x % 1_000, *x))).collect()
    }

    #[parallelize]
    pub(crate) fn halves(xs: &[u32]) -> (Set<u32>, Set<u32>) {
        xs.iter().map(|x| (x % 1_000, x / 7)).unzip()
    }

    #[parallelize]
    pub(crate) fn sides(xs: &[u32]) -> (Set<u32>, Set<u32>) {
        xs.iter().map(|x| x % 1_000).partition(|x| x % 3 == 0)
    }

    #[parallelize]
    pub(crate) fn filled(xs: &[u32]) -> (Table<u32, u32>, Set<u32>) {
        let mut table = Table::default();
        let mut set = Set::default();
        for x in xs {
            table.insert(x % 1_000, *x);
            set.insert(x / 7);
        }
        (table, set)
    }

    #[parallelize]
    pub(crate) fn heap(xs: &[u32]) -> BinaryHeap<u32> {
        xs.iter().map(|x| x % 1_000).collect()
    }

    #[parallelize]
    pub(crate) fn pushed_heap(xs: &[u32]) -> BinaryHeap<u32> {
        let mut heap = BinaryHeap::from([7, 3]);
        for x in xs {
            heap.push(x % 1_000);
        }
        heap
    }
}

fn everywhere(check: impl Fn(&[u32])) {
    for len in [0, 1, 63, 64, 65, 997, 3_000] {
        let xs = numbers(len, 11);
        check(&xs);
        for lens in [&[1][..], &[64], &[0, 7, 300]] {
            for reversed in [false, true] {
                amorsize::testing::with_split(lens, reversed, || check(&xs));
            }
        }
        for threads in 1..6 {
            amorsize::testing::with_shuffle(threads as u64, &[40], threads, || check(&xs));
        }
    }
}

#[test]
fn answers_that_were_wrong_once() {
    everywhere(|xs| {
        let few = &xs[..xs.len().min(70)];
        assert_eq!(split::whole_slice(few), plain::whole_slice(few));
        assert_eq!(split::differences(xs), plain::differences(xs));
        assert_eq!(split::saturated(xs), plain::saturated(xs));
    });
}

#[test]
fn hash_tables_are_gone_through_in_the_same_order() {
    everywhere(|xs| {
        assert!(split::tables(xs).iter().eq(plain::tables(xs).iter()));
        assert!(split::sets(xs).iter().eq(plain::sets(xs).iter()));
        assert!(split::sets_of_some(xs).iter().eq(plain::sets_of_some(xs).iter()));
        assert!(split::sets_of_pairs(xs).iter().eq(plain::sets_of_pairs(xs).iter()));
        assert!(split::tried_tables(xs).iter().flatten().eq(plain::tried_tables(xs).iter().flatten()));
        let (ours, theirs) = (split::halves(xs), plain::halves(xs));
        assert!(ours.0.iter().eq(theirs.0.iter()) && ours.1.iter().eq(theirs.1.iter()), "unzip");
        let (ours, theirs) = (split::sides(xs), plain::sides(xs));
        assert!(ours.0.iter().eq(theirs.0.iter()) && ours.1.iter().eq(theirs.1.iter()), "partition");
        let (ours, theirs) = (split::filled(xs), plain::filled(xs));
        assert!(ours.0.iter().eq(theirs.0.iter()) && ours.1.iter().eq(theirs.1.iter()), "loops");
    });
}

#[test]
fn heaps_lie_in_memory_alike() {
    everywhere(|xs| {
        assert_eq!(split::heap(xs).into_vec(), plain::heap(xs).into_vec());
        assert_eq!(split::pushed_heap(xs).into_vec(), plain::pushed_heap(xs).into_vec());
    });
}
