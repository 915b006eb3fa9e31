//! The verb `show`: the tuned file as a table. Decides nothing; every number is the file's.

use amorsize_runtime::store::Listed;
use clap::Args;
use comfy_table::{Table, presets};
use serde_json::{Value, json};

use super::{Answer, Outcome, Run};
use crate::message::{Format, Printer};
use crate::tuned::{Tuned, TunedFile, pinned};
use crate::units::digits;

const EXAMPLES: &str = "\
Examples:
  cargo amorsize show
  cargo amorsize show --file deploy/amorsize.toml
  cargo amorsize show --message-format json

Exit codes: 0, or 2 where there is no file that can be read.";

/// Shows what the tuned file knows: one line per site
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Show {
    #[command(flatten)]
    tuned: Tuned,
}

impl Run for Show {
    fn run(self, printer: &Printer) -> Answer {
        let file = self.tuned.read(printer)?;
        match printer.format() {
            Format::Json => printer.json(&values(&file)),
            Format::Human | Format::Github => {
                printer.out(&format!("{}\n{}\n", file.described(), table(&file)));
            }
        }
        Ok(Outcome::InStep)
    }
}

/// The sites by key.
fn sorted(file: &TunedFile) -> Vec<(&String, &Listed)> {
    let mut sites: Vec<_> = file.contents.sites.iter().collect();
    sites.sort_by_key(|(key, _)| *key);
    sites
}

fn table(file: &TunedFile) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    table.set_header(["site", "parallel from", "threads", "ns/item", "bytes/item", "samples", "machine", "pin"]);
    for (key, listed) in sorted(file) {
        table.add_row(row(key, listed));
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table.trim_fmt()
}

fn row(key: &str, listed: &Listed) -> [String; 8] {
    let pin = listed.pin.as_ref().map_or_else(String::new, pinned);
    let Some(entry) = &listed.entry else {
        let [from, threads, ns, bytes, samples, machine] = ["-"; 6].map(String::from);
        return [key.to_owned(), from, threads, ns, bytes, samples, machine, pin];
    };
    [
        key.to_owned(),
        entry.parallel_from.map_or_else(|| "never".to_owned(), |from| from.to_string()),
        entry.threads.to_string(),
        entry.item_ns.to_string(),
        if entry.item_bytes > 0.0 { digits(entry.item_bytes) } else { "?".to_owned() },
        entry.samples.to_string(),
        entry.machine.clone(),
        pin,
    ]
}

/// For programs: the names are those of the file, what it leaves out is there.
fn values(file: &TunedFile) -> Value {
    let sites: Vec<Value> = sorted(file)
        .into_iter()
        .map(|(key, listed)| {
            let entry = listed.entry.as_ref().map(|entry| {
                json!({
                    "body": entry.body, "machine": entry.machine, "item_ns": entry.item_ns,
                    "item_bytes": entry.item_bytes, "call_ns": entry.call_ns, "spread": entry.spread,
                    "skew": entry.skew, "efficiency": entry.efficiency, "len": entry.len,
                    "samples": entry.samples, "parallel_from": entry.parallel_from,
                    "threads": entry.threads, "chunk_us": entry.chunk_us, "aliases": entry.aliases,
                })
            });
            let pin = listed.pin.as_ref().map(|pin| {
                json!({
                    "serial": pin.serial, "max_threads": pin.max_threads, "reason": pin.reason,
                    "parallel_from": pin.parallel_from, "chunk_size": pin.chunk_size,
                })
            });
            json!({ "key": key, "entry": entry, "pin": pin })
        })
        .collect();
    json!({ "file": file.path.display().to_string(), "sites": sites })
}

#[cfg(test)]
mod tests {
    use super::*;
    use amorsize_runtime::store::parse;
    use expect_test::expect;

    fn file() -> TunedFile {
        let text = "version = 1\n\n[site.\"b::f(&[u8]) -> u8\"]\nbody = \"00\"\nmachine = \"x\"\nitem_ns = 47\nitem_bytes = 6\n\
                    samples = 96\nparallel_from = 2_300\nthreads = 2\n\n[site.\"a::g(&[u8])\".pin]\nserial = true\n\
                    reason = \"shares the box\"\n";
        TunedFile { path: "amorsize.toml".into(), text: text.to_owned(), contents: parse(text).unwrap().0 }
    }

    #[test]
    fn a_file_is_a_table_by_key() {
        expect![[r#"
            site               parallel from  threads  ns/item  bytes/item  samples  machine  pin
            a::g(&[u8])        -              -        -        -           -        -        serial, shares the box
            b::f(&[u8]) -> u8  2300           2        47       6           96       x"#]].assert_eq(&table(&file()));
    }

    #[test]
    fn programs_see_every_number() {
        let values = values(&file());
        assert_eq!(values["sites"][0]["pin"]["reason"], "shares the box");
        assert_eq!(values["sites"][0]["entry"], Value::Null);
        assert_eq!(values["sites"][1]["entry"]["parallel_from"], 2300);
        assert_eq!(values["sites"][1]["entry"]["chunk_us"], 50.0);
    }
}
