//! Half-typed functions: their tokens come back, with one error at most, and none where rustc reports the syntax itself.

use expect_test::expect;
use proc_macro2::TokenStream;

use crate::{check, expand};

/// What stands before an item that does not parse, for the case that rustc parses it all the same.
fn unread(item: &str) -> String {
    let expanded = expand("", "fn").to_string();
    let expectation = expanded.strip_suffix("fn").expect("the item comes last");
    format!("{expectation}{}", tokens(item))
}

fn tokens(text: &str) -> String {
    text.parse::<TokenStream>().expect("tokens").to_string()
}

/// How many errors of its own the attribute adds.
fn errors(expanded: &str) -> usize {
    expanded.matches("compile_error").count()
}

#[test]
fn what_does_not_parse_is_left_for_rustc_to_report() {
    assert_eq!(expand("", "").to_string(), "");
    for item in [
        "fn",
        "fn f",
        "fn f()",
        "fn f(xs: &[u8])",
        "fn f(xs: ) -> Vec<u8> { xs.iter().map(|x| x + 1).collect() }",
        "fn f(xs: &[u8]) -> { xs.iter().map(|x| x + 1).collect() }",
        "fn f(xs: &[u8]) -> Vec< { xs.iter().map(|x| x + 1).collect() }",
        "fn f(xs: &[u8]) -> Vec<u8> { xs. }",
        "fn f(xs: &[u8]) -> Vec<u8> { xs.iter(). }",
        "fn f(xs: &[u8]) -> Vec<u8> { xs.iter().map(|x| x.).collect() }",
        "fn f(xs: &[u8]) -> Vec<u8> { xs.iter().map(|x| x +).collect() }",
        "fn f(xs: &[u8]) -> Vec<u8> { xs.iter().map(|x|).collect() }",
        "fn f(xs: &[u8]) -> Vec<u8> { xs.iter().map(|).collect() }",
        "fn f(xs: &[u8]) -> Vec<u8> { let y = xs.iter().map(|x| x + 1).collect() }",
        "fn f(xs: &[u8]) -> Vec<u8> { let y = }",
        "fn f(xs: &[u8]) -> Vec<u8> { let y = ; xs.iter().map(|x| x + 1).collect() }",
        "fn f(xs: &[u8]) -> Vec<u8> { if xs. xs.iter().map(|x| x + 1).collect() }",
        "fn f(xs: &mut [u8]) { for }",
        "fn f(xs: &mut [u8]) { for x in }",
        "fn f(xs: &mut [u8]) { for x in xs }",
        "fn f(xs: &mut [u8]) { for x in xs { x. } }",
        "fn f(xs: &mut [u8]) { for x in xs { *x += } }",
        "xs.iter()",
    ] {
        let expanded = expand("", item).to_string();
        assert_eq!(expanded, unread(item), "{item}");
        assert_eq!(errors(&expanded), 0, "{item}");
    }
}

/// Syntax of a later Rust: rustc would say nothing, and nobody would know that the function stays serial.
#[test]
fn what_only_rustc_can_parse_is_not_serial_in_silence() {
    let item = "fn f(xs: &[u8]) -> Vec<u8> { xs.later }";
    let item = item.replace("later", "use");
    let expanded = expand("", &item).to_string();
    assert!(expanded.starts_with("# [expect (macro_use_extern_crate , reason ="), "{expanded}");
    assert!(expanded.ends_with(&tokens(&item)), "{expanded}");
}

#[test]
fn what_parses_and_is_not_finished_gives_one_error() {
    for item in [
        "fn f(xs: &[u8]) -> Vec<u8> {}",
        "fn f(xs: &[u8]) -> Vec<u8> { xs }",
        "fn f(xs: &[u8]) -> Vec<u8> { xs.iter() }",
        "fn f(xs: &[u8]) -> Vec<u8> { xs.iter().ma }",
        "fn f(xs: &[u8]) -> Vec<u8> { xs.iter().map(|x| x + 1) }",
        "fn f(xs: &[u8]) -> Vec<u8> { xs.iter().map(|x| x + 1).coll() }",
        "fn f(xs: &mut [u8]) { for x in xs.chun(3) {} }",
        "fn f(xs: &[u8]) -> Vec<u8>;",
    ] {
        let expanded = expand("", item).to_string();
        assert!(expanded.starts_with(&tokens(item)), "{expanded}");
        assert_eq!(errors(&expanded), 1, "{expanded}");
    }
}

#[test]
fn half_an_option_gives_one_error() {
    const FUNCTION: &str = "fn f(xs: &[u8]) -> u8 { xs.iter().map(|x| x + 1).fold(0, |a, b| a + b) }";
    // Without `reduce` this would be refused: half of it is enough.
    const REDUCED: &str = "fn f(xs: &[u8]) -> u8 { xs.iter().fold(0, |a, b| a + b) }";
    for options in [
        "max_",
        "max_threads",
        "max_threads =",
        "max_threads = 3 +",
        "max_threads = 3, red",
        "max_threads = 3 key",
        "reduce =",
        "reduce = |",
        "reduce = |a, ",
        "reduce = |a, b| a +",
        "key =",
        "crate =",
        "crate = ::",
        "slice_fn",
        "slice_fn =",
        "slice_fn = Self::",
        "=",
    ] {
        let function = if options.starts_with("reduce") { REDUCED } else { FUNCTION };
        let expanded = expand(options, function).to_string();
        assert!(expanded.starts_with(&tokens(function)), "{options}: {expanded}");
        assert_eq!(errors(&expanded), 1, "{options}: {expanded}");
    }
    // Whatever becomes of the function.
    let expanded = expand("max_", "fn f(xs: &[u8]) -> Vec<u8> { xs.iter(). }").to_string();
    assert_eq!(errors(&expanded), 1, "{expanded}");
}

/// rust-analyzer writes a word where one is missing, and takes it out of the expansion. What parses with it is expanded
/// as usual, so that the rest of the function is completed in its final form.
#[test]
fn a_missing_word_in_a_kernel() {
    check(
        "",
        "fn f(xs: &[Item]) -> Vec<f64> {
            let norm = __ra_fixup;
            xs.iter().map(|x| x.__ra_fixup).collect()
        }",
        &expect![[r#"
            fn f(xs: &[Item]) -> Vec<f64> {
                let norm = __ra_fixup;
                static AMORSIZE_SITE: ::amorsize::__private::Site = ::amorsize::__private::Site::new(::amorsize::__private::Spec {
                    part: "",
                    signature: "(&[Item]) -> Vec<f64>",
                    body: "e8a90fb0fc17",
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
                    ::amorsize::__private::elements::<Item>(xs),
                    move |xs: &[Item], amorsize_out: ::amorsize::__private::Out<'_, f64>| {
                        ::amorsize::__private::Out::fill(
                            amorsize_out,
                            xs.iter().map(|x| x.__ra_fixup),
                        )
                    },
                )
            }
        "#]],
    );
}

/// Where it leaves nothing that can be split, the function comes back without a word: an error would be about what
/// nobody has written.
#[test]
fn a_missing_word_in_a_chain() {
    for item in [
        "fn f(xs: &[u8]) -> Vec<u8> { xs.iter().__ra_fixup }",
        "fn f(xs: &[u8]) -> Vec<u8> { let y = __ra_fixup; }",
        "fn f(xs: &mut [u8]) { for _ in __ra_fixup {} }",
        "fn f(xs: &mut [u8]) { for x in xs { if __ra_fixup { break; } } }",
        "fn f(xs: &[u8]) -> Vec<u8> { xs.iter().intellijRulezz }",
        // What it puts in for braces is no bracket to the parser.
        "fn f(xs: &mut [u8]) { for x in __ra_fixup }",
    ] {
        assert_eq!(expand("", item).to_string(), tokens(item));
    }
    // An option is not what is being typed.
    let expanded = expand("max_", "fn f(xs: &[u8]) -> Vec<u8> { xs.iter().__ra_fixup }").to_string();
    assert_eq!(errors(&expanded), 1, "{expanded}");
}

/// The signature is enough for a companion: its callers are not told that it is missing.
#[test]
fn a_companion_of_half_a_function() {
    for body in ["{ x. }", "{ let y = }", "{ for y in x }", "{ x.use }"] {
        let item = format!("pub fn f(x: &u8) -> u8 {body}");
        let expanded = expand("slice_fn = all", &item).to_string();
        assert!(expanded.starts_with(&tokens(&item)), "{expanded}");
        assert!(expanded.contains("pub fn all (xs : & [u8]) -> :: std :: vec :: Vec < u8 >"), "{expanded}");
        assert_eq!(errors(&expanded), 0, "{expanded}");
    }
}
