//! How likely an order is fraudulent: features, a logistic model over them, and rules that overrule it.

use std::sync::atomic::{AtomicU64, Ordering};

use amorsize::parallelize;
use serde::Serialize;

use crate::order::{Category, Order};

/// Addresses that goods of earlier frauds went to. Every order is compared with all of them: that is most of its cost.
const WATCHED: [&str; 24] = [
    "17 harbour street, 20457 newport",
    "4 customs quay, 68159 riverside",
    "unit 9, parcel depot north, 34117 hillcrest",
    "88 station road, 50667 oldbridge",
    "forwarding box 1201, 10115 eastgate",
    "forwarding box 1202, 10115 eastgate",
    "2 mill lane rear entrance, 90402 castleton",
    "61 market square, 04109 lindenau",
    "12 airport way cargo hall, 60549 runway",
    "5 canal side, 1012 waterford",
    "301 harbour street, 20457 newport",
    "44 orchard close, 75001 beaumont",
    "9 brewery yard, 80331 southfield",
    "23 lighthouse walk, 18055 seaview",
    "7 the old school house, 99084 midvale",
    "18 vineyard terrace, 20121 collina",
    "parcel shop 77, 13347 redwood",
    "parcel shop 78, 13347 redwood",
    "150 ring road west, 44137 steelworks",
    "3 cathedral steps, 50668 oldbridge",
    "66 garden city avenue, 22297 parkland",
    "31 shipyard row, 24103 slipway",
    "1 lock keepers cottage, 3011 zuider",
    "10 tollgate house, 70173 weststreet",
];

/// Weights of the logistic model, one per feature, and where it starts.
const WEIGHTS: [f64; 8] = [2.6, 1.1, 0.55, 1.4, 1.9, 0.8, 3.2, 1.2];
const BIAS: f64 = -5.1;

/// The model, and how much it has been used.
#[derive(Debug, Default)]
pub struct Model {
    scored: AtomicU64,
}

/// How an order was judged.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Score {
    /// Probability of fraud, 0–1.
    pub risk: f64,
    /// What to do.
    pub verdict: Verdict,
    /// What spoke against it, weightiest first.
    pub reasons: Vec<&'static str>,
}

/// What to do with an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Ship it.
    Accept,
    /// Have a person look at it.
    Review,
    /// Do not ship it.
    Reject,
}

impl Model {
    /// Orders that were scored, whether or not anybody waited for the end of their batch.
    #[must_use]
    pub fn scored(&self) -> u64 {
        self.scored.load(Ordering::Relaxed)
    }
}

/// Scores each order.
#[parallelize(spawn_fn = score_async)]
#[must_use]
pub fn score(orders: &[Order], model: &Model) -> Vec<Score> {
    orders.iter().map(|order| score_one(order, model)).collect()
}

/// Scores one order.
#[must_use]
pub fn score_one(order: &Order, model: &Model) -> Score {
    // A count for the operators; no result depends on it.
    model.scored.fetch_add(1, Ordering::Relaxed);
    let features = features(order);
    let evidence: f64 = features.iter().zip(WEIGHTS).map(|((_, value), weight)| value * weight).sum();
    let mut risk = 1.0 / (1.0 + (-(BIAS + evidence)).exp());
    let mut said: Vec<(f64, &str)> = features
        .iter()
        .zip(WEIGHTS)
        .map(|((name, value), weight)| (value * weight, *name))
        .filter(|(share, _)| *share >= 0.5)
        .collect();
    said.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut reasons: Vec<&str> = said.into_iter().map(|(_, name)| name).collect();
    if order.net_cents() < 2_000 && risk < 0.9 {
        // Too little to lose for a person to look at it.
        risk = risk.min(0.3);
    }
    if voucher_share(order) > 0.9 && order.country != order.card_country {
        risk = risk.max(0.95);
        reasons.insert(0, "vouchers bought with a foreign card");
    }
    let verdict = match risk {
        ..0.4 => Verdict::Accept,
        ..0.9 => Verdict::Review,
        _ => Verdict::Reject,
    };
    Score { risk, verdict, reasons }
}

/// What the model looks at, each about 0–1.
fn features(order: &Order) -> [(&'static str, f64); 8] {
    let local = order.email.split('@').next().unwrap_or_default().to_lowercase();
    let name = order.customer.to_lowercase();
    let address = order.address.to_lowercase();
    let watched = WATCHED.iter().map(|known| likeness(&address, known)).fold(0.0, f64::max);
    let digits = local.bytes().filter(u8::is_ascii_digit).count() as f64 / local.len().max(1) as f64;
    let resold = share(order, |category| category == Category::Electronics);
    [
        (
            "card and delivery in different countries",
            f64::from(u8::from(order.country != order.card_country)),
        ),
        ("mail address unlike the name", 1.0 - likeness(&local, &name)),
        ("unusual value", (order.net_cents() as f64 / 10_000.0).ln_1p()),
        ("goods that are easily sold on", resold),
        ("vouchers", voucher_share(order)),
        ("ordered at night", f64::from(u8::from(order.hour < 5))),
        ("delivery to a watched address", ((watched - 0.7) / 0.3).max(0.0)),
        ("mail address that looks made up", digits.max(entropy_bits(&local) / 8.0)),
    ]
}

fn share(order: &Order, of: impl Fn(Category) -> bool) -> f64 {
    let value = |line: &crate::order::Line| f64::from(line.pieces) * f64::from(line.unit_cents);
    let part: f64 = order.lines.iter().filter(|line| of(line.category)).map(value).sum();
    part / (order.net_cents() as f64).max(1.0)
}

fn voucher_share(order: &Order) -> f64 {
    share(order, |category| category == Category::Vouchers)
}

/// Shannon entropy of the bytes, bits per byte.
fn entropy_bits(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    text.bytes().for_each(|byte| counts[usize::from(byte)] += 1);
    let all = text.len().max(1) as f64;
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| f64::from(*count) / all)
        .map(|p| -p * p.log2())
        .sum()
}

/// 1 for equal texts, 0 for texts without anything in common: edit distance over the longer length.
fn likeness(a: &str, b: &str) -> f64 {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let longer = a.len().max(b.len());
    if longer == 0 {
        return 1.0;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    1.0 - row[b.len()] as f64 / longer as f64
}

#[cfg(test)]
mod tests {
    use super::{Model, Score, Verdict, likeness, score, score_one};
    use crate::order::{Category, Line, Order, sample};

    fn harmless() -> Order {
        let line =
            Line { sku: "B".to_owned(), category: Category::Books, pieces: 2, unit_cents: 1_500, grams: 400 };
        Order {
            customer: "Ada Okafor".to_owned(),
            email: "ada.okafor@example.org".to_owned(),
            address: "Somewhere quiet 5".to_owned(),
            country: "DE".to_owned(),
            card_country: "DE".to_owned(),
            hour: 14,
            coupons: vec![],
            lines: vec![line],
        }
    }

    #[test]
    fn verdicts_follow_what_speaks_against_an_order() {
        let model = Model::default();
        assert_eq!(score_one(&harmless(), &model).verdict, Verdict::Accept);

        let mut vouchers = harmless();
        (vouchers.lines[0].category, vouchers.card_country) = (Category::Vouchers, "FR".to_owned());
        let judged = score_one(&vouchers, &model);
        assert_eq!(
            (judged.verdict, judged.reasons[0]),
            (Verdict::Reject, "vouchers bought with a foreign card")
        );

        let mut suspicious = harmless();
        suspicious.address = "17 Harbour Street, 20457 Newport".to_owned();
        suspicious.card_country = "FR".to_owned();
        suspicious.lines[0].category = Category::Electronics;
        let judged = score_one(&suspicious, &model);
        assert_eq!(judged.reasons[0], "delivery to a watched address", "{judged:?}");
        assert_ne!(judged.verdict, Verdict::Accept, "{judged:?}");
    }

    #[test]
    fn likeness_is_the_share_that_needs_no_edit() {
        for (a, b, expected) in [("", "", 1.0), ("abc", "abc", 1.0), ("abcd", "abxd", 0.75), ("ab", "", 0.0)]
        {
            assert!((likeness(a, b) - expected).abs() < 1e-12, "{a} {b}");
        }
    }

    #[test]
    fn a_batch_is_scored_like_its_orders_and_counted() {
        let orders: Vec<Order> = (0..300).map(sample).collect();
        let (model, alone) = (Model::default(), Model::default());
        let one_by_one: Vec<Score> = orders.iter().map(|order| score_one(order, &alone)).collect();
        assert_eq!(score(&orders, &model), one_by_one);
        assert_eq!(model.scored(), 300);
    }
}
