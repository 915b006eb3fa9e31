//! The work of one item, at known costs, and the call sites that amorsize and commonware-parallel learn by.
//!
//! Every contender runs the same monomorphised [`Work::item`]. Two of them remember what they measured per call site, so
//! every kernel has its own annotated functions and its own line for commonware's `#[track_caller]`.

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
    /// What one element becomes.
    fn item(x: u64) -> u64;
    /// `xs.iter().map(item).collect()` under the attribute.
    fn amorsize(xs: &[u64]) -> Vec<u64>;
    /// The same with commonware-parallel's adaptive strategy.
    fn commonware(strategy: &Rayon, xs: &[u64]) -> Vec<u64>;
}

/// A kernel in a module of its own: the module is part of the key under which amorsize keeps what it learns.
///
/// One invocation per kernel: commonware-parallel keys by [`std::panic::Location`], and for code that a macro writes that is
/// the place of the invocation.
#[macro_export]
macro_rules! kernel {
    ($name:ident, $item:expr) => {
        #[doc = concat!("The kernel `", stringify!($name), "` and its call sites.")]
        pub(crate) mod $name {
            #[allow(unused_imports)]
            use $crate::kernel::{burn, burn_steps};

            /// The kernel.
            pub(crate) struct Kernel;

            #[inline(always)]
            fn item(x: u64) -> u64 {
                ($item)(x)
            }

            #[amorsize::parallelize]
            fn all(xs: &[u64]) -> Vec<u64> {
                xs.iter().map(|&x| item(x)).collect()
            }

            impl $crate::kernel::Work for Kernel {
                #[inline(always)]
                fn item(x: u64) -> u64 {
                    item(x)
                }

                fn amorsize(xs: &[u64]) -> Vec<u64> {
                    all(xs)
                }

                fn commonware(strategy: &commonware_parallel::Rayon, xs: &[u64]) -> Vec<u64> {
                    use commonware_parallel::Strategy as _;
                    strategy.map_collect_vec(xs, |&x| item(x))
                }
            }
        }
    };
}
