//! What a re-tuning means for people: which decisions there are now that were not there before.

use std::fmt;

use amorsize_runtime::store::{Contents, SiteEntry};
use serde::Serialize;

use crate::units;

/// One entry that says something else than before.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Change {
    pub(crate) key: String,
    /// `None` where the site is new.
    pub(crate) before: Option<Decided>,
    pub(crate) after: Decided,
}

/// A decision with the measurement that it rests on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Decided {
    pub(crate) parallel_from: Option<u64>,
    pub(crate) threads: u32,
    pub(crate) item_ns: f64,
    pub(crate) machine: String,
}

impl From<&SiteEntry> for Decided {
    fn from(entry: &SiteEntry) -> Self {
        let SiteEntry { parallel_from, threads, item_ns, machine, .. } = entry;
        Self { parallel_from: *parallel_from, threads: *threads, item_ns: *item_ns, machine: machine.clone() }
    }
}

/// The entries that differ, by key.
pub(crate) fn changes(before: &Contents, after: &Contents) -> Vec<Change> {
    let entry =
        |contents: &Contents, key: &str| contents.sites.get(key).and_then(|listed| listed.entry.clone());
    let mut keys: Vec<&String> = after.sites.keys().collect();
    keys.sort_unstable();
    let change = |key: &String| {
        let (old, new) = (entry(before, key), entry(after, key)?);
        (old.as_ref() != Some(&new)).then(|| Change {
            key: key.clone(),
            before: old.as_ref().map(Decided::from),
            after: Decided::from(&new),
        })
    };
    keys.into_iter().filter_map(change).collect()
}

impl Decided {
    /// Whether another decision would be taken; measurements alone may differ.
    fn decides_as(&self, other: &Self) -> bool {
        (self.parallel_from, self.threads) == (other.parallel_from, other.threads)
    }

    fn cost(&self) -> String {
        format!("{} ns an item", self.item_ns)
    }
}

impl fmt::Display for Decided {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.parallel_from {
            Some(from) => write!(f, "parallel from {} items, {} threads", grouped(from), self.threads),
            None => f.write_str("serial at the lengths seen"),
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, before, after } = self;
        match before {
            None => write!(f, "{key}\n  new: {after} ({}, on {})", after.cost(), after.machine),
            Some(before)
                if before.decides_as(after) && before.item_ns.to_bits() == after.item_ns.to_bits() =>
            {
                write!(f, "{key}\n  as before: {after}")
            }
            Some(before) if before.decides_as(after) => {
                write!(f, "{key}\n  as before: {after} ({} ns → {})", before.item_ns, after.cost())
            }
            Some(before) => {
                write!(f, "{key}\n  {before} → {after} ({} ns → {})", before.item_ns, after.cost())
            }
        }
    }
}

/// `2300` → `2 300`.
fn grouped(number: u64) -> String {
    units::grouped(number).replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use amorsize_runtime::store::parse;
    use expect_test::expect;

    #[test]
    fn what_changed_is_said_as_decisions() {
        let file = |sites: &str| parse(&format!("version = 1\n{sites}")).unwrap().0;
        let site =
            |name: &str, rest: &str| format!("[site.{name}]\nbody = \"00\"\nmachine = \"zen5\"\n{rest}\n");
        let same = site("same", "item_ns = 4");
        let before = [
            same.clone(),
            site("moved", "item_ns = 47\nparallel_from = 2300\nthreads = 2"),
            site("cheaper", "item_ns = 90"),
            site("longer", "item_ns = 9\nlen = [1, 2]"),
        ];
        let after = [
            same,
            site("moved", "item_ns = 20\nparallel_from = 1_005_100\nthreads = 2"),
            site("cheaper", "item_ns = 40"),
            site("longer", "item_ns = 9\nlen = [1, 9]"),
            site("new", "item_ns = 7\nparallel_from = 999\nthreads = 4"),
        ];
        let changes = changes(&file(&before.concat()), &file(&after.concat()));
        let said: Vec<String> = changes.iter().map(ToString::to_string).collect();
        expect![[r#"
            cheaper
              as before: serial at the lengths seen (90 ns → 40 ns an item)
            longer
              as before: serial at the lengths seen
            moved
              parallel from 2 300 items, 2 threads → parallel from 1 005 100 items, 2 threads (47 ns → 20 ns an item)
            new
              new: parallel from 999 items, 4 threads (7 ns an item, on zen5)"#]].assert_eq(&said.join("\n"));
    }
}
