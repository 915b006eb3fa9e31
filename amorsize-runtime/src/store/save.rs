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
pub use replace::edit;
#[cfg(feature = "record")]
pub(crate) use replace::{Failure, Patience, save};

#[cfg(feature = "record")]
mod replace {
    use std::fmt;
    use std::fs::File;
    use std::io::{self, Write as _};
    use std::path::{Path, PathBuf};
    use std::time::{Duration, Instant};

    use super::super::load::{self, Refused};
    use super::super::merge::Policy;
    use super::super::write::{self, News, Unwritable};

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

    /// How long to wait for another writer, who takes a few milliseconds.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) enum Patience {
        /// In the middle of somebody's call.
        Little,
        /// On the way out: there is no later.
        Much,
    }

    impl Patience {
        fn limit(self) -> Duration {
            match self {
                Self::Little => Duration::from_millis(10),
                Self::Much => ABANDONED * 2,
            }
        }
    }

    const BETWEEN_TRIES: Duration = Duration::from_millis(3);
    /// A lock that is seen unchanged for so long belongs to a process that was killed: writers hold it for
    /// milliseconds. Seen, because the clocks of this machine and of a network file system need not agree.
    const ABANDONED: Duration = Duration::from_secs(2);

    /// Puts news into a file; says whether its bytes changed.
    pub(crate) fn save(
        path: &Path,
        news: &News,
        policy: Policy,
        dispatch_ns: f64,
        patience: Patience,
    ) -> Result<bool, Failure> {
        // A link is followed: renaming over it would cut the file off from its place.
        let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if policy == Policy::Scratch {
            std::fs::create_dir_all(folder)?;
        }
        let _lock = Lock::take(&path, patience)?;
        let before = text(&path, policy)?;
        let after = write::apply(&before, news, policy, dispatch_ns).map_err(Failure::Unwritable)?;
        if after == before || nothing_in(&before, &after) {
            return Ok(false);
        }
        replace(&path, folder, &after, policy)?;
        Ok(true)
    }

    /// Puts another text in place of a tuned file's, with everything that keeps other writers' work; says whether its
    /// bytes changed. `change` is given the text as it is now.
    ///
    /// # Errors
    /// What `change` said, or why the file cannot be written, in words. The file is then as it was.
    pub fn edit(path: &Path, change: impl FnOnce(&str) -> Result<String, String>) -> Result<bool, String> {
        let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let words = |failure: Failure| failure.to_string();
        let _lock = Lock::take(&path, Patience::Much).map_err(words)?;
        let before = text(&path, Policy::Committed).map_err(words)?;
        let after = change(&before)?;
        if after == before {
            return Ok(false);
        }
        replace(&path, folder, &after, Policy::Committed).map_err(words)?;
        Ok(true)
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

    /// All or nothing: a reader sees the old file or the new one, and a power cut leaves one of them.
    fn replace(path: &Path, folder: &Path, text: &str, policy: Policy) -> Result<(), Failure> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(".amorsize-").suffix(".tmp");
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
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    }

    /// A file beside the one that is written, there while somebody writes. A file rather than a lock of the kernel:
    /// std's came with Rust 1.89, and this one works on network file systems.
    struct Lock {
        path: PathBuf,
    }

    impl Lock {
        fn take(target: &Path, patience: Patience) -> Result<Self, Failure> {
            let mut name = target.file_name().unwrap_or_default().to_owned();
            name.push(".lock");
            let path = target.with_file_name(name);
            let mut taken_at = None;
            let mut since = Instant::now();
            let began = since;
            loop {
                match File::options().write(true).create_new(true).open(&path) {
                    Ok(_) => return Ok(Self { path }),
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                    // Windows says this while the last holder's removal is under way.
                    Err(error) if cfg!(windows) && error.kind() == io::ErrorKind::PermissionDenied => {}
                    Err(error) => return Err(error.into()),
                }
                let seen = std::fs::metadata(&path).and_then(|lock| lock.modified()).ok();
                if seen != taken_at {
                    (taken_at, since) = (seen, Instant::now());
                } else if since.elapsed() > ABANDONED {
                    // Two that find this at once may remove each other's new lock in the microseconds between; what
                    // is lost then is one flush, never the file.
                    let _ = std::fs::remove_file(&path);
                }
                if began.elapsed() > patience.limit() {
                    return Err(Failure::Busy);
                }
                std::thread::sleep(BETWEEN_TRIES);
            }
        }
    }

    impl Drop for Lock {
        fn drop(&mut self) {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

#[cfg(all(test, feature = "record"))]
mod tests;
