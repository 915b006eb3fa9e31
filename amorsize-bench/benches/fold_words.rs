//! A serial `fold` with `reduce = merge` into a `HashMap` of 200 000 words against the plain fold.
//!
//! Target: at most 1.02 × plain where the decision is serial (here by wish).

use std::collections::HashMap;
use std::hint::black_box;

use amorsize::parallelize;
use amorsize_bench::{arm, human, interleave};

type Counts<'a> = HashMap<&'a str, usize>;

fn merge<'a>(mut left: Counts<'a>, right: Counts<'a>) -> Counts<'a> {
    for (word, count) in right {
        *left.entry(word).or_default() += count;
    }
    left
}

fn count<'a>(mut counts: Counts<'a>, word: &'a str) -> Counts<'a> {
    *counts.entry(word).or_default() += 1;
    counts
}

#[parallelize(reduce = merge, serial)]
fn serial(words: &[String]) -> HashMap<&str, usize> {
    words.iter().fold(HashMap::new(), |counts, word| count(counts, word))
}

#[parallelize(reduce = merge)]
fn tuned(words: &[String]) -> HashMap<&str, usize> {
    words.iter().fold(HashMap::new(), |counts, word| count(counts, word))
}

fn plain(words: &[String]) -> HashMap<&str, usize> {
    words.iter().fold(HashMap::new(), |counts, word| count(counts, word))
}

fn main() {
    let words: Vec<String> =
        (0..200_000_u64).map(|k| format!("w{}", amorsize_bench::burn(k, 3) % 5_000)).collect();
    assert_eq!(plain(&words), tuned(&words));
    let mut arms = [
        arm("plain", || plain(black_box(&words))),
        arm("plain again", || plain(black_box(&words))),
        arm("serial by wish", || serial(black_box(&words))),
        arm("tuned", || tuned(black_box(&words))),
    ];
    let times = interleave(25, 1, &mut arms);
    for ((name, _), time) in arms.iter().zip(&times) {
        println!("{name:<15} {:>10}   {:.3}", human(*time), time / times[0]);
    }
    println!("\n{}", amorsize::decisions());
}
