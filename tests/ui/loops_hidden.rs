//! A `return` that a macro hides.
use amorsize::parallelize;

macro_rules! leave_at_zero {
    ($x:expr) => {
        if $x == 0 {
            return;
        }
    };
}

#[parallelize]
fn hidden_return(xs: &mut [u32]) {
    for x in xs {
        leave_at_zero!(*x);
        *x -= 1;
    }
}

fn main() {}
