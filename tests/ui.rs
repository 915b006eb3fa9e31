//! What is refused, and in which words. `TRYBUILD=overwrite cargo test --test ui` rewrites the goldens: read each one.

// rustc lists what else implements a trait, and that depends on which crates are there.
#[cfg(feature = "rayon")]
#[test]
fn refusals() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*.rs");
}
