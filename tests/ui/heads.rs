//! What a chain goes over, and what stands beside it.

use std::rc::Rc;

use amorsize::parallelize;

#[parallelize]
fn numbered_late(xs: &[u32], ys: &[u32]) -> Vec<(u32, u32)> {
    xs.iter().filter(|x| **x > 0).zip(ys).map(|(x, y)| (*x, *y)).collect()
}

#[parallelize]
fn beside_a_list(xs: &[u32], ys: Vec<u32>) -> Vec<u32> {
    xs.iter().zip(ys).map(|(x, y)| x + y).collect()
}

#[parallelize]
fn beside_some(xs: &[u32], ys: &[u32]) -> Vec<u32> {
    xs.iter().zip(ys.iter().filter(|y| **y > 1)).map(|(x, y)| x + y).collect()
}

#[parallelize]
fn beside_counted(xs: &[u32], ys: &[Rc<u32>]) -> Vec<u32> {
    xs.iter().zip(ys).map(|(x, y)| x + **y).collect()
}

#[parallelize]
fn changed_beside(xs: &[u32], ys: &mut [u32]) -> bool {
    xs.iter().zip(ys.iter_mut()).any(|(x, y)| {
        *y = 0;
        *x == 7
    })
}

#[parallelize]
fn from_the_end(xs: &[u32]) -> Vec<u32> {
    xs.rchunks(4).map(|chunk| chunk.iter().sum()).collect()
}

#[parallelize]
fn groups(xs: &[u32]) -> Vec<usize> {
    xs.split(|x| *x == 0).map(|group| group.len()).collect()
}

#[parallelize]
fn endless(xs: &[u32]) -> Option<u32> {
    (0..).map(|i| xs[i] / 2).find(|x| *x == 3)
}

#[parallelize]
fn own_pieces(xs: &mut [u32]) {
    xs.chunks_mut(2).for_each(|piece| piece[0] = xs[0]);
}

fn main() {}
