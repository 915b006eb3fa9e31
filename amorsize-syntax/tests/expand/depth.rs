//! However deep it goes, no stack overflows: that would end the compiler without a word.

use std::thread;

use proc_macro2::TokenTree;

use crate::expand;

/// What rustc and rust-analyzer give a macro. Tests are built without optimization, as macros are.
const STACK_BYTES: usize = 8 << 20;

/// The first thing that is said of a function in which `inner` stands in a chain.
fn says(inner: String) -> Option<String> {
    let on_its_own = thread::Builder::new().stack_size(STACK_BYTES).spawn(move || {
        let function =
            format!("fn f(xs: &[u32], x: u32) -> Vec<u32> {{ xs.iter().map(|y| {inner}).collect() }}");
        // Parsing what comes back would need a deep stack itself.
        let tokens: Vec<TokenTree> = expand("", &function).into_iter().collect();
        let error = tokens
            .iter()
            .position(|token| matches!(token, TokenTree::Ident(word) if word == "compile_error"))?;
        Some(tokens[error + 2].to_string())
    });
    on_its_own.unwrap().join().unwrap()
}

/// Ways to nest `x` so many times.
fn nested(times: usize) -> [(&'static str, String); 9] {
    let within = |open: &str, close: &str| format!("{}x{}", open.repeat(times), close.repeat(times));
    [
        ("parentheses", within("(", ")")),
        ("blocks", within("{", "}")),
        ("calls", within("f(", ")")),
        ("generics", format!("x as {}u32{}", "A<".repeat(times), ">".repeat(times))),
        ("closures", within("|x| ", "")),
        ("operators", within("-", "")),
        ("sums", within("", " + x")),
        ("methods", within("", ".g()")),
        ("choices", format!("{} {{ x }}", "if x { x } else ".repeat(times))),
    ]
}

#[test]
fn what_people_write_is_read() {
    for (kind, inner) in nested(100) {
        assert_eq!(says(inner), None, "{kind}");
    }
}

#[test]
fn no_depth_overflows() {
    for times in [180, 330, 490, 950, 1_500, 5_000] {
        for (kind, inner) in nested(times) {
            let said = says(inner);
            let is_known = said.as_ref().is_none_or(|said| said.contains("nested too deeply"));
            assert!(is_known, "{times} {kind}: {said:?}");
        }
    }
    for (kind, inner) in nested(5_000) {
        assert!(says(inner).is_some(), "{kind}");
    }
}

#[test]
fn long_is_not_deep() {
    let many = |one: &str| one.repeat(2_000);
    assert_eq!(says(format!("{{ {} x }}", many("g(x, y);"))), None);
    assert_eq!(says(format!("{{ {} x }}", many("if x > y { g(x) }"))), None);
    assert_eq!(says(format!("match x {{ {} _ => 3 }}", many("1 | 2 if g(x) => { x }"))), None);
    assert_eq!(says(format!("[{}]", many("x + 1, "))), None);
}
