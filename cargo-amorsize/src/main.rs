//! `cargo amorsize VERB`: what people, CI and deployments ask of the tuned file from the command line.
//!
//! This file parses and turns what a verb found into an exit code; every verb is a file of its own under `verbs/`.
//! `message` lays out and prints what is wrong, for people, for programs and for GitHub; `tuned` finds and reads the file;
//! `sites` lists the annotated functions of the workspace, and `check` compares the two.
//!
//! # How a verb is added
//!
//! 1. `verbs/NAME.rs` holds a struct that derives [`clap::Args`] and is named like the verb. Its doc comment is the line
//!    in `cargo amorsize --help`; `#[command(after_help = EXAMPLES)]` shows how it is used, and says the exit codes.
//!    `#[command(hide = true)]` keeps a verb for machines out of the help. Where it reads the tuned file, it flattens
//!    [`tuned::Tuned`] (`--file`, `--manifest-path`).
//! 2. It implements [`verbs::Run`]. The answer goes to stdout through [`message::Printer::out`] or
//!    [`message::Printer::json`]; everything that is wrong is a [`message::Message`] that names the case, what was
//!    looked at and the command that fixes it. `Ok(Outcome::InStep)` is exit code 0, `Ok(Outcome::Drift)` is 1, and
//!    `Err(message)` is 2: what was asked cannot be answered.
//! 3. One line in the list of `verbs/mod.rs`.
//! 4. Its messages have goldens (`expect-test`), and the book's chapter names it.
#![forbid(unsafe_code)]
#![cfg_attr(
    test,
    allow(clippy::needless_raw_string_hashes, reason = "expect-test writes its goldens with them")
)]

mod chart;
mod check;
mod doctor;
mod forecast;
mod limit;
mod message;
mod named;
mod recording;
mod report;
mod sites;
mod suggest;
mod tuned;
mod units;
mod verbs;
mod workspace;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{ColorChoice, Parser};

use crate::message::{Format, Printer};
use crate::verbs::{Outcome, Run as _, Verb};

const EXIT_CODES: &str = "Exit codes: 0 in step, 1 drift or a finding, 2 what was asked cannot be answered.";

/// Record, check and explain what `#[parallelize]` measured.
#[derive(Debug, Parser)]
#[command(name = "cargo-amorsize", bin_name = "cargo amorsize", version, after_help = EXIT_CODES)]
#[command(styles = clap_cargo::style::CLAP_STYLING, long_about = None)]
pub(crate) struct Arguments {
    /// How findings are written
    #[arg(
        long,
        alias = "format",
        value_enum,
        default_value_t,
        global = true,
        value_name = "FORMAT",
        help_heading = "Output"
    )]
    message_format: Format,

    /// When to colour; `auto` heeds `NO_COLOR`, `CLICOLOR_FORCE` and whether it is a terminal
    #[arg(long, value_enum, default_value_t, global = true, value_name = "WHEN", help_heading = "Output")]
    color: ColorChoice,

    #[command(subcommand)]
    verb: Verb,
}

fn main() -> ExitCode {
    if let Some(code) = sites::stand_in().or_else(recording::stand_in) {
        return code;
    }
    let Arguments { message_format, color, verb } = Arguments::parse_from(arguments(std::env::args_os()));
    match color {
        ColorChoice::Auto => anstream::ColorChoice::Auto,
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
    }
    .write_global();
    let printer = Printer::new(message_format);
    match verb.run(&printer) {
        Ok(Outcome::InStep) => ExitCode::SUCCESS,
        Ok(Outcome::Drift) => ExitCode::from(1),
        Err(message) => {
            printer.message(&message);
            ExitCode::from(2)
        }
    }
}

/// Cargo passes the name of the subcommand on: `cargo-amorsize amorsize show`.
fn arguments(given: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<_> = given.collect();
    if arguments.get(1).is_some_and(|first| first == "amorsize") {
        arguments.remove(1);
    }
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn cargos_way_and_the_direct_way_are_one() {
        let given = |line: &str| arguments(line.split(' ').map(OsString::from));
        assert_eq!(given("cargo-amorsize amorsize show"), given("cargo-amorsize show"));
    }

    /// What clap checks of a definition, and what we promise of every verb.
    #[test]
    fn every_verb_says_how_it_is_used() {
        let mut command = Arguments::command();
        command.build();
        command.clone().debug_assert();
        for verb in command.get_subcommands().filter(|verb| verb.get_name() != "help" && !verb.is_hide_set())
        {
            let help = verb.clone().render_long_help().to_string();
            let example = format!("cargo amorsize {}", verb.get_name());
            let examples = help.split("Examples:").nth(1).unwrap_or_default();
            assert!(examples.contains(&example), "`{}` shows no example of itself:\n{help}", verb.get_name());
            assert!(verb.get_about().is_some(), "`{}` does not say what it is for", verb.get_name());
        }
    }
}
