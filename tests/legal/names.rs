//! Names in scope that generated code must not see, and names of the user's that it must not take.
#![allow(non_camel_case_types, non_snake_case, non_upper_case_globals, clippy::all, clippy::pedantic)]

use crate::{everywhere, same, twice};

/// Everything that generated code could mean, with another meaning.
mod taken {
    /// Nothing of this is used: it has to be there.
    #[allow(dead_code, unused_macros)]
    mod names {
        pub(super) mod core {}
        pub(super) mod std {}
        pub(super) mod alloc {}
        pub(super) mod rt {}
        pub(super) mod amorsize {}
        pub(super) trait Clone {}
        pub(super) trait Iterator {}
        pub(super) trait IntoIterator {}
        pub(super) trait Fn {}
        pub(super) trait Send {}
        pub(super) trait Sync {}
        pub(super) struct Vec;
        pub(super) struct String;
        pub(super) struct Option;
        pub(super) struct Result;
        pub(super) struct Box;
        pub(super) struct bool;
        pub(super) struct str;
        pub(super) struct usize;
        pub(super) const Ok: u8 = 1;
        pub(super) const Err: u8 = 1;
        pub(super) const None: u8 = 1;
        pub(super) const Some: u8 = 1;
        pub(super) const SITE: u8 = 1;
        pub(super) fn drop() {}
        /// Methods on everything, by value: they come before those that take `&self`.
        pub(super) trait Steal: Sized {
            fn is_some(self) -> u8 {
                0
            }
            fn then_some(self) -> u8 {
                0
            }
            fn end(self) -> u8 {
                0
            }
            fn run(self) -> u8 {
                0
            }
            fn feed(self) -> u8 {
                0
            }
            fn fill(self) -> u8 {
                0
            }
            fn pour(self) -> u8 {
                0
            }
            fn whole(self) -> u8 {
                0
            }
            fn any(&mut self, _: u8) -> u8 {
                0
            }
        }
        impl<T> Steal for T {}
        macro_rules! mine {
            ($($name:ident)*) => {$(
                macro_rules! $name { () => { compile_error!("this macro is the user's") } }
                pub(super) use $name;
            )*};
        }
        mine!(line file vec panic concat module_path matches unreachable);
    }
    #[allow(unused_imports)]
    use names::{
        Box, Clone, Err, Fn, IntoIterator, Iterator, None, Ok, Option, Result, SITE, Send, Some, Steal,
        String, Sync, Vec, alloc, amorsize, bool, concat, core, drop, file, line, matches, module_path,
        panic, rt, std, str, unreachable, usize, vec,
    };

    super::twice! {
        #[parallelize]
        pub(in super::super) fn mapped(xs: &[u32]) -> ::std::vec::Vec<u32> {
            xs.iter().map(|x| x ^ 1).collect()
        }
        #[parallelize]
        pub(in super::super) fn collected(xs: &[u32]) -> ::std::collections::BTreeSet<u32> {
            xs.iter().map(|x| x % 5).collect()
        }
        #[parallelize]
        pub(in super::super) fn summed(xs: &[u32]) -> u32 {
            xs.iter().map(|x| x % 5).sum()
        }
        #[parallelize]
        pub(in super::super) fn folded(xs: &[u32]) -> u32 {
            xs.iter().map(|x| x ^ 1).fold(0, |a, b| a ^ b)
        }
        #[parallelize]
        pub(in super::super) fn largest(xs: &[u32]) -> ::std::option::Option<u32> {
            xs.iter().map(|x| x ^ 1).max()
        }
        #[parallelize]
        pub(in super::super) fn changed(xs: &mut [u32]) {
            for x in xs {
                *x ^= 1;
            }
        }
        #[parallelize]
        pub(in super::super) fn paired(xs: &[u32], ys: &[u32]) -> ::std::vec::Vec<(::core::primitive::usize, u32)> {
            xs.iter().zip(ys.iter()).enumerate().map(|(i, (x, y))| (i, x ^ y)).collect()
        }
        #[parallelize]
        pub(in super::super) fn in_pieces(xs: &[u32]) -> u32 {
            xs.chunks(xs.len().max(2) / 2).map(|piece| piece[0]).fold(0, |a, b| a ^ b)
        }
        #[parallelize]
        pub(in super::super) fn ranged(n: u32) -> ::std::vec::Vec<u32> {
            (0..n.min(9)).map(|i| i ^ 1).collect()
        }
        #[parallelize(reduce = |a, b| a ^ b, max_threads = 3, serial = false)]
        pub(in super::super) fn reduced(xs: &[u32]) -> u32 {
            xs.iter().map(|x| x % 5).fold(0, |a, b| a ^ b)
        }
    }

    pub(super) fn check() {
        let xs = [1, 2, 3, 7, 8, 9];
        super::same! {
            mapped(&xs); collected(&xs); summed(&xs); folded(&xs); largest(&xs); reduced(&xs); paired(&xs, &xs);
            in_pieces(&xs); ranged(7);
        }
        let (mut a, mut b) = (xs, xs);
        split::changed(&mut a);
        plain::changed(&mut b);
        assert_eq!(a, b);
    }
}

fn adder(k: u32) -> impl Fn(u32) -> u32 {
    move |x| x ^ k
}

twice! {
    // The locals of generated code, as parameters.
    #[parallelize]
    pub(super) fn filled(amorsize_items: &[u32], amorsize_out: u32, amorsize_once_0: u32, out: u32) -> Vec<u32> {
        amorsize_items.iter().copied().map(adder(3)).map(|x| x ^ amorsize_out ^ amorsize_once_0 ^ out).collect()
    }
    #[parallelize]
    pub(super) fn poured(xs: &[u32], amorsize_out: u32, amorsize_once_0: u32) -> std::collections::BTreeSet<u32> {
        xs.iter().copied().map(adder(3)).map(|x| x ^ amorsize_out ^ amorsize_once_0).collect()
    }
    #[parallelize]
    pub(super) fn totalled(xs: &[u32], amorsize_out: u32, amorsize_once_0: u32, site: u32) -> u64 {
        xs.iter().copied().map(adder(site)).map(|x| u64::from(x % 8 ^ amorsize_out ^ amorsize_once_0)).sum()
    }
    #[parallelize]
    pub(super) fn folded(
        amorsize_items: &[u32],
        amorsize_out: u32,
        amorsize_once_0: u32,
        amorsize_plain: u32,
        amorsize_split: u32,
    ) -> u32 {
        let start = || 12;
        amorsize_items.iter().copied().map(adder(3)).map(|x| x ^ amorsize_out ^ amorsize_once_0).fold(
            start(),
            |a, b| a ^ b ^ amorsize_items[0] ^ amorsize_once_0 ^ amorsize_plain ^ amorsize_split,
        )
    }
    #[parallelize]
    pub(super) fn changed(
        amorsize_rest: &mut [u32],
        amorsize_left: u32,
        amorsize_next: u32,
        amorsize_once_0: u32,
    ) -> Vec<String> {
        for amorsize_out in amorsize_rest.iter_mut().filter(keep(1)) {
            *amorsize_out ^= amorsize_left ^ amorsize_next ^ amorsize_once_0;
        }
        amorsize_rest.iter().map(|x| format!("{amorsize_once_0}{x}")).collect()
    }
    #[parallelize]
    pub(super) fn paired(
        amorsize_range: &[u32],
        amorsize_zip_0: &[u32],
        amorsize_at: usize,
        amorsize_once_0: u32,
    ) -> Vec<(usize, u32)> {
        let amorsize_once_1 = 3;
        amorsize_range
            .iter()
            .zip(amorsize_zip_0.iter().rev().copied().collect::<Vec<_>>().iter())
            .enumerate()
            .map(|(i, (x, y))| (i ^ amorsize_at, x ^ y ^ amorsize_once_0 ^ amorsize_zip_0[0] ^ amorsize_once_1))
            .collect()
    }
    #[parallelize]
    pub(super) fn ranged(xs: &[u32], amorsize_range: u32, amorsize_at: usize) -> Vec<u32> {
        (0..xs.len().max(amorsize_at) - 1).map(|i| xs[i] ^ amorsize_range).collect()
    }
    #[parallelize]
    pub(super) fn in_pieces(xs: &[u32], amorsize_once_0: usize, size: usize) -> Vec<usize> {
        xs.chunks(size.max(1)).map(|piece| piece.len() ^ amorsize_once_0).collect()
    }
    // With and without the raw mark a name is the same.
    #[parallelize]
    pub(super) fn r#match(r#type: &[u32], r#fn: u32) -> Vec<u32> {
        let r#most = r#type.iter().map(|r#x| x ^ r#fn).map(|x| x ^ r#type.len() as u32).max();
        let other: Vec<u32> = r#type.iter().map(|r#in| r#in ^ r#fn).collect();
        r#type.iter().map(|r#in| r#in ^ r#fn ^ most.unwrap_or(0)).map(|x| x ^ other[0]).collect()
    }
    #[parallelize]
    pub(super) fn r#marked(r#xs: &mut [u32]) -> Vec<u32> {
        for r#x in xs.iter_mut() {
            *x ^= 1;
        }
        xs.to_vec()
    }
    #[parallelize]
    pub(super) fn raw_in_text(r#type: &[u32], r#async: u32) -> Vec<String> {
        r#type.iter().map(|r#loop| format!("{type:?} {async} {loop}")).collect()
    }
}

fn keep(k: u32) -> impl Fn(&&mut u32) -> bool {
    move |x| **x != k
}

fn check() {
    taken::check();
    let xs = [1, 2, 3, 7, 8, 9];
    same! {
        filled(&xs, 1, 2, 3); poured(&xs, 1, 2); totalled(&xs, 1, 2, 3); folded(&xs, 1, 2, 3, 4);
        changed(&mut xs.clone(), 1, 2, 3); paired(&xs, &xs, 1, 2); ranged(&xs, 3, 1); in_pieces(&xs, 3, 2); r#match(&xs, 1); r#marked(&mut xs.clone()); raw_in_text(&xs, 1);
    }
}

#[test]
fn same_as_plain() {
    everywhere(check);
}
