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
        "fn f(xs: &[u32]) -> Option<u32> { xs.iter().map(|x| x % 7).try_fold(0, add).or(None) }",
        &expect![[r#"
            fn f(xs: &[u32]) -> Option<u32> {
                static AMORSIZE_SITE: ::amorsize::__private::Site = ::amorsize::__private::Site::new(::amorsize::__private::Spec {
                    part: "",
                    signature: "(&[u32]) -> Option<u32>",
                    body: "46fe05eac611",
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
                                ::core::iter::Iterator::try_fold(
                                    &mut xs.iter().map(|x| x % 7),
                                    0,
                                    add,
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
                                    ::core::iter::Iterator::try_fold(&mut amorsize_items, 0, add)
                                },
                            )
                    }
                })
                    .or(None)
            }
        "#]],
    );
}

#[test]
fn place_in_the_whole() {
    check(
        "",
        "fn f(xs: &[u32]) -> Option<usize> { xs.iter().position(|x| *x == 3) }",
        &expect![[r#"
            fn f(xs: &[u32]) -> Option<usize> {
                static AMORSIZE_SITE: ::amorsize::__private::Site = ::amorsize::__private::Site::new(::amorsize::__private::Spec {
                    part: "",
                    signature: "(&[u32]) -> Option<usize>",
                    body: "2d10f3bfb1c1",
                    key: "",
                    file: ::core::file!(),
                    line: ::core::line!(),
                    options: ::amorsize::__private::Options::NONE,
                });
                ::amorsize::__private::position::<
                    _,
                    _,
                >(
                    &AMORSIZE_SITE,
                    ::amorsize::__private::placed(::amorsize::__private::elements::<u32>(xs)),
                    move |(amorsize_at, xs): (::core::primitive::usize, &[u32])| {
                        ::amorsize::__private::position_from(
                            amorsize_at,
                            ::core::iter::Iterator::position(&mut xs.iter(), |x| *x == 3),
                        )
                    },
                )
            }
        "#]],
    );
}

#[test]
fn range_that_is_searched_itself() {
    check(
        "",
        "fn f(xs: &[u32]) -> bool { (0..xs.len()).any(|i| xs[i] == 3) }",
        &expect![[r#"
            fn f(xs: &[u32]) -> bool {
                static AMORSIZE_SITE: ::amorsize::__private::Site = ::amorsize::__private::Site::new(::amorsize::__private::Spec {
                    part: "",
                    signature: "(&[u32]) -> bool",
                    body: "d36ca6ac6a70",
                    key: "",
                    file: ::core::file!(),
                    line: ::core::line!(),
                    options: ::amorsize::__private::Options::NONE,
                });
                ::amorsize::__private::parameter::<u32>();
                ::amorsize::__private::any::<
                    _,
                    _,
                >(
                    &AMORSIZE_SITE,
                    ::amorsize::__private::range(0..xs.len()),
                    move |amorsize_range: _| {
                        ::core::iter::Iterator::any(&mut { amorsize_range }, |i| xs[i] == 3)
                    },
                )
            }
        "#]],
    );
}

#[test]
fn item_with_its_key() {
    check(
        "",
        "fn f(xs: &[u32], k: u32) -> Option<&u32> { xs.iter().min_by_key(move |x| *x % k) }",
        &expect![[r#"
            fn f(xs: &[u32], k: u32) -> Option<&u32> {
                static AMORSIZE_SITE: ::amorsize::__private::Site = ::amorsize::__private::Site::new(::amorsize::__private::Spec {
                    part: "",
                    signature: "(&[u32], u32) -> Option<&u32>",
                    body: "9ccbf263fed1",
                    key: "",
                    file: ::core::file!(),
                    line: ::core::line!(),
                    options: ::amorsize::__private::Options::NONE,
                });
                ::amorsize::__private::parameter::<u32>();
                ::amorsize::__private::min_by_key::<
                    &u32,
                    _,
                    _,
                    _,
                >(
                    &AMORSIZE_SITE,
                    ::amorsize::__private::elements::<u32>(xs),
                    |xs: &[u32]| { ::amorsize::__private::least_by_key(xs.iter(), |x| *x % k) },
                )
            }
        "#]],
    );
}

#[test]
fn two_collections() {
    check(
        "",
        "fn f(xs: &[u32]) -> (Vec<u32>, Vec<u32>) { xs.iter().partition(|x| **x > 3) }",
        &expect![[r#"
            fn f(xs: &[u32]) -> (Vec<u32>, Vec<u32>) {
                static AMORSIZE_SITE: ::amorsize::__private::Site = ::amorsize::__private::Site::new(::amorsize::__private::Spec {
                    part: "",
                    signature: "(&[u32]) -> (Vec<u32>, Vec<u32>)",
                    body: "c30d019e2e89",
                    key: "",
                    file: ::core::file!(),
                    line: ::core::line!(),
                    options: ::amorsize::__private::Options::NONE,
                });
                ::amorsize::__private::partition::<
                    Vec<u32>,
                    _,
                    _,
                    _,
                >(
                    &AMORSIZE_SITE,
                    ::amorsize::__private::elements::<u32>(xs),
                    |xs: &[u32], amorsize_out: ::amorsize::__private::Partition<'_, _, _>| {
                        ::amorsize::__private::Partition::partition(
                            amorsize_out,
                            xs.iter(),
                            |x| **x > 3,
                        )
                    },
                )
            }
        "#]],
    );
    check(
        "",
        "fn f(xs: &[u32]) -> usize { xs.iter().map(pair).unzip::<_, _, Vec<_>, String>().0.len() }",
        &expect![[r#"
            fn f(xs: &[u32]) -> usize {
                static AMORSIZE_SITE: ::amorsize::__private::Site = ::amorsize::__private::Site::new(::amorsize::__private::Spec {
                    part: "",
                    signature: "(&[u32]) -> usize",
                    body: "9e0005552e2f",
                    key: "",
                    file: ::core::file!(),
                    line: ::core::line!(),
                    options: ::amorsize::__private::Options::NONE,
                });
                ::amorsize::__private::unzip::<
                    Vec<_>,
                    String,
                    _,
                    _,
                    _,
                    _,
                >(
                        &AMORSIZE_SITE,
                        ::amorsize::__private::elements::<u32>(xs),
                        |xs: &[u32], amorsize_out: ::amorsize::__private::Unzip<'_, _, _, _, _>| {
                            ::amorsize::__private::Unzip::unzip(amorsize_out, xs.iter().map(&pair))
                        },
                    )
                    .0
                    .len()
            }
        "#]],
    );
}

#[test]
fn first_failure() {
    check(
        "",
        "fn f(xs: &[u32]) -> Result<(), E> { xs.iter().try_for_each(check) }",
        &expect![[r#"
            fn f(xs: &[u32]) -> Result<(), E> {
                static AMORSIZE_SITE: ::amorsize::__private::Site = ::amorsize::__private::Site::new(::amorsize::__private::Spec {
                    part: "",
                    signature: "(&[u32]) -> Result<(), E>",
                    body: "6b1d83665887",
                    key: "",
                    file: ::core::file!(),
                    line: ::core::line!(),
                    options: ::amorsize::__private::Options::NONE,
                });
                ::amorsize::__private::try_for_each::<
                    Result<(), E>,
                    _,
                    _,
                >(
                    &AMORSIZE_SITE,
                    ::amorsize::__private::elements::<u32>(xs),
                    move |xs: &[u32]| {
                        ::core::iter::Iterator::try_for_each(&mut xs.iter(), &check)
                    },
                )
            }
        "#]],
    );
}
