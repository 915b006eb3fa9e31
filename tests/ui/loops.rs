//! Loops that end early, and loops that use their own `&mut` slice.
use amorsize::parallelize;

#[parallelize]
fn broken_off(xs: &mut [u32]) {
    for x in xs {
        if *x == 0 {
            break;
        }
        *x -= 1;
    }
}

#[parallelize]
fn by_label(xs: &mut [u32]) {
    'all: for x in xs {
        loop {
            *x += 1;
            if *x > 10 {
                break 'all;
            }
            if *x > 5 {
                break;
            }
        }
    }
}

#[parallelize]
fn returned(xs: &mut [u32]) {
    for x in xs {
        if *x == 0 {
            return;
        }
        *x -= 1;
    }
}

#[parallelize]
fn question_mark(xs: &mut [u32]) -> Result<(), std::num::TryFromIntError> {
    for x in xs.iter_mut() {
        *x = u32::try_from(-1)?;
    }
    Ok(())
}

#[parallelize]
fn outer_loop(xs: &mut [u32]) {
    'rounds: for _ in 0..3 {
        for x in xs.iter_mut() {
            if *x == 0 {
                continue 'rounds;
            }
            *x -= 1;
        }
    }
}

#[parallelize]
fn own_slice(xs: &mut [u32]) {
    for x in xs.iter_mut() {
        *x += xs[0];
    }
}

#[parallelize]
fn own_slice_in_format(xs: &mut [String]) {
    xs.iter_mut().for_each(|x| *x = format!("{xs:?}"));
}

#[parallelize]
fn printed(xs: &[u32]) {
    for x in xs {
        println!("{x}");
    }
}

#[parallelize]
fn own_slice_moved(xs: &mut [u32]) -> usize {
    let mut n = 0;
    for x in xs {
        *x += 1;
        n += xs.len();
    }
    n
}

fn main() {}
