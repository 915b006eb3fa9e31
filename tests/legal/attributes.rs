//! Other attributes above and below this one, on parameters, statements and closures.
#![allow(clippy::all, clippy::pedantic)]

use std::num::TryFromIntError;

use amorsize::parallelize;
use tracing::instrument;

use crate::{everywhere, same, twice};

twice! {
    #[parallelize]
    #[inline(always)]
    #[doc(hidden)]
    #[doc(alias = "other")]
    #[allow(clippy::needless_return)]
    pub(super) fn marked(#[allow(unused_variables)] k: u32, xs: &[u32]) -> Vec<u32> {
        #![allow(unused_mut)]
        //! Documented inside.
        let mut j = 3;
        return xs.iter().map(|x| x ^ j).collect();
    }
    #[parallelize]
    #[cold]
    #[inline(never)]
    #[must_use = "or else"]
    #[cfg_attr(all(), rustfmt::skip)]
    #[cfg(all())]
    pub(super) fn configured(xs: &[u32]) -> u32 {
        #[allow(clippy::let_and_return)]
        let least = xs.iter().map(#[inline] |x| x ^ 1).filter(#[allow(unused_variables)] |x| true).min();
        #[allow(clippy::identity_op)]
        { least.unwrap_or(0) + xs.iter().map(|x| x ^ 1).fold(0, |a, b| a ^ b) }
    }
    #[parallelize]
    #[cfg(any())]
    pub(super) fn configured(xs: &[u32]) -> u32 {
        no_such_function(xs)
    }
    #[parallelize]
    #[expect(unused_variables)]
    #[deprecated]
    pub(super) fn expected(xs: &[u32]) -> Vec<u32> {
        let k = 3;
        xs.iter().map(|x| x ^ 1).collect()
    }
    // The tree keeps both kinds of attributes of a loop in one list.
    #[parallelize]
    pub(super) fn on_loops(xs: &mut [u32]) -> usize {
        #[warn(unused_mut)]
        'outer: for x in xs.iter_mut() {
            #![allow(unused_variables)]
            let k = 3;
            if *x == 2 {
                continue 'outer;
            }
            *x ^= 1;
        }
        for x in &mut *xs {
            #![allow(unused_variables)]
            let k = 3;
            *x ^= 2;
        }
        xs.len()
    }
    // What `#[instrument(err)]` makes of a function, and how people catch `?`.
    #[parallelize]
    pub(super) fn called_at_once(xs: &[u32]) -> Option<u32> {
        let caught = (|| {
            let more = xs.iter().map(|x| x.checked_add(1)).collect::<Option<Vec<_>>>()?;
            if more.is_empty() {
                return xs.iter().copied().max();
            }
            Some(more[0])
        })();
        let other = (move || -> Result<u32, ()> {
            let mut j = 3;
            for x in xs {
                assert!(*x < 100);
            }
            j += 1;
            Ok(xs.iter().map(|x| x ^ j).min().ok_or(())?)
        })();
        caught.map(|x| x + other.unwrap_or(0))
    }
}

mod above {
    use super::*;

    #[cfg_attr(all(), parallelize(max_threads = 2), inline)]
    pub(super) fn configured(xs: &[u32]) -> Vec<u32> {
        xs.iter().map(|x| x ^ 1).collect()
    }
    #[instrument]
    #[parallelize]
    pub(super) fn traced(xs: &[u32], k: u32) -> Vec<u32> {
        let k = k + 1;
        xs.iter().map(|x| x ^ k).collect()
    }
    #[instrument(skip_all, ret)]
    #[parallelize]
    pub(super) fn traced_result(xs: &[u32]) -> Vec<u32> {
        xs.iter().map(|x| x ^ 1).collect()
    }
    #[instrument(skip_all, err, fields(n = xs.len()))]
    #[parallelize]
    pub(super) fn traced_error(xs: &[u32]) -> Result<Vec<u8>, TryFromIntError> {
        xs.iter().map(|x| u8::try_from(*x)).collect()
    }
    #[instrument(skip_all, ret, err(level = "info"))]
    #[parallelize]
    pub(super) fn traced_loop(xs: &mut [u32]) -> Result<(), String> {
        if xs.len() > 10 {
            return Err("long".into());
        }
        for x in xs.iter_mut() {
            *x ^= 1;
        }
        Ok(())
    }
}

mod below {
    use super::*;

    #[parallelize]
    #[instrument]
    pub(super) fn traced(xs: &[u32], k: u32) -> Vec<u32> {
        let k = k + 1;
        xs.iter().map(|x| x ^ k).collect()
    }
    #[parallelize]
    #[instrument(skip_all, err, ret)]
    pub(super) fn traced_error(xs: &[u32]) -> Result<Vec<u8>, TryFromIntError> {
        xs.iter().map(|x| u8::try_from(*x)).collect()
    }
    #[parallelize]
    #[instrument(skip_all)]
    pub(super) fn traced_loop(xs: &mut [u32]) {
        for x in xs {
            *x ^= 1;
        }
    }
}

#[allow(deprecated)]
fn check() {
    let xs = [1, 2, 3, 7, 8, 9];
    same! {
        marked(1, &xs); configured(&xs); expected(&xs); on_loops(&mut xs.clone()); called_at_once(&xs);
        called_at_once(&[]);
    }
    let flipped = [0, 3, 2, 6, 9, 8];
    assert_eq!(above::configured(&xs), flipped);
    assert_eq!(above::traced(&xs, 0), flipped);
    assert_eq!(below::traced(&xs, 0), flipped);
    assert_eq!(above::traced_result(&xs), flipped);
    assert_eq!(above::traced_error(&[1, 2]).unwrap(), [1, 2]);
    assert!(above::traced_error(&[1, 2000]).is_err() && below::traced_error(&[1, 2000]).is_err());
    let mut ys = xs;
    above::traced_loop(&mut ys).unwrap();
    assert_eq!(ys, flipped);
    below::traced_loop(&mut ys);
    assert_eq!(ys, xs);
}

#[test]
fn same_as_plain() {
    everywhere(check);
}
