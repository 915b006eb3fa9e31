//! Items that differ in cost within a call, and costs or lengths that jump from call to call.

use super::{Case, Group, Part, open_map};
use crate::kernel::{Work, kernel};
use crate::random::Random;
use crate::rhythm::Rhythm;

// An element is its number of steps. A kernel per shape: each learns for itself.
kernel!(ramp_up, steps: u32 => u64);
kernel!(ramp_down, steps: u32 => u64);
kernel!(heavy, steps: u32 => u64);
kernel!(giant, steps: u32 => u64);
kernel!(sorted, steps: u32 => u64);
kernel!(bimodal, steps: u32 => u64);
kernel!(cost_jump, steps: u32 => u64);
kernel!(length_jump, steps: u32 => u64);

#[inline(always)]
fn steps(&steps: &u32) -> u64 {
    crate::kernel::burn_steps(u64::from(steps), steps)
}

/// Steps of an item on average: some 100 ns.
const MEAN: u32 = 103;
const LENGTHS: [usize; 2] = [1_000, 10_000];

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    shape::<ramp_up::Kernel>(&mut cases, "ramp up", |i, n, _| scaled(2.0 * i as f64 / n as f64));
    shape::<ramp_down::Kernel>(&mut cases, "ramp down", |i, n, _| scaled(2.0 - 2.0 * i as f64 / n as f64));
    // Half of the work sits in 1 % of the items.
    shape::<heavy::Kernel>(&mut cases, "1 % heavy", |_, _, draw| {
        scaled(if draw < 0.01 { 50.0 } else { 0.5 })
    });
    // Half of the work is one item, late in the slice.
    shape::<giant::Kernel>(&mut cases, "one giant", |i, n, _| {
        scaled(if i == n / 4 * 3 { n as f64 / 2.0 } else { 0.5 })
    });
    shape::<sorted::Kernel>(&mut cases, "sorted", |i, n, _| scaled(if i < n / 2 { 0.1 } else { 1.9 }));
    shape::<bimodal::Kernel>(&mut cases, "bimodal", |_, _, draw| scaled(if draw < 0.5 { 0.1 } else { 1.9 }));
    cases.push(jump::<cost_jump::Kernel>("cost jump", [(24, "10 ns", 1_000), (735, "1 µs", 1_000)]));
    cases.push(jump::<length_jump::Kernel>("length jump", [(46, "30 ns", 100), (46, "30 ns", 100_000)]));
    cases
}

fn scaled(factor: f64) -> u32 {
    (f64::from(MEAN) * factor) as u32
}

/// Elements of a shape: `cost` of place, length and a random number from 0 to 1.
fn elements(n: usize, cost: fn(usize, usize, f64) -> u32) -> Vec<u32> {
    let mut random = Random::new(1);
    (0..n).map(|i| cost(i, n, random.unit())).collect()
}

fn shape<K: Work<In = u32>>(cases: &mut Vec<Case>, name: &str, cost: fn(usize, usize, f64) -> u32) {
    for n in LENGTHS {
        let open = move || open_map::<K>(vec![elements(n, cost)]);
        cases.push(Case::new(Group::Shapes, Part::new(name, n), n == LENGTHS[1], open));
    }
}

/// Calls that differ, in turn.
fn jump<K: Work<In = u32>>(name: &str, calls: [(u32, &str, usize); 2]) -> Case {
    let part = |(_, work, n): (u32, &str, usize)| Part::new(format!("{name} {work}"), n);
    let inputs = calls.map(|(steps, _, n)| vec![steps; n]);
    let open = move || open_map::<K>(inputs.to_vec());
    let mut case = Case::new(Group::Shapes, part(calls[0]), true, open);
    case.parts.push(part(calls[1]));
    // After a gap, only the first of the two would find everybody asleep.
    case.rhythms = &[Rhythm::BackToBack];
    case
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_do_about_the_same_work() {
        let n = 10_000;
        let heavy = elements(n, |_, _, draw| scaled(if draw < 0.01 { 50.0 } else { 0.5 }));
        let ramp = elements(n, |i, n, _| scaled(2.0 * i as f64 / n as f64));
        for steps in [heavy, ramp] {
            let mean = steps.iter().map(|&steps| f64::from(steps)).sum::<f64>() / n as f64;
            assert!((mean / f64::from(MEAN) - 1.0).abs() < 0.1, "{mean} steps on average");
        }
    }
}
