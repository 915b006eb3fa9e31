//! All mistakes of a function in one compile, and callers add none.
use amorsize::parallelize;

#[parallelize(max_thread = 2, chunk_sise = 3)]
unsafe fn everything(xs: &[u32], ys: &mut [u32], log: &mut Vec<u32>) -> Vec<u32> {
    for y in ys {
        if *y == 0 {
            break;
        }
        log.push(*y);
    }
    xs.iter().map(|x| x / 2).skip(1).peekable().collect()
}

fn caller() -> Vec<u32> {
    unsafe { everything(&[1], &mut [2], &mut Vec::new()) }
}

fn main() {
    caller();
}
