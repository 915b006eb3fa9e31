//! Where the tuned file and the scratch folder lie.
//!
//! It decides the places: a named file; under cargo the workspace root; what the binary embedded. There is no search
//! upwards from the current folder. It reads and writes nothing: whether a path exists comes in as a function.

use std::path::{Path, PathBuf};

use super::model::Profile;
use crate::config::{Settings, Source};

/// The name of the tuned file.
pub const FILE_NAME: &str = "amorsize.toml";

/// Where this process reads and writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// The tuned file, whether it exists or not.
    pub file: Option<PathBuf>,
    /// Whether a person or the program named it: then it should exist.
    pub named: bool,
    /// The text that the binary carries with it, read where there is no file.
    pub embedded: Option<&'static str>,
    /// The scratch file of this optimisation level.
    pub scratch: Option<PathBuf>,
}

/// The places for these settings and this program.
pub(crate) fn places(
    settings: &Settings,
    program: Option<&Path>,
    profile: Profile,
    exists: &dyn Fn(&Path) -> bool,
) -> Places {
    let root = settings.manifest_dir.as_deref().map(|package| workspace_root(package, exists));
    let folder = settings.scratch.clone().or_else(|| {
        // Children of `cargo run` inherit its variables. Only a program that lies in a target folder was built here.
        root.and(program)
            .and_then(|program| target_folder(program, exists))
            .map(|target| target.join("amorsize"))
    });
    let name = match profile {
        Profile::Release => "release.toml",
        Profile::Debug => "debug.toml",
    };
    Places {
        file: settings.file.clone().or_else(|| root.map(|root| root.join(FILE_NAME))),
        named: settings.file_from != Source::Default,
        embedded: settings.embedded,
        scratch: folder.map(|folder| folder.join(name)),
    }
}

/// The folder with the `Cargo.lock` that covers the package; the package's own folder where there is none yet.
fn workspace_root<'p>(package: &'p Path, exists: &dyn Fn(&Path) -> bool) -> &'p Path {
    package.ancestors().find(|folder| exists(&folder.join("Cargo.lock"))).unwrap_or(package)
}

/// Cargo's target folder that a program lies in, by the files that cargo leaves there.
fn target_folder(program: &Path, exists: &dyn Fn(&Path) -> bool) -> Option<PathBuf> {
    let marked = |folder: &&Path| {
        [".rustc_info.json", "CACHEDIR.TAG"].iter().any(|marker| exists(&folder.join(marker)))
    };
    program.ancestors().skip(1).find(marked).map(Path::to_path_buf)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_follow_the_rules() {
        let on_disk = ["/ws/Cargo.lock", "/ws/target/.rustc_info.json", "/shared/CACHEDIR.TAG"];
        let exists = |path: &Path| on_disk.iter().any(|each| Path::new(each) == path);
        let cargo = |package: &str| Settings { manifest_dir: Some(package.into()), ..Settings::default() };
        let named = |settings: Settings| Settings {
            file: Some("/etc/a.toml".into()),
            file_from: Source::Environment,
            scratch: Some("/var/s".into()),
            ..settings
        };
        let in_target = "/ws/target/release/deps/t-1";
        for (what, settings, program, file, scratch) in [
            ("started by hand", Settings::default(), in_target, None, None),
            (
                "cargo, member package",
                cargo("/ws/crates/a"),
                in_target,
                Some("/ws/amorsize.toml"),
                Some("/ws/target/amorsize/release.toml"),
            ),
            (
                "cargo, target folder elsewhere",
                cargo("/ws"),
                "/shared/debug/examples/e",
                Some("/ws/amorsize.toml"),
                Some("/shared/amorsize/release.toml"),
            ),
            ("a child of cargo run", cargo("/ws"), "/usr/bin/x", Some("/ws/amorsize.toml"), None),
            ("no lock file yet", cargo("/new/a"), "/new/a", Some("/new/a/amorsize.toml"), None),
            (
                "named",
                named(Settings::default()),
                "/usr/bin/x",
                Some("/etc/a.toml"),
                Some("/var/s/release.toml"),
            ),
            ("named wins", named(cargo("/ws")), in_target, Some("/etc/a.toml"), Some("/var/s/release.toml")),
        ] {
            let found = places(&settings, Some(Path::new(program)), Profile::Release, &exists);
            assert_eq!(found.file.as_deref(), file.map(Path::new), "{what}");
            assert_eq!(found.scratch.as_deref(), scratch.map(Path::new), "{what}");
        }
        let debug = places(&cargo("/ws"), Some(Path::new(in_target)), Profile::Debug, &exists);
        assert_eq!(debug.scratch.as_deref(), Some(Path::new("/ws/target/amorsize/debug.toml")));
    }
}
