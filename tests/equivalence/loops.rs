//! Loops that change variables of the function, or leave early.

use std::collections::{BTreeMap, HashSet};

use crate::float;

twice! {
    #[parallelize]
    pub(crate) fn sums(xs: &[u32]) -> (u64, u64, i64, u64) {
        let (mut sum, mut product, mut signed, mut less) = (3_u64, 1.0_f64, 0_i64, u64::MAX);
        let mut float_sum = 0.1;
        for x in xs {
            sum += u64::from(*x);
            product *= 1.0 + float(x % 7) * 1e-9;
            signed += i64::from(*x) - 500_000;
            less -= u64::from(*x);
            float_sum += float(*x);
        }
        (sum ^ less, product.to_bits(), signed, f64::to_bits(float_sum))
    }

    #[parallelize]
    pub(crate) fn filled(xs: &[u32]) -> (Vec<u32>, String, BTreeMap<u32, usize>, HashSet<u32>) {
        let (mut list, mut text) = (vec![9], String::from(">"));
        let (mut newest, mut seen) = (BTreeMap::new(), HashSet::new());
        for (i, x) in xs.iter().enumerate() {
            if x % 3 == 0 {
                continue;
            }
            list.push(x / 2);
            list.extend_from_slice(&[i as u32; 2]);
            text.push_str(&x.to_string());
            newest.insert(x % 31, i);
            seen.insert(x % 17);
        }
        (list, text, newest, seen)
    }

    #[parallelize]
    pub(crate) fn best(xs: &[u32]) -> (u64, usize, u64, Option<u32>, u64, u32) {
        let (mut most, mut at) = (f64::NEG_INFINITY, usize::MAX);
        let (mut least, mut which) = (0.0, None);
        let (mut largest, mut bits) = (f64::NAN, 0);
        for (i, &x) in xs.iter().enumerate() {
            let value = if x % 5 == 0 { f64::NAN } else { float(x % 1000) };
            if value > most {
                most = value;
                at = i;
            }
            if x % 2 == 0 && value < least {
                least = value;
                which = Some(x);
            }
            largest = largest.max(value * 0.0);
            bits |= x;
        }
        (most.to_bits(), at, f64::to_bits(least), which, f64::to_bits(largest), bits)
    }

    #[parallelize]
    pub(crate) fn until(xs: &[u32]) -> (Option<usize>, Vec<u32>) {
        let (mut found, mut before) = (None, Vec::new());
        for (i, x) in xs.iter().enumerate() {
            if x % 701 == 0 {
                found = Some(i);
                break;
            }
            before.push(*x);
        }
        (found, before)
    }

    #[parallelize]
    pub(crate) fn checked(xs: &[u32]) -> Result<Vec<u32>, String> {
        let mut halves = Vec::new();
        for (i, x) in xs.iter().enumerate() {
            if x % 907 == 0 {
                return Ok(vec![i as u32]);
            }
            let half = x.checked_sub(40).ok_or_else(|| format!("{x} at {i}"))?;
            halves.push(half);
        }
        Ok(halves)
    }

    #[parallelize]
    pub(crate) fn by_index(xs: &[u32]) -> (u64, bool) {
        let mut sum = 0.0;
        for i in 1..xs.len() {
            sum += float(xs[i]) * float(xs[i - 1]);
        }
        for i in (1..xs.len()).rev() {
            if xs[i - 1] % 1000 == xs[i] % 999 {
                return (f64::to_bits(sum), true);
            }
        }
        (f64::to_bits(sum), false)
    }
}

/// Every form of `split` answers over `xs` what `plain` answers.
pub(crate) fn same(xs: &[u32]) {
    macro_rules! each {
        ($($name:ident)*) => {
            $(assert_eq!(split::$name(xs), plain::$name(xs), "{}, {} items", stringify!($name), xs.len());)*
        };
    }
    each!(sums filled best until checked by_index);
}
