//! The async form: the function split as ever, and two companions beside it.

use expect_test::expect;

use crate::{check, expand, refused};

/// What stands behind the function.
fn companions(options: &str, function: &str) -> String {
    let mut file: syn::File = syn::parse2(expand(options, function)).expect("generated code parses");
    file.items.retain(|item| !matches!(item, syn::Item::Fn(item) if item.sig.ident == "f"));
    prettyplease::unparse(&file)
}

#[test]
fn a_function() {
    check(
        "spawn_fn = scores_async",
        "/// Scores.
        #[must_use]
        pub fn scores<'x, T: Score + 'static>(xs: &'x [T], (by, _): (u8, u8)) -> Vec<f64> {
            xs.iter().map(T::score).collect()
        }",
        &expect![[r#"
            /// Scores.
            #[must_use]
            pub fn scores<'x, T: Score + 'static>(xs: &'x [T], (by, _): (u8, u8)) -> Vec<f64> {
                static AMORSIZE_SITE: ::amorsize::__private::Site = ::amorsize::__private::Site::new(::amorsize::__private::Spec {
                    part: "",
                    signature: "(&[T], (u8, u8)) -> Vec<f64>",
                    body: "43687530c2b9",
                    key: "",
                    file: ::core::file!(),
                    line: ::core::line!(),
                    options: ::amorsize::__private::Options::NONE,
                });
                ::amorsize::__private::map::<
                    f64,
                    _,
                    _,
                >(
                    &AMORSIZE_SITE,
                    ::amorsize::__private::elements::<T>(xs),
                    move |xs: &'x [T], amorsize_out: ::amorsize::__private::Out<'_, f64>| {
                        ::amorsize::__private::Out::fill(amorsize_out, xs.iter().map(T::score))
                    },
                )
            }
            /// [`scores()`] on another thread, for `async` code: takes what it works on, never blocks, and yields the same answer when it is
            /// awaited. It runs when its turn comes; dropping what this returns cancels it.
            pub fn scores_async<T: Score + 'static>(
                xs: impl ::amorsize::__private::Owned<[T]>,
                argument_1: (u8, u8),
            ) -> ::amorsize::__private::Spawned<Vec<f64>> {
                ::amorsize::__private::spawned_output::<Vec<f64>>();
                ::amorsize::__private::spawned_element::<T>();
                ::amorsize::__private::spawned_value::<(u8, u8)>();
                ::amorsize::__private::spawn::<
                    Vec<f64>,
                    _,
                >(
                    ::core::concat!(::core::module_path!(), "::scores"),
                    move || scores::<T>(::amorsize::__private::Owned::<[T]>::lend(&xs), argument_1),
                )
            }
            /// [`scores_async()`] if there is a place for one more call.
            ///
            /// # Errors
            /// If as many calls run or wait as may run at once. What this was given is dropped then.
            #[allow(dead_code)]
            pub fn try_scores_async<T: Score + 'static>(
                xs: impl ::amorsize::__private::Owned<[T]>,
                argument_1: (u8, u8),
            ) -> ::core::result::Result<
                ::amorsize::__private::Spawned<Vec<f64>>,
                ::amorsize::__private::Full,
            > {
                ::amorsize::__private::try_spawn(move || scores_async::<T>(xs, argument_1))
            }
        "#]],
    );
}

#[test]
fn every_kind_of_parameter() {
    expect![[r#"
        /// [`f()`] on another thread, for `async` code: takes what it works on, never blocks, and yields the same answer when it is
        /// awaited. It runs when its turn comes; dropping what this returns cancels it.
        #[cfg(unix)]
        #[deprecated]
        #[allow(deprecated)]
        fn r#async<const N: usize>(
            xs: impl ::other::__private::Owned<[u8]>,
            name: impl ::other::__private::Owned<str>,
            argument_2: ::std::sync::Arc<W<N>>,
            g: impl Fn(u8) + Send + Sync + 'static,
            n: u32,
        ) -> ::other::__private::Spawned<()> {
            ::other::__private::spawned_output::<()>();
            ::other::__private::spawned_element::<u8>();
            ::other::__private::spawned_parameter::<W<N>>();
            ::other::__private::spawned_value::<u32>();
            ::other::__private::spawn::<
                (),
                _,
            >(
                ::core::concat!(::core::module_path!(), "::f"),
                move || f::<
                    N,
                >(
                    ::other::__private::Owned::<[u8]>::lend(&xs),
                    ::other::__private::Owned::<str>::lend(&name),
                    &*argument_2,
                    g,
                    n,
                ),
            )
        }
        /// [`async()`] if there is a place for one more call.
        ///
        /// # Errors
        /// If as many calls run or wait as may run at once. What this was given is dropped then.
        #[cfg(unix)]
        #[deprecated]
        #[allow(deprecated)]
        #[allow(dead_code)]
        fn try_async<const N: usize>(
            xs: impl ::other::__private::Owned<[u8]>,
            name: impl ::other::__private::Owned<str>,
            argument_2: ::std::sync::Arc<W<N>>,
            g: impl Fn(u8) + Send + Sync + 'static,
            n: u32,
        ) -> ::core::result::Result<::other::__private::Spawned<()>, ::other::__private::Full> {
            ::other::__private::try_spawn(move || r#async::<N>(xs, name, argument_2, g, n))
        }
    "#]].assert_eq(&companions(
        "spawn_fn = r#async, crate = ::other",
        "#[cfg(unix)] #[deprecated]
        fn f<const N: usize>(xs: &[u8], name: &str, _w: &W<N>, g: impl Fn(u8) + Send + Sync + 'static, mut n: u32) {
            xs.iter().for_each(|x| g(*x));
        }",
    ));
}

#[test]
fn methods() {
    expect![[r#"
        /// [`Self::f()`] on another thread, for `async` code: takes what it works on, never blocks, and yields the same answer when it is
        /// awaited. It runs when its turn comes; dropping what this returns cancels it.
        fn f_async(
            self: ::std::sync::Arc<Self>,
            xs: impl ::amorsize::__private::Owned<[u8]>,
        ) -> ::amorsize::__private::Spawned<usize> {
            ::amorsize::__private::spawned_output::<usize>();
            ::amorsize::__private::spawned_parameter::<Self>();
            ::amorsize::__private::spawned_element::<u8>();
            ::amorsize::__private::spawn::<
                usize,
                _,
            >(
                ::core::concat!(::core::module_path!(), "::f"),
                move || Self::f(&self, ::amorsize::__private::Owned::<[u8]>::lend(&xs)),
            )
        }
        /// [`Self::f_async()`] if there is a place for one more call.
        ///
        /// # Errors
        /// If as many calls run or wait as may run at once. What this was given is dropped then.
        #[allow(dead_code)]
        fn try_f_async(
            self: ::std::sync::Arc<Self>,
            xs: impl ::amorsize::__private::Owned<[u8]>,
        ) -> ::core::result::Result<
            ::amorsize::__private::Spawned<usize>,
            ::amorsize::__private::Full,
        > {
            ::amorsize::__private::try_spawn(move || Self::f_async(self, xs))
        }
    "#]].assert_eq(&companions(
        "spawn_fn = f_async",
        "fn f(&self, xs: &[u8]) -> usize { xs.iter().filter(|x| self.has(x)).count() }",
    ));
    let of = |function: &str| companions("spawn_fn = f_async", function).replace([' ', '\n'], "");
    assert!(of("fn f(self, xs: &[u8]) -> u8 { xs.iter().sum() }").contains("fnf_async(self,xs:"));
    assert!(of("fn f(self: Box<Self>, xs: &[u8]) -> u8 { xs.iter().sum() }").contains("self:Box<Self>,xs:"));
    assert!(of("fn f(self: &Arc<Self>, xs: &[u8]) -> u8 { xs.iter().sum() }").contains("self:Arc<Self>,xs:"));
}

#[test]
fn a_companion_of_a_companion() {
    let expanded = expand("slice_fn = all, spawn_fn = all_async", "fn f(x: &u8) -> u8 { *x }").to_string();
    assert!(expanded.contains("move || all (:: amorsize :: __private :: Owned"), "{expanded}");
}

/// One message per mistake, and none about what is refused for the function itself.
#[test]
fn refusals() {
    for (options, function, says) in [
        ("spawn_fn = g", "fn f(xs: &[&str]) -> usize { xs.iter().count() }", &["write `String`"][..]),
        ("spawn_fn = g", "fn f(xs: &[&'static str]) -> usize { xs.iter().count() }", &[]),
        (
            "spawn_fn = g",
            "async fn f(xs: &[&str]) -> usize { xs.iter().count() }",
            &["`spawn_fn = name_async`"],
        ),
        ("spawn_fn = g", "fn f(xs: &[u8]) -> &u8 { xs.iter().max().unwrap() }", &["not a reference"]),
        ("spawn_fn = f", "fn f(xs: &[u8]) -> usize { xs.iter().count() }", &["`spawn_fn = f_async`"]),
        ("spawn_fn = a::b", "fn f(xs: &[u8]) -> usize { xs.iter().count() }", &["takes a name"]),
        (
            "spawn_fn = g",
            "fn f<T>(xs: &[T], y: &'a T) -> Key<'a> { xs.iter().map(h).max() }",
            &["`T: Send + Sync + 'static`", "this result borrows"],
        ),
        ("spawn_fn = g", "fn f<T>(xs: &[T]) -> usize where T: 'static { xs.iter().count() }", &[]),
        ("spawn_fn = g", "fn f<T>(xs: &[u8]) -> usize { xs.iter().filter(T::is).count() }", &[]),
    ] {
        let messages = refused(options, function);
        assert_eq!(messages.len(), says.len(), "{function}: {messages:?}");
        for (message, part) in messages.iter().zip(says) {
            assert!(message.contains(part), "{function}: {message}");
        }
    }
}

/// Beside an error that is not its own, the companions are there for their callers.
#[test]
fn the_companions_stand_beside_other_errors() {
    let expanded =
        companions("spawn_fn = f_async, max_thread = 3", "fn f(xs: &[u8]) -> usize { xs.iter().count() }");
    assert!(expanded.contains("fn f_async(") && expanded.contains("fn try_f_async("), "{expanded}");
}
