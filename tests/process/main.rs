//! What a whole process does in every mode and with every kind of bad input: the probe is built in release, as a debug
//! build never records, and started with real files in a folder of its own.

mod aborts;
mod bad_input;
mod embedded;
mod expand;
mod left;
mod modes;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// The probe's path, built once.
fn probe() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let output = Command::new(env!("CARGO"))
            .args(["build", "--release", "-p", "amorsize-bench", "--bin", "probe", "--message-format=json"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .expect("cargo starts");
        executable(&output)
    })
}

/// What cargo has built, from its messages in JSON.
fn executable(built: &Output) -> PathBuf {
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let messages = String::from_utf8_lossy(&built.stdout);
    let path = messages.split("\"executable\":\"").nth(1).and_then(|rest| rest.split('"').next());
    PathBuf::from(path.expect("cargo names the executable").replace("\\\\", "\\"))
}

/// One run of the probe.
struct Run {
    out: String,
    err: String,
    ok: bool,
}

impl Run {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { out: text(&output.stdout), err: text(&output.stderr), ok: output.status.success() }
    }

    /// The lines with answers, which must not depend on anything.
    fn answers(&self) -> Vec<&str> {
        let answers: Vec<_> = self.out.lines().filter(|line| line.starts_with("answer ")).collect();
        assert_eq!(answers.len(), 54, "{}\n{}", self.out, self.err);
        answers
    }
}

/// A folder with a tuned file in it, or none yet.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    fn with_file(text: &str) -> Self {
        let place = Self::new();
        std::fs::write(place.file(), text).expect("the file is written");
        place
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("amorsize.toml")
    }

    fn text(&self) -> String {
        std::fs::read_to_string(self.file()).unwrap_or_default()
    }

    fn command(&self, mode: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(probe());
        for (name, _) in
            std::env::vars().filter(|(name, _)| name.starts_with("AMORSIZE") || name.starts_with("CARGO"))
        {
            command.env_remove(name);
        }
        command.args(arguments).current_dir(&self.folder);
        command.env("AMORSIZE", mode).env("AMORSIZE_FILE", self.file());
        command
    }

    fn run(&self, mode: &str, arguments: &[&str]) -> Run {
        Run::of(&self.command(mode, arguments).output().expect("the probe starts"))
    }
}

/// The answers of the functions as written.
fn plain_answers() -> &'static Run {
    static PLAIN: OnceLock<Run> = OnceLock::new();
    PLAIN.get_or_init(|| Place::new().run("off", &["answers"]))
}
