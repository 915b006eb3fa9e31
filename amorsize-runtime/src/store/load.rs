//! From the text of a tuned file to plain values, whatever the text is.
//!
//! It decides which files are read at all and which entries of them: one bad entry costs one entry, a file that is no
//! TOML, has conflict markers, is too large or newer than we know is refused as a whole. It opens no file and prints
//! nothing; what went wrong is returned. No input panics.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use toml::de::{DeArray, DeTable, DeValue};

use super::fields::{self, Number, Plain, Taken};
use super::model::{MachineEntry, Pin, SiteEntry};
use super::quick;
use crate::machine::MachineProfile;
use crate::observe::{Topic, Warning, nearest};

/// The version of the format that is read and written.
pub const VERSION: i64 = 1;
/// Larger files are not read: a tuned site takes about 300 bytes.
pub const MAX_BYTES: usize = 1 << 20;
/// More sites are not read.
pub const MAX_SITES: usize = 10_000;
/// So many bad entries are named, the rest is counted.
const NAMED: usize = 3;

/// Why a file as a whole is not used; such a file is never overwritten.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refused {
    /// It is not TOML, or not a tuned file; the line (from 1, 0 if none is to blame) and what is wrong.
    Broken(usize, String),
    /// It has unresolved conflict markers, the first at this line.
    Conflict(usize),
    /// Its version is newer than this program knows.
    Newer(i64),
    /// It is larger than 1 MiB.
    TooBig,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken(0, what) => write!(f, "{what}"),
            Self::Broken(line, what) => write!(f, "line {line}: {what}"),
            Self::Conflict(line) => {
                write!(
                    f,
                    "line {line} is a conflict marker: `cargo amorsize merge-driver --repair FILE` joins both sides"
                )
            }
            Self::Newer(version) => {
                write!(f, "it has version {version}, this program knows version {VERSION}: update amorsize")
            }
            Self::TooBig => write!(f, "it is larger than {} KiB", MAX_BYTES >> 10),
        }
    }
}

/// What a file says about one key.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listed {
    /// The measurements, if they are usable.
    pub entry: Option<SiteEntry>,
    /// The person's override.
    pub pin: Option<Pin>,
}

/// A file's contents.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contents {
    /// By key.
    pub sites: HashMap<String, Listed>,
    /// By label.
    pub machines: BTreeMap<String, MachineEntry>,
    /// Earlier keys of entries, with the keys they have now.
    pub aliases: HashMap<String, String>,
}

impl Contents {
    /// The key under which a site stands: its own, or the one that names it as an alias.
    #[must_use]
    pub fn listed_as<'k>(&'k self, key: &'k str) -> &'k str {
        match self.aliases.get(key) {
            Some(now) if !self.sites.contains_key(key) => now,
            _ => key,
        }
    }

    /// What is said about a key, or about the key that has it as an alias.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<&Listed> {
        self.sites.get(self.listed_as(key))
    }
}

/// Reads a file's bytes; see [`parse`].
///
/// # Errors
/// Why the file as a whole is not used.
pub fn parse_bytes(bytes: &[u8]) -> Result<(Contents, Vec<Warning>), Refused> {
    parse(text_of(bytes)?)
}

/// A file's bytes as text, without a byte order mark.
pub(crate) fn text_of(bytes: &[u8]) -> Result<&str, Refused> {
    if bytes.len() > MAX_BYTES {
        return Err(Refused::TooBig);
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        Refused::Broken(line_of(bytes, error.valid_up_to()), "it is not UTF-8".to_owned())
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// Reads a file's text: its contents, every number in its range, and what was skipped.
///
/// # Errors
/// Why the file as a whole is not used.
pub fn parse(text: &str) -> Result<(Contents, Vec<Warning>), Refused> {
    if text.len() > MAX_BYTES {
        return Err(Refused::TooBig);
    }
    match quick::read(text) {
        Some(contents) => Ok((contents, Vec::new())),
        None => parse_any(text),
    }
}

/// [`parse`] of text in any form, within the bounds.
fn parse_any(text: &str) -> Result<(Contents, Vec<Warning>), Refused> {
    if let Some(line) = conflict(text) {
        return Err(Refused::Conflict(line));
    }
    let document = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(0, |span| line_of(text.as_bytes(), span.start));
        let message = error.message().lines().next().filter(|message| !message.is_empty());
        Refused::Broken(line, message.unwrap_or("it is not TOML").to_owned())
    })?;
    let mut reader = Reader::default();
    reader.document(document.into_inner())?;
    Ok(reader.finish())
}

/// The line, from 1, that a byte stands in.
fn line_of(bytes: &[u8], at: usize) -> usize {
    bytes[..at.min(bytes.len())].split(|byte| *byte == b'\n').count()
}

/// The line of the first conflict marker. No line of a TOML table starts like this.
fn conflict(text: &str) -> Option<usize> {
    let marker = |line: &str| line.starts_with("<<<<<<<") || line.starts_with(">>>>>>>");
    text.lines().position(marker).map(|line| line + 1)
}

#[derive(Default)]
struct Reader {
    contents: Contents,
    warnings: Vec<Warning>,
    skipped: usize,
}

impl Reader {
    fn document(&mut self, document: DeTable<'_>) -> Result<(), Refused> {
        version(&document)?;
        for (name, value) in document {
            match (name.get_ref().as_ref(), value.into_inner()) {
                ("site", DeValue::Table(sites)) => self.sites(sites),
                ("machine", DeValue::Table(machines)) => self.machines(machines),
                (name @ ("site" | "machine"), _) => {
                    return Err(Refused::Broken(0, format!("`{name}` is not a table")));
                }
                // The version, read before; what else there is belongs to somebody else.
                _ => {}
            }
        }
        Ok(())
    }

    fn sites(&mut self, sites: DeTable<'_>) {
        let surplus = sites.len().saturating_sub(MAX_SITES);
        if surplus > 0 {
            let text = format!("{surplus} sites beyond the first {MAX_SITES} are not read");
            self.warnings.push(Warning::new(Topic::Entry, "sites", text));
        }
        self.contents.sites.reserve(sites.len().min(MAX_SITES));
        for (key, value) in sites.into_iter().take(MAX_SITES) {
            let key = key.into_inner().into_owned();
            let DeValue::Table(table) = value.into_inner() else {
                self.skip(&key, "it is not a table");
                continue;
            };
            let pin = table.iter().find(|(name, _)| name.get_ref() == "pin").map(|(_, pin)| pin.get_ref());
            let pin = pin.and_then(|pin| self.pin(&key, pin));
            let entry = match site(&table) {
                Ok(entry) => entry,
                Err(what) => {
                    self.skip(&key, &what);
                    None
                }
            };
            for alias in entry.iter().flat_map(|entry| &entry.aliases) {
                self.contents.aliases.insert(alias.clone(), key.clone());
            }
            self.contents.sites.insert(key, Listed { entry, pin });
        }
    }

    fn machines(&mut self, machines: DeTable<'_>) {
        for (label, value) in machines.into_iter().take(MAX_SITES) {
            let label = label.into_inner().into_owned();
            let entry = match value.get_ref() {
                DeValue::Table(table) => machine(table),
                _ => Err("it is not a table".to_owned()),
            };
            match entry {
                Ok(entry) => drop(self.contents.machines.insert(label, entry)),
                Err(what) => self.skip(&format!("machine.{label}"), &what),
            }
        }
    }

    /// A pin is written by hand: what is wrong with it is said, and the rest of it holds.
    fn pin(&mut self, key: &str, value: &DeValue<'_>) -> Option<Pin> {
        let DeValue::Table(table) = value else {
            self.warn(key, "its `pin` is not a table and is ignored");
            return None;
        };
        let mut pin = Pin::default();
        for (name, value) in table {
            let name = name.get_ref().as_ref();
            match fields::pin(&mut pin, name, &plain(value.get_ref())) {
                Taken::Yes => {}
                Taken::Not => self.warn(key, &format!("the pin's `{name}` is not understood and is ignored")),
                Taken::Foreign => {
                    let meant = nearest(name, fields::PIN).map(|name| format!(", did you mean `{name}`?"));
                    let meant = meant.unwrap_or_default();
                    let names = fields::PIN.join(", ");
                    self.warn(key, &format!("its pin has an unknown `{name}`{meant} (valid: {names})"));
                }
            }
        }
        Some(pin)
    }

    fn skip(&mut self, key: &str, what: &str) {
        self.skipped += 1;
        if self.skipped <= NAMED {
            self.warn(key, &format!("{what}; the entry is ignored"));
        }
    }

    fn warn(&mut self, key: &str, what: &str) {
        // Bounded: a hostile file must not fill the terminal or the memory.
        if self.warnings.len() < 8 * NAMED {
            self.warnings.push(Warning::new(
                Topic::Entry,
                format!("{key}: {what}"),
                format!("{key}: {what}"),
            ));
        }
    }

    fn finish(mut self) -> (Contents, Vec<Warning>) {
        if self.skipped > NAMED {
            let text = format!("{} more entries are ignored", self.skipped - NAMED);
            self.warnings.push(Warning::new(Topic::Entry, "skipped", text));
        }
        (self.contents, self.warnings)
    }
}

/// Anything but an empty file must say that it is a tuned file: `record` must not add tables to a `Cargo.toml`.
fn version(document: &DeTable<'_>) -> Result<(), Refused> {
    let stated =
        document.iter().find(|(name, _)| name.get_ref() == "version").map(|(_, value)| value.get_ref());
    match stated.map(|value| number(value)?.whole) {
        None if document.is_empty() => Ok(()),
        None => Err(Refused::Broken(0, format!("it has no `version = {VERSION}`: not a tuned file"))),
        Some(Some(1)) => Ok(()),
        Some(Some(newer)) if newer > 1 => Err(Refused::Newer(i64::try_from(newer).unwrap_or(i64::MAX))),
        Some(_) => Err(Refused::Broken(0, "its `version` is not understood".to_owned())),
    }
}

fn plain<'v>(value: &'v DeValue<'_>) -> Plain<'v> {
    match value {
        DeValue::String(text) => Plain::Text(text),
        DeValue::Boolean(value) => Plain::Bool(*value),
        DeValue::Array(array) => several(array),
        DeValue::Datetime(_) | DeValue::Table(_) => Plain::Other,
        DeValue::Integer(_) | DeValue::Float(_) => number(value).map_or(Plain::Other, Plain::Number),
    }
}

fn several<'v>(array: &'v DeArray<'_>) -> Plain<'v> {
    if let [first, second] = &**array {
        if let (Some(first), Some(second)) = (number(first.get_ref()), number(second.get_ref())) {
            return Plain::Pair([first, second]);
        }
    }
    let texts: Option<Vec<&str>> = array.iter().map(|each| each.get_ref().as_str()).collect();
    texts.map_or(Plain::Other, Plain::Texts)
}

fn number(value: &DeValue<'_>) -> Option<Number> {
    match value {
        DeValue::Integer(integer) => {
            let (digits, radix) = (integer.as_str(), integer.radix());
            let whole = match digits.strip_prefix('-') {
                Some(_) => 0,
                None => u64::from_str_radix(digits, radix).unwrap_or(u64::MAX),
            };
            let real = if radix == 10 { digits.parse().ok()? } else { whole as f64 };
            Some(Number { real: Some(real), whole: Some(whole) })
        }
        DeValue::Float(float) => {
            let real: f64 = float.as_str().parse().ok()?;
            let real = Some(real).filter(|real| real.is_finite());
            let whole = real.filter(|real| real.fract() == 0.0).map(|real| real as u64);
            Some(Number { real, whole })
        }
        _ => None,
    }
}

/// The measurements of a site's table: none if it holds a pin only, an error if one of ours is not understood.
fn site(table: &DeTable<'_>) -> Result<Option<SiteEntry>, String> {
    let mut entry = SiteEntry::default();
    let (mut any, mut cost) = (false, false);
    for (name, value) in table {
        let name = name.get_ref().as_ref();
        match fields::site(&mut entry, name, &plain(value.get_ref())) {
            Taken::Yes => any = true,
            Taken::Not => return Err(format!("its `{name}` is not understood")),
            Taken::Foreign => {}
        }
        cost |= name == "item_ns";
    }
    match (any, cost) {
        (_, true) => Ok(Some(entry.clamped())),
        (true, false) => Err("it has no `item_ns`".to_owned()),
        (false, false) => Ok(None),
    }
}

fn machine(table: &DeTable<'_>) -> Result<MachineEntry, String> {
    let mut entry = MachineEntry::from(&MachineProfile::builtin(std::env::consts::OS, 1));
    for (name, value) in table {
        let name = name.get_ref().as_ref();
        if fields::machine(&mut entry, name, &plain(value.get_ref())) == Taken::Not {
            return Err(format!("its `{name}` is not understood"));
        }
    }
    Ok(entry.clamped())
}

#[cfg(test)]
pub(super) mod tests;
