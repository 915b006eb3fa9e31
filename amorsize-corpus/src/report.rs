//! The table: how many functions stand where, what is recognised in which shape, and why the others are not.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

use crate::Finding;
use crate::population::Standing;
use crate::verdict::Verdict;

/// How many examples of a refusal are named.
const EXAMPLES: usize = 3;

/// The findings as a table.
pub struct Report<'a>(pub &'a [Finding]);

impl Report<'_> {
    /// Recognised, and all: of the functions that the floor counts.
    #[must_use]
    pub fn counted(&self) -> (usize, usize) {
        let counted: Vec<&Finding> =
            self.0.iter().filter(|finding| finding.standing == Standing::Counted).collect();
        (counted.iter().filter(|finding| is_recognised(finding)).count(), counted.len())
    }

    /// The functions at which the attribute broke a promise.
    #[must_use]
    pub fn broken(&self) -> Vec<String> {
        let broken = self.0.iter().filter_map(|finding| match &finding.verdict {
            Verdict::Broken(how) => Some(format!("{}, {}: {how}", finding.source, finding.place)),
            _ => None,
        });
        broken.collect()
    }

    /// Every counted function with its verdict.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        let counted = self.0.iter().filter(|finding| finding.standing == Standing::Counted);
        counted.map(|finding| {
            let says = shapes(finding).or_else(|| reason(finding)).unwrap_or_default();
            format!("{}, {} — {says}", finding.source, finding.place)
        })
    }
}

fn is_recognised(finding: &Finding) -> bool {
    matches!(finding.verdict, Verdict::Recognised(_))
}

impl Display for Report<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let groups = [
            ("functions that take a slice", Standing::NoLoop),
            ("  with a loop or chain", Standing::OverOthers),
            ("  whose every loop or chain is over a slice parameter", Standing::ChangesOthers),
            ("  and that change nothing else", Standing::Barred),
            ("  and that the attribute may stand on", Standing::Counted),
        ];
        writeln!(f, "{:<58}{:>8}{:>12}{:>6}", "", "all", "recognised", "%")?;
        for (words, least) in groups {
            let group: Vec<&Finding> = self.0.iter().filter(|finding| finding.standing >= least).collect();
            let recognised = group.iter().filter(|finding| is_recognised(finding)).count();
            let percent = 100 * recognised / group.len().max(1);
            writeln!(f, "{words:<58}{:>8}{recognised:>12}{percent:>6}", group.len())?;
        }
        let counted = |finding: &&Finding| finding.standing == Standing::Counted;
        for (title, findings) in [
            ("that change nothing else", self.0.iter().filter(counted).collect::<Vec<_>>()),
            ("all", self.0.iter().collect()),
        ] {
            writeln!(f, "\nshapes ({title})")?;
            ranking(f, &findings, shapes)?;
            writeln!(f, "\nreasons ({title})")?;
            ranking(f, &findings, reason)?;
        }
        Ok(())
    }
}

fn shapes(finding: &Finding) -> Option<String> {
    let Verdict::Recognised(shapes) = &finding.verdict else { return None };
    Some(shapes.clone())
}

/// The first thing that the attribute says.
fn reason(finding: &Finding) -> Option<String> {
    let Verdict::Refused(kinds) = &finding.verdict else { return None };
    kinds.first().cloned()
}

/// The groups that `of` puts the findings in, the largest first.
fn ranking(
    f: &mut Formatter<'_>,
    findings: &[&Finding],
    of: impl Fn(&Finding) -> Option<String>,
) -> fmt::Result {
    let mut groups: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        if let Some(group) = of(finding) {
            groups.entry(group).or_default().push(finding);
        }
    }
    let mut groups: Vec<(String, Vec<&Finding>)> = groups.into_iter().collect();
    groups.sort_by_key(|(_, findings)| std::cmp::Reverse(findings.len()));
    for (group, findings) in groups {
        writeln!(f, "{:>6}  {group}", findings.len())?;
        // From different crates, as far as there are.
        let mut examples: Vec<&Finding> = Vec::new();
        for finding in &findings {
            if examples.len() < EXAMPLES && examples.iter().all(|known| known.source != finding.source) {
                examples.push(finding);
            }
        }
        let examples: Vec<String> =
            examples.iter().map(|finding| format!("{} {}", finding.source, finding.place)).collect();
        writeln!(f, "        {}", examples.join("; "))?;
    }
    Ok(())
}
