//! Loops that change variables of the function, and loops that end early.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, VecDeque};
use std::num::Wrapping;
use std::time::Duration;

use crate::{LENGTHS, floats, numbers, twice};

#[derive(Debug, PartialEq, Clone, Copy)]
enum Verdict {
    Good,
    Bad(usize),
}

macro_rules! ensure {
    ($condition:expr) => {
        if !$condition {
            return Err(format!("not {}", stringify!($condition)));
        }
    };
}

fn even(x: u32) -> Result<u32, String> {
    if x % 1009 == 1000 { Err(format!("{x} is odd")) } else { Ok(x / 2) }
}

twice! {
    #[parallelize]
    pub(crate) fn sum(xs: &[f64]) -> f64 {
        let mut sum = 0.0;
        for x in xs {
            sum += x.sin() * 0.5;
        }
        sum
    }

    #[parallelize]
    pub(crate) fn mean_and_most(xs: &[f64]) -> (f64, f64, usize) {
        let (mut sum, mut most, mut at) = (0.0, f64::MIN, 0);
        for (i, &x) in xs.iter().enumerate() {
            sum = sum + x;
            if x > most {
                most = x;
                at = i;
            }
        }
        (sum / xs.len().max(1) as f64, most, at)
    }

    #[parallelize]
    pub(crate) fn counts(xs: &[u32]) -> (usize, u64, i64, u32, bool, u8) {
        let mut n = 0;
        let mut total = 10_u64;
        let mut signed = 0;
        let mut bits = !0;
        let mut any = false;
        let mut toggled = 3;
        for &x in xs {
            if x % 3 == 0 {
                n += 1;
            }
            total += u64::from(x);
            signed -= i64::from(x) - 500;
            bits &= x | 7;
            any |= x == 12;
            toggled ^= x as u8;
        }
        (n, total, signed, bits, any, toggled)
    }

    #[parallelize]
    pub(crate) fn times(xs: &[u32]) -> (Duration, Wrapping<i32>, String) {
        let (mut time, mut hash, mut text) = (Duration::ZERO, Wrapping(7), String::new());
        for x in xs {
            time += Duration::from_micros(u64::from(*x));
            hash += Wrapping(i32::from_ne_bytes(x.to_ne_bytes())) * Wrapping(77_777);
            text += if x % 2 == 0 { "." } else { "-" };
        }
        (time, hash, text)
    }

    #[parallelize]
    pub(crate) fn lists(xs: &[u32]) -> (Vec<String>, VecDeque<u32>, String, String, BinaryHeap<u32>) {
        let mut names = Vec::with_capacity(xs.len());
        let mut rest = VecDeque::from([1]);
        let mut text = String::from("> ");
        let mut more = String::new();
        let mut heap = BinaryHeap::new();
        for x in xs.iter().filter(|x| **x % 5 != 0) {
            names.push(format!("{x:x}"));
            names.extend((0..x % 3).map(|k| k.to_string()));
            rest.push_back(x + 1);
            text.push(char::from(b'a' + (x % 26) as u8));
            text.push_str("-+");
            more += &x.to_string();
            heap.push(*x);
        }
        (names, rest, text, more, heap)
    }

    #[parallelize]
    pub(crate) fn tables(xs: &[u32]) -> (HashMap<u32, u32>, BTreeMap<u32, String>, BTreeSet<u32>) {
        let mut last = HashMap::new();
        let mut names = BTreeMap::new();
        let mut seen = BTreeSet::new();
        for (i, x) in xs.iter().enumerate() {
            last.insert(x % 101, i as u32);
            if i % 2 == 1 {
                names.insert(x % 7, x.to_string());
            }
            seen.insert(x % 13);
        }
        (last, names, seen)
    }

    #[parallelize]
    pub(crate) fn extremes(xs: &[u32], fs: &[f64]) -> (u32, i32, f64, f64, Option<u32>) {
        let mut most = 0;
        let mut least = i32::MAX;
        let mut largest = f64::NEG_INFINITY;
        let mut smallest = -0.0_f64;
        let mut third = None;
        for (x, f) in xs.iter().zip(fs) {
            most = most.max(*x);
            least = least.min(i32::try_from(*x).unwrap_or(0) - 9);
            largest = largest.max(if x % 5 == 0 { f64::NAN } else { *f });
            smallest = smallest.min(f * 0.0);
            if x % 11 == 3 {
                third = Some(*x);
            }
        }
        (most, least, largest, smallest, third)
    }

    #[parallelize]
    pub(crate) fn closest(xs: &[f64], to: f64) -> (Option<&f64>, f64) {
        let mut best = f64::INFINITY;
        let mut closest = None;
        for x in xs {
            if !x.is_nan() && (x - to).abs() < best {
                best = (x - to).abs();
                closest = Some(x);
            }
        }
        (closest, best)
    }

    #[parallelize]
    pub(crate) fn pairs(xs: &[f64]) -> (f64, usize) {
        let mut energy = 1.5;
        let mut near = 0_usize;
        for (i, a) in xs.iter().enumerate().filter(|(i, _)| *i < 300) {
            for b in &xs[i + 1..xs.len().min(300)] {
                energy += (a - b) * 1e-3;
                if (a - b).abs() < 1.0 {
                    near += 1;
                }
            }
        }
        (energy, near)
    }

    #[parallelize]
    pub(crate) fn changed_and_counted(xs: &mut [f64], ys: &mut [f64]) -> f64 {
        let mut moved = 0.0;
        for (x, y) in xs.iter_mut().zip(ys) {
            moved += *y;
            *x += *y;
            *y = 0.0;
        }
        moved
    }

    #[parallelize]
    pub(crate) fn until(xs: &[u32]) -> (bool, usize, u64) {
        let mut found = false;
        let mut at = 0;
        let mut before = 0_u64;
        for (i, x) in xs.iter().enumerate() {
            if *x % 3001 == 7 {
                found = true;
                at = i;
                break;
            }
            before += u64::from(*x);
        }
        (found, at, before)
    }

    #[parallelize]
    pub(crate) fn first(xs: &[u32], ys: &[u32]) -> Option<u32> {
        for (x, y) in xs.iter().zip(ys) {
            if x % 997 == y % 991 {
                return Some(x + y);
            }
        }
        None
    }

    #[parallelize]
    pub(crate) fn checked(xs: &[u32]) -> Result<(), String> {
        for x in xs {
            if *x == 0 {
                continue;
            }
            even(*x)?;
        }
        Ok(())
    }

    #[parallelize]
    pub(crate) fn stopped_well(xs: &[u32]) -> Result<(), String> {
        for x in xs {
            if x % 503 == 1 {
                return Ok(());
            }
            even(*x)?;
        }
        Ok(())
    }

    #[parallelize]
    pub(crate) fn hidden(xs: &[u32]) -> Result<usize, String> {
        let mut n = 0;
        for x in xs {
            ensure!(x % 2003 != 5);
            n += 1;
        }
        Ok(n)
    }

    #[parallelize]
    pub(crate) fn halves(xs: &[u32]) -> Result<Vec<u32>, String> {
        let mut halves = Vec::new();
        let mut total = 0.25;
        for x in xs {
            let half = even(*x)?;
            total += f64::from(half);
            halves.push(half);
        }
        halves.push(total as u32);
        Ok(halves)
    }

    #[parallelize]
    pub(crate) fn verdict(xs: &[u32]) -> Verdict {
        for (i, x) in xs.iter().enumerate() {
            if x % 4001 == 17 {
                return Verdict::Bad(i);
            }
        }
        Verdict::Good
    }

    #[parallelize]
    pub(crate) fn holds(xs: &[u32], limit: u32) -> bool {
        for x in xs {
            if *x > limit {
                return false;
            }
        }
        true
    }

    #[parallelize]
    pub(crate) fn rounds(xs: &[f64]) -> Vec<f64> {
        let mut means = vec![0.0];
        for k in 0..3 {
            let mut total = 0.0;
            for x in xs {
                total += x - means[k];
            }
            means.push(total / xs.len().max(1) as f64);
        }
        means
    }
}

/// A result as text, floats to the bit.
fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}

#[test]
fn loops_that_change_variables() {
    for len in LENGTHS {
        let (ns, xs) = (numbers(len), floats(len));
        let small: Vec<f64> = xs.iter().map(|x| x % 17.0 - 3.0).collect();
        assert_eq!(split::sum(&xs).to_bits(), plain::sum(&xs).to_bits());
        assert_eq!(split::mean_and_most(&xs), plain::mean_and_most(&xs));
        assert_eq!(split::counts(&ns), plain::counts(&ns));
        assert_eq!(split::times(&ns), plain::times(&ns));
        let (ours, theirs) = (split::lists(&ns), plain::lists(&ns));
        assert_eq!((ours.0, ours.1, ours.2, ours.3), (theirs.0, theirs.1, theirs.2, theirs.3));
        assert_eq!(ours.4.into_vec(), theirs.4.into_vec());
        assert_eq!(split::tables(&ns), plain::tables(&ns));
        let (ours, theirs) = (split::extremes(&ns, &small), plain::extremes(&ns, &small));
        assert_eq!((ours.0, ours.1, ours.4), (theirs.0, theirs.1, theirs.4));
        assert_eq!(bits(&[ours.2, ours.3]), bits(&[theirs.2, theirs.3]));
        let (ours, theirs) = (split::closest(&xs, 400.5), plain::closest(&xs, 400.5));
        assert_eq!(ours.0.map(std::ptr::from_ref), theirs.0.map(std::ptr::from_ref));
        assert_eq!(ours.1.to_bits(), theirs.1.to_bits());
        let (ours, theirs) = (split::pairs(&small), plain::pairs(&small));
        assert_eq!((ours.0.to_bits(), ours.1), (theirs.0.to_bits(), theirs.1));
        let (mut a, mut b) = ((xs.clone(), small.clone()), (xs.clone(), small.clone()));
        let moved = split::changed_and_counted(&mut a.0, &mut a.1);
        assert_eq!(moved.to_bits(), plain::changed_and_counted(&mut b.0, &mut b.1).to_bits());
        assert_eq!(a, b);
        assert_eq!(bits(&split::rounds(&xs)), bits(&plain::rounds(&xs)));
    }
}

#[test]
fn loops_that_end_early() {
    for len in LENGTHS {
        for shift in [0, 1, 5, 1_000] {
            let ns: Vec<u32> = numbers(len).into_iter().map(|n| n.wrapping_add(shift)).collect();
            let tame: Vec<u32> = ns.iter().map(|n| n % 900 * 2 + 20).collect();
            for xs in [&ns, &tame] {
                assert_eq!(split::until(xs), plain::until(xs));
                assert_eq!(split::first(xs, &ns), plain::first(xs, &ns));
                assert_eq!(split::checked(xs), plain::checked(xs));
                assert_eq!(split::stopped_well(xs), plain::stopped_well(xs));
                assert_eq!(split::hidden(xs), plain::hidden(xs));
                assert_eq!(split::halves(xs), plain::halves(xs));
                assert_eq!(split::verdict(xs), plain::verdict(xs));
                assert_eq!(split::holds(xs, 1800), plain::holds(xs, 1800));
            }
        }
    }
}

#[test]
fn the_same_under_any_cut() {
    for lens in [&[1][..], &[7, 0, 64], &[1000]] {
        for reversed in [false, true] {
            amorsize::testing::with_split(lens, reversed, || {
                loops_that_change_variables();
                loops_that_end_early();
            });
        }
    }
    amorsize::testing::with_shuffle(7, &[], 3, || {
        loops_that_change_variables();
        loops_that_end_early();
    });
}

#[test]
fn overflow_is_the_plain_loops_own() {
    twice! {
        #[parallelize]
        pub(crate) fn bytes(xs: &[u8]) -> u8 {
            let mut sum = 0_u8;
            for x in xs {
                sum += x;
            }
            sum
        }

        #[parallelize]
        pub(crate) fn there_and_back(xs: &[i8]) -> i8 {
            let mut sum = 0_i8;
            for x in xs {
                sum += x;
            }
            sum
        }
    }
    let caught = |run: &dyn Fn() -> i32| {
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(run))
            .map_err(|payload| payload.downcast_ref::<&str>().map(ToString::to_string))
    };
    for lens in [&[1][..], &[100]] {
        amorsize::testing::with_split(lens, true, || {
            let bytes = [1_u8; 300];
            assert_eq!(caught(&|| split::bytes(&bytes).into()), caught(&|| plain::bytes(&bytes).into()));
            let mut far = [1_i8; 240];
            far[..120].fill(-1);
            assert_eq!(split::there_and_back(&far), 0);
            far.fill(1);
            assert_eq!(
                caught(&|| split::there_and_back(&far).into()),
                caught(&|| plain::there_and_back(&far).into())
            );
        });
    }
}

#[test]
fn leaving_a_closure_is_not_leaving_the_function() {
    twice! {
        #[parallelize]
        pub(crate) fn sorted(xs: &[u32]) -> (bool, usize) {
            let up = (|| {
                for pair in xs.windows(2) {
                    if pair[0] > pair[1] {
                        return false;
                    }
                }
                true
            })();
            let mut large = 0;
            for x in xs {
                if *x > 1000 {
                    large += 1;
                }
            }
            (up, large)
        }
    }
    let sorted: Vec<u32> = (0..3000).collect();
    amorsize::testing::with_split(&[7], true, || {
        for xs in [&sorted, &numbers(500)] {
            assert_eq!(split::sorted(xs), plain::sorted(xs));
        }
    });
}
