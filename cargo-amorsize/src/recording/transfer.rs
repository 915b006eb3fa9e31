//! What of a recorded copy goes into the committed file. It decides which tables are replaced; what a person pinned, and
//! what the copy does not know of, stays.

use amorsize_runtime::store;
use toml_edit::{DocumentMut, Item, Table};

/// `text` with the entries of `keys` as `recorded` has them, and the machines that they name.
///
/// # Errors
/// If either text cannot be edited, in words.
pub(crate) fn transfer(text: &str, recorded: &str, keys: &[&str]) -> Result<String, String> {
    let recorded = parsed(recorded)?;
    let mut document = parsed(text)?;
    if text.trim().is_empty() {
        // The first words of a file are those that the runtime writes.
        document = recorded.clone();
        document.remove("site");
        document.remove("machine");
    }
    for key in keys {
        let new = recorded.get("site").and_then(|sites| sites.get(key)).and_then(Item::as_table);
        let Some(mut new) = new.cloned() else { continue };
        if let Some(machine) = new.get("machine").and_then(Item::as_str) {
            if let Some(costs) = recorded.get("machine").and_then(|machines| machines.get(machine)) {
                tables(&mut document, "machine")?.insert(machine, costs.clone());
            }
        }
        let sites = tables(&mut document, "site")?;
        // The committed pin is what counts: a person may have edited it while the program ran.
        new.remove("pin");
        if let Some(pin) = sites.get(key).and_then(|old| old.get("pin")) {
            new.insert("pin", pin.clone());
        }
        sites.insert(key, Item::Table(new));
    }
    store::canonical(&document.to_string()).map_err(|why| why.to_string())
}

/// `text` without the measurements of the sites that `wanted` names: what is recorded then does not depend on them.
/// Pins and aliases stay.
///
/// # Errors
/// If the text cannot be edited, in words.
pub(crate) fn take_over(text: &str, wanted: impl Fn(&str) -> bool) -> Result<String, String> {
    let mut document = parsed(text)?;
    if let Some(sites) = document.get_mut("site").and_then(Item::as_table_mut) {
        for (_, site) in sites.iter_mut().filter(|(key, _)| wanted(key)) {
            if let Some(site) = site.as_table_mut() {
                site.retain(|name, _| matches!(name, "pin" | "aliases"));
            }
        }
    }
    Ok(document.to_string())
}

fn parsed(text: &str) -> Result<DocumentMut, String> {
    text.parse().map_err(|error: toml_edit::TomlError| error.to_string())
}

/// The table of tables `[name.…]`, made where there is none.
fn tables<'d>(document: &'d mut DocumentMut, name: &str) -> Result<&'d mut Table, String> {
    let implicit = || {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    };
    let item = document.entry(name).or_insert_with(implicit);
    item.as_table_mut().ok_or_else(|| format!("`{name}` is no table"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    const COMMITTED: &str = "version = 1\n\n[site.\"a::f(&[u8])\"]\nbody = \"1\"\nmachine = \"m\"\nitem_ns = 4\n\n\
        [site.\"a::f(&[u8])\".pin]\nmax_threads = 3\n\n[site.\"a::g(&[u8])\"]\nbody = \"2\"\nmachine = \"m\"\nitem_ns = 5\n";
    const RECORDED: &str = "version = 1\n\n[machine.n]\nclock_ns = 26\n\n[site.\"a::f(&[u8])\"]\nbody = \"1\"\nmachine = \"n\"\n\
        item_ns = 40\n\n[site.\"a::f(&[u8])\".pin]\nmax_threads = 9\n\n[site.\"a::g(&[u8])\"]\nbody = \"2\"\nmachine = \"n\"\nitem_ns = 50\n\n\
        [site.\"a::h(&[u8])\"]\nbody = \"3\"\nmachine = \"n\"\nitem_ns = 60\n";

    #[test]
    fn only_what_was_asked_for_is_taken() {
        expect![[r#"
            version = 1

            [machine.n]
            clock_ns = 26

            [site."a::f(&[u8])"]
            body = "1"
            machine = "n"
            item_ns = 40

            [site."a::f(&[u8])".pin]
            max_threads = 3

            [site."a::g(&[u8])"]
            body = "2"
            machine = "m"
            item_ns = 5

            [site."a::h(&[u8])"]
            body = "3"
            machine = "n"
            item_ns = 60
        "#]]
        .assert_eq(&transfer(COMMITTED, RECORDED, &["a::f(&[u8])", "a::h(&[u8])"]).unwrap());
    }

    #[test]
    fn a_first_file_is_made_of_nothing() {
        expect![[r#"
            version = 1

            [machine.n]
            clock_ns = 26

            [site."a::h(&[u8])"]
            body = "3"
            machine = "n"
            item_ns = 60
        "#]]
        .assert_eq(&transfer("", RECORDED, &["a::h(&[u8])"]).unwrap());
    }

    #[test]
    fn what_is_taken_over_is_measured_anew() {
        expect![[r#"
            version = 1

            [site."a::f(&[u8])"]

            [site."a::f(&[u8])".pin]
            max_threads = 3

            [site."a::g(&[u8])"]
            body = "2"
            machine = "m"
            item_ns = 5
        "#]]
        .assert_eq(&take_over(COMMITTED, |key| key.contains("::f(")).unwrap());
    }
}
