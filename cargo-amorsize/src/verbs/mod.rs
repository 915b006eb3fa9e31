//! The verbs, a file each. The list below is all that knows of them.

use crate::message::{Message, Printer};

/// What a verb found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing that anybody has to act on; exit code 0.
    InStep,
    /// A finding; exit code 1.
    Drift,
}

/// What came of a verb; an error means that what was asked cannot be answered, exit code 2.
pub(crate) type Answer = Result<Outcome, Box<Message>>;

/// A verb with its arguments.
pub(crate) trait Run {
    /// Does what was asked.
    ///
    /// # Errors
    /// Why it cannot be answered.
    fn run(self, printer: &Printer) -> Answer;
}

/// The modules of the verbs, the enum that clap parses, and the way to their `run`.
macro_rules! verbs {
    ($($(#[$attribute:meta])* $module:ident::$verb:ident,)*) => {
        $(pub(crate) mod $module;)*

        #[derive(Debug, clap::Subcommand)]
        pub(crate) enum Verb {
            $($(#[$attribute])* $verb($module::$verb),)*
        }

        impl Run for Verb {
            fn run(self, printer: &Printer) -> Answer {
                match self {
                    $(Self::$verb(verb) => verb.run(printer),)*
                }
            }
        }
    };
}

verbs! {
    check::Check,
    completions::Completions,
    diff::Diff,
    doctor::Doctor,
    explain::Explain,
    init::Init,
    #[command(hide = true)]
    merge_driver::MergeDriver,
    report::Report,
    show::Show,
    suggest::Suggest,
    tune::Tune,
}
