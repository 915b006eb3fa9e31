//! What names a site in the tuned file: part, signature, body hash.

use crate::{expand, refused};

/// The fields `part`, `signature` and `body` of every site of a function.
fn fields(function: &str) -> Vec<[String; 3]> {
    let tokens = expand("", function).to_string();
    let field = |text: &str, name: &str| {
        let start = text.find(&format!("{name} : \"")).expect(name) + name.len() + 4;
        text[start..].split('"').next().expect("a string").to_owned()
    };
    let specs = tokens.split(":: Spec {").skip(1);
    specs.map(|spec| ["part", "signature", "body"].map(|name| field(spec, name))).collect()
}

fn signature(function: &str) -> String {
    fields(function)[0][1].clone()
}

fn body(function: &str) -> String {
    fields(function)[0][2].clone()
}

#[test]
fn signatures_are_spaced_and_without_lifetimes() {
    let cases = [
        ("xs: &[Item], w: &Weights", "-> Vec<f64>", "(&[Item], &Weights) -> Vec<f64>"),
        ("&self, xs: &'a mut [T]", "", "(&self, &mut [T])"),
        ("&'a mut self, xs: &[u8]", "-> Self", "(&mut self, &[u8]) -> Self"),
        ("self: std::sync::Arc<Self>, xs: &[u8]", "-> u8", "(self: std::sync::Arc<Self>, &[u8]) -> u8"),
        ("xs: &[&'a str]", "-> HashMap<&'a str, Vec<u8>>", "(&[&str]) -> HashMap<&str, Vec<u8>>"),
        ("xs: &[Ref<'a, T>], y: Cow<'a>", "-> u8", "(&[Ref<T>], Cow) -> u8"),
        (
            "xs: &[[f32; N]], n: [u8; 3]",
            "-> (u8, Vec<[f32; N]>)",
            "(&[[f32; N]], [u8; 3]) -> (u8, Vec<[f32; N]>)",
        ),
        (
            "xs: &[u8], f: &(dyn Fn(&u8) -> u8 + Sync + 'a)",
            "-> u8",
            "(&[u8], &(dyn Fn(&u8) -> u8 + Sync)) -> u8",
        ),
        ("xs: &[u8], f: impl for<'b> Fn(&'b u8) -> u8", "-> u8", "(&[u8], impl Fn(&u8) -> u8) -> u8"),
        ("xs: &[u8], f: fn(&u8, u8) -> bool", "-> u8", "(&[u8], fn(&u8, u8) -> bool) -> u8"),
        ("xs: &[<T as Tr>::Out], y: T::Out", "-> u8", "(&[<T as Tr>::Out], T::Out) -> u8"),
        ("xs: &[Box<dyn Any<Out = u8>>]", "-> u8", "(&[Box<dyn Any<Out = u8>>]) -> u8"),
        ("xs: &[*const u8], ys: &mut [*mut u8]", "-> u8", "(&[*const u8], &mut [*mut u8]) -> u8"),
        ("xs: &[u8], f: fn()", "-> ()", "(&[u8], fn()) -> ()"),
    ];
    for (inputs, output, expected) in cases {
        let end = if output.is_empty() { "for x in xs.iter() { y(x) }" } else { "xs.iter().sum()" };
        let function = format!("fn f<'a, T, const N: usize>({inputs},) {output} {{ {end} }}");
        assert_eq!(signature(&function), expected);
    }
}

#[test]
fn the_hash_changes_with_the_code_alone() {
    let plain = body("fn f(xs: &[u32]) -> u32 { xs.iter().map(|x| (x, 1)).map(|p| p.0).sum() }");
    assert_eq!(plain.len(), 12);
    assert!(plain.chars().all(|c| c.is_ascii_hexdigit()));
    let same = "/// Documented.
        #[inline]
        pub(crate) fn renamed(xs: &[u32],) -> u32 {
            // Explained.
            xs.iter()
                .map(|x| (x, 1,))
                .map(|p| p.0)
                .sum()
        }";
    assert_eq!(body(same), plain);
    let others = [
        "fn f(xs: &[u32]) -> u32 { xs.iter().map(|x| (x, 2)).map(|p| p.0).sum() }",
        "fn f(ys: &[u32]) -> u32 { ys.iter().map(|x| (x, 1)).map(|p| p.0).sum() }",
        "fn f(xs: &[u64]) -> u32 { xs.iter().map(|x| (x, 1)).map(|p| p.0).sum() }",
        "fn f(xs: &[u32]) -> u64 { xs.iter().map(|x| (x, 1)).map(|p| p.0).sum() }",
    ];
    for other in others {
        assert_ne!(body(other), plain, "{other}");
    }
}

/// The tuned files of this version and the next have to agree.
#[test]
fn the_hash_is_stable() {
    assert_eq!(body("fn f(xs: &[f64]) -> f64 { xs.iter().sum() }"), "102b36a2cf68");
}

#[test]
fn sites_are_named_after_their_variables() {
    let parts = |function: &str| fields(function).into_iter().map(|[part, ..]| part).collect::<Vec<_>>();
    assert_eq!(parts("fn f(xs: &[f64]) -> f64 { let s: f64 = xs.iter().sum(); s }"), [""]);
    assert_eq!(
        parts(
            "fn f(xs: &[f64]) -> f64 { let mean = xs.iter().sum::<f64>(); xs.iter().map(|x| x - mean).sum() }"
        ),
        [".mean", ""]
    );
    assert_eq!(
        parts(
            "fn f(xs: &mut [f64]) {
                for x in xs.iter_mut() { *x += 1.0; }
                let a: f64 = xs.iter().sum();
                let a: f64 = xs.iter().map(|x| x * a).sum();
                for x in xs.iter_mut() { *x += a; }
                for x in xs.iter_mut() { *x += a; }
            }"
        ),
        [".2", ".a", ".a.2", ".3", ""]
    );
    assert_eq!(
        parts("fn f(xs: &[f64]) -> f64 { g(xs.iter().count()); g(xs.iter().count()); xs.iter().sum() }"),
        [".2", ".3", ""]
    );
}

#[test]
fn messages_name_the_function() {
    let messages = refused("", "fn lonely(n: u32) -> u32 { n }");
    assert_eq!(messages.len(), 1);
    assert!(messages[0].starts_with("`lonely` has nothing that"), "{messages:?}");
}
