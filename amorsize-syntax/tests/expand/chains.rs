//! Chains: only the head is replaced, arguments are shared.

use expect_test::expect;

use crate::check;

#[test]
fn exact_chain_into_a_vec() {
    check(
        "",
        "fn scores(items: &[Item], weights: &Weights) -> Vec<f64> {
            let norm = weights.norm();
            items.iter().map(|item| score(item, weights) / norm + items.len()).collect()
        }",
        &expect![[r#"
            fn scores(items: &[Item], weights: &Weights) -> Vec<f64> {
                let norm = weights.norm();
                static AMORSIZE_SITE: ::amorsize::__private::Site = ::amorsize::__private::Site::new(::amorsize::__private::Spec {
                    part: "",
                    signature: "(&[Item], &Weights) -> Vec<f64>",
                    body: "6d872f9189dd",
                    key: "",
                    file: ::core::file!(),
                    line: ::core::line!(),
                    options: ::amorsize::__private::Options::NONE,
                });
                ::amorsize::__private::parameter::<Weights>();
                ::amorsize::__private::map::<
                    f64,
                    _,
                    _,
                >(
                    &AMORSIZE_SITE,
                    ::amorsize::__private::elements::<Item>(items),
                    move |items: &[Item], amorsize_out: ::amorsize::__private::Out<'_, f64>| {
                        ::amorsize::__private::Out::fill(
                            amorsize_out,
                            items.iter().map(|item| score(item, weights) / norm + items.len()),
                        )
                    },
                )
            }
        "#]],
    );
}

#[test]
fn move_path_and_made_callables() {
    check(
        "",
        "fn f(xs: &[u32], keep: impl Fn(&u32) -> bool, n: u32) -> Vec<u32> {
            xs.iter().filter(keep).map(move |x| x + n).map(table(n)).map(u32::swap_bytes).collect()
        }",
        &expect![[r#"
            fn f(xs: &[u32], keep: impl Fn(&u32) -> bool, n: u32) -> Vec<u32> {
                static AMORSIZE_SITE: ::amorsize::__private::Site = ::amorsize::__private::Site::new(::amorsize::__private::Spec {
                    part: "",
                    signature: "(&[u32], impl Fn(&u32) -> bool, u32) -> Vec<u32>",
                    body: "aa37f79a821f",
                    key: "",
                    file: ::core::file!(),
                    line: ::core::line!(),
                    options: ::amorsize::__private::Options::NONE,
                });
                ::amorsize::__private::parameter::<u32>();
                match (table(n),) {
                    (amorsize_once_0,) => {
                        ::amorsize::__private::collect::<
                            Vec<u32>,
                            _,
                            _,
                            _,
                            _,
                        >(
                            &AMORSIZE_SITE,
                            ::amorsize::__private::elements::<u32>(xs),
                            move |
                                xs: &[u32],
                                amorsize_out: ::amorsize::__private::Pour<'_, _, _, _>|
                            {
                                ::amorsize::__private::Pour::pour(
                                    amorsize_out,
                                    xs
                                        .iter()
                                        .filter(&keep)
                                        .map(|x| x + n)
                                        .map(&amorsize_once_0)
                                        .map(u32::swap_bytes),
                                )
                            },
                        )
                    }
                }
            }
        "#]],
    );
}

#[test]
fn general_collect() {
    check(
        "",
        "fn f(xs: &[&str]) -> Result<Vec<u32>, ParseIntError> { xs.iter().map(|x| x.parse()).collect() }",
        &expect![[r#"
            fn f(xs: &[&str]) -> Result<Vec<u32>, ParseIntError> {
                static AMORSIZE_SITE: ::amorsize::__private::Site = ::amorsize::__private::Site::new(::amorsize::__private::Spec {
                    part: "",
                    signature: "(&[&str]) -> Result<Vec<u32>, ParseIntError>",
                    body: "9b39afd8db4c",
                    key: "",
                    file: ::core::file!(),
                    line: ::core::line!(),
                    options: ::amorsize::__private::Options::NONE,
                });
                ::amorsize::__private::collect::<
                    Result<Vec<u32>, ParseIntError>,
                    _,
                    _,
                    _,
                    _,
                >(
                    &AMORSIZE_SITE,
                    ::amorsize::__private::elements::<&str>(xs),
                    |xs: &[&str], amorsize_out: ::amorsize::__private::Pour<'_, _, _, _>| {
                        ::amorsize::__private::Pour::pour(amorsize_out, xs.iter().map(|x| x.parse()))
                    },
                )
            }
        "#]],
    );
}

#[test]
fn let_with_a_question_mark_behind() {
    check(
        "",
        "fn f(xs: &[&str]) -> Result<usize, E> {
            let all: Vec<u32> = xs.iter().map(parse).collect::<Result<_, E>>()?;
            Ok(all.len())
        }",
        &expect![[r#"
            fn f(xs: &[&str]) -> Result<usize, E> {
                static AMORSIZE_SITE: ::amorsize::__private::Site = ::amorsize::__private::Site::new(::amorsize::__private::Spec {
                    part: "",
                    signature: "(&[&str]) -> Result<usize, E>",
                    body: "625a223331a8",
                    key: "",
                    file: ::core::file!(),
                    line: ::core::line!(),
                    options: ::amorsize::__private::Options::NONE,
                });
                let all: Vec<u32> = ::amorsize::__private::collect::<
                    Result<_, E>,
                    _,
                    _,
                    _,
                    _,
                >(
                    &AMORSIZE_SITE,
                    ::amorsize::__private::elements::<&str>(xs),
                    |xs: &[&str], amorsize_out: ::amorsize::__private::Pour<'_, _, _, _>| {
                        ::amorsize::__private::Pour::pour(amorsize_out, xs.iter().map(&parse))
                    },
                )?;
                Ok(all.len())
            }
        "#]],
    );
}

#[test]
fn method_and_options() {
    check(
        "max_threads = 4, serial = false, key = \"predict\", crate = ::renamed",
        "fn predict<'a>(&self, xs: &'a [f32]) -> Vec<f32> { xs.iter().map(|x| x * self.scale).collect() }",
        &expect![[r#"
            fn predict<'a>(&self, xs: &'a [f32]) -> Vec<f32> {
                static AMORSIZE_SITE: ::renamed::__private::Site = ::renamed::__private::Site::new(::renamed::__private::Spec {
                    part: "",
                    signature: "(&self, &[f32]) -> Vec<f32>",
                    body: "a6466b18bc8b",
                    key: "predict",
                    file: ::core::file!(),
                    line: ::core::line!(),
                    options: ::renamed::__private::Options {
                        max_threads: 4,
                        serial: false,
                        ..::renamed::__private::Options::NONE
                    },
                });
                ::renamed::__private::parameter::<Self>();
                ::renamed::__private::map::<
                    f32,
                    _,
                    _,
                >(
                    &AMORSIZE_SITE,
                    ::renamed::__private::elements::<f32>(xs),
                    move |xs: &'a [f32], amorsize_out: ::renamed::__private::Out<'_, f32>| {
                        ::renamed::__private::Out::fill(
                            amorsize_out,
                            xs.iter().map(|x| x * self.scale),
                        )
                    },
                )
            }
        "#]],
    );
}

#[test]
fn mutable_slice_that_is_only_read() {
    check(
        "",
        "fn f(xs: &mut [u32]) -> u32 { xs.iter().map(|x| x / 2).sum() }",
        &expect![[r#"
            fn f(xs: &mut [u32]) -> u32 {
                static AMORSIZE_SITE: ::amorsize::__private::Site = ::amorsize::__private::Site::new(::amorsize::__private::Spec {
                    part: "",
                    signature: "(&mut [u32]) -> u32",
                    body: "6ecb8f3ccf7b",
                    key: "",
                    file: ::core::file!(),
                    line: ::core::line!(),
                    options: ::amorsize::__private::Options::NONE,
                });
                ::amorsize::__private::sum::<
                    u32,
                    _,
                    _,
                    _,
                >(
                    &AMORSIZE_SITE,
                    ::amorsize::__private::elements::<u32>(&*xs),
                    |xs: &[u32], amorsize_out: ::amorsize::__private::Total<'_, u32, _>| {
                        ::amorsize::__private::Total::sum(amorsize_out, xs.iter().map(|x| x / 2))
                    },
                )
            }
        "#]],
    );
}
