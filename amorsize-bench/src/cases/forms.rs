//! Other forms than map-collect, at 30 ns an item.

use std::sync::Arc;

use amorsize::parallelize;
use commonware_parallel::Strategy as _;

use super::{Case, Chosen, Elements, Group, Opened, Part, open};
use crate::arm::Answer;
use crate::contenders::{Contender, accept, chili, commonware, fraction, halves, orx, rayon, serial};
use crate::kernel::{Work, kernel};

kernel!(form, burn::<46>);
type K = form::Kernel;

const LENGTHS: [usize; 2] = [1_000, 100_000];

/// The seven peers at a form, in the order of the contenders; the last stands for all kinds of amorsize.
macro_rules! calls {
    ($contender:expr, $serial:expr, $rayon:expr, $fixed:expr, $adaptive:expr, $chili:expr, $commonware:expr, $halves:expr, $ours:expr) => {
        match $contender {
            Contender::Serial | Contender::SerialAgain | Contender::FirstSerial => Some($serial),
            Contender::Rayon | Contender::RayonTuned => Some($rayon),
            Contender::OrxFixed => Some($fixed),
            Contender::OrxAdaptive => Some($adaptive),
            Contender::Chili => Some($chili),
            Contender::Commonware => $commonware,
            Contender::Halves => Some($halves),
            Contender::Auto
            | Contender::Frozen
            | Contender::First
            | Contender::FirstPool
            | Contender::FirstFile => Some($ours),
        }
    };
}
pub(super) use calls;

#[parallelize]
fn in_place(xs: &mut [u64]) {
    for x in xs.iter_mut() {
        *x = K::item(x);
    }
}

fn call_in_place(contender: Contender) -> Chosen<Vec<u64>, ()> {
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

#[parallelize]
fn odd(xs: &[u64]) -> Vec<u64> {
    xs.iter().map(K::item).filter(|y| y % 2 == 1).collect()
}

fn call_odd(contender: Contender) -> Chosen<Elements<u64>, Vec<u64>> {
    calls!(
        contender,
        |xs, _| serial::odd::<K>(xs),
        |xs, tools| rayon::odd::<K>(xs, tools.min_len),
        |xs, _| orx::odd::<K>(orx::fixed(), xs),
        |xs, _| orx::odd::<K>(orx::adaptive(), xs),
        |xs, tools| chili::odd::<K>(tools.chili(), xs),
        Some(|xs, _| {
            let push = |mut all: Vec<u64>, x: &u64| {
                let y = K::item(x);
                if y % 2 == 1 {
                    all.push(y);
                }
                all
            };
            let join = |mut left: Vec<u64>, mut right: Vec<u64>| {
                left.append(&mut right);
                left
            };
            commonware::strategy().fold(xs.as_slice(), Vec::new, push, join)
        }),
        |xs, _| halves::odd::<K>(xs),
        |xs, _| odd(xs)
    )
}

#[parallelize]
fn sum(xs: &[u64]) -> u64 {
    xs.iter().map(|x| K::item(x) >> 32).sum()
}

fn call_sum(contender: Contender) -> Chosen<Elements<u64>, u64> {
    calls!(
        contender,
        |xs, _| serial::sum::<K>(xs),
        |xs, tools| rayon::sum::<K>(xs, tools.min_len),
        |xs, _| orx::sum::<K>(orx::fixed(), xs),
        |xs, _| orx::sum::<K>(orx::adaptive(), xs),
        |xs, tools| chili::sum::<K>(tools.chili(), xs),
        Some(|xs, _| {
            let add = |total: u64, x: &u64| total + (K::item(x) >> 32);
            commonware::strategy().fold(xs.as_slice(), || 0, add, |a, b| a + b)
        }),
        |xs, _| halves::sum::<K>(xs),
        |xs, _| sum(xs)
    )
}

#[parallelize]
fn float_sum(xs: &[u64]) -> f64 {
    xs.iter().map(|x| fraction(K::item(x))).sum()
}

fn call_float_sum(contender: Contender) -> Chosen<Elements<u64>, f64> {
    calls!(
        contender,
        |xs, _| serial::float_sum::<K>(xs),
        |xs, tools| rayon::float_sum::<K>(xs, tools.min_len),
        |xs, _| orx::float_sum::<K>(orx::fixed(), xs),
        |xs, _| orx::float_sum::<K>(orx::adaptive(), xs),
        |xs, tools| chili::float_sum::<K>(tools.chili(), xs),
        Some(|xs, _| {
            let add = |total: f64, x: &u64| total + fraction(K::item(x));
            commonware::strategy().fold(xs.as_slice(), || 0.0, add, |a, b| a + b)
        }),
        |xs, _| halves::float_sum::<K>(xs),
        |xs, _| float_sum(xs)
    )
}

/// Elements, and the result that is looked for.
type Search = (Elements<u64>, u64);

#[parallelize]
fn find(xs: &[u64], wanted: u64) -> Option<u64> {
    xs.iter().copied().find(|x| K::item(x) == wanted)
}

/// commonware-parallel has no search that ends early.
fn call_find(contender: Contender) -> Chosen<Search, Option<u64>> {
    calls!(
        contender,
        |(xs, wanted), _| serial::find::<K>(xs, *wanted),
        |(xs, wanted), tools| rayon::find::<K>(xs, *wanted, tools.min_len),
        |(xs, wanted), _| orx::find::<K>(orx::fixed(), xs, *wanted),
        |(xs, wanted), _| orx::find::<K>(orx::adaptive(), xs, *wanted),
        |(xs, wanted), tools| chili::find::<K>(tools.chili(), xs, *wanted),
        None,
        |(xs, wanted), _| halves::find::<K>(xs, *wanted),
        |(xs, wanted), _| find(xs, *wanted)
    )
}

/// Results, or one that is refused.
type Checked = Result<Vec<u64>, u64>;

#[parallelize]
fn checked(xs: &[u64]) -> Checked {
    xs.iter().map(|x| accept(K::item(x))).collect()
}

fn call_checked(contender: Contender) -> Chosen<Elements<u64>, Checked> {
    calls!(
        contender,
        |xs, _| serial::checked::<K>(xs),
        |xs, tools| rayon::checked::<K>(xs, tools.min_len),
        |xs, _| orx::checked::<K>(orx::fixed(), xs),
        |xs, _| orx::checked::<K>(orx::adaptive(), xs),
        |xs, tools| chili::checked::<K>(tools.chili(), xs),
        Some(|xs, _| commonware::strategy().try_map_collect_vec(xs.as_slice(), |x| accept(K::item(x)))),
        |xs, _| halves::checked::<K>(xs),
        |xs, _| checked(xs)
    )
}

fn elements(n: usize) -> Vec<u64> {
    (1..=n as u64).collect()
}

fn shared(n: usize) -> Vec<Elements<u64>> {
    vec![Arc::new(elements(n))]
}

/// What is looked for stands at three quarters.
fn search(n: usize) -> Vec<Search> {
    let xs = elements(n);
    let wanted = K::item(&xs[n / 4 * 3]);
    vec![(Arc::new(xs), wanted)]
}

/// Makes the arms of a form, over so many elements.
type Open = fn(usize) -> Opened;

pub(super) fn cases() -> Vec<Case> {
    let forms: [(&str, Open); 6] = [
        ("in place", |n| open(vec![elements(n)], call_in_place, |xs, ()| Answer::of(xs))),
        ("filter", |n| open(shared(n), call_odd, |_, odd| Answer::of(odd))),
        ("sum", |n| open(shared(n), call_sum, |_, sum| Answer::of(sum))),
        ("float sum", |n| open(shared(n), call_float_sum, |_, &sum| Answer::Float(sum))),
        ("find", |n| open(search(n), call_find, |_, found| Answer::of(found))),
        ("Result", |n| open(shared(n), call_checked, |_, checked| Answer::of(checked))),
    ];
    let mut cases = Vec::new();
    for (name, open) in forms {
        for n in LENGTHS {
            cases.push(Case::new(Group::Forms, Part::new(name, n), n == LENGTHS[1], move || open(n)));
        }
    }
    cases
}
