//! Behaviour of every form: the annotated function against the same function without the attribute.
#![forbid(unsafe_code)]
#![deny(warnings)]

mod forms {
    mod collect;
    mod generic;
    mod loops;
    mod map;
    mod method;
    mod ordered;
    mod reduce;
    mod several;
    mod terminal;
}

/// Lengths that matter: nothing, one, fewer than threads, one chunk, many chunks.
const LENGTHS: [usize; 5] = [0, 1, 2, 100, 10_000];

/// Writes a function twice: `split::name` is annotated, `plain::name` is not.
macro_rules! twice {
    ($(#[parallelize $(($($options:tt)*))?] $item:item)*) => {
        mod split {
            #[allow(unused_imports)]
            use super::*;
            $(#[amorsize::parallelize $(($($options)*))?] $item)*
        }
        mod plain {
            #[allow(unused_imports)]
            use super::*;
            $($item)*
        }
    };
}
pub(crate) use twice;

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
