//! Asking the compiler which sites there are: `cargo check` of the whole workspace, with this program as the wrapper
//! around rustc for the workspace's own crates, as clippy does it.
//!
//! It decides how cargo is called and where its answers lie. Cargo keeps what is compiled with a wrapper apart, so the
//! user's own check stays fresh and a second listing compiles nothing; the dependencies are shared.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use amorsize_syntax::Descriptor;
use cargo_metadata::{Artifact, Message as CargoMessage, TargetKind};

use super::Kind;
use crate::message::Message;
use crate::workspace;

/// Set for the compiler only: the attribute then describes its sites.
const DESCRIBE: &str = "AMORSIZE_SITES";
/// Set for cargo: this program is called in place of rustc. Build scripts that ask rustc something go through it too.
const STANDS_IN: &str = "CARGO_AMORSIZE_STANDS_IN";

/// Runs rustc, if that is what cargo called this program for.
pub(crate) fn stand_in() -> Option<ExitCode> {
    std::env::var_os(STANDS_IN)?;
    let mut arguments = std::env::args_os().skip(1);
    let rustc = arguments.next()?;
    let mut command = Command::new(rustc);
    command.args(arguments);
    // What a crate's lints say is for the user's own check to say, and must not keep a site from being found.
    command.arg("--cap-lints=allow").env(DESCRIBE, "1");
    Some(match command.status() {
        Ok(status) => {
            let code = status.code().and_then(|code| u8::try_from(code).ok());
            ExitCode::from(code.unwrap_or(101))
        }
        Err(error) => {
            eprintln!("error: {} cannot be started: {error}", command.get_program().to_string_lossy());
            ExitCode::FAILURE
        }
    })
}

/// How the workspace is compiled.
#[derive(Clone, Debug, Default)]
pub(crate) struct Build {
    /// `--manifest-path`, if one was given.
    pub(crate) manifest: Option<PathBuf>,
    /// Further arguments of `cargo check`: features, `--target`, `--locked`.
    pub(crate) arguments: Vec<OsString>,
}

/// What one crate of the workspace said, in one of the ways in which it is compiled.
#[derive(Debug)]
pub(crate) struct Unit {
    pub(crate) target: String,
    pub(crate) kind: Kind,
    /// Its package says that nothing in it is to be tuned.
    pub(crate) exempt: bool,
    pub(crate) descriptors: Vec<Descriptor>,
}

/// What cargo compiled.
#[derive(Debug, Default)]
pub(crate) struct Compiled {
    pub(crate) units: Vec<Unit>,
    /// Names of crates that are compiled but not of this workspace: what they say is not known.
    pub(crate) foreign: BTreeSet<String>,
    /// The folder that rustc's paths start from.
    pub(crate) root: PathBuf,
}

/// The cargo that started this program, or the one on the path.
fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Compiles what is not compiled yet, and reads what every crate says.
///
/// # Errors
/// If cargo cannot be asked, or the workspace does not compile.
pub(crate) fn compile(build: &Build) -> Result<Compiled, Box<Message>> {
    let metadata = metadata(build)?;
    let mut compiled = Compiled { root: metadata.workspace_root.clone().into(), ..Compiled::default() };
    let members: BTreeMap<_, _> = metadata
        .workspace_packages()
        .into_iter()
        .map(|package| (package.id.clone(), is_exempt(package)))
        .collect();
    for artifact in artifacts(build)? {
        let name = artifact.target.name.replace('-', "_");
        let Some(&exempt) = members.get(&artifact.package_id) else {
            compiled.foreign.insert(name);
            continue;
        };
        if let Some(kind) = kind(&artifact) {
            let descriptors = descriptors(&artifact)?;
            compiled.units.push(Unit { target: artifact.target.name, kind, exempt, descriptors });
        }
    }
    Ok(compiled)
}

/// Whether a package's manifest says `[package.metadata.amorsize]` with `check = false`.
fn is_exempt(package: &cargo_metadata::Package) -> bool {
    package.metadata.get("amorsize").and_then(|ours| ours.get("check"))
        == Some(&serde_json::Value::Bool(false))
}

fn metadata(build: &Build) -> Result<cargo_metadata::Metadata, Box<Message>> {
    let manifest = build.manifest.as_deref();
    workspace::metadata(manifest, "cargo metadata --no-deps --format-version 1", "says the same at length")
}

/// Every crate that cargo compiled now or earlier.
fn artifacts(build: &Build) -> Result<Vec<Artifact>, Box<Message>> {
    let failed = |what: String| {
        let command = "cargo check --workspace --all-targets";
        let text = "the workspace does not compile, so its annotated functions are not known";
        Box::new(
            Message::error("not-compiled", text).detail("cargo", what).fix(command, "shows what is wrong"),
        )
    };
    let wrapper = std::env::current_exe().map_err(|error| failed(error.to_string()))?;
    let mut command = cargo();
    command.args(["check", "--workspace", "--all-targets", "--quiet"]);
    command.arg("--message-format=json-render-diagnostics").args(&build.arguments);
    if let Some(manifest) = &build.manifest {
        command.arg("--manifest-path").arg(manifest);
    }
    // A compiler cache would take this program for the compiler, and may answer without asking it.
    command.env("RUSTC_WORKSPACE_WRAPPER", wrapper).env("RUSTC_WRAPPER", "").env(STANDS_IN, "1");
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().map_err(|error| failed(format!("it cannot be started: {error}")))?;
    let mut artifacts = Vec::new();
    if let Some(output) = child.stdout.take() {
        let messages = CargoMessage::parse_stream(BufReader::new(output));
        artifacts.extend(messages.flatten().filter_map(|message| match message {
            CargoMessage::CompilerArtifact(artifact) => Some(artifact),
            _ => None,
        }));
    }
    match child.wait() {
        Ok(status) if status.success() => Ok(artifacts),
        Ok(status) => Err(failed(status.to_string())),
        Err(error) => Err(failed(error.to_string())),
    }
}

/// The kind of a target; `None` for build scripts, which nobody tunes.
fn kind(artifact: &Artifact) -> Option<Kind> {
    match artifact.target.kind.first()? {
        TargetKind::CustomBuild => None,
        TargetKind::Test => Some(Kind::Test),
        TargetKind::Bench => Some(Kind::Bench),
        _ if artifact.profile.test => Some(Kind::UnitTest),
        TargetKind::Example => Some(Kind::Example),
        TargetKind::Bin => Some(Kind::Bin),
        _ => Some(Kind::Lib),
    }
}

/// What a crate said: rustc's list of its dependencies lies beside what it made of it.
fn descriptors(artifact: &Artifact) -> Result<Vec<Descriptor>, Box<Message>> {
    let paths = artifact.filenames.iter().map(|file| file.as_std_path());
    let found = paths.flat_map(lists_beside).find_map(|path| std::fs::read_to_string(path).ok());
    let Some(text) = found else {
        let text = format!("the compiler left no list of dependencies for `{}`", artifact.target.name);
        let beside = artifact.filenames.first().map(ToString::to_string).unwrap_or_default();
        return Err(Box::new(
            Message::error("not-listed", text)
                .detail("looked in", format!("the folder of {beside}"))
                .fix(format!("cargo clean -p {}", artifact.target.name), "then check again"),
        ));
    };
    Ok(text.lines().filter_map(Descriptor::from_line).collect())
}

/// `libimgproc-0123.rmeta`   →   `imgproc-0123.d`, or under the file's own name where there is no `lib`.
fn lists_beside(path: &Path) -> Vec<PathBuf> {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let names = [stem.strip_prefix("lib").unwrap_or(&stem), &stem].map(|name| format!("{name}.d"));
    names.iter().map(|name| path.with_file_name(name)).collect()
}
