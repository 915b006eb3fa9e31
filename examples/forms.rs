//! One small function per form that the attribute splits: `cargo run --example forms`.
//!
//! `AMORSIZE=shuffle cargo run --example forms` splits every one of them at random places; the output is the same.

use std::hint::black_box;

use amorsize::parallelize;

/// An order in a shop.
#[derive(Clone, Debug)]
struct Order {
    customer: String,
    cents: u64,
    discount: Option<f64>,
}

/// As many results as elements: written in place.
#[parallelize]
fn totals(orders: &[Order], tax: f64) -> Vec<f64> {
    let factor = 1.0 + tax;
    orders.iter().map(|order| order.cents as f64 / 100.0 * factor).collect()
}

/// Fewer results than elements: joined in order.
#[parallelize]
fn discounts(orders: &[Order]) -> Vec<f64> {
    orders.iter().filter_map(|order| order.discount).collect()
}

/// Results that borrow from the slice.
#[parallelize]
fn customers_over(orders: &[Order], cents: u64) -> Vec<&str> {
    orders.iter().filter(|order| order.cents > cents).map(|order| order.customer.as_str()).collect()
}

/// The first error in the order of the elements.
#[parallelize]
fn parsed(lines: &[&str]) -> Result<Vec<u64>, std::num::ParseIntError> {
    lines.iter().map(|line| line.parse::<u64>()).collect()
}

/// A float sum: the bits of the plain function.
#[parallelize]
fn mean_discount(orders: &[Order]) -> f64 {
    let sum: f64 = orders.iter().map(|order| order.discount.unwrap_or(0.0)).sum();
    sum / orders.len() as f64
}

/// Early exit.
#[parallelize]
fn first_free(orders: &[Order]) -> Option<&Order> {
    orders.iter().find(|order| order.cents == 0)
}

/// In place.
#[parallelize]
fn round_up(orders: &mut [Order], step: u64) {
    for order in orders.iter_mut() {
        order.cents = order.cents.next_multiple_of(step);
    }
}

/// A fold, with the promise how two partial results become one.
#[parallelize(reduce = longer)]
fn longest_name(orders: &[Order]) -> String {
    orders.iter().fold(String::new(), |longest, order| longer(longest, order.customer.clone()))
}

/// The longer of two names, the left one of equals: associative, and the empty name changes nothing.
fn longer(left: String, right: String) -> String {
    if right.len() > left.len() { right } else { left }
}

/// Neighbours.
#[parallelize]
fn rises(orders: &[Order]) -> Vec<bool> {
    orders.windows(2).map(|pair| pair[0].cents < pair[1].cents).collect()
}

/// Another slice beside the first, and the place in the whole.
#[parallelize]
fn labels(orders: &[Order], notes: &[&str]) -> Vec<String> {
    orders
        .iter()
        .zip(notes)
        .enumerate()
        .map(|(i, (order, note))| format!("{i}:{}:{note}", order.customer))
        .collect()
}

/// A loop that fills and adds up, and ends at the first error.
#[parallelize]
fn paid(orders: &[Order]) -> Result<(Vec<u64>, u64), String> {
    let mut amounts = Vec::new();
    let mut total = 0_u64;
    for order in orders {
        if order.cents > 9_000 {
            return Err(format!("{} owes too much", order.customer));
        }
        amounts.push(order.cents);
        total += order.cents;
    }
    Ok((amounts, total))
}

/// The best one so far, and where it was.
#[parallelize]
fn dearest(orders: &[Order]) -> usize {
    let (mut most, mut at) = (0, 0);
    for (i, order) in orders.iter().enumerate() {
        if order.cents > most {
            most = order.cents;
            at = i;
        }
    }
    at
}

/// By index: written at its own place, read from anywhere else.
#[parallelize]
fn moving_average(cents: &[f64], smooth: &mut [f64]) {
    for i in 1..cents.len() {
        smooth[i] = (cents[i - 1] + cents[i]) * 0.5;
    }
}

/// Every form on more orders, many times: what `cargo amorsize tune --example forms` measures. Nothing ends early here, or
/// there would be nothing to measure.
fn repeat(orders: &[Order]) {
    let numbers: Vec<String> = orders.iter().map(|order| order.cents.to_string()).collect();
    let lines: Vec<&str> = numbers.iter().map(String::as_str).collect();
    let cents: Vec<f64> = orders.iter().map(|order| order.cents as f64).collect();
    let mut rounded = orders.to_vec();
    let mut smooth = vec![0.0; cents.len()];
    for _ in 0..64 {
        black_box((totals(orders, 0.25), discounts(orders), customers_over(orders, 1000)));
        black_box((parsed(&lines).is_ok(), mean_discount(orders), first_free(orders).is_none()));
        black_box((longest_name(orders), rises(orders), labels(orders, &lines)));
        black_box((paid(orders).is_ok(), dearest(orders)));
        moving_average(&cents, &mut smooth);
        round_up(&mut rounded, 100);
    }
    black_box((smooth, rounded));
}

fn main() {
    let order = |customer: &str, cents, discount| Order { customer: customer.to_owned(), cents, discount };
    let mut orders = vec![
        order("Ada", 1250, None),
        order("Grace", 0, Some(0.25)),
        order("Edsger", 9990, Some(0.5)),
        order("Tony", 42, None),
    ];
    println!("totals          {:?}", totals(&orders, 0.25));
    println!("discounts       {:?}", discounts(&orders));
    println!("customers_over  {:?}", customers_over(&orders, 1000));
    println!("parsed          {:?}", parsed(&["12", "x", "y"]).map_err(|why| why.to_string()));
    println!("mean_discount   {}", mean_discount(&orders));
    println!("first_free      {:?}", first_free(&orders).map(|order| &order.customer));
    println!("longest_name    {}", longest_name(&orders));
    println!("rises           {:?}", rises(&orders));
    println!("labels          {:?}", labels(&orders, &["new", "", "late"]));
    println!("paid            {:?}", paid(&orders));
    println!("dearest         {}", dearest(&orders));
    let mut smooth = [0.0; 3];
    moving_average(&[1.0, 2.0, 4.0], &mut smooth);
    println!("moving_average  {smooth:?}");
    round_up(&mut orders, 100);
    println!("round_up        {:?}", orders.iter().map(|order| order.cents).collect::<Vec<_>>());
    let many: Vec<Order> = (0..20_000)
        .map(|i| order(&format!("customer {i}"), 1 + i * 7_919 % 9_000, (i % 3 == 0).then_some(0.1)))
        .collect();
    repeat(&many);
}
