//! The work of one item, at known costs, and the call sites that amorsize and commonware-parallel learn by.
//!
//! Every contender runs the same monomorphised [`Work::item`]. Two of them remember what they measured per call site, so
//! every kernel has its own annotated functions and its own line for commonware's `#[track_caller]`.

use std::hash::Hash;

use commonware_parallel::Rayon;

/// `STEPS` dependent multiplications that no optimiser takes out of a loop.
///
/// Neighbouring items overlap in the processor, so that few steps cost less than their share of many. On an Intel Xeon
/// (model 167, 2.6 GHz): 1 step 0.6 ns an item, 4 1.2, 24 10, 46 31, 103 99, 240 300, 735 1 µs, 7 000 10 µs, 700 000 1 ms.
#[inline(always)]
#[must_use]
pub fn burn<const STEPS: u32>(seed: u64) -> u64 {
    burn_steps(seed, STEPS)
}

/// [`burn`] where the data decides how many steps.
#[inline(always)]
#[must_use]
pub fn burn_steps(seed: u64, steps: u32) -> u64 {
    let mut x = seed;
    for _ in 0..steps {
        x = x.wrapping_mul(6_364_136_223_846_793_005).rotate_left(13) ^ 0x9E37;
    }
    x
}

/// The work of one item, and map-collect over it at call sites of its own.
pub trait Work: 'static {
    /// An element.
    type In: Clone + Send + Sync + 'static;
    /// What it becomes. Contenders that write into a slice of results fill it with the default first.
    type Out: Clone + Default + Hash + Send + 'static;
    /// What one element becomes.
    fn item(x: &Self::In) -> Self::Out;
    /// `xs.iter().map(item).collect()` under the attribute.
    fn amorsize(xs: &[Self::In]) -> Vec<Self::Out>;
    /// The same with commonware-parallel's adaptive strategy.
    fn commonware(strategy: &Rayon, xs: &[Self::In]) -> Vec<Self::Out>;
}

/// A kernel in a module of its own: the module is part of the key under which amorsize keeps what it learns.
///
/// `kernel!(name, f)` has items of `f(u64) -> u64`, `kernel!(name, f: In => Out)` of `f(&In) -> Out`.
///
/// One invocation per kernel: commonware-parallel keys by [`std::panic::Location`], and for code that a macro writes that is
/// the place of the invocation.
macro_rules! kernel {
    ($name:ident, $item:expr) => {
        $crate::kernel::kernel!($name, |x: &u64| ($item)(*x) => u64 => u64);
    };
    ($name:ident, $item:path: $input:ty => $output:ty) => {
        $crate::kernel::kernel!($name, $item => $input => $output);
    };
    ($name:ident, $item:expr => $input:ty => $output:ty) => {
        pub(crate) mod $name {
            #[allow(unused_imports, reason = "not every kernel uses all of them")]
            use super::*;
            #[allow(unused_imports, reason = "not every kernel uses all of them")]
            use $crate::kernel::{burn, burn_steps};

            /// The kernel.
            pub(crate) struct Kernel;

            #[inline(always)]
            fn item(x: &$input) -> $output {
                ($item)(x)
            }

            #[amorsize::parallelize]
            fn all(xs: &[$input]) -> Vec<$output> {
                xs.iter().map(|x| item(x)).collect()
            }

            impl $crate::kernel::Work for Kernel {
                type In = $input;
                type Out = $output;

                #[inline(always)]
                fn item(x: &$input) -> $output {
                    item(x)
                }

                fn amorsize(xs: &[$input]) -> Vec<$output> {
                    all(xs)
                }

                fn commonware(strategy: &commonware_parallel::Rayon, xs: &[$input]) -> Vec<$output> {
                    use commonware_parallel::Strategy as _;
                    strategy.map_collect_vec(xs, |x| item(x))
                }
            }
        }
    };
}
pub(crate) use kernel;
