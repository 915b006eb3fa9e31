//! Loops over indices that change slices at their own index.
#![allow(
    clippy::cast_possible_wrap,
    clippy::manual_memcpy,
    clippy::needless_range_loop,
    clippy::redundant_closure_call
)]

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::{LENGTHS, floats, numbers, twice};

/// A point with a method of its own.
#[derive(Clone, Debug, Default, PartialEq)]
struct Point {
    x: f64,
    y: f64,
    seen: Vec<usize>,
}

impl std::ops::AddAssign<&Self> for Point {
    fn add_assign(&mut self, other: &Self) {
        self.x += other.x;
        self.y += other.y;
    }
}

impl Point {
    fn turn(&mut self) {
        std::mem::swap(&mut self.x, &mut self.y);
    }
}

fn halve(x: &mut f64) {
    *x /= 2.0;
}

twice! {
    #[parallelize]
    pub(super) fn copied(dst: &mut [f64], src: &[f64]) {
        for i in 0..dst.len() {
            dst[i] = src[i] * 2.0;
        }
    }

    #[parallelize]
    pub(super) fn stencil(src: &[f64], dst: &mut [f64]) {
        let n = src.len();
        for i in 1..n.saturating_sub(1) {
            dst[i] = 0.25 * src[i - 1] + 0.5 * src[i] + 0.25 * src[i + 1];
        }
    }

    #[parallelize]
    pub(super) fn inclusive(dst: &mut [f64], src: &[f64], last: usize) {
        for i in 1..=last {
            dst[i] += src[i - 1];
        }
    }

    #[parallelize]
    pub(super) fn in_place(xs: &mut [f64], k: f64) -> f64 {
        for i in 0..xs.len() {
            xs[i] = xs[i] * k + i as f64 / xs.len() as f64;
        }
        xs.iter().map(|x| x.abs()).fold(0.0, f64::max)
    }

    #[parallelize]
    pub(super) fn several(a: &mut [f64], b: &mut [f64], src: &[f64]) {
        for i in 0..src.len() {
            let half = src[i] / 2.0;
            if half > 3.0 {
                a[i] = half;
                continue;
            }
            b[i] -= a[i] + half;
            std::mem::swap(&mut a[i], &mut b[i]);
        }
    }

    #[parallelize]
    pub(super) fn converted(dst: &mut [f64], n: u32) {
        for i in 0..n {
            dst[i as usize] = f64::from(i) + dst[(i) as usize];
        }
    }

    #[parallelize]
    pub(super) fn signed(dst: &mut [f64], from: i32, to: i32) {
        for i in from..to {
            dst[i as usize] -= f64::from(i);
        }
    }

    #[parallelize]
    pub(super) fn small(dst: &mut [f64], to: u8) {
        for i in 0..=to {
            dst[usize::from(i)] -= f64::from(i);
        }
    }

    #[parallelize]
    pub(super) fn literals(dst: &mut [f64]) {
        for i in 1..100 {
            dst[i] = 4.0;
        }
    }

    #[parallelize]
    pub(super) fn rows(rows: &mut [Vec<f64>], src: &[f64]) {
        for i in 0..rows.len() {
            for j in 0..rows[i].len() {
                rows[i][j] += src[(i + j) % src.len()];
            }
            rows[i].push(i as f64);
            let width = rows[i].len();
            rows[i][width - 1] += 1.0;
        }
    }

    #[parallelize]
    pub(super) fn triples(grid: &mut [[f64; 3]], src: &[f64]) {
        for r in 0..src.len() {
            for c in 0..3 {
                grid[r][c] = src[r] * c as f64;
            }
            let [a, b, _] = &mut grid[r];
            std::mem::swap(a, b);
        }
    }

    #[parallelize]
    pub(super) fn points(points: &mut [Point], shift: &[Point]) {
        for i in 0..shift.len() {
            points[i].x += points[i].y;
            points[i] += &shift[i];
            let (x, y) = (&mut points[i].x, &mut points[i].y);
            std::mem::swap(x, y);
            points[i].turn();
            points[i].seen.push(i);
            if let Some(last) = points[i].seen.last_mut() {
                *last += 1;
            }
            for seen in &mut points[i].seen {
                *seen ^= 1;
            }
        }
    }

    #[parallelize]
    pub(super) fn lent(xs: &mut [f64]) {
        for i in 0..xs.len() {
            halve(&mut xs[i]);
            if let Some(x) = xs.get_mut(i) {
                *x += 1.0;
            }
            let own = xs.get(i).copied();
            debug_assert_eq!(own, Some(xs[i]), "at {i}: {}", xs[i]);
            assert!(!xs.is_empty() && i < xs.len() && xs[i].is_finite());
        }
    }

    // A part of the slice, under a name of its own.
    #[parallelize]
    pub(super) fn halves(xs: &mut [f64]) {
        let (front, back) = xs.split_at_mut(xs.len() / 2);
        for i in 0..front.len() {
            front[i] += back[back.len() - 1 - i];
        }
    }

    // One statement of several, in a branch.
    #[parallelize]
    pub(super) fn in_a_branch(dst: &mut [f64], src: &[f64], k: f64) -> Option<f64> {
        let scaled: Vec<f64> = src.iter().map(|x| x * k).collect();
        if k > 0.0 {
            for i in 0..dst.len().min(scaled.len()) {
                if i % 2 == 0 {
                    continue;
                }
                dst[i] = scaled[i] - scaled[scaled.len() - 1 - i];
            }
            dst.reverse();
        }
        dst.first().copied()
    }

    #[parallelize]
    pub(super) fn in_steps(a: &mut [f64], b: &mut [f64], steps: usize) {
        for _ in 0..steps {
            for i in 1..a.len() - 1 {
                b[i] = (a[i - 1] + a[i + 1]) / 3.0;
            }
            for i in 1..a.len() - 1 {
                a[i] = b[i];
            }
        }
    }

    #[parallelize]
    pub(super) fn labelled(xs: &mut [u32]) {
        'cells: for i in 0..xs.len() {
            loop {
                if xs[i] % 3 == 0 {
                    continue 'cells;
                }
                if xs[i] > 1 << 20 {
                    break;
                }
                xs[i] = xs[i].wrapping_mul(5) | 1 << 19;
            }
            let add = |by: u32| xs[i].wrapping_add(by);
            xs[i] = add(7) ^ add(8);
        }
    }

    #[parallelize]
    pub(super) fn inner(rows: &mut [f64], a: &[f64], b: &[f64]) {
        for k in 0..a.len() {
            for j in 0..rows.len() {
                rows[j] += a[k] * b[j];
            }
        }
    }

    #[parallelize]
    pub(super) fn generic<T: Copy + Send + Sync, const N: usize>(dst: &mut [[T; N]], src: &[T]) {
        for i in 0..dst.len() {
            dst[i] = [src[i % src.len()]; N];
        }
    }

    #[parallelize]
    pub(super) fn opaque(dst: &mut [impl From<u8> + Send]) {
        for i in 0..dst.len() {
            dst[i] = (i as u8).into();
        }
    }

    #[parallelize]
    pub(super) fn range_of(dst: &mut [f64], bounds: &mut dyn FnMut() -> usize) {
        for i in bounds()..(bounds()) {
            dst[i] = 1.5;
        }
    }
}

/// What a change makes of floats, and the panic that it ends in.
fn changed(len: usize, change: &dyn Fn(&mut [f64])) -> (Vec<u64>, Option<String>) {
    let mut xs = floats(len);
    let payload = catch_unwind(AssertUnwindSafe(|| change(&mut xs))).err();
    let message = payload.map(|payload| match payload.downcast::<String>() {
        Ok(text) => *text,
        Err(payload) => (*payload.downcast::<&str>().expect("a message")).to_owned(),
    });
    (xs.iter().map(|x| x.to_bits()).collect(), message)
}

#[test]
fn same_as_plain() {
    for len in LENGTHS {
        let xs = floats(len);
        macro_rules! same {
            ($($name:ident(|$dst:ident| $($argument:expr),*);)*) => {$(
                assert_eq!(
                    changed(len, &|$dst| { split::$name($($argument),*); }),
                    changed(len, &|$dst| { plain::$name($($argument),*); }),
                );
            )*};
        }
        same! {
            copied(|dst| dst, &xs);
            stencil(|dst| &xs, dst);
            inclusive(|dst| dst, &xs, len.max(1) - 1);
            in_place(|dst| dst, 1.5);
            converted(|dst| dst, len as u32);
            signed(|dst| dst, 0, len as i32);
            signed(|dst| dst, 1, len as i32 - 1);
            small(|dst| dst, len.clamp(1, 256) as u8 - 1);
            literals(|dst| dst);
            lent(|dst| dst);
            halves(|dst| dst);
            in_a_branch(|dst| dst, &xs, 0.3);
            in_a_branch(|dst| dst, &xs[..len / 2], 0.3);
            inner(|dst| dst, &xs[..len.min(7)], &xs);
        }
        for name in [split::several, plain::several] {
            let mut b = floats(len);
            let (a, message) = changed(len, &|a| name(a, &mut floats(len), &xs));
            assert_eq!((a.len(), message), (len, None));
            name(&mut floats(len), &mut b, &xs);
        }
        let both = |name: fn(&mut [f64], &mut [f64], &[f64])| {
            let (mut a, mut b) = (floats(len), floats(len));
            b.reverse();
            name(&mut a, &mut b, &xs);
            (a, b)
        };
        assert_eq!(both(split::several), both(plain::several));
        let stepped =
            |name: fn(&mut [f64], &mut [f64], usize)| changed(len, &|a| name(a, &mut vec![0.0; len], 3));
        assert_eq!(stepped(split::in_steps), stepped(plain::in_steps));
        let (mut a, mut b) = (numbers(len), numbers(len));
        split::labelled(&mut a);
        plain::labelled(&mut b);
        assert_eq!(a, b);
        let counted = [split::range_of, plain::range_of].map(|name| {
            let mut count = 0;
            name(&mut floats(len), &mut || {
                count += 1;
                if count == 1 { 0 } else { len }
            });
            count
        });
        assert_eq!(counted, [2, 2], "the ends of a range are evaluated once");
    }
}

#[test]
fn elements_of_every_kind() {
    for len in LENGTHS {
        let xs = floats(len);
        let points: Vec<Point> = xs.iter().map(|&x| Point { x, y: x / 2.0, seen: vec![3] }).collect();
        let (mut a, mut b) = (points.clone(), points.clone());
        split::points(&mut a, &points);
        plain::points(&mut b, &points);
        assert_eq!(a, b);
        let matrix: Vec<Vec<f64>> = (0..len).map(|i| xs[..i % 5].to_vec()).collect();
        let (mut a, mut b) = (matrix.clone(), matrix);
        split::rows(&mut a, &[1.0, 2.5, 4.0]);
        plain::rows(&mut b, &[1.0, 2.5, 4.0]);
        assert_eq!(a, b);
        let (mut a, mut b) = (vec![[1.0; 3]; len + 2], vec![[1.0; 3]; len + 2]);
        split::triples(&mut a, &xs);
        plain::triples(&mut b, &xs);
        assert_eq!(a, b);
        let (mut a, mut b) = (vec![[0_u8; 4]; len], vec![[0_u8; 4]; len]);
        split::generic(&mut a, &[1, 2, 3]);
        plain::generic(&mut b, &[1, 2, 3]);
        assert_eq!(a, b);
        let (mut a, mut b) = (vec![0_u32; len], vec![0_u32; len]);
        split::opaque(&mut a);
        plain::opaque(&mut b);
        assert_eq!(a, b);
    }
}

/// A slice that is shorter than the range: the plain loop changes what comes before, and panics.
#[test]
fn panics_of_the_plain_loop_stay() {
    let src = floats(10_000);
    for len in [0, 1, 3, 99, 9_000] {
        let long = |name: fn(&mut [f64], &[f64], usize)| changed(len, &|dst| name(dst, &src, 9_999));
        let (xs, message) = long(split::inclusive);
        assert!(
            message.as_ref().is_some_and(|text| text.contains(&format!("the len is {len}"))),
            "{message:?}"
        );
        assert_eq!((xs, message), long(plain::inclusive));
        for (from, to) in [(0, 9_999), (-3, 50), (-1, 2), (5, 3)] {
            let signed = |name: fn(&mut [f64], i32, i32)| changed(len, &|dst| name(dst, from, to));
            assert_eq!(signed(split::signed), signed(plain::signed));
        }
        let literals = |name: fn(&mut [f64])| changed(len, &|dst| name(dst));
        assert_eq!(literals(split::literals), literals(plain::literals));
        // The second slice is the short one.
        let second =
            |name: fn(&mut [f64], &mut [f64], &[f64])| changed(len, &|b| name(&mut floats(10_000), b, &src));
        assert_eq!(second(split::several), second(plain::several));
    }
    let endless = |name: fn(&mut [f64], &[f64], usize)| changed(5, &|dst| name(dst, &src, usize::MAX));
    assert_eq!(endless(split::inclusive), endless(plain::inclusive));
}

#[test]
fn the_same_under_any_cut() {
    for lens in [&[1][..], &[7, 0, 64], &[1000]] {
        for reversed in [false, true] {
            amorsize::testing::with_split(lens, reversed, || {
                same_as_plain();
                elements_of_every_kind();
                panics_of_the_plain_loop_stay();
            });
        }
    }
    for seed in 0..4 {
        amorsize::testing::with_shuffle(seed, &[], 3, || {
            same_as_plain();
            elements_of_every_kind();
            panics_of_the_plain_loop_stay();
        });
    }
}

#[test]
fn panics_are_told_at_the_users_line() {
    thread_local! {
        static LINE: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
    }
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        LINE.set(info.location().map_or(0, std::panic::Location::line));
        before(info);
    }));
    let line = |name: fn(&mut [f64])| {
        let (_, message) = changed(3, &|dst| name(dst));
        assert!(message.is_some());
        LINE.get()
    };
    assert_eq!(line(split::literals), line(plain::literals));
    assert!(line(split::literals) > 0);
}
