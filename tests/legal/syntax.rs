//! Code that is legal and seldom written: patterns, labels, closures, macros, blocks, names.
#![allow(clippy::all, clippy::pedantic, unused_parens, unused_braces)]

use std::collections::BTreeMap;

use crate::{everywhere, floats, numbers, same, twice};

#[derive(Clone, Copy)]
pub(super) struct Sq(u32);
pub(crate) static GLOBAL: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(3);
macro_rules! nested { ($($x:tt)*) => { $($x)* } }

twice! {
    #[parallelize]
    pub(super) fn pattern_parameters(
        (a, b): (u32, u32),
        xs: &[u32],
        Sq(c): &Sq,
        [d, ..]: [u32; 3],
        _: u32,
    ) -> Vec<u32> {
        xs.iter().map(|x| x ^ a ^ b ^ c ^ d).collect()
    }
    #[parallelize]
    pub(super) fn shadowed_names(xs: &[u32], mut k: u32) -> Vec<u32> {
        k += 1;
        let k = k * 2;
        {
            let k = k + 1;
            let _ = k;
        }
        xs.iter()
            .map(|x| {
                let xs = x ^ k;
                let x = xs + 1;
                x
            })
            .collect()
    }
    #[parallelize]
    pub(super) fn labels(xs: &[u32]) -> Vec<u32> {
        'xs: {
            if xs.is_empty() {
                break 'xs;
            }
        }
        'outer: loop {
            loop {
                break 'outer;
            }
        }
        xs.iter()
            .map(|x| 'x: {
                if *x > 3 {
                    break 'x 1;
                }
                2
            })
            .collect()
    }
    #[parallelize]
    pub(super) fn raw_string_with_the_name(xs: &[u32]) -> Vec<String> {
        xs.iter().map(|x| format!(r#"xs {{xs}} "{x}" {0:?} {len}"#, xs, len = xs.len())).collect()
    }
    #[parallelize]
    pub(super) fn nested_macros(xs: &[u32]) -> Vec<u32> {
        nested! { nested! { let _k = 3; } }
        xs.iter().map(|x| nested! { x ^ nested!(k2()) }).collect()
    }
    #[parallelize]
    pub(super) fn closures_of_closures(xs: &[u32]) -> Vec<u32> {
        let add = |k: u32| move |x: u32| x + k;
        xs.iter()
            .copied()
            .map(add(1))
            .map(|x| add(2)(x))
            .map(|x| (|y: u32| move |z: u32| y ^ z)(x)(3))
            .collect()
    }
    #[parallelize]
    pub(super) fn own_items(xs: &[u32]) -> Vec<u32> {
        fn inner(xs: &[u32]) -> u32 {
            xs.iter().sum()
        }
        const K: u32 = {
            const fn f(x: u32) -> u32 {
                x + 1
            }
            f(3)
        };
        struct L(u32);
        impl L {
            fn g(&self) -> u32 {
                self.0
            }
        }
        static N: u32 = 7;
        xs.iter().map(|x| x ^ K ^ L(*x).g() ^ N ^ inner(&[1, 2])).collect()
    }
    #[parallelize]
    pub(super) fn unicode_names(größe: &[u32], ñ: u32) -> Vec<u32> {
        größe.iter().map(|é| é ^ ñ ^ größe.len() as u32).collect()
    }
    #[parallelize]
    pub(super) fn let_else_inside(xs: &[(u32, Option<u32>)]) -> Vec<u32> {
        xs.iter()
            .filter_map(|&(a, b)| {
                let Some(b) = b else { return None };
                Some(a ^ b)
            })
            .collect()
    }
    #[parallelize]
    pub(super) fn let_else_before(xs: &[u32]) -> Vec<u32> {
        let Some(first) = xs.first() else { return Vec::new() };
        xs.iter().map(|x| x ^ first).collect()
    }
    #[parallelize]
    pub(super) fn async_and_const_blocks(xs: &[u32]) -> Vec<u32> {
        let _fut = async { 3 };
        let c = const { 3 + 4 };
        xs.iter().map(|x| x ^ c ^ const { 7 }).collect()
    }
    #[parallelize]
    pub(super) fn called_like_a_local(xs: &[u32]) -> BTreeMap<u32, Vec<u32>> {
        let mut out: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (k, v) in xs.iter().map(|x| (x % 7, *x)).collect::<Vec<_>>() {
            out.entry(k).or_default().push(v);
        }
        out
    }
    #[parallelize]
    pub(super) fn array_of_results(xs: &[u32]) -> [Option<u32>; 2] {
        [xs.iter().copied().min(), xs.iter().copied().max()]
    }
    #[parallelize]
    pub(super) fn tuple_of_results(xs: &[u32]) -> (Vec<u32>, usize) {
        (xs.iter().map(|x| x ^ 1).collect(), xs.iter().filter(|x| **x > 2).count())
    }
    #[parallelize]
    pub(super) fn slice_patterns(xs: &[u32]) -> Vec<u32> {
        match xs {
            [] => vec![1],
            [one] => vec![*one, 1],
            [_, rest @ ..] if rest.len() > 3 => xs.iter().map(|x| x ^ 3).collect(),
            _ => xs.iter().map(|x| x ^ 4).collect(),
        }
    }
    #[parallelize]
    pub(super) fn mean_then_deviation(xs: &[f64]) -> f64 {
        let n = xs.len() as f64;
        let m = xs.iter().sum::<f64>() / n;
        (xs.iter().map(|x| (x - m).powi(2)).sum::<f64>() / (n - 1.)).sqrt()
    }
    #[parallelize]
    pub(super) fn outer_reference(xs: &[u32]) -> Vec<u32> {
        unsafe_free(|| xs.len());
        let xs2 = xs;
        xs.iter().map(|x| x ^ xs2.len() as u32 ^ GLOBAL.load(std::sync::atomic::Ordering::Relaxed)).collect()
    }
    #[parallelize]
    pub(super) fn too_many_parentheses(xs: &[u32]) -> Vec<u32> {
        ((xs).iter().map((|x| (x ^ 1)))).collect::<Vec<u32>>()
    }
    #[parallelize]
    pub(super) fn nested_blocks(xs: &[u32]) -> Vec<u32> {
        return { { xs.iter().map(|x| x ^ 1).collect() } };
    }
    #[parallelize]
    pub(super) fn in_a_loop_condition(xs: &[u32]) -> u32 {
        let mut n = 0;
        while n < xs.iter().filter(|x| **x > n).count() as u32 && n < 5 {
            n += 1;
        }
        n + if xs.iter().any(|x| *x == n) { 1 } else { 0 }
    }
    #[parallelize]
    pub(super) fn inside_operators(xs: &[u32]) -> bool {
        !xs.iter().all(|x| *x > 1) && -(xs.iter().map(|x| *x as i64).fold(0, |a, b| a - b)) > 3
            || matches!(xs.len(), 0 | 7)
    }
    #[parallelize]
    pub(super) fn closure_captures_reference(xs: &[u32], s: &str) -> Vec<String> {
        let k = s.to_owned();
        xs.iter()
            .map(|x| {
                let k = &k;
                (0..3).map(move |i| format!("{k}{i}{x}")).collect::<String>()
            })
            .collect()
    }
    #[parallelize]
    pub(super) fn tuple_pattern_parameter(xs: &[u32], (p, q): (&str, String)) -> Vec<usize> {
        xs.iter().map(|x| p.len() + q.len() + *x as usize).collect()
    }
    #[parallelize]
    pub(super) fn callable_in_a_tuple(xs: &[u32]) -> Vec<u32> {
        let t = (|x: &u32| x ^ 5, 3);
        xs.iter().map(t.0).map(|x| x ^ t.1).collect()
    }
    #[parallelize]
    pub(super) fn callable_by_condition(xs: &[u32]) -> Vec<u32> {
        xs.iter().map(if xs.len() > 3 { |x: &u32| x ^ 1 } else { |x: &u32| x ^ 2 }).collect()
    }
    #[parallelize]
    pub(super) fn flat_characters(xs: &[String]) -> Vec<char> {
        xs.iter().flat_map(|x| x.chars()).filter(char::is_ascii_alphabetic).collect()
    }
    #[parallelize]
    pub(super) fn shadowed_after_the_chain(xs: &[u32]) -> Vec<u32> {
        let n = xs.iter().filter(|x| **x > 3).count() as u32;
        let xs = &xs[..xs.len() / 2];
        helper(xs, n)
    }
    #[parallelize]
    pub(super) fn destructured_array_of_chains(xs: &[u32]) -> (u32, Vec<u32>) {
        let [a, b] = [xs.iter().copied().max(), xs.iter().copied().min()].map(Option::unwrap_or_default);
        (a ^ b, xs.iter().map(|x| x ^ a ^ b).collect())
    }
    #[parallelize]
    pub(super) fn assigned_later(xs: &[u32]) -> Vec<u32> {
        let v;
        v = xs.iter().map(|x| x ^ 1).collect();
        v
    }
    #[parallelize]
    pub(super) fn mutated_local(xs: &[u32]) -> u32 {
        let mut v: Vec<u32> = Vec::new();
        v.extend(xs.iter().map(|x| x ^ 1).collect::<Vec<_>>());
        v.push(xs.iter().map(|x| x ^ 1).max().unwrap_or(0));
        v.iter().fold(0, |a, b| a ^ b)
    }
    #[parallelize]
    pub(super) fn vectors_made_inside(xs: &[u32]) -> Vec<Vec<u32>> {
        xs.iter()
            .map(|&x| {
                let mut v = vec![];
                for i in 0..x % 4 {
                    v.push(i);
                }
                v
            })
            .collect()
    }
    #[parallelize]
    pub(super) fn if_let_patterns(xs: &[u32]) -> Vec<u32> {
        if let (Some(a), [.., b]) = (xs.first(), xs) {
            xs.iter().map(|x| x ^ a ^ b).collect()
        } else {
            xs.iter().map(|x| x ^ 1).collect()
        }
    }
    #[parallelize]
    pub(super) fn match_in_closure(xs: &[u32]) -> Vec<u32> {
        xs.iter()
            .map(|x| match *x {
                n @ 0..=3 => n,
                n if n % 2 == 0 => {
                    return n;
                }
                n => loop {
                    break n ^ 1;
                },
            })
            .collect()
    }
}
fn k2() -> u32 {
    4
}
fn helper(xs: &[u32], n: u32) -> Vec<u32> {
    xs.iter().map(|x| x ^ n).collect()
}
fn unsafe_free(f: impl Fn() -> usize) -> usize {
    f()
}

fn check() {
    let xs: Vec<u32> = numbers(50).into_iter().map(|x| x % 31).collect();
    let s: Vec<String> = xs.iter().map(|x| format!("w{x}")).collect();
    let ops: Vec<(u32, Option<u32>)> = xs.iter().map(|x| (*x, x.checked_sub(4))).collect();
    let fs = floats(50);

    same! {
        pattern_parameters((1, 2), &xs, &Sq(3), [4, 5, 6], 7); shadowed_names(&xs, 3); labels(&xs);
        raw_string_with_the_name(&xs); nested_macros(&xs); closures_of_closures(&xs); own_items(&xs);
        unicode_names(&xs, 3); let_else_inside(&ops); let_else_before(&xs); async_and_const_blocks(&xs);
        called_like_a_local(&xs); array_of_results(&xs); tuple_of_results(&xs); slice_patterns(&xs);
        slice_patterns(&xs[..3]); mean_then_deviation(&fs); outer_reference(&xs); too_many_parentheses(&xs);
        nested_blocks(&xs); in_a_loop_condition(&xs); inside_operators(&xs);
        closure_captures_reference(&xs, "a"); tuple_pattern_parameter(&xs, ("a", "bc".into()));
        callable_in_a_tuple(&xs); callable_by_condition(&xs); flat_characters(&s);
        shadowed_after_the_chain(&xs); destructured_array_of_chains(&xs); assigned_later(&xs);
        mutated_local(&xs); vectors_made_inside(&xs); if_let_patterns(&xs); match_in_closure(&xs);
    }
}

#[test]
fn same_as_plain() {
    everywhere(check);
}
