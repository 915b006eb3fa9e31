//! Behaviour of every form: the annotated function against the same function without the attribute.
#![forbid(unsafe_code)]
#![deny(warnings, unused_qualifications)]
// The functions are written the way users write them; what the attribute makes of them has to pass every other lint.
#![allow(
    clippy::assign_op_pattern,
    clippy::double_ended_iterator_last,
    clippy::elidable_lifetime_names,
    clippy::into_iter_on_ref,
    clippy::iter_cloned_collect,
    clippy::manual_contains,
    clippy::map_collect_result_unit,
    clippy::needless_for_each,
    clippy::needless_pass_by_value,
    clippy::needless_return,
    clippy::ptr_arg,
    clippy::redundant_closure_for_method_calls,
    clippy::semicolon_if_nothing_returned,
    clippy::trivially_copy_pass_by_ref,
    clippy::unnecessary_wraps
)]

mod forms {
    mod collect;
    mod each;
    mod generic;
    mod heads;
    mod index_loops;
    mod joined;
    mod loops;
    mod map;
    mod method;
    mod odd;
    mod ordered;
    mod range_loops;
    mod reassociate;
    mod reduce;
    mod several;
    mod slice_fn;
    mod spawn_fn;
    mod splittable;
    mod terminal;
    mod within;
}

/// Legal functions that nobody would write.
mod legal {
    mod attributes;
    mod borrows;
    mod fragments;
    mod names;
    mod places;
    mod syntax;
    mod types;
}

/// Lengths that matter: nothing, one, fewer than threads, one chunk, many chunks.
const LENGTHS: [usize; 5] = [0, 1, 2, 100, 10_000];

/// Writes a function twice: `split::name` is annotated, `plain::name` is not.
macro_rules! twice {
    ($(#[parallelize $(($($options:tt)*))?] $item:item)*) => {
        mod split {
            #[allow(unused_imports)]
            use super::*;
            $(#[::amorsize::parallelize $(($($options)*))?] $item)*
        }
        mod plain {
            #[allow(unused_imports)]
            use super::*;
            $($item)*
        }
    };
}
pub(crate) use twice;

/// `split::name(..) == plain::name(..)` for every call.
macro_rules! same {
    ($($name:ident($($argument:expr),*);)*) => {
        $(assert_eq!(split::$name($($argument),*), plain::$name($($argument),*), stringify!($name));)*
    };
}
pub(crate) use same;

/// Checks as decided, in parts of fixed lengths, and in random ones.
fn everywhere(check: fn()) {
    check();
    amorsize::testing::with_split(&[1, 2, 3], true, check);
    for seed in 0..5 {
        amorsize::testing::with_shuffle(seed, &[], 3, check);
    }
}

/// Numbers that look random and are the same everywhere.
fn numbers(len: usize) -> Vec<u32> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as u32
    };
    (0..len).map(|_| next()).collect()
}

/// Floats whose sum depends on the order.
fn floats(len: usize) -> Vec<f64> {
    numbers(len).into_iter().map(|n| f64::from(n) * 1e-3 - 7.0 / f64::from(n + 1)).collect()
}

/// Words with repetitions.
fn words(len: usize) -> Vec<String> {
    numbers(len).into_iter().map(|n| format!("w{}", n % 97)).collect()
}
