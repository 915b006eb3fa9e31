//! Whatever comes in, something sensible comes out: no panic, the item unchanged, an error if it is not understood.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;

use crate::{expand, refused};

const FUNCTION: &str = "fn f<T: Copy>(xs: &[T], k: &u32) -> Vec<u32> {
    let a = xs.iter().filter(|x| g(x, k)).map(move |x| h(*x)).min_by_key(|x| *x);
    for x in xs { if k > 3 { bins[*x].add(format!(\"{k}\")); } }
    xs.iter().map(|x| { let y = x; y }).collect()
}";

const OPTIONS: &str =
    "slice_fn = Self::all, reduce = |a, b| a + b, key = \"x\", max_threads = 3, serial, crate = ::y";

#[test]
fn token_soup() {
    for no_function in ["fn f();", "f!{}", "struct S;", "use a::b;", "mod m {}"] {
        assert_eq!(refused("", no_function).len(), 1, "{no_function}");
    }
    for options in
        [",", ",,", "=", "a", "a =", "= 3", "reduce", "reduce = ", "crate", "serial serial", "a b c", "3, 4"]
    {
        let expanded = expand(options, "fn f(xs: &[u8]) -> u8 { xs.iter().sum() }").to_string();
        assert!(expanded.contains("compile_error"), "{options}");
    }
}

/// Every token left out once, every token doubled once, every pair swapped.
#[test]
fn damaged_functions() {
    for text in [FUNCTION, OPTIONS] {
        let tokens: TokenStream = text.parse().expect("tokens");
        for damaged in damages(&tokens) {
            let expanded = if text == FUNCTION {
                let companion = amorsize_syntax::parallelize(quote! { slice_fn = all }, damaged.clone());
                assert!(!companion.is_empty());
                amorsize_syntax::parallelize(TokenStream::new(), damaged)
            } else {
                amorsize_syntax::parallelize(damaged, FUNCTION.parse().expect("tokens"))
            };
            assert!(!expanded.is_empty());
        }
    }
}

/// Variants of a token stream with one place damaged, at any depth.
fn damages(tokens: &TokenStream) -> Vec<TokenStream> {
    let all: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let with = |at: usize, new: Vec<TokenTree>| -> TokenStream {
        let kept = |range: std::ops::Range<usize>| all[range].to_vec();
        kept(0..at).into_iter().chain(new).chain(kept(at + 1..all.len())).collect()
    };
    let mut damaged = Vec::new();
    for (at, token) in all.iter().enumerate() {
        damaged.push(with(at, Vec::new()));
        damaged.push(with(at, vec![token.clone(), token.clone()]));
        if let TokenTree::Group(group) = token {
            for inner in damages(&group.stream()) {
                damaged.push(with(at, vec![TokenTree::Group(Group::new(group.delimiter(), inner))]));
            }
            damaged.push(with(at, vec![TokenTree::Group(Group::new(Delimiter::None, group.stream()))]));
        }
    }
    damaged
}

/// What `macro_rules` pass on comes in invisible groups.
#[test]
fn invisible_groups() {
    let group = |stream: TokenStream| TokenTree::Group(Group::new(Delimiter::None, stream));
    let (ty, element) = (group(quote! { &[u32] }), group(quote! { u32 }));
    let head = group(quote! { xs });
    let chain = group(quote! { #head.iter().map(|x| x + 1) });
    let item = quote! { fn f(xs: #ty, k: #element) -> Vec<#element> { #chain.collect() } };
    let expanded = amorsize_syntax::parallelize(TokenStream::new(), item.clone()).to_string();
    assert!(!expanded.contains("compile_error"), "{expanded}");
    let whole = amorsize_syntax::parallelize(TokenStream::new(), group(item).into()).to_string();
    assert!(!whole.contains("compile_error"), "{whole}");
}

#[test]
fn the_item_comes_back_unchanged_beside_its_errors() {
    let function = "async fn f(xs: &[u8], n: Vec<u8>) -> u8 { n.iter().sum() }";
    let expanded = expand("serial, serial", function).to_string();
    let unchanged = function.parse::<TokenStream>().expect("tokens").to_string();
    assert!(expanded.starts_with(&unchanged), "{expanded}");
    assert_eq!(refused("serial, serial", function).len(), 3);
}

#[test]
fn raw_identifiers() {
    let expanded = expand(
        "",
        "fn r#fn(r#type: &[u8], r#in: &u8) -> Vec<u8> { r#type.iter().map(|x| x + r#in).collect() }",
    );
    assert!(!expanded.to_string().contains("compile_error"), "{expanded}");
}

/// What `$e:expr` stands for stays one operand, in the code and in the arguments of macros.
#[test]
fn groups_without_brackets() {
    let group = TokenTree::Group(Group::new(Delimiter::None, quote! { 1 + k }));
    let function = quote! {
        fn f(xs: &[u32], k: u32) -> Vec<u32> {
            let twice = #group * 2;
            assert!(#group * 2 == twice);
            xs.iter().map(|x| x * #group).collect()
        }
    };
    let expanded = amorsize_syntax::parallelize(TokenStream::new(), function).to_string();
    assert_eq!(expanded.matches("(1 + k)").count(), 3, "{expanded}");
}

/// A closure in a variable may count, however the variable is written.
#[test]
fn variables_are_lent() {
    for name in ["step", "Step", "_STEP"] {
        let function =
            format!("fn f(xs: &[u32]) -> Vec<u32> {{ let {name} = g(); xs.iter().map({name}).collect() }}");
        assert!(expand("", &function).to_string().contains(&format!("map (& {name})")), "{name}");
    }
}

#[test]
fn positions_are_not_reduced() {
    let function = "fn f(xs: &[u32]) -> Option<usize> { xs.iter().map(|x| x + 1).position(|x| x > 3) }";
    assert!(refused("reduce = max", function)[0].contains("remove it"));
}

/// What is evaluated once is evaluated first: nothing else in the chain may see what it changes.
#[test]
fn changes_between_arguments() {
    let changed = "fn f(xs: &[u32]) -> Vec<u32> {
        let mut k = 1;
        xs.iter().map(move |x| x + k).filter({ k = 100; |x: &u32| x % 2 == 0 }).collect()
    }";
    assert!(refused("", changed)[0].starts_with("`k` is changed here"));
    let own = "fn f(xs: &[u32], k: u32) -> Vec<u32> {
        xs.iter().map({ let mut k = k; k += 1; move |x| x + k }).filter(|x| *x > k).collect()
    }";
    assert!(refused("", own).is_empty());
}

#[test]
fn a_loop_over_something_else_may_stand_beside_a_chain() {
    let function = "fn f(xs: &[f64], log: &mut Vec<f64>) {
        let ys: Vec<f64> = xs.iter().map(|x| x * 2.0).collect();
        for old in log.iter_mut() { *old += ys.len() as f64; }
    }";
    assert!(refused("", function).is_empty());
}

#[test]
fn only_a_value_that_results_need_is_called_a_running_one() {
    let says = |body: &str| {
        let function = format!("fn f(xs: &mut [f64]) {{ let mut acc = 0.0; for x in xs {{ {body} }} }}");
        refused("", &function).concat().contains("each result needs the one before it")
    };
    for running in [
        "acc += *x; *x = acc;",
        "*x -= acc; acc = *x;",
        "if acc > 1.0 { *x = 0.0; } acc += *x;",
        "acc += *x; *x = format!(\"{acc}\").len() as f64;",
    ] {
        assert!(says(running), "{running}");
    }
    for total in
        ["acc += *x;", "if *x > acc { acc = *x; }", "acc = acc.max(*x); *x = 0.0;", "acc += 1; *x = acc;"]
    {
        assert!(!says(total), "{total}");
    }
}

/// What `$p:path` and `$e:expr` stand for in the options of an attribute that a macro writes.
#[test]
fn options_in_invisible_groups() {
    let group = |stream: TokenStream| TokenTree::Group(Group::new(Delimiter::None, stream));
    let (facade, join) = (group(quote! { ::fast }), group(quote! { |a, b| a + b }));
    let options = quote! { crate = #facade, reduce = #join };
    let function = quote! { fn f(xs: &[u32]) -> u32 { xs.iter().fold(0, |a, b| a + b) } };
    let expanded = amorsize_syntax::parallelize(options, function).to_string();
    assert!(expanded.contains(":: fast :: __private :: fold ::"), "{expanded}");
}

/// `clippy::items_after_statements` looks at what comes before the user's items.
#[test]
fn generated_statements_stand_before_the_first_site() {
    let function = "fn f(xs: &[u32], k: &u32) -> usize {
        const N: u32 = 3;
        fn g() {}
        let n = N + k;
        if n == 3 { return xs.iter().filter(|x| **x > n).count() }
        let after = n;
        xs.iter().filter(|x| **x > n * k).count()
    }";
    let expanded = expand("", function).to_string();
    let place = |text: &str| expanded.find(text).expect(text);
    assert!(place("let n") < place("static AMORSIZE_SITE :"), "{expanded}");
    assert!(place("static AMORSIZE_SITE_2 :") < place("parameter"), "{expanded}");
    assert!(place("parameter") < place("if n == 3"), "{expanded}");
}

/// `r#x` is `x`, and a format string mentions `r#type` as `{type}`.
#[test]
fn names_with_and_without_the_raw_mark() {
    assert!(refused("", "fn f(r#xs: &mut [u32]) { for r#x in xs { *x ^= 1; } }").is_empty());
    let kept =
        expand("", "fn f(r#gen: &[u32]) -> Vec<u32> { r#gen.iter().map(|x| x ^ 1).collect() }").to_string();
    assert!(kept.contains("r#gen . iter ()"), "{kept}");
    for mention in ["format!(\"{type:?}\")", "g!(r#type)", "r#type.len()"] {
        let messages =
            refused("", &format!("fn f(r#type: &mut [u32]) {{ for x in r#type {{ h({mention}, x); }} }}"));
        assert!(messages.concat().contains("r#type"), "{mention}: {messages:?}");
    }
}

/// `(|| ..)()` runs once, on the function's own thread; any other closure may run whenever it likes.
#[test]
fn closures_that_are_called_at_once() {
    let wrap = |before: &str, after: &str| {
        let function =
            format!("fn f(xs: &[u32]) -> Vec<u32> {{ {before} xs.iter().map(|x| x ^ 1).collect() {after} }}");
        refused("", &function).concat()
    };
    assert_eq!(wrap("match (move || {", "})() { x => x }"), "");
    assert_eq!(wrap("((|| ", "))()"), "");
    for (before, after) in
        [("let f = || ", "; f()"), ("(|k| ", ")(3)"), ("(async || ", ")()"), ("g(|| ", ")")]
    {
        assert!(wrap(before, after).contains("inside a closure"), "{before}");
    }
}
