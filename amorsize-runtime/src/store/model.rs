//! What the tuned file holds, as plain values, and how each value is written.
//!
//! It decides the ranges that values are clamped to, their defaults, the order of the fields and their canonical
//! text. It does not read or write files, and it does not decide which of two values stays.

use crate::machine::MachineProfile;

/// The optimisation level that a measurement belongs to. The tuned file holds [`Profile::Release`] only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Profile {
    /// Optimised.
    #[default]
    Release,
    /// With debug assertions; never recorded, kept in a scratch file of its own.
    Debug,
}

impl Profile {
    /// The level that this crate was compiled with, which under cargo's profiles is the program's own.
    #[must_use]
    pub const fn current() -> Self {
        if cfg!(debug_assertions) { Self::Debug } else { Self::Release }
    }
}

/// One site: what was measured, and the decision that it led to on `machine`.
#[derive(Clone, Debug, PartialEq)]
pub struct SiteEntry {
    /// Hash of the function's tokens, twelve hex digits.
    pub body: String,
    /// Label of the machine that it was measured on.
    pub machine: String,
    /// Median cost of an item.
    pub item_ns: f64,
    /// Bytes that an item moves: element and output.
    pub item_bytes: f64,
    /// Cost of a call besides its items.
    pub call_ns: f64,
    /// Relative spread of the samples.
    pub spread: f64,
    /// Slowest chunk / mean chunk.
    pub skew: f64,
    /// Measured serial cost / measured parallel busy cost.
    pub efficiency: f64,
    /// Shortest and longest length seen.
    pub len: [u64; 2],
    /// Accepted samples.
    pub samples: u64,
    /// The cached decision: parallel from this length on; `None`: it never paid at the lengths seen.
    pub parallel_from: Option<u64>,
    /// The cached decision: threads that work on a call, the caller among them; capped by what is available at use.
    pub threads: u32,
    /// The cached decision: how long a chunk lasts.
    pub chunk_us: f64,
    /// The optimisation level; not in the file, which holds one level only.
    pub profile: Profile,
    /// Earlier keys under which the entry is found too.
    pub aliases: Vec<String>,
}

impl Default for SiteEntry {
    /// The values that a file leaves out.
    fn default() -> Self {
        Self {
            body: String::new(),
            machine: String::new(),
            item_ns: 0.0,
            item_bytes: 0.0,
            call_ns: 0.0,
            spread: 0.0,
            skew: 1.0,
            efficiency: 1.0,
            len: [0, 0],
            samples: 0,
            parallel_from: None,
            threads: 1,
            chunk_us: 50.0,
            profile: Profile::Release,
            aliases: Vec::new(),
        }
    }
}

/// Largest length, sample count and parallel-from: what an `f64` counts exactly.
const MOST: u64 = 1 << 53;

impl SiteEntry {
    /// The same entry with every number finite and in its range, whoever wrote it.
    ///
    /// The ranges are wider than anything measured (an item of 1 000 s, 65 536 threads): they keep arithmetic sane,
    /// the decision does the rest.
    #[must_use]
    pub fn clamped(mut self) -> Self {
        self.item_ns = clamp(self.item_ns, 0.0, 1e12, 0.0);
        self.item_bytes = clamp(self.item_bytes, 0.0, 1e12, 0.0);
        self.call_ns = clamp(self.call_ns, 0.0, 1e13, 0.0);
        self.spread = clamp(self.spread, 0.0, 100.0, 0.0);
        self.skew = clamp(self.skew, 1.0, 1e6, 1.0);
        self.efficiency = clamp(self.efficiency, 0.01, 10.0, 1.0);
        self.chunk_us = clamp(self.chunk_us, 1.0, 1e6, 50.0);
        self.len = self.len.map(|len| len.min(MOST));
        self.len.sort_unstable();
        self.samples = self.samples.min(MOST);
        self.parallel_from = self.parallel_from.map(|from| from.clamp(1, MOST));
        self.threads = self.threads.clamp(1, 1 << 16);
        self
    }

    /// What the dearest call seen cost: a site that never cost more than a dispatch has nothing to say.
    #[must_use]
    pub fn dearest_call_ns(&self) -> f64 {
        self.call_ns + self.item_ns * self.len[1] as f64
    }
}

fn clamp(value: f64, least: f64, most: f64, otherwise: f64) -> f64 {
    if value.is_finite() { value.clamp(least, most) } else { otherwise }
}

/// A person's override, edited by hand; nothing of ours ever rewrites it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pin {
    /// Never parallel.
    pub serial: bool,
    /// At most so many threads, at least 1.
    pub max_threads: Option<usize>,
    /// Parallel from this length on.
    pub parallel_from: Option<usize>,
    /// Items per chunk, at least 1.
    pub chunk_size: Option<usize>,
    /// Why, for reports.
    pub reason: Option<String>,
}

/// The measured costs of one class of machines; what a table leaves out is the built-in constant.
#[derive(Clone, Debug, PartialEq)]
pub struct MachineEntry {
    /// See [`MachineProfile::clock_ns`].
    pub clock_ns: f64,
    /// See [`MachineProfile::claim_ns`].
    pub claim_ns: f64,
    /// See [`MachineProfile::wake_us`].
    pub wake_us: f64,
    /// See [`MachineProfile::wake_us_per_worker`].
    pub wake_us_per_worker: f64,
    /// See [`MachineProfile::step_ns`].
    pub step_ns: f64,
    /// See [`MachineProfile::stream_gbs`].
    pub stream_gbs: [f64; 2],
}

impl From<&MachineProfile> for MachineEntry {
    fn from(profile: &MachineProfile) -> Self {
        Self {
            clock_ns: profile.clock_ns,
            claim_ns: profile.claim_ns,
            wake_us: profile.wake_us,
            wake_us_per_worker: profile.wake_us_per_worker,
            step_ns: profile.step_ns,
            stream_gbs: profile.stream_gbs,
        }
    }
}

impl MachineEntry {
    /// A profile with these costs in place of its own.
    #[must_use]
    pub fn over(&self, profile: MachineProfile) -> MachineProfile {
        MachineProfile {
            clock_ns: self.clock_ns,
            claim_ns: self.claim_ns,
            wake_us: self.wake_us,
            wake_us_per_worker: self.wake_us_per_worker,
            step_ns: self.step_ns,
            stream_gbs: self.stream_gbs,
            ..profile
        }
    }

    /// Every cost finite, positive and below a second (or 10 TB/s).
    #[must_use]
    pub fn clamped(mut self) -> Self {
        let builtin = Self::from(&MachineProfile::builtin("linux", 1));
        self.clock_ns = clamp(self.clock_ns, 0.1, 1e9, builtin.clock_ns);
        self.claim_ns = clamp(self.claim_ns, 0.1, 1e9, builtin.claim_ns);
        self.wake_us = clamp(self.wake_us, 0.01, 1e6, builtin.wake_us);
        self.wake_us_per_worker = clamp(self.wake_us_per_worker, 0.0, 1e6, builtin.wake_us_per_worker);
        self.step_ns = clamp(self.step_ns, 0.001, 1e6, builtin.step_ns);
        self.stream_gbs = self.stream_gbs.map(|gbs| clamp(gbs, 0.001, 1e4, builtin.stream_gbs[0]));
        self
    }
}

/// How far an entry can be trusted here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// Same body, measured on this class of machine: its decision is used as it stands.
    Fresh,
    /// From the scratch folder: same body, this class of machine, not reviewed.
    Scratch,
    /// Same body, measured elsewhere: the decision is derived again from the measurements.
    Elsewhere,
    /// The body changed since: a weak prior.
    Stale,
}

/// What is known about a site before its first call.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    /// The best entry, if there is one that may be used here.
    pub entry: Option<(SiteEntry, Freshness)>,
    /// The person's override; it holds whatever happened to the body.
    pub pin: Option<Pin>,
    /// Whether the tuned file has an entry or pin for the key at all, also where it may not be used (a build without
    /// optimisation does not use measurements of one with).
    pub listed: bool,
}

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
    let digits = format!("{value:.0}");
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push('_');
        }
        text.push(digit);
    }
    text
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

    #[test]
    fn clamping_leaves_no_number_out_of_range() {
        let absurd = SiteEntry {
            item_ns: f64::NAN,
            item_bytes: f64::INFINITY,
            call_ns: -1.0,
            spread: 1e300,
            skew: 0.0,
            efficiency: -0.0,
            len: [u64::MAX, 1],
            samples: u64::MAX,
            parallel_from: Some(0),
            threads: 0,
            chunk_us: 0.0,
            ..SiteEntry::default()
        };
        let expected = SiteEntry {
            spread: 100.0,
            efficiency: 0.01,
            len: [1, MOST],
            samples: MOST,
            parallel_from: Some(1),
            chunk_us: 1.0,
            ..SiteEntry::default()
        };
        assert_eq!(absurd.clamped(), expected);
    }
}
