//! `for` loops and `for_each` over the elements.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::{LENGTHS, floats, numbers, twice};

fn bump(x: &mut u32) {
    *x = x.wrapping_mul(31).wrapping_add(7);
}

twice! {
    #[parallelize]
    pub(super) fn bare(xs: &mut [u32]) {
        for x in xs {
            *x = x.wrapping_mul(3);
        }
    }
    #[parallelize]
    pub(super) fn iterated(xs: &mut [u32], k: &[u32]) {
        for x in xs.iter_mut() {
            *x ^= k[0];
        }
    }
    #[parallelize]
    pub(super) fn reborrowed(xs: &mut [u32]) -> usize {
        for x in &mut *xs {
            *x ^= 1;
        }
        for x in xs.iter_mut().filter(|x| **x % 2 == 0) {
            *x += 1;
        }
        xs.len()
    }
    #[parallelize]
    pub(super) fn with_inner_exits(xs: &mut [u32]) {
        'outer: for x in xs {
            for step in 0..10 {
                if *x % 3 == 0 {
                    continue 'outer;
                }
                if step == 7 {
                    break;
                }
                *x = x.wrapping_add(step);
            }
            if *x % 5 == 0 {
                continue;
            }
            *x ^= 0xff;
        }
    }
    #[parallelize]
    pub(super) fn each(xs: &mut [u32]) {
        xs.iter_mut().for_each(bump);
    }
    #[parallelize]
    pub(super) fn each_filtered(xs: &mut [u32], k: u32) {
        xs.iter_mut().filter(|x| **x % 2 == 1).for_each(|x| *x /= k)
    }
    #[parallelize]
    pub(super) fn before_and_after(xs: &mut [u32]) -> u64 {
        let first = xs.first().copied().unwrap_or(1);
        for x in xs.iter_mut() {
            *x ^= first;
        }
        xs.sort_unstable();
        xs.iter().map(|x| u64::from(*x)).sum()
    }
    #[parallelize]
    pub(super) fn peak(xs: &mut [f64]) {
        let peak = xs.iter().map(|x| x.abs()).fold(0.0, f64::max);
        for x in xs.iter_mut() {
            *x /= peak;
        }
    }
    #[parallelize]
    pub(super) fn in_rounds(xs: &mut [u32], rounds: u32) {
        for round in 0..rounds {
            for x in xs.iter_mut() {
                *x = x.wrapping_add(round);
            }
        }
    }
    #[parallelize]
    pub(super) fn patterns(xs: &mut [(u32, u32)]) {
        for (a, b) in xs {
            std::mem::swap(a, b);
        }
    }
    #[parallelize]
    pub(super) fn same_name(xs: &mut [u32]) {
        for xs in xs.iter_mut() {
            *xs ^= 1;
        }
    }
    #[parallelize]
    pub(super) fn shared(xs: &[u32], bins: &[AtomicUsize]) {
        for x in xs {
            bins[*x as usize % bins.len()].fetch_add(1, Ordering::Relaxed);
        }
    }
    #[parallelize]
    pub(super) fn shared_iterated(xs: &[u32], bins: &[AtomicUsize]) {
        for x in xs.iter().filter(|x| **x % 2 == 0) {
            let mut at = *x as usize;
            at %= bins.len();
            bins[at].fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[test]
fn same_as_plain() {
    for len in LENGTHS {
        macro_rules! check {
            ($($name:ident($($argument:expr),*);)*) => {$({
                let (mut split, mut plain) = (numbers(len), numbers(len));
                assert_eq!(
                    split::$name(&mut split $(, $argument)*),
                    plain::$name(&mut plain $(, $argument)*)
                );
                assert_eq!(split, plain);
            })*};
        }
        check! {
            bare();
            iterated(&[9]);
            reborrowed();
            with_inner_exits();
            each();
            each_filtered(3);
            before_and_after();
            in_rounds(4);
            same_name();
        }
        let (mut split, mut plain) = (floats(len), floats(len));
        split::peak(&mut split);
        plain::peak(&mut plain);
        assert_eq!(split, plain);
        let mut pairs: Vec<(u32, u32)> = numbers(len).into_iter().map(|x| (x, x + 1)).collect();
        split::patterns(&mut pairs);
        assert!(pairs.iter().all(|(a, b)| *a == b + 1));
        plain::patterns(&mut pairs);
        assert!(pairs.iter().all(|(a, b)| *b == a + 1));
    }
}

#[test]
fn shared_loops_see_every_element_once() {
    for len in LENGTHS {
        let xs = numbers(len);
        let bins = || (0..13).map(|_| AtomicUsize::new(0)).collect::<Vec<_>>();
        let (split, plain) = (bins(), bins());
        split::shared(&xs, &split);
        split::shared_iterated(&xs, &split);
        plain::shared(&xs, &plain);
        plain::shared_iterated(&xs, &plain);
        let read = |bins: Vec<AtomicUsize>| bins.into_iter().map(AtomicUsize::into_inner).collect::<Vec<_>>();
        assert_eq!(read(split), read(plain));
    }
}

macro_rules! leave_at {
    ($x:expr, $end:expr) => {
        if $x == $end {
            break;
        }
    };
}

/// A `break` that only a macro shows.
#[amorsize::parallelize]
fn hidden_break(xs: &mut [u32]) {
    for x in xs {
        leave_at!(*x, 2);
        *x += 10;
    }
}

#[test]
fn a_hidden_break_that_does_not_happen_is_fine() {
    let mut xs = [1, 3, 4];
    hidden_break(&mut xs);
    assert_eq!(xs, [11, 13, 14]);
}

/// At the last element of a part nothing is left over, and yet the parts behind it must not run unnoticed.
#[test]
#[should_panic(expected = "which `#[parallelize]` splits")]
fn a_hidden_break_at_the_end_is_noticed() {
    hidden_break(&mut [1, 2]);
}

#[test]
#[should_panic(expected = "which `#[parallelize]` splits")]
fn a_hidden_break_is_noticed() {
    hidden_break(&mut [1, 2, 3]);
}

/// Code under `cfg` stays as it is: the site might not exist.
#[amorsize::parallelize]
fn configured(xs: &[u32]) -> usize {
    #[cfg(any())]
    let n = xs.iter().filter(|x| **x > 3).count();
    #[cfg(not(any()))]
    let n = xs.iter().filter(|x| **x > 1).count();
    #[cfg(any())]
    drop(xs.iter().count());
    n + xs.iter().map(|x| x + 1).filter(|x| x % 2 == 0).count()
}

#[test]
fn code_under_cfg_is_left_alone() {
    assert_eq!(configured(&[1, 2, 3]), 4);
}
