//! Loops whose parts would do what the whole loop does not: behind a best value, or by code of the user's.

use std::ops::AddAssign;

use amorsize::parallelize;

fn checked(x: f64) -> Result<bool, String> {
    if x.is_nan() { Err("not a number".to_owned()) } else { Ok(true) }
}

#[parallelize]
fn fails_behind_the_best(xs: &[f64]) -> Result<f64, String> {
    let mut best = 0.0;
    for &x in xs {
        if x > best && checked(x)? {
            best = x;
        }
    }
    Ok(best)
}

#[parallelize]
fn counts_behind_the_best(xs: &[f64]) -> (f64, u32) {
    let mut best = 0.0;
    let mut records = 0;
    for &x in xs {
        if x > best && {
            records += 1;
            true
        } {
            best = x;
        }
    }
    (best, records)
}

#[parallelize]
fn notes_differ(xs: &[(f64, f64)]) -> (f64, usize, usize) {
    let (mut best, mut left, mut right) = (0.0, 0, 0);
    for (i, &(a, b)) in xs.iter().enumerate() {
        if a > best {
            best = a;
            left = i;
        }
        if b > best {
            best = b;
            right = i;
        }
    }
    (best, left, right)
}

struct Word(&'static str);

impl AddAssign<Word> for String {
    fn add_assign(&mut self, word: Word) {
        if !self.is_empty() {
            self.push(' ');
        }
        self.push_str(word.0);
    }
}

impl Extend<Word> for String {
    fn extend<I: IntoIterator<Item = Word>>(&mut self, words: I) {
        for word in words {
            *self += word;
        }
    }
}

#[parallelize]
fn users_operator(xs: &[&'static str]) -> String {
    let mut text = String::new();
    for x in xs {
        text += Word(x);
    }
    text
}

#[parallelize]
fn users_extend(xs: &[&'static str]) -> String {
    let mut text = String::new();
    for x in xs {
        text.extend([Word(x)]);
    }
    text
}

trait Bounded {
    fn push_back(&mut self, x: u32);
}

impl Bounded for Vec<u32> {
    fn push_back(&mut self, x: u32) {
        if self.len() < 3 {
            self.push(x);
        }
    }
}

#[parallelize]
fn users_method(xs: &[u32]) -> Vec<u32> {
    let mut out = Vec::<u32>::new();
    for x in xs {
        out.push_back(*x);
    }
    out
}

fn main() {}
