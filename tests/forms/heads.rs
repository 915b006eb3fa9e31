//! What chains and loops go over: pieces of slices, ranges, the index, and other slices beside the first.

use crate::{LENGTHS, floats, numbers, twice};

twice! {
    #[parallelize]
    pub(crate) fn numbered(xs: &[u32]) -> Vec<(usize, u32)> {
        xs.iter().enumerate().map(|(i, x)| (i, x ^ 5)).collect()
    }

    #[parallelize]
    pub(crate) fn numbered_late(xs: &[u32]) -> Vec<usize> {
        xs.iter().copied().map(|x| x as usize % 9).enumerate().filter(|(i, x)| i % 9 == *x).map(|(i, _)| i).collect()
    }

    #[parallelize]
    pub(crate) fn neighbours(xs: &[f64]) -> Vec<f64> {
        xs.iter().enumerate().map(|(i, x)| x - xs[i.saturating_sub(1)]).collect()
    }

    #[parallelize]
    pub(crate) fn dot(xs: &[f64], ys: &[f64]) -> f64 {
        xs.iter().zip(ys).map(|(x, y)| x * y).sum()
    }

    #[parallelize]
    pub(crate) fn beside(xs: &[f64], ys: &[f64], k: f64) -> Vec<(f64, f64, u8)> {
        xs.iter().copied().zip(ys.iter().map(|y| y * k)).zip(3_u8..).map(|((x, y), n)| (x, y, n)).collect()
    }

    #[parallelize]
    pub(crate) fn places_beside(xs: &[u32], ys: &[f64]) -> Vec<(usize, u32, f64)> {
        xs.iter().zip(ys.iter().copied().enumerate()).map(|(x, (i, y))| (i, *x, y)).collect()
    }

    #[parallelize]
    pub(crate) fn twice_beside(xs: &[u32], ys: &[f64]) -> usize {
        xs.iter().zip(ys.iter().zip(xs.to_vec().iter())).filter(|(x, (y, z))| f64::from(**x + **z) > **y).count()
    }

    #[parallelize]
    pub(crate) fn any_beside(xs: &[f64], ys: &[f64]) -> bool {
        xs.iter().zip(ys).enumerate().any(|(i, (x, y))| i > 50 && x + y > 1e4)
    }

    #[parallelize]
    pub(crate) fn sums(xs: &[f64], size: usize) -> Vec<f64> {
        xs.chunks(size.max(1)).map(|piece| piece.iter().sum()).collect()
    }

    #[parallelize]
    pub(crate) fn full(xs: &[u32]) -> Vec<(usize, u32)> {
        xs.chunks_exact(3).enumerate().map(|(i, piece)| (i, piece[0] ^ piece[2])).collect()
    }

    #[parallelize]
    pub(crate) fn rising(xs: &[u32], span: usize) -> usize {
        xs.windows(span + 1).filter(|window| window[0] < window[span]).count()
    }

    #[parallelize]
    pub(crate) fn ordered_pieces(xs: &[f64]) -> f64 {
        xs.chunks(7).zip(xs.windows(2)).map(|(piece, two)| piece[0] * two[0]).fold(0.5, |a, x| a / 2.0 + x)
    }

    #[parallelize]
    pub(crate) fn smooth(xs: &[f64]) -> Vec<f64> {
        (0..xs.len()).map(|i| xs[i.saturating_sub(1)..(i + 2).min(xs.len())].iter().sum::<f64>() / 3.0).collect()
    }

    #[parallelize]
    pub(crate) fn triangle(xs: &[u32]) -> Vec<u64> {
        (0..=xs.len() as u64).filter(|n| n % 3 != 0).map(|n| n * (n + 1) / 2).collect()
    }

    #[parallelize]
    pub(crate) fn pairs(xs: &[f64]) -> usize {
        let near = |a: f64, b: f64| (a - b).abs() < 2.0;
        (0..xs.len().min(200)).map(|i| (i + 1..xs.len().min(200)).filter(|&j| near(xs[i], xs[j])).count()).sum()
    }

    #[parallelize]
    pub(crate) fn primes(from: i32, to: i32) -> Vec<i32> {
        (from..to).filter(|&n| n > 1 && (2..n).take_while(|k| k * k <= n).all(|k| n % k != 0)).collect()
    }

    #[parallelize]
    pub(crate) fn some(xs: &[u32], n: usize) -> Vec<(usize, u32)> {
        xs.iter().skip(n).take(3 * n).enumerate().map(|(i, x)| (i, x / 2)).collect()
    }

    #[parallelize]
    pub(crate) fn backwards(xs: &[f64]) -> f64 {
        xs.iter().map(|x| x * 0.5).rev().enumerate().map(|(i, x)| x / (i + 1) as f64).sum()
    }

    #[parallelize]
    pub(crate) fn last_large(xs: &[u32]) -> Option<&u32> {
        xs.iter().filter(|x| **x % 2 == 1).rev().find(|x| **x % 101 == 7)
    }

    #[parallelize]
    pub(crate) fn every(xs: &[u32], n: usize) -> Vec<u32> {
        xs.iter().step_by(n + 1).map(|x| x ^ 3).collect()
    }

    #[parallelize]
    pub(crate) fn differences(xs: &[f64]) -> Vec<f64> {
        xs.iter().zip(xs.iter().skip(1)).map(|(a, b)| b - a).collect()
    }

    #[parallelize]
    pub(crate) fn mirrored(xs: &[u32], ys: &[f64]) -> Vec<f64> {
        xs.iter().zip(ys.iter().rev()).rev().skip(2).map(|(x, y)| f64::from(*x) - y).collect()
    }

    #[parallelize]
    pub(crate) fn countdown(xs: &[u32]) -> Vec<u64> {
        (0..xs.len()).rev().map(|i| u64::from(xs[i]) * i as u64).collect()
    }

    #[parallelize]
    pub(crate) fn inner_rows(xs: &mut [f64], n: usize) {
        for (i, x) in xs.iter_mut().skip(n).step_by(2).enumerate() {
            *x += i as f64;
        }
        for row in xs.chunks_mut(5).rev() {
            row[0] = 1.5;
        }
    }

    #[parallelize]
    pub(crate) fn horner(xs: &[f64]) -> Vec<f64> {
        let mut powers = vec![1.0];
        for x in xs.iter().rev() {
            powers.push(x * 0.5);
        }
        powers
    }

    #[parallelize]
    pub(crate) fn placed_loop(xs: &mut [f64]) {
        for (i, x) in xs.iter_mut().enumerate() {
            *x += i as f64;
        }
    }

    #[parallelize]
    pub(crate) fn add(xs: &mut [f64], ys: &[f64]) {
        for (x, y) in xs.iter_mut().zip(ys) {
            *x += y;
        }
    }

    #[parallelize]
    pub(crate) fn into(xs: &[f64], ys: &mut [f64]) {
        for (x, y) in xs.iter().zip(ys.iter_mut()) {
            *y = x.sqrt();
        }
    }

    #[parallelize]
    pub(crate) fn into_each(xs: &[f64], ys: &mut [f64]) {
        xs.iter().zip(ys).enumerate().for_each(|(i, (x, y))| *y = x + i as f64);
    }

    #[parallelize]
    pub(crate) fn rows(xs: &mut [f64], width: usize) {
        xs.chunks_mut(width).enumerate().for_each(|(row, xs)| xs.iter_mut().for_each(|x| *x *= row as f64));
    }

    #[parallelize]
    pub(crate) fn rows_loop(xs: &mut [f64], ys: &[f64]) {
        for ((row, xs), y) in xs.chunks_exact_mut(4).enumerate().zip(ys) {
            xs[row % 4] = *y;
        }
    }
}

#[test]
fn heads_of_every_kind() {
    for len in LENGTHS {
        let (ns, xs) = (numbers(len), floats(len));
        for other in [0, len / 2, len, len + 9] {
            let ys = floats(other);
            assert_eq!(split::dot(&xs, &ys).to_bits(), plain::dot(&xs, &ys).to_bits());
            assert_eq!(split::places_beside(&ns, &ys), plain::places_beside(&ns, &ys));
            assert_eq!(split::twice_beside(&ns, &ys), plain::twice_beside(&ns, &ys));
            assert_eq!(split::any_beside(&xs, &ys), plain::any_beside(&xs, &ys));
            assert_eq!(split::mirrored(&ns, &ys), plain::mirrored(&ns, &ys));
            if len.min(other) < 250 {
                assert_eq!(split::beside(&xs, &ys, 0.3), plain::beside(&xs, &ys, 0.3));
            }
        }
        assert_eq!(split::numbered(&ns), plain::numbered(&ns));
        assert_eq!(split::numbered_late(&ns), plain::numbered_late(&ns));
        assert_eq!(split::neighbours(&xs), plain::neighbours(&xs));
        assert_eq!(split::sums(&xs, 13), plain::sums(&xs, 13));
        assert_eq!(split::full(&ns), plain::full(&ns));
        assert_eq!(split::rising(&ns, 4), plain::rising(&ns, 4));
        assert_eq!(split::ordered_pieces(&xs).to_bits(), plain::ordered_pieces(&xs).to_bits());
        for n in [0, 1, 30, len] {
            assert_eq!(split::some(&ns, n), plain::some(&ns, n));
            assert_eq!(split::every(&ns, n), plain::every(&ns, n));
        }
        assert_eq!(split::backwards(&xs).to_bits(), plain::backwards(&xs).to_bits());
        assert_eq!(split::last_large(&ns), plain::last_large(&ns));
        assert_eq!(split::differences(&xs), plain::differences(&xs));
        assert_eq!(split::countdown(&ns), plain::countdown(&ns));
        assert_eq!(split::horner(&xs), plain::horner(&xs));
        assert_eq!(split::smooth(&xs), plain::smooth(&xs));
        assert_eq!(split::triangle(&ns), plain::triangle(&ns));
        assert_eq!(split::pairs(&xs), plain::pairs(&xs));
        let end = i32::try_from(len).expect("short");
        assert_eq!(split::primes(-7, end), plain::primes(-7, end));
    }
}

#[test]
fn loops_over_heads_of_every_kind() {
    for len in LENGTHS {
        let changed = |change: &dyn Fn(&mut [f64])| {
            let mut xs = floats(len);
            change(&mut xs);
            xs.iter().map(|x| x.to_bits()).collect::<Vec<_>>()
        };
        for other in [0, len / 2, len, len + 9] {
            let ys = floats(other);
            assert_eq!(changed(&|xs| split::add(xs, &ys)), changed(&|xs| plain::add(xs, &ys)));
            assert_eq!(changed(&|xs| split::into(&ys, xs)), changed(&|xs| plain::into(&ys, xs)));
            assert_eq!(changed(&|xs| split::into_each(&ys, xs)), changed(&|xs| plain::into_each(&ys, xs)));
            assert_eq!(changed(&|xs| split::rows_loop(xs, &ys)), changed(&|xs| plain::rows_loop(xs, &ys)));
        }
        assert_eq!(changed(&|xs| split::inner_rows(xs, 3)), changed(&|xs| plain::inner_rows(xs, 3)));
        assert_eq!(changed(&|xs| split::placed_loop(xs)), changed(&|xs| plain::placed_loop(xs)));
        assert_eq!(changed(&|xs| split::rows(xs, 11)), changed(&|xs| plain::rows(xs, 11)));
    }
}

#[test]
fn the_same_under_any_cut() {
    for lens in [&[1][..], &[7, 0, 64], &[1000]] {
        for reversed in [false, true] {
            amorsize::testing::with_split(lens, reversed, || {
                heads_of_every_kind();
                loops_over_heads_of_every_kind();
            });
        }
    }
}

#[test]
fn panics_of_std_stay() {
    let message = |run: &(dyn Fn() + std::panic::RefUnwindSafe)| {
        let payload = std::panic::catch_unwind(run).expect_err("panics");
        match payload.downcast::<String>() {
            Ok(text) => *text,
            Err(payload) => (*payload.downcast::<&str>().expect("a message")).to_owned(),
        }
    };
    let rows = |of: fn(&mut [f64], usize)| message(&move || of(&mut [1.0], 0));
    assert_eq!(rows(split::rows), rows(plain::rows));
    let smaller = |of: fn(&[f64], &[f64], f64) -> Vec<_>| {
        message(&move || drop::<Vec<(f64, f64, u8)>>(of(&[1.0; 300], &[1.0; 300], 1.0)))
    };
    if cfg!(debug_assertions) {
        assert_eq!(smaller(split::beside), smaller(plain::beside));
    }
}
