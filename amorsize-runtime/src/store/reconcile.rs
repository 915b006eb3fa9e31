//! Three versions of a tuned file made one: what git's merge driver does, and what is left of conflict markers.
//!
//! It decides which side each line comes from. What one side changed, it changed. Measurements that both sides changed are
//! taken whole from one of them, and [`merge::newer`] says from which. What a person wrote (pins, keys that we do not know)
//! and both sides changed differently is left to a person, between markers. Comments of both sides stay. Text in, text
//! out: it touches no file.

use std::collections::BTreeSet;

use toml_edit::{Array, Decor, DocumentMut, Item, Key, Table, Value};

use super::canon::Field;
use super::load::{self, Contents, Refused};
use super::marked;
use super::merge::{self, Side};
use super::write::{MACHINE_FIELDS, Unwritable, arrange, bounded, canonical, table_in};

/// What became of several versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reconciled {
    /// The text, in canonical form. Where something is undecided it has conflict markers.
    pub text: String,
    /// What only a person can decide, a line each.
    pub undecided: Vec<String>,
}

/// One text of two that go back to the same one, as git's merge driver is given them.
///
/// # Errors
/// If a version is none that this program may rewrite.
pub fn reconcile(base: &str, ours: &str, theirs: &str) -> Result<Reconciled, Unwritable> {
    let [mut base, ours, mut theirs] = [Version::read(base)?, Version::read(ours)?, Version::read(theirs)?];
    if ours.text == theirs.text || theirs.text == base.text {
        return Ok(Reconciled { text: ours.text, undecided: vec![] });
    }
    if ours.text == base.text {
        return Ok(Reconciled { text: theirs.text, undecided: vec![] });
    }
    let mut ours = ours;
    follow_renames(&mut base, &mut ours, &mut theirs)?;
    let mut merger =
        Merger { base: &base.contents, ours: &ours.contents, theirs: &theirs.contents, undecided: vec![] };
    let tables = [&base.document, &ours.document, &theirs.document].map(DocumentMut::as_table);
    let all = merger.tables(&[], tables)?;
    let undecided = merger.undecided;

    let mut document = DocumentMut::from(all);
    let trailing = [&base.document, &ours.document, &theirs.document]
        .map(|document| comments(document.trailing().as_str().unwrap_or_default()));
    document.set_trailing(blend(&trailing).concat());
    arrange(document.as_table_mut());
    let text = bounded(document.to_string())?;
    if undecided.is_empty() {
        return Ok(Reconciled { text, undecided: vec![] });
    }
    for each in &undecided {
        each.mark(document.as_table_mut());
    }
    let undecided = undecided.iter().map(Undecided::line).collect();
    Ok(Reconciled { text: document.to_string(), undecided })
}

/// The text without the conflict markers that a merge left in it: each side is read as it was, and both are reconciled.
/// A text without markers is brought into canonical form.
///
/// # Errors
/// If the markers are not in order, or a side is none that this program may rewrite.
pub fn repair(text: &str) -> Result<Reconciled, Unwritable> {
    let Some(sides) = marked::sides(text)? else {
        return Ok(Reconciled { text: canonical(text)?, undecided: vec![] });
    };
    // Where git does not write what both began with (it does in the style `diff3`), or where that is no file, it is as
    // if both sides had added all of it.
    let base = sides.base.filter(|base| load::parse(base).is_ok()).unwrap_or_default();
    reconcile(&base, &sides.ours, &sides.theirs)
}

/// One version, read both ways.
struct Version {
    text: String,
    document: DocumentMut,
    contents: Contents,
}

impl Version {
    fn read(text: &str) -> Result<Self, Unwritable> {
        let text = canonical(text)?;
        let (contents, _) = load::parse(&text)?;
        let document: DocumentMut = text
            .parse()
            .map_err(|error: toml_edit::TomlError| Refused::Broken(0, error.message().to_owned()))?;
        Ok(Self { text, document, contents })
    }

    /// Puts what stands under one key under another.
    fn rename(&mut self, from: &str, to: &str) -> Result<(), Refused> {
        let sites = table_in(self.document.as_table_mut(), "site")?;
        if let Some(item) = sites.remove(from) {
            *table_in(sites, to)? = item.into_table().map_err(|_| not_a_table(from))?;
        }
        if let Some(listed) = self.contents.sites.remove(from) {
            self.contents.sites.insert(to.to_owned(), listed);
        }
        Ok(())
    }
}

fn not_a_table(key: &str) -> Refused {
    Refused::Broken(0, format!("the site `{key}` is not a table"))
}

/// Where one side gave an entry a new key and kept the old one as an alias, the others' entry under the old key is the
/// same one.
fn follow_renames(base: &mut Version, ours: &mut Version, theirs: &mut Version) -> Result<(), Refused> {
    let renamed = |side: &Version, base: &Version| -> Vec<(String, String)> {
        let aliases = side.contents.aliases.iter().filter(|(old, new)| {
            let sites = |version: &Version, key: &str| version.contents.sites.contains_key(key);
            sites(base, old) && !sites(base, new) && !sites(side, old)
        });
        aliases.map(|(old, new)| (old.clone(), new.clone())).collect()
    };
    let (by_us, by_them) = (renamed(ours, base), renamed(theirs, base));
    let moved = |others: &Version, new: &str| !others.contents.sites.contains_key(new);
    for (old, new) in by_us {
        if moved(theirs, &new) {
            theirs.rename(&old, &new)?;
        }
        base.rename(&old, &new)?;
    }
    for (old, new) in by_them {
        if moved(ours, &new) {
            ours.rename(&old, &new)?;
        }
        base.rename(&old, &new)?;
    }
    Ok(())
}

/// A value that both sides changed, and that only a person may decide.
struct Undecided {
    path: Vec<String>,
    name: String,
    ours: String,
    theirs: String,
}

impl Undecided {
    fn line(&self) -> String {
        let Self { path, name, ours, theirs } = self;
        let place = match path.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["site", key, "pin"] => format!("the pin of {key}"),
            ["site", key] => key.to_owned(),
            [] => "the file".to_owned(),
            ref path => format!("the table {}", path.join(".")),
        };
        format!("{place}: `{name}` is {ours} on one side and {theirs} on the other")
    }

    /// Puts both values between markers. The result is no TOML, as git's own markers leave none.
    fn mark(&self, root: &mut Table) {
        let table = self.path.iter().try_fold(root, |table, name| table.get_mut(name)?.as_table_mut());
        let Some((mut key, Item::Value(value))) = table.and_then(|table| table.get_key_value_mut(&self.name))
        else {
            return;
        };
        let above = text_of(key.leaf_decor().prefix()).to_owned();
        key.leaf_decor_mut().set_prefix(format!("{above}<<<<<<< ours\n"));
        let beside = text_of(value.decor().suffix()).to_owned();
        let theirs = format!("{} = {}", key.display_repr().trim(), self.theirs);
        value.decor_mut().set_suffix(format!("{beside}\n=======\n{theirs}\n>>>>>>> theirs"));
    }
}

/// What stands under one name in the three versions.
type Three<'t> = [Option<(&'t Key, &'t Item)>; 3];

struct Merger<'v> {
    base: &'v Contents,
    ours: &'v Contents,
    theirs: &'v Contents,
    undecided: Vec<Undecided>,
}

impl Merger<'_> {
    /// One table of three.
    fn tables(&mut self, path: &[&str], three: [&Table; 3]) -> Result<Table, Refused> {
        let [_, ours, theirs] = three;
        let measured = self.measured(path, three);
        let mut merged = ours.clone();
        merged.set_dotted(false);
        let above = three.map(|table| comments(text_of(table.decor().prefix())));
        merged.decor_mut().set_prefix(blend(&above).concat());

        let names: Vec<&str> = ours.iter().map(|(name, _)| name).collect();
        let added = theirs.iter().map(|(name, _)| name).filter(|name| !ours.contains_key(name));
        for name in names.into_iter().chain(added) {
            let at = three.map(|table| table.get_key_value(name));
            match at {
                [base, Some((key, Item::Table(ours))), Some((_, Item::Table(theirs)))] => {
                    let nothing = Table::new();
                    let base = base.and_then(|(_, item)| item.as_table()).unwrap_or(&nothing);
                    if whole(ours) != whole(theirs) {
                        let path: Vec<&str> = path.iter().copied().chain([name]).collect();
                        let table = self.tables(&path, [base, ours, theirs])?;
                        merged.insert_formatted(key, Item::Table(table));
                    }
                }
                _ if name == Field::Aliases.name() && measured.is_some() => put_aliases(&mut merged, &at),
                _ => {
                    let fixed = measured.filter(|(fields, _)| fields.contains(&name)).map(|(_, side)| side);
                    self.put(path, &mut merged, name, fixed, &at)?;
                }
            }
        }
        Ok(merged)
    }

    /// Puts what is not a table on both sides where it belongs, or leaves it out.
    fn put(
        &mut self,
        path: &[&str],
        merged: &mut Table,
        name: &str,
        fixed: Option<Side>,
        at: &Three<'_>,
    ) -> Result<(), Refused> {
        let side = if let Some(side) = fixed.or_else(|| changed_by(at)) {
            side
        } else {
            self.leave_to_a_person(path, name, at)?;
            Side::Ours
        };
        let taken = match side {
            Side::Ours => at[1],
            Side::Theirs => at[2],
        };
        let Some((key, item)) = taken else {
            merged.remove(name);
            return Ok(());
        };
        let (mut key, mut item) = (key.clone(), item.clone());
        blend_comments(&mut key, &mut item, at);
        // A new key object only comes in where the old one is gone.
        merged.remove(name);
        merged.insert_formatted(&key, item);
        Ok(())
    }

    fn leave_to_a_person(&mut self, path: &[&str], name: &str, at: &Three<'_>) -> Result<(), Refused> {
        let [_, Some((_, Item::Value(ours))), Some((_, Item::Value(theirs)))] = at else {
            let place: Vec<&str> = path.iter().copied().chain([name]).collect();
            return Err(Refused::Broken(0, format!("both sides changed `{}`", place.join("."))));
        };
        self.undecided.push(Undecided {
            path: path.iter().map(|&name| name.to_owned()).collect(),
            name: name.to_owned(),
            ours: plain(ours),
            theirs: plain(theirs),
        });
        Ok(())
    }

    /// The fields of a table that were measured together, and the side that all of them come from.
    fn measured(&self, path: &[&str], three: [&Table; 3]) -> Option<(&'static [&'static str], Side)> {
        let fields: &'static [&'static str] = match path {
            ["site", _] => &MEASURED,
            ["machine", _] => &MACHINE_FIELDS,
            _ => return None,
        };
        let [base, ours, theirs] = three.map(|table| -> Vec<Option<String>> {
            fields.iter().map(|name| table.get(name).and_then(Item::as_value).map(plain)).collect()
        });
        let side = match (ours == theirs || theirs == base, ours == base) {
            (true, _) => Side::Ours,
            (false, true) => Side::Theirs,
            (false, false) => self.newer(path),
        };
        Some((fields, side))
    }

    fn newer(&self, path: &[&str]) -> Side {
        let key = path[1];
        if path[0] == "machine" {
            return match (self.ours.machines.get(key), self.theirs.machines.get(key)) {
                (Some(ours), Some(theirs)) => merge::calmer(ours, theirs),
                (None, Some(_)) => Side::Theirs,
                (_, None) => Side::Ours,
            };
        }
        let entry = |contents: &Contents| contents.sites.get(key)?.entry.clone();
        match (entry(self.ours), entry(self.theirs)) {
            (Some(ours), Some(theirs)) => merge::newer(entry(self.base).as_ref(), &ours, &theirs),
            (None, Some(_)) => Side::Theirs,
            (_, None) => Side::Ours,
        }
    }
}

/// What one run measures of a site.
const MEASURED: [&str; 13] = {
    let mut names = [""; 13];
    let mut at = 0;
    while at < names.len() {
        names[at] = Field::ALL[at].name();
        at += 1;
    }
    names
};

/// The side that changed a thing alone; ours where both did the same. What one side removed and the other changed is kept.
/// `None` where both changed it differently.
fn changed_by(at: &Three<'_>) -> Option<Side> {
    let [base, ours, theirs] = at.map(|at| at.map(|(_, item)| bare(item)));
    match (&ours, &theirs) {
        _ if ours == theirs || theirs == base => Some(Side::Ours),
        _ if ours == base => Some(Side::Theirs),
        (Some(_), None) => Some(Side::Ours),
        (None, Some(_)) => Some(Side::Theirs),
        _ => None,
    }
}

/// Aliases of both sides; one is gone where a side removed it.
fn put_aliases(merged: &mut Table, at: &Three<'_>) {
    let name = Field::Aliases.name();
    let [base, ours, theirs] = at.map(|at| -> Vec<&str> {
        let array = at.and_then(|(_, item)| item.as_array());
        array.into_iter().flat_map(Array::iter).filter_map(Value::as_str).collect()
    });
    let all = blend(&[base, ours.clone(), theirs.clone()]);
    let taken = if all == theirs { at[2] } else { at[1].or(at[2]) };
    let Some((key, item)) = taken else { return };
    let (mut key, mut item) = (key.clone(), item.clone());
    if all != ours && all != theirs {
        item = Item::Value(all.into_iter().collect());
    }
    blend_comments(&mut key, &mut item, at);
    merged.remove(name);
    if !item.as_array().is_some_and(Array::is_empty) {
        merged.insert_formatted(&key, item);
    }
}

/// Gives a value the comments of both sides: those above it stay there, of two different ones beside it one moves above.
fn blend_comments(key: &mut Key, item: &mut Item, at: &Three<'_>) {
    let above = at.map(|at| comments(at.map_or("", |(key, _)| text_of(key.leaf_decor().prefix()))));
    let beside = at.map(|at| {
        let value = at.and_then(|(_, item)| item.as_value());
        comments(value.map_or("", |value| text_of(value.decor().suffix())))
    });
    let mut above = blend(&above);
    let beside = blend(&beside);
    if let Item::Value(value) = item {
        let own = comments(text_of(value.decor().suffix()));
        let stays = beside.iter().find(|line| own.contains(line)).or(beside.last()).cloned();
        above.extend(beside.into_iter().filter(|line| Some(line) != stays.as_ref()));
        if stays.as_ref() != own.first() {
            let suffix = stays.map(|line| format!(" {}", line.trim_end())).unwrap_or_default();
            *value.decor_mut() = Decor::new(text_of(value.decor().prefix()).to_owned(), suffix);
        }
    }
    key.leaf_decor_mut().set_prefix(above.concat());
}

/// Lines of three versions: one that a side added is there, one that a side removed is not.
fn blend<L: Clone + Ord>(three: &[Vec<L>; 3]) -> Vec<L> {
    let [base, ours, theirs] = three;
    let mut seen = BTreeSet::new();
    let kept = ours.iter().filter(|line| !base.contains(line) || theirs.contains(line));
    let added = theirs.iter().filter(|line| !base.contains(line));
    kept.chain(added).filter(|line| seen.insert((*line).clone())).cloned().collect()
}

/// The comments in what stands around a value, a line each with its end.
fn comments(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| line.starts_with('#')).map(|line| format!("{line}\n")).collect()
}

fn text_of(raw: Option<&toml_edit::RawString>) -> &str {
    raw.and_then(toml_edit::RawString::as_str).unwrap_or_default()
}

/// A value without what stands around it.
fn plain(value: &Value) -> String {
    value.clone().decorated("", "").to_string()
}

/// A thing without the comments around it, for comparison.
fn bare(item: &Item) -> String {
    match item {
        Item::Value(value) => plain(value),
        Item::Table(table) => whole(table),
        other => shown(other.clone()),
    }
}

/// A table with everything in it.
fn whole(table: &Table) -> String {
    shown(Item::Table(table.clone()))
}

fn shown(item: Item) -> String {
    let mut document = DocumentMut::new();
    document.insert("it", item);
    document.to_string()
}

#[cfg(test)]
mod tests;
