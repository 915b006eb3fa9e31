//! `cargo amorsize …`: what people ask of the tuned file from the command line.
//!
//! So far it shows the file. It measures nothing and writes nothing.
#![forbid(unsafe_code)]

mod show;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "cargo amorsize", bin_name = "cargo amorsize", version, about = "The tuned file of amorsize", long_about = None)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Shows what the tuned file knows: one line per site
    #[command(after_help = "Exit code: 0, or 2 where there is no file that can be read.")]
    Show {
        /// The file; by default `amorsize.toml` beside the nearest `Cargo.lock`
        #[arg(long, value_name = "PATH")]
        file: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    // Cargo passes the name of the subcommand on: `cargo-amorsize amorsize show`.
    let mut arguments: Vec<_> = std::env::args_os().collect();
    if arguments.get(1).is_some_and(|first| first == "amorsize") {
        arguments.remove(1);
    }
    let Verb::Show { file } = Arguments::parse_from(arguments).verb;
    match show::show(file) {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}
