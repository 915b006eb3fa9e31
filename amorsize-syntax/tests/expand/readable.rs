//! An expansion as text for people: `AMORSIZE_EXPAND=name`.

use std::path::Path;

use expect_test::{Expect, expect};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;

use crate::expand;

#[track_caller]
fn check(options: &str, function: &str, expected: &Expect) {
    let text = amorsize_syntax::readable(&expand(options, function), "f").expect("the function's name");
    expected.assert_eq(&text);
}

#[test]
fn a_chain() {
    check(
        "max_threads = 4",
        "/// What it is.
        #[must_use]
        pub fn f<'a, T: Copy + Into<f64>>(xs: &'a [T], k: &[f64; 3], n: usize) -> Vec<(f64, &'a T)> where T: Sync {
            let norm = match k[0] { 0.0 => 1.0, x if x > 3.0 && !(x < -n as f64) => { x / 2.0 } _ => -k[1] };
            'rows: for i in 0..=n { if i == 2 { continue 'rows; } else { break } }
            xs.iter().map(|x| { let y: f64 = (*x).into(); (y / norm, x) }).filter(|(y, _)| *y > 1.0 || *y <= -1.0).collect()
        }",
        &expect![[r#"
            /// What it is.
            #[must_use]
            pub fn f<'a, T: Copy + Into<f64>>(xs: &'a [T], k: &[f64; 3], n: usize) -> Vec<(f64, &'a T)> where T: Sync {
                let norm = match k[0] { 0.0 => 1.0, x if x > 3.0 && !(x < -n as f64) => { x / 2.0 } _ => -k[1] };
                'rows: for i in 0..=n {
                    if i == 2 {
                        continue 'rows;
                    } else { break }
                }
                static AMORSIZE_SITE: ::amorsize::__private::Site = ::amorsize::__private::Site::new(::amorsize::__private::Spec {
                    part: "",
                    signature: "(&[T], &[f64; 3], usize) -> Vec<(f64, &T)>",
                    body: "78f7f2dee5e3",
                    key: "",
                    file: ::core::file!(),
                    line: ::core::line!(),
                    options: ::amorsize::__private::Options {
                        max_threads: 4,
                        ..::amorsize::__private::Options::NONE
                    },
                });
                ::amorsize::__private::collect::<Vec<(f64, &'a T)>, _, _, _, _>(
                    &AMORSIZE_SITE,
                    ::amorsize::__private::elements::<T>(xs),
                    move |xs: &'a [T], amorsize_out: ::amorsize::__private::Pour<'_, _, _, _>| {
                        ::amorsize::__private::Pour::pour(
                            amorsize_out,
                            xs
                                .iter()
                                .map(|x| {
                                    let y: f64 = (*x).into();
                                    (y / norm, x)
                                })
                                .filter(|(y, _)| *y > 1.0 || *y <= -1.0)
                        )
                    }
                )
            }
        "#]],
    );
}

#[test]
fn a_companion() {
    check(
        "slice_fn = all",
        "fn f(x: &mut [Item], by: Option<u32>) { x[0].id += by.unwrap_or(!0) & 3; }",
        &expect![[r#"
            fn f(x: &mut [Item], by: Option<u32>) {
                x[0].id += by.unwrap_or(!0) & 3;
            }
            /// [`f()`] for every element of a slice, in index order: auto-tuned, on several threads where that pays.
            fn all(xs: &mut [&mut [Item]], by: Option<u32>) {
                static AMORSIZE_SITE: ::amorsize::__private::Site = ::amorsize::__private::Site::new(::amorsize::__private::Spec {
                    part: "",
                    signature: "(&mut [&mut [Item]], Option<u32>)",
                    body: "96a9b8076e9b",
                    key: "",
                    file: ::core::file!(),
                    line: ::core::line!(),
                    options: ::amorsize::__private::Options::NONE,
                });
                ::amorsize::__private::parameter::<Option<u32>>();
                ::amorsize::__private::for_each::<_, _, _>(
                    &AMORSIZE_SITE,
                    ::amorsize::__private::elements_mut::<&mut [Item]>(&mut *xs),
                    move |xs: &mut [&mut [Item]]| {
                        xs
                            .iter_mut()
                            .map(|amorsize_element| f(
                                &mut **amorsize_element,
                                ::amorsize::__private::passed_on::<Option<u32>>(&by)
                            ))
                            .for_each(|()| ())
                    }
                )
            }
        "#]],
    );
}

#[test]
fn a_function_and_its_companion_are_found_by_name() {
    let expanded = expand("slice_fn = r#all", "fn score(x: &u8) -> u8 { fn inner() {} 3 }");
    for name in ["score", "all", "r#all", "Type::score", " crate::module::score"] {
        assert!(amorsize_syntax::readable(&expanded, name).is_some(), "{name}");
    }
    for name in ["", "fn", "inner", "scor", "score2", "x", "score::"] {
        assert!(amorsize_syntax::readable(&expanded, name).is_none(), "{name}");
    }
    // Errors are shown as well.
    let text = amorsize_syntax::readable(&expand("", "async fn f(xs: &[u8]) {}"), "f").expect("f");
    assert!(text.contains("::core::compile_error! {"), "{text}");
}

/// Every token comes out and none are torn apart: the sources of this crate, laid out and read again.
#[test]
fn no_token_is_lost() {
    let mut files = 0;
    for_sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut |source| {
        let tokens: TokenStream = source.parse().expect("tokens");
        let whole = quote! { fn whole() {} #tokens };
        let text = amorsize_syntax::readable(&whole, "whole").expect("whole");
        let again: TokenStream = text.parse().expect("tokens");
        assert_eq!(leaves(again), leaves(whole));
        files += 1;
    });
    assert!(files > 20);
}

fn for_sources(folder: &Path, each: &mut dyn FnMut(&str)) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            for_sources(&path, each);
        } else {
            each(&std::fs::read_to_string(path).expect("a source"));
        }
    }
}

/// Every word, literal and mark, whatever their spacing.
fn leaves(tokens: TokenStream) -> Vec<String> {
    tokens
        .into_iter()
        .flat_map(|token| match token {
            TokenTree::Group(group) => {
                let mut inside = leaves(group.stream());
                inside.push(format!("{:?}", group.delimiter()));
                inside
            }
            other => vec![other.to_string()],
        })
        .collect()
}

/// Groups without brackets, and marks that no Rust has, are laid out as well.
#[test]
fn odd_tokens() {
    let group = TokenTree::Group(Group::new(Delimiter::None, quote! { a + b }));
    let tokens = quote! { fn f() { #group * 2 } @ ~ $ => ; , | || # ! ? };
    let text = amorsize_syntax::readable(&tokens, "f").expect("f");
    assert!(text.starts_with("fn f() { a + b * 2 }"), "{text}");
}
