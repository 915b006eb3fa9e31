//! A folder in which results are kept, each whole or not at all.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::ready::Check;

/// Files by name.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    written: AtomicU64,
}

impl Folder {
    /// The folder at `path`, which [`make`](Self::make) makes.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), written: AtomicU64::new(0) }
    }

    /// Makes it if it is missing.
    ///
    /// # Errors
    /// If that cannot be; with what to write.
    pub fn make(&self) -> io::Result<()> {
        std::fs::create_dir_all(&self.path).map_err(|error| {
            io::Error::other(format!(
                "cannot keep results in `{}`: {error}; name a folder with `--store`, it is made if it is missing",
                self.path.display()
            ))
        })
    }

    /// Keeps a file. It is written beside its place and renamed, so that nobody reads half of it; what is there already under its
    /// name is taken to be the same.
    ///
    /// # Errors
    /// If it cannot be written.
    pub async fn keep(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let place = self.path.join(name);
        if tokio::fs::try_exists(&place).await? {
            return Ok(());
        }
        let number = self.written.fetch_add(1, Ordering::Relaxed);
        let part = self.path.join(format!("{name}.{}-{number}", std::process::id()));
        tokio::fs::write(&part, bytes).await?;
        tokio::fs::rename(&part, &place).await
    }

    /// A file that was kept, if it was.
    ///
    /// # Errors
    /// If it cannot be read.
    pub async fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        match tokio::fs::read(self.path.join(name)).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether a file can be kept now.
    pub async fn check(&self) -> Check {
        let file = self.path.join(format!(".ready-{}", std::process::id()));
        let tried = async {
            tokio::fs::write(&file, b"ready").await?;
            tokio::fs::remove_file(&file).await
        };
        let (ok, detail) = match tried.await {
            Ok(()) => (true, "a file can be written".to_owned()),
            Err(error) => (false, format!("no file can be written into `{}`: {error}", self.path.display())),
        };
        Check { name: "store", ok, detail }
    }
}

#[cfg(test)]
mod tests {
    use super::Folder;

    #[tokio::test]
    async fn files_are_kept_once_and_readiness_leaves_none() {
        let path = std::env::temp_dir().join(format!("domain-folder-{}", std::process::id()));
        let folder = Folder::new(&path);
        let missing = folder.check().await;
        assert!(!missing.ok && missing.detail.contains("domain-folder"), "{missing:?}");
        folder.make().unwrap();
        assert!(folder.check().await.ok);
        assert_eq!(std::fs::read_dir(&path).unwrap().count(), 0);

        folder.keep("a", b"first").await.unwrap();
        folder.keep("a", b"again").await.unwrap();
        assert_eq!(folder.read("a").await.unwrap().as_deref(), Some(&b"first"[..]));
        assert_eq!(folder.read("b").await.unwrap(), None);
        assert_eq!(std::fs::read_dir(&path).unwrap().count(), 1);

        let said = Folder::new(&path.join("a")).make().unwrap_err().to_string();
        assert!(said.contains("name a folder with `--store`"), "{said}");
        std::fs::remove_dir_all(&path).unwrap();
    }
}
