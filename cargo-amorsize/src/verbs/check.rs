//! The verb `check`: is the tuned file in step with the source? Never runs or times what it looks at.

use std::collections::BTreeSet;
use std::ffi::OsString;

use amorsize_runtime::store;
use clap::{Args, ValueEnum};
use serde_json::json;

use super::{Answer, Outcome, Run};
use crate::check::{Finding, Words, compare, done, mend};
use crate::message::{Format, Message, Printer};
use crate::sites::{Build, Listing, Site, list};
use crate::tuned::{Tuned, TunedFile, shown};

const EXAMPLES: &str = "\
Examples:
  cargo amorsize check                              what is missing, stale or orphaned
  cargo amorsize check --fix                        renames entries of renamed functions, removes those of nobody
  cargo amorsize check --deny missing               stale and orphaned entries are warnings
  cargo amorsize check --message-format github      findings in the diff of a pull request
  cargo amorsize check --all-features -- --locked   cargo's options go behind --

Functions of libraries, programs and examples need an entry; those of tests and benches only with --all-targets, those of
a package never if its Cargo.toml says `[package.metadata.amorsize]` with `check = false`.

Exit codes: 0 in step, 1 drift, 2 there is no file that can be used, or the workspace does not compile.";

/// Compares the tuned file with the annotated functions, without running anything
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Check {
    /// What is an error; the rest is a warning
    #[arg(long, value_enum, value_delimiter = ',', value_name = "CASES", default_value = "missing,stale,orphan")]
    deny: Vec<Deny>,

    /// Renames entries by their body, and removes those that no function has
    #[arg(long)]
    fix: bool,

    /// Demands entries for functions of tests and benches, too
    #[arg(long)]
    all_targets: bool,

    #[command(flatten)]
    tuned: Tuned,

    #[command(flatten)]
    features: clap_cargo::Features,

    /// Compiles for this platform
    #[arg(long, value_name = "TRIPLE")]
    target: Option<String>,

    /// Further options of `cargo check`
    #[arg(last = true, value_name = "CARGO OPTIONS")]
    cargo: Vec<OsString>,
}

/// What may be out of step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Deny {
    /// A function without an entry
    Missing,
    /// An entry that was measured before the function changed
    Stale,
    /// An entry that no function has
    Orphan,
    /// Nothing: warnings only
    None,
}

impl Run for Check {
    fn run(self, printer: &Printer) -> Answer {
        let path = self.tuned.path()?;
        let listing = list(&self.build())?;
        if listing.sites.is_empty() && !path.exists() {
            printer.message(
                &Message::note("nothing", "no annotated functions, and no tuned file")
                    .detail("looked in", format!("the workspace {}", shown(&listing.root))),
            );
            return Ok(Outcome::InStep);
        }
        let mut file = self.tuned.read(printer)?;
        if self.fix {
            file = self.mended(&listing, file, printer)?;
        }
        let deny: BTreeSet<Deny> = self.deny.iter().copied().collect();
        let words = Words { listing: &listing, file: &file, deny: &deny };
        let findings = compare(&listing, &file.contents, self.all_targets);
        let messages: Vec<Message> = findings.iter().map(|finding| words.of(finding)).collect();
        if printer.format() == Format::Json {
            listing.sites.iter().for_each(|site| printer.json(&json!({ "site": self.described(site, &listing) })));
        }
        for message in &messages {
            printer.message(message);
        }
        let failed = messages.iter().any(Message::is_error);
        summary(&findings, &listing, &file, printer);
        Ok(if failed { Outcome::Drift } else { Outcome::InStep })
    }
}

impl Check {
    fn build(&self) -> Build {
        let features = &self.features;
        let mut arguments: Vec<OsString> = Vec::new();
        if features.all_features {
            arguments.push("--all-features".into());
        }
        if features.no_default_features {
            arguments.push("--no-default-features".into());
        }
        for feature in &features.features {
            arguments.extend(["--features".into(), feature.into()]);
        }
        if let Some(target) = &self.target {
            arguments.extend(["--target".into(), target.into()]);
        }
        arguments.extend(self.cargo.iter().cloned());
        Build { manifest: self.tuned.manifest.manifest_path.clone(), arguments }
    }

    /// A site, for programs.
    fn described(&self, site: &Site, listing: &Listing) -> serde_json::Value {
        let targets: Vec<_> =
            site.targets.iter().map(|(kind, name)| json!({ "kind": kind.name(), "name": name })).collect();
        json!({
            "key": site.pattern.text(), "body": site.descriptor.body, "targets": targets,
            "file": shown(&listing.file(site)), "line": site.descriptor.line,
            "demanded": site.is_demanded(self.all_targets),
        })
    }

    /// The file after what can be mended was mended.
    fn mended(
        &self,
        listing: &Listing,
        file: TunedFile,
        printer: &Printer,
    ) -> Result<TunedFile, Box<Message>> {
        let mut mended = crate::check::Mended::default();
        let edited = store::edit(&file.path, |text| {
            // Read again, under the lock: another program may have recorded meanwhile.
            let (contents, _) = store::parse(text).map_err(|refused| refused.to_string())?;
            let findings = compare(listing, &contents, self.all_targets);
            let (text, what) = mend(text, &findings)?;
            mended = what;
            store::canonical(&text).map_err(|why| why.to_string())
        });
        if let Err(why) = edited {
            return Err(Box::new(
                Message::error("not-mended", format!("the tuned file cannot be changed: {why}"))
                    .file(&file.path, None)
                    .detail("looked in", shown(&file.path)),
            ));
        }
        for message in done(&mended, &file) {
            printer.message(&message);
        }
        if mended.is_empty() { Ok(file) } else { self.tuned.read(printer) }
    }
}

/// One line for people who look at the end first.
fn summary(findings: &[Finding<'_>], listing: &Listing, file: &TunedFile, printer: &Printer) {
    let count = |is: fn(&Finding<'_>) -> bool| findings.iter().filter(|finding| is(finding)).count();
    let counts = [
        ("missing", count(|finding| matches!(finding, Finding::Missing { .. }))),
        ("stale", count(|finding| matches!(finding, Finding::Stale { .. }))),
        ("orphaned", count(|finding| matches!(finding, Finding::Orphan { .. }))),
        ("with two bodies", count(|finding| matches!(finding, Finding::Clash { .. }))),
    ];
    let sites = listing.sites.len();
    if printer.format() == Format::Json {
        let entries = file.contents.sites.len();
        let [missing, stale, orphaned, clashing] = counts.map(|(_, count)| count);
        return printer.json(&json!({ "summary": {
            "sites": sites, "entries": entries, "missing": missing, "stale": stale,
            "orphaned": orphaned, "two_bodies": clashing,
        }}));
    }
    let said: Vec<String> = counts
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(what, count)| format!("{count} {what}"))
        .collect();
    let said = if said.is_empty() { "in step".to_owned() } else { said.join(", ") };
    printer.out(&format!("{said}: {sites} sites, {}\n", file.described()));
}
