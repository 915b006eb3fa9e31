//! A function that nobody calls, or whose own items nobody uses, is reported as without the attribute. (rustc looks for
//! these only where it has no other errors.)
#![deny(dead_code, unfulfilled_lint_expectations)]

use amorsize::parallelize;

struct Unused;

impl Unused {
    #[parallelize]
    fn method(&self, xs: &[u32]) -> usize {
        xs.iter().filter(|x| **x > 3).count()
    }
}

#[parallelize]
fn never_called(xs: &[u32]) -> usize {
    xs.iter().filter(|x| **x > 3).count()
}

#[parallelize]
#[expect(dead_code)]
fn expected(xs: &[u32]) -> usize {
    xs.iter().filter(|x| **x > 3).count()
}

#[parallelize]
fn called(xs: &[u32]) -> usize {
    const UNUSED: u32 = 3;
    fn unused() {}
    xs.iter().filter(|x| **x > 3).count()
}

fn main() {
    called(&[1]);
}
