//! How the parts of a `collect` become one collection, in index order.
//!
//! `Collect` says for every collection of std what one part is gathered into and how the parts are handed over. It
//! decides nothing about splitting.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::hash::{BuildHasher, Hash};

use crate::bound::ParallelOutput;

/// A collection that can be put together from parts, with the same content and order as from one iterator.
///
/// That is known of what std does with std's items. What a `FromIterator` of the user's own makes of them is not:
///
/// ```compile_fail,E0277
/// struct Word(&'static str);
/// impl FromIterator<Word> for String {
///     fn from_iter<I: IntoIterator<Item = Word>>(words: I) -> Self {
///         words.into_iter().map(|word| word.0).collect::<Vec<_>>().join(", ")
///     }
/// }
/// fn collects<C: amorsize_runtime::private::Collect<Item>, Item>() {}
/// collects::<String, &str>();
/// collects::<String, Word>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`#[parallelize]` cannot put a `{Self}` together from parts",
    label = "collected here",
    note = "collect into a `Vec` first and convert it after the chain"
)]
pub trait Collect<Item>: FromIterator<Item> {
    /// What the items of one part are gathered into.
    type Part: Gather<Item> + Send;

    /// Puts the parts together; they come in index order.
    fn join<P: Iterator<Item = Self::Part>>(parts: P) -> Self;
}

/// What the items of one part are gathered into. A trait of the part and not of the collection, so that an outlet demands
/// nothing of a collection that the entry point has refused already.
pub trait Gather<Item>: Sized {
    /// Gathers the items of one part.
    fn gather<I: Iterator<Item = Item>>(items: I) -> Self;

    /// Whether this part ends the collection, so that nothing behind it is wanted.
    #[must_use]
    fn ends(&self) -> bool {
        false
    }
}

impl<U> Gather<U> for Vec<U> {
    #[inline]
    fn gather<I: Iterator<Item = U>>(items: I) -> Self {
        items.collect()
    }
}

/// The items of one part, and how many the iterator over them promised. A hash table makes room for as many as it is
/// promised, and by its room it is gone through in one order or another.
#[derive(Debug)]
pub struct Promised<U> {
    items: Vec<U>,
    least: usize,
}

impl<U> Gather<U> for Promised<U> {
    #[inline]
    fn gather<I: Iterator<Item = U>>(items: I) -> Self {
        let least = items.size_hint().0;
        Self { items: items.collect(), least }
    }
}

/// An iterator that promises as many items as the plain chain does.
#[derive(Debug)]
pub(crate) struct Hinted<I> {
    items: I,
    least: usize,
}

impl<I> Hinted<I> {
    pub(crate) fn new(items: I, least: usize) -> Self {
        Self { items, least }
    }
}

impl<I: Iterator> Iterator for Hinted<I> {
    type Item = I::Item;

    #[inline]
    fn next(&mut self) -> Option<I::Item> {
        self.least = self.least.saturating_sub(1);
        self.items.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.least, None)
    }

    #[inline]
    fn fold<B, F: FnMut(B, I::Item) -> B>(self, init: B, f: F) -> B {
        self.items.fold(init, f)
    }
}

/// Collections that are made by handing the items of all parts to `FromIterator`, one after the other.
macro_rules! hand_over {
    ($([$($generics:tt)*] $target:ty, $item:ty;)*) => {$(
        impl<$($generics)*> Collect<$item> for $target
        where
            $item: ParallelOutput,
        {
            type Part = Promised<$item>;

            fn join<P: Iterator<Item = Self::Part>>(parts: P) -> Self {
                let parts: Vec<_> = parts.collect();
                let least = parts.iter().map(|part| part.least).fold(0, usize::saturating_add);
                Hinted::new(parts.into_iter().flat_map(|part| part.items), least).collect()
            }
        }
    )*};
}

hand_over! {
    [U] Box<[U]>, U;
    [U] std::rc::Rc<[U]>, U;
    [U] std::sync::Arc<[U]>, U;
    [U] VecDeque<U>, U;
    [U] LinkedList<U>, U;
    [U: Ord] BTreeSet<U>, U;
    [U: Ord] BinaryHeap<U>, U;
    [U: Hash + Eq, S: BuildHasher + Default] HashSet<U, S>, U;
    [K: Ord, V] BTreeMap<K, V>, (K, V);
    [K: Hash + Eq, V, S: BuildHasher + Default] HashMap<K, V, S>, (K, V);
}

impl<U: ParallelOutput> Collect<U> for Vec<U> {
    type Part = Self;

    fn join<P: Iterator<Item = Self>>(parts: P) -> Self {
        let mut parts: Vec<Self> = parts.collect();
        if parts.len() < 2 {
            return parts.pop().unwrap_or_default();
        }
        let mut whole = Self::with_capacity(parts.iter().map(Vec::len).sum());
        for mut part in parts {
            whole.append(&mut part);
        }
        whole
    }
}

/// Text of std's own items: what it is put together from is the same however it was cut. That of the user's own items is
/// whatever their `FromIterator` makes of them (separators, say), so those are not here.
macro_rules! text {
    ($([$($generics:tt)*] $item:ty;)*) => {$(
        impl<$($generics)*> Gather<$item> for String {
            #[inline]
            fn gather<I: Iterator<Item = $item>>(items: I) -> Self {
                items.collect()
            }
        }

        impl<$($generics)*> Collect<$item> for String {
            type Part = Self;

            fn join<P: Iterator<Item = Self>>(parts: P) -> Self {
                parts.collect()
            }
        }
    )*};
}

text! {
    [] char;
    ['t] &'t char;
    ['t] &'t str;
    [] String;
    [] Box<str>;
    ['t] Cow<'t, str>;
}

impl Gather<()> for () {
    #[inline]
    fn gather<I: Iterator<Item = ()>>(items: I) {
        items.for_each(drop);
    }
}

impl Collect<()> for () {
    type Part = ();

    fn join<P: Iterator<Item = ()>>(parts: P) {
        parts.for_each(drop);
    }
}

impl<A, E, P: Gather<A>> Gather<Result<A, E>> for Result<P, E> {
    #[inline]
    fn gather<I: Iterator<Item = Result<A, E>>>(items: I) -> Self {
        let mut error = None;
        let part = P::gather(UntilNone(items.map(|item| item.map_err(|e| error = Some(e)).ok())));
        error.map_or(Ok(part), Err)
    }

    fn ends(&self) -> bool {
        self.as_ref().map_or(true, P::ends)
    }
}

impl<A, E, C> Collect<Result<A, E>> for Result<C, E>
where
    C: Collect<A>,
    E: ParallelOutput,
{
    type Part = Result<C::Part, E>;

    fn join<P: Iterator<Item = Self::Part>>(parts: P) -> Self {
        let mut error = None;
        let whole = C::join(UntilNone(parts.map(|part| part.map_err(|e| error = Some(e)).ok())));
        error.map_or(Ok(whole), Err)
    }
}

impl<A, P: Gather<A>> Gather<Option<A>> for Option<P> {
    #[inline]
    fn gather<I: Iterator<Item = Option<A>>>(items: I) -> Self {
        let mut ended = false;
        let part = P::gather(UntilNone(items.inspect(|item| ended = item.is_none())));
        (!ended).then_some(part)
    }

    fn ends(&self) -> bool {
        self.as_ref().is_none_or(P::ends)
    }
}

impl<A, C> Collect<Option<A>> for Option<C>
where
    C: Collect<A>,
{
    type Part = Option<C::Part>;

    fn join<P: Iterator<Item = Self::Part>>(parts: P) -> Self {
        let mut ended = false;
        let whole = C::join(UntilNone(parts.inspect(|part| ended = part.is_none())));
        (!ended).then_some(whole)
    }
}

/// Yields the content of `Some`s and ends at the first `None`, as std does for `Result` and `Option` collects.
struct UntilNone<I>(I);

impl<I: Iterator<Item = Option<A>>, A> Iterator for UntilNone<I> {
    type Item = A;

    #[inline]
    fn next(&mut self) -> Option<A> {
        self.0.next()?
    }
}
