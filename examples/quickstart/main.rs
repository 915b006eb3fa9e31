//! amorsize on a folder of text: annotated functions, what they found, what was decided, and what it brought.
//!
//! ```text
//! cargo run --release --example quickstart [DIR]
//! ```
//!
//! Without DIR the sources of this project's own dependencies are read. Run it twice: the second run starts warm.

mod analyse;
mod compare;
mod walk;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;
use std::{env, fmt};

use analyse::Document;

const USAGE: &str = "usage: cargo run --release --example quickstart [DIR]";

/// Why a run did not end well.
enum Trouble {
    Nothing(walk::Nothing),
    NoneReadable,
    Different(usize),
    Output(io::Error),
}

impl From<io::Error> for Trouble {
    fn from(why: io::Error) -> Self {
        Self::Output(why)
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing(nothing) => nothing.fmt(f),
            Self::NoneReadable => f.write_str("none of the files can be read"),
            Self::Different(functions) => {
                write!(f, "{functions} functions answered differently: a bug, please report it")
            }
            Self::Output(why) => write!(f, "cannot write the report: {why}"),
        }
    }
}

fn main() -> ExitCode {
    let mut arguments = env::args_os().skip(1);
    let named = arguments.next().map(PathBuf::from);
    let flag = named.as_ref().is_some_and(|named| named.as_os_str().as_encoded_bytes().starts_with(b"-"));
    if flag || arguments.next().is_some() {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    }
    match run(named, &mut io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        // The reader has seen enough, as in `… | head`.
        Err(Trouble::Output(why)) if why.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("error: {trouble}");
            ExitCode::FAILURE
        }
    }
}

/// Walks, analyses, compares, and says what was decided.
fn run(named: Option<PathBuf>, out: &mut impl Write) -> Result<(), Trouble> {
    let corpus = walk::corpus(named).map_err(Trouble::Nothing)?;

    let start = Instant::now();
    let documents = analyse::documents(&corpus.paths);
    if documents.is_empty() {
        return Err(Trouble::NoneReadable);
    }
    findings(&corpus, &documents, out)?;
    writeln!(
        out,
        "\nRead and analysed in {}: the first call of every function in this process.",
        compare::readable(start.elapsed())
    )?;

    writeln!(
        out,
        "\nSerial against amorsize: medians of {} calls each, in turns, on the same data\n",
        compare::ROUNDS
    )?;
    writeln!(out, "{}", compare::Row::HEADING)?;
    let rows = compare::all(&corpus.paths, &documents);
    for row in &rows {
        writeln!(out, "{row}")?;
    }

    decided(out)?;
    let different = rows.iter().filter(|row| !row.is_same()).count();
    if different > 0 { Err(Trouble::Different(different)) } else { Ok(()) }
}

/// What amorsize decided, whether it started from an earlier run, and where that is kept.
fn decided(out: &mut impl Write) -> io::Result<()> {
    amorsize::flush();
    let decisions = amorsize::decisions();
    writeln!(out, "\n{decisions}")?;
    let warm = decisions.sites.iter().filter(|site| site.warm).count();
    if warm > 0 {
        writeln!(
            out,
            "Warm start: {warm} of {} functions began with what an earlier run had measured.",
            decisions.sites.len()
        )?;
    } else if matches!(decisions.mode.as_str(), "auto" | "record") {
        writeln!(out, "Cold start: nothing was known beforehand. Run it again, and it starts warm.")?;
    }
    writeln!(out, "Tuned file: {}", decisions.file)?;
    let next = match decisions.mode.as_str() {
        "record" => "Commit it: the next process starts from it.",
        "auto" => {
            "AMORSIZE=record writes it, to be committed; until then, notes stay in cargo's target folder."
        }
        _ => "This mode writes nothing.",
    };
    writeln!(out, "{next}")
}

/// A short report of what is in the files.
fn findings(corpus: &walk::Corpus, documents: &[Document], out: &mut impl Write) -> io::Result<()> {
    let bytes: usize = documents.iter().map(|document| document.bytes.len()).sum();
    writeln!(
        out,
        "{}: {} files, {:.1} MiB",
        corpus.origin,
        documents.len(),
        bytes as f64 / f64::from(1 << 20)
    )?;
    if documents.len() < corpus.paths.len() {
        writeln!(out, "  {} more cannot be read", corpus.paths.len() - documents.len())?;
    }
    if corpus.left_out > 0 {
        writeln!(out, "  {} more files were left out: enough for a demonstration", corpus.left_out)?;
    }

    let digests = analyse::digests(documents);
    let mut distinct = digests.clone();
    distinct.sort_unstable();
    distinct.dedup();
    writeln!(out, "  {} files are copies of others, by SHA-256", digests.len() - distinct.len())?;

    let entropies = analyse::entropies(documents);
    let densest = documents.iter().zip(&entropies).max_by(|a, b| a.1.total_cmp(b.1));
    if let Some((document, bits)) = densest {
        writeln!(
            out,
            "  {:.2} bits per byte on average; densest, with {bits:.2}: {}",
            analyse::mean(&entropies),
            short(&document.path)
        )?;
    }

    let tokens = analyse::token_counts(documents);
    writeln!(out, "  {} tokens in the {} files that are text", tokens.iter().sum::<usize>(), tokens.len())?;

    let counts = analyse::word_counts(documents);
    let mut words: Vec<(&str, u32)> =
        counts.into_iter().filter(|(word, _)| word.chars().count() > 3).collect();
    words.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let most: Vec<String> = words.iter().take(8).map(|(word, count)| format!("{word} {count}")).collect();
    writeln!(out, "  most frequent words of four letters and more: {}", most.join(", "))?;

    match analyse::total_lines(&corpus.paths) {
        Ok(lines) => writeln!(out, "  {lines} lines in total"),
        Err(unreadable) => writeln!(out, "  no total of lines, the first unreadable file is {unreadable}"),
    }
}

/// The end of a path, which tells files apart well enough.
fn short(path: &Path) -> String {
    let end: Vec<_> = path.iter().rev().take(4).collect();
    end.into_iter().rev().collect::<PathBuf>().display().to_string()
}
