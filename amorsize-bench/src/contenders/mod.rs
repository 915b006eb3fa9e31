//! The contenders: each form of work written as a user of that crate would write it.
//!
//! One file per contender; a function per form, all generic over the same kernel.

use std::str::FromStr;

pub mod chili;
pub mod commonware;
pub mod halves;
pub mod orx;
pub mod rayon;
pub mod serial;

/// Who does the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Contender {
    /// The plain loop.
    Serial,
    /// The plain loop once more: its regret is the noise of the run. It never counts as the best.
    SerialAgain,
    /// `par_iter` as it stands.
    Rayon,
    /// `par_iter` with the best of eight `with_min_len` values, chosen per case in a pilot run.
    RayonTuned,
    /// orx-parallel with its fixed chunks.
    OrxFixed,
    /// orx-parallel with its adaptive chunks, its default.
    OrxAdaptive,
    /// chili's heartbeat scheduling.
    Chili,
    /// commonware-parallel's adaptive strategy.
    Commonware,
    /// Two or more `std::thread::scope` threads, one part each.
    Halves,
    /// amorsize as it is by default, warmed up in this process.
    Auto,
    /// amorsize that neither learns nor writes, in a process of its own that starts from a recorded file.
    Frozen,
}

impl Contender {
    /// All, in the order of the tables.
    pub const ALL: [Self; 11] = [
        Self::Serial,
        Self::SerialAgain,
        Self::Rayon,
        Self::RayonTuned,
        Self::OrxFixed,
        Self::OrxAdaptive,
        Self::Chili,
        Self::Commonware,
        Self::Halves,
        Self::Auto,
        Self::Frozen,
    ];

    /// The name in tables, in recorded results and for `--arms`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Serial => "serial",
            Self::SerialAgain => "serial-again",
            Self::Rayon => "rayon",
            Self::RayonTuned => "rayon-tuned",
            Self::OrxFixed => "orx-fixed",
            Self::OrxAdaptive => "orx-adaptive",
            Self::Chili => "chili",
            Self::Commonware => "commonware",
            Self::Halves => "scope",
            Self::Auto => "auto",
            Self::Frozen => "frozen",
        }
    }

    /// Whether its time may be the best of a case.
    #[must_use]
    pub fn competes(self) -> bool {
        self != Self::SerialAgain
    }

    /// Whether it may use a second thread: the plain loops do not.
    #[must_use]
    pub fn may_be_parallel(self) -> bool {
        !matches!(self, Self::Serial | Self::SerialAgain)
    }

    /// Whether it is amorsize, whose answers must have the bits of the plain loop's.
    #[must_use]
    pub fn is_ours(self) -> bool {
        matches!(self, Self::Auto | Self::Frozen)
    }
}

impl FromStr for Contender {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|contender| contender.name() == name).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            format!("there is no contender `{name}` (valid: {names})")
        })
    }
}

/// Threads that a contender without a pool of its own starts.
#[must_use]
pub fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

#[cfg(test)]
mod tests {
    use super::Contender;

    #[test]
    fn names_are_read_back() {
        for contender in Contender::ALL {
            assert_eq!(contender.name().parse(), Ok(contender));
        }
        assert!("reyon".parse::<Contender>().unwrap_err().contains("rayon-tuned"));
    }
}
