//! Code that the attribute once read differently from the compiler.

use std::cell::Cell;
use std::rc::Rc;

use crate::{LENGTHS, numbers, twice};

/// One piece of a macro's input: what stands beside it must not tear it apart.
macro_rules! in_one_piece {
    ($x:ident, $sum:expr) => {
        twice! {
            #[parallelize]
            pub(super) fn in_one_piece(xs: &[u32]) -> Vec<u64> {
                let $x = 2_u32;
                let outside = $sum * 2;
                let sum = $sum;
                assert_eq!($sum * 10, sum * 10);
                xs.iter().map(|&$x| u64::from($sum * 10) + u64::from(outside)).collect()
            }
        }
    };
}

mod macros {
    use super::twice;
    in_one_piece!(x, 1 + x % 1_000);

    pub(super) fn both(xs: &[u32]) -> [Vec<u64>; 2] {
        [split::in_one_piece(xs), plain::in_one_piece(xs)]
    }
}

pub(crate) struct Table {
    rows: Vec<u32>,
    xs: usize,
}

impl Table {
    fn first(&self) -> Option<&u32> {
        self.rows.first()
    }
}

twice! {
    // What is still lent where the result is made stays where it is.
    #[parallelize]
    pub(super) fn or_first(xs: &[u32], table: Table) -> Vec<u32> {
        let first = table.first();
        xs.iter().map(|x| table.rows.get(*x as usize).or(first).map_or(0, |row| row + x)).collect()
    }
    #[parallelize]
    pub(super) fn text_and_view(xs: &[u32]) -> Vec<String> {
        let text = String::from("text");
        let view = text.as_str();
        xs.iter().map(|x| format!("{x}{text}{view}")).collect()
    }
    #[parallelize]
    pub(super) fn matched(xs: &[u32], name: Option<String>) -> Vec<usize> {
        match &name {
            Some(inner) => xs.iter().map(|_| inner.len() + usize::from(name.is_some())).collect(),
            None => Vec::new(),
        }
    }
    #[parallelize]
    pub(super) fn through_pattern(xs: &[u32], table: Table) -> Vec<usize> {
        let Table { ref rows, .. } = table;
        xs.iter().map(|x| rows.len() + table.rows.len() + *x as usize).collect()
    }
    #[parallelize]
    pub(super) fn lent_callable<F: Fn(&u32) -> u32 + Sync>(xs: &[u32], f: F) -> Vec<u32> {
        xs.iter().map(&f).map(|x| f(&x)).collect()
    }
    #[parallelize]
    pub(super) fn through_closure(xs: &mut [u32], table: Table) {
        let shifted = |x: u32| x.wrapping_add(table.rows.len() as u32);
        for x in xs.iter_mut() {
            *x = shifted(*x) ^ table.rows[0];
        }
    }
    // A parameter that is replaced before the chain need not be fit for threads.
    #[parallelize]
    pub(super) fn converted<T: Into<u64>>(xs: &[u32], k: T) -> Vec<u64> {
        let k = k.into();
        xs.iter().map(|x| u64::from(*x) * k).collect()
    }
    #[parallelize]
    pub(super) fn unwrapped(xs: &[u32], k: Rc<u32>, cell: &Cell<u32>) -> Vec<u32> {
        let k = *k;
        let cell = cell.replace(7);
        xs.iter().map(|x| (x / k) ^ cell).collect()
    }
    // An element without a name.
    #[parallelize]
    pub(super) fn shown(xs: &[impl ToString + Sync]) -> Vec<String> {
        xs.iter().map(|x| x.to_string()).collect()
    }
    #[parallelize]
    pub(super) fn bumped(xs: &mut [impl std::ops::AddAssign<u32> + Send]) {
        for x in xs {
            *x += 1;
        }
    }
    // The new name holds for the branch and the body, not for what they come from.
    #[parallelize]
    pub(super) fn same_name(xs: &[u32]) -> u64 {
        let mut total = 0;
        for xs in xs.iter().map(|x| u64::from(*x)).collect::<Vec<_>>() {
            total += xs;
        }
        if let Some(xs) = xs.iter().map(|x| x / 2).max() { total + u64::from(xs) } else { total }
    }
    // Fields, paths and labels that are called like a parameter.
    #[parallelize]
    pub(super) fn namesakes(xs: &mut [Table], rows: Rc<u32>) {
        let row = *rows;
        for x in xs.iter_mut() {
            'xs: for step in 0..3 {
                if step == 2 {
                    break 'xs;
                }
                *x = Table { rows: vec![row], xs: x.xs + 1 };
            }
        }
    }
    #[parallelize]
    pub(super) fn constructed(xs: &[u32]) -> Option<Vec<Option<u32>>> {
        xs.iter().copied().map(Some).map(Some).collect()
    }
    // `position` is the place in the whole, whatever joins the `fold`.
    #[parallelize(reduce = std::cmp::max)]
    pub(super) fn position_beside_fold(xs: &[u32]) -> (u32, Option<usize>) {
        let found = xs.iter().map(|x| x % 64).position(|x| x == 63);
        (xs.iter().fold(0, |most, x| most.max(*x)), found)
    }
}

fn table() -> Table {
    Table { rows: vec![3, 1, 4], xs: 0 }
}

#[test]
fn same_as_plain() {
    for len in LENGTHS {
        let xs = numbers(len);
        check(&xs);
        amorsize::testing::with_split(&[3, 1, 7], true, || check(&xs));
    }
}

fn check(xs: &[u32]) {
    let [split, plain] = macros::both(xs);
    assert_eq!(split, plain);
    assert_eq!(split::or_first(xs, table()), plain::or_first(xs, table()));
    assert_eq!(split::text_and_view(xs), plain::text_and_view(xs));
    assert_eq!(split::matched(xs, Some("x".to_owned())), plain::matched(xs, Some("x".to_owned())));
    assert_eq!(split::through_pattern(xs, table()), plain::through_pattern(xs, table()));
    assert_eq!(split::lent_callable(xs, |x| x ^ 5), plain::lent_callable(xs, |x| x ^ 5));
    assert_eq!(split::converted(xs, 3_u32), plain::converted(xs, 3_u32));
    let k = || Rc::new(3);
    assert_eq!(split::unwrapped(xs, k(), &Cell::new(1)), plain::unwrapped(xs, k(), &Cell::new(1)));
    assert_eq!(split::shown(xs), plain::shown(xs));
    assert_eq!(split::same_name(xs), plain::same_name(xs));
    assert_eq!(split::constructed(xs), plain::constructed(xs));
    assert_eq!(split::position_beside_fold(xs), plain::position_beside_fold(xs));

    let (mut split, mut plain) = (xs.to_vec(), xs.to_vec());
    split::through_closure(&mut split, table());
    plain::through_closure(&mut plain, table());
    split::bumped(&mut split);
    plain::bumped(&mut plain);
    assert_eq!(split, plain);

    let tables = || xs.iter().take(100).map(|_| table()).collect::<Vec<_>>();
    let (mut split, mut plain) = (tables(), tables());
    split::namesakes(&mut split, k());
    plain::namesakes(&mut plain, k());
    assert!(split.iter().zip(&plain).all(|(a, b)| a.rows == b.rows && a.xs == b.xs));
}
