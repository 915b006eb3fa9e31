//! The attribute on token soup. `fuzz/` runs the same for as long as one likes.

use amorsize_corpus::soup::{Soup, serve, taste};
use proptest::collection::vec;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, ..ProptestConfig::default() })]

    #[test]
    fn any_soup_comes_back_as_promised(bytes in vec(any::<u8>(), 0..120)) {
        let soup = serve(&bytes);
        prop_assert_eq!(taste(&soup), Ok(()), "arguments: {}\nitem: {}", soup.arguments, soup.item);
    }
}

#[test]
fn what_is_unspoilt_is_a_function() {
    let unspoilt = |number| serve(&[0, 2, 0, number]);
    let functions: Vec<Soup> = (0..=255).map(unspoilt).collect();
    for soup in &functions {
        let function = syn::parse2::<syn::ItemFn>(soup.item.clone());
        assert!(function.is_ok(), "{}", soup.item);
    }
}
