//! What rustc has to say of the function itself is said as without the attribute: once, at the user's place.
#![deny(warnings)]

use amorsize::parallelize;

#[parallelize]
fn unused_parameter(xs: &[u32], k: u32) -> Vec<u32> {
    xs.iter().map(|x| x + 1).collect()
}

#[parallelize]
fn unused_in_prefix(xs: &[u32]) -> Vec<u32> {
    let k = 3;
    let mut j = 4;
    xs.iter().map(|x| x + j).collect()
}

#[parallelize]
fn unused_in_closure(xs: &[u32]) -> Vec<u32> {
    xs.iter()
        .map(|x| {
            let k = 3;
            let mut j = 4;
            x + j
        })
        .collect()
}

/// The chain of an ordered tail stands twice in what is generated.
#[parallelize]
fn unused_in_ordered(xs: &[f64]) -> f64 {
    xs.iter()
        .map(|x| {
            let k = 3;
            let mut j = 4.0;
            x + j
        })
        .fold(0.0, |sum, x| {
            let mut unused = 1;
            sum + x
        })
}

#[parallelize]
fn unused_element(xs: &mut [u32]) {
    for x in xs {
        let mut k = 3;
    }
}

#[parallelize]
fn unused_parentheses(xs: &[u32]) -> Vec<u32> {
    xs.iter().map(|x| (x + 1)).filter(|x| (*x > 3)).collect()
}

#[parallelize]
fn unreachable(xs: &[u32]) -> usize {
    return xs.iter().filter(|x| **x > 3).count();
    xs.len()
}

#[parallelize]
fn unused_result(xs: &[u32]) -> usize {
    xs.iter().map(|x| x + 1).collect::<Vec<u32>>();
    xs.iter().filter(|x| **x > 3).map(|x| { x.wrapping_add(1); x }).count()
}

#[parallelize]
#[must_use]
fn must_be_used(xs: &[u32]) -> usize {
    xs.iter().filter(|x| **x > 3).count()
}

#[parallelize]
#[deprecated(note = "use another one")]
fn old(xs: &[u32]) -> usize {
    xs.iter().filter(|x| **x > 3).count()
}

#[parallelize]
fn BadName(xs: &[u32]) -> usize {
    xs.iter().filter(|X| **X > 3).count()
}

#[parallelize]
#[expect(dead_code)]
fn expected(xs: &[u32], #[expect(unused_variables)] k: u32) -> usize {
    #[expect(unused_variables)]
    let j = 3;
    xs.iter().filter(|x| **x > 3).count()
}

#[parallelize]
#[expect(unused_mut)]
fn nothing_to_expect(xs: &[u32]) -> usize {
    xs.iter().filter(|x| **x > 3).count()
}

fn main() {
    let mut xs = [1];
    unused_parameter(&xs, 1);
    unused_in_prefix(&xs);
    unused_in_closure(&xs);
    unused_in_ordered(&[1.0]);
    unused_element(&mut xs);
    unused_parentheses(&xs);
    unreachable(&xs);
    unused_result(&xs);
    must_be_used(&xs);
    old(&xs);
    BadName(&xs);
    nothing_to_expect(&xs);
}
