//! Collections that a loop fills, `out.push(x)`, `map.insert(k, v)`.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, VecDeque};
use std::hash::{BuildHasher, Hash};

use crate::accumulate::Variable;
use crate::bound::ParallelOutput;

/// A collection that is filled from the end, `out.push(x)`, `out.extend(xs)`.
#[inline(always)]
pub fn grown<C: Growing>(variable: &mut C) -> Variable<&mut C, (), C::Part> {
    Variable {
        variable,
        seed: (),
        fresh: |()| C::empty(),
        put: |variable, part| variable.append_part(part),
        bytes: None,
    }
}

/// A collection of std that parts of the same kind are appended to.
#[diagnostic::on_unimplemented(
    message = "it is not known how several threads fill a `{Self}` together",
    label = "filled for each element, by several threads",
    note = "fill a `Vec`, a `String` or a map of std, or collect a chain, `.map(..).collect::<Vec<_>>()`, and go over that"
)]
pub trait Growing {
    /// What a part fills instead.
    type Part: Send;

    /// An empty part.
    fn empty() -> Self::Part;

    /// Appends a part.
    fn append_part(&mut self, part: Self::Part);
}

/// Collections that a part of the same type is appended to.
macro_rules! growing {
    ($([$($generics:tt)*] $collection:ty, |$whole:ident, $part:ident| $append:expr;)*) => {$(
        impl<$($generics)*> Growing for $collection {
            type Part = Self;

            fn empty() -> Self {
                Self::default()
            }

            fn append_part(&mut self, part: Self) {
                let ($whole, mut $part) = (self, part);
                $append;
            }
        }
    )*};
}

growing! {
    [U: ParallelOutput] Vec<U>, |whole, part| whole.append(&mut part);
    [U: ParallelOutput] VecDeque<U>, |whole, part| whole.append(&mut part);
    [] String, |whole, part| whole.push_str(std::mem::take(&mut part).as_str());
}

/// A heap takes its elements one by one: how it lies in memory depends on each.
impl<U: Ord + ParallelOutput> Growing for BinaryHeap<U> {
    type Part = Vec<U>;

    fn empty() -> Vec<U> {
        Vec::new()
    }

    fn append_part(&mut self, part: Vec<U>) {
        for element in part {
            self.push(element);
        }
    }
}

/// A map or set that is filled, `map.insert(k, v)`.
#[inline(always)]
pub fn inserted<C: Inserting>(variable: &mut C) -> Variable<&mut C, (), C::Part> {
    Variable {
        variable,
        seed: (),
        fresh: |()| C::empty(),
        put: |variable, part| variable.insert_part(part),
        bytes: None,
    }
}

/// A map or set of std: what is inserted does not depend on what was inserted before.
#[diagnostic::on_unimplemented(
    message = "it is not known how several threads insert into a `{Self}` together",
    label = "filled for each element, by several threads",
    note = "insert into a map or set of std, or collect a chain, `.map(..).collect::<Vec<_>>()`, and go over that"
)]
pub trait Inserting {
    /// What a part fills instead.
    type Part: Send;

    /// An empty part.
    fn empty() -> Self::Part;

    /// Makes the calls of a part.
    fn insert_part(&mut self, part: Self::Part);
}

/// What a part keeps of a map: the entries, in order. The caller makes the plain loop's own calls with them, so that even
/// the order in which a map is gone through stays.
#[derive(Debug)]
pub struct Entries<K, V>(Vec<(K, V)>);

impl<K, V> Entries<K, V> {
    /// Keeps an entry.
    #[inline(always)]
    pub fn insert(&mut self, key: K, value: V) {
        self.0.push((key, value));
    }
}

/// What a part keeps of a set: the elements, in order.
#[derive(Debug)]
pub struct Elements<U>(Vec<U>);

impl<U> Elements<U> {
    /// Keeps an element.
    #[inline(always)]
    pub fn insert(&mut self, element: U) {
        self.0.push(element);
    }
}

macro_rules! inserting {
    ($([$($generics:tt)*] $collection:ty, $part:ident<$($item:ident),+>, |$whole:ident, $next:pat_param| $insert:expr;)*) => {$(
        impl<$($generics)*> Inserting for $collection {
            type Part = $part<$($item),+>;

            fn empty() -> Self::Part {
                $part(Vec::new())
            }

            fn insert_part(&mut self, part: Self::Part) {
                let $whole = self;
                for $next in part.0 {
                    $insert;
                }
            }
        }
    )*};
}

inserting! {
    [K: Hash + Eq + ParallelOutput, V: ParallelOutput, S: BuildHasher] HashMap<K, V, S>, Entries<K, V>, |map, (k, v)| map.insert(k, v);
    [K: Ord + ParallelOutput, V: ParallelOutput] BTreeMap<K, V>, Entries<K, V>, |map, (k, v)| map.insert(k, v);
    [U: Hash + Eq + ParallelOutput, S: BuildHasher] HashSet<U, S>, Elements<U>, |set, element| set.insert(element);
    [U: Ord + ParallelOutput] BTreeSet<U>, Elements<U>, |set, element| set.insert(element);
}
