//! Mending the tuned file without measuring: entries renamed by their body, entries of nobody removed.
//!
//! It decides what of the text changes: a table's name, or a whole table with the comment above it. Pins, aliases,
//! comments and unknown keys of a renamed entry go with it.

use toml_edit::{DocumentMut, Item, Key, Table};

use super::{Finding, Rename};

/// What was changed, by key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mended {
    pub(crate) renamed: Vec<(String, String)>,
    pub(crate) removed: Vec<String>,
}

impl Mended {
    pub(crate) fn is_empty(&self) -> bool {
        self.renamed.is_empty() && self.removed.is_empty()
    }
}

/// The text with what can be mended, mended.
///
/// # Errors
/// If the text cannot be edited.
pub(crate) fn mend(text: &str, findings: &[Finding<'_>]) -> Result<(String, Mended), String> {
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| error.to_string())?;
    let mut mended = Mended::default();
    let Some(sites) = document.get_mut("site").and_then(Item::as_table_mut) else {
        return Ok((text.to_owned(), mended));
    };
    for finding in findings {
        match finding {
            Finding::Missing { renamed: Some(Rename { from, to: Some(to) }), .. }
                if rename(sites, from, to) =>
            {
                mended.renamed.push((from.clone(), to.clone()));
            }
            Finding::Orphan { key, pinned: false } if sites.remove(key).is_some() => {
                mended.removed.push(key.clone());
            }
            _ => {}
        }
    }
    Ok((document.to_string(), mended))
}

/// Gives a table another name, unless something has that already.
fn rename(sites: &mut Table, from: &str, to: &str) -> bool {
    if sites.contains_key(to) {
        return false;
    }
    let Some((old, item)) = sites.remove_entry(from) else { return false };
    // Our own keys need no escapes; where one does, toml_edit finds the spelling.
    let quoted = Key::parse(&format!("\"{to}\"")).ok().and_then(|mut path| path.pop());
    let key = quoted.filter(|key| key.get() == to).unwrap_or_else(|| Key::new(to));
    let key = key.with_leaf_decor(old.leaf_decor().clone()).with_dotted_decor(old.dotted_decor().clone());
    sites.insert_formatted(&key, item);
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    const FILE: &str = "# ours\nversion = 1\n\n[site.\"a::f(&[u8])\"]\nbody = \"b1\"\nitem_ns = 4\naliases = [\"a::e(&[u8])\"]\n\n\
        # why it is pinned\n[site.\"a::f(&[u8])\".pin]\nserial = true # for now\n\n# gone\n[site.\"a::g(&[u8])\"]\nbody = \"b2\"\n\
        item_ns = 3\nnote = \"unknown\"\n\n[site.\"a::h(&[u8])\"]\nitem_ns = 3\n";

    #[test]
    fn a_renamed_table_keeps_all_that_is_in_it() {
        let mut document: DocumentMut = FILE.parse().unwrap();
        let sites = document["site"].as_table_mut().unwrap();
        assert!(rename(sites, "a::f(&[u8])", "b::z(&[u8])"));
        assert!(!rename(sites, "a::g(&[u8])", "b::z(&[u8])"), "taken");
        assert!(!rename(sites, "a::x(&[u8])", "b::x(&[u8])"), "not there");
        sites.remove("a::g(&[u8])");
        let text = amorsize_runtime::store::canonical(&document.to_string()).unwrap();
        expect![[r##"
            # ours
            version = 1

            [site."a::h(&[u8])"]
            item_ns = 3

            [site."b::z(&[u8])"]
            body = "b1"
            item_ns = 4
            aliases = ["a::e(&[u8])"]

            # why it is pinned
            [site."b::z(&[u8])".pin]
            serial = true # for now
        "##]]
        .assert_eq(&text);
    }
}
