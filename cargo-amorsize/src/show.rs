//! The verb `show`: the tuned file as a table. Decides nothing; every number is the file's.

use std::path::{Path, PathBuf};

use amorsize_runtime::store::{self, FILE_NAME, Listed, Pin};

/// The table of a file, or why there is none.
pub(crate) fn show(file: Option<PathBuf>) -> Result<String, String> {
    let path = match file {
        Some(path) => path,
        None => beside_the_lock_file()?,
    };
    let bytes = std::fs::read(&path).map_err(|error| {
        format!(
            "{}: {error}\n  fix: run a program with AMORSIZE=record, in release, and it is written",
            path.display()
        )
    })?;
    let (contents, warnings) =
        store::parse_bytes(&bytes).map_err(|refused| format!("{}: {refused}", path.display()))?;
    let mut sites: Vec<_> = contents.sites.iter().collect();
    sites.sort_by_key(|(key, _)| *key);
    let head =
        ["site", "parallel from", "threads", "ns/item", "samples", "machine", "pin"].map(str::to_owned);
    let rows: Vec<_> =
        std::iter::once(head).chain(sites.into_iter().map(|(key, listed)| row(key, listed))).collect();
    let skipped = warnings.iter().map(|warning| format!("warning: {}\n", warning.text));
    Ok(format!(
        "{}, {} sites\n{}{}",
        path.display(),
        rows.len() - 1,
        table(&rows),
        skipped.collect::<String>()
    ))
}

/// The tuned file of the workspace that the current folder lies in.
fn beside_the_lock_file() -> Result<PathBuf, String> {
    let here = std::env::current_dir().map_err(|error| error.to_string())?;
    let root = here.ancestors().find(|folder| folder.join("Cargo.lock").is_file());
    root.map(|root: &Path| root.join(FILE_NAME)).ok_or_else(|| {
        format!("no Cargo.lock in {} or above it\n  fix: name the file with --file", here.display())
    })
}

fn row(key: &str, listed: &Listed) -> [String; 7] {
    let pin = listed.pin.as_ref().map_or_else(String::new, pinned);
    let Some(entry) = &listed.entry else {
        return [key.to_owned(), "-".into(), "-".into(), "-".into(), "-".into(), "-".into(), pin];
    };
    [
        key.to_owned(),
        entry.parallel_from.map_or_else(|| "never".to_owned(), |from| from.to_string()),
        entry.threads.to_string(),
        entry.item_ns.to_string(),
        entry.samples.to_string(),
        entry.machine.clone(),
        pin,
    ]
}

fn pinned(pin: &Pin) -> String {
    let numbers = [
        ("max_threads", pin.max_threads),
        ("parallel_from", pin.parallel_from),
        ("chunk_size", pin.chunk_size),
    ];
    let numbers =
        numbers.into_iter().filter_map(|(name, value)| value.map(|value| format!("{name} = {value}")));
    let serial = pin.serial.then(|| "serial".to_owned());
    let said: Vec<_> = serial.into_iter().chain(numbers).chain(pin.reason.clone()).collect();
    said.join(", ")
}

fn table(rows: &[[String; 7]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; 7] = std::array::from_fn(width);
    let line = |row: &[String; 7]| {
        let cells: Vec<_> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::show;

    fn shown(text: &str) -> Result<String, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("amorsize.toml");
        std::fs::write(&path, text).unwrap();
        show(Some(path))
    }

    #[test]
    fn a_file_is_a_table_by_key() {
        let text = "version = 1\n\n[site.\"b::f(&[u8]) -> u8\"]\nbody = \"00\"\nmachine = \"x\"\nitem_ns = 47\n\
                    samples = 96\nparallel_from = 2_300\nthreads = 2\n\n[site.\"a::g(&[u8])\".pin]\nserial = true\n\
                    reason = \"shares the box\"\n";
        let shown = shown(text).unwrap();
        let lines: Vec<_> = shown.lines().collect();
        assert!(lines[0].ends_with("amorsize.toml, 2 sites"), "{shown}");
        assert!(
            lines[2].starts_with("a::g(&[u8])") && lines[2].ends_with("serial, shares the box"),
            "{shown}"
        );
        assert!(lines[3].contains("2300") && lines[3].contains("47") && lines[3].contains("96"), "{shown}");
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        assert!(shown("version = 2\n").unwrap_err().contains("it has version 2"));
        assert!(shown("<<<<<<< ours\n").unwrap_err().contains("conflict marker"));
        let missing = show(Some("no/such/amorsize.toml".into())).unwrap_err();
        assert!(
            missing.contains("no/such/amorsize.toml") && missing.contains("AMORSIZE=record"),
            "{missing}"
        );
    }
}
