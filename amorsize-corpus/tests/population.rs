//! Which functions the floor counts.

use amorsize_corpus::population::Standing::{self, ChangesOthers, Counted, NoLoop, OverOthers};
use amorsize_corpus::population::standing;

fn check(expected: Standing, functions: &[&str]) {
    for function in functions {
        assert_eq!(standing(&syn::parse_str(function).unwrap()), expected, "{function}");
    }
}

#[test]
fn counts_loops_and_chains_over_slices() {
    check(
        Counted,
        &[
            "fn f(xs: &[u8]) -> Vec<u8> { xs.iter().map(|x| x + 1).collect() }",
            "fn f(xs: &mut [u8]) { for x in xs { *x += 1; } }",
            "fn f(xs: &mut [u8], k: u8) { for x in &mut xs[1..] { *x = k; } }",
            "fn f(xs: &[u8]) -> u8 { let mut s = 0; for &x in xs { s += x } s }",
            "fn f(xs: &[u8], ys: &mut [u8]) { for i in 0..xs.len() { ys[i] = xs[i + 1]; } }",
            "fn f(xs: &[u8]) -> u8 { (1..xs.len()).map(|i| xs[i] - xs[i - 1]).sum() }",
            "fn f(xs: &[u8], ys: &[u8]) -> u8 { xs.chunks(4).zip(ys).map(|(a, &b)| a[0] + b).sum() }",
            // What stands inside a loop or chain belongs to it.
            "fn f(xs: &[Vec<u8>]) -> usize { xs.iter().map(|x| x.iter().count()).sum() }",
            "fn f(xs: &[u8]) { for x in xs { loop { if g(x) { break } } } }",
        ],
    );
}

#[test]
fn passes_by_what_goes_over_something_else() {
    check(
        OverOthers,
        &[
            "fn f(xs: &[u8], n: usize) { for i in 0..n { g(i, xs); } }",
            "fn f(xs: &[u8]) { let mut i = 0; while i < xs.len() { i += 1; } }",
            "fn f(xs: &[Vec<u8>]) -> usize { xs[0].iter().count() }",
            "fn f(&self, xs: &[u8]) -> bool { self.ys.iter().all(|y| xs.contains(y)) }",
            "fn f(xs: &[u8], ys: Vec<u8>) { for x in xs {} for y in ys {} }",
        ],
    );
}

#[test]
fn passes_by_what_changes_something_else() {
    check(
        ChangesOthers,
        &[
            "fn f(&mut self, xs: &[u8]) { for x in xs { self.n += x } }",
            "fn f(xs: &[u8], out: &mut Vec<u8>) { for x in xs { out.push(*x) } }",
            "fn f(xs: &[u8], g: impl FnMut(u8)) { for x in xs { g(*x) } }",
            "fn f<G>(xs: &[u8], g: G) where G: FnMut(u8) { xs.iter().copied().for_each(g) }",
            "fn f(xs: &[u8]) { for x in xs { unsafe { TOTAL += x } } }",
        ],
    );
}

#[test]
fn passes_by_what_goes_over_nothing() {
    check(
        NoLoop,
        &[
            "fn f(xs: &[u8]) -> usize { xs.len() }",
            "fn f(xs: &[u8]) -> Option<u8> { xs.first().map(|x| x + 1) }",
            "fn f(xs: &mut [u8]) { xs.sort() }",
        ],
    );
}
