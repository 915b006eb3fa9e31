//! Simulated machines of 2 to 256 cores: how far the decisions of the runtime are from the best there could be.
//!
//! The decisions are those of `amorsize_runtime::tune` itself, taken call after call by a site that starts from nothing
//! and learns; time is simulated, event by event, so that a machine needs no building and a run no quiet. Seeded: the same
//! seed gives the same table.

pub mod machine;
pub mod oracle;
pub mod region;
pub mod site;
pub mod work;

use machine::Machine;
use site::Site;
use work::Work;

/// Calls of each case, of which the second half is judged.
pub const CALLS: usize = 60;

/// How one case went on one machine.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The case.
    pub work: Work,
    /// Mean time of a call in the second half / the best.
    pub regret: f64,
    /// Mean time of all calls after the first / the best: what learning costs is in it.
    pub learning: f64,
    /// Threads of the last call.
    pub workers: usize,
    /// Threads of the best; 1 for serial.
    pub best_workers: usize,
    /// The best, ns.
    pub best_ns: f64,
}

/// Runs `calls` calls of one case on one machine.
#[must_use]
pub fn judge(machine: &Machine, work: &Work, calls: usize, seed: u64) -> Verdict {
    let best = oracle::best(machine, work, seed);
    let mut site = Site::new(machine, seed);
    let runs: Vec<(f64, usize)> = (0..calls).map(|_| site.call(work)).collect();
    let mean = |runs: &[(f64, usize)]| runs.iter().map(|run| run.0).sum::<f64>() / runs.len() as f64;
    Verdict {
        work: *work,
        regret: mean(&runs[calls / 2..]) / best.ns,
        learning: mean(&runs[1..]) / best.ns,
        workers: runs.last().map_or(1, |run| run.1),
        best_workers: best.workers,
        best_ns: best.ns,
    }
}

/// Geometric mean of some ratios.
#[must_use]
pub fn mean(ratios: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = ratios.fold((0.0, 0), |(sum, count), ratio| (sum + ratio.ln(), count + 1));
    (sum / f64::from(count.max(1))).exp()
}

/// One machine's line of the table.
#[must_use]
pub fn line(name: &str, verdicts: &[Verdict]) -> String {
    let worst = verdicts.iter().max_by(|a, b| a.regret.total_cmp(&b.regret));
    let named = worst.map_or(String::new(), |worst| {
        format!(
            "{:.2} | {}: {} workers, best {}",
            worst.regret, worst.work, worst.workers, worst.best_workers
        )
    });
    format!(
        "| {name} | {:.3} | {:.3} | {named} |\n",
        mean(verdicts.iter().map(|verdict| verdict.regret)),
        mean(verdicts.iter().map(|verdict| verdict.learning)),
    )
}

/// The head of the table.
pub const HEAD: &str =
    "| machine | regret, mean | with learning | worst | worst case |\n|---|---|---|---|---|\n";

#[cfg(test)]
mod tests {
    use super::*;

    /// A part of the table that the book and `docs/decisions/0016` give, held to the targets of the whole. Nothing is timed:
    /// the same seeds give the same table everywhere.
    #[test]
    fn decisions_are_close_to_the_best_on_small_machines() {
        let short = |work: &&Work| work.len as f64 * work.item_ns <= 1e7 && work.len <= 100_000;
        for machine in Machine::all().iter().filter(|machine| machine.threads() <= 16) {
            let cases = Work::all();
            let verdicts: Vec<_> = cases
                .iter()
                .filter(short)
                .enumerate()
                .map(|(k, work)| judge(machine, work, CALLS, k as u64))
                .collect();
            let regret = mean(verdicts.iter().map(|verdict| verdict.regret));
            assert!(regret <= 1.05, "{}", line(machine.name, &verdicts));
            assert!(
                verdicts.iter().all(|verdict| verdict.regret <= 1.3),
                "{}",
                line(machine.name, &verdicts)
            );
        }
    }
}
