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
    /// The plain loop, called once in a fresh process: what a fresh process costs.
    FirstSerial,
    /// amorsize without a file, called once in a fresh process.
    First,
    /// The same where another function has been parallel before.
    FirstPool,
    /// The same from a recorded file, frozen.
    FirstFile,
}

impl Contender {
    /// All, in the order of the tables.
    pub const ALL: [Self; 15] = [
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
        Self::FirstSerial,
        Self::First,
        Self::FirstPool,
        Self::FirstFile,
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
            Self::FirstSerial => "first-serial",
            Self::First => "first",
            Self::FirstPool => "first-pool",
            Self::FirstFile => "first-file",
        }
    }

    /// Whether its time may be the best of a case.
    #[must_use]
    pub fn competes(self) -> bool {
        self != Self::SerialAgain && !self.is_first()
    }

    /// Whether it is a first call in a fresh process.
    #[must_use]
    pub fn is_first(self) -> bool {
        matches!(self, Self::FirstSerial | Self::First | Self::FirstPool | Self::FirstFile)
    }

    /// Whether it may use a second thread: the plain loops do not.
    #[must_use]
    pub fn may_be_parallel(self) -> bool {
        !matches!(self, Self::Serial | Self::SerialAgain | Self::FirstSerial)
    }

    /// Whether it is amorsize, whose answers must have the bits of the plain loop's.
    #[must_use]
    pub fn is_ours(self) -> bool {
        matches!(self, Self::Auto | Self::Frozen | Self::First | Self::FirstPool | Self::FirstFile)
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

/// A result as a float for float sums: neither its size nor its order of summation is special.
#[inline(always)]
#[must_use]
pub fn fraction(y: u64) -> f64 {
    1.0 / (y as f64 + 0.1)
}

/// A result that may be refused; none of those that are computed is.
///
/// # Errors
/// 0 is refused.
#[inline(always)]
pub fn accept(y: u64) -> Result<u64, u64> {
    if y == 0 { Err(y) } else { Ok(y) }
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
