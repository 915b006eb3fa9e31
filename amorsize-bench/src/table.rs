//! Tables as text: a line per case while it is measured, and a table of scores per group and rhythm.

use std::fmt::Write as _;

use crate::cases::Group;
use crate::contenders::Contender;
use crate::human;
use crate::judge::{self, Score, Verdict, Worst};
use crate::rhythm::Rhythm;
use crate::row::{CaseKey, Row, by_case};

/// The head over the lines of [`case_line`].
#[must_use]
pub fn case_head(contenders: &[Contender]) -> String {
    let mut line = format!("{:<28} {:>10} {:<13}", "case", "best", "by");
    for contender in contenders {
        let _ = write!(line, " {:>12}", contender.name());
    }
    line
}

/// One case: the best time, and every contender's regret or, where the best is tiny, the time added.
#[must_use]
pub fn case_line(contenders: &[Contender], case: &[Row]) -> String {
    let (Some(best), Some(first)) = (judge::best(case), case.first()) else { return String::new() };
    let name = first.case.part.to_string();
    let mut line = format!("{name:<28} {:>10} {:<13}", human(best.median_ns), best.contender.name());
    for contender in contenders {
        let row = case.iter().find(|row| row.contender == *contender);
        let cell = match row.map(|row| judge::verdict(row, best.median_ns)) {
            Some(Verdict::Regret(regret)) => format!("{regret:.2}"),
            Some(Verdict::Added(ns)) => added(ns),
            None => "–".to_owned(),
        };
        let _ = write!(line, " {cell:>12}");
    }
    line
}

/// What `each` makes of the rows of every group and rhythm that occur, in order.
pub(crate) fn grouped(rows: &[Row], each: impl Fn(&str, &[Row]) -> String) -> String {
    let mut text = String::new();
    for group in Group::ALL {
        for rhythm in Rhythm::ALL {
            let of: Vec<Row> = rows
                .iter()
                .filter(|row| row.case.group == group && row.case.rhythm == rhythm)
                .cloned()
                .collect();
            if !of.is_empty() {
                let title = format!("{group}, {rhythm}: {} cases", by_case(&of).count());
                let _ = writeln!(text, "{}", each(&title, &of));
            }
        }
    }
    text
}

/// The scores of every group in every rhythm.
#[must_use]
pub fn all_scores(rows: &[Row]) -> String {
    grouped(rows, |title, rows| scores(title, &judge::scores(rows)))
}

/// A line for every case, under a head per group and rhythm.
#[must_use]
pub fn all_cases(rows: &[Row]) -> String {
    grouped(rows, |title, rows| {
        let occurring = |contender: &Contender| rows.iter().any(|row| row.contender == *contender);
        let contenders: Vec<Contender> = Contender::ALL.into_iter().filter(occurring).collect();
        let lines: Vec<String> = by_case(rows).map(|case| case_line(&contenders, case)).collect();
        format!("{title}\n{}\n{}\n", case_head(&contenders), lines.join("\n"))
    })
}

/// Every contender's times at every case.
#[must_use]
pub fn details(rows: &[Row]) -> String {
    let mut table = String::new();
    for case in by_case(rows) {
        let CaseKey { rhythm, part, .. } = &case[0].case;
        let _ = writeln!(
            table,
            "{:<40} {:>10} {:>10} {:>10} {:>10}",
            format!("{part}, {rhythm}"),
            "median",
            "p50",
            "p99",
            "cpu"
        );
        for row in case {
            let [median, p50, p99, cpu] = [row.median_ns, row.p50_ns, row.p99_ns, row.cpu_ns].map(human);
            let _ =
                writeln!(table, "{:<40} {median:>10} {p50:>10} {p99:>10} {cpu:>10}", row.contender.name());
        }
    }
    table
}

/// The scores of a group in a rhythm.
#[must_use]
pub fn scores(title: &str, scores: &[Score]) -> String {
    let mut table = format!("{title}\n");
    let _ = writeln!(
        table,
        "{:<13} {:>6} {:>7}  {:<27} {:>8}  {:>9} {:>10}  {:<22} {:>8} {:>8}",
        "contender",
        "mean",
        "worst",
        "at",
        "p99/best",
        "tiny over",
        "most added",
        "at",
        "cpu/best",
        "cpu/par"
    );
    for score in scores {
        let _ = writeln!(
            table,
            "{:<13} {:>6} {:>7}  {:<27} {:>8}  {:>9} {:>10}  {:<22} {:>8} {:>8}",
            score.contender.name(),
            ratio(score.mean),
            score.worst.as_ref().map_or_else(|| "–".to_owned(), |worst| ratio(worst.value)),
            name(score.worst.as_ref()),
            ratio(score.p99),
            format!("{}/{}", score.tiny_over, score.tiny),
            score.most_added.as_ref().map_or_else(|| "–".to_owned(), |worst| added(worst.value)),
            name(score.most_added.as_ref()),
            ratio(score.cpu),
            ratio(score.cpu_of_parallel),
        );
    }
    table
}

fn name(worst: Option<&Worst>) -> String {
    worst.map_or_else(|| "–".to_owned(), |worst| worst.case.part.to_string())
}

pub(crate) fn ratio(ratio: f64) -> String {
    if ratio.is_nan() { "–".to_owned() } else { format!("{ratio:.2}") }
}

pub(crate) fn added(ns: f64) -> String {
    if ns < 0.0 { format!("-{}", human(-ns)) } else { format!("+{}", human(ns)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::tests::row;

    #[test]
    fn a_case_is_one_line() {
        let case = [
            row("1 µs", 100, Contender::Serial, 100_000.0),
            row("1 µs", 100, Contender::SerialAgain, 99_000.0),
            row("1 µs", 100, Contender::Auto, 50_000.0),
        ];
        let all = [Contender::Serial, Contender::SerialAgain, Contender::Rayon, Contender::Auto];
        let words = |line: String| line.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(words(case_line(&all, &case)), "1 µs × 100 50.00 µs auto 2.00 1.98 – 1.00");
        let tiny = [row("1 ns", 4, Contender::Serial, 4.0), row("1 ns", 4, Contender::Auto, 5.5)];
        assert_eq!(words(case_line(&all, &tiny)), "1 ns × 4 4.0 ns serial +0.0 ns – – +1.5 ns");
        assert_eq!(case_line(&all, &[]), "");
    }

    #[test]
    fn scores_name_the_worst_case() {
        let rows = [
            row("1 µs", 100, Contender::Serial, 100_000.0),
            row("1 µs", 100, Contender::Auto, 50_000.0),
            row("1 ns", 4, Contender::Serial, 4.0),
            row("1 ns", 4, Contender::Auto, 15.0),
        ];
        let table = scores("grid", &judge::scores(&rows));
        let lines: Vec<String> =
            table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(lines[0], "grid");
        assert_eq!(lines[2], "serial 2.00 2.00 1 µs × 100 2.00 0/1 +0.0 ns 1 ns × 4 2.00 –");
        assert_eq!(lines[3], "auto 1.00 1.00 1 µs × 100 1.00 1/1 +11.0 ns 1 ns × 4 1.00 –");
    }
}
