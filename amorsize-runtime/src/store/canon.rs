//! The canonical text of single values.
//!
//! It decides the order of the fields, which are left out, and how numbers are rounded and grouped. It does not decide
//! which of two values stays, or what stands around them.

use super::model::SiteEntry;
use super::thousands::thousands;

/// The fields of a site that we write, in the order in which they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Body,
    Machine,
    ItemNs,
    ItemBytes,
    CallNs,
    Spread,
    Skew,
    Efficiency,
    Len,
    Samples,
    ParallelFrom,
    Threads,
    ChunkUs,
    Aliases,
}

impl Field {
    pub(crate) const ALL: [Self; 14] = [
        Self::Body,
        Self::Machine,
        Self::ItemNs,
        Self::ItemBytes,
        Self::CallNs,
        Self::Spread,
        Self::Skew,
        Self::Efficiency,
        Self::Len,
        Self::Samples,
        Self::ParallelFrom,
        Self::Threads,
        Self::ChunkUs,
        Self::Aliases,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Machine => "machine",
            Self::ItemNs => "item_ns",
            Self::ItemBytes => "item_bytes",
            Self::CallNs => "call_ns",
            Self::Spread => "spread",
            Self::Skew => "skew",
            Self::Efficiency => "efficiency",
            Self::Len => "len",
            Self::Samples => "samples",
            Self::ParallelFrom => "parallel_from",
            Self::Threads => "threads",
            Self::ChunkUs => "chunk_us",
            Self::Aliases => "aliases",
        }
    }

    /// The numbers behind a field, empty for texts and for what is absent.
    pub(crate) fn numbers(self, entry: &SiteEntry) -> Vec<f64> {
        match self {
            Self::Body | Self::Machine | Self::Aliases => vec![],
            Self::ItemNs => vec![entry.item_ns],
            Self::ItemBytes => vec![entry.item_bytes],
            Self::CallNs => vec![entry.call_ns],
            Self::Spread => vec![entry.spread],
            Self::Skew => vec![entry.skew],
            Self::Efficiency => vec![entry.efficiency],
            Self::Len => entry.len.iter().map(|&len| len as f64).collect(),
            Self::Samples => vec![entry.samples as f64],
            Self::ParallelFrom => entry.parallel_from.iter().map(|&from| from as f64).collect(),
            Self::Threads => vec![f64::from(entry.threads)],
            Self::ChunkUs => vec![entry.chunk_us],
        }
    }

    /// The field as numbers in TOML; `None` if it is left out, being at its default. Texts are [`Field::texts`].
    pub(crate) fn shown(self, entry: &SiteEntry) -> Option<String> {
        match self {
            Self::Body | Self::Machine | Self::Aliases => None,
            // A count of threads is exact, and outwards for lengths: the range must hold what was seen.
            Self::Threads => (entry.threads != 1).then(|| grouped(f64::from(entry.threads))),
            Self::Len => {
                let [least, most] = entry.len.map(|len| len as f64);
                (entry.len != [0, 0]).then(|| {
                    format!(
                        "[{}, {}]",
                        text(two_digits(least, f64::floor)),
                        text(two_digits(most, f64::ceil))
                    )
                })
            }
            Self::ParallelFrom => entry.parallel_from.map(|from| number(from as f64)),
            // What an entry is about stays, even if it is nothing.
            Self::ItemNs => Some(number(entry.item_ns)),
            _ => {
                let default = self.numbers(&SiteEntry::default());
                let shown = number(self.numbers(entry)[0]);
                (shown != number(default[0])).then_some(shown)
            }
        }
    }
}

/// A number as the file writes it: two significant digits, thousands grouped.
pub(crate) fn number(value: f64) -> String {
    text(two_digits(value, f64::round))
}

/// Two significant digits of a finite, non-negative number; the decimal text of the result is exact.
fn two_digits(value: f64, round: fn(f64) -> f64) -> f64 {
    if value <= 0.0 {
        return 0.0;
    }
    let exponent = value.log10().floor() as i32;
    if exponent >= 1 {
        let unit = 10f64.powi(exponent - 1);
        // A quotient that is a hair off a whole number must not move a number that already has two digits.
        let digits = value / unit;
        if (digits - digits.round()).abs() < 1e-9 { digits.round() * unit } else { round(digits) * unit }
    } else {
        // Below 10 the shortest decimal form, because 3 × 0.1 is not 0.3.
        format!("{value:.1e}").parse().unwrap_or(value)
    }
}

fn text(value: f64) -> String {
    if value >= 10.0 { grouped(value) } else { format!("{value}") }
}

/// A whole number with `_` between thousands.
fn grouped(value: f64) -> String {
    thousands(&format!("{value:.0}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_two_digits_and_groups() {
        for (value, expected) in [
            (0.0, "0"),
            (47.3, "47"),
            (99.6, "100"),
            (2_345.0, "2_300"),
            (2_100_000.0, "2_100_000"),
            (1_000.0, "1_000"),
            (6.0, "6"),
            (6.04, "6"),
            (0.3, "0.3"),
            (0.084, "0.084"),
            (0.0849, "0.085"),
            (9.97, "10"),
            (9.94, "9.9"),
            (0.000_123, "0.00012"),
            (1e15, "1_000_000_000_000_000"),
            (35.0, "35"),
            (512.0, "510"),
        ] {
            assert_eq!(number(value), expected, "{value}");
        }
    }

    #[test]
    fn what_is_at_its_default_is_left_out() {
        let default = SiteEntry::default();
        let shown: Vec<_> =
            Field::ALL.iter().filter(|field| field.shown(&default).is_some()).map(|f| f.name()).collect();
        assert_eq!(shown, ["item_ns"]);
        let entry = SiteEntry { len: [4_010, 2_010_000], threads: 144, samples: 96, ..default };
        assert_eq!(Field::Len.shown(&entry).as_deref(), Some("[4_000, 2_100_000]"));
        assert_eq!(Field::Threads.shown(&entry).as_deref(), Some("144"));
        assert_eq!(Field::Samples.shown(&entry).as_deref(), Some("96"));
    }
}
