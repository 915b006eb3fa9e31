//! Functions of the shapes found in code that was not written for this attribute; each names the crate and the function
//! whose shape it has. Written anew, only as long as the shape needs.

use std::ops::Range;

use amorsize::parallelize;

/// statrs, `prob_mass_to_cdf`: a sum is carried along by `fold` while results are pushed.
#[parallelize]
fn cumulative(masses: &[f64]) -> Vec<f64> {
    let mut sums = Vec::with_capacity(masses.len());
    masses.iter().fold(0.0, |sum, mass| {
        let next = sum + mass;
        sums.push(next);
        next
    });
    sums
}

/// statrs, `polynomial`: Horner's rule, from the last coefficient to the first.
#[parallelize]
fn polynomial(z: f64, coefficients: &[f64]) -> f64 {
    let mut sum = 0.0;
    for c in coefficients.iter().rev() {
        sum = *c + z * sum;
    }
    sum
}

/// num-bigint, `__sub2rev`: what is borrowed goes from digit to digit.
#[parallelize]
fn subtract(a: &[u64], b: &mut [u64]) -> bool {
    let mut borrow = false;
    for (ai, bi) in a.iter().zip(b) {
        let (less, first) = ai.overflowing_sub(*bi);
        let (less, second) = less.overflowing_sub(u64::from(borrow));
        *bi = less;
        borrow = first || second;
    }
    borrow
}

/// moxcms, `count_leading_trailing_duplicated`: equal elements at either end.
#[parallelize]
fn duplicated<T: PartialOrd + Sync>(table: &[T]) -> (usize, usize) {
    let (Some(first), Some(last)) = (table.first(), table.last()) else { return (0, 0) };
    let leading = table.iter().take_while(|&v| v.eq(first)).count();
    let trailing = table.iter().rev().take_while(|&v| v.eq(last)).count();
    (leading, trailing)
}

/// getrandom, `getrandom_inner`: a buffer filled piece by piece by something that may fail.
#[parallelize]
fn filled(bytes: &mut [u8], fill: impl Fn(&mut [u8]) -> i32) -> Result<(), i32> {
    for chunk in bytes.chunks_mut(256) {
        let code = fill(chunk);
        if code != 0 {
            return Err(code);
        }
    }
    Ok(())
}

struct Dirichlet {
    alpha: Box<[f64]>,
}

impl Dirichlet {
    /// rand_distr, `Dirichlet::new`: a check of all elements before the result is made.
    #[parallelize]
    fn new(alpha: &[f64]) -> Result<Dirichlet, String> {
        for &one in alpha.iter() {
            if one <= 0.0 {
                return Err("too small".to_owned());
            }
        }
        Ok(Dirichlet { alpha: alpha.into() })
    }
}

/// regex-automata, `ByteSet::new`: a set with a place for each byte.
#[parallelize]
fn byte_set(needles: &[&[u8]]) -> Option<[bool; 256]> {
    let mut set = [false; 256];
    for needle in needles.iter() {
        if needle.len() != 1 {
            return None;
        }
        set[usize::from(needle[0])] = true;
    }
    Some(set)
}

/// regex-automata, `Utf8BoundedMap::hash`: each element is mixed into the hash of those before it.
#[parallelize]
fn hash(transitions: &[Range<u8>]) -> u64 {
    let mut hash = 14_695_981_039_346_656_037;
    for t in transitions {
        hash = (hash ^ u64::from(t.start)).wrapping_mul(1_099_511_628_211);
        hash = (hash ^ u64::from(t.end)).wrapping_mul(1_099_511_628_211);
    }
    hash
}

/// regex-automata, `memrchr`: the last place of a byte.
#[parallelize]
fn last_place(needle: u8, haystack: &[u8]) -> Option<usize> {
    haystack.iter().rposition(|&byte| byte == needle)
}

/// image, `expand_bits`: what is pushed depends on how many were before.
#[parallelize]
fn expanded(row_len: usize, row_size: usize, bytes: &[u8]) -> Vec<u8> {
    let mut pixels = Vec::new();
    let mut i = 0;
    for byte in bytes {
        for shift in [4, 0] {
            if i % row_len < row_size {
                pixels.push((byte >> shift) & 15);
            }
            i += 1;
        }
    }
    pixels
}

/// smartcore, `which_max`: the best of all but the first.
#[parallelize]
fn greatest(xs: &[usize]) -> usize {
    let mut most = xs[0];
    let mut which = 0;
    for (i, x) in xs.iter().enumerate().skip(1) {
        if *x > most {
            most = *x;
            which = i;
        }
    }
    which
}

/// statrs, `handle_rank_ties`: writes where other elements say.
#[parallelize]
fn ranked(ranks: &mut [f64], places: &[(usize, f64)], rank: f64) {
    for place in places {
        ranks[place.0] = rank;
    }
}

/// num-bigint, `cmp_slice`: compares from the last digit on.
#[parallelize]
fn compared(a: &[u64], b: &[u64]) -> std::cmp::Ordering {
    a.iter().rev().cmp(b.iter().rev())
}

/// image, `decode_dxt1_row`: one buffer for all blocks, copied to several lines.
#[parallelize]
fn decoded(source: &[u8], dest: &mut [u8]) {
    let mut block = [0_u8; 16];
    for (x, encoded) in source.chunks(8).enumerate() {
        decode(encoded, &mut block);
        for line in 0..4 {
            let at = (source.len() / 8 * line + x) * 4;
            dest[at..at + 4].copy_from_slice(&block[line * 4..(line + 1) * 4]);
        }
    }
}

fn decode(encoded: &[u8], block: &mut [u8; 16]) {
    block[..8].copy_from_slice(encoded);
}

fn callers_add_no_errors() {
    let _ = cumulative(&[]).len() + subtract(&[], &mut []) as usize;
    let _ = Dirichlet::new(&[]).map(|one| one.alpha.len());
    decoded(&[], &mut []);
}

fn main() {
    callers_add_no_errors();
}
