//! What the values of a table mean, field by field.
//!
//! It decides which names are ours and which values they take. It does not know how a text becomes values: both
//! readers, the one for any TOML and the one for our own canonical lines, come through here, so that they agree.

use super::model::{MachineEntry, Pin, SiteEntry};

/// A number; below zero counts as zero where a whole one is wanted, and what is too large as the largest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Number {
    /// `None` if it is infinite or none at all.
    pub(super) real: Option<f64>,
    /// `None` if it is not whole.
    pub(super) whole: Option<u64>,
}

/// A value as far as any of our fields takes one.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Plain<'v> {
    Text(&'v str),
    Texts(Vec<&'v str>),
    Number(Number),
    Pair([Number; 2]),
    Bool(bool),
    Other,
}

impl<'v> Plain<'v> {
    fn text(&self) -> Option<&'v str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    fn real(&self) -> Option<f64> {
        if let Self::Number(number) = self { number.real } else { None }
    }

    fn whole(&self) -> Option<u64> {
        if let Self::Number(number) = self { number.whole } else { None }
    }

    fn length(&self) -> Option<usize> {
        self.whole().map(|whole| usize::try_from(whole).unwrap_or(usize::MAX))
    }
}

/// What became of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    Yes,
    /// Ours by name, but its value is not understood.
    Not,
    /// None of ours.
    Foreign,
}

impl From<Option<()>> for Taken {
    fn from(understood: Option<()>) -> Self {
        if understood.is_some() { Self::Yes } else { Self::Not }
    }
}

/// One value of a site. The caller clamps once all are in, and watches for `item_ns`, without which there is no entry.
pub(super) fn site(entry: &mut SiteEntry, name: &str, value: &Plain<'_>) -> Taken {
    let real = |place: &mut f64| value.real().map(|number| *place = number);
    let text = |place: &mut String| value.text().map(|text| text.clone_into(place));
    let understood = match name {
        "body" => text(&mut entry.body),
        "machine" => text(&mut entry.machine),
        "item_ns" => real(&mut entry.item_ns),
        "item_bytes" => real(&mut entry.item_bytes),
        "call_ns" => real(&mut entry.call_ns),
        "spread" => real(&mut entry.spread),
        "skew" => real(&mut entry.skew),
        "efficiency" => real(&mut entry.efficiency),
        "chunk_us" => real(&mut entry.chunk_us),
        "samples" => value.whole().map(|samples| entry.samples = samples),
        "parallel_from" => value.whole().map(|from| entry.parallel_from = Some(from)),
        "threads" => value.whole().map(|threads| entry.threads = u32::try_from(threads).unwrap_or(u32::MAX)),
        "len" => match value {
            Plain::Pair([Number { whole: Some(least), .. }, Number { whole: Some(most), .. }]) => {
                entry.len = [*least, *most];
                Some(())
            }
            _ => None,
        },
        "aliases" => match value {
            Plain::Texts(texts) => {
                entry.aliases = texts.iter().map(|&text| text.to_owned()).collect();
                Some(())
            }
            _ => None,
        },
        _ => return Taken::Foreign,
    };
    understood.into()
}

/// The names that a pin takes.
pub(super) const PIN: [&str; 5] = ["serial", "max_threads", "parallel_from", "chunk_size", "reason"];

/// One value of a pin, clamped.
pub(super) fn pin(pin: &mut Pin, name: &str, value: &Plain<'_>) -> Taken {
    let understood = match name {
        "serial" => match value {
            Plain::Bool(serial) => {
                pin.serial = *serial;
                Some(())
            }
            _ => None,
        },
        "max_threads" => value.length().map(|threads| pin.max_threads = Some(threads.max(1))),
        "parallel_from" => value.length().map(|from| pin.parallel_from = Some(from)),
        "chunk_size" => value.length().map(|size| pin.chunk_size = Some(size.max(1))),
        "reason" => value.text().map(|reason| pin.reason = Some(reason.to_owned())),
        _ => return Taken::Foreign,
    };
    understood.into()
}

/// One value of a machine; the caller clamps once all are in.
pub(super) fn machine(entry: &mut MachineEntry, name: &str, value: &Plain<'_>) -> Taken {
    let real = |place: &mut f64| value.real().map(|number| *place = number);
    let understood = match name {
        "clock_ns" => real(&mut entry.clock_ns),
        "claim_ns" => real(&mut entry.claim_ns),
        "wake_us" => real(&mut entry.wake_us),
        "wake_us_per_worker" => real(&mut entry.wake_us_per_worker),
        "step_ns" => real(&mut entry.step_ns),
        "stream_gbs" => match value {
            Plain::Pair([Number { real: Some(one), .. }, Number { real: Some(all), .. }]) => {
                entry.stream_gbs = [*one, *all];
                Some(())
            }
            _ => None,
        },
        _ => return Taken::Foreign,
    };
    understood.into()
}
