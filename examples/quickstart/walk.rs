//! Which files the quickstart reads: a folder that was asked for, the sources of the project's own dependencies,
//! or else the project's own tree. Reads names only; what is in the files is not decided here.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::{env, fmt, fs, io};

/// More than this is left out, so that a whole run stays within seconds. Several folders get equal shares: the
/// largest dependencies are tables of constants, and a report of those alone would be dull.
const MOST_BYTES: u64 = 24 << 20;

/// One giant file would be all that a report is about.
const MOST_BYTES_PER_FILE: u64 = 2 << 20;

/// The files to read, and where they come from.
pub(crate) struct Corpus {
    /// In words, for the report.
    pub(crate) origin: String,
    /// In the order of their paths.
    pub(crate) paths: Vec<PathBuf>,
    /// How many were left out because the others filled the limit.
    pub(crate) left_out: usize,
}

/// Why there is nothing to read.
pub(crate) enum Nothing {
    Unreadable(PathBuf, io::Error),
    NotAFolder(PathBuf),
    Empty(PathBuf),
}

impl fmt::Display for Nothing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(path, why) => write!(f, "cannot read the folder {}: {why}", path.display()),
            Self::NotAFolder(path) => {
                write!(f, "{} is a file; name the folder that it is in", path.display())
            }
            Self::Empty(path) => write!(f, "no files to read under {}", path.display()),
        }
    }
}

/// The folder named on the command line, else the dependencies' sources, else this project.
pub(crate) fn corpus(named: Option<PathBuf>) -> Result<Corpus, Nothing> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    if let Some(folder) = named {
        return gather(folder.display().to_string(), std::slice::from_ref(&folder));
    }
    let dependencies = dependency_folders(project);
    if !dependencies.is_empty() {
        let origin = format!("the sources of {} dependencies of this project", dependencies.len());
        if let Ok(corpus) = gather(origin, &dependencies) {
            return Ok(corpus);
        }
    }
    gather("the project's own tree".to_owned(), &[project.to_owned()])
}

/// Where cargo unpacked the packages that `Cargo.lock` names; empty where there is no registry.
fn dependency_folders(project: &Path) -> Vec<PathBuf> {
    let Some(packages) = locked_packages(&project.join("Cargo.lock")) else { return Vec::new() };
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| {
        let user = env::var_os("HOME").or_else(|| env::var_os("USERPROFILE"))?;
        Some(PathBuf::from(user).join(".cargo"))
    });
    let Some(registries) = home.and_then(|home| fs::read_dir(home.join("registry/src")).ok()) else {
        return Vec::new();
    };
    let mut folders: Vec<PathBuf> = registries
        .flatten()
        .filter_map(|registry| fs::read_dir(registry.path()).ok())
        .flat_map(Iterator::flatten)
        .filter(|package| package.file_name().to_str().is_some_and(|name| packages.contains(name)))
        .map(|package| package.path())
        .collect();
    folders.sort();
    folders
}

/// `name-version` of every package in a lock file, as cargo names their folders.
fn locked_packages(lock: &Path) -> Option<HashSet<String>> {
    let lock: toml::Table = fs::read_to_string(lock).ok()?.parse().ok()?;
    let packages = lock.get("package")?.as_array()?;
    let folder = |package: &toml::Value| {
        Some(format!("{}-{}", package.get("name")?.as_str()?, package.get("version")?.as_str()?))
    };
    Some(packages.iter().filter_map(folder).collect())
}

/// The files under the folders, up to the limit.
fn gather(origin: String, folders: &[PathBuf]) -> Result<Corpus, Nothing> {
    let mut corpus = Corpus { origin, paths: Vec::new(), left_out: 0 };
    let share = MOST_BYTES / folders.len().max(1) as u64;
    for folder in folders {
        let unreadable = |why| Nothing::Unreadable(folder.clone(), why);
        if !fs::metadata(folder).map_err(unreadable)?.is_dir() {
            return Err(Nothing::NotAFolder(folder.clone()));
        }
        let mut found = Vec::new();
        descend(folder, &mut found).map_err(unreadable)?;
        found.sort();
        let mut bytes = 0;
        for (path, len) in found {
            if len > MOST_BYTES_PER_FILE || bytes + len > share {
                corpus.left_out += 1;
            } else {
                bytes += len;
                corpus.paths.push(path);
            }
        }
    }
    match (corpus.paths.is_empty(), folders.first()) {
        (true, Some(first)) => Err(Nothing::Empty(first.clone())),
        _ => Ok(corpus),
    }
}

/// Adds the files below a folder with their lengths. Hidden entries, `target` and links to folders are passed over;
/// so is a folder below that cannot be opened.
fn descend(folder: &Path, found: &mut Vec<(PathBuf, u64)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if name == "target" || name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            let _ = descend(&path, found);
        } else {
            // A link that leads nowhere has no length, but stays: the total reports it as unreadable.
            match fs::metadata(&path) {
                Ok(about) if about.is_file() => found.push((path, about.len())),
                Err(_) => found.push((path, 0)),
                Ok(_) => {}
            }
        }
    }
    Ok(())
}
