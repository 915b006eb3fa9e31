//! The tables of the book's chapter: the scores, and every case at which amorsize is not close to the best.

use std::fmt::Write as _;

use crate::contenders::Contender;
use crate::human;
use crate::judge::{self, Score, Verdict, Worst};
use crate::row::{Row, by_case};
use crate::table::{added, grouped, ratio};

/// A regret above this is a loss: the target of the grid back to back.
const LOSS: f64 = 1.25;

/// Everything, as Markdown.
#[must_use]
pub fn tables(rows: &[Row]) -> String {
    let scores = grouped(rows, |title, rows| format!("### {title}\n\n{}", score_table(&judge::scores(rows))));
    format!("{scores}### Where amorsize loses\n\n{}", losses(rows))
}

fn score_table(scores: &[Score]) -> String {
    let mut table = String::from(
        "| contender | mean | worst | at | p99 | tiny, over | most added | at | CPU |\n|---|---|---|---|---|---|---|---|---|\n",
    );
    let at = |worst: Option<&Worst>| worst.map_or_else(String::new, |worst| worst.case.part.to_string());
    for score in scores {
        let _ = writeln!(
            table,
            "| {} | {} | {} | {} | {} | {} of {} | {} | {} | {} |",
            score.contender.name(),
            ratio(score.mean),
            score.worst.as_ref().map_or_else(|| "–".to_owned(), |worst| ratio(worst.value)),
            at(score.worst.as_ref()),
            ratio(score.p99),
            score.tiny_over,
            score.tiny,
            score.most_added.as_ref().map_or_else(|| "–".to_owned(), |worst| added(worst.value)),
            at(score.most_added.as_ref()),
            ratio(score.cpu),
        );
    }
    table
}

/// The cases at which a warmed amorsize is a loss, the worst first.
fn losses(rows: &[Row]) -> String {
    let mut found = Vec::new();
    for case in by_case(rows) {
        let Some(best) = judge::best(case) else { continue };
        for row in case.iter().filter(|row| matches!(row.contender, Contender::Auto | Contender::Frozen)) {
            if let Verdict::Regret(regret) = judge::verdict(row, best.median_ns) {
                if regret > LOSS {
                    found.push((regret, row, best));
                }
            }
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut table =
        String::from("| case | rhythm | who | regret | best time | by |\n|---|---|---|---|---|---|\n");
    for (regret, row, best) in found {
        let case = &row.case;
        let _ = writeln!(
            table,
            "| {}: {} | {} | {} | {regret:.2} | {} | {} |",
            case.group,
            case.part,
            case.rhythm,
            row.contender.name(),
            human(best.median_ns),
            best.contender.name()
        );
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::tests::row;

    #[test]
    fn losses_are_listed_the_worst_first_and_by_whom() {
        let rows = [
            row("30 ns", 100, Contender::Serial, 3e3),
            row("30 ns", 100, Contender::Auto, 6e3),
            row("30 ns", 1_000, Contender::Rayon, 20e3),
            row("30 ns", 1_000, Contender::Auto, 21e3),
            row("30 ns", 1_000, Contender::Frozen, 60e3),
            row("1 ns", 1, Contender::Serial, 1.0),
            row("1 ns", 1, Contender::Auto, 90.0),
        ];
        let lines: Vec<String> = losses(&rows).lines().skip(2).map(str::to_owned).collect();
        assert_eq!(
            lines,
            [
                "| grid: 30 ns × 1000 | back-to-back | frozen | 3.00 | 20.00 µs | rayon |",
                "| grid: 30 ns × 100 | back-to-back | auto | 2.00 | 3.00 µs | serial |",
            ]
        );
        let all = tables(&rows);
        assert!(all.starts_with("### grid, back-to-back: 3 cases\n\n| contender |"), "{all}");
        assert!(
            all.contains("| auto | 1.45 | 2.00 | 30 ns × 100 | 1.45 | 1 of 1 | +89.0 ns | 1 ns × 1 | 1.45 |"),
            "{all}"
        );
    }
}
