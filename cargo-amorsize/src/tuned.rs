//! The tuned file as the verbs see it: where it lies, what is in it, and what is said where it cannot be used.
//!
//! It decides the place: `--file`, else `AMORSIZE_FILE`, else beside the `Cargo.lock` of the workspace, as programs do that
//! cargo starts. It writes nothing.

use std::path::{Path, PathBuf};

use amorsize_runtime::store::{self, Contents, FILE_NAME, Pin, Refused};
use clap::Args;

use crate::message::{Message, Printer};

/// Which tuned file is meant.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Tuned {
    /// The tuned file [default: `amorsize.toml` in the workspace's root]
    #[arg(long, value_name = "FILE", env = "AMORSIZE_FILE", hide_env_values = true)]
    pub(crate) file: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) manifest: clap_cargo::Manifest,
}

/// A tuned file that was read.
#[derive(Debug)]
pub(crate) struct TunedFile {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
    pub(crate) contents: Contents,
}

impl Tuned {
    /// Where the file lies, or would lie.
    ///
    /// # Errors
    /// If there is no workspace here and no file was named.
    pub(crate) fn path(&self) -> Result<PathBuf, Box<Message>> {
        match &self.file {
            Some(file) => Ok(file.clone()),
            None => Ok(self.root()?.join(FILE_NAME)),
        }
    }

    /// The folder of the `Cargo.lock` that covers the current folder, or the manifest that was named.
    ///
    /// # Errors
    /// If there is none.
    pub(crate) fn root(&self) -> Result<PathBuf, Box<Message>> {
        let from = match &self.manifest.manifest_path {
            Some(manifest) => std::path::absolute(manifest).map(|path| path.parent().map(Path::to_path_buf)),
            None => std::env::current_dir().map(Some),
        };
        let from = from.ok().flatten().unwrap_or_default();
        match from.ancestors().find(|folder| folder.join("Cargo.lock").is_file()) {
            Some(root) => Ok(root.to_path_buf()),
            None => Err(Box::new(
                Message::error("no-workspace", "there is no Cargo.lock, so no tuned file beside it")
                    .detail("looked in", format!("{} and above", from.display()))
                    .fix("cargo generate-lockfile", "in the workspace that you mean")
                    .fix("cargo amorsize … --manifest-path PATH", "names another one"),
            )),
        }
    }

    /// Reads the file, and says on the way what in it is skipped.
    ///
    /// # Errors
    /// If there is no file, or none that may be used: it is newer, broken, or has conflict markers.
    pub(crate) fn read(&self, printer: &Printer) -> Result<TunedFile, Box<Message>> {
        let path = self.path()?;
        let bytes = std::fs::read(&path).map_err(|error| unreadable(&path, &error))?;
        TunedFile::of(path, &bytes, printer)
    }
}

impl TunedFile {
    /// The same of bytes from elsewhere, under the name that people know them by.
    ///
    /// # Errors
    /// If they are no tuned file that may be used.
    pub(crate) fn of(path: PathBuf, bytes: &[u8], printer: &Printer) -> Result<Self, Box<Message>> {
        let (contents, warnings) =
            store::parse_bytes(bytes).map_err(|refused| unusable(&path, &refused, bytes))?;
        for warning in warnings {
            printer.message(
                &Message::warning("entry-skipped", warning.text)
                    .detail("looked in", shown(&path))
                    .file(&path, None),
            );
        }
        let text = String::from_utf8_lossy(bytes).into_owned();
        Ok(Self { path, text, contents })
    }

    /// Such as `amorsize.toml (31 entries, version 1)`.
    pub(crate) fn described(&self) -> String {
        let sites = self.contents.sites.len();
        let entries = if sites == 1 { "entry" } else { "entries" };
        format!("{} ({sites} {entries}, version {})", shown(&self.path), store::VERSION)
    }

    /// The line, from 1, at which the table of a site begins.
    pub(crate) fn line_of(&self, key: &str) -> Option<usize> {
        let header = format!("[site.\"{key}\"");
        self.text.lines().position(|line| line.starts_with(&header)).map(|line| line + 1)
    }
}

/// A path as people see it from where they are.
pub(crate) fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let near = path.strip_prefix(&here).ok().filter(|near| !near.as_os_str().is_empty());
    near.unwrap_or(path).display().to_string()
}

/// What a person laid down, in one line: `max_threads = 4, shares the box`.
pub(crate) fn pinned(pin: &Pin) -> String {
    let numbers = [
        ("max_threads", pin.max_threads),
        ("parallel_from", pin.parallel_from),
        ("chunk_size", pin.chunk_size),
    ];
    let numbers =
        numbers.into_iter().filter_map(|(name, value)| value.map(|value| format!("{name} = {value}")));
    let serial = pin.serial.then(|| "serial".to_owned());
    let said: Vec<_> = serial.into_iter().chain(numbers).chain(pin.reason.clone()).collect();
    said.join(", ")
}

/// There is no file, or the system would not give it.
fn unreadable(path: &Path, error: &std::io::Error) -> Box<Message> {
    let message = if error.kind() == std::io::ErrorKind::NotFound {
        Message::error("no-file", "there is no tuned file")
            .detail("looked in", format!("{} (not there)", shown(path)))
            .fix("cargo amorsize tune", "records what your program runs, then commit the file")
    } else {
        Message::error("unreadable", format!("the tuned file cannot be read: {error}"))
            .detail("looked in", shown(path))
    };
    Box::new(message.file(path, None))
}

/// There is a file, but it may not be used.
fn unusable(path: &Path, refused: &Refused, bytes: &[u8]) -> Box<Message> {
    let size = bytes.len();
    let (case, text, line) = match refused {
        Refused::Newer(version) => {
            ("newer", format!("the tuned file has version {version}, newer than this command knows"), None)
        }
        Refused::Conflict(line) => {
            ("conflict", "the tuned file has conflict markers".to_owned(), Some(*line))
        }
        Refused::Broken(line, what) => {
            ("broken", format!("the tuned file is broken: {what}"), Some(*line).filter(|line| *line > 0))
        }
        Refused::TooBig => ("too-big", format!("the tuned file is too large: {size} bytes"), None),
        other => ("unusable", format!("the tuned file cannot be used: {other}"), None),
    };
    let place = line.map_or_else(|| shown(path), |line| format!("{}:{line}", shown(path)));
    let message = Message::error(case, text).detail("looked in", place).file(path, line);
    Box::new(match refused {
        Refused::Newer(_) => message
            .detail("note", format!("this one knows version {}", store::VERSION))
            .fix("cargo install cargo-amorsize", "updates it"),
        Refused::Conflict(_) => {
            message.fix(format!("cargo amorsize merge-driver --repair {}", shown(path)), "joins both sides")
        }
        Refused::Broken(..) => message
            .advice("repair that line; what you keep of the file stays valid")
            .fix(format!("git checkout -- {}", shown(path)), "takes back the committed one"),
        _ => message.advice("a tuned site takes some 300 bytes: remove what is not yours"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Format;
    use expect_test::{Expect, expect};

    fn refused(text: &str, expected: &Expect) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        if !text.is_empty() {
            std::fs::write(&path, text).unwrap();
        }
        let tuned = Tuned { file: Some(path), ..Tuned::default() };
        let message = tuned.read(&Printer::new(Format::Human)).unwrap_err();
        let text = message.plain().replace(&folder.path().display().to_string(), "…");
        expected.assert_eq(&text);
    }

    #[test]
    fn what_cannot_be_used_is_said() {
        refused(
            "",
            &expect![[r#"
            error: there is no tuned file
              looked in: …/amorsize.toml (not there)
              fix:       cargo amorsize tune (records what your program runs, then commit the file)
        "#]],
        );
        refused(
            "version = 2\n",
            &expect![[r#"
            error: the tuned file has version 2, newer than this command knows
              looked in: …/amorsize.toml
              note:      this one knows version 1
              fix:       cargo install cargo-amorsize (updates it)
        "#]],
        );
        refused(
            "version = 1\n<<<<<<< ours\n",
            &expect![[r#"
            error: the tuned file has conflict markers
              looked in: …/amorsize.toml:2
              fix:       cargo amorsize merge-driver --repair …/amorsize.toml (joins both sides)
        "#]],
        );
        refused(
            "version = 1\n[site.\"a\"\n",
            &expect![[r#"
            error: the tuned file is broken: unclosed table, expected `]`
              looked in: …/amorsize.toml:2
              fix:       repair that line; what you keep of the file stays valid
                    or:  git checkout -- …/amorsize.toml (takes back the committed one)
        "#]],
        );
    }
}
