//! The attribute on token soup: see `amorsize_corpus::soup`.
#![no_main]

use amorsize_corpus::soup::{serve, taste};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let soup = serve(bytes);
    if let Err(broken) = taste(&soup) {
        panic!("#[parallelize({})]\n{}\n{broken}", soup.arguments, soup.item);
    }
});
