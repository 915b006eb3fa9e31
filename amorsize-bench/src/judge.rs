//! Regret: the time of a contender over that of the best contender of the same case.
//!
//! Where the best is tiny, a ratio says nothing about what a user would notice: such a case is judged by the time added.

use crate::contenders::Contender;
use crate::row::{CaseKey, Row, by_case};
use crate::stats::geometric_mean;

/// The best contender's row of a case; `None` if nobody in it competes.
#[must_use]
pub fn best(case: &[Row]) -> Option<&Row> {
    case.iter().filter(|row| row.contender.competes()).min_by(|a, b| a.median_ns.total_cmp(&b.median_ns))
}

/// The fastest contender of a case that may use several threads: amorsize's CPU time is held against its.
#[must_use]
pub fn best_parallel(case: &[Row]) -> Option<&Row> {
    let peers = case.iter().filter(|row| row.contender.may_be_parallel() && !row.contender.is_ours());
    peers.min_by(|a, b| a.median_ns.total_cmp(&b.median_ns))
}

/// How a contender did at one case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// Time over the best time.
    Regret(f64),
    /// The best is tiny: ns more than it.
    Added(f64),
}

/// A first call may take so much longer than the best warmed contender's call, ns.
const FIRST_FINE_NS: f64 = 60e3;

/// Up to how many ns more than the best are fine, where the time added is what counts.
fn fine_ns(row: &Row) -> f64 {
    if row.contender.is_first() { FIRST_FINE_NS } else { row.case.rhythm.tiny_ns()[1] }
}

/// How `row` did, where `best_ns` is the best time of its case.
#[must_use]
pub fn verdict(row: &Row, best_ns: f64) -> Verdict {
    if best_ns < row.case.rhythm.tiny_ns()[0] || row.contender.is_first() {
        Verdict::Added(row.median_ns - best_ns)
    } else {
        Verdict::Regret(row.median_ns / best_ns)
    }
}

/// A figure and the case that it belongs to.
#[derive(Clone, Debug, PartialEq)]
pub struct Worst {
    /// The figure.
    pub value: f64,
    /// The case.
    pub case: CaseKey,
}

impl Worst {
    fn of(found: &mut Option<Self>, value: f64, case: &CaseKey) {
        if found.as_ref().is_none_or(|worst| value > worst.value) {
            *found = Some(Self { value, case: case.clone() });
        }
    }
}

/// How a contender did at several cases.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// Who.
    pub contender: Contender,
    /// Geometric mean of the regrets; NaN if no case has one.
    pub mean: f64,
    /// The worst regret.
    pub worst: Option<Worst>,
    /// Geometric mean over the cases with a regret: the 99th percentile of calls over the best time.
    pub p99: f64,
    /// Cases that are judged by time added.
    pub tiny: usize,
    /// Those among them in which more was added than is fine.
    pub tiny_over: usize,
    /// The most added to one of them, ns.
    pub most_added: Option<Worst>,
    /// Geometric mean over the cases with a regret: CPU time over that of the fastest contender of the case.
    pub cpu: f64,
    /// The same over the fastest parallel peer's, over the cases in which that peer is faster than serial.
    pub cpu_of_parallel: f64,
}

/// The scores of every contender that occurs in `rows`.
#[must_use]
pub fn scores(rows: &[Row]) -> Vec<Score> {
    let occurring = |contender: &Contender| rows.iter().any(|row| row.contender == *contender);
    Contender::ALL.into_iter().filter(occurring).map(|contender| score(contender, rows)).collect()
}

fn score(contender: Contender, rows: &[Row]) -> Score {
    let (mut regrets, mut p99) = (Vec::new(), Vec::new());
    let (mut cpu, mut cpu_of_parallel) = (Vec::new(), Vec::new());
    let (mut worst, mut most_added) = (None, None);
    let (mut tiny, mut tiny_over) = (0, 0);
    for case in by_case(rows) {
        let Some(row) = case.iter().find(|row| row.contender == contender) else { continue };
        let Some(best) = best(case) else { continue };
        match verdict(row, best.median_ns) {
            Verdict::Added(ns) => {
                tiny += 1;
                tiny_over += usize::from(ns > fine_ns(row));
                Worst::of(&mut most_added, ns, &row.case);
            }
            Verdict::Regret(regret) => {
                regrets.push(regret);
                p99.push(row.p99_ns / best.median_ns);
                Worst::of(&mut worst, regret, &row.case);
                // Beside a spinner, CPU time is not known.
                if row.cpu_ns.is_finite() {
                    cpu.push(row.cpu_ns / best.cpu_ns);
                    cpu_of_parallel.extend(against_parallel(row, case));
                }
            }
        }
    }
    Score {
        contender,
        mean: geometric_mean(regrets),
        p99: geometric_mean(p99),
        worst,
        tiny,
        tiny_over,
        most_added,
        cpu: geometric_mean(cpu),
        cpu_of_parallel: geometric_mean(cpu_of_parallel),
    }
}

/// CPU time of `row` over that of the fastest parallel peer, if that peer beats the plain loop.
fn against_parallel(row: &Row, case: &[Row]) -> Option<f64> {
    let serial = case.iter().find(|row| row.contender == Contender::Serial)?;
    let parallel = best_parallel(case)?;
    (parallel.median_ns < serial.median_ns).then(|| row.cpu_ns / parallel.cpu_ns)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::tests::row;

    fn two_cases() -> Vec<Row> {
        vec![
            row("1 µs", 100, Contender::Serial, 100_000.0),
            row("1 µs", 100, Contender::SerialAgain, 40_000.0),
            row("1 µs", 100, Contender::Rayon, 50_000.0),
            row("1 µs", 100, Contender::Auto, 60_000.0),
            row("1 µs", 200, Contender::Serial, 200_000.0),
            row("1 µs", 200, Contender::Rayon, 160_000.0),
            row("1 µs", 200, Contender::Auto, 100_000.0),
            row("1 ns", 4, Contender::Serial, 4.0),
            row("1 ns", 4, Contender::Rayon, 9.0),
            row("1 ns", 4, Contender::Auto, 15.0),
        ]
    }

    fn score_of(contender: Contender) -> Score {
        scores(&two_cases()).into_iter().find(|score| score.contender == contender).expect("occurs")
    }

    #[test]
    fn the_second_serial_arm_is_never_the_best() {
        assert_eq!(best(&two_cases()[..4]).map(|row| row.contender), Some(Contender::Rayon));
        let noise = score_of(Contender::SerialAgain);
        assert!((noise.mean - 0.8).abs() < 1e-12, "{noise:?}");
    }

    #[test]
    fn regret_has_a_mean_and_a_worst_case_with_its_name() {
        let serial = score_of(Contender::Serial);
        assert!((serial.mean - 2.0).abs() < 1e-12);
        let worst = score_of(Contender::Rayon).worst.expect("two regrets");
        assert!((worst.value - 1.6).abs() < 1e-12);
        assert_eq!(worst.case.part.to_string(), "1 µs × 200");
    }

    #[test]
    fn tiny_cases_are_judged_by_time_added() {
        let (rayon, auto) = (score_of(Contender::Rayon), score_of(Contender::Auto));
        assert_eq!([rayon.tiny, rayon.tiny_over, auto.tiny, auto.tiny_over], [1, 0, 1, 1]);
        assert!((auto.most_added.expect("one").value - 11.0).abs() < 1e-12);
    }

    #[test]
    fn first_calls_are_judged_by_time_added() {
        let rows = [
            row("1 ms", 16, Contender::Serial, 16e6),
            row("1 ms", 16, Contender::First, 16.05e6),
            row("1 ms", 16, Contender::FirstPool, 15e6),
        ];
        let scores = scores(&rows);
        assert_eq!([scores[1].tiny, scores[1].tiny_over, scores[2].tiny_over], [1, 0, 0]);
        assert!((scores[0].mean - 1.0).abs() < 1e-12, "a first call is never the best: {scores:?}");
    }

    #[test]
    fn cpu_time_is_held_against_the_fastest_and_the_fastest_parallel_peer() {
        let auto = score_of(Contender::Auto);
        assert!((auto.cpu - 1.2_f64.sqrt()).abs() < 1e-12);
        assert!((auto.cpu_of_parallel - (1.2_f64 * 0.625).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn without_rows_there_are_no_scores() {
        assert_eq!(scores(&[]), []);
        assert_eq!(best(&[]), None);
    }
}
