//! The grid: cost per item × length, map-collect, back to back; plain, rayon and amorsize in turn.
//!
//! `cargo bench -p amorsize-bench --bench grid [-- FILTER]` prints one line per case and the regret of each contender:
//! its time over the best time of the case, as geometric mean and worst.

use std::hint::black_box;

use amorsize::parallelize;
use amorsize_bench::{arm, burn, calls_for, human, interleave};
use rayon::prelude::*;

#[parallelize]
fn amorsize(xs: &[u64], steps: u32) -> Vec<u64> {
    xs.iter().map(|&x| burn(x, steps)).collect()
}

fn plain(xs: &[u64], steps: u32) -> Vec<u64> {
    xs.iter().map(|&x| burn(x, steps)).collect()
}

fn rayon(xs: &[u64], steps: u32) -> Vec<u64> {
    xs.par_iter().map(|&x| burn(x, steps)).collect()
}

const NAMES: [&str; 4] = ["plain", "plain again", "rayon", "amorsize"];

fn main() {
    let filter = std::env::args().skip(1).find(|argument| !argument.starts_with('-')).unwrap_or_default();
    println!("{:<22} {:>12} {:>12} {:>12} {:>12}", "case", NAMES[0], NAMES[1], NAMES[2], NAMES[3]);
    let mut regrets: Vec<[f64; 4]> = Vec::new();
    for steps in [1_u32, 10, 100, 1_000, 10_000] {
        for n in [16_usize, 100, 1_000, 10_000, 100_000, 1_000_000] {
            let serial_ns = n as f64 * f64::from(steps) * 1.3;
            let name = format!("{steps} steps × {n}");
            if serial_ns > 1e8 || !name.contains(&filter) {
                continue;
            }
            let xs: Vec<u64> = (0..n as u64).collect();
            let mut arms = [
                arm(NAMES[0], || plain(black_box(&xs), black_box(steps))),
                arm(NAMES[1], || plain(black_box(&xs), black_box(steps))),
                arm(NAMES[2], || rayon(black_box(&xs), black_box(steps))),
                arm(NAMES[3], || amorsize(black_box(&xs), black_box(steps))),
            ];
            let times = interleave(if serial_ns > 1e7 { 9 } else { 31 }, calls_for(serial_ns), &mut arms);
            let best = times[0].min(times[2]).min(times[3]);
            let cells: Vec<String> = times.iter().map(|&ns| format!("{:>12}", human(ns))).collect();
            println!("{name:<22} {}", cells.join(" "));
            regrets.push([0, 1, 2, 3].map(|k| times[k] / best));
        }
    }
    println!("\n{:<14} {:>6} {:>6}", "regret", "mean", "worst");
    for (k, name) in NAMES.iter().enumerate() {
        let logs: f64 = regrets.iter().map(|case| case[k].ln()).sum();
        let worst = regrets.iter().map(|case| case[k]).fold(1.0, f64::max);
        println!("{name:<14} {:>6.2} {worst:>6.2}", (logs / regrets.len() as f64).exp());
    }
    println!("\n{}", amorsize::decisions());
}
