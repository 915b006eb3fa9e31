//! What index loops cost: surely serial calls against the plain function, and parts as a thread runs them.
//!
//! Target: nothing measurable from n = 256 on, as for other loops; parts as fast as the plain loop.

// The plain functions are the annotated ones, word for word.
#![allow(clippy::needless_range_loop)]

use amorsize::parallelize;
use amorsize_bench::{arm, interleave};
use std::hint::black_box;

macro_rules! stencils {
    ($($name:ident $plain:ident $kind:ty: $half:literal $quarter:literal;)*) => {$(
        #[parallelize]
        fn $name(dst: &mut [$kind], src: &[$kind]) {
            let n = src.len();
            for i in 1..n - 1 {
                dst[i] = $quarter * src[i - 1] + $half * src[i] + $quarter * src[i + 1];
            }
        }

        #[inline(never)]
        fn $plain(dst: &mut [$kind], src: &[$kind]) {
            let n = src.len();
            for i in 1..n - 1 {
                dst[i] = $quarter * src[i - 1] + $half * src[i] + $quarter * src[i + 1];
            }
        }
    )*};
}

stencils! {
    stencil_f32 stencil_f32_plain f32: 0.5 0.25;
    stencil_f64 stencil_f64_plain f64: 0.5 0.25;
}

#[parallelize]
fn scale(dst: &mut [f32], k: f32) {
    for i in 0..dst.len() {
        dst[i] = dst[i] * k + 1.0;
    }
}

#[inline(never)]
fn scale_plain(dst: &mut [f32], k: f32) {
    for i in 0..dst.len() {
        dst[i] = dst[i] * k + 1.0;
    }
}

fn row(form: &str, n: usize, times: &[f64]) {
    let (plain, noise, amorsize, parts) = (times[0], times[1], times[2], times[3]);
    println!(
        "{form:<12} {n:>5}  {plain:>9.2}  {:>+7.2}  {:>+7.2}  {:>6.3}  {:>6.3}",
        noise - plain,
        amorsize - plain,
        amorsize / plain,
        parts / plain
    );
}

fn main() {
    println!(
        "medians in ns per call; `noise` is a second plain arm, `parts` is one part on the way of a split call\n"
    );
    println!(
        "{:<12} {:>5}  {:>9}  {:>7}  {:>7}  {:>6}  {:>6}",
        "form", "n", "plain", "noise", "added", "ratio", "parts"
    );
    for n in [16, 256, 8192, 100_000] {
        let calls = 400_000 / (n + 20);
        macro_rules! measure {
            ($form:literal $kind:ty: |$dst:ident, $src:ident| $plain:expr, $amorsize:expr) => {
                let $src = vec![1.5 as $kind; n];
                let mut dsts = [(); 4].map(|()| vec![0.5 as $kind; n]);
                let [a, b, c, d] = &mut dsts;
                let mut arms = [
                    arm("plain", || {
                        let $dst = black_box(&mut a[..]);
                        $plain
                    }),
                    arm("noise", || {
                        let $dst = black_box(&mut b[..]);
                        $plain
                    }),
                    arm("amorsize", || {
                        let $dst = black_box(&mut c[..]);
                        $amorsize
                    }),
                    arm("parts", || {
                        let $dst = black_box(&mut d[..]);
                        amorsize::testing::with_split(&[], false, || $amorsize);
                    }),
                ];
                row($form, n, &interleave(101, calls.max(3), &mut arms));
            };
        }
        measure!("stencil f32" f32: |dst, src| stencil_f32_plain(dst, black_box(&src)), stencil_f32(dst, black_box(&src)));
        measure!("stencil f64" f64: |dst, src| stencil_f64_plain(dst, black_box(&src)), stencil_f64(dst, black_box(&src)));
        measure!("in place" f32: |dst, _src| scale_plain(dst, black_box(0.5)), scale(dst, black_box(0.5)));
    }
}
