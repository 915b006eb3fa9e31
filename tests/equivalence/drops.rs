//! Elements and results that count: each is dropped once, whatever ends the call.

use std::collections::{BTreeMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use amorsize::testing::{with_shuffle, with_split};
use proptest::prelude::*;

/// The ids of the values that live, and how many ids there were.
#[derive(Default)]
struct Book(Mutex<(HashSet<u64>, u64)>);

impl Book {
    fn alive(&self) -> usize {
        self.0.lock().unwrap().0.len()
    }
}

/// A value that is neither `Copy` nor `Clone` and notes its end.
struct Counted {
    id: u64,
    key: u32,
    book: Arc<Book>,
}

impl Counted {
    fn new(key: u32, book: &Arc<Book>) -> Self {
        let mut entry = book.0.lock().unwrap();
        entry.1 += 1;
        let id = entry.1;
        entry.0.insert(id);
        Self { id, key, book: Arc::clone(book) }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let was_alive = self.book.0.lock().unwrap().0.remove(&self.id);
        assert!(was_alive, "dropped twice");
    }
}

/// Makes a result, or panics at the unlucky element.
fn make(x: u32, unlucky: u32, book: &Arc<Book>) -> Counted {
    assert!(x != unlucky, "unlucky");
    Counted::new(x, book)
}

twice! {
    #[parallelize]
    pub(super) fn mapped(xs: &[u32], unlucky: u32, book: &Arc<Book>) -> Vec<Counted> {
        xs.iter().map(|x| make(*x, unlucky, book)).collect()
    }

    #[parallelize]
    pub(super) fn kept(xs: &[u32], unlucky: u32, book: &Arc<Book>) -> Vec<Counted> {
        xs.iter().map(|x| make(*x, unlucky, book)).filter(|made| made.key % 3 != 0).collect()
    }

    #[parallelize]
    pub(super) fn table(xs: &[u32], unlucky: u32, book: &Arc<Book>) -> Vec<Counted> {
        let table: BTreeMap<u32, Counted> = xs.iter().map(|x| (x % 19, make(*x, unlucky, book))).collect();
        table.into_values().collect()
    }

    #[parallelize]
    pub(super) fn tried(xs: &[u32], unlucky: u32, book: &Arc<Book>) -> Vec<Counted> {
        let all: Result<Vec<Counted>, Counted> =
            xs.iter().map(|x| if x % 211 == 7 { Err(make(*x, unlucky, book)) } else { Ok(make(*x, unlucky, book)) }).collect();
        all.unwrap_or_else(|one| vec![one])
    }

    #[parallelize]
    pub(super) fn found(xs: &[u32], unlucky: u32, book: &Arc<Book>) -> Vec<Counted> {
        xs.iter().map(|x| make(*x, unlucky, book)).find(|made| made.key % 211 == 7).into_iter().collect()
    }

    #[parallelize]
    pub(super) fn folded(xs: &[u32], unlucky: u32, book: &Arc<Book>) -> Vec<Counted> {
        xs.iter().map(|x| make(*x, unlucky, book)).reduce(|a, b| if a.key % 97 < b.key % 97 { b } else { a }).into_iter().collect()
    }

    #[parallelize]
    pub(super) fn least(xs: &[u32], unlucky: u32, book: &Arc<Book>) -> Vec<Counted> {
        xs.iter().map(|x| make(*x, unlucky, book)).min_by_key(|made| made.key % 97).into_iter().collect()
    }

    #[parallelize]
    pub(super) fn halves(xs: &[u32], unlucky: u32, book: &Arc<Book>) -> Vec<Counted> {
        let (mut low, high): (Vec<Counted>, Vec<Counted>) =
            xs.iter().map(|x| make(*x, unlucky, book)).partition(|made| made.key % 2 == 0);
        low.extend(high);
        low
    }

    #[parallelize]
    pub(super) fn pushed(xs: &[u32], unlucky: u32, book: &Arc<Book>) -> Vec<Counted> {
        let (mut made, mut last) = (Vec::new(), None);
        for x in xs {
            if x % 211 == 7 {
                break;
            }
            made.push(make(*x, unlucky, book));
            last = Some(make(*x, unlucky, book));
        }
        made.extend(last);
        made
    }

    #[parallelize]
    pub(super) fn replaced(xs: &mut [Counted], unlucky: u32, book: &Arc<Book>) {
        for x in xs.iter_mut() {
            *x = make(x.key, unlucky, book);
        }
    }
}

/// What a function made, or how it ended; nothing lives on but what it returned.
fn ran(run: impl FnOnce(&Arc<Book>) -> Vec<Counted>) -> Result<Vec<u32>, Option<&'static str>> {
    let book = Arc::default();
    let made = catch_unwind(AssertUnwindSafe(|| run(&book)));
    let keys = match made {
        Ok(made) => {
            assert_eq!(book.alive(), made.len(), "leaked");
            Ok(made.iter().map(|one| one.key).collect())
        }
        Err(payload) => Err(payload.downcast_ref::<&'static str>().copied()),
    };
    assert_eq!(book.alive(), 0, "leaked");
    keys
}

fn same(xs: &[u32], unlucky: u32) {
    macro_rules! each {
        ($($name:ident)*) => {$(
            let ours = ran(|book| split::$name(xs, unlucky, book));
            assert_eq!(ours, ran(|book| plain::$name(xs, unlucky, book)), "{}", stringify!($name));
        )*};
    }
    each!(mapped kept table tried found folded least halves pushed);
    let replace = |with: fn(&mut [Counted], u32, &Arc<Book>)| {
        ran(|book| {
            let mut all: Vec<Counted> = xs.iter().map(|x| Counted::new(*x, book)).collect();
            with(&mut all, unlucky, book);
            all
        })
    };
    assert_eq!(replace(split::replaced), replace(plain::replaced));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn everything_is_dropped_once(
        len in 0_usize..600,
        seed in any::<u32>(),
        unlucky in prop_oneof![Just(u32::MAX), any::<u32>()],
        lens in prop::collection::vec(1_usize..200, 1..5),
        threads in 1_usize..4,
    ) {
        let xs = crate::numbers(len, seed);
        // One of the elements, or none.
        let unlucky = if unlucky == u32::MAX || xs.is_empty() { unlucky } else { xs[unlucky as usize % xs.len()] };
        with_split(&lens, seed % 2 == 0, || same(&xs, unlucky));
        with_shuffle(u64::from(seed), &lens, threads, || same(&xs, unlucky));
    }
}
