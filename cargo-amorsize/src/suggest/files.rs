//! Which files are looked at: those of the packages, or what was named. The edge of `suggest`: it asks cargo and lists
//! folders.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::message::Message;
use crate::tuned::shown;
use crate::workspace;

/// What was asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sources<'a> {
    /// Files and folders; none for the workspace's packages.
    pub(crate) paths: &'a [PathBuf],
    /// Only these packages.
    pub(crate) packages: &'a [String],
    /// Also what only tests and benches compile.
    pub(crate) with_tests: bool,
    pub(crate) manifest: Option<&'a Path>,
}

/// Folders that hold no source of the package's own, or none that is shipped.
const NEVER: [&str; 2] = ["target", "node_modules"];
const OF_TESTS: [&str; 2] = ["tests", "benches"];

/// The Rust files that are meant, in the order of their paths.
///
/// # Errors
/// If a path or package does not exist, or there is no workspace to look at.
pub(crate) fn sources(wanted: &Sources<'_>) -> Result<Vec<PathBuf>, Box<Message>> {
    let mut files = BTreeSet::new();
    if wanted.paths.is_empty() {
        let folders = packages(wanted)?;
        for folder in &folders {
            // A package inside another one is a package of its own, wanted or not.
            walk(folder, wanted.with_tests, &mut |inside| inside.join("Cargo.toml").exists(), &mut files);
        }
    }
    for path in wanted.paths {
        if path.is_dir() {
            walk(path, wanted.with_tests, &mut |_| false, &mut files);
        } else if path.exists() {
            files.insert(path.clone());
        } else {
            return Err(Box::new(
                Message::error("no-such-path", format!("there is no {}", shown(path)))
                    .advice("name a file or folder, or nothing for the whole workspace"),
            ));
        }
    }
    Ok(files.into_iter().collect())
}

/// The folders of the packages that are meant.
fn packages(wanted: &Sources<'_>) -> Result<Vec<PathBuf>, Box<Message>> {
    let metadata =
        workspace::metadata(wanted.manifest, "cargo amorsize suggest FOLDER", "looks at any folder")?;
    let members = metadata.workspace_packages();
    if let Some(unknown) =
        wanted.packages.iter().find(|name| members.iter().all(|member| member.name != **name))
    {
        let names: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
        return Err(Box::new(
            Message::error("no-such-package", format!("no package of the workspace is named {unknown}"))
                .detail("packages", names.join(", ")),
        ));
    }
    let is_wanted = |name: &String| wanted.packages.is_empty() || wanted.packages.contains(name);
    let folders = members.into_iter().filter(|member| is_wanted(&member.name));
    Ok(folders
        .filter_map(|member| member.manifest_path.parent().map(|folder| folder.as_std_path().to_path_buf()))
        .collect())
}

/// The Rust files under a folder, but for hidden folders, build output and what `skips`.
fn walk(
    folder: &Path,
    with_tests: bool,
    skips: &mut dyn FnMut(&Path) -> bool,
    files: &mut BTreeSet<PathBuf>,
) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        // Links are not followed: they may lead round in a circle.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            let is_out = NEVER.contains(&name.as_str()) || !with_tests && OF_TESTS.contains(&name.as_str());
            if !is_out && !skips(&path) {
                walk(&path, with_tests, skips, files);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") && name != "build.rs" {
            files.insert(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shipped_is_looked_at() {
        let folder = tempfile::tempdir().unwrap();
        for file in [
            "a/src/lib.rs",
            "a/src/deep/b.rs",
            "a/tests/t.rs",
            "a/target/x.rs",
            "a/.git/y.rs",
            "a/build.rs",
            "a/readme.md",
        ] {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let listed = |paths: &[&str], with_tests| {
            let paths: Vec<PathBuf> = paths.iter().map(|path| folder.path().join(path)).collect();
            let wanted = Sources { paths: &paths, with_tests, ..Sources::default() };
            sources(&wanted).map(|files| {
                let short = |file: &PathBuf| file.strip_prefix(folder.path()).unwrap().display().to_string();
                files.iter().map(short).collect::<Vec<_>>().join(" ").replace('\\', "/")
            })
        };
        assert_eq!(listed(&["a"], false).unwrap(), "a/src/deep/b.rs a/src/lib.rs");
        assert_eq!(listed(&["a"], true).unwrap(), "a/src/deep/b.rs a/src/lib.rs a/tests/t.rs");
        assert_eq!(listed(&["a/build.rs", "a/tests"], false).unwrap(), "a/build.rs a/tests/t.rs");
        assert!(listed(&["b"], false).unwrap_err().plain().starts_with("error: there is no "));
    }
}
