//! Users for whom amorsize has another name: renamed in `Cargo.toml`, re-exported by another crate or by a module of
//! their own, written by another crate's macro. Nothing here can be reached as `::amorsize`.
#![forbid(unsafe_code)]

use amorsize_renamed_third as third;

/// A module of one's own that hands it on.
pub mod reexport {
    pub use fast::*;
}

/// A module that has the name which generated code usually takes.
pub mod amorsize {}

/// Every entry point under another name.
pub mod renamed {
    use std::collections::BTreeMap;

    use fast::parallelize;

    /// A prefix, and a parameter that is proved.
    #[parallelize(crate = ::fast)]
    #[must_use]
    pub fn scaled(xs: &[u32], scale: &[u32]) -> Vec<u32> {
        let scale: u32 = scale.iter().sum();
        xs.iter().map(|x| x.wrapping_mul(scale)).collect()
    }

    /// Another collection.
    #[parallelize(crate = ::fast, max_threads = 2)]
    #[must_use]
    pub fn halves(xs: &[u32]) -> BTreeMap<u32, u32> {
        xs.iter().map(|x| (*x, x / 2)).collect()
    }

    /// A total, in an ordered tail or joined.
    #[parallelize(crate = ::fast)]
    #[must_use]
    pub fn totals(xs: &[u32]) -> (f64, u64, Option<u32>, bool) {
        let floats = xs.iter().map(|x| f64::from(*x) / 3.0).fold(0.0, |sum, x| sum + x);
        let large = xs.iter().any(|x| *x > 1000);
        (floats, xs.iter().map(|x| u64::from(*x)).sum(), xs.iter().copied().max(), large)
    }

    /// A fold that is joined.
    #[parallelize(crate = ::fast, reduce = u32::wrapping_add)]
    #[must_use]
    pub fn checksum(xs: &[u32]) -> u32 {
        xs.iter().fold(0, |sum, x| sum.wrapping_add(*x))
    }

    /// Companions for `async` code.
    #[parallelize(crate = ::fast, spawn_fn = offset_async)]
    #[must_use]
    pub fn offset<T: Copy + Into<u64> + Send + Sync + 'static>(xs: &[T], name: &str, by: &u64) -> Vec<u64> {
        let by = by + name.len() as u64;
        xs.iter().map(|&x| x.into() + by).collect()
    }

    /// A loop.
    #[parallelize(crate = ::fast)]
    pub fn bump(xs: &mut [u32]) {
        for x in xs {
            *x = x.wrapping_add(1);
        }
    }
}

/// Through another crate.
#[third::amorsize::parallelize(crate = ::amorsize_renamed_third::amorsize)]
#[must_use]
pub fn through_third(xs: &[u32]) -> Vec<u32> {
    xs.iter().map(|x| x / 2).collect()
}

/// Companions through another crate.
#[third::amorsize::parallelize(crate = ::amorsize_renamed_third::amorsize, spawn_fn = spawned_through_third)]
#[must_use]
pub fn also_through_third(xs: &[u32]) -> Vec<u32> {
    xs.iter().map(|x| x / 3).collect()
}

/// Through a module of one's own, in which nothing is private.
#[reexport::parallelize(crate = crate::reexport)]
#[must_use]
pub fn through_module(xs: &[u32]) -> u64 {
    xs.iter().map(|x| u64::from(x / 2)).sum()
}

third::over_all! {
    /// Written by the other crate's macro.
    #[must_use]
    pub fn by_macro(&(a, b), offset: u32) -> u32 { a + b + offset } for (u32, u32)
}

third::annotated! {
    /// Handed over as tokens.
    #[must_use]
    pub fn by_tokens(xs: &[u32]) -> usize {
        xs.iter().filter(|x| **x > 3).count()
    }
}

/// Options that are handed over.
pub mod options {
    amorsize_renamed_third::folded! { ::fast, "renamed-joined", 1 + 2, |a, b| a ^ b, std::ops::BitXor::bitxor, 2 - 2_u32.pow(1); joined: u32 }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::future::Future;
    use std::pin::Pin;
    use std::sync::Arc;
    use std::task::{Context, Poll, Wake, Waker};
    use std::thread::{self, Thread};

    fn awaited<R>(mut call: fast::Spawned<R>) -> Result<R, fast::JoinError> {
        struct Unpark(Thread);
        impl Wake for Unpark {
            fn wake(self: Arc<Self>) {
                self.0.unpark();
            }
        }
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        loop {
            match Pin::new(&mut call).poll(&mut Context::from_waker(&waker)) {
                Poll::Ready(result) => return result,
                Poll::Pending => thread::park(),
            }
        }
    }

    fn split(check: impl Fn()) {
        check();
        fast::testing::with_split(&[1, 1, 2], true, check);
    }

    #[test]
    fn the_answers_are_those_of_the_plain_functions() {
        let xs = [3_u32, 1, 4, 2000];
        split(|| {
            assert_eq!(super::renamed::scaled(&xs, &[1, 2]), [9, 3, 12, 6000]);
            assert_eq!(super::renamed::halves(&xs), BTreeMap::from([(3, 1), (1, 0), (4, 2), (2000, 1000)]));
            assert_eq!(super::renamed::totals(&xs[..3]).1, 8);
            assert_eq!(super::renamed::totals(&xs).2, Some(2000));
            assert!(super::renamed::totals(&xs).3);
            assert_eq!(super::renamed::checksum(&xs), 2008);
            let mut ys = xs;
            super::renamed::bump(&mut ys);
            assert_eq!(ys, [4, 2, 5, 2001]);
            let name = || String::from("ab");
            let expected = super::renamed::offset(&xs, &name(), &4);
            assert_eq!(expected, [9, 7, 10, 2006]);
            assert_eq!(awaited(super::renamed::offset_async(xs, name(), Arc::new(4))).unwrap(), expected);
            // No other test of this process takes a place.
            let tried = super::renamed::try_offset_async(xs, name(), Arc::new(4)).unwrap();
            assert_eq!(awaited(tried).unwrap(), expected);
            assert_eq!(super::through_third(&xs), [1, 0, 2, 1000]);
            assert_eq!(awaited(super::spawned_through_third(xs)).unwrap(), super::also_through_third(&xs));
            assert_eq!(super::through_module(&xs), 1003);
            assert_eq!(super::by_macro(&[(1, 2), (3, 4)], 10), [13, 17]);
            assert_eq!(super::by_tokens(&xs), 2);
            assert_eq!(super::options::joined(&xs), xs.into_iter().fold(0, |a, b| a ^ b));
        });
    }
}
