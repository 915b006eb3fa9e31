use std::fs;
use std::path::Path;

use super::super::load::{self, Refused};
use super::super::lock::Patience;
use super::super::merge::Policy;
use super::super::model::SiteEntry;
use super::super::write::{News, Unwritable};
use super::*;

fn news(key: &str) -> News {
    let entry = SiteEntry {
        body: "b".into(),
        machine: "m".into(),
        item_ns: 1e3,
        len: [1, 1_000],
        samples: 8,
        ..SiteEntry::default()
    };
    News { sites: [(key.to_owned(), entry)].into(), ..News::default() }
}

fn put(path: &Path, key: &str, policy: Policy) -> Result<bool, Failure> {
    save(path, &news(key), policy, 20_000.0, Patience::Much)
}

fn files_in(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").file_name());
    let mut names: Vec<String> = names.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn writers_at_once_lose_nothing_and_leave_nothing_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("amorsize.toml");
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let path = &path;
            scope.spawn(move || {
                for n in 0..10 {
                    assert!(
                        put(path, &format!("w{writer}::f{n}"), Policy::Committed).expect("it is written")
                    );
                }
            });
        }
    });
    let text = fs::read_to_string(&path).expect("a file");
    let (contents, warnings) = load::parse(&text).expect("a tuned file");
    assert_eq!((contents.sites.len(), warnings.len()), (40, 0));
    assert_eq!(files_in(folder.path()), ["amorsize.toml"]);
}

#[test]
fn a_file_that_says_nothing_new_is_not_touched_or_created() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("amorsize.toml");
    let nothing = save(&path, &News::default(), Policy::Committed, 0.0, Patience::Little);
    assert!(!nothing.expect("no failure") && !path.exists());
    let cheap = save(&path, &news("a"), Policy::Committed, 1e9, Patience::Little);
    assert!(!cheap.expect("no failure") && !path.exists());
    assert!(put(&path, "a", Policy::Committed).expect("it is written"));
    assert!(!put(&path, "a", Policy::Committed).expect("nothing moved"));
}

#[test]
fn what_is_not_understood_is_never_overwritten_unless_it_is_scratch() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("amorsize.toml");
    for (text, scratch_too) in [
        ("version = 2\n", true),
        ("version = 1\nx = \n", false),
        ("<<<<<<< HEAD\n", false),
        ("[package]\nname = \"mine\"\n", false),
    ] {
        fs::write(&path, text).expect("written");
        assert!(matches!(put(&path, "a", Policy::Committed), Err(Failure::Unwritable(_))), "{text}");
        assert_eq!(fs::read_to_string(&path).expect("a file"), text);
        assert_eq!(put(&path, "a", Policy::Scratch).is_err(), scratch_too, "{text}");
        assert_eq!(fs::read_to_string(&path).expect("a file") == text, scratch_too, "{text}");
    }
    fs::write(&path, vec![b'#'; MAX_BYTES + 1]).expect("written");
    let refused = put(&path, "a", Policy::Committed);
    assert!(matches!(refused, Err(Failure::Unwritable(Unwritable::Refused(Refused::TooBig)))));
    assert_eq!(fs::metadata(&path).expect("a file").len(), MAX_BYTES as u64 + 1);
    assert_eq!(files_in(folder.path()), ["amorsize.toml"]);
}

/// A folder without the right to write stops nobody who is root, as tests may be; a path below a file stops everybody.
#[test]
fn where_nothing_can_be_written_the_disk_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    fs::write(&file, "").expect("written");
    for policy in [Policy::Committed, Policy::Scratch] {
        assert!(matches!(put(&file.join("amorsize.toml"), "a", policy), Err(Failure::Disk(_))));
        assert!(matches!(put(folder.path(), "a", policy), Err(Failure::Disk(_))), "a folder is no file");
    }
    assert!(matches!(
        put(&folder.path().join("no/such.toml"), "a", Policy::Committed),
        Err(Failure::Disk(_))
    ));
    assert!(!folder.path().join("no").exists(), "folders are made for scratch only");
    assert!(put(&folder.path().join("amorsize/release.toml"), "a", Policy::Scratch).expect("it is written"));
}

#[test]
fn a_lock_is_respected_until_it_is_abandoned() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("amorsize.toml");
    let lock = folder.path().join("amorsize.toml.lock");
    fs::File::create(&lock).expect("a lock");
    let busy = save(&path, &news("a"), Policy::Committed, 0.0, Patience::Little);
    assert!(matches!(busy, Err(Failure::Busy)));
    assert!(lock.exists() && !path.exists());
    assert!(put(&path, "a", Policy::Committed).expect("it is written"));
    assert_eq!(files_in(folder.path()), ["amorsize.toml"]);
}

#[cfg(unix)]
#[test]
fn links_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = tempfile::tempdir().expect("a folder");
    let [real, link] = ["real.toml", "amorsize.toml"].map(|name| folder.path().join(name));
    fs::write(&real, "").expect("written");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).expect("permitted");
    symlink(&real, &link).expect("a link");
    assert!(put(&link, "a", Policy::Committed).expect("it is written"));
    assert!(fs::symlink_metadata(&link).expect("a link").is_symlink());
    assert_eq!(fs::metadata(&real).expect("a file").permissions().mode() & 0o777, 0o640);

    let fresh = folder.path().join("fresh.toml");
    assert!(put(&fresh, "a", Policy::Committed).expect("it is written"));
    let beside = folder.path().join("beside");
    fs::write(&beside, "").expect("written");
    let mode = |path| fs::metadata(path).expect("a file").permissions().mode();
    assert_eq!(mode(&fresh), mode(&beside), "a committed file has the permissions of any new file");
}
