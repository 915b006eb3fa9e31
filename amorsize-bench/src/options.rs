//! The command line of the bench.

use std::path::PathBuf;

use clap::Parser;

use crate::cases::{Case, Group};
use crate::contenders::Contender;
use crate::measure::Effort;
use crate::rhythm::Rhythm;

/// amorsize beside its peers: the regret of each, per case, in one interleaved run.
#[derive(Clone, Debug, Parser)]
#[command(name = "peers", bin_name = "cargo bench -p amorsize-bench --bench peers --")]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct Options {
    /// Only cases whose name contains this, as `30 ns × 1000` does (`x` stands for `×`, `u` for `µ`).
    pub filter: Option<String>,
    /// Only this group of cases; may be given several times.
    #[arg(long, value_name = "NAME")]
    pub group: Vec<Group>,
    /// Only this rhythm; may be given several times.
    #[arg(long, value_name = "NAME")]
    pub rhythm: Vec<Rhythm>,
    /// Only these contenders, and the plain loop, by which answers are checked.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub arms: Vec<Contender>,
    /// Fewer rounds and, unless a filter or group is given, fewer cases.
    #[arg(long)]
    pub quick: bool,
    /// Repeats everything so often; per case the median counts.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    pub runs: u16,
    /// Writes figures and tables to `amorsize-bench/record/<machine class>/`.
    #[arg(long)]
    pub save: bool,
    /// Draws the grid, measured or read, as SVG into `docs/src/charts/`, and writes the chapter's tables there.
    #[arg(long)]
    pub charts: bool,
    /// Prints the tables of figures that `--save` wrote, and measures nothing.
    #[arg(long, value_name = "CSV")]
    pub from: Option<PathBuf>,
    /// Seed of orders and gaps.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Passed by cargo.
    #[arg(long, hide = true)]
    pub bench: bool,
    /// Set by the program when it has started itself with an environment of its own.
    #[arg(long, hide = true)]
    pub clean: bool,
}

impl Options {
    /// Whether the case is wanted.
    #[must_use]
    pub fn wants(&self, case: &Case) -> bool {
        let typed = |name: &str| name.replace('×', "x").replace('µ', "u");
        let filter = typed(self.filter.as_deref().unwrap_or_default());
        let everything = self.group.is_empty() && filter.is_empty();
        (case.quick || !self.quick || !everything)
            && (self.group.is_empty() || self.group.contains(&case.group))
            && case.parts.iter().any(|part| typed(&part.to_string()).contains(&filter))
    }

    /// Whether the rhythm is wanted.
    #[must_use]
    pub fn wants_rhythm(&self, rhythm: Rhythm) -> bool {
        self.rhythm.is_empty() || self.rhythm.contains(&rhythm)
    }

    /// The contenders, in the order of the tables; the plain loop is always among them.
    #[must_use]
    pub fn contenders(&self) -> Vec<Contender> {
        let wanted = |contender: &Contender| {
            self.arms.is_empty() || *contender == Contender::Serial || self.arms.contains(contender)
        };
        Contender::ALL.into_iter().filter(wanted).collect()
    }

    /// How many rounds.
    #[must_use]
    pub fn effort(&self) -> Effort {
        if self.quick { Effort::QUICK } else { Effort::FULL }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases;

    fn options(arguments: &[&str]) -> Options {
        let all = ["peers"].into_iter().chain(arguments.iter().copied());
        Options::try_parse_from(all).expect("valid arguments")
    }

    #[test]
    fn cases_are_chosen_by_name_and_group() {
        let all = cases::all();
        let chosen = |arguments: &[&str]| {
            let options = options(arguments);
            all.iter().filter(|case| options.wants(case)).map(Case::name).collect::<Vec<_>>()
        };
        assert_eq!(chosen(&["300 ns x 16"]), ["300 ns × 16"]);
        assert_eq!(chosen(&["length jump 30 ns x 100000"]), ["length jump 30 ns × 100"]);
        assert_eq!(chosen(&["10 us x 1000"]), ["10 µs × 1000"]);
        assert_eq!(chosen(&["--group", "grid", "--bench", "1 ms"]).len(), 3);
        assert_eq!(chosen(&["--quick", "--group", "grid"]).len(), 60);
        assert!(chosen(&["--quick"]).len() < all.len() / 2);
        assert_eq!(chosen(&[]).len(), all.len());
        assert_eq!(chosen(&["--group", "grid"]).len(), 60);
    }

    #[test]
    fn the_plain_loop_is_always_among_the_contenders() {
        let chosen = options(&["--arms", "auto,rayon-tuned"]).contenders();
        assert_eq!(chosen, [Contender::Serial, Contender::RayonTuned, Contender::Auto]);
        assert_eq!(options(&[]).contenders(), Contender::ALL);
    }

    #[test]
    fn rhythms_are_chosen_by_name() {
        let chosen = options(&["--rhythm", "gaps", "--rhythm", "gap-3ms"]);
        let names: Vec<String> = Rhythm::ALL
            .into_iter()
            .filter(|&rhythm| chosen.wants_rhythm(rhythm))
            .map(|r| r.to_string())
            .collect();
        assert_eq!(names, ["gaps", "gap-3ms"]);
        assert!(Options::try_parse_from(["peers", "--rhythm", "often"]).is_err());
    }
}
