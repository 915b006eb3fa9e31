//! The same heavy endpoint in three frameworks, computed in four ways, under load: how many requests a second, how long they
//! take, and how long `/health` takes meanwhile.
//!
//! `load study` starts a server as a process of its own for each framework and way, loads it over loopback, and writes
//! `load.csv`, `first.csv` and the charts. `load whole` loads the real services, which read and write as well, and writes
//! `whole.csv`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod charts;
mod child;
mod drive;
mod first;
mod record;
mod row;
mod servers;
mod service;
mod stats;
mod study;
mod way;
mod whole;
mod work;

use way::{Framework, Way};

/// Loads one heavy endpoint per framework in four ways and charts what it costs
#[derive(Parser)]
struct Options {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Measure all frameworks and ways, and write the figures and the charts
    Study(Study),
    /// Load the whole services, which are built beside this program, with as many items in a request as they take
    Whole(Load),
    /// Draw the charts again from recorded figures
    Charts {
        /// The folder with `load.csv`
        folder: PathBuf,
        /// Where the charts go, if not there
        #[arg(long, value_name = "FOLDER")]
        out: Option<PathBuf>,
    },
    /// Have the services, which are built beside this program, measure themselves into the tuned file that they carry
    Record {
        /// The tuned file; what it holds of other functions stays
        #[arg(long, default_value = "amorsize.toml", value_name = "FILE")]
        file: PathBuf,
        /// Rounds of requests of each kind
        #[arg(long, default_value_t = 12)]
        rounds: usize,
    },
    /// Serve one framework in one way until stdin ends; what `study` starts
    Serve {
        /// Who serves
        framework: Framework,
        /// How the heavy request is computed
        way: Way,
        /// Items in one heavy request
        #[arg(long)]
        items: usize,
    },
}

/// What is asked for, and for how long.
#[derive(clap::Args, Clone, Debug)]
struct Load {
    /// Where the figures and the charts go
    #[arg(long, default_value = "target/load", value_name = "FOLDER")]
    out: PathBuf,
    /// Seconds that each server is loaded in each run
    #[arg(long, default_value_t = 30.0)]
    seconds: f64,
    /// Runs; each goes over all servers, and the median counts
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// Connections that send heavy requests, each the next as soon as it has the answer to the last
    #[arg(long, default_value_t = 8)]
    connections: usize,
    /// Items in one heavy request: instead of a number per framework that takes some tens of milliseconds serially, or, of whole
    /// services, of as many as they take
    #[arg(long)]
    items: Option<usize>,
}

/// What else a study is told.
#[derive(clap::Args, Clone, Debug)]
struct Study {
    #[command(flatten)]
    load: Load,
    /// Who serves; all of them unless some are named
    #[arg(long, value_name = "FRAMEWORK", value_delimiter = ',', default_values_t = Framework::ALL)]
    frameworks: Vec<Framework>,
    /// How the heavy request is computed; all ways unless some are named
    #[arg(long, value_name = "WAY", value_delimiter = ',', default_values_t = Way::ALL)]
    ways: Vec<Way>,
    /// Processes that are started cold and warm to see their first request
    #[arg(long, default_value_t = 10)]
    starts: usize,
}

fn main() -> ExitCode {
    let done = match Options::parse().verb {
        Verb::Study(study) => study::run(&study),
        Verb::Whole(load) => whole::run(&load),
        Verb::Charts { folder, out } => study::draw(&folder, out.as_ref().unwrap_or(&folder)),
        Verb::Record { file, rounds } => record::run(&file, rounds),
        Verb::Serve { framework, way, items } => servers::serve(framework, way, items),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("load: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whatever goes wrong while measuring.
type Done<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;
