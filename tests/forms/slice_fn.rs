//! The element form: the companion against the same chain written by hand, whole and in scripted splits.

use std::borrow::Cow;
use std::fmt::Display;
use std::sync::atomic::{AtomicU32, Ordering};

use amorsize::{parallelize, testing};

use crate::{LENGTHS, floats, numbers, words};

#[derive(Clone, Debug, PartialEq)]
struct Point {
    x: f64,
    y: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(transparent)]
struct Small(u32);

fn points(len: usize) -> Vec<Point> {
    floats(len).into_iter().map(|x| Point { x, y: 1.0 / x }).collect()
}

/// The answer of a call, which must be the same in every split.
#[track_caller]
fn always<R: PartialEq + std::fmt::Debug>(call: impl Fn() -> R, expected: R) {
    assert_eq!(call(), expected);
    for (lens, reversed) in [(&[1, 2, 3][..], false), (&[7, 1][..], true), (&[1][..], true)] {
        assert_eq!(testing::with_split(lens, reversed, &call), expected, "{lens:?} {reversed}");
    }
    assert_eq!(testing::with_shuffle(3, &[], 3, &call), expected);
}

fn texts<T: Display>(all: impl Iterator<Item = T>) -> String {
    all.map(|one| one.to_string()).collect()
}

#[parallelize(slice_fn = norms)]
fn norm(Point { x, y }: &Point, scale: f64) -> f64 {
    (x * x + y * y).sqrt() / scale
}

#[parallelize(slice_fn = parsed)]
fn parse(word: &str, base: u32, unused: &mut_free::Table) -> Result<u32, String> {
    u32::from_str_radix(word, base).map_err(|error| format!("{word}: {error}{}", unused.0.len()))
}

mod mut_free {
    pub(super) struct Table(pub(super) Vec<u32>);
}

/// `const` is of no concern to the companion.
#[must_use]
#[parallelize(slice_fn = squares)]
const fn square(x: u64) -> u64 {
    x.wrapping_mul(x)
}

#[parallelize(slice_fn = nexts)]
extern "C" fn next(x: Small, by: Small) -> Small {
    Small(x.0.wrapping_add(by.0))
}

#[parallelize(slice_fn = shown)]
fn show<T: Display + Sync, const N: usize>(x: &T) -> [String; N] {
    std::array::from_fn(|i| format!("{x}{i}"))
}

/// `U` stands in no parameter.
#[parallelize(slice_fn = converted)]
fn convert<T, U>(x: T) -> U
where
    T: Copy + Sync,
    U: From<T> + Send,
{
    U::from(x)
}

#[parallelize(slice_fn = grow_all)]
fn grow(Point { x, y }: &mut Point, by: &f64) {
    *x += by;
    *y *= *x;
}

#[parallelize(slice_fn = normalise_all)]
fn normalise(row: &mut [f64]) {
    let sum: f64 = row.iter().sum();
    row.iter_mut().for_each(|x| *x /= sum);
}

#[parallelize(slice_fn = visit_all)]
fn visit(x: &AtomicU32) {
    x.fetch_add(1, Ordering::Relaxed);
}

#[parallelize(slice_fn = rows_summed)]
fn sum_row(row: &[u32]) -> u32 {
    row.iter().fold(0, |a, b| a ^ b)
}

#[parallelize(slice_fn = called)]
fn call(f: &(dyn Fn(u32) -> u32 + Sync), (a, b): (u32, u32), g: &(impl Fn(u32) -> u32 + Sync)) -> u32 {
    g(f(a)) ^ b
}

#[parallelize(slice_fn = opaque_all)]
fn opaque(x: impl Into<u64> + Copy + Sync, k: impl Into<u64> + Copy + Sync) -> u64 {
    x.into() ^ k.into()
}

#[parallelize(slice_fn = first_letters)]
fn first_letter(word: &String) -> &str {
    word.get(..1).unwrap_or_default()
}

#[parallelize(slice_fn = trimmed_all)]
fn trimmed(word: &str) -> Cow<'_, str> {
    Cow::Borrowed(word.trim_start_matches('w'))
}

#[parallelize(slice_fn = picks)]
fn pick(x: u32, table: &[String]) -> &str {
    &table[x as usize % table.len()]
}

#[parallelize(slice_fn = named_all)]
fn named<'a, 'b: 'a>(word: &'a &'b str, _other: &str) -> &'b str {
    word.trim_start_matches('w')
}

/// The name of a parameter may be the one that the slice would get, and raw.
#[parallelize(slice_fn = r#loop)]
fn r#fn(r#type: &u32, xs: u32, r#in: &[u32]) -> u32 {
    r#type ^ xs ^ r#in[0]
}

/// Results without a name of their own, inside one that has one, and behind a pointer.
#[parallelize(slice_fn = nested_all)]
fn nested(x: &u32) -> Option<impl Display + use<>> {
    (x % 2 == 0).then_some(*x)
}

#[parallelize(slice_fn = boxed_all)]
fn boxed(x: &u32) -> Box<dyn Display + Send> {
    Box::new(*x)
}

/// The names come from a macro's caller.
macro_rules! sums {
    ($one:ident, $all:ident, $ty:ty, $path:path) => {
        #[parallelize(slice_fn = $all, crate = $path)]
        fn $one(x: &$ty, k: $ty) -> $ty {
            x.wrapping_add(k)
        }
    };
}
sums!(sum, sums_all, u32, ::amorsize);

/// A function inside a function, beside its companion.
fn local(xs: &[u32]) -> Vec<u32> {
    #[parallelize(slice_fn = halves, key = "forms::slice_fn::halves", max_threads = 3, crate = ::amorsize)]
    fn half(x: u32) -> u32 {
        x / 2
    }
    halves(xs)
}

#[test]
fn same_as_by_hand() {
    for len in LENGTHS {
        let (xs, ws, ps) = (numbers(len), words(len), points(len));
        let strs: Vec<&str> = ws.iter().map(String::as_str).collect();
        always(|| norms(&ps, 3.0), ps.iter().map(|p| norm(p, 3.0)).collect());
        let table = mut_free::Table(numbers(3));
        always(|| parsed(&strs, 36, &table), strs.iter().map(|w| parse(w, 36, &table)).collect());
        always(|| parsed(&strs, 10, &table), strs.iter().map(|w| parse(w, 10, &table)).collect());
        let wide: Vec<u64> = xs.iter().map(|x| u64::from(*x)).collect();
        always(|| squares(&wide), wide.iter().map(|x| square(*x)).collect());
        let smalls: Vec<Small> = xs.iter().map(|x| Small(*x)).collect();
        always(|| nexts(&smalls, Small(2)), smalls.iter().map(|x| next(*x, Small(2))).collect());
        always(|| shown::<u32, 2>(&xs), xs.iter().map(show::<u32, 2>).collect());
        always(|| converted::<u32, u64>(&xs), wide.clone());
        let rows: Vec<&[u32]> = xs.chunks(3).collect();
        always(|| rows_summed(&rows), rows.iter().map(|row| sum_row(row)).collect());
        always(|| opaque_all(&xs, 7_u8), wide.iter().map(|x| x ^ 7).collect());
        let shown = |x: &u32| if x % 2 == 0 { x.to_string() } else { String::new() };
        always(|| texts(nested_all(&xs).iter().flatten()), xs.iter().map(shown).collect());
        always(|| texts(boxed_all(&xs).iter()), xs.iter().map(u32::to_string).collect());
        always(|| sums_all(&xs, 9), xs.iter().map(|x| sum(x, 9)).collect());
        always(|| local(&xs), xs.iter().map(|x| x / 2).collect());
        always(|| r#loop(&xs, 5, &[9]), xs.iter().map(|x| x ^ 5 ^ 9).collect());
    }
}

#[test]
fn results_may_borrow() {
    for len in LENGTHS {
        let (xs, ws) = (numbers(len), words(len));
        let strs: Vec<&str> = ws.iter().map(String::as_str).collect();
        always(|| first_letters(&ws).concat(), "w".repeat(len));
        always(|| trimmed_all(&strs), strs.iter().map(|w| trimmed(w)).collect());
        let table = words(5);
        always(|| picks(&xs, &table), xs.iter().map(|x| pick(*x, &table)).collect());
        let named: Vec<&str> = {
            let shorter = strs.clone();
            named_all(&shorter, &ws.concat())
        };
        assert_eq!(named, strs.iter().map(|w| w.trim_start_matches('w')).collect::<Vec<_>>());
    }
}

#[test]
fn callables_and_patterns() {
    let add = |x: u32| x.wrapping_add(1);
    let twice = |x: u32| x.wrapping_mul(2);
    let _: &(dyn Fn(u32) -> u32 + Sync) = &add;
    let fs: Vec<&(dyn Fn(u32) -> u32 + Sync)> = vec![&add, &twice, &add];
    always(|| called(&fs, (5, 1), &|x| x * 10), vec![61, 101, 61]);
}

#[test]
fn changed_in_place() {
    for len in LENGTHS {
        let mut expected = points(len);
        expected.iter_mut().for_each(|p| grow(p, &0.5));
        let grown = || {
            let mut grown = points(len);
            grow_all(&mut grown, &0.5);
            grown
        };
        always(grown, expected);

        let rows = || floats(len).chunks(7).map(<[f64]>::to_vec).collect::<Vec<_>>();
        let mut expected = rows();
        expected.iter_mut().for_each(|row| normalise(row));
        let normalised = || {
            let mut rows = rows();
            let mut lent: Vec<&mut [f64]> = rows.iter_mut().map(Vec::as_mut_slice).collect();
            normalise_all(&mut lent);
            rows
        };
        always(normalised, expected);

        let counted = || {
            let xs: Vec<AtomicU32> = numbers(len).into_iter().map(AtomicU32::new).collect();
            visit_all(&xs);
            xs.into_iter().map(AtomicU32::into_inner).collect::<Vec<_>>()
        };
        always(counted, numbers(len).into_iter().map(|x| x + 1).collect());
    }
}

struct Table {
    rows: Vec<String>,
    salt: u32,
}

impl Table {
    #[parallelize(slice_fn = looked_up_all)]
    fn looked_up(&self, x: &u32) -> &str {
        &self.rows[*x as usize % self.rows.len()]
    }

    #[parallelize(slice_fn = all_of)]
    fn of(salt: u32) -> Self {
        Self { rows: Vec::new(), salt }
    }

    /// Nothing here says that it belongs to a type.
    #[parallelize(slice_fn = Self::lens)]
    fn len(word: &str) -> usize {
        word.len()
    }

    #[parallelize(slice_fn = salts)]
    fn salt(table: &Self, offset: &u32) -> u32 {
        table.salt ^ offset
    }
}

#[derive(Clone, Copy)]
struct Key<'k>(&'k u32);

impl<'k> Key<'k> {
    #[parallelize(slice_fn = with_all)]
    fn with<'x>(self, x: &'x u32, longer: bool) -> (&'k u32, Option<&'x u32>) {
        (self.0, longer.then_some(x))
    }
}

trait Mixer: Sync {
    /// The signature is enough: each type has its own function and the same companion.
    #[parallelize(slice_fn = stepped_all)]
    fn stepped(&self, x: &u32) -> u32;

    fn step(&self) -> u32;

    #[parallelize(slice_fn = mixed_all)]
    fn mixed(&self, x: u32) -> u32 {
        x ^ self.step()
    }
}

impl Mixer for Table {
    fn stepped(&self, x: &u32) -> u32 {
        x.wrapping_add(self.salt)
    }

    fn step(&self) -> u32 {
        self.salt
    }
}

#[test]
fn methods() {
    for len in LENGTHS {
        let (xs, ws) = (numbers(len), words(len));
        let strs: Vec<&str> = ws.iter().map(String::as_str).collect();
        let table = Table { rows: words(7), salt: 9 };
        always(|| table.looked_up_all(&xs), xs.iter().map(|x| table.looked_up(x)).collect());
        always(|| Table::salts(&Table::all_of(&xs), &3), xs.iter().map(|x| x ^ 3).collect());
        always(|| Table::lens(&strs), strs.iter().map(|w| Table::len(w)).collect());
        always(|| table.mixed_all(&xs), xs.iter().map(|x| table.mixed(*x)).collect());
        always(|| table.stepped_all(&xs), xs.iter().map(|x| x + 9).collect());
        let key = Key(&5);
        always(|| key.with_all(&xs, true), xs.iter().map(|x| (&5, Some(x))).collect());
    }
}

/// Every lint that the user's own attributes name holds for the companion too.
mod documented {
    #![deny(deprecated, unused_must_use, clippy::all, clippy::pedantic)]

    /// One more.
    #[amorsize::parallelize(slice_fn = inc_all)]
    #[must_use]
    #[deprecated(note = "count yourself")]
    #[expect(clippy::cast_possible_truncation, clippy::trivially_copy_pass_by_ref)]
    pub(super) fn inc(x: &u64) -> u32 {
        (x + 1) as u32
    }
}

#[test]
#[expect(deprecated)]
fn attributes_are_carried() {
    assert_eq!(documented::inc_all(&[1, 2]), [2, 3]);
}

#[cfg(any())]
#[parallelize(slice_fn = never)]
fn not_there(x: &Missing) -> Missing {
    x.clone()
}

/// The tuned file and the reports name the companion, or the key that it was given.
#[test]
fn the_companion_is_what_is_tuned() {
    assert_eq!(norms(&points(3), 1.0).len(), 3);
    assert_eq!(local(&[8]), [4]);
    let decisions = amorsize::decisions().to_string();
    assert!(decisions.contains("slice_fn::norms"), "{decisions}");
    assert!(decisions.contains("forms::slice_fn::halves"), "{decisions}");
}
