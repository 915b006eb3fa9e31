//! What the tuned file holds, as plain values.
//!
//! It decides the ranges that values are clamped to, and their defaults. It does not know how they are written, and it
//! does not decide which of two values stays.

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
#[derive(Clone, Copy, Debug, PartialEq)]
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

#[cfg(test)]
mod tests {
    use super::*;

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
