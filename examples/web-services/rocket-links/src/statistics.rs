//! What a batch of verdicts adds up to.

use std::collections::BTreeMap;

use amorsize::parallelize;
use serde::Serialize;

use crate::analysis::{Rule, Verdict};

/// Below this score a link is counted as unsafe.
const UNSAFE_BELOW: u8 = 50;

/// Counts that two halves of a batch can add up.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    links: u64,
    score: u64,
    lowest: Option<u8>,
    below: u64,
    rules: [u64; Rule::ALL.len()],
}

impl Counts {
    fn with(mut self, verdict: &Verdict) -> Self {
        self.links += 1;
        self.score += u64::from(verdict.score);
        self.below += u64::from(verdict.score < UNSAFE_BELOW);
        self.lowest = self.lowest.into_iter().chain([verdict.score]).min();
        for reason in &verdict.reasons {
            self.rules[reason.rule as usize] += 1;
        }
        self
    }

    fn merge(mut self, later: Self) -> Self {
        self.links += later.links;
        self.score += later.score;
        self.below += later.below;
        self.lowest = self.lowest.into_iter().chain(later.lowest).min();
        self.rules.iter_mut().zip(later.rules).for_each(|(count, more)| *count += more);
        self
    }
}

#[parallelize(reduce = Counts::merge)]
fn counts(verdicts: &[Verdict]) -> Counts {
    verdicts.iter().fold(Counts::default(), Counts::with)
}

/// The sum of a batch.
#[derive(Debug, Serialize)]
pub struct Statistics {
    /// How many links.
    pub links: u64,
    /// How many below a score of 50.
    pub below_50: u64,
    /// `None` where there are no links.
    pub lowest_score: Option<u8>,
    /// `None` where there are no links.
    pub mean_score: Option<f64>,
    /// How often each rule held; rules that never did are left out.
    pub rules: BTreeMap<Rule, u64>,
}

/// Adds a batch up.
#[must_use]
pub fn statistics(verdicts: &[Verdict]) -> Statistics {
    let Counts { links, score, lowest, below, rules } = counts(verdicts);
    Statistics {
        links,
        below_50: below,
        lowest_score: lowest,
        mean_score: lowest.map(|_| score as f64 / links as f64),
        rules: Rule::ALL.into_iter().zip(rules).filter(|(_, count)| *count > 0).collect(),
    }
}

/// All that is known of a batch.
#[derive(Debug, Serialize)]
pub struct Report {
    /// What is known of each link.
    pub links: Vec<Verdict>,
    /// What is known of all.
    pub statistics: Statistics,
}

impl Report {
    /// Adds up `links`.
    #[must_use]
    pub fn new(links: Vec<Verdict>) -> Self {
        let statistics = statistics(&links);
        Self { links, statistics }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{KNOWN_NAMES, analyse};
    use crate::lookalike::Names;

    #[test]
    fn batches_are_added_up_however_they_are_split() {
        let urls = ["https://example.org/", "http://g00gle.com/", "nothing", "http://example.org/"]
            .map(str::to_owned);
        let verdicts = analyse(&urls, &Names::new(KNOWN_NAMES));
        let sum = |parts: &[usize]| amorsize::testing::with_split(parts, true, || statistics(&verdicts));
        for parts in [&[4][..], &[1, 3], &[2, 1, 1]] {
            let sum = sum(parts);
            assert_eq!((sum.links, sum.below_50, sum.lowest_score), (4, 2, Some(0)));
            assert_eq!(sum.mean_score, Some((100.0 + 30.0 + 0.0 + 90.0) / 4.0));
            let expected = [(Rule::Unreadable, 1), (Rule::NoEncryption, 2), (Rule::LookAlike, 1)];
            assert_eq!(sum.rules, BTreeMap::from(expected));
        }
    }

    #[test]
    fn an_empty_batch_has_no_mean() {
        let none = statistics(&[]);
        assert_eq!((none.links, none.mean_score, none.lowest_score), (0, None, None));
    }
}
