//! What a re-tuning means for people: which decisions there are now that were not there before.

use std::collections::BTreeSet;
use std::fmt;

use amorsize_runtime::store::{Contents, Pin, SiteEntry};
use serde::Serialize;

use crate::tuned::pinned;
use crate::units;

/// One site of which a file says something else than another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Change {
    pub(crate) key: String,
    /// `None` where the site is new.
    pub(crate) before: Option<Decided>,
    /// `None` where the site is gone.
    pub(crate) after: Option<Decided>,
    /// What a person laid down, before and after, where that differs; empty for nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pin: Option<[String; 2]>,
    /// Whether the measurements differ.
    pub(crate) measured: bool,
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

/// The sites that differ, by key.
pub(crate) fn differences(before: &Contents, after: &Contents) -> Vec<Change> {
    let keys: BTreeSet<&String> = before.sites.keys().chain(after.sites.keys()).collect();
    let change = |key: &String| {
        let [old, new] = [before, after].map(|contents| contents.sites.get(key));
        let [was, is] = [old, new].map(|listed| listed.and_then(|listed| listed.entry.as_ref()));
        let pins = [old, new].map(|listed| listed.and_then(|listed| listed.pin.as_ref()));
        let pin = (pins[0] != pins[1]).then(|| pins.map(laid_down));
        let [before, after] = [was, is].map(|entry| entry.map(Decided::from));
        let measured = was != is;
        (measured || pin.is_some()).then(|| Change { key: key.clone(), before, after, pin, measured })
    };
    keys.into_iter().filter_map(change).collect()
}

/// The entries of `after` that are new or differ, by key.
pub(crate) fn changes(before: &Contents, after: &Contents) -> Vec<Change> {
    let mut changes = differences(before, after);
    changes.retain(|change| change.measured && change.after.is_some());
    changes
}

fn laid_down(pin: Option<&Pin>) -> String {
    pin.map(pinned).unwrap_or_default()
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

impl Change {
    /// Whether a call may run otherwise than before, and not just the numbers differ.
    pub(crate) fn decides_anew(&self) -> bool {
        let stays = match (&self.before, &self.after) {
            (Some(before), Some(after)) => before.decides_as(after),
            (None, None) => true,
            _ => false,
        };
        !stays || self.pin.is_some()
    }

    /// What an item costs, before and after: `47 ns → 20 ns an item`.
    pub(crate) fn costs(&self) -> String {
        match (&self.before, &self.after) {
            (Some(before), Some(after)) if before.item_ns.to_bits() == after.item_ns.to_bits() => {
                after.cost()
            }
            (Some(before), Some(after)) => format!("{} ns → {}", before.item_ns, after.cost()),
            (Some(only), None) | (None, Some(only)) => only.cost(),
            (None, None) => String::new(),
        }
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
        f.write_str(&self.key)?;
        let costs = self.costs();
        match (&self.before, &self.after) {
            (None, None) => {}
            (None, Some(after)) => write!(f, "\n  new: {after} ({costs}, on {})", after.machine)?,
            (Some(before), None) => write!(f, "\n  gone: {before} ({costs}, on {})", before.machine)?,
            (Some(before), Some(after)) if !before.decides_as(after) => {
                write!(f, "\n  {before} → {after} ({costs}){}", moved(before, after))?;
            }
            (Some(_), Some(_)) if !self.measured => {}
            (Some(before), Some(after)) if before.item_ns.to_bits() == after.item_ns.to_bits() => {
                write!(f, "\n  as before: {after}{}", moved(before, after))?;
            }
            (Some(before), Some(after)) => {
                write!(f, "\n  as before: {after} ({costs}){}", moved(before, after))?;
            }
        }
        let Some([before, after]) = &self.pin else { return Ok(()) };
        let or_none = |pin: &str| if pin.is_empty() { "none".to_owned() } else { pin.to_owned() };
        write!(f, "\n  pin: {} → {}", or_none(before), or_none(after))
    }
}

/// On which machines, where they are two.
fn moved(before: &Decided, after: &Decided) -> String {
    if before.machine == after.machine {
        String::new()
    } else {
        format!(", {} → {}", before.machine, after.machine)
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
        let [before, after] = [before.concat(), after.concat()].map(|sites| file(&sites));
        assert_eq!(changes(&before, &after), differences(&before, &after));
        let anew: Vec<String> = differences(&before, &after)
            .into_iter()
            .filter(Change::decides_anew)
            .map(|change| change.key)
            .collect();
        assert_eq!(anew, ["moved", "new"]);
        let said: Vec<String> = changes(&before, &after).iter().map(ToString::to_string).collect();
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
    #[test]
    fn what_is_gone_pinned_or_from_another_machine_is_said() {
        let file = |sites: &str| parse(&format!("version = 1\n{sites}")).unwrap().0;
        let before = file(
            "[site.gone]\nbody = \"0\"\nmachine = \"zen5\"\nitem_ns = 4\n\
             [site.pinned]\nbody = \"0\"\nmachine = \"zen5\"\nitem_ns = 4\n\
             [site.elsewhere]\nbody = \"0\"\nmachine = \"zen5\"\nitem_ns = 40\nparallel_from = 900\nthreads = 2\n",
        );
        let after = file(
            "[site.pinned]\nbody = \"0\"\nmachine = \"zen5\"\nitem_ns = 4\n\
             [site.pinned.pin]\nmax_threads = 3\nreason = \"shared\"\n\
             [site.elsewhere]\nbody = \"0\"\nmachine = \"m4\"\nitem_ns = 40\nparallel_from = 700\nthreads = 8\n",
        );
        let said: Vec<String> = differences(&before, &after).iter().map(ToString::to_string).collect();
        expect![[r#"
            elsewhere
              parallel from 900 items, 2 threads → parallel from 700 items, 8 threads (40 ns an item), zen5 → m4
            gone
              gone: serial at the lengths seen (4 ns an item, on zen5)
            pinned
              pin: none → max_threads = 3, shared"#]].assert_eq(&said.join("\n"));
        assert_eq!(changes(&before, &after).len(), 1);
    }
}
