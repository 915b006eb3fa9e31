//! The engine without the attribute: `cargo run --release --example by_hand`.

use amorsize::Config;

/// Steps until a number reaches 1 in Collatz' sequence.
fn steps(start: u64) -> u32 {
    let mut value = start;
    let mut steps = 0;
    while value > 1 {
        value = if value % 2 == 0 { value / 2 } else { 3 * value + 1 };
        steps += 1;
    }
    steps
}

fn main() -> Result<(), amorsize::AlreadyStarted> {
    // Programs may say what they want before the first call; the environment wins over it.
    Config::new().max_threads(8).install()?;

    let starts: Vec<u64> = (1..200_000).collect();

    // Each place in the source learns for itself, in memory.
    let lengths = amorsize::map(&starts, |start| steps(*start));
    let longest = starts.iter().zip(&lengths).max_by_key(|&(_, length)| length);
    println!("longest sequence (start, steps): {longest:?}");

    // Under a name it has an entry in the tuned file, too.
    let mut powers = starts.clone();
    for _ in 0..64 {
        amorsize::site!("squares").for_each_mut(&mut powers, |x| *x = x.wrapping_mul(*x));
    }
    println!("last number, squared 64 times modulo 2^64: {:?}", powers.last());

    println!("\n{}", amorsize::decisions());
    Ok(())
}
