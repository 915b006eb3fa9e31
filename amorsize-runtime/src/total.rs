//! Decides which totals may be joined part by part at all: only where that is provably the same as the plain chain.
//!
//! The items have to be of the total's type too, or references to it: a `Sum` of the user's own items into an integer
//! may do anything.

use std::num::Wrapping;

/// Makes one total of another and the next part's.
pub(crate) type JoinTotal<A> = fn(&mut A, A);

/// Answers with a join, if the total and its items are of one of the types.
macro_rules! join_of {
    ($total:ident, $item:ident, $how:ident: $($known:ty),*) => {
        $(if typeid::of::<$total>() == typeid::of::<$known>()
            && (typeid::of::<$item>() == typeid::of::<$known>() || typeid::of::<$item>() == typeid::of::<&$known>())
        {
            return Some(|total: &mut $total, part: $total| {
                // std's own `sum` or `product`, so that overflow panics or wraps as the caller's profile has it.
                if let (Ok(total), Ok(part)) =
                    (castaway::cast!(total, &mut $known), castaway::cast!(part, $known))
                {
                    *total = [*total, part].into_iter().$how();
                }
            });
        })*
    };
}

/// How two partial sums of the type `S` over items of the type `U` become one, where that is the same as summing the
/// items in order.
///
/// Unsigned integers: no partial sum can overflow unless the whole does, and then the order does not matter. Wrapping
/// ones: it never does. Signed ones can overflow on the way to a sum that does not, and saturating ones stop at an end
/// that the whole may not come to, so they and all other types are ordered tails.
pub(crate) fn sum_join<S, U>() -> Option<JoinTotal<S>> {
    join_of!(S, U, sum: u8, u16, u32, u64, u128, usize);
    join_of!(S, U, sum: Wrapping<u8>, Wrapping<u16>, Wrapping<u32>, Wrapping<u64>, Wrapping<u128>, Wrapping<usize>);
    join_of!(S, U, sum: Wrapping<i8>, Wrapping<i16>, Wrapping<i32>, Wrapping<i64>, Wrapping<i128>, Wrapping<isize>);
    None
}

/// The same of products: those of wrapping integers. Any other can overflow in a part, where the whole, with a zero in
/// it, does not.
pub(crate) fn product_join<S, U>() -> Option<JoinTotal<S>> {
    join_of!(S, U, product: Wrapping<u8>, Wrapping<u16>, Wrapping<u32>, Wrapping<u64>, Wrapping<u128>, Wrapping<usize>);
    join_of!(S, U, product: Wrapping<i8>, Wrapping<i16>, Wrapping<i32>, Wrapping<i64>, Wrapping<i128>, Wrapping<isize>);
    None
}

#[cfg(test)]
mod tests {
    use std::num::{Saturating, Wrapping};

    use super::{product_join, sum_join};

    #[test]
    fn only_totals_that_cannot_tell_the_order_are_joined() {
        let mut total = 40_u64;
        sum_join::<u64, u64>().unwrap()(&mut total, 2);
        assert_eq!(total, 42);
        assert!(sum_join::<u8, &u8>().is_some() && sum_join::<usize, usize>().is_some());
        assert!(sum_join::<i32, i32>().is_none() && sum_join::<f64, f64>().is_none());
        assert!(sum_join::<Saturating<u8>, Saturating<u8>>().is_none());
        assert!(product_join::<u8, u8>().is_none() && product_join::<f64, f64>().is_none());
    }

    #[test]
    fn wrapping_totals_are_joined() {
        let mut total = Wrapping(200_u8);
        sum_join::<Wrapping<u8>, &Wrapping<u8>>().unwrap()(&mut total, Wrapping(100));
        assert_eq!(total, Wrapping(44));
        product_join::<Wrapping<u8>, Wrapping<u8>>().unwrap()(&mut total, Wrapping(7));
        assert_eq!(total, Wrapping(52));
        let mut total = Wrapping(i32::MIN);
        sum_join::<Wrapping<i32>, Wrapping<i32>>().unwrap()(&mut total, Wrapping(-1));
        assert_eq!(total, Wrapping(i32::MAX));
    }

    #[test]
    fn totals_of_the_users_own_items_are_not_joined() {
        struct Digit;
        assert!(sum_join::<u64, Digit>().is_none() && sum_join::<u64, &&u64>().is_none());
        assert!(product_join::<Wrapping<u64>, Wrapping<Digit>>().is_none());
    }
}
