//! How a site's entry changed over time: the committed revisions of the tuned file, as git has them.
//!
//! It decides which revisions are steps of a site. Asking git is its edge; without git, or without a commit, there is no
//! history, and the report says why.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use amorsize_runtime::store::{self, Contents};
use serde::Serialize;

use crate::recording::Decided;

/// So many revisions are read: one takes git some 5 ms.
const REVISIONS: usize = 60;

/// The tuned file at one time.
#[derive(Debug)]
pub(crate) struct Revision {
    /// Short hash; `None` for the file as it lies there.
    pub(crate) commit: Option<String>,
    /// `2026-11-26`.
    pub(crate) date: String,
    pub(crate) subject: String,
    pub(crate) contents: Contents,
}

/// One change of a site's entry.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Step {
    /// Short hash; `None` for what is not committed.
    pub(crate) commit: Option<String>,
    pub(crate) date: String,
    pub(crate) subject: String,
    /// What was decided from then on; `None` where the entry was removed.
    pub(crate) decided: Option<Decided>,
}

/// When a step was taken, as people read it.
pub(super) fn when(step: &Step) -> String {
    step.commit.as_ref().map_or_else(|| "now".to_owned(), |commit| format!("{} {commit}", step.date))
}

/// The steps of every site.
#[derive(Debug, Default)]
pub(crate) struct History {
    pub(crate) steps: BTreeMap<String, Vec<Step>>,
    /// Why there is none.
    pub(crate) untold: Option<String>,
}

impl History {
    /// The history of a tuned file whose text says `now`.
    pub(crate) fn of(path: &Path, now: &Contents) -> Self {
        match revisions(path) {
            Ok(mut revisions) => {
                revisions.push(Revision {
                    commit: None,
                    date: String::new(),
                    subject: "not committed yet".to_owned(),
                    contents: now.clone(),
                });
                Self { steps: steps(&revisions), untold: None }
            }
            Err(why) => Self { steps: BTreeMap::new(), untold: Some(why) },
        }
    }
}

/// The steps of every site over revisions from the oldest to the newest. Pure.
pub(crate) fn steps(revisions: &[Revision]) -> BTreeMap<String, Vec<Step>> {
    let mut steps: BTreeMap<String, Vec<Step>> = BTreeMap::new();
    for revision in revisions {
        let entries =
            revision.contents.sites.iter().filter_map(|(key, listed)| {
                Some((key.as_str(), Some(Decided::from(listed.entry.as_ref()?))))
            });
        let now: BTreeMap<&str, Option<Decided>> = entries.collect();
        let gone: Vec<String> = steps.keys().filter(|key| !now.contains_key(key.as_str())).cloned().collect();
        let gone = gone.iter().map(|key| (key.as_str(), None));
        for (key, decided) in now.into_iter().chain(gone) {
            let last = steps.get(key).and_then(|steps| steps.last()).and_then(|step| step.decided.as_ref());
            if last != decided.as_ref() {
                let step = Step {
                    commit: revision.commit.clone(),
                    date: revision.date.clone(),
                    subject: revision.subject.clone(),
                    decided,
                };
                steps.entry(key.to_owned()).or_default().push(step);
            }
        }
    }
    steps
}

/// The last revisions of a file, the oldest first.
fn revisions(path: &Path) -> Result<Vec<Revision>, String> {
    let path = path.canonicalize().map_err(|error| format!("the file cannot be found: {error}"))?;
    let (folder, name) = (path.parent().unwrap_or(Path::new(".")), path.file_name().unwrap_or_default());
    let name = name.to_string_lossy();
    let git = |arguments: &[&str]| -> Result<Vec<u8>, String> {
        let output = Command::new("git").current_dir(folder).args(arguments).stdin(Stdio::null()).output();
        let output = output.map_err(|error| format!("git cannot be started: {error}"))?;
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.trim().lines().next_back().unwrap_or("it failed").to_owned();
        if output.status.success() { Ok(output.stdout) } else { Err(format!("git says: {said}")) }
    };
    let most = format!("-n{REVISIONS}");
    // Between the fields the unit separator: subjects have anything else in them.
    let log = git(&["log", &most, "--format=%H%x1f%h%x1f%cs%x1f%s", "--", &format!("./{name}")])?;
    let log = String::from_utf8_lossy(&log).into_owned();
    let mut revisions = Vec::new();
    for line in log.lines().rev() {
        let mut fields = line.splitn(4, '\u{1f}');
        let mut field = || fields.next().unwrap_or_default().to_owned();
        let (hash, commit, date, subject) = (field(), field(), field(), field());
        // A revision that removed the file, or one that nobody can read, says nothing of any site.
        let Ok(bytes) = git(&["show", &format!("{hash}:./{name}")]) else { continue };
        let Ok((contents, _)) = store::parse_bytes(&bytes) else { continue };
        revisions.push(Revision { commit: Some(commit), date, subject, contents });
    }
    if revisions.is_empty() { Err("the file was never committed".to_owned()) } else { Ok(revisions) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;
    use std::fmt::Write as _;

    fn revision(commit: Option<&str>, sites: &[(&str, &str)]) -> Revision {
        let table =
            |(key, rest): &(&str, &str)| format!("[site.{key}]\nbody = \"00\"\nmachine = \"m\"\n{rest}\n");
        let sites = sites.iter().map(table).collect::<Vec<_>>().concat();
        let contents = store::parse(&format!("version = 1\n{sites}")).unwrap().0;
        let subject = format!("Tune ({commit:?})");
        Revision { commit: commit.map(str::to_owned), date: "2026-11-26".to_owned(), subject, contents }
    }

    #[test]
    fn only_what_changed_is_a_step() {
        let first = ("f", "item_ns = 47\nparallel_from = 2300\nthreads = 2");
        let second = ("f", "item_ns = 20\nparallel_from = 5100\nthreads = 2");
        let revisions = [
            revision(Some("a1"), &[first]),
            // Other measurements, the same decision at the same cost.
            revision(Some("b2"), &[("f", "item_ns = 47\nparallel_from = 2300\nthreads = 2\nsamples = 9")]),
            revision(Some("c3"), &[second, ("g", "item_ns = 4")]),
            revision(Some("d4"), &[("g", "item_ns = 4")]),
            revision(None, &[first, ("g", "item_ns = 4")]),
        ];
        let mut said = String::new();
        for (key, steps) in steps(&revisions) {
            for step in steps {
                let decided = step.decided.map_or("removed".to_owned(), |decided| decided.to_string());
                let _ = writeln!(said, "{key} {}: {decided}", step.commit.as_deref().unwrap_or("-"));
            }
        }
        expect![[r#"
            f a1: parallel from 2 300 items, 2 threads
            f c3: parallel from 5 100 items, 2 threads
            f d4: removed
            f -: parallel from 2 300 items, 2 threads
            g c3: serial at the lengths seen
        "#]]
        .assert_eq(&said);
    }

    /// A repository of its own, without whatever a person configured.
    fn git(folder: &Path, arguments: &[&str]) -> bool {
        let null = if cfg!(windows) { "NUL" } else { "/dev/null" };
        let mut git = Command::new("git");
        git.current_dir(folder).args(arguments).env("GIT_CONFIG_GLOBAL", null).env("GIT_CONFIG_SYSTEM", null);
        for (name, value) in [("NAME", "A"), ("EMAIL", "a@example.com"), ("DATE", "2026-11-26T12:00:00Z")] {
            git.env(format!("GIT_AUTHOR_{name}"), value).env(format!("GIT_COMMITTER_{name}"), value);
        }
        git.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    }

    #[test]
    fn what_git_has_is_told_and_what_it_has_not_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("amorsize.toml");
        let text = |item_ns: u32| {
            format!("version = 1\n[site.f]\nbody = \"00\"\nmachine = \"m\"\nitem_ns = {item_ns}\n")
        };
        let write = |text: &str| std::fs::write(&path, text).unwrap();
        write(&text(4));
        let now = |item_ns| store::parse(&text(item_ns)).unwrap().0;
        if !git(folder.path(), &["init", "-q"]) {
            let history = History::of(&path, &now(4));
            assert!(history.untold.is_some_and(|why| why.starts_with("git ")), "no git here");
            return;
        }
        assert!(History::of(&path, &now(4)).untold.is_some());
        for (text, subject) in [(text(4), "First"), ("<<<<<<<".to_owned(), "Broken"), (text(9), "Second")] {
            write(&text);
            assert!(git(folder.path(), &["add", "."]));
            assert!(git(folder.path(), &["commit", "-q", "-m", subject]));
        }
        let history = History::of(&path, &now(9));
        assert_eq!(history.untold, None);
        let told: Vec<(&str, &str)> =
            history.steps["f"].iter().map(|step| (step.date.as_str(), step.subject.as_str())).collect();
        assert_eq!(told, [("2026-11-26", "First"), ("2026-11-26", "Second")]);
        let changed = History::of(&path, &now(5));
        assert!(changed.steps["f"].last().is_some_and(|step| step.commit.is_none()));
    }
}
