//! What an order costs: quantity tiers, the best combination of coupons, tax by country and kind. Whole cents throughout.

use amorsize::parallelize;
use serde::Serialize;

use crate::order::{Category, Line, Order};

/// Percent off a line from so many pieces on, best first.
const TIERS: [(u32, u64); 4] = [(100, 15), (50, 10), (20, 6), (10, 3)];

/// What coupons are worth and how countries tax.
#[derive(Clone, Debug)]
pub struct Catalogue {
    coupons: Vec<Coupon>,
    /// Country, standard rate and reduced rate, percent.
    taxes: Vec<(&'static str, u64, u64)>,
}

#[derive(Clone, Debug)]
struct Coupon {
    code: &'static str,
    worth: Worth,
    /// Worth nothing beside another coupon.
    alone: bool,
}

#[derive(Clone, Debug)]
enum Worth {
    Percent { of: Option<Category>, percent: u64 },
    Cents { off: u64, from: u64 },
}

/// What an order costs, cents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Price {
    /// Before any discount, without tax.
    pub list_cents: u64,
    /// After discounts, without tax.
    pub net_cents: u64,
    /// Tax on that.
    pub tax_cents: u64,
    /// Codes of the coupons that were used.
    pub coupons: Vec<&'static str>,
}

impl Default for Catalogue {
    fn default() -> Self {
        let coupon = |code, worth, alone| Coupon { code, worth, alone };
        Self {
            coupons: vec![
                coupon("SPRING", Worth::Percent { of: None, percent: 5 }, false),
                coupon("BOOKWORM", Worth::Percent { of: Some(Category::Books), percent: 12 }, false),
                coupon("TENOFF", Worth::Cents { off: 1_000, from: 5_000 }, false),
                coupon("BULK", Worth::Percent { of: None, percent: 9 }, true),
            ],
            taxes: vec![("DE", 19, 7), ("FR", 20, 5), ("IT", 22, 4), ("NL", 21, 9)],
        }
    }
}

/// Prices each order.
#[parallelize(spawn_fn = price_async)]
#[must_use]
pub fn price(orders: &[Order], catalogue: &Catalogue) -> Vec<Price> {
    orders.iter().map(|order| price_one(order, catalogue)).collect()
}

/// Tries every combination of the order's coupons; the customer pays the least, with the fewest coupons.
fn price_one(order: &Order, catalogue: &Catalogue) -> Price {
    let nets: Vec<u64> = order.lines.iter().map(tiered_cents).collect();
    let named = |coupon: &&Coupon| order.coupons.iter().any(|code| code == coupon.code);
    let coupons: Vec<&Coupon> = catalogue.coupons.iter().filter(named).collect();
    let mut best = (u64::MAX, u32::MAX, 0_u32, Vec::new());
    for chosen in 0..1_u32 << coupons.len() {
        let used: Vec<&Coupon> = coupons
            .iter()
            .enumerate()
            .filter(|(at, _)| chosen & 1 << at != 0)
            .map(|(_, coupon)| *coupon)
            .collect();
        if used.len() > 1 && used.iter().any(|coupon| coupon.alone) {
            continue;
        }
        let lines = discounted(order, &nets, &used);
        let candidate = (lines.iter().sum::<u64>(), chosen.count_ones(), chosen);
        if candidate < (best.0, best.1, best.2) {
            best = (candidate.0, candidate.1, candidate.2, lines);
        }
    }
    let (net_cents, _, chosen, lines) = best;
    let tax_cents =
        order.lines.iter().zip(&lines).map(|(line, net)| tax_cents(catalogue, order, line, *net)).sum();
    let used = coupons.iter().enumerate().filter(|(at, _)| chosen & 1 << at != 0);
    Price {
        list_cents: order.net_cents(),
        net_cents,
        tax_cents,
        coupons: used.map(|(_, coupon)| coupon.code).collect(),
    }
}

fn tiered_cents(line: &Line) -> u64 {
    let list = u64::from(line.pieces) * u64::from(line.unit_cents);
    let percent = TIERS.iter().find(|(from, _)| line.pieces >= *from).map_or(0, |(_, percent)| *percent);
    list - list * percent / 100
}

/// The lines' net prices after the coupons, percentages before amounts; an amount comes off the lines from the first on.
fn discounted(order: &Order, nets: &[u64], used: &[&Coupon]) -> Vec<u64> {
    let mut lines = nets.to_vec();
    for coupon in used {
        if let Worth::Percent { of, percent } = coupon.worth {
            for (net, line) in lines.iter_mut().zip(&order.lines) {
                if of.is_none_or(|category| category == line.category) {
                    *net -= *net * percent / 100;
                }
            }
        }
    }
    for coupon in used {
        if let Worth::Cents { off, from } = coupon.worth
            && lines.iter().sum::<u64>() >= from
        {
            let mut left = off;
            for net in &mut lines {
                let taken = left.min(*net);
                (*net, left) = (*net - taken, left - taken);
            }
        }
    }
    lines
}

/// Half a cent and more is rounded up, as invoices do it line by line.
fn tax_cents(catalogue: &Catalogue, order: &Order, line: &Line, net: u64) -> u64 {
    let rates = catalogue.taxes.iter().find(|(country, ..)| *country == order.country);
    let percent = match (rates, line.category) {
        (None, _) | (_, Category::Vouchers) => 0, // exported, or taxed when redeemed
        (Some((_, _, reduced)), Category::Books | Category::Food) => *reduced,
        (Some((_, standard, _)), _) => *standard,
    };
    (net * percent + 50) / 100
}

#[cfg(test)]
mod tests {
    use super::{Catalogue, Price, price, price_one};
    use crate::order::{Category, Line, Order, sample};

    fn order(pieces: u32, unit_cents: u32, category: Category, coupons: &[&str]) -> Order {
        let line = Line { sku: "A".to_owned(), category, pieces, unit_cents, grams: 100 };
        let coupons = coupons.iter().map(ToString::to_string).collect();
        Order { coupons, lines: vec![line], country: "DE".to_owned(), ..sample(0) }
    }

    #[test]
    fn prices_are_those_of_the_price_list() {
        use Category::{Books, Other, Vouchers};
        let table = [
            ("plain", order(1, 10_000, Other, &[]), (10_000, 10_000, 1_900, vec![])),
            ("a tier", order(10, 1_000, Other, &[]), (10_000, 9_700, 1_843, vec![])),
            ("reduced tax, rounded up", order(1, 150, Books, &[]), (150, 150, 11, vec![])),
            ("no tax yet", order(1, 5_000, Vouchers, &[]), (5_000, 5_000, 0, vec![])),
            ("unknown code", order(1, 10_000, Other, &["MAGIC"]), (10_000, 10_000, 1_900, vec![])),
            (
                "both",
                order(1, 10_000, Other, &["SPRING", "TENOFF"]),
                (10_000, 8_500, 1_615, vec!["SPRING", "TENOFF"]),
            ),
            ("too cheap for one", order(1, 4_000, Other, &["TENOFF"]), (4_000, 4_000, 760, vec![])),
            (
                "one alone is better",
                order(1, 4_000, Other, &["SPRING", "BULK"]),
                (4_000, 3_640, 692, vec!["BULK"]),
            ),
        ];
        for (name, order, (list_cents, net_cents, tax_cents, coupons)) in table {
            let expected = Price { list_cents, net_cents, tax_cents, coupons };
            assert_eq!(price_one(&order, &Catalogue::default()), expected, "{name}");
        }
    }

    #[test]
    fn a_batch_is_priced_like_its_orders() {
        let orders: Vec<Order> = (0..300).map(sample).collect();
        let catalogue = Catalogue::default();
        let one_by_one: Vec<Price> = orders.iter().map(|order| price_one(order, &catalogue)).collect();
        assert_eq!(price(&orders, &catalogue), one_by_one);
    }
}
