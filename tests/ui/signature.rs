//! Signatures that rule splitting out.
use amorsize::parallelize;

#[parallelize]
fn owned(xs: Vec<f64>) -> Vec<f64> {
    xs.iter().map(|x| x * 2.0).collect()
}

#[parallelize]
fn lent_vec(xs: &Vec<f64>) -> f64 {
    xs.iter().sum()
}

#[parallelize]
fn changed_vec(xs: &mut Vec<f64>) {
    xs.iter_mut().for_each(|x| *x *= 2.0);
}

#[parallelize]
fn looped_vec(xs: &mut Vec<f64>) {
    for x in xs.iter_mut() {
        *x *= 2.0;
    }
}

#[parallelize]
fn plainly_looped_vec(xs: &mut Vec<f64>) {
    for x in xs {
        *x *= 2.0;
    }
}

#[parallelize]
fn array(xs: [f64; 4]) -> Vec<f64> {
    xs.iter().map(|x| x * 2.0).collect()
}

#[parallelize]
async fn asynchronous(xs: &[f64]) -> f64 {
    xs.iter().sum()
}

#[parallelize]
const fn constant(xs: &[f64]) -> usize {
    xs.len()
}

#[parallelize]
unsafe fn contract(xs: &[f64]) -> f64 {
    xs.iter().sum()
}

#[parallelize]
extern "C" fn foreign(xs: &[f64]) -> f64 {
    xs.iter().sum()
}

#[parallelize]
fn opaque(xs: &[f64]) -> impl Iterator<Item = f64> {
    xs.iter().map(|x| x * 2.0).collect::<Vec<_>>().into_iter()
}

#[parallelize]
fn reference(xs: &[f64]) -> &f64 {
    xs.iter().find(|x| **x > 0.0).unwrap()
}

#[parallelize]
fn never(xs: &[f64]) -> ! {
    xs.iter().for_each(|x| drop(*x));
    panic!()
}

#[parallelize]
#[track_caller]
fn tracked(xs: &[f64]) -> f64 {
    xs.iter().sum()
}

#[parallelize]
fn configured(xs: &[f64], #[cfg(all())] k: f64) -> f64 {
    xs.iter().map(|x| x * k).sum()
}

#[parallelize]
#[parallelize(serial)]
fn twice(xs: &[f64]) -> f64 {
    xs.iter().sum()
}

fn callers_add_no_errors() {
    owned(vec![]);
    lent_vec(&vec![]);
    array([0.0; 4]);
    let _ = tracked(&[]) + twice(&[]);
}

fn main() {}
