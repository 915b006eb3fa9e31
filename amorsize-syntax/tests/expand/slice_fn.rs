//! The element form: the function untouched, its companion beside it.

use expect_test::expect;
use quote::ToTokens;

use crate::{check, expand, refused};

#[test]
fn shared_elements() {
    check(
        "slice_fn = score_all, max_threads = 4",
        "/// What an item is worth.
        #[inline]
        #[must_use]
        pub fn score(Item { id, name }: &Item, weights: &Weights, scale: f64, limits: Limits) -> f64 {
            weights[id] * scale
        }",
        &expect![[r#"
            /// What an item is worth.
            #[inline]
            #[must_use]
            pub fn score(
                Item { id, name }: &Item,
                weights: &Weights,
                scale: f64,
                limits: Limits,
            ) -> f64 {
                weights[id] * scale
            }
            /// [`score()`] for every element of a slice, in index order: auto-tuned, on several threads where that pays.
            #[must_use]
            pub fn score_all(
                xs: &[Item],
                weights: &Weights,
                scale: f64,
                limits: Limits,
            ) -> ::std::vec::Vec<f64> {
                static AMORSIZE_SITE: ::amorsize::__private::Site = ::amorsize::__private::Site::new(::amorsize::__private::Spec {
                    part: "",
                    signature: "(&[Item], &Weights, f64, Limits) -> Vec<f64>",
                    body: "32e3f7731504",
                    key: "",
                    file: ::core::file!(),
                    line: ::core::line!(),
                    options: ::amorsize::__private::Options {
                        max_threads: 4,
                        ..::amorsize::__private::Options::NONE
                    },
                });
                ::amorsize::__private::parameter::<Weights>();
                ::amorsize::__private::parameter::<f64>();
                ::amorsize::__private::parameter::<Limits>();
                ::amorsize::__private::map::<
                    f64,
                    _,
                    _,
                >(
                    &AMORSIZE_SITE,
                    ::amorsize::__private::elements::<Item>(xs),
                    move |xs: &[Item], amorsize_out: ::amorsize::__private::Out<'_, f64>| {
                        ::amorsize::__private::Out::fill(
                            amorsize_out,
                            xs
                                .iter()
                                .map(|amorsize_element| score(
                                    amorsize_element,
                                    weights,
                                    scale,
                                    ::amorsize::__private::passed_on::<Limits>(&limits),
                                )),
                        )
                    },
                )
            }
        "#]],
    );
}

#[test]
fn changed_elements() {
    check(
        "slice_fn = grow_all",
        "fn grow<T: Grow>(x: &mut T, (by, _): (u32, u32)) { x.grow(by); }",
        &expect![[r#"
            fn grow<T: Grow>(x: &mut T, (by, _): (u32, u32)) {
                x.grow(by);
            }
            /// [`grow()`] for every element of a slice, in index order: auto-tuned, on several threads where that pays.
            fn grow_all<T: Grow>(xs: &mut [T], argument_1: (u32, u32)) {
                static AMORSIZE_SITE: ::amorsize::__private::Site = ::amorsize::__private::Site::new(::amorsize::__private::Spec {
                    part: "",
                    signature: "(&mut [T], (u32, u32))",
                    body: "e34d68ecb073",
                    key: "",
                    file: ::core::file!(),
                    line: ::core::line!(),
                    options: ::amorsize::__private::Options::NONE,
                });
                ::amorsize::__private::parameter::<(u32, u32)>();
                ::amorsize::__private::for_each::<
                    _,
                    _,
                    _,
                >(
                    &AMORSIZE_SITE,
                    ::amorsize::__private::elements_mut::<T>(&mut *xs),
                    move |xs: &mut [T]| {
                        xs.iter_mut()
                            .map(|amorsize_element| grow::<
                                T,
                            >(
                                amorsize_element,
                                ::amorsize::__private::passed_on::<(u32, u32)>(&argument_1),
                            ))
                            .for_each(|()| ())
                    },
                )
            }
        "#]],
    );
}

#[test]
fn elements_by_value_that_are_borrowed() {
    check(
        "slice_fn = Self::trimmed_all, crate = ::other",
        "fn trimmed<const N: usize>(xs: &str) -> &str { xs }",
        &expect![[r#"
            fn trimmed<const N: usize>(xs: &str) -> &str {
                xs
            }
            /// [`Self::trimmed()`] for every element of a slice, in index order: auto-tuned, on several threads where that pays.
            fn trimmed_all<'element, const N: usize>(
                xs: &[&'element str],
            ) -> ::std::vec::Vec<&'element str> {
                static AMORSIZE_SITE: ::other::__private::Site = ::other::__private::Site::new(::other::__private::Spec {
                    part: "",
                    signature: "(&[&str]) -> Vec<&str>",
                    body: "6ccbbaf1a36b",
                    key: "",
                    file: ::core::file!(),
                    line: ::core::line!(),
                    options: ::other::__private::Options::NONE,
                });
                ::other::__private::map::<
                    &'element str,
                    _,
                    _,
                >(
                    &AMORSIZE_SITE,
                    ::other::__private::elements::<&'element str>(xs),
                    move |
                        xs: &[&'element str],
                        amorsize_out: ::other::__private::Out<'_, &'element str>|
                    {
                        ::other::__private::Out::fill(
                            amorsize_out,
                            xs.iter().map(|amorsize_element| Self::trimmed::<N>(*amorsize_element)),
                        )
                    },
                )
            }
        "#]],
    );
}

#[test]
fn methods_that_return_nothing() {
    check(
        "slice_fn = count_all, key = \"count\"",
        "fn count(&self, x: Small, f: impl Fn(Small) + Copy + Sync) { self.0[x].add(1); f(x) }",
        &expect![[r#"
            fn count(&self, x: Small, f: impl Fn(Small) + Copy + Sync) {
                self.0[x].add(1);
                f(x)
            }
            /// [`Self::count()`] for every element of a slice, in index order: auto-tuned, on several threads where that pays.
            fn count_all(&self, xs: &[Small], f: impl Fn(Small) + Copy + Sync) {
                static AMORSIZE_SITE: ::amorsize::__private::Site = ::amorsize::__private::Site::new(::amorsize::__private::Spec {
                    part: "",
                    signature: "(&self, &[Small], impl Fn(Small) + Copy + Sync)",
                    body: "d7e46f42c553",
                    key: "count",
                    file: ::core::file!(),
                    line: ::core::line!(),
                    options: ::amorsize::__private::Options::NONE,
                });
                ::amorsize::__private::parameter::<Self>();
                ::amorsize::__private::for_each::<
                    _,
                    _,
                    _,
                >(
                    &AMORSIZE_SITE,
                    ::amorsize::__private::elements::<Small>(xs),
                    move |xs: &[Small]| {
                        xs.iter()
                            .map(|amorsize_element| Self::count(
                                self,
                                ::amorsize::__private::passed_on::<Small>(amorsize_element),
                                ::amorsize::__private::passed_on::<_>(&f),
                            ))
                            .for_each(|()| ())
                    },
                )
            }
        "#]],
    );
}

/// An elided lifetime keeps its meaning where the slice adds a reference.
#[test]
fn elided_lifetimes() {
    let companion = |function: &str| {
        let expanded: syn::File = syn::parse2(expand("slice_fn = all", function)).expect("two functions");
        match &expanded.items[1] {
            syn::Item::Fn(function) => function.sig.to_token_stream().to_string(),
            other => panic!("{other:?}"),
        }
    };
    for (function, signature) in [
        // The slice's own reference stands for the element's.
        ("fn f(x: &T) -> &U {}", "fn all (xs : & [T]) -> :: std :: vec :: Vec < & U >"),
        // It is new, and the lifetime meant is a parameter's.
        (
            "fn f(x: u32, t: &T) -> &U {}",
            "fn all < 'element > (xs : & [u32] , t : & 'element T) -> :: std :: vec :: Vec < & 'element U >",
        ),
        (
            "fn f<'t>(x: Key<'t>, g: fn(&u8) -> &u8) -> Value<'_> {}",
            "fn all < 't > (xs : & [Key < 't >] , g : fn (& u8) -> & u8) -> :: std :: vec :: Vec < Value < 't > >",
        ),
        (
            "fn f(x: Key<'_>) -> (&U, &(dyn Fn(&u8) -> &u8 + '_)) {}",
            "fn all < 'element > (xs : & [Key < 'element >]) -> :: std :: vec :: Vec < (& 'element U , & 'element (dyn Fn (& u8) -> & u8 + 'element)) >",
        ),
        // `self` wins over everything else.
        ("fn f(&self, x: &str) -> &U {}", "fn all (& self , xs : & [& str]) -> :: std :: vec :: Vec < & U >"),
    ] {
        assert_eq!(companion(function), signature);
    }
}

/// What the companion shares with the function, and what belongs to the function alone.
#[test]
fn attributes() {
    let function = "
        /// Text.
        #[cfg(unix)]
        #[inline(always)]
        #[track_caller]
        #[doc(hidden)]
        #[doc(alias = \"other\")]
        #[deprecated]
        #[warn(unused)]
        #[expect(dead_code)]
        #[tracing::instrument]
        fn f(#[allow(unused)] x: &u32) {}";
    let expanded: syn::File = syn::parse2(expand("slice_fn = Self::all", function)).expect("two functions");
    let syn::Item::Fn(companion) = &expanded.items[1] else { panic!("{expanded:?}") };
    let attrs: Vec<String> = companion.attrs.iter().map(|attr| attr.to_token_stream().to_string()).collect();
    assert!(attrs[0].contains("[`Self::f()`]"), "{attrs:?}");
    assert_eq!(
        attrs[1..],
        [
            "# [cfg (unix)]",
            "# [doc (hidden)]",
            "# [deprecated]",
            "# [allow (deprecated)]",
            "# [warn (unused)]",
            "# [allow (dead_code)]",
        ]
    );
}

/// One message per mistake, whatever else is wrong.
#[test]
fn refusals() {
    for (options, function, says) in [
        ("slice_fn = all", "fn f() {}", &["has no parameter"][..]),
        ("slice_fn = all", "fn f(&self) {}", &["no parameter but `self`"]),
        ("slice_fn = f", "fn f(x: &u8) {}", &["`slice_fn = f_all`"]),
        ("slice_fn = 3", "fn f(x: &u8) {}", &["takes a name"]),
        ("slice_fn = Self", "fn f(x: &u8) {}", &["takes a name"]),
        ("slice_fn = all::<u8>", "fn f(x: &u8) {}", &["takes a name"]),
        ("slice_fn = all, reduce = g", "fn f(x: &u8) {}", &["remove `reduce`"]),
        ("slice_fn = all", "async unsafe fn f(x: &u8) {}", &["`async fn`", "`unsafe fn`"]),
        ("slice_fn = all", "fn f(x: &u8) -> impl Sized {}", &["`impl Trait`"]),
        ("slice_fn = all", "fn f(x: &u8) -> ! {}", &["never returns"]),
        ("slice_fn = all", "fn f(x: &mut u8) -> u8 {}", &["returns nothing"]),
        ("slice_fn = all", "fn f(&mut self, x: &u8, k: &mut Vec<u8>) {}", &["take `&self`", "`&Vec<u8>`"]),
        ("slice_fn = all", "fn f(self: &mut Self, x: &u8) {}", &["take `&self`"]),
        ("slice_fn = all", "struct S;", &["goes on a function"]),
        ("slice_fn = all", "#[parallelize] fn f(x: &u8) {}", &["twice"]),
        ("slice_fn = all, slice_fn = all", "fn f(x: &u8) {}", &["twice"]),
    ] {
        let messages = refused(options, function);
        assert_eq!(messages.len(), says.len(), "{function}: {messages:?}");
        for (message, part) in messages.iter().zip(says) {
            assert!(message.contains(part), "{function}: {message}");
        }
    }
}

/// Beside an error that is not its own, the companion is there for its callers.
#[test]
fn the_companion_stands_beside_other_errors() {
    let expanded = expand("slice_fn = all, max_thread = 3", "fn f(x: &u8) -> u8 { *x }").to_string();
    assert!(expanded.contains("fn all (xs : & [u8])"), "{expanded}");
}
