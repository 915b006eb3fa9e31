//! Heads of every kind, joined terminals, slices beside the first.
#![allow(clippy::double_ended_iterator_last)]

use crate::float;

twice! {
    #[parallelize]
    pub(crate) fn numbered(xs: &[u32]) -> Vec<(usize, u32)> {
        xs.iter().copied().enumerate().filter(|(i, x)| (i + *x as usize) % 3 != 0).collect()
    }

    #[parallelize]
    pub(crate) fn zipped(xs: &[u32], ys: &[u32]) -> Vec<f64> {
        xs.iter().zip(ys.iter().map(|y| float(*y))).enumerate().map(|(i, (x, y))| float(*x) * y + i as f64).collect()
    }

    #[parallelize]
    pub(crate) fn dot(xs: &[u32], ys: &[u32]) -> f64 {
        xs.iter().zip(ys).map(|(x, y)| float(*x) * float(*y)).sum()
    }

    #[parallelize]
    pub(crate) fn pieces(xs: &[u32], ys: &[u32]) -> Vec<f64> {
        xs.chunks(ys.len() % 7 + 1).map(|piece| piece.iter().map(|x| float(*x)).sum()).collect()
    }

    #[parallelize]
    pub(crate) fn exact_pieces(xs: &[u32], ys: &[u32]) -> u32 {
        xs.chunks_exact(ys.len() % 5 + 1).zip(ys).map(|(piece, y)| piece[0] ^ y).fold(7_u32, |a, x| a.rotate_left(3) ^ x)
    }

    #[parallelize]
    pub(crate) fn windows(xs: &[u32], ys: &[u32]) -> usize {
        xs.windows(ys.len() % 4 + 1).filter(|window| window[0] < window[window.len() - 1]).count()
    }

    #[parallelize]
    pub(crate) fn stencil(xs: &[u32]) -> Vec<f64> {
        (0..xs.len()).map(|i| float(xs[i.saturating_sub(1)]) - float(xs[(i + 1).min(xs.len() - 1)])).collect()
    }

    #[parallelize]
    pub(crate) fn narrowed(xs: &[u32], ys: &[u32]) -> Vec<u32> {
        let n = ys.len() / 3;
        xs.iter().skip(n).rev().take(2 * n).step_by(n % 3 + 1).map(|x| x / 3).collect()
    }

    #[parallelize]
    pub(crate) fn backwards(xs: &[u32]) -> f64 {
        xs.iter().filter(|x| **x % 2 == 0).rev().map(|x| float(*x)).sum()
    }

    #[parallelize]
    pub(crate) fn inner(xs: &[u32], ys: &[u32]) -> Vec<u32> {
        let (from, to) = (ys.len().min(xs.len()) / 2, xs.len());
        xs[from..to].iter().map(|x| x ^ xs.len() as u32).collect()
    }

    #[parallelize]
    pub(crate) fn place(xs: &[u32]) -> Option<usize> {
        xs.iter().map(|x| x % 1009).position(|x| x == 500)
    }

    #[parallelize]
    pub(crate) fn mapped(xs: &[u32]) -> Option<String> {
        xs.iter().find_map(|x| (x % 499 == 3).then(|| format!("found {x}")))
    }

    #[parallelize]
    pub(crate) fn tried(xs: &[u32]) -> Result<(), u32> {
        xs.iter().try_for_each(|x| if x % 701 == 5 { Err(*x) } else { Ok(()) })
    }

    #[parallelize]
    pub(crate) fn split_in_two(xs: &[u32]) -> (Vec<u32>, Vec<u32>) {
        xs.iter().map(|x| x + 1).partition(|x| x % 3 == 0)
    }

    #[parallelize]
    pub(crate) fn taken_apart(xs: &[u32]) -> (Vec<u32>, Vec<String>) {
        xs.iter().map(|x| (x / 2, x.to_string())).unzip()
    }

    #[parallelize]
    pub(crate) fn least_key(xs: &[u32]) -> Option<&u32> {
        xs.iter().min_by_key(|x| **x % 13)
    }

    #[parallelize]
    pub(crate) fn most_key(xs: &[u32]) -> Option<&u32> {
        xs.iter().max_by_key(|x| **x % 13)
    }

    #[parallelize]
    pub(crate) fn last(xs: &[u32]) -> Option<u32> {
        xs.iter().filter(|x| **x % 5 == 1).map(|x| x / 5).last()
    }

    #[parallelize]
    pub(crate) fn reduced(xs: &[u32]) -> Option<u32> {
        xs.iter().map(|x| x ^ 0x77).reduce(u32::wrapping_sub)
    }

    #[parallelize]
    pub(crate) fn beside(xs: &mut [f64], ys: &[u32]) {
        for (i, (x, y)) in xs.iter_mut().zip(ys).enumerate() {
            *x = *x * 0.5 + float(*y) - i as f64;
        }
    }

    #[parallelize]
    pub(crate) fn rows(xs: &mut [f64], ys: &[u32]) {
        xs.chunks_mut(ys.len() % 6 + 1).zip(ys).for_each(|(row, y)| row.reverse_with(*y));
    }

    #[parallelize]
    pub(crate) fn by_index(xs: &mut [f64], ys: &[u32]) {
        for i in 1..xs.len().min(ys.len()) {
            xs[i] += float(ys[i - 1]) / float(ys[i]);
        }
    }
}

trait ReverseWith {
    fn reverse_with(&mut self, by: u32);
}

impl ReverseWith for [f64] {
    fn reverse_with(&mut self, by: u32) {
        self.reverse();
        self[0] += f64::from(by);
    }
}

/// Every form of `split` answers over `xs` what `plain` answers, beside slices of other lengths.
pub(crate) fn same(xs: &[u32]) {
    let longer: Vec<u32> = xs.iter().rev().map(|x| x ^ 5).chain([1, 2, 3]).collect();
    macro_rules! alone {
        ($($name:ident)*) => {
            $(assert_eq!(split::$name(xs), plain::$name(xs), "{}, {} items", stringify!($name), xs.len());)*
        };
    }
    alone!(numbered place mapped tried split_in_two taken_apart last reduced);
    assert_eq!(split::least_key(xs).map(std::ptr::from_ref), plain::least_key(xs).map(std::ptr::from_ref));
    assert_eq!(split::most_key(xs).map(std::ptr::from_ref), plain::most_key(xs).map(std::ptr::from_ref));
    assert_eq!(split::backwards(xs).to_bits(), plain::backwards(xs).to_bits());
    if !xs.is_empty() {
        assert_eq!(split::stencil(xs), plain::stencil(xs));
    }
    for ys in [&longer[..], &longer[..xs.len()], &longer[..xs.len() / 2], &[]] {
        macro_rules! together {
            ($($name:ident)*) => {
                $(assert_eq!(
                    split::$name(xs, ys), plain::$name(xs, ys),
                    "{}, {} and {} items", stringify!($name), xs.len(), ys.len()
                );)*
            };
        }
        together!(zipped pieces exact_pieces windows narrowed inner);
        assert_eq!(split::dot(xs, ys).to_bits(), plain::dot(xs, ys).to_bits());
        macro_rules! changed {
            ($($name:ident)*) => {$({
                let (mut ours, mut theirs): (Vec<f64>, Vec<f64>) = xs.iter().map(|&x| (float(x), float(x))).unzip();
                split::$name(&mut ours, ys);
                plain::$name(&mut theirs, ys);
                let bits = |xs: &[f64]| xs.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
                assert_eq!(bits(&ours), bits(&theirs), "{}, {} and {} items", stringify!($name), xs.len(), ys.len());
            })*};
        }
        changed!(beside rows by_index);
    }
}
