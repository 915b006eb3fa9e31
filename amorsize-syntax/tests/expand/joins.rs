//! Terminals and how their parts are joined.

use expect_test::expect;

use crate::check;

#[test]
fn sum() {
    check(
        "",
        "fn f(xs: &[f64]) -> f64 { xs.iter().map(|x| x * 2.0).sum() }",
        &expect![[r#"
            fn f(xs: &[f64]) -> f64 {
                static AMORSIZE_SITE: ::amorsize::__private::Site = ::amorsize::__private::Site::new(::amorsize::__private::Spec {
                    part: "",
                    signature: "(&[f64]) -> f64",
                    body: "249654fc7152",
                    key: "",
                    file: ::core::file!(),
                    line: ::core::line!(),
                    options: ::amorsize::__private::Options::NONE,
                });
                ::amorsize::__private::sum::<
                    f64,
                    _,
                    _,
                    _,
                >(
                    &AMORSIZE_SITE,
                    ::amorsize::__private::elements::<f64>(xs),
                    |xs: &[f64], amorsize_out: ::amorsize::__private::Total<'_, f64, _>| {
                        ::amorsize::__private::Total::sum(amorsize_out, xs.iter().map(|x| x * 2.0))
                    },
                )
            }
        "#]],
    );
}

#[test]
fn early_exit_is_named_in_full() {
    check(
        "",
        "fn f(xs: &[u32]) -> bool { xs.iter().any(|x| *x == 3) }",
        &expect![[r#"
            fn f(xs: &[u32]) -> bool {
                static AMORSIZE_SITE: ::amorsize::__private::Site = ::amorsize::__private::Site::new(::amorsize::__private::Spec {
                    part: "",
                    signature: "(&[u32]) -> bool",
                    body: "8d6968831e40",
                    key: "",
                    file: ::core::file!(),
                    line: ::core::line!(),
                    options: ::amorsize::__private::Options::NONE,
                });
                ::amorsize::__private::any::<
                    _,
                    _,
                >(
                    &AMORSIZE_SITE,
                    ::amorsize::__private::elements::<u32>(xs),
                    move |xs: &[u32]| { ::core::iter::Iterator::any(&mut xs.iter(), |x| *x == 3) },
                )
            }
        "#]],
    );
}

#[test]
fn least_item() {
    check(
        "",
        "fn f(xs: &[u32]) -> Option<u32> { xs.iter().copied().min() }",
        &expect![[r#"
            fn f(xs: &[u32]) -> Option<u32> {
                static AMORSIZE_SITE: ::amorsize::__private::Site = ::amorsize::__private::Site::new(::amorsize::__private::Spec {
                    part: "",
                    signature: "(&[u32]) -> Option<u32>",
                    body: "e2f08eddc739",
                    key: "",
                    file: ::core::file!(),
                    line: ::core::line!(),
                    options: ::amorsize::__private::Options::NONE,
                });
                ::amorsize::__private::min::<
                    u32,
                    _,
                    _,
                >(
                    &AMORSIZE_SITE,
                    ::amorsize::__private::elements::<u32>(xs),
                    move |xs: &[u32]| { xs.iter().copied().min() },
                )
            }
        "#]],
    );
}

#[test]
fn reduce_by_the_user() {
    check(
        "reduce = merge",
        "fn f(xs: &[String]) -> Counts { xs.iter().fold(Counts::new(), |c, x| c.add(x)) }",
        &expect![[r#"
            fn f(xs: &[String]) -> Counts {
                static AMORSIZE_SITE: ::amorsize::__private::Site = ::amorsize::__private::Site::new(::amorsize::__private::Spec {
                    part: "",
                    signature: "(&[String]) -> Counts",
                    body: "f57501535282",
                    key: "",
                    file: ::core::file!(),
                    line: ::core::line!(),
                    options: ::amorsize::__private::Options::NONE,
                });
                ::amorsize::__private::fold::<
                    Counts,
                    _,
                    _,
                    _,
                >(
                    &AMORSIZE_SITE,
                    ::amorsize::__private::elements::<String>(xs),
                    move |xs: &[String]| -> Counts {
                        xs.iter().fold(Counts::new(), |c, x| c.add(x))
                    },
                    merge,
                )
            }
        "#]],
    );
}

#[test]
fn ordered_tail() {
    check(
        "",
        "fn f(xs: &[f64], k: f64) -> f64 {
            let total = xs.iter().map(move |x| x * k).fold(start(k), |a, x| a * 0.5 + x);
            total.sqrt()
        }",
        &expect![[r#"
            fn f(xs: &[f64], k: f64) -> f64 {
                static AMORSIZE_SITE: ::amorsize::__private::Site = ::amorsize::__private::Site::new(::amorsize::__private::Spec {
                    part: "",
                    signature: "(&[f64], f64) -> f64",
                    body: "e7078870e0c4",
                    key: "",
                    file: ::core::file!(),
                    line: ::core::line!(),
                    options: ::amorsize::__private::Options::NONE,
                });
                ::amorsize::__private::parameter::<f64>();
                let total = match (start(k),) {
                    (amorsize_once_0,) => {
                        match ::amorsize::__private::ordered(
                            &AMORSIZE_SITE,
                            ::amorsize::__private::elements::<f64>(xs),
                            || (),
                        ) {
                            ::amorsize::__private::Ordered::Plain(amorsize_plain, xs) => {
                                amorsize_plain
                                    .end(
                                        xs
                                            .iter()
                                            .map(move |x| x * k)
                                            .fold(amorsize_once_0, |a, x| a * 0.5 + x),
                                    )
                            }
                            ::amorsize::__private::Ordered::Split(amorsize_split) => {
                                amorsize_split
                                    .run(
                                        |
                                            xs: &[f64],
                                            amorsize_out: ::amorsize::__private::Feed<'_, _>|
                                        { amorsize_out.feed(xs.iter().map(|x| x * k)) },
                                        |amorsize_items: ::amorsize::__private::Items<'_, _>| {
                                            amorsize_items.fold(amorsize_once_0, |a, x| a * 0.5 + x)
                                        },
                                    )
                            }
                        }
                    }
                };
                total.sqrt()
            }
        "#]],
    );
}

#[test]
fn ordered_tail_that_takes_itself_by_reference() {
    check(
        "",
        "fn f(xs: &[u32]) -> Option<usize> { xs.iter().map(|x| x % 7).position(|x| x == 3).or(None) }",
        &expect![[r#"
            fn f(xs: &[u32]) -> Option<usize> {
                static AMORSIZE_SITE: ::amorsize::__private::Site = ::amorsize::__private::Site::new(::amorsize::__private::Spec {
                    part: "",
                    signature: "(&[u32]) -> Option<usize>",
                    body: "cfb82812ec3a",
                    key: "",
                    file: ::core::file!(),
                    line: ::core::line!(),
                    options: ::amorsize::__private::Options::NONE,
                });
                (match ::amorsize::__private::ordered(
                    &AMORSIZE_SITE,
                    ::amorsize::__private::elements::<u32>(xs),
                    || (),
                ) {
                    ::amorsize::__private::Ordered::Plain(amorsize_plain, xs) => {
                        amorsize_plain
                            .end(
                                ::core::iter::Iterator::position(
                                    &mut xs.iter().map(|x| x % 7),
                                    |x| x == 3,
                                ),
                            )
                    }
                    ::amorsize::__private::Ordered::Split(amorsize_split) => {
                        amorsize_split
                            .run(
                                |xs: &[u32], amorsize_out: ::amorsize::__private::Feed<'_, _>| {
                                    amorsize_out.feed(xs.iter().map(|x| x % 7))
                                },
                                |mut amorsize_items: ::amorsize::__private::Items<'_, _>| {
                                    ::core::iter::Iterator::position(&mut amorsize_items, |x| x == 3)
                                },
                            )
                    }
                })
                    .or(None)
            }
        "#]],
    );
}
