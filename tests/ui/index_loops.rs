//! Index loops that reach beyond the loop's own index.
use amorsize::parallelize;

#[parallelize]
fn halved_index(dst: &mut [f64], src: &[f64]) {
    for i in 0..src.len() {
        dst[i / 2] = src[i];
    }
}

#[parallelize]
fn shifted(dst: &mut [f64], src: &[f64]) {
    for i in 0..src.len() - 1 {
        dst[i + 1] = src[i];
    }
}

#[parallelize]
fn histogram(hist: &mut [u32], bin: &[usize]) {
    for i in 0..bin.len() {
        hist[bin[i]] += 1;
    }
}

#[parallelize]
fn running_sum(xs: &mut [f64]) {
    for i in 1..xs.len() {
        xs[i] += xs[i - 1];
    }
}

#[parallelize]
fn matrix(out: &mut [f64], rows: usize, cols: usize) {
    for r in 0..rows {
        for c in 0..cols {
            out[r * cols + c] = (r + c) as f64;
        }
    }
}

#[parallelize]
fn pieces(out: &mut [f64], rows: usize, cols: usize) {
    for r in 0..rows {
        out[r * cols..(r + 1) * cols].fill(0.0);
    }
}

#[parallelize]
fn inner_index(dst: &mut [f64], src: &[[f64; 3]]) {
    for i in 0..src.len() {
        for j in 0..3 {
            dst[j] += src[i][j];
        }
    }
}

fn set(xs: &mut [f64], at: usize) {
    xs[at] = 0.0;
}

#[parallelize]
fn handed_on(dst: &mut [f64]) {
    for i in 0..dst.len() {
        set(dst, i);
    }
}

#[parallelize]
fn swapped(dst: &mut [f64], with: &[usize]) {
    for i in 0..with.len() {
        dst.swap(i, with[i]);
    }
}

#[parallelize]
fn backwards(dst: &mut [f64]) {
    for i in (0..dst.len()).rev() {
        dst[i] += 1.0;
    }
}

#[parallelize]
fn every_other(dst: &mut [f64]) {
    for i in (0..dst.len()).step_by(2) {
        dst[i] += 1.0;
    }
}

#[parallelize]
fn shadowed_index(dst: &mut [f64]) {
    for i in 0..dst.len() {
        let i = i / 2;
        dst[i] += 1.0;
    }
}

macro_rules! shift {
    ($i:ident) => {
        let $i = $i + 1;
    };
}

#[parallelize]
fn index_in_a_macro(dst: &mut [f64], n: usize) {
    for i in 0..n {
        shift!(i);
        dst[i] = 1.0;
    }
}

#[parallelize]
fn changed_index(dst: &mut [f64]) {
    for mut i in 0..dst.len() / 2 {
        i += 1;
        dst[i] += 1.0;
    }
}

#[parallelize]
fn shadowed_slice(dst: &mut [f64]) {
    for i in 0..3_000 {
        let dst = &mut dst[..];
        dst[i] = 0.0;
    }
}

#[parallelize]
fn in_a_string(dst: &mut [f64]) {
    for i in 0..dst.len() {
        dst[i] = format!("{dst:?}").len() as f64;
    }
}

#[parallelize]
fn counted(dst: &mut [f64]) -> usize {
    let mut count = 0;
    for i in 0..dst.len() {
        if dst[i] < 0.0 {
            count = count * 2 + 1;
        }
        dst[i] = 0.0;
    }
    count
}

#[parallelize]
fn broken_off(dst: &mut [f64]) {
    for i in 0..dst.len() {
        if dst[i] == 0.0 {
            break;
        }
        dst[i] = 0.0;
    }
}

#[parallelize]
fn a_list(dst: &mut Vec<f64>) {
    for i in 0..dst.len() {
        dst[i] = 0.0;
    }
}

#[parallelize]
fn changes_nothing(src: &[f64]) -> f64 {
    let mut most = [0.0; 4];
    for i in 0..src.len() {
        most[i % 4] = src[i];
    }
    most[0]
}

/// One mistake, one error: rustc is silent about the loop itself.
#[parallelize]
fn counted_pointers(dst: &mut [std::rc::Rc<f64>]) {
    for i in 0..dst.len() {
        dst[i] = std::rc::Rc::new(1.0);
    }
}

#[parallelize]
fn wrong_type(dst: &mut [f64], n: usize) {
    for i in 0..n {
        dst[i] = "one";
    }
}

#[parallelize]
fn wrong_index(dst: &mut [f64], n: u32) {
    for i in 0..n {
        dst[i] = 1.0;
    }
}

fn main() {}
