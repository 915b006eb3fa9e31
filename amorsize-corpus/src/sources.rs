//! Where the sources lie: cargo's own list of what a lock file pins.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// A crate's sources.
pub struct Source {
    /// Name and version.
    pub name: String,
    /// Its folder.
    pub folder: PathBuf,
}

/// The crates that a manifest's lock file pins, but for the workspace's own; of several versions the last. Cargo
/// downloads what is missing.
///
/// # Errors
/// If cargo cannot list them.
pub fn locked(manifest: &Path) -> Result<Vec<Source>, String> {
    pinned(manifest, |_| true)
}

/// Those of them that the workspace's published members depend on, their tests included: what only the benches bring
/// (parallel libraries to compare with, and what these need) is not code that anybody would annotate.
///
/// # Errors
/// As for [`locked`].
pub fn locked_by_published(manifest: &Path) -> Result<Vec<Source>, String> {
    // `null` is published, a list names the registries that it may go to.
    pinned(manifest, |package| package["publish"].is_null())
}

/// The crates that the members of the workspace for which `counts` says so depend on.
fn pinned(manifest: &Path, counts: impl Fn(&Value) -> bool) -> Result<Vec<Source>, String> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--locked", "--manifest-path"])
        .arg(manifest)
        .output()
        .map_err(|error| format!("cargo does not start: {error}"))?;
    if !output.status.success() {
        return Err(format!("cargo metadata fails:\n{}", String::from_utf8_lossy(&output.stderr)));
    }
    let metadata: Value = serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())?;
    let packages = metadata["packages"].as_array().ok_or("cargo metadata lists no packages")?;
    let members = packages.iter().filter(|package| package["source"].is_null() && counts(package));
    let reached = reached(&metadata, members.filter_map(|package| package["id"].as_str()).collect());
    let mut latest: BTreeMap<String, (Vec<u64>, Source)> = BTreeMap::new();
    // A package without a source is a member of the workspace.
    for package in packages.iter().filter(|package| package["source"].is_string()) {
        if !reached.contains(package["id"].as_str().unwrap_or_default()) {
            continue;
        }
        let text = |field: &str| package[field].as_str().unwrap_or_default();
        let (name, version) = (text("name"), text("version"));
        let Some(folder) = Path::new(text("manifest_path")).parent() else { continue };
        let order: Vec<u64> = version.split(['.', '-', '+']).map_while(|part| part.parse().ok()).collect();
        if latest.get(name).is_none_or(|(known, _)| *known < order) {
            let source = Source { name: format!("{name} {version}"), folder: folder.to_owned() };
            latest.insert(name.to_owned(), (order, source));
        }
    }
    Ok(latest.into_values().map(|(_, source)| source).collect())
}

/// What the packages in `left`, by their ids, depend on, and they themselves.
fn reached<'m>(metadata: &'m Value, mut left: Vec<&'m str>) -> BTreeSet<&'m str> {
    let nodes = metadata["resolve"]["nodes"].as_array().into_iter().flatten();
    let needs: BTreeMap<&str, &Value> =
        nodes.filter_map(|node| Some((node["id"].as_str()?, &node["deps"]))).collect();
    let mut reached = BTreeSet::new();
    while let Some(package) = left.pop() {
        if reached.insert(package) {
            let deps = needs.get(package).and_then(|deps| deps.as_array()).into_iter().flatten();
            left.extend(deps.filter_map(|dep| dep["pkg"].as_str()));
        }
    }
    reached
}
