//! What is out of step between the sites of a workspace and its tuned file.
//!
//! It decides which entry is whose, and what each finding is; `words` says it, `fix` mends it. Nothing is run or timed.

mod fix;
mod words;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use amorsize_runtime::store::Contents;

pub(crate) use fix::{Mended, mend};
pub(crate) use words::{Words, done};

use crate::sites::{Fit, Listing, Site, function, home};

/// What is out of step.
#[derive(Debug)]
pub(crate) enum Finding<'a> {
    /// A site without an entry, and the entry of the same body that it is renamed from.
    Missing { site: &'a Site, renamed: Option<Rename> },
    /// An entry that was measured with another body.
    Stale { site: &'a Site, key: String },
    /// An entry without a site, and whether a person's pin hangs on it.
    Orphan { key: String, pinned: bool },
    /// Two functions with different bodies under one key.
    Clash { first: &'a Site, second: &'a Site },
    /// A site that the file knows by an alias of another entry.
    Alias { site: &'a Site, alias: String, key: String },
}

/// A key that an entry had, and the one that it should have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rename {
    pub(crate) from: String,
    /// `None` if the types in it cannot be told without running the program.
    pub(crate) to: Option<String>,
}

/// Compares; `all` demands entries for the sites of tests and benches, too.
pub(crate) fn compare<'a>(listing: &'a Listing, contents: &Contents, all: bool) -> Vec<Finding<'a>> {
    let assigned = assign(&listing.sites, contents);
    let mut findings = stale(&listing.sites, &assigned, contents);
    let mut missing = Vec::new();
    for (site, _) in listing.sites.iter().zip(&assigned).filter(|(_, keys)| keys.is_empty()) {
        match alias(site, contents) {
            Some((alias, key)) => findings.push(Finding::Alias { site, alias, key }),
            None if site.is_demanded(all) => missing.push(site),
            None => {}
        }
    }
    let taken: BTreeSet<&str> = assigned.iter().flatten().copied().collect();
    let mut orphans = orphans(listing, contents, &taken, &findings);
    for site in missing {
        let renamed = renamed(site, &mut orphans, contents);
        findings.push(Finding::Missing { site, renamed });
    }
    findings.extend(orphans.into_iter().map(|key| {
        let pinned = contents.sites.get(&key).is_some_and(|listed| listed.pin.is_some());
        Finding::Orphan { key, pinned }
    }));
    findings.extend(clashes(listing.sites.iter().filter(|site| site.is_demanded(all))));
    findings
}

/// The keys of each site: those that fit exactly, else those that fit loosely and are nobody else's.
fn assign<'c>(sites: &[Site], contents: &'c Contents) -> Vec<Vec<&'c str>> {
    let mut by_name: HashMap<&str, Vec<&str>> = HashMap::new();
    for key in contents.sites.keys() {
        by_name.entry(function(key)).or_default().push(key);
    }
    let fitting = |site: &Site, wanted: Fit| -> Vec<&'c str> {
        let name = site.pattern.function();
        // A name of several segments (`key = "pricing::gross"`) is filed under the last.
        let near = by_name.get(function(name)).into_iter().flatten();
        near.copied().filter(|key| site.pattern.fit(key) == wanted).collect()
    };
    let mut assigned: Vec<Vec<&str>> = sites.iter().map(|site| fitting(site, Fit::Exact)).collect();
    let exact: BTreeSet<&str> = assigned.iter().flatten().copied().collect();
    for (site, keys) in sites.iter().zip(&mut assigned).filter(|(_, keys)| keys.is_empty()) {
        *keys = fitting(site, Fit::Loose).into_iter().filter(|key| !exact.contains(key)).collect();
    }
    for keys in &mut assigned {
        keys.sort_unstable();
    }
    assigned
}

/// The entries that were measured with another body than that of any site with their key.
fn stale<'a>(sites: &'a [Site], assigned: &[Vec<&str>], contents: &Contents) -> Vec<Finding<'a>> {
    let mut sites_of: BTreeMap<&str, Vec<&Site>> = BTreeMap::new();
    for (site, keys) in sites.iter().zip(assigned) {
        for key in keys {
            sites_of.entry(key).or_default().push(site);
        }
    }
    let stale = |(key, sites): (&str, Vec<&'a Site>)| {
        let entry = contents.sites.get(key)?.entry.as_ref()?;
        let is_fresh = sites.iter().any(|site| site.descriptor.body == entry.body);
        (!is_fresh).then(|| Finding::Stale { site: sites[0], key: key.to_owned() })
    };
    sites_of.into_iter().filter_map(stale).collect()
}

/// The alias that a site is known by, and the key of the entry that has it.
fn alias(site: &Site, contents: &Contents) -> Option<(String, String)> {
    let mut aliases: Vec<_> = contents.aliases.iter().collect();
    aliases.sort_unstable();
    let fits = |(alias, _): &(&String, &String)| site.pattern.fit(alias) == Fit::Exact;
    aliases.into_iter().find(fits).map(|(alias, key)| (alias.clone(), key.clone()))
}

/// Entries that are nobody's. Those of crates outside the workspace were recorded by its programs all the same.
fn orphans(
    listing: &Listing,
    contents: &Contents,
    taken: &BTreeSet<&str>,
    findings: &[Finding<'_>],
) -> BTreeSet<String> {
    let known_by_alias: BTreeSet<&str> = findings
        .iter()
        .filter_map(|finding| match finding {
            Finding::Alias { key, .. } => Some(key.as_str()),
            _ => None,
        })
        .collect();
    contents
        .sites
        .keys()
        .filter(|key| !taken.contains(key.as_str()) && !known_by_alias.contains(key.as_str()))
        .filter(|key| !listing.foreign.contains(home(key)))
        .cloned()
        .collect()
}

/// The orphan that a site was called before, by its body; it is an orphan no longer.
fn renamed(site: &Site, orphans: &mut BTreeSet<String>, contents: &Contents) -> Option<Rename> {
    let body = |key: &str| contents.sites.get(key)?.entry.as_ref().map(|entry| entry.body.clone());
    let same = orphans.iter().filter(|key| body(key).as_deref() == Some(&site.descriptor.body));
    let mut same: Vec<Rename> =
        same.map(|key| Rename { from: key.clone(), to: site.pattern.renamed(key) }).collect();
    // One that can be renamed before one that cannot; of several chains the one of the same name.
    let part = |rename: &Rename| rename.from.contains(&format!("{}(", site.descriptor.part));
    same.sort_by_key(|rename| (rename.to.is_none(), !part(rename)));
    let rename = same.into_iter().next()?;
    orphans.remove(&rename.from);
    Some(rename)
}

/// Functions under one key that are not the same.
fn clashes<'a>(sites: impl Iterator<Item = &'a Site>) -> Vec<Finding<'a>> {
    let mut by_text: BTreeMap<String, Vec<&Site>> = BTreeMap::new();
    for site in sites.filter(|site| site.pattern.is_known()) {
        by_text.entry(site.pattern.text()).or_default().push(site);
    }
    let clash = |same: Vec<&'a Site>| {
        let (first, rest) = same.split_first()?;
        let place = |site: &Site| (site.descriptor.file.clone(), site.descriptor.line);
        let other =
            |site: &&&Site| site.descriptor.body != first.descriptor.body && place(site) != place(first);
        rest.iter().find(other).map(|second| Finding::Clash { first, second })
    };
    by_text.into_values().filter_map(clash).collect()
}
