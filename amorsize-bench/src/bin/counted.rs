//! Calls one function so often: `counted FUNCTION LENGTH CALLS`. `.ci/counts` runs it under callgrind, with two numbers of
//! calls, and so has the instructions of one call.
//!
//! `AMORSIZE=off` keeps the annotated functions in the surely serial state, whatever the clock says under an emulator.
#![forbid(unsafe_code)]

use std::hint::black_box;
use std::process::ExitCode;

use amorsize::parallelize;

macro_rules! pair {
    ($plain:ident, $auto:ident, ($($args:tt)*) $(-> $out:ty)? $body:block) => {
        #[inline(never)]
        fn $plain($($args)*) $(-> $out)? $body
        #[parallelize]
        #[inline(never)]
        fn $auto($($args)*) $(-> $out)? $body
    };
}

pair!(plain_map, auto_map, (xs: &[u64]) -> Vec<u64> { xs.iter().map(|x| x.rotate_left(7) ^ 1).collect() });
pair!(plain_max, auto_max, (xs: &[u64]) -> Option<u64> { xs.iter().map(|x| x.rotate_left(7)).max() });
pair!(plain_in_place, auto_in_place, (xs: &mut [u64]) {
    for x in xs.iter_mut() {
        *x = x.rotate_left(7) ^ 1;
    }
});

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let numbers = |at: usize| arguments.get(at).and_then(|text| text.parse::<usize>().ok());
    let (Some(function), Some(len), Some(calls)) = (arguments.first(), numbers(1), numbers(2)) else {
        eprintln!("usage: counted FUNCTION LENGTH CALLS");
        return ExitCode::from(2);
    };
    let mut xs: Vec<u64> = (0..len as u64).collect();
    let call: fn(&mut [u64]) = match function.as_str() {
        "plain_map" => |xs| _ = black_box(plain_map(black_box(xs))),
        "auto_map" => |xs| _ = black_box(auto_map(black_box(xs))),
        "plain_max" => |xs| _ = black_box(plain_max(black_box(xs))),
        "auto_max" => |xs| _ = black_box(auto_max(black_box(xs))),
        "plain_in_place" => |xs| plain_in_place(black_box(xs)),
        "auto_in_place" => |xs| auto_in_place(black_box(xs)),
        _ => {
            eprintln!("counted: no function {function}");
            return ExitCode::from(2);
        }
    };
    for _ in 0..calls {
        call(&mut xs);
    }
    ExitCode::SUCCESS
}
