//! Loops and `for_each`.

use expect_test::expect;

use crate::check;

#[test]
fn bare_loop() {
    check(
        "",
        "fn f(xs: &mut [f32], k: f32) { 'all: for x in xs { if *x < 0.0 { continue 'all; } *x *= k; } }",
        &expect![[r#"
            fn f(xs: &mut [f32], k: f32) {
                static AMORSIZE_SITE: ::amorsize::__private::Site = ::amorsize::__private::Site::new(::amorsize::__private::Spec {
                    part: "",
                    signature: "(&mut [f32], f32)",
                    body: "0daed5519043",
                    key: "",
                    file: ::core::file!(),
                    line: ::core::line!(),
                    options: ::amorsize::__private::Options::NONE,
                });
                ::amorsize::__private::parameter::<f32>();
                ::amorsize::__private::for_each::<
                    _,
                    _,
                    _,
                >(
                    &AMORSIZE_SITE,
                    ::amorsize::__private::elements_mut::<f32>(&mut *xs),
                    move |xs: &mut [f32]| -> ::amorsize::__private::Done {
                        let mut amorsize_left = true;
                        let mut amorsize_rest = ::core::iter::IntoIterator::into_iter(xs);
                        'all: for x in ::core::iter::from_fn(|| {
                            let amorsize_next = ::core::iter::Iterator::next(&mut amorsize_rest);
                            amorsize_left = ::core::option::Option::is_some(&amorsize_next);
                            amorsize_next
                        }) {
                            if *x < 0.0 {
                                continue 'all;
                            }
                            *x *= k;
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
fn loop_in_the_middle() {
    check(
        "chunk_size = 64",
        "fn f(xs: &mut [u32]) -> usize {
            for x in xs.iter_mut().filter(|x| **x > 3) { *x -= 1; }
            xs.len()
        }",
        &expect![[r#"
            fn f(xs: &mut [u32]) -> usize {
                static AMORSIZE_SITE: ::amorsize::__private::Site = ::amorsize::__private::Site::new(::amorsize::__private::Spec {
                    part: "",
                    signature: "(&mut [u32]) -> usize",
                    body: "22fc55ae9914",
                    key: "",
                    file: ::core::file!(),
                    line: ::core::line!(),
                    options: ::amorsize::__private::Options {
                        chunk_size: 64,
                        ..::amorsize::__private::Options::NONE
                    },
                });
                ::amorsize::__private::for_each::<
                    _,
                    _,
                    _,
                >(
                    &AMORSIZE_SITE,
                    ::amorsize::__private::elements_mut::<u32>(&mut *xs),
                    |xs: &mut [u32]| -> ::amorsize::__private::Done {
                        let mut amorsize_left = true;
                        let mut amorsize_rest = xs.iter_mut().filter(|x| **x > 3);
                        for x in ::core::iter::from_fn(|| {
                            let amorsize_next = ::core::iter::Iterator::next(&mut amorsize_rest);
                            amorsize_left = ::core::option::Option::is_some(&amorsize_next);
                            amorsize_next
                        }) {
                            *x -= 1;
                        }
                        return ::amorsize::__private::Done::drained(
                            &AMORSIZE_SITE,
                            ::core::iter::IntoIterator::into_iter(amorsize_left.then_some(())),
                        );
                    },
                );
                xs.len()
            }
        "#]],
    );
}

#[test]
fn for_each() {
    check(
        "",
        "fn f(xs: &mut [u32]) { xs.iter_mut().for_each(|x| *x += 1) }",
        &expect![[r#"
            fn f(xs: &mut [u32]) {
                static AMORSIZE_SITE: ::amorsize::__private::Site = ::amorsize::__private::Site::new(::amorsize::__private::Spec {
                    part: "",
                    signature: "(&mut [u32])",
                    body: "fbfb08f36ddd",
                    key: "",
                    file: ::core::file!(),
                    line: ::core::line!(),
                    options: ::amorsize::__private::Options::NONE,
                });
                ::amorsize::__private::for_each::<
                    _,
                    _,
                    _,
                >(
                    &AMORSIZE_SITE,
                    ::amorsize::__private::elements_mut::<u32>(&mut *xs),
                    move |xs: &mut [u32]| { xs.iter_mut().for_each(|x| *x += 1) },
                )
            }
        "#]],
    );
}

#[test]
fn shared_loop() {
    check(
        "",
        "fn f(xs: &[usize], bins: &[AtomicU32]) { for x in xs { bins[*x].bump(); } }",
        &expect![[r#"
            fn f(xs: &[usize], bins: &[AtomicU32]) {
                static AMORSIZE_SITE: ::amorsize::__private::Site = ::amorsize::__private::Site::new(::amorsize::__private::Spec {
                    part: "",
                    signature: "(&[usize], &[AtomicU32])",
                    body: "d63f0dee6a98",
                    key: "",
                    file: ::core::file!(),
                    line: ::core::line!(),
                    options: ::amorsize::__private::Options::NONE,
                });
                ::amorsize::__private::parameter::<AtomicU32>();
                ::amorsize::__private::for_each::<
                    _,
                    _,
                    _,
                >(
                    &AMORSIZE_SITE,
                    ::amorsize::__private::elements::<usize>(xs),
                    move |xs: &[usize]| -> ::amorsize::__private::Done {
                        let mut amorsize_left = true;
                        let mut amorsize_rest = ::core::iter::IntoIterator::into_iter(xs);
                        for x in ::core::iter::from_fn(|| {
                            let amorsize_next = ::core::iter::Iterator::next(&mut amorsize_rest);
                            amorsize_left = ::core::option::Option::is_some(&amorsize_next);
                            amorsize_next
                        }) {
                            bins[*x].bump();
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
