//! Terminals whose parts are joined in index order, directly behind the head and behind adaptors.

use std::cell::Cell;
use std::collections::{BTreeSet, BinaryHeap, HashMap, VecDeque};
use std::num::{Saturating, Wrapping};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

use amorsize::testing::{with_shuffle, with_split};

use crate::{LENGTHS, numbers, twice, words};

/// A collection of the user's own, which is filled item by item.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Runs(Vec<(u32, usize)>);

impl Extend<u32> for Runs {
    fn extend<I: IntoIterator<Item = u32>>(&mut self, items: I) {
        for item in items {
            match self.0.last_mut() {
                Some((last, times)) if *last == item => *times += 1,
                _ => self.0.push((item, 1)),
            }
        }
    }
}

fn halved(x: &u32) -> u32 {
    x / 2
}

type Parted = (BinaryHeap<u32>, BinaryHeap<u32>);

twice! {
    #[parallelize]
    pub(super) fn last(xs: &[u32]) -> Option<&u32> {
        xs.iter().last()
    }
    #[parallelize]
    pub(super) fn last_small(xs: &[u32]) -> Option<u32> {
        xs.iter().map(halved).filter(|x| x % 64 == 3).last()
    }
    #[parallelize]
    pub(super) fn place(xs: &[u32], y: u32) -> Option<usize> {
        xs.iter().position(|x| x % 1000 == y)
    }
    #[parallelize]
    pub(super) fn place_behind_index(xs: &[u32], y: usize) -> usize {
        xs.iter().enumerate().map(|(i, x)| (i + *x as usize) % 512).position(|x| x == y).unwrap_or(xs.len())
    }
    #[parallelize]
    pub(super) fn place_of_pair(xs: &[u32], ys: &[u32]) -> Option<usize> {
        xs.iter().zip(ys).position(|(x, y)| x % 64 == y % 64)
    }
    #[parallelize]
    pub(super) fn place_of_piece(xs: &[u32]) -> Option<usize> {
        xs.chunks(3).position(|three| three.iter().all(|x| x % 4 == 3))
    }
    #[parallelize]
    pub(super) fn place_in_range(xs: &[u32]) -> Option<usize> {
        (5..xs.len().max(5)).position(|i| xs[i] < xs[i - 1] / 64)
    }
    #[parallelize]
    pub(super) fn place_from_the_end(xs: &[u32]) -> Option<usize> {
        xs.iter().skip(3).rev().position(|x| x % 512 == 7)
    }
    #[parallelize]
    pub(super) fn place_of_some(xs: &[u32], n: usize) -> Option<usize> {
        xs.iter().take(7000).step_by(n).map(halved).position(|x| x % 512 == 7)
    }
    #[parallelize]
    pub(super) fn last_of_turned(xs: &[u32]) -> (Option<u32>, Option<&u32>, bool) {
        let last = xs.iter().rev().map(halved).filter(|x| x % 64 == 3).last();
        (last, xs.iter().rev().max_by_key(|x| **x % 8), (0..xs.len()).take(5).any(|i| xs[i] % 8 == 1))
    }
    #[parallelize]
    pub(super) fn first_some(xs: &[u32]) -> Option<String> {
        xs.iter().find_map(|x| (x % 1000 == 7).then(|| x.to_string()))
    }
    #[parallelize]
    pub(super) fn first_borrowed<'a>(words: &'a [String], table: HashMap<&str, usize>) -> Option<&'a str> {
        words.iter().find_map(|word| table.contains_key(word.as_str()).then_some(word.as_str()))
    }
    #[parallelize]
    pub(super) fn each_result(xs: &[u32], stop: u32) -> Result<(), String> {
        xs.iter().try_for_each(|x| if x % 1000 == stop { Err(x.to_string()) } else { Ok(()) })
    }
    #[parallelize]
    pub(super) fn each_option(xs: &[u32], stop: u32) -> Option<()> {
        xs.iter().map(|x| x % 1000).try_for_each(|x| (x != stop).then_some(()))
    }
    #[parallelize]
    pub(super) fn each_flow(xs: &[u32], stop: u32) -> ControlFlow<u32> {
        xs.iter().try_for_each(|x| if x % 1000 == stop { ControlFlow::Break(*x) } else { ControlFlow::Continue(()) })
    }
    #[parallelize]
    pub(super) fn each_in_function(xs: &[u32], stop: u32) -> Result<usize, String> {
        xs.iter().try_for_each(|x| if x % 1000 == stop { Err(*x) } else { Ok(()) }).map_err(|x| x.to_string())?;
        Ok(xs.len())
    }
    #[parallelize]
    pub(super) fn least(xs: &[u32]) -> Option<&u32> {
        xs.iter().min_by_key(|x| **x % 8)
    }
    #[parallelize]
    pub(super) fn most(xs: &[u32]) -> Option<&u32> {
        xs.iter().max_by_key(|x| **x % 8)
    }
    #[parallelize]
    pub(super) fn least_by_text(xs: &[u32]) -> u32 {
        let found = xs.iter().map(halved).min_by_key(|x| x.to_string());
        found.unwrap_or(7)
    }
    #[parallelize]
    pub(super) fn borrowed_key(xs: &[u32], table: Vec<String>) -> Option<u32> {
        xs.iter().copied().max_by_key(|x| &table[*x as usize % table.len()])
    }
    #[parallelize]
    pub(super) fn named_key(xs: &[u32]) -> Option<&u32> {
        xs.iter().min_by_key::<u8, _>(|x| (**x % 16) as u8)
    }
    #[parallelize]
    pub(super) fn parted(xs: &[u32]) -> (Vec<u32>, Vec<u32>) {
        xs.iter().partition(|x| **x % 3 == 0)
    }
    #[parallelize]
    pub(super) fn parted_borrowed(xs: &[String]) -> (Vec<&String>, Vec<&String>) {
        xs.iter().partition(|x| x.len() > 2)
    }
    #[parallelize]
    pub(super) fn parted_heaps(xs: &[u32]) -> (Vec<u32>, Vec<u32>) {
        let (left, right): Parted = xs.iter().map(|x| x % 100).partition(|x| x % 3 == 0);
        (left.into_vec(), right.into_vec())
    }
    #[parallelize]
    pub(super) fn parted_by_turbofish(xs: &[u32]) -> usize {
        xs.iter().copied().partition::<VecDeque<u32>, _>(|x| x % 3 == 0).0.len()
    }
    #[parallelize]
    pub(super) fn parted_runs(xs: &[u32]) -> (Runs, Runs) {
        xs.iter().map(|x| x % 4).partition(|x| x % 2 == 0)
    }
    #[parallelize]
    pub(super) fn unzipped(xs: &[u32]) -> (Vec<u32>, Vec<String>) {
        xs.iter().map(|x| (*x, x.to_string())).unzip()
    }
    #[parallelize]
    pub(super) fn unzipped_pairs(xs: &[(u32, String)]) -> (BTreeSet<u32>, String) {
        xs.iter().cloned().unzip()
    }
    #[parallelize]
    pub(super) fn unzipped_thrice(xs: &[u32]) -> (Vec<u32>, (Vec<bool>, Runs)) {
        let thrice: (Vec<_>, (Vec<_>, Runs)) = xs.iter().map(|x| (*x, (x % 2 == 0, x % 3))).unzip();
        thrice
    }
    #[parallelize]
    pub(super) fn wrapping_sum(xs: &[u32]) -> Wrapping<i16> {
        xs.iter().map(|x| Wrapping(*x as i16)).sum()
    }
    #[parallelize]
    pub(super) fn wrapping_product(xs: &[u32]) -> Wrapping<u32> {
        xs.iter().map(|x| Wrapping(x | 1)).product()
    }
    #[parallelize]
    pub(super) fn saturating_sum(xs: &[Saturating<u8>]) -> Saturating<u8> {
        xs.iter().sum()
    }
    #[parallelize]
    pub(super) fn differences(xs: &[u32]) -> Option<u32> {
        xs.iter().map(halved).reduce(u32::wrapping_sub)
    }
    #[parallelize]
    pub(super) fn least_of_nan(xs: &[u32]) -> Option<u32> {
        let float = |x: &u32| if x % 3 == 0 { f32::from_bits(0x7fc0_0000 | (x & 0xff)) } else { (x % 50) as f32 };
        xs.iter().map(float).min_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Less)).map(f32::to_bits)
    }
    #[parallelize]
    pub(super) fn whole_slice_inside(xs: &[u32]) -> Option<usize> {
        xs.iter().position(|x| format!("{xs:?}").len() + (*x as usize) % 3 == 7)
    }
    // `reduce` is for the `fold` beside them.
    #[parallelize(reduce = |a, b| a ^ b)]
    pub(super) fn beside_fold(xs: &[u32]) -> (u32, Option<&u32>, Option<u32>) {
        let least = xs.iter().min_by_key(|x| **x % 8);
        let found = xs.iter().find_map(|x| (x % 64 == 5).then_some(*x));
        (xs.iter().fold(0, |a, x| a ^ x), least, found)
    }
}

fn check(xs: &[u32], words: &[String]) {
    macro_rules! same {
        ($($name:ident($($argument:expr),*);)*) => {
            $(assert_eq!(split::$name($($argument),*), plain::$name($($argument),*), "{}", stringify!($name));)*
        };
    }
    let pairs: Vec<(u32, String)> = xs.iter().zip(words).map(|(x, word)| (*x, word.clone())).collect();
    let small: Vec<Saturating<u8>> = xs.iter().map(|x| Saturating(*x as u8 / 64)).collect();
    let table = || [("w7", 1), ("w96", 2)].into();
    same! {
        last(xs);
        last_small(xs);
        place(xs, 7);
        place_behind_index(xs, 3);
        place_of_pair(xs, &xs[xs.len() / 2..]);
        place_of_piece(xs);
        place_in_range(xs);
        place_from_the_end(xs);
        place_of_some(xs, 3);
        last_of_turned(xs);
        first_some(xs);
        first_borrowed(words, table());
        each_result(xs, 7);
        each_option(xs, 7);
        each_option(xs, 1000);
        each_flow(xs, 7);
        each_in_function(xs, 7);
        each_in_function(xs, 1000);
        least_by_text(xs);
        borrowed_key(xs, (0..31).map(|k| (k * 37 % 16).to_string()).collect());
        parted(xs);
        parted_borrowed(words);
        parted_heaps(xs);
        parted_by_turbofish(xs);
        parted_runs(xs);
        unzipped(xs);
        unzipped_pairs(&pairs);
        unzipped_thrice(xs);
        wrapping_sum(xs);
        wrapping_product(xs);
        saturating_sum(&small);
        differences(xs);
        least_of_nan(xs);
        beside_fold(xs);
    }
    // The very same element of equal ones: the first, or the last.
    let same = |ours: Option<&u32>, plain: Option<&u32>| {
        assert_eq!(ours.map(std::ptr::from_ref), plain.map(std::ptr::from_ref));
    };
    same(split::least(xs), plain::least(xs));
    same(split::most(xs), plain::most(xs));
    same(split::named_key(xs), plain::named_key(xs));
}

#[test]
fn same_as_plain() {
    for len in LENGTHS {
        let (xs, words) = (numbers(len), words(len));
        check(&xs, &words);
        for (lens, reversed) in [(&[1, 2, 300][..], true), (&[64], false), (&[4999, 1], true)] {
            with_split(lens, reversed, || check(&xs, &words));
        }
        with_shuffle(len as u64, &[7, 90], 3, || check(&xs, &words));
    }
    let few = numbers(20);
    with_split(&[3, 1], true, || {
        assert_eq!(split::whole_slice_inside(&few), plain::whole_slice_inside(&few))
    });
}

/// Traits with methods of std's names, by value and by reference, which must not win.
mod with_traits {
    #[expect(dead_code, reason = "none of them wins")]
    pub(super) trait ByValue: Sized {
        fn any<F>(self, _: F) -> bool {
            false
        }
        fn all<F>(self, _: F) -> bool {
            false
        }
        fn find<F>(self, _: F) -> Option<&'static u32> {
            None
        }
        fn find_map<F>(self, _: F) -> Option<u32> {
            None
        }
        fn position<F>(self, _: F) -> Option<usize> {
            None
        }
        fn try_for_each<F>(self, _: F) -> Result<(), u32> {
            Ok(())
        }
    }
    impl<I: Iterator> ByValue for I {}

    pub(super) mod by_value {
        #[expect(unused_imports, reason = "none of its methods wins")]
        use super::ByValue;

        #[amorsize::parallelize]
        pub(crate) fn all_at_once(
            xs: &[u32],
        ) -> (bool, bool, Option<&u32>, Option<u32>, Option<usize>, bool) {
            let found = xs.iter().find(|x| **x == 3);
            let mapped = xs.iter().find_map(|x| (*x == 4).then_some(5));
            let ended = xs.iter().try_for_each(|x| if *x == 4 { Err(*x) } else { Ok(()) }).is_err();
            let place = xs.iter().position(|x| *x == 4);
            (xs.iter().any(|x| *x == 3), xs.iter().all(|x| *x < 9), found, mapped, place, ended)
        }
    }

    pub(super) mod by_reference {
        #[expect(dead_code, reason = "none of them wins")]
        pub(super) trait ByReference {
            fn any<F>(&mut self, _: F) -> bool {
                false
            }
            fn position<F>(&mut self, _: F) -> Option<usize> {
                None
            }
            fn last(&mut self) -> Option<&'static u32> {
                None
            }
            fn partition<F>(&mut self, _: F) -> (Vec<u32>, Vec<u32>) {
                Default::default()
            }
            fn min_by_key<F>(&mut self, _: F) -> Option<&'static u32> {
                None
            }
        }
        impl<I: Iterator> ByReference for I {}

        #[amorsize::parallelize]
        pub(crate) fn all_at_once(xs: &[u32]) -> (bool, Option<usize>, Option<&u32>, Vec<u32>, Option<&u32>) {
            let (left, _): (Vec<u32>, Vec<u32>) = xs.iter().partition(|x| **x > 2);
            let place = xs.iter().position(|x| *x == 4);
            (xs.iter().any(|x| *x == 3), place, xs.iter().last(), left, xs.iter().min_by_key(|x| 9 - **x))
        }
    }
}

#[test]
fn methods_of_the_users_traits_do_not_win() {
    let xs = [1, 2, 3, 4];
    with_split(&[1], true, || {
        let seen = with_traits::by_value::all_at_once(&xs);
        assert_eq!(seen, (true, true, Some(&3), Some(5), Some(3), true));
        let seen = with_traits::by_reference::all_at_once(&xs);
        assert_eq!(seen, (true, Some(3), Some(&4), vec![3, 4], Some(&4)));
    });
}

#[test]
fn a_key_is_asked_for_once_per_item() {
    #[amorsize::parallelize]
    fn least(xs: &[u32], asked: &AtomicUsize) -> Option<u32> {
        let key = |x: &u32| {
            asked.fetch_add(1, Ordering::Relaxed);
            x % 8
        };
        xs.iter().copied().min_by_key(key)
    }
    let asked = AtomicUsize::new(0);
    let xs = numbers(1000);
    with_split(&[7], true, || least(&xs, &asked));
    assert_eq!(asked.into_inner(), 1000);
}

#[test]
fn what_is_behind_an_early_end_is_not_wanted() {
    // Every part runs under a script; what counts is the first in index order, also before a panic.
    #[amorsize::parallelize]
    fn place(xs: &[u32]) -> Option<usize> {
        xs.iter().position(|x| {
            assert_ne!(*x, 70, "behind the end");
            *x == 40
        })
    }
    #[amorsize::parallelize]
    fn until(xs: &[u32]) -> Result<(), u32> {
        xs.iter().try_for_each(|x| {
            assert_ne!(*x, 70, "behind the end");
            if *x % 40 == 39 { Err(*x) } else { Ok(()) }
        })
    }
    let xs: Vec<u32> = (0..100).collect();
    for reversed in [false, true] {
        with_split(&[3], reversed, || {
            assert_eq!(place(&xs), Some(40));
            assert_eq!(until(&xs), Err(39));
            assert!(catch_unwind(|| place(&xs[41..])).is_err());
        });
    }
}

thread_local! {
    static ALIVE: Cell<isize> = const { Cell::new(0) };
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Counted(u32);

impl Counted {
    fn new(x: u32) -> Self {
        ALIVE.set(ALIVE.get() + 1);
        Self(x)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        ALIVE.set(ALIVE.get() - 1);
    }
}

#[test]
fn a_panic_anywhere_leaks_nothing_and_drops_nothing_twice() {
    fn item(x: &u32, bad: u32) -> Counted {
        assert_ne!(*x, bad);
        Counted::new(*x)
    }
    #[amorsize::parallelize]
    fn parted(xs: &[u32], bad: u32) -> (Vec<Counted>, Vec<Counted>) {
        xs.iter().map(|x| item(x, bad)).partition(|x| x.0 % 2 == 0)
    }
    #[amorsize::parallelize]
    fn unzipped(xs: &[u32], bad: u32) -> (Vec<Counted>, BTreeSet<Counted>) {
        xs.iter().map(|x| (item(x, bad), item(x, bad))).unzip()
    }
    #[amorsize::parallelize]
    fn keyed(xs: &[u32], bad: u32) -> Option<Counted> {
        xs.iter().map(|x| item(x, bad)).max_by_key(|x| item(&(x.0 % 5), bad))
    }
    #[amorsize::parallelize]
    fn last(xs: &[u32], bad: u32) -> Option<Counted> {
        xs.iter().map(|x| item(x, bad)).last()
    }
    #[amorsize::parallelize]
    fn found(xs: &[u32], bad: u32) -> Option<Counted> {
        xs.iter().map(|x| item(x, bad)).find_map(|x| (x.0 == 30).then_some(x))
    }
    #[amorsize::parallelize]
    fn tried(xs: &[u32], bad: u32) -> Result<(), Counted> {
        xs.iter().map(|x| item(x, bad)).try_for_each(|x| if x.0 == 30 { Err(x) } else { Ok(()) })
    }
    let xs: Vec<u32> = (0..40).collect();
    let caught = |body: &dyn Fn(u32), bad| catch_unwind(AssertUnwindSafe(|| body(bad))).is_err();
    for bad in 0..=40 {
        for lens in [&[1][..], &[7, 2], &[40]] {
            with_split(lens, bad % 2 == 0, || {
                assert_eq!(caught(&|bad| drop(parted(&xs, bad)), bad), bad < 40);
                assert_eq!(caught(&|bad| drop(unzipped(&xs, bad)), bad), bad < 40);
                assert_eq!(caught(&|bad| drop(keyed(&xs, bad)), bad), bad < 40);
                assert_eq!(caught(&|bad| drop(last(&xs, bad)), bad), bad < 40);
                assert_eq!(caught(&|bad| drop(found(&xs, bad)), bad), bad <= 30);
                assert_eq!(caught(&|bad| drop(tried(&xs, bad)), bad), bad <= 30);
            });
            assert_eq!(ALIVE.get(), 0, "item {bad} panics");
        }
    }
}
