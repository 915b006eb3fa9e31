//! Totals over a million numbers: plain, as an ordered tail, and in leaves (`reassociate`), serially and in parallel.
//!
//! `cargo bench -p amorsize-bench --bench totals`.

use std::hint::black_box;

use amorsize::parallelize;
use amorsize_bench::{arm, human, interleave};

macro_rules! totals {
    ($($module:ident: |$x:ident| $item:expr, $ty:ty;)*) => {$(
        mod $module {
            use super::parallelize;

            #[inline(never)]
            pub(super) fn plain(xs: &[$ty]) -> $ty {
                xs.iter().map(|$x| $item).sum()
            }

            #[parallelize]
            pub(super) fn in_order(xs: &[$ty]) -> $ty {
                xs.iter().map(|$x| $item).sum()
            }

            #[parallelize(reassociate)]
            pub(super) fn in_leaves(xs: &[$ty]) -> $ty {
                xs.iter().map(|$x| $item).sum()
            }

            #[parallelize(reassociate, serial)]
            pub(super) fn alone(xs: &[$ty]) -> $ty {
                xs.iter().map(|$x| $item).sum()
            }
        }
    )*};
}

totals! {
    as_they_are: |x| *x, f64;
    squares: |x| x * x + 1.0, f64;
    sines: |x| x.sin(), f64;
    singles: |x| x * 0.5, f32;
}

fn main() {
    println!(
        "{:<12} {:>9} {:>12} {:>12} {:>12} {:>12} {:>12}",
        "item", "n", "plain", "noise", "in order", "leaves", "alone"
    );
    macro_rules! row {
        ($module:ident, $n:expr, $rounds:expr) => {
            let xs: Vec<_> = (0..$n).map(|k| ((k * 37 % 1_000) as f32 * 1e-3).into()).collect();
            let mut arms = [
                arm("plain", || $module::plain(black_box(&xs))),
                arm("noise", || $module::plain(black_box(&xs))),
                arm("in order", || $module::in_order(black_box(&xs))),
                arm("leaves", || $module::in_leaves(black_box(&xs))),
                arm("alone", || $module::alone(black_box(&xs))),
            ];
            let calls = 1 + 1_000_000 / ($n + 20) / 4;
            let times: Vec<String> = interleave($rounds, calls, &mut arms)
                .into_iter()
                .map(|ns| format!("{:>12}", human(ns)))
                .collect();
            println!("{:<12} {:>9} {}", stringify!($module), $n, times.join(" "));
        };
    }
    for n in [100_usize, 1_000, 1_024, 4_096, 100_000, 1_000_000] {
        row!(as_they_are, n, 51);
        row!(squares, n, 51);
        row!(sines, n, 31);
        row!(singles, n, 51);
    }
    println!("\n{}", amorsize::decisions());
}
