//! Small real workspaces that the command runs in.
#![allow(dead_code, reason = "every test file uses some of it")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A workspace in a folder of its own. All share one target folder, so that amorsize itself is compiled once.
pub(crate) struct Workspace {
    folder: TempDir,
}

impl Workspace {
    /// Writes the files, and a lock file that has our own dependencies, so that nothing is fetched.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let workspace = Self { folder: tempfile::tempdir().unwrap() };
        let lock = std::fs::read_to_string(repository().join("Cargo.lock")).unwrap();
        workspace.write("Cargo.lock", &lock);
        for (path, text) in files {
            workspace.write(path, &text.replace("REPOSITORY", &repository().display().to_string()));
        }
        workspace
    }

    pub(crate) fn path(&self) -> PathBuf {
        // Where the system's folder is a link, programs see what it leads to.
        self.folder.path().canonicalize().unwrap()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(path)).unwrap()
    }

    /// Replaces a text that must be there.
    pub(crate) fn edit(&self, path: &str, from: &str, to: &str) {
        let before = self.read(path);
        assert!(before.contains(from), "{path} has no `{from}`:\n{before}");
        self.write(path, &before.replace(from, to));
    }

    /// `cargo amorsize ARGUMENTS` in the workspace.
    pub(crate) fn amorsize(&self, arguments: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-amorsize"));
        command.arg("amorsize").args(arguments);
        self.run(command)
    }

    /// `cargo ARGUMENTS` in the workspace.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Ran {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap());
        command.args(arguments);
        self.run(command)
    }

    fn run(&self, mut command: Command) -> Ran {
        for (name, _) in std::env::vars_os() {
            // What cargo says of this test is not said of the workspace.
            let text = name.to_string_lossy();
            if text.starts_with("AMORSIZE")
                || text.starts_with("CARGO_PKG")
                || text.starts_with("CARGO_MANIFEST")
            {
                command.env_remove(name);
            }
        }
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("workspaces");
        command.current_dir(self.path()).env("CARGO_TARGET_DIR", target).env("CARGO_NET_OFFLINE", "true");
        command.env("CARGO_INCREMENTAL", "0").env("NO_COLOR", "1").env_remove("RUSTFLAGS");
        Ran::new(&command.output().unwrap(), &self.path())
    }
}

/// What a command answered, with the workspace's folder as `…`.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    fn new(output: &Output, folder: &Path) -> Self {
        let text = |bytes| String::from_utf8_lossy(bytes).replace(&folder.display().to_string(), "…");
        Self { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// Says all of it where the exit code is another one.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }

    /// What was said with `--message-format json`.
    pub(crate) fn json(&self) -> Vec<serde_json::Value> {
        self.out.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
    }
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}
