//! Numbers as people read them.

use crate::store;

/// A number with its thousands apart: `12_300`.
pub(crate) fn grouped(number: usize) -> String {
    store::thousands(&number.to_string())
}

/// Two or three significant digits.
pub(crate) fn significant(number: f64) -> String {
    if number >= 100.0 {
        grouped(number.round() as usize)
    } else if number >= 10.0 {
        format!("{number:.0}")
    } else {
        format!("{number:.2}")
    }
}

#[cfg(test)]
mod tests {
    use super::{grouped, significant};

    #[test]
    fn numbers_are_readable() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1_000"), (12_345_678, "12_345_678")] {
            assert_eq!(grouped(number), text);
        }
        for (number, text) in [(0.123, "0.12"), (9.5, "9.50"), (47.3, "47"), (1_234.5, "1_235")] {
            assert_eq!(significant(number), text);
        }
    }
}
