//! The verb `suggest`: what could have the attribute and does not. Reads sources, changes none, compiles nothing.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::{Answer, Outcome, Run};
use crate::message::{Format, Message, Printer};
use crate::suggest::{self, Sources, Suggestion};
use crate::tuned::shown;

const EXAMPLES: &str = "\
Examples:
  cargo amorsize suggest                       every package of the workspace
  cargo amorsize suggest --package imgproc     one of them
  cargo amorsize suggest src/blur.rs ../other  files and folders, also outside of a workspace
  cargo amorsize suggest --all                 with functions over cheap arithmetic, which are counted otherwise

What is listed first is worth it most: chains of rayon's, then serial functions with a loop or a call for each element. How
long the slices are is not known here. Whether the attribute takes a function is what the attribute itself says; what macros
write is not seen.

Exit codes: 0, or 2 where there is nothing that can be looked at.";

/// What the parser of Rust needs for deeply nested code; rustc's own threads have as much.
const STACK_BYTES: usize = 8 << 20;

/// Lists functions worth annotating, rayon's chains and hand-written thresholds: the way over from rayon
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Suggest {
    /// Files and folders [default: the packages of the workspace]
    #[arg(value_name = "PATH", conflicts_with = "packages")]
    paths: Vec<PathBuf>,

    /// Looks at this package only
    #[arg(long = "package", short, value_name = "NAME")]
    packages: Vec<String>,

    /// Lists functions with nothing but cheap arithmetic for each element, too
    #[arg(long)]
    all: bool,

    /// Looks at tests and benches, too
    #[arg(long)]
    all_targets: bool,

    #[command(flatten)]
    manifest: clap_cargo::Manifest,
}

/// What was looked at.
#[derive(Default)]
struct Looked {
    suggestions: Vec<Suggestion>,
    warnings: Vec<Message>,
    files: usize,
    functions: usize,
}

impl Run for Suggest {
    fn run(self, printer: &Printer) -> Answer {
        let wanted = Sources {
            paths: &self.paths,
            packages: &self.packages,
            with_tests: self.all_targets,
            manifest: self.manifest.manifest_path.as_deref(),
        };
        let files = suggest::sources(&wanted)?;
        let looked = std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
            let thread = thread.spawn_scoped(scope, || look(&files, self.all_targets));
            thread.map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        });
        let looked = looked.map_err(|error| {
            Box::new(Message::error("no-thread", format!("the system gives no thread to read with: {error}")))
        })?;
        looked.warnings.iter().for_each(|warning| printer.message(warning));
        self.tell(&looked, printer);
        Ok(Outcome::InStep)
    }
}

impl Suggest {
    fn tell(&self, looked: &Looked, printer: &Printer) {
        let Looked { suggestions, files, functions, .. } = looked;
        let count = suggestions.len();
        match printer.format() {
            Format::Json => {
                for one in suggestions {
                    printer.json(&json!({ "suggestion": one.value() }));
                }
                printer.json(&json!({ "summary": { "files": files, "functions": functions, "suggestions": count } }));
            }
            Format::Github => {
                for message in suggest::messages(suggestions, self.all) {
                    printer.message(&message);
                }
            }
            Format::Human => {
                printer.out(&suggest::of(suggestions, self.all));
                let files = if *files == 1 { "1 file".to_owned() } else { format!("{files} files") };
                let many = if count == 1 { "suggestion" } else { "suggestions" };
                printer.out(&format!("{count} {many}: looked at {functions} functions in {files}\n"));
            }
        }
    }
}

/// Reads every file; one that is no Rust is a warning.
fn look(files: &[PathBuf], with_tests: bool) -> Looked {
    let mut looked = Looked::default();
    for file in files {
        let warning = |text: String, line: Option<usize>| {
            let place = line.map_or_else(|| shown(file), |line| format!("{}:{line}", shown(file)));
            Message::warning("file-skipped", text).file(file, line).detail("looked in", place)
        };
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) => {
                looked.warnings.push(warning(format!("a file cannot be read: {error}"), None));
                continue;
            }
        };
        match suggest::of_file(file, &text, with_tests) {
            Ok((found, functions)) => {
                looked.files += 1;
                looked.functions += functions;
                looked.suggestions.extend(found);
            }
            Err(error) => {
                let line = error.span().start().line;
                looked.warnings.push(warning(format!("a file is no Rust that can be read: {error}"), Some(line)));
            }
        }
    }
    suggest::rank(&mut looked.suggestions);
    looked
}
