//! State that only types show: rustc refuses it because every part would have its own copy.
use amorsize::parallelize;

#[parallelize]
fn given<F: FnMut(&u32) -> u32 + Copy + Sync>(xs: &[u32], f: F) -> Vec<u32> {
    xs.iter().map(f).collect()
}

#[parallelize]
fn local(xs: &[u32]) -> Vec<u32> {
    let mut n = 0;
    let f = move |x: &u32| {
        n += 1;
        x + n
    };
    xs.iter().map(f).collect()
}

#[parallelize]
fn in_a_block(xs: &[u32], seed: u32) -> Vec<u32> {
    xs.iter()
        .map({
            let mut n = seed;
            move |x| {
                n += 1;
                x + n
            }
        })
        .collect()
}

macro_rules! bump {
    ($n:ident) => {
        $n += 1
    };
}

#[parallelize]
fn in_a_macro(xs: &[u32]) -> Vec<u32> {
    let mut n = 0;
    xs.iter()
        .map(move |x| {
            bump!(n);
            x + n
        })
        .collect()
}

fn main() {}
