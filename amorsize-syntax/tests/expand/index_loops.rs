//! Loops over indices.

use expect_test::expect;

use crate::{check, refused};

#[test]
fn stencil() {
    check(
        "",
        "fn f(src: &[f64], dst: &mut [f64]) { for i in 1..src.len() - 1 { dst[i] = src[i - 1] + src[i + 1]; } }",
        &expect![[r#"
            fn f(src: &[f64], dst: &mut [f64]) {
                static AMORSIZE_SITE: ::amorsize::__private::Site = ::amorsize::__private::Site::new(::amorsize::__private::Spec {
                    part: "",
                    signature: "(&[f64], &mut [f64])",
                    body: "0585cb104280",
                    key: "",
                    file: ::core::file!(),
                    line: ::core::line!(),
                    options: ::amorsize::__private::Options::NONE,
                });
                ::amorsize::__private::parameter::<f64>();
                ::amorsize::__private::for_each::<
                    _,
                    _,
                    _,
                >(
                    &AMORSIZE_SITE,
                    ::amorsize::__private::own(
                        ::amorsize::__private::indices(1..src.len() - 1),
                        ::amorsize::__private::elements_mut::<f64>(&mut *dst),
                    ),
                    move |
                        (
                            (amorsize_range, amorsize_from),
                            dst,
                            _,
                        ): ((_, ::core::primitive::usize), &mut [f64], ::core::primitive::usize),
                    | -> ::amorsize::__private::Done {
                        let mut amorsize_left = true;
                        let mut amorsize_rest = amorsize_range;
                        for i in ::core::iter::from_fn(|| {
                            let amorsize_next = ::core::iter::Iterator::next(&mut amorsize_rest);
                            amorsize_left = ::core::option::Option::is_some(&amorsize_next);
                            amorsize_next
                        }) {
                            let amorsize_own: ::core::primitive::usize = ::amorsize::__private::index(
                                i,
                                amorsize_from,
                            );
                            (dst)[amorsize_own] = src[i - 1] + src[i + 1];
                        }
                        return ::amorsize::__private::Done::drained(
                            &AMORSIZE_SITE,
                            ::core::iter::IntoIterator::into_iter(amorsize_left.then_some(())),
                        );
                    },
                );
            }
        "#]],
    );
}

#[test]
fn everything_at_once() {
    check(
        "",
        "fn f(a: &mut [f64], rows: &mut [Vec<f64>], c: &mut [f64], n: u32) -> usize {
            'rows: for i in 0..=n {
                if a.is_empty() { continue 'rows; }
                assert!(a[i as usize] > 0.0, \"{}\", a.len());
                for j in 0..rows[usize::from(i)].len() { rows[i as usize][j] += c[j] / a.len() as f64; }
                if let Some(x) = a.get_mut((i as usize)) { *x += 1.0; }
            }
            c.len()
        }",
        &expect![[r#"
            fn f(a: &mut [f64], rows: &mut [Vec<f64>], c: &mut [f64], n: u32) -> usize {
                static AMORSIZE_SITE: ::amorsize::__private::Site = ::amorsize::__private::Site::new(::amorsize::__private::Spec {
                    part: "",
                    signature: "(&mut [f64], &mut [Vec<f64>], &mut [f64], u32) -> usize",
                    body: "25b21c2a3c0f",
                    key: "",
                    file: ::core::file!(),
                    line: ::core::line!(),
                    options: ::amorsize::__private::Options::NONE,
                });
                ::amorsize::__private::parameter::<f64>();
                ::amorsize::__private::for_each::<
                    _,
                    _,
                    _,
                >(
                    &AMORSIZE_SITE,
                    ::amorsize::__private::own(
                        ::amorsize::__private::own(
                            ::amorsize::__private::indices(0..=n),
                            ::amorsize::__private::elements_mut::<f64>(&mut *a),
                        ),
                        ::amorsize::__private::elements_mut::<Vec<f64>>(&mut *rows),
                    ),
                    |
                        (
                            ((amorsize_range, amorsize_from), a, amorsize_len_0),
                            rows,
                            _,
                        ): (
                            ((_, ::core::primitive::usize), &mut [f64], ::core::primitive::usize),
                            &mut [Vec<f64>],
                            ::core::primitive::usize,
                        ),
                    | -> ::amorsize::__private::Done {
                        let mut amorsize_left = true;
                        let mut amorsize_rest = amorsize_range;
                        'rows: for i in ::core::iter::from_fn(|| {
                            let amorsize_next = ::core::iter::Iterator::next(&mut amorsize_rest);
                            amorsize_left = ::core::option::Option::is_some(&amorsize_next);
                            amorsize_next
                        }) {
                            let amorsize_own: ::core::primitive::usize = ::amorsize::__private::place(
                                i,
                                amorsize_from,
                            );
                            if ::core::matches!(amorsize_len_0, 0) {
                                continue 'rows;
                            }
                            assert!((a) [amorsize_own] > 0.0, "{}", amorsize_len_0);
                            for j in 0..(rows)[amorsize_own].len() {
                                (rows)[amorsize_own][j] += c[j] / amorsize_len_0 as f64;
                            }
                            if let Some(x) = (a).get_mut(amorsize_own) {
                                *x += 1.0;
                            }
                        }
                        return ::amorsize::__private::Done::drained(
                            &AMORSIZE_SITE,
                            ::core::iter::IntoIterator::into_iter(amorsize_left.then_some(())),
                        );
                    },
                );
                c.len()
            }
        "#]],
    );
}

#[test]
fn the_outer_loop_goes_round() {
    check(
        "",
        "fn f(dst: &mut [f64], src: &[f64]) { for k in 0..src.len() { for j in 0..dst.len() { dst[j] += src[k]; } } }",
        &expect![[r#"
            fn f(dst: &mut [f64], src: &[f64]) {
                static AMORSIZE_SITE: ::amorsize::__private::Site = ::amorsize::__private::Site::new(::amorsize::__private::Spec {
                    part: "",
                    signature: "(&mut [f64], &[f64])",
                    body: "6f7006e517fa",
                    key: "",
                    file: ::core::file!(),
                    line: ::core::line!(),
                    options: ::amorsize::__private::Options::NONE,
                });
                ::amorsize::__private::parameter::<f64>();
                for k in 0..src.len() {
                    ::amorsize::__private::for_each::<
                        _,
                        _,
                        _,
                    >(
                        &AMORSIZE_SITE,
                        ::amorsize::__private::own(
                            ::amorsize::__private::indices(0..dst.len()),
                            ::amorsize::__private::elements_mut::<f64>(&mut *dst),
                        ),
                        |
                            (
                                (amorsize_range, amorsize_from),
                                dst,
                                _,
                            ): ((_, ::core::primitive::usize), &mut [f64], ::core::primitive::usize),
                        | -> ::amorsize::__private::Done {
                            let mut amorsize_left = true;
                            let mut amorsize_rest = amorsize_range;
                            for j in ::core::iter::from_fn(|| {
                                let amorsize_next = ::core::iter::Iterator::next(&mut amorsize_rest);
                                amorsize_left = ::core::option::Option::is_some(&amorsize_next);
                                amorsize_next
                            }) {
                                let amorsize_own: ::core::primitive::usize = ::amorsize::__private::index(
                                    j,
                                    amorsize_from,
                                );
                                (dst)[amorsize_own] += src[k];
                            }
                            return ::amorsize::__private::Done::drained(
                                &AMORSIZE_SITE,
                                ::core::iter::IntoIterator::into_iter(amorsize_left.then_some(())),
                            );
                        },
                    );
                }
            }
        "#]],
    );
}

#[test]
fn one_mistake_is_said_once() {
    for function in [
        "fn f(out: &mut [f64], n: usize) { for r in 0..n { for c in 0..n { out[r * n + c] = 0.0; } } }",
        "fn f(out: &mut [f64], n: usize) { for r in 0..n { for c in 0..n { for k in 0..n { out[r * n + c] += k as f64; } } } }",
        "fn f(xs: &mut [f64]) { for i in 1..xs.len() { xs[i] += xs[i - 1]; xs[i] *= xs[i - 2]; } }",
        "fn f(xs: &mut [f64], n: usize) { for i in 0..n { m!(xs); xs[i] = 1.0; } }",
        "fn f(xs: &mut [f64], n: usize) { for i in 0..n { const i: usize = 3; xs[i] = 1.0; } }",
        "fn f(xs: &mut [f64], n: usize) { for i in 0..n { use m::*; xs[i] = 1.0; } }",
        "fn f(xs: &mut [f64], n: usize) { for i in 0..n { let m!(i) = 1; xs[i] = 1.0; } }",
        "fn f(xs: &mut [f64], n: usize) { for i in 0..n { xs[i] = xs.iter().sum(); } }",
        "fn f(xs: &mut [f64], n: usize) { for i in 0..n { for x in xs { xs[i] = x; } } }",
        "fn f(xs: &mut [f64], n: usize) { for i in 0..n { xs[i] = total; total += xs[i]; } }",
    ] {
        let refused = refused("", function);
        assert_eq!(refused.len(), 1, "{function}: {refused:?}");
    }
}
