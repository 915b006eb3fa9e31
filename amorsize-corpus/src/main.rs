//! `cargo run -p amorsize-corpus` prints the table over the crates that `sources/` pins; with folders, over those.
//! `--floor PERCENT` fails below so many per cent of the functions that the floor counts; `--functions` lists every
//! counted function with its verdict.
#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, thread};

use amorsize_corpus::report::Report;
use amorsize_corpus::sources::{self, Source};
use amorsize_corpus::survey;

/// What rustc's own threads have; syn needs it for deep nesting.
const STACK_BYTES: usize = 8 << 20;

fn main() -> ExitCode {
    let run = thread::Builder::new().stack_size(STACK_BYTES).spawn(run).expect("a thread can be made");
    match run.join() {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(message)) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
        Err(_) => ExitCode::FAILURE,
    }
}

fn run() -> Result<(), String> {
    let (mut floor, mut functions, mut sources) = (0, false, Vec::new());
    let mut arguments = env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--floor" => {
                let percent = arguments.next().and_then(|text| text.parse().ok());
                floor = percent.ok_or("`--floor` needs a number of per cent")?;
            }
            "--functions" => functions = true,
            folder => sources.push(Source { name: folder.to_owned(), folder: PathBuf::from(folder) }),
        }
    }
    if sources.is_empty() {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("sources/Cargo.toml");
        sources = sources::locked(&manifest)?;
    }
    let findings = survey(&sources);
    let report = Report(&findings);
    print!("{report}");
    if functions {
        for line in report.lines() {
            println!("{line}");
        }
    }
    let (recognised, all) = report.counted();
    match report.broken() {
        broken if !broken.is_empty() => Err(format!("the attribute broke a promise:\n{}", broken.join("\n"))),
        _ if recognised * 100 < all * floor => {
            Err(format!("{recognised} of {all} functions are recognised, which is less than {floor} %"))
        }
        _ => Ok(()),
    }
}
