//! Generics, lifetimes, const generics, `impl Trait` parameters.

use std::fmt::Display;

use amorsize::parallelize;

use crate::{LENGTHS, numbers, twice, words};

twice! {
    #[parallelize]
    pub(super) fn shown<T: Display + Sync>(xs: &[T]) -> Vec<String> {
        xs.iter().map(|x| x.to_string()).collect()
    }
    #[parallelize]
    pub(super) fn converted<T, U>(xs: &[T]) -> Vec<U>
    where
        T: Copy + Sync,
        U: From<T> + Send,
    {
        xs.iter().copied().map(U::from).collect()
    }
    #[parallelize]
    pub(super) fn borrowed<'a>(xs: &'a [String], prefix: &str) -> Vec<&'a str> {
        xs.iter().map(|x| x.strip_prefix(prefix).unwrap_or(x)).collect()
    }
    #[parallelize]
    pub(super) fn elided(xs: &[String]) -> Vec<&str> {
        xs.iter().map(|x| x.as_str()).collect()
    }
    #[parallelize]
    pub(super) fn from_parameter<'w>(xs: &[u32], table: &'w [String]) -> Vec<&'w str> {
        xs.iter().map(|x| table[*x as usize % table.len()].as_str()).collect()
    }
    #[parallelize]
    pub(super) fn nested<'a, 'b: 'a>(xs: &'a [&'b str]) -> Vec<&'b str> {
        xs.iter().map(|x| x.trim_start_matches('w')).collect()
    }
    #[parallelize]
    pub(super) fn constant<const N: usize>(xs: &[[u32; N]]) -> Vec<u32> {
        xs.iter().map(|x| x.iter().fold(N as u32, |a, b| a ^ b)).collect()
    }
    #[parallelize]
    pub(super) fn opaque(xs: &[u32], f: impl Fn(u32) -> u32 + Sync, g: &(impl Fn(u32) -> u32 + Sync)) -> Vec<u32> {
        xs.iter().map(|x| g(f(*x))).collect()
    }
    #[parallelize]
    pub(super) fn dynamic(xs: &[u32], f: &(dyn Fn(u32) -> u32 + Sync)) -> Vec<u32> {
        xs.iter().map(|x| f(*x)).collect()
    }
    #[parallelize]
    pub(super) fn in_place<T: Send, F: Fn(&mut T) + Sync>(xs: &mut [T], f: F) {
        for x in xs {
            f(x);
        }
    }
    #[parallelize]
    pub(super) fn in_place_named<'a>(xs: &'a mut [u32], k: &'a u32) {
        for x in xs {
            *x ^= *k;
        }
    }
    #[parallelize]
    pub(super) fn two_slices<'a>(xs: &[u32], ys: &'a [u32]) -> Vec<Option<&'a u32>> {
        xs.iter().map(|x| ys.iter().find(|y| *y > x)).collect()
    }
}

/// A closure's own parameter may have the name of one that no thread may read.
#[parallelize]
fn same_name(xs: &[u32], x: &std::cell::Cell<u32>) -> Vec<u32> {
    let last: Vec<u32> = xs.iter().map(|x| x / 2).collect();
    x.set(last.last().copied().unwrap_or_default());
    last
}

/// Another meaning of the slice's name in a branch is not the slice.
#[parallelize]
fn shadowed_in_a_branch(xs: &[u32], other: Option<String>) -> usize {
    let seen: Vec<u32> = xs.iter().map(|x| x / 2).collect();
    if let Some(xs) = other {
        return xs.chars().filter(|c| *c == 'x').count();
    }
    seen.len()
}

#[parallelize]
fn not_even_clone(xs: &[u32], owned: Box<dyn Fn(u32) -> u32 + Sync>) -> Vec<u32> {
    xs.iter().map(|x| owned(*x)).collect()
}

#[test]
fn same_as_plain() {
    for len in LENGTHS {
        let (xs, ws) = (numbers(len), words(len));
        let strs: Vec<&str> = ws.iter().map(String::as_str).collect();
        assert_eq!(split::shown(&xs), plain::shown(&xs));
        assert_eq!(split::shown(&ws), plain::shown(&ws));
        assert_eq!(split::converted::<u32, u64>(&xs), plain::converted::<u32, u64>(&xs));
        assert_eq!(split::borrowed(&ws, "w"), plain::borrowed(&ws, "w"));
        assert_eq!(split::elided(&ws), plain::elided(&ws));
        let table = words(5);
        assert_eq!(split::from_parameter(&xs, &table), plain::from_parameter(&xs, &table));
        assert_eq!(split::nested(&strs), plain::nested(&strs));
        let arrays: Vec<[u32; 3]> = xs.iter().map(|x| [*x, x + 1, x / 2]).collect();
        assert_eq!(split::constant(&arrays), plain::constant(&arrays));
        assert_eq!(split::opaque(&xs, |x| x / 2, &|x| x ^ 1), plain::opaque(&xs, |x| x / 2, &|x| x ^ 1));
        assert_eq!(split::dynamic(&xs, &|x| x ^ 3), plain::dynamic(&xs, &|x| x ^ 3));
        assert_eq!(not_even_clone(&xs, Box::new(|x| x ^ 3)), plain::dynamic(&xs, &|x| x ^ 3));
        let cell = std::cell::Cell::new(0);
        assert_eq!(same_name(&xs, &cell).last().copied().unwrap_or_default(), cell.get());
        assert_eq!(shadowed_in_a_branch(&xs, None), len);
        assert_eq!(shadowed_in_a_branch(&xs, Some("axbx".to_owned())), 2);
        let few = &xs[..len.min(100)];
        assert_eq!(split::two_slices(few, &xs), plain::two_slices(few, &xs));
        let (mut split, mut plain) = (xs.clone(), xs.clone());
        split::in_place(&mut split, |x| *x /= 3);
        split::in_place_named(&mut split, &9);
        plain::in_place(&mut plain, |x| *x /= 3);
        plain::in_place_named(&mut plain, &9);
        assert_eq!(split, plain);
    }
}
