//! amorsize beside its peers: regret per case, in one interleaved run. `--help` lists what can be chosen.

use std::process::ExitCode;

fn main() -> ExitCode {
    amorsize_bench::run::main()
}
