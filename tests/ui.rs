//! What is refused, and in which words. `TRYBUILD=overwrite cargo test --test ui` rewrites the goldens: read each one.

#[test]
fn refusals() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*.rs");
}
