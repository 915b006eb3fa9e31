//! Chains at places where one seldom sees them, between statements that change what they read.
#![allow(unused_parens, unused_qualifications, clippy::all, clippy::pedantic, unused_braces)]

use std::borrow::Cow;
use std::fmt::Display;

use crate::{everywhere, floats, numbers, same, twice};

pub(crate) fn adder(k: u32) -> impl Fn(u32) -> u32 {
    move |x| x ^ k
}
pub(crate) struct Two {
    a: Vec<u32>,
    n: usize,
}
pub(crate) type Pair<T> = (T, T);

twice! {
    #[parallelize]
    pub(super) fn reassigned_slice(mut xs: &[u32]) -> Vec<u32> {
        if xs.len() > 3 {
            xs = &xs[1..];
        }
        xs.iter().map(|x| x ^ 1).collect()
    }
    #[parallelize]
    pub(super) fn bound_pattern(xs @ _: &[u32]) -> Vec<u32> {
        xs.iter().map(|x| x ^ 1).collect()
    }
    #[parallelize]
    pub(super) fn parenthesised_types(xs: (&[u32])) -> (Vec<u32>) {
        xs.iter().map(|x: &u32| -> u32 { x ^ 1 }).collect()
    }
    #[parallelize]
    pub(super) fn cow_elements<'a>(xs: &'a [Cow<'_, str>]) -> Vec<Cow<'a, str>> {
        xs.iter()
            .map(|x| match x {
                Cow::Borrowed(s) => Cow::Borrowed(*s),
                Cow::Owned(s) => Cow::Owned(s.clone() + "!"),
            })
            .collect()
    }
    #[parallelize]
    pub(super) fn static_elements(xs: &'static [&'static str], fs: &[fn(&str) -> usize]) -> Vec<usize> {
        xs.iter().map(|x| fs.iter().map(|f| f(x)).sum()).collect()
    }
    #[parallelize]
    pub(super) fn function_elements(xs: &[fn(u32) -> u32], k: u32) -> Vec<u32> {
        xs.iter().map(|f| f(k)).collect()
    }
    #[parallelize]
    pub(super) fn opaque_elements_in_result(xs: &[u32]) -> Vec<impl Display + PartialEq + std::fmt::Debug + use<>> {
        xs.iter().map(|x| x ^ 1).collect()
    }
    #[parallelize]
    pub(super) fn in_struct_fields(xs: &[u32]) -> Two {
        let n = 3;
        Two { a: xs.iter().map(|x| x ^ 1).collect(), n: n + xs.iter().count() }
    }
    #[parallelize]
    pub(super) fn in_index_and_range(xs: &[u32], t: &[u32]) -> u32 {
        t[xs.iter().filter(|x| **x > 9).count() % t.len()] + (0..xs.iter().count()).len() as u32
    }
    #[parallelize]
    pub(super) fn behind_unary_operators(xs: &[i32]) -> i64 {
        i64::from(-xs.iter().copied().min().unwrap_or(0))
            + -(xs.iter().count() as i64)
            + *&(xs.iter().map(|x| i64::from(*x)).sum::<i64>())
    }
    #[parallelize]
    pub(super) fn ordered_in_conditions(xs: &[f64]) -> bool {
        if xs.iter().map(|x| x * 2.0).fold(true, |a, b| a && b > 1.0) {
            return xs.iter().count() < 3;
        }
        match xs.iter().map(|x| x + 1.0).fold(0.0, f64::max) {
            x if x > 3.0 => true,
            _ => xs.iter().map(|x| x * 3.0).fold(1.0, |a, b| a * b) > 1.0,
        }
    }
    #[parallelize]
    pub(super) fn ordered_in_operators(xs: &[u32]) -> u32 {
        1 + xs.iter().copied().map(adder(3)).fold(0, |a, b| a ^ b) * 2
            + xs.iter().copied().map(adder(1)).max().unwrap_or(1)
    }
    #[parallelize]
    pub(super) fn ordered_with_made_callables(xs: &[u32]) -> usize {
        xs.iter()
            .copied()
            .map(adder(3))
            .map(|x| x ^ 3)
            .fold(vec![0; 3], |mut a, b| {
                a.push(b);
                a
            })
            .len()
    }
    #[parallelize]
    pub(super) fn ordered_in_loop_conditions(xs: &[u32]) -> usize {
        let mut i = 0;
        while xs.iter().copied().map(adder(3)).fold(i as u32, |a, b| a ^ b) > 3 && i < 3 {
            i += 1;
        }
        if xs.iter().copied().map(adder(3)).any(|x| x == 3) {
            i += 7;
        }
        i
    }
    #[parallelize]
    pub(super) fn breaks_with_value(xs: &[u32]) -> Vec<u32> {
        'a: {
            if xs.len() > 3 {
                break 'a xs.iter().map(|x| x ^ 1).collect();
            }
            xs.iter().map(|x| x ^ 2).collect()
        }
    }
    #[parallelize]
    pub(super) fn raw_pointer_beside(xs: &[u32]) -> Vec<u32> {
        let p: *const u32 = xs.as_ptr();
        let q = p as usize % 2;
        xs.iter().map(|x| x ^ q as u32 ^ 3).collect()
    }
    #[parallelize]
    pub(super) fn recursive(xs: &[u32], depth: u32) -> Vec<u32> {
        if depth == 0 {
            return xs.to_vec();
        }
        xs.iter().map(|x| recursive(&[*x, x ^ depth], depth - 1).into_iter().sum::<u32>()).collect()
    }
    #[parallelize]
    pub(super) fn annotated_inside(xs: &[u32]) -> Vec<u32> {
        const { assert!(size_of::<u32>() == 4) };
        {
            #[amorsize::parallelize]
            fn inner(xs: &[u32], k: u32) -> u32 {
                xs.iter().map(|x| x ^ k).sum()
            }
            xs.iter().map(|x| inner(&[*x, 3], *x)).collect()
        }
    }
    #[parallelize]
    pub(super) fn const_generic_arrays<const N: usize, T: Default + Sync + Send + Copy>(xs: &[T]) -> Vec<[T; N]>
    where
        [T; N]: Sized,
    {
        xs.iter().map(|x| [*x; N]).collect()
    }
    #[parallelize]
    pub(super) fn tuple_alias(xs: &[Pair<u32>]) -> Pair<Option<u32>> {
        (xs.iter().map(|&(a, _)| a).min(), xs.iter().map(|(_, b)| *b).max())
    }
    #[parallelize]
    pub(super) fn shared_slice_result(xs: &[u32]) -> std::rc::Rc<[u32]> {
        xs.iter().map(|x| x ^ 1).collect()
    }
    #[parallelize]
    pub(super) fn io_result(xs: &[u32]) -> std::io::Result<Vec<u32>> {
        xs.iter().map(|x| Ok(x ^ 1)).collect()
    }
    #[parallelize]
    pub(super) fn boxed_iterator(xs: &[u32]) -> Box<dyn Iterator<Item = u32> + '_> {
        let v: Vec<_> = xs.iter().map(|x| x ^ 1).collect();
        Box::new(v.into_iter().zip(xs).map(|(a, b)| a ^ b))
    }
    #[parallelize]
    pub(super) fn assigned_closure(xs: &[u32]) -> Vec<u32> {
        let f;
        {
            let k = 3;
            f = move |x: &u32| x ^ k;
        }
        xs.iter().map(f).collect()
    }
    #[parallelize]
    pub(super) fn destructured_array(xs: &[u32]) -> Vec<u32> {
        let mut t = [3, 1, 2];
        t.sort();
        let t = t;
        let [a, ref b, ..] = t;
        xs.iter().map(|x| x ^ a ^ b ^ t[2]).collect()
    }
    #[parallelize]
    pub(super) fn moved_parameter(xs: &[u32], s: String) -> Vec<String> {
        let t = s.clone();
        drop(s);
        let s = t;
        xs.iter().map(|x| format!("{s}{x}")).collect()
    }
    #[parallelize]
    pub(super) fn parameter_needed_afterwards(xs: &[u32], s: String) -> (Vec<String>, String) {
        let v = xs.iter().map(|x| format!("{s}{x}")).collect();
        (v, s)
    }
    #[parallelize]
    pub(super) fn cell_beside(xs: &[u32]) -> Vec<u32> {
        let k = std::cell::Cell::new(3);
        k.set(4);
        let k = k.get();
        xs.iter().map(|x| x ^ k).collect()
    }
    #[parallelize]
    pub(super) fn exclusive_parameter_outside(xs: &mut [u32], k: &mut u32) -> u32 {
        *k += 1;
        let k2 = *k;
        for x in xs.iter_mut() {
            *x ^= k2;
        }
        *k += xs.iter().copied().max().unwrap_or(0);
        *k
    }
    #[parallelize]
    pub(super) fn slice_changed_around(xs: &mut [u32]) {
        if xs.is_empty() {
            return;
        }
        let last = xs.len() - 1;
        xs[last] = 3;
        for x in xs.iter_mut() {
            *x ^= 1;
        }
        xs[0] = 9;
        xs.swap(0, last);
    }
    #[parallelize]
    pub(super) fn returns_after_loop(xs: &mut [u32]) -> (&'static str,) {
        for x in &mut *xs {
            *x ^= 1;
        }
        ("done",)
    }
    #[parallelize]
    pub(super) fn generic_addition<T>(xs: &mut [T])
    where
        T: Send + for<'a> std::ops::AddAssign<&'a u32>,
    {
        for x in xs.iter_mut() {
            *x += &3;
        }
    }
    #[parallelize]
    pub(super) fn boxed_elements(xs: &mut [Option<Box<u32>>]) {
        for x in xs {
            if let Some(b) = x.take() {
                *x = Some(Box::new(*b ^ 1));
            }
        }
    }
    #[parallelize]
    pub(super) fn own_operator(xs: &[u32]) -> Vec<u32> {
        #[derive(Clone, Copy)]
        struct K(u32);
        impl std::ops::BitXor<K> for &u32 {
            type Output = u32;
            fn bitxor(self, k: K) -> u32 {
                *self ^ k.0
            }
        }
        let k = K(3);
        xs.iter().map(|x| x ^ k).collect()
    }
    #[parallelize]
    pub(super) fn own_use(xs: &[u32]) -> Vec<(u32, u32)> {
        use std::collections::BTreeMap as Map;
        let m: Map<u32, u32> = xs.iter().map(|x| (*x, x ^ 1)).collect();
        m.into_iter().collect()
    }
    #[parallelize]
    pub(super) fn result_needed_by_chain(xs: &[String]) -> String {
        let longest = xs.iter().map(|x| x.as_str()).max_by_key(|x| x.len()).unwrap_or_default();
        xs.iter().map(|x| x.replace(longest, "_")).collect::<String>() + longest
    }
    #[parallelize]
    pub(super) fn closures_capture_slice(xs: &[u32]) -> usize {
        let n = || xs.len();
        let m = move || n() + 1;
        m() + xs.iter().filter(|x| **x as usize > m()).count()
    }
    #[parallelize]
    pub(super) fn byte_patterns(xs: &[u8]) -> Vec<u8> {
        xs.iter().map(u8::to_ascii_uppercase).map(|b| if let b'A'..=b'Z' = b { b } else { b'_' }).collect()
    }
    #[parallelize]
    pub(super) fn same_name_for_elements(xs: &[&[u32]]) -> Vec<u32> {
        xs.iter().map(|xs| xs.iter().map(|x| x ^ 1).sum()).collect()
    }
    #[parallelize]
    pub(super) fn same_name_inside(xs: &[u32]) -> Vec<u32> {
        xs.iter()
            .map(|_| {
                let xs = [1, 2];
                xs.iter().sum::<u32>()
            })
            .collect()
    }
    #[parallelize]
    pub(super) fn iterators_as_elements<I: IntoIterator<Item = u32> + Clone + Sync>(
        xs: &[I],
        _n: std::marker::PhantomData<fn() -> I>,
    ) -> Vec<u32> {
        xs.iter().cloned().flat_map(IntoIterator::into_iter).collect()
    }
    #[parallelize]
    pub(super) fn reduced_and_converted(xs: &[u32]) -> u32 {
        xs.iter().copied().reduce(|a, b| a ^ b).unwrap_or_default()
            + xs.iter().map(|x| x ^ 1).map(Into::<u64>::into).fold(0, |a, b| a ^ b) as u32
    }
    #[parallelize]
    pub(super) fn question_marks(xs: &[u32]) -> Option<u32> {
        let m = xs.iter().max()?;
        let n = xs.iter().min()?;
        m.checked_sub(*n)
    }
    #[parallelize]
    pub(super) fn own_macros(xs: &[u32]) -> Vec<u32> {
        macro_rules! m {
            ($x:ident) => {
                $x ^ 1
            };
        }
        macro_rules! ys {
            () => {
                xs
            };
        }
        let _k = ys!().len();
        xs.iter().map(|x| m!(x)).collect()
    }
    #[parallelize]
    pub(super) fn partitioned(xs: &[u32]) -> Vec<u32> {
        let (n, m): (Vec<u32>, Vec<u32>) = xs.iter().map(|x| x ^ 1).partition(|x| x % 2 == 0);
        let k = n.len() + m.len();
        xs.iter().map(|x| x ^ k as u32).collect()
    }
    #[parallelize]
    pub(super) fn question_mark_in_closure(xs: &[u32]) -> u32 {
        let f = |x: &u32| -> Result<u32, u32> {
            if *x > 40 {
                Err(*x)?
            }
            Ok(x ^ 1)
        };
        xs.iter().map(f).filter_map(Result::ok).sum()
    }
    #[parallelize]
    pub(super) fn raw_function_name(xs: &[u32]) -> Vec<u32> {
        xs.iter()
            .map(|x| {
                fn r#fn(x: u32) -> u32 {
                    x ^ 1
                }
                r#fn(*x)
            })
            .collect()
    }
    #[parallelize]
    pub(super) fn in_a_macro(xs: &[u32]) -> Vec<u32> {
        let v = vec![xs.iter().count(); 3];
        xs.iter().map(|x| x ^ v[0] as u32).collect()
    }
    #[parallelize]
    pub(super) fn block_as_receiver(xs: &[u32]) -> Vec<u32> {
        let _ys = { xs.iter() }.map(|x| x ^ 1).collect::<Vec<_>>();
        xs.iter().map(|x| x ^ 1).collect()
    }
    #[parallelize]
    pub(super) fn scoped_threads(xs: &[u32]) -> Vec<u32> {
        std::thread::scope(|s| {
            let h = s.spawn(|| xs.len());
            let n = h.join().unwrap() as u32;
            n
        });
        xs.iter().map(|x| x ^ 1).collect()
    }
    #[parallelize]
    pub(super) fn drops_a_guard(xs: &[u32]) -> Vec<u32> {
        struct D<'a>(&'a [u32]);
        impl Drop for D<'_> {
            fn drop(&mut self) {
                assert!(self.0.len() < 1000);
            }
        }
        let _d = D(xs);
        xs.iter().map(|x| x ^ 1).collect()
    }
    #[parallelize]
    pub(super) fn in_if_let(xs: &[u32], y: &Option<String>) -> Vec<usize> {
        if let Some(y) = y { xs.iter().map(|x| y.len() ^ *x as usize).collect() } else { vec![] }
    }
    #[parallelize]
    pub(super) fn pattern_of_struct(xs: &[u32], Two { a, n }: &Two) -> Vec<u32> {
        xs.iter().map(|x| a[*x as usize % a.len()] ^ *n as u32).collect()
    }
    #[parallelize]
    pub(super) fn into_iter(xs: &[u32]) -> Vec<u32> {
        xs.into_iter().map(|x| x ^ 1).collect()
    }
    #[parallelize]
    pub(super) fn ref_patterns(xs: &[u32]) -> Vec<u32> {
        let ref k = 3;
        let &k = k;
        let y = &&k;
        xs.iter().map(|x| x ^ **y).collect()
    }
    #[parallelize]
    pub(super) fn callables_by_reference(xs: &[u32]) -> Vec<u32> {
        let g = {
            let k = 7;
            move |x: u32| x ^ k
        };
        let h = |x| g(g(x));
        xs.iter().copied().map(h).map(&g).map(&&h).collect()
    }
}

fn check() {
    let xs: Vec<u32> = numbers(50).into_iter().map(|x| x % 31).collect();
    let fs = floats(50);
    let s: Vec<String> = xs.iter().map(|x| format!("w{x}")).collect();
    let is: Vec<i32> = xs.iter().map(|x| *x as i32).collect();
    let cows: Vec<Cow<'_, str>> = s.iter().map(|x| Cow::Borrowed(x.as_str())).collect();
    let pairs: Vec<(u32, u32)> = xs.iter().map(|x| (*x, x ^ 1)).collect();
    let parts: Vec<&[u32]> = xs.chunks(7).collect();
    let vecs: Vec<Vec<u32>> = parts.iter().map(|x| x.to_vec()).collect();
    let two = Two { a: vec![1, 2, 3], n: 3 };
    same! {
        reassigned_slice(&xs); bound_pattern(&xs); parenthesised_types(&xs); cow_elements(&cows);
        static_elements(&["a", "b"], &[str::len]); function_elements(&[|x| x, |x| x ^ 1], 3);
        in_index_and_range(&xs, &xs); behind_unary_operators(&is); ordered_in_conditions(&fs);
        ordered_in_conditions(&fs[..2]); ordered_in_operators(&xs); ordered_with_made_callables(&xs);
        ordered_in_loop_conditions(&xs); breaks_with_value(&xs); raw_pointer_beside(&xs); recursive(&xs, 3);
        annotated_inside(&xs); tuple_alias(&pairs); shared_slice_result(&xs); assigned_closure(&xs);
        destructured_array(&xs); moved_parameter(&xs, "x".into());
        parameter_needed_afterwards(&xs, "x".into()); cell_beside(&xs); own_operator(&xs); own_use(&xs);
        result_needed_by_chain(&s); closures_capture_slice(&xs); byte_patterns(b"sdkfhSDF");
        same_name_for_elements(&parts); same_name_inside(&xs);
        iterators_as_elements(&vecs, std::marker::PhantomData); reduced_and_converted(&xs);
        question_marks(&xs); own_macros(&xs); partitioned(&xs); question_mark_in_closure(&xs);
        raw_function_name(&xs); in_a_macro(&xs); block_as_receiver(&xs); scoped_threads(&xs);
        drops_a_guard(&xs); in_if_let(&xs, &Some("x".into())); pattern_of_struct(&xs, &two); into_iter(&xs);
        ref_patterns(&xs); callables_by_reference(&xs);
    }
    assert_eq!(split::const_generic_arrays::<3, _>(&xs), plain::const_generic_arrays::<3, _>(&xs));
    assert!(
        split::opaque_elements_in_result(&xs)
            .iter()
            .map(|x| x.to_string())
            .eq(plain::opaque_elements_in_result(&xs).iter().map(|x| x.to_string()))
    );
    assert_eq!(split::in_struct_fields(&xs).a, plain::in_struct_fields(&xs).a);
    assert_eq!(split::in_struct_fields(&xs).n, plain::in_struct_fields(&xs).n);
    assert_eq!(split::io_result(&xs).unwrap(), plain::io_result(&xs).unwrap());
    assert!(split::boxed_iterator(&xs).eq(plain::boxed_iterator(&xs)));
    macro_rules! same_mut { ($($f:ident($v:expr $(, $a:expr)*);)*) => { $({ let (mut a, mut b) = ($v, $v); assert_eq!(split::$f(&mut a $(, $a)*), plain::$f(&mut b $(, $a)*)); assert_eq!(a, b); })* } }
    same_mut! { exclusive_parameter_outside(xs.clone(), &mut 3); slice_changed_around(xs.clone()); returns_after_loop(xs.clone()); generic_addition(xs.clone()); boxed_elements(xs.iter().map(|x| (x % 3 > 0).then(|| Box::new(*x))).collect::<Vec<_>>()); }
}

#[test]
fn same_as_plain() {
    everywhere(check);
}
