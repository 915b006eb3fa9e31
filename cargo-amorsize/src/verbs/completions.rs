//! The verb `completions`: the script that completes this command in a shell.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::{Answer, Outcome, Run};
use crate::Arguments;
use crate::message::Printer;

const EXAMPLES: &str = "\
Examples:
  cargo amorsize completions bash > ~/.local/share/bash-completion/completions/cargo-amorsize
  cargo amorsize completions fish > ~/.config/fish/completions/cargo-amorsize.fish
  cargo amorsize completions zsh > ~/.zfunc/_cargo-amorsize

They complete `cargo-amorsize VERB`; in zsh, cargo's own completion uses them for `cargo amorsize VERB` too.";

/// Prints the completions for a shell
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Completions {
    /// Which shell
    shell: Shell,
}

impl Run for Completions {
    fn run(self, printer: &Printer) -> Answer {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Arguments::command(), "cargo-amorsize", &mut script);
        printer.out(&String::from_utf8_lossy(&script));
        Ok(Outcome::InStep)
    }
}
