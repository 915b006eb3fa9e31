//! Numbers as people read them: lengths with their thousands apart, times in the unit that leaves one to three digits.

use amorsize_runtime::store;

/// A number with its thousands apart: `12_300`.
pub(crate) fn grouped(number: impl TryInto<u64>) -> String {
    store::thousands(&number.try_into().unwrap_or(u64::MAX).to_string())
}

/// A time of so many ns: `47 ns`, `5.1 µs`, `2.4 ms`, `3 s`.
pub(crate) fn time(ns: f64) -> String {
    let (scale, unit) = match ns.abs() {
        ns if ns < 999.5 => (1.0, "ns"),
        ns if ns < 999_500.0 => (1e3, "µs"),
        ns if ns < 999_500_000.0 => (1e6, "ms"),
        _ => (1e9, "s"),
    };
    format!("{} {unit}", digits(ns / scale))
}

/// So many bytes: `512 B`, `1.5 MiB`.
pub(crate) fn size(bytes: f64) -> String {
    let mut left = bytes;
    for unit in ["B", "KiB", "MiB", "GiB"] {
        if left < 1023.5 {
            return format!("{} {unit}", digits(left));
        }
        left /= 1024.0;
    }
    format!("{} TiB", digits(left))
}

/// A share in percent: `8 %`.
pub(crate) fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// A ratio of two times: `1.87×`.
pub(crate) fn times(ratio: f64) -> String {
    if ratio >= 9.95 { format!("{ratio:.0}×") } else { format!("{ratio:.2}×") }
}

/// Two significant digits where there are few, no trailing zeros.
pub(crate) fn digits(number: f64) -> String {
    let text = match number.abs() {
        size if size >= 99.5 => return grouped(number.round() as u64),
        size if size >= 9.95 => return format!("{number:.0}"),
        size if size >= 0.995 => format!("{number:.1}"),
        size if size >= 0.0995 => format!("{number:.2}"),
        _ => format!("{number:.3}"),
    };
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable() {
        for (ns, text) in [
            (0.0, "0 ns"),
            (0.049, "0.049 ns"),
            (47.0, "47 ns"),
            (999.7, "1 µs"),
            (5_120.0, "5.1 µs"),
            (2_400_000.0, "2.4 ms"),
            (123_456_000_000.0, "123 s"),
        ] {
            assert_eq!(time(ns), text);
        }
        for (number, text) in [(0_u64, "0"), (999, "999"), (1_000, "1_000"), (12_345_678, "12_345_678")] {
            assert_eq!(grouped(number), text);
        }
        assert_eq!((percent(0.08), times(1.874), times(31.2)), ("8 %".into(), "1.87×".into(), "31×".into()));
    }
}
