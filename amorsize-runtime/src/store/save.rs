//! Files on disk: reading one within its bounds, and replacing one without losing what others wrote.
//!
//! It decides the order of steps that lets many processes record at once: lock, read again, merge, write a temporary
//! file in the same folder, fsync, rename. It does not decide what a merge changes.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use super::load::{MAX_BYTES, Refused};

/// The bytes of a file; `None` if there is none.
///
/// One byte more than is read is taken, so that a file which grows meanwhile is found too big, not cut. What is no
/// file (a pipe would never end) is an error.
pub(crate) fn bytes(path: &Path) -> io::Result<Option<Result<Vec<u8>, Refused>>> {
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) => metadata,
        // A parent that is a file holds no file either, but nothing can be written there: that is for the writer to say.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    if !metadata.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    if metadata.len() > MAX_BYTES as u64 {
        return Ok(Some(Err(Refused::TooBig)));
    }
    let mut bytes = Vec::with_capacity(metadata.len() as usize + 1);
    File::open(path)?.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(Some(Ok(bytes)))
}

#[cfg(feature = "record")]
pub(crate) use replace::{Failure, save};
#[cfg(feature = "record")]
pub use replace::{edit, repair_file};

#[cfg(feature = "record")]
mod replace {
    use std::fmt;
    use std::io::{self, Write as _};
    use std::path::Path;

    use super::super::load::{self, Refused};
    use super::super::lock::{self, Lock, NoLock, Patience};
    use super::super::merge::Policy;
    use super::super::reconcile::{self, Reconciled};
    use super::super::write::{self, News, Unwritable};
    use crate::observe::{self, Topic};

    /// Why nothing was written.
    #[derive(Debug)]
    pub(crate) enum Failure {
        /// Another process is writing; later it may work.
        Busy,
        /// The file must not be touched, or would grow too large.
        Unwritable(Unwritable),
        /// The disk says no.
        Disk(io::Error),
    }

    impl fmt::Display for Failure {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            match self {
                Self::Busy => f.write_str("another process holds its lock"),
                Self::Unwritable(why) => why.fmt(f),
                Self::Disk(error) => error.fmt(f),
            }
        }
    }

    impl From<io::Error> for Failure {
        fn from(error: io::Error) -> Self {
            Self::Disk(error)
        }
    }

    impl From<NoLock> for Failure {
        fn from(no_lock: NoLock) -> Self {
            match no_lock {
                NoLock::Busy => Self::Busy,
                NoLock::Disk(error) => Self::Disk(error),
            }
        }
    }

    /// Puts news into a file; says whether its bytes changed.
    pub(crate) fn save(
        path: &Path,
        news: &News,
        policy: Policy,
        dispatch_ns: f64,
        patience: Patience,
    ) -> Result<bool, Failure> {
        rewrite(path, policy, patience, |path| {
            let before = text(path, policy)?;
            let after = write::apply(&before, news, policy, dispatch_ns).map_err(Failure::Unwritable)?;
            Ok(Some(after).filter(|after| *after != before && !nothing_in(&before, after)))
        })
    }

    /// Puts another text in place of a tuned file's, with everything that keeps other writers' work; says whether its
    /// bytes changed. `change` is given the text as it is now.
    ///
    /// # Errors
    /// What `change` said, or why the file cannot be written, in words. The file is then as it was.
    pub fn edit(path: &Path, mut change: impl FnMut(&str) -> Result<String, String>) -> Result<bool, String> {
        let mut said = None;
        let edited = rewrite(path, Policy::Committed, Patience::Much, |path| {
            let before = text(path, Policy::Committed)?;
            let after = change(&before).map_err(|why| said = Some(why)).ok();
            Ok(after.filter(|after| *after != before))
        });
        match said {
            Some(why) => Err(why),
            None => edited.map_err(|failure| failure.to_string()),
        }
    }

    /// Rewrites a file that has conflict markers without them, as far as nothing is left to a person; one that has none is
    /// brought into canonical form.
    ///
    /// # Errors
    /// Why the file cannot be read, repaired or written, in words. It is then as it was.
    pub fn repair_file(path: &Path) -> Result<Reconciled, String> {
        let mut repaired = None;
        let written = rewrite(path, Policy::Committed, Patience::Much, |path| {
            let bytes = super::bytes(path)?.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
            let bytes = bytes.map_err(Unwritable::from).map_err(Failure::Unwritable)?;
            let before = load::text_of(&bytes).map_err(Unwritable::from).map_err(Failure::Unwritable)?;
            let result = reconcile::repair(before).map_err(Failure::Unwritable)?;
            let after = Some(result.text.clone()).filter(|after| after != before);
            repaired = Some(result);
            Ok(after)
        });
        match (written, repaired) {
            (Ok(_), Some(repaired)) => Ok(repaired),
            (Err(failure), _) => Err(failure.to_string()),
            (Ok(_), None) => Err("nothing was read".to_owned()),
        }
    }

    /// Replaces a file by what `change` makes of it, under its lock; says whether there was a change.
    fn rewrite(
        path: &Path,
        policy: Policy,
        patience: Patience,
        mut change: impl FnMut(&Path) -> Result<Option<String>, Failure>,
    ) -> Result<bool, Failure> {
        // A link is followed: renaming over it would cut the file off from its place.
        let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if policy == Policy::Scratch {
            std::fs::create_dir_all(folder)?;
        }
        loop {
            let lock = Lock::take(&path, patience)?;
            if lock.was_left {
                say_left(&path, policy);
            }
            let Some(after) = change(&path)? else { return Ok(false) };
            if replace(&path, folder, &after, policy, &lock)? {
                return Ok(true);
            }
            // This process stood still for so long that its lock was taken from it: the file may be another by now.
            if patience == Patience::Little {
                return Err(Failure::Busy);
            }
        }
    }

    fn say_left(path: &Path, policy: Policy) {
        let text =
            format!("{}.lock was left by a process that ended while it wrote; it is removed", path.display());
        match policy {
            Policy::Committed => observe::warn_once(Topic::Write, &text, &text),
            Policy::Scratch => observe::explain(|| text),
        }
    }

    /// Whether a file would be created that says nothing: no site was worth a line.
    fn nothing_in(before: &str, after: &str) -> bool {
        before.is_empty() && !after.lines().any(|line| line.starts_with('['))
    }

    /// The text that is merged into. What is broken stays as it is, unless it is scratch: that is ours to throw away.
    fn text(path: &Path, policy: Policy) -> Result<String, Failure> {
        let read = match super::bytes(path)? {
            None => return Ok(String::new()),
            Some(read) => read.and_then(|bytes| {
                let text = load::text_of(&bytes)?;
                load::parse(text).map(|_| text.to_owned())
            }),
        };
        match (read, policy) {
            (Ok(text), _) => Ok(text),
            (Err(Refused::Newer(version)), _) => {
                Err(Failure::Unwritable(Unwritable::Refused(Refused::Newer(version))))
            }
            (Err(_), Policy::Scratch) => Ok(String::new()),
            (Err(refused), Policy::Committed) => Err(Failure::Unwritable(Unwritable::Refused(refused))),
        }
    }

    /// All or nothing: a reader sees the old file or the new one, and a power cut leaves one of them. False, and nothing is
    /// changed, if the lock was lost.
    fn replace(path: &Path, folder: &Path, text: &str, policy: Policy, lock: &Lock) -> Result<bool, Failure> {
        let mut builder = tempfile::Builder::new();
        let prefix = lock::temporary_prefix(path);
        builder.prefix(&prefix).suffix(lock::TEMPORARY);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            // What an editor would have made it, less the umask; temporary files are private otherwise.
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        let mut file = builder.tempfile_in(folder)?;
        if let Ok(metadata) = std::fs::metadata(path) {
            file.as_file().set_permissions(metadata.permissions())?;
        }
        file.write_all(text.as_bytes())?;
        if policy == Policy::Committed {
            file.as_file().sync_all()?;
        }
        if !lock.is_held() {
            return Ok(false);
        }
        file.persist(path).map_err(|error| error.error)?;
        Ok(true)
    }
}

#[cfg(all(test, feature = "record"))]
mod tests;
