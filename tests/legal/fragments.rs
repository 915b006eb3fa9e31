//! Functions that are put together by `macro_rules!`, fragment by fragment.
#![allow(redundant_semicolons, clippy::all, clippy::pedantic)]

use crate::{everywhere, same, twice};

/// Every kind of fragment at its place.
macro_rules! from_fragments {
    (
        $(#[$meta:meta])* $vis:vis $name:ident<$lifetime:lifetime>($xs:ident: $ty:ty, $k:ident: $of:ty) -> $output:ty,
        $pattern:pat => $value:expr, $block:block, $literal:literal, $path:path
    ) => {
        twice! {
            #[parallelize]
            $(#[$meta])*
            $vis fn $name<$lifetime>($xs: &$lifetime [$ty], $k: $of) -> Vec<$output> {
                let offset = $block;
                $xs.iter().map(|$pattern| $value + offset + $literal).map($path).collect()
            }
        }
    };
}

/// A whole body, in the ways that one can be handed over.
macro_rules! from_body {
    (tokens $name:ident $xs:ident $body:tt) => { twice! { #[parallelize] pub(super) fn $name($xs: &[u32]) -> Vec<u32> $body } };
    (block $name:ident $xs:ident $body:block) => { twice! { #[parallelize] pub(super) fn $name($xs: &[u32]) -> Vec<u32> $body } };
    (expr $name:ident $xs:ident $ty:ty => $output:ty, $body:expr) => { twice! { #[parallelize] pub(super) fn $name($xs: $ty) -> $output { $body } } };
    (loop $name:ident $xs:ident $x:pat => $body:block) => { twice! { #[parallelize] pub(super) fn $name($xs: &mut [u32]) { for $x in $xs $body } } };
    (statements $name:ident $xs:ident $($statement:stmt;)*) => { twice! { #[parallelize] pub(super) fn $name($xs: &mut [u32]) { $($statement;)* } } };
    (items $($item:item)*) => { twice! { $(#[parallelize] $item)* } };
}

mod every_kind {
    use super::{same, twice};

    fn doubled(x: u32) -> u32 {
        x * 2
    }
    from_fragments! {
        /// Documented.
        #[must_use]
        #[allow(clippy::all)]
        pub(super) made<'x>(xs: (u32, u32), k: u32) -> u32, &(a, b) => a * 2 + b, { k + 3 }, 7, doubled
    }

    pub(super) fn check() {
        same! { made(&[(1, 2), (3, 4), (5, 6)], 3); }
    }
}
mod tokens {
    use super::{same, twice};

    from_body! { tokens made xs { xs.iter().map(|x| x ^ 1).collect() } }

    pub(super) fn check() {
        same! { made(&[1, 2, 3, 7, 8, 9]); }
    }
}
mod block {
    use super::{same, twice};

    from_body! { block made xs { let k = 3; xs.iter().map(|x| x ^ k).collect() } }

    pub(super) fn check() {
        same! { made(&[1, 2, 3, 7, 8, 9]); }
    }
}
mod expression {
    use super::{same, twice};

    from_body! { expr made xs &[u32] => f64, xs.iter().map(|x| f64::from(*x)).sum::<f64>() / xs.len() as f64 }

    pub(super) fn check() {
        same! { made(&[1, 2, 3, 7, 8, 9]); }
    }
}
mod changing {
    use super::twice;

    from_body! { loop made xs x => { *x ^= 3; } }

    pub(super) fn check() {
        let (mut a, mut b) = ([1, 2, 3, 7, 8, 9], [1, 2, 3, 7, 8, 9]);
        split::made(&mut a);
        plain::made(&mut b);
        assert_eq!(a, b);
    }
}
mod statements {
    use super::twice;

    from_body! { statements made xs let k = 3; for x in xs.iter_mut() { *x ^= k; }; xs.iter_mut().for_each(|x| *x += 1); }

    pub(super) fn check() {
        let (mut a, mut b) = ([1, 2, 3, 7, 8, 9], [1, 2, 3, 7, 8, 9]);
        split::made(&mut a);
        plain::made(&mut b);
        assert_eq!(a, b);
    }
}
mod items {
    use super::{same, twice};

    from_body! {
        items
        pub(super) fn made(xs: &[u32]) -> u64 { xs.iter().map(|x| u64::from(*x)).sum() }
        pub(super) fn other(xs: &[u32]) -> f64 { xs.iter().map(|x| f64::from(*x)).fold(0.0, f64::max) }
    }

    pub(super) fn check() {
        same! { made(&[1, 2, 3, 7, 8, 9]); other(&[1, 2, 3, 7, 8, 9]); }
    }
}

/// Closures and start values that come from outside.
macro_rules! from_callables {
    ($f:expr, $keep:expr, $init:expr, $fold:expr) => {
        twice! {
            #[parallelize]
            pub(super) fn collected(xs: &[u32]) -> Vec<u32> {
                xs.iter().map($f).filter($keep).collect()
            }
            #[parallelize]
            pub(super) fn folded(xs: &[u32]) -> u32 {
                xs.iter().map($f).fold($init, $fold)
            }
        }
    };
}
mod callables {
    use super::{same, twice};

    from_callables! { |x| x ^ 1, |x| x % 2 == 0 || *x > 2, 1 + 2, |a, b| a ^ b }

    pub(super) fn check() {
        same! { collected(&[1, 2, 3, 7, 8, 9]); folded(&[1, 2, 3, 7, 8, 9]); }
    }
}

/// A method whose `self` comes from outside.
macro_rules! method {
    ($name:ident, $self:ident, $value:expr) => {
        #[amorsize::parallelize]
        fn $name(&$self, xs: &[u32]) -> Vec<u32> {
            xs.iter().map(|x| x ^ $value * 2).collect()
        }
    };
}
struct Salt(u32);
impl Salt {
    method! { added, self, self.0 + 1 }
}

fn check() {
    for check in [
        every_kind::check,
        tokens::check,
        block::check,
        expression::check,
        changing::check,
        statements::check,
        items::check,
        callables::check,
    ] {
        check();
    }
    assert_eq!(Salt(3).added(&[1, 2]), [1 ^ 8, 2 ^ 8]);
}

#[test]
fn same_as_plain() {
    everywhere(check);
}
