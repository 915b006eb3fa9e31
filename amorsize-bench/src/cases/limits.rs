//! What cores do not bound: memory bandwidth, the allocator, the size of items and of results.

use std::array;

use amorsize::parallelize;
use commonware_parallel::Strategy as _;

use super::forms::calls;
use super::{Case, Chosen, Group, Part, open, open_map};
use crate::arm::Answer;
use crate::contenders::{Contender, chili, commonware, halves, orx, rayon, serial};
use crate::kernel::{Work, burn, kernel};

kernel!(stream, |x: u64| x.wrapping_mul(3) ^ 1);
kernel!(copy, |x: u64| x ^ 1);
kernel!(texts, text: u64 => String);
kernel!(blocks, digest: Vec<u64> => u64);
kernel!(records, record: u64 => Record);

/// A result of 256 bytes.
type Record = [u64; 32];

#[allow(clippy::trivially_copy_pass_by_ref, reason = "kernels take references")]
fn text(x: &u64) -> String {
    format!("item {x}")
}

#[allow(clippy::ptr_arg, reason = "kernels take references")]
#[inline(always)]
fn digest(block: &Vec<u64>) -> u64 {
    block.iter().fold(0, |digest: u64, x| digest.rotate_left(5) ^ x)
}

#[inline(always)]
fn record(&x: &u64) -> Record {
    array::from_fn(|k| burn::<1>(x + k as u64))
}

#[parallelize]
fn in_place(xs: &mut [u64]) {
    for x in xs.iter_mut() {
        *x = stream::Kernel::item(x);
    }
}

fn call_in_place(contender: Contender) -> Chosen<Vec<u64>, ()> {
    type K = stream::Kernel;
    calls!(
        contender,
        |xs, _| serial::in_place::<K>(xs),
        |xs, tools| rayon::in_place::<K>(xs, tools.min_len),
        |xs, _| orx::in_place::<K>(orx::fixed(), xs),
        |xs, _| orx::in_place::<K>(orx::adaptive(), xs),
        |xs, tools| chili::in_place::<K>(tools.chili(), xs),
        Some(|xs, _| {
            commonware::strategy().map_collect_vec(xs.iter_mut(), |x| *x = K::item(x));
        }),
        |xs, _| halves::in_place::<K>(xs),
        |xs, _| in_place(xs)
    )
}

/// More than caches hold, in elements of 8 bytes.
const BEYOND_CACHES: usize = 4 << 20;
/// A block of 64 KiB, in elements.
const BLOCK: usize = 8_192;

pub(super) fn cases() -> Vec<Case> {
    let case = |name: &str, n, quick, open: fn(usize) -> super::Opened| {
        Case::new(Group::Limits, Part::new(name, n), quick, move || open(n))
    };
    vec![
        case("stream in place", BEYOND_CACHES, true, |n| {
            open(vec![(0..n as u64).collect()], call_in_place, |xs, ()| Answer::of(xs))
        }),
        case("stream to new", BEYOND_CACHES, false, |n| {
            open_map::<copy::Kernel>(vec![(0..n as u64).collect()])
        }),
        case("Strings", 1_000, false, |n| open_map::<texts::Kernel>(vec![(0..n as u64).collect()])),
        case("Strings", 100_000, true, |n| open_map::<texts::Kernel>(vec![(0..n as u64).collect()])),
        case("64 KiB items", 16, false, |n| {
            open_map::<blocks::Kernel>(vec![vec![(0..BLOCK as u64).collect(); n]])
        }),
        case("64 KiB items", 200, true, |n| {
            open_map::<blocks::Kernel>(vec![vec![(0..BLOCK as u64).collect(); n]])
        }),
        case("256 B results", 10_000, true, |n| open_map::<records::Kernel>(vec![(0..n as u64).collect()])),
    ]
}
