//! Collections that a loop fills, `out.push(x)`, `map.insert(k, v)`.

use std::borrow::Cow;
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

/// What a part fills: a collection with those of its own methods that a loop may call. A trait of the user's that gives
/// the collection others, which may ask what is in it already, does not get to see a part.
#[derive(Debug)]
pub struct Filled<C>(C);

/// Items of std's that a collection is extended with. What an `Extend` of the user's does may depend on what is there.
#[diagnostic::on_unimplemented(
    message = "it is not known how several threads extend a collection with items of the type `{A}` together",
    label = "extended for each element, by several threads",
    note = "convert the items in a `.map(..)` first, or collect a chain and go over that"
)]
pub trait Extended<A>: Extend<A> {}

/// Collections that parts are appended to, with their methods.
macro_rules! growing {
    ($(
        [$($generics:tt)*] $collection:ty, |$whole:ident, $part:ident| $append:expr,
        extend [$([$($of:tt)*] $item:ty),*],
        $([$($bound:tt)*] $method:ident($argument:ty)),*;
    )*) => {$(
        impl<$($generics)*> Growing for $collection {
            type Part = Filled<Self>;

            fn empty() -> Self::Part {
                Filled(Self::default())
            }

            fn append_part(&mut self, part: Self::Part) {
                let ($whole, mut $part) = (self, part.0);
                $append;
            }
        }

        $(impl<$($of)*> Extended<$item> for $collection {})*

        $(impl<$($bound)*> Filled<$collection> {
            /// As the collection's own.
            #[inline(always)]
            pub fn $method(&mut self, argument: $argument) {
                self.0.$method(argument);
            }
        })*
    )*};
}

growing! {
    [U: ParallelOutput] Vec<U>, |whole, part| whole.append(&mut part),
    extend [[U: ParallelOutput] U, ['u, U: Copy + ParallelOutput] &'u U],
    [U] push(U), [U: Clone] extend_from_slice(&[U]), [U] append(&mut Vec<U>);

    [U: ParallelOutput] VecDeque<U>, |whole, part| whole.append(&mut part),
    extend [[U: ParallelOutput] U, ['u, U: Copy + ParallelOutput] &'u U],
    [U] push_back(U), [U] append(&mut VecDeque<U>);

    [] String, |whole, part| whole.push_str(std::mem::take(&mut part).as_str()),
    extend [[] char, ['t] &'t char, ['t] &'t str, [] String, [] Box<str>, ['t] Cow<'t, str>],
    [] push(char), [] push_str(&str);
}

impl<C> Filled<C> {
    /// As the collection's own, which is no user's for items of std's.
    #[inline(always)]
    pub fn extend<A, I>(&mut self, items: I)
    where
        I: IntoIterator<Item = A>,
        C: Extended<A>,
    {
        self.0.extend(items);
    }
}

/// A heap takes its elements one by one: how it lies in memory depends on each.
#[derive(Debug)]
pub struct Heaped<U>(Vec<U>);

impl<U> Heaped<U> {
    /// As the heap's own.
    #[inline(always)]
    pub fn push(&mut self, element: U) {
        self.0.push(element);
    }
}

impl<U: Ord + ParallelOutput> Growing for BinaryHeap<U> {
    type Part = Heaped<U>;

    fn empty() -> Heaped<U> {
        Heaped(Vec::new())
    }

    fn append_part(&mut self, part: Heaped<U>) {
        for element in part.0 {
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
