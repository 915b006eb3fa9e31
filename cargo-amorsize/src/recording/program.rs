//! Which command is recorded: what the user named, else what the workspace has that measures.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use cargo_metadata::TargetKind;
use clap::Args;

use crate::message::Message;
use crate::workspace;

/// What the user asked for: a target by name, a command behind `--`, or neither.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub(crate) struct Target {
    /// Runs this bench
    #[arg(long, value_name = "NAME", group = "target")]
    bench: Option<String>,

    /// Runs this test, in release
    #[arg(long, value_name = "NAME", group = "target")]
    test: Option<String>,

    /// Runs this example, in release
    #[arg(long, value_name = "NAME", group = "target")]
    example: Option<String>,

    /// Runs this program of the workspace, in release
    #[arg(long, value_name = "NAME", group = "target")]
    bin: Option<String>,

    /// The program's own arguments, or a whole command
    #[arg(last = true, value_name = "COMMAND")]
    rest: Vec<OsString>,
}

impl Target {
    /// Whether nothing at all was named.
    pub(crate) fn is_open(&self) -> bool {
        self.named().is_none() && self.rest.is_empty()
    }

    /// Cargo's words for the target that was named. In release: nothing else is recorded.
    fn named(&self) -> Option<Vec<OsString>> {
        let targets = [
            (&self.bench, &["bench", "--bench"][..]),
            (&self.test, &["test", "--release", "--test"]),
            (&self.example, &["run", "--release", "--example"]),
            (&self.bin, &["run", "--release", "--bin"]),
        ];
        targets.into_iter().find_map(|(name, words)| {
            let name = name.as_ref()?;
            Some(words.iter().copied().chain([name.as_str()]).map(Into::into).collect())
        })
    }
}

/// A command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Program {
    pub(crate) words: Vec<OsString>,
    /// Whether it is cargo that runs programs, with our words.
    pub(super) is_cargo: bool,
}

impl Program {
    /// The command for what is wanted; our choice where nothing is. Words behind `--` are the program's own, or the whole
    /// command where no target is named.
    ///
    /// # Errors
    /// If nothing is named and cargo does not understand the workspace.
    pub(crate) fn new(target: &Target, manifest: Option<&Path>) -> Result<Self, Box<Message>> {
        let rest = &target.rest;
        let mut words = match target.named() {
            Some(words) => words,
            None if !rest.is_empty() => return Ok(Self { words: rest.clone(), is_cargo: false }),
            None => chosen(&targets(manifest)?),
        };
        words.insert(0, std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        if let Some(manifest) = manifest {
            words.extend(["--manifest-path".into(), manifest.into()]);
        }
        if !rest.is_empty() {
            words.push("--".into());
            words.extend(rest.iter().cloned());
        }
        Ok(Self { words, is_cargo: true })
    }

    /// As it is typed.
    pub(crate) fn shown(&self) -> String {
        let mut words: Vec<_> = self.words.iter().map(|word| word.to_string_lossy().into_owned()).collect();
        if let Some(first) = words.first_mut() {
            if Path::new(first.as_str()).file_stem().is_some_and(|stem| stem == "cargo") {
                "cargo".clone_into(first);
            }
        }
        words.join(" ")
    }

    /// Ready to be started.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(self.words.first().cloned().unwrap_or_default());
        command.args(self.words.iter().skip(1));
        command
    }
}

/// The kinds and names of the workspace's targets.
fn targets(manifest: Option<&Path>) -> Result<Vec<(TargetKind, String)>, Box<Message>> {
    let metadata = workspace::metadata(manifest, "cargo amorsize tune -- COMMAND", "records any command")?;
    let targets = metadata.workspace_packages().into_iter().flat_map(|package| package.targets.clone());
    Ok(targets.filter_map(|target| Some((target.kind.first()?.clone(), target.name))).collect())
}

/// Benches before the program before tests: what measures on purpose has the lengths that matter.
fn chosen(targets: &[(TargetKind, String)]) -> Vec<OsString> {
    let of = |wanted: TargetKind| targets.iter().filter(move |(kind, _)| *kind == wanted);
    if of(TargetKind::Bench).next().is_some() {
        return ["bench", "--workspace", "--benches"].map(Into::into).to_vec();
    }
    match (of(TargetKind::Bin).next(), of(TargetKind::Bin).nth(1)) {
        (Some((_, name)), None) => ["run", "--release", "--bin", name].map(Into::into).to_vec(),
        _ => ["test", "--release", "--workspace"].map(Into::into).to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_measures_is_chosen_first() {
        let bin = |name: &str| (TargetKind::Bin, name.to_owned());
        let lib = (TargetKind::Lib, "lib".to_owned());
        for (targets, expected) in [
            (vec![lib.clone(), bin("a"), (TargetKind::Bench, "b".to_owned())], "bench --workspace --benches"),
            (vec![lib.clone(), bin("a")], "run --release --bin a"),
            (vec![bin("a"), bin("b")], "test --release --workspace"),
            (vec![lib], "test --release --workspace"),
        ] {
            let words: Vec<_> =
                chosen(&targets).iter().map(|word| word.to_string_lossy().into_owned()).collect();
            assert_eq!(words.join(" "), expected);
        }
    }

    #[test]
    fn a_target_is_released_and_keeps_its_own_arguments() {
        let name = |name: &str| Some(name.to_owned());
        for (target, expected) in [
            (Target { bench: name("b"), ..Target::default() }, "cargo bench --bench b -- --quick x"),
            (Target { test: name("t"), ..Target::default() }, "cargo test --release --test t -- --quick x"),
            (
                Target { example: name("e"), ..Target::default() },
                "cargo run --release --example e -- --quick x",
            ),
            (Target { bin: name("p"), ..Target::default() }, "cargo run --release --bin p -- --quick x"),
            (Target::default(), "--quick x"),
        ] {
            let target = Target { rest: vec!["--quick".into(), "x".into()], ..target };
            assert!(!target.is_open());
            assert_eq!(Program::new(&target, None).unwrap().shown(), expected);
        }
        assert!(Target::default().is_open());
    }
}
