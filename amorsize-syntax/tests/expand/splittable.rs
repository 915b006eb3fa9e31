//! The whole body on parts of the slice.

use expect_test::expect;

use crate::check;

#[test]
fn joined() {
    check(
        "assume_splittable, reduce = merge, max_threads = 4",
        "fn f<'a>(xs: &'a [T], w: &W) -> Counts<'a> { let mut c = Counts::new(); for x in xs { c.add(w, x)?; } c }",
        &expect![[r#"
            fn f<'a>(xs: &'a [T], w: &W) -> Counts<'a> {
                static AMORSIZE_SITE: ::amorsize::__private::Site = ::amorsize::__private::Site::new(::amorsize::__private::Spec {
                    part: "",
                    signature: "(&[T], &W) -> Counts",
                    body: "c177bcd14e66",
                    key: "",
                    file: ::core::file!(),
                    line: ::core::line!(),
                    options: ::amorsize::__private::Options {
                        max_threads: 4,
                        ..::amorsize::__private::Options::NONE
                    },
                });
                ::amorsize::__private::parameter::<W>();
                ::amorsize::__private::fold::<
                    Counts<'a>,
                    _,
                    _,
                    _,
                >(
                    &AMORSIZE_SITE,
                    ::amorsize::__private::elements::<T>(xs),
                    move |xs: &'a [T]| -> Counts<'a> {
                        let mut c = Counts::new();
                        for x in xs {
                            c.add(w, x)?;
                        }
                        c
                    },
                    merge,
                )
            }
        "#]],
    );
}

#[test]
fn changed_in_place() {
    check(
        "assume_splittable",
        "fn f(#[split] mut xs: &mut [f32], ys: &[f32], n: usize) { if xs.is_empty() { return; } xs[0] = ys[n]; }",
        &expect![[r#"
            fn f(xs: &mut [f32], ys: &[f32], n: usize) {
                static AMORSIZE_SITE: ::amorsize::__private::Site = ::amorsize::__private::Site::new(::amorsize::__private::Spec {
                    part: "",
                    signature: "(&mut [f32], &[f32], usize)",
                    body: "052ddad2c3ba",
                    key: "",
                    file: ::core::file!(),
                    line: ::core::line!(),
                    options: ::amorsize::__private::Options::NONE,
                });
                ::amorsize::__private::parameter::<usize>();
                ::amorsize::__private::parameter::<f32>();
                ::amorsize::__private::for_each::<
                    (),
                    _,
                    _,
                >(
                    &AMORSIZE_SITE,
                    ::amorsize::__private::elements_mut::<f32>(&mut *xs),
                    move |mut xs: &mut [f32]| {
                        if xs.is_empty() {
                            return;
                        }
                        xs[0] = ys[n];
                    },
                )
            }
        "#]],
    );
}

#[test]
fn the_join_reads_the_whole_and_a_parameter() {
    check(
        "reduce = |a, b| (a + b).min(xs.len() + k.len()), assume_splittable",
        "fn f(&self, xs: &[u8], k: Vec<u8>) -> usize { self.count(xs, &k) }",
        &expect![[r#"
            fn f(&self, xs: &[u8], k: Vec<u8>) -> usize {
                static AMORSIZE_SITE: ::amorsize::__private::Site = ::amorsize::__private::Site::new(::amorsize::__private::Spec {
                    part: "",
                    signature: "(&self, &[u8], Vec<u8>) -> usize",
                    body: "b319e8374f0c",
                    key: "",
                    file: ::core::file!(),
                    line: ::core::line!(),
                    options: ::amorsize::__private::Options::NONE,
                });
                ::amorsize::__private::parameter::<Self>();
                ::amorsize::__private::parameter::<Vec<u8>>();
                ::amorsize::__private::fold::<
                    usize,
                    _,
                    _,
                    _,
                >(
                    &AMORSIZE_SITE,
                    ::amorsize::__private::elements::<u8>(xs),
                    |xs: &[u8]| -> usize { self.count(xs, &k) },
                    |a, b| (a + b).min(xs.len() + k.len()),
                )
            }
        "#]],
    );
}

#[test]
fn refusals_leave_no_mark() {
    let marked = |item| crate::expand("", item).to_string();
    for (item, left) in [
        ("fn f(#[split] xs: &[u8]) { }", "fn f (xs : & [u8]) { }"),
        ("fn f(#[split(3)] #[allow(unused)] xs: &[u8]) { }", "fn f (# [allow (unused)] xs : & [u8]) { }"),
        // Not a mark.
        ("fn f(x: [split; 1]) { }", "fn f (x : [split ; 1]) { }"),
    ] {
        assert!(marked(item).starts_with(left), "{}", marked(item));
    }
}
