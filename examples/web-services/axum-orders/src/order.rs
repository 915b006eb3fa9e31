//! What an order is, and which ones are accepted.

use serde::{Deserialize, Serialize};

/// Lines that an order may have.
const MOST_LINES: usize = 100;
/// Coupons that an order may name: pricing tries all their combinations.
const MOST_COUPONS: usize = 8;
/// Bytes that a text may have.
const LONGEST_TEXT: usize = 200;
/// Pieces of one line; with it and the types' own limits no sum overflows.
const MOST_PIECES: u32 = 10_000;

/// An order as a client sends it and as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The customer's name.
    pub customer: String,
    /// Where the confirmation goes.
    pub email: String,
    /// Where the goods go.
    pub address: String,
    /// The country that the goods go to, such as `DE`.
    pub country: String,
    /// The country that the card comes from.
    pub card_country: String,
    /// The hour of the customer's day, 0–23.
    pub hour: u8,
    /// Codes of coupons; unknown ones are worth nothing.
    #[serde(default)]
    pub coupons: Vec<String>,
    /// What is bought.
    pub lines: Vec<Line>,
}

/// Some pieces of one article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The article.
    pub sku: String,
    /// Its kind, which decides on tax and discounts.
    pub category: Category,
    /// Pieces.
    pub pieces: u32,
    /// Net price of a piece, cents.
    pub unit_cents: u32,
    /// Weight of a piece, g.
    pub grams: u32,
}

/// Kinds of articles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Category {
    /// Taxed at the reduced rate in most countries.
    Books,
    /// Sold on quickly, therefore what stolen cards buy.
    Electronics,
    /// Taxed at the reduced rate in most countries.
    Food,
    /// Worth money at once.
    Vouchers,
    /// Everything else.
    Other,
}

impl Order {
    /// What is wrong with it, and what to send instead; `None` if nothing is.
    #[must_use]
    pub fn objection(&self) -> Option<String> {
        let texts = [("customer", &self.customer), ("email", &self.email), ("address", &self.address)];
        let skus = self.lines.iter().map(|line| ("sku", &line.sku));
        let coupons = self.coupons.iter().map(|code| ("coupons", code));
        for (field, text) in texts.into_iter().chain(skus).chain(coupons) {
            if text.is_empty() || text.len() > LONGEST_TEXT {
                return Some(format!("`{field}` has {} bytes: send 1 to {LONGEST_TEXT}", text.len()));
            }
        }
        for (field, code) in [("country", &self.country), ("card_country", &self.card_country)] {
            if code.len() != 2 || !code.bytes().all(|byte| byte.is_ascii_uppercase()) {
                return Some(format!("`{field}` is {code:?}: send two capital letters such as \"DE\""));
            }
        }
        if self.hour > 23 {
            return Some(format!("`hour` is {}: send 0 to 23", self.hour));
        }
        if self.lines.is_empty() || self.lines.len() > MOST_LINES {
            return Some(format!("`lines` has {} entries: send 1 to {MOST_LINES}", self.lines.len()));
        }
        if self.coupons.len() > MOST_COUPONS {
            return Some(format!(
                "`coupons` has {} entries: send at most {MOST_COUPONS}",
                self.coupons.len()
            ));
        }
        let pieces =
            self.lines.iter().map(|line| line.pieces).find(|pieces| !(1..=MOST_PIECES).contains(pieces));
        pieces.map(|pieces| format!("`pieces` is {pieces}: send 1 to {MOST_PIECES}"))
    }

    /// Net value, cents.
    #[must_use]
    pub fn net_cents(&self) -> u64 {
        self.lines.iter().map(|line| u64::from(line.pieces) * u64::from(line.unit_cents)).sum()
    }

    /// Weight, g.
    #[must_use]
    pub fn grams(&self) -> u64 {
        self.lines.iter().map(|line| u64::from(line.pieces) * u64::from(line.grams)).sum()
    }
}

/// The `number`-th of a series of plausible orders, for tests and for load.
#[must_use]
pub fn sample(number: u64) -> Order {
    const NAMES: [&str; 5] = ["Ada Okafor", "Bruno Weiss", "Chiara Conti", "Daan de Vries", "Elif Kaya"];
    const COUNTRIES: [&str; 4] = ["DE", "FR", "NL", "IT"];
    const KINDS: [Category; 5] =
        [Category::Books, Category::Electronics, Category::Food, Category::Vouchers, Category::Other];
    let pick = |salt: u64, of: usize| {
        (number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(salt) >> 33) as usize % of
    };
    let name = NAMES[pick(1, NAMES.len())];
    let line = |at: u64| Line {
        sku: format!("A-{:05}", pick(at * 7, 100_000)),
        category: KINDS[pick(at * 11, KINDS.len())],
        pieces: 1 + pick(at * 13, 30) as u32,
        unit_cents: 95 + pick(at * 17, 40_000) as u32,
        grams: 20 + pick(at * 19, 3_000) as u32,
    };
    Order {
        customer: name.to_owned(),
        email: format!("{}{}@example.org", name.to_lowercase().replace(' ', "."), pick(2, 1_000)),
        address: format!("{} Harbour Street, {} Newport", 1 + pick(3, 200), 10_000 + pick(4, 80_000)),
        country: COUNTRIES[pick(5, 4)].to_owned(),
        card_country: COUNTRIES[pick(6 + number % 3, 4)].to_owned(),
        hour: pick(8, 24) as u8,
        coupons: ["SPRING", "BOOKWORM", "TENOFF", "BULK"]
            .iter()
            .take(pick(9, 5))
            .map(ToString::to_string)
            .collect(),
        lines: (1..=2 + pick(10, 8) as u64).map(line).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Order, sample};

    type Breaks = fn(&mut Order);

    #[test]
    fn samples_are_accepted_and_each_fault_is_named() {
        assert!((0..500).map(sample).all(|order| order.objection().is_none()));
        let broken: [(&str, Breaks); 7] = [
            ("customer", |order| order.customer.clear()),
            ("address", |order| order.address = "x".repeat(201)),
            ("country", |order| order.country = "de".to_owned()),
            ("hour", |order| order.hour = 24),
            ("lines", |order| order.lines.clear()),
            ("coupons", |order| order.coupons = vec!["TENOFF".to_owned(); 9]),
            ("pieces", |order| order.lines[0].pieces = 0),
        ];
        for (field, break_it) in broken {
            let mut order = sample(1);
            break_it(&mut order);
            let objection = order.objection().unwrap();
            assert!(objection.starts_with(&format!("`{field}`")), "{field}: {objection}");
        }
    }
}
