//! What was measured for one contender at one case: the row of a recorded result.

use crate::cases::{Group, Part};
use crate::contenders::Contender;
use crate::rhythm::Rhythm;
use crate::stats::median;

/// Which case, in which rhythm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseKey {
    /// The table it stands in.
    pub group: Group,
    /// When calls were made.
    pub rhythm: Rhythm,
    /// Work and length.
    pub part: Part,
}

/// One contender at one case.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Which case.
    pub case: CaseKey,
    /// Who.
    pub contender: Contender,
    /// What decides: the median over rounds of a round's time per call, ns.
    pub median_ns: f64,
    /// Half of all calls took at most so long, ns.
    pub p50_ns: f64,
    /// 99 of 100 calls took at most so long, ns. Calls below 2 µs are not timed one by one: of them, rounds.
    pub p99_ns: f64,
    /// User and system time of the process per call, ns.
    pub cpu_ns: f64,
}

/// One row per case and contender: the medians of what several runs measured, in the order of the first.
#[must_use]
pub fn median_of_runs(runs: Vec<Vec<Row>>) -> Vec<Row> {
    let mut all = runs.into_iter();
    let mut rows = all.next().unwrap_or_default();
    let others: Vec<Vec<Row>> = all.collect();
    for row in &mut rows {
        let same: Vec<&Row> = others
            .iter()
            .flatten()
            .filter(|other| other.case == row.case && other.contender == row.contender)
            .collect();
        let of =
            |field: fn(&Row) -> f64| median(same.iter().map(|row| field(row)).chain([field(row)]).collect());
        let [median_ns, p50_ns, p99_ns, cpu_ns] =
            [of(|row| row.median_ns), of(|row| row.p50_ns), of(|row| row.p99_ns), of(|row| row.cpu_ns)];
        *row = Row { median_ns, p50_ns, p99_ns, cpu_ns, ..row.clone() };
    }
    rows
}

/// Rows of the same case stand together: one slice per case.
pub fn by_case(rows: &[Row]) -> impl Iterator<Item = &[Row]> {
    rows.chunk_by(|a, b| a.case == b.case)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A row whose every figure is `ns`.
    pub(crate) fn row(work: &str, n: usize, contender: Contender, ns: f64) -> Row {
        let part = Part { work: work.to_owned(), n };
        Row {
            case: CaseKey { group: Group::Grid, rhythm: Rhythm::BackToBack, part },
            contender,
            median_ns: ns,
            p50_ns: ns,
            p99_ns: ns,
            cpu_ns: ns,
        }
    }

    #[test]
    fn runs_are_joined_by_case_and_contender() {
        let run = |serial, rayon| {
            vec![
                row("1 ns", 10, Contender::Serial, serial),
                row("1 ns", 10, Contender::Rayon, rayon),
                row("1 ns", 20, Contender::Rayon, 2.0 * rayon),
            ]
        };
        let joined = median_of_runs(vec![run(5.0, 1.0), run(3.0, 9.0), run(4.0, 2.0)]);
        assert_eq!(joined, run(4.0, 2.0));
    }

    #[test]
    fn one_run_stays_as_it_is() {
        let run = vec![row("1 ns", 10, Contender::Serial, 5.0)];
        assert_eq!(median_of_runs(vec![run.clone()]), run);
        assert_eq!(median_of_runs(Vec::new()), []);
    }

    #[test]
    fn cases_are_told_apart() {
        let rows = [
            row("1 ns", 10, Contender::Serial, 1.0),
            row("1 ns", 10, Contender::Rayon, 1.0),
            row("1 ns", 20, Contender::Serial, 1.0),
        ];
        assert_eq!(by_case(&rows).map(<[Row]>::len).collect::<Vec<_>>(), [2, 1]);
    }
}
