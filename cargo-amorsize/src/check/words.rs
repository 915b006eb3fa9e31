//! The findings in words: the case, the key, what was looked at, what is similar, and the command that fixes it.

use std::collections::BTreeSet;

use amorsize_runtime::observe::nearest;

use super::{Finding, Rename};
use crate::message::{Level, Message};
use crate::sites::{Kind, Listing, Site, function};
use crate::tuned::{TunedFile, shown};
use crate::verbs::check::Deny;

const FIX: &str = "cargo amorsize check --fix";

/// What the messages need besides the findings.
pub(crate) struct Words<'a> {
    pub(crate) listing: &'a Listing,
    pub(crate) file: &'a TunedFile,
    pub(crate) deny: &'a BTreeSet<Deny>,
}

impl Words<'_> {
    /// A finding, said.
    pub(crate) fn of(&self, finding: &Finding<'_>) -> Message {
        match finding {
            Finding::Missing { site, renamed } => self.missing(site, renamed.as_ref()),
            Finding::Stale { site, key } => self.stale(site, key),
            Finding::Orphan { key, pinned } => self.orphan(key, *pinned),
            Finding::Clash { first, second } => self.clash(first, second),
            Finding::Alias { site, alias, key } => self.alias(site, alias, key),
        }
    }

    fn level(&self, case: Deny) -> Level {
        if self.deny.contains(&case) { Level::Error } else { Level::Warning }
    }

    fn missing(&self, site: &Site, renamed: Option<&Rename>) -> Message {
        let key = site.pattern.text();
        let message = Message::new(self.level(Deny::Missing), "missing", format!("no tuned entry for {key}"));
        let message = self.at(message, site).key(&key).detail("looked in", self.file.described());
        let message = match renamed {
            Some(rename) => message.detail("similar", format!("{}   (same body)", rename.from)),
            None => match nearest(&key, self.file.contents.sites.keys().map(String::as_str)) {
                Some(near) => message.detail("similar", near),
                None => message,
            },
        };
        let message = self.site(message, "site", site);
        match renamed {
            Some(Rename { to: Some(_), .. }) => message.fix(FIX, "renames it").fix(tune(site), ""),
            Some(_) | None => message.fix(tune(site), "measures it"),
        }
    }

    fn stale(&self, site: &Site, key: &str) -> Message {
        let entry = self.file.contents.sites.get(key).and_then(|listed| listed.entry.as_ref());
        let body = entry.map(|entry| entry.body.as_str()).unwrap_or_default();
        let text = format!("the tuned entry is stale: the function changed after it was measured: {key}");
        let message = Message::new(self.level(Deny::Stale), "stale", text).key(key);
        let compared =
            format!("{}: body {body} there, {} in the source", self.file.described(), site.descriptor.body);
        let message = self.at(message, site).detail("looked in", compared);
        self.site(message, "site", site).fix(tune(site), "measures it again")
    }

    fn orphan(&self, key: &str, pinned: bool) -> Message {
        let text = format!("no function has this tuned entry: {key}");
        let message = Message::new(self.level(Deny::Orphan), "orphan", text).key(key);
        let sites = self.listing.sites.len();
        let place = match self.file.line_of(key) {
            Some(line) => format!("{}:{line} and the {sites} sites of the workspace", shown(&self.file.path)),
            None => format!("{} and the {sites} sites of the workspace", shown(&self.file.path)),
        };
        let message = message.file(&self.file.path, self.file.line_of(key)).detail("looked in", place);
        let keys: Vec<String> = self.listing.sites.iter().map(|site| site.pattern.text()).collect();
        let message = match nearest(key, keys.iter().map(String::as_str)) {
            Some(near) => message.detail("similar", near),
            None => message,
        };
        if pinned {
            message.advice("a person's `pin` hangs on it: move that to another key, or remove it by hand")
        } else {
            message.fix(FIX, "removes it")
        }
    }

    fn clash(&self, first: &Site, second: &Site) -> Message {
        let key = first.pattern.text();
        let message = Message::error("two-bodies", format!("two functions share the key {key}")).key(&key);
        let message = self.at(message, second);
        let message = self.site(message, "site", first);
        self.site(message, "and", second)
            .advice("give one of them a name of its own: #[parallelize(key = \"…\")]")
    }

    fn alias(&self, site: &Site, alias: &str, key: &str) -> Message {
        let text = format!("tuned under another key, which names it as an alias: {alias}");
        let message = Message::note("alias", text).key(alias);
        let message = self.at(message, site).detail("looked in", self.file.described());
        self.site(message.detail("entry", key), "site", site)
    }

    /// Where the reader of a pull request sees the message.
    fn at(&self, message: Message, site: &Site) -> Message {
        message.file(&self.listing.file(site), Some(site.descriptor.line))
    }

    fn site(&self, message: Message, name: &'static str, site: &Site) -> Message {
        let file = shown(&self.listing.file(site));
        message.detail(name, format!("{file}:{}", site.descriptor.line))
    }
}

/// The command that measures a site: with the one target that has it, if there is but one kind.
fn tune(site: &Site) -> String {
    let mut targets = site.targets.iter().filter(|(kind, _)| *kind != Kind::UnitTest);
    let target = match (targets.next(), targets.next()) {
        (Some((Kind::Example, name)), None) => format!(" --example {name}"),
        (Some((Kind::Test, name)), None) => format!(" --test {name}"),
        (Some((Kind::Bench, name)), None) => format!(" --bench {name}"),
        _ => String::new(),
    };
    format!("cargo amorsize tune{target} --only {}", site.pattern.function())
}

/// What `--fix` did, said.
pub(crate) fn done(mended: &super::Mended, file: &TunedFile) -> Vec<Message> {
    let place = |message: Message| message.file(&file.path, None).detail("file", shown(&file.path));
    let renamed = mended.renamed.iter().map(|(from, to)| {
        place(Message::note("renamed", format!("renamed the tuned entry of {}", function(to))).key(to))
            .detail("from", from)
            .detail("to", to)
    });
    let removed = mended
        .removed
        .iter()
        .map(|key| place(Message::note("removed", format!("removed the tuned entry {key}")).key(key)));
    renamed.chain(removed).collect()
}
