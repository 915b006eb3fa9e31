//! `cargo amorsize …`
#![forbid(unsafe_code)]

fn main() {}
