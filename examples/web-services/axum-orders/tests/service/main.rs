//! The whole service, as a process of its own, over the wire.

mod failures;
mod postgres;
mod routes;
mod stopping;

use std::path::Path;

use axum_orders::order::{Order, sample};
use harness::{Answer, Running};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_axum-orders");

/// A service whose database lies in `folder`. The machine may be as loaded as it likes.
fn start(folder: &Path, options: &[&str]) -> Running {
    let database = format!("sqlite://{}?mode=rwc", folder.join("orders.db").display());
    start_at(&database, options)
}

fn start_at(database: &str, options: &[&str]) -> Running {
    let all = ["--database", database, "--max-load", "1e9", "--grace-s", "100"];
    Running::start(PROGRAM, &[&all, options].concat())
}

fn post(service: &Running, path: &str, body: &Value) -> Answer {
    service.post(path, "application/json", body.to_string().as_bytes())
}

fn samples(count: u64) -> Vec<Order> {
    (0..count).map(sample).collect()
}

/// Has `orders` kept and returns their numbers.
fn keep(service: &Running, orders: &[Order]) -> Vec<i64> {
    let answer = post(service, "/orders/batch", &json!({ "orders": orders }));
    assert_eq!(answer.status, 201, "{answer:?}");
    numbers(&answer.json())
}

fn numbers(answer: &Value) -> Vec<i64> {
    let ids = answer["ids"].as_array().unwrap_or_else(|| panic!("no ids: {answer}"));
    ids.iter().map(|id| id.as_i64().unwrap()).collect()
}

/// The order of that number, as it is kept.
fn kept(service: &Running, id: i64) -> Value {
    let answer = service.get(&format!("/orders/{id}"));
    assert_eq!(answer.status, 200, "order {id}: {answer:?}");
    answer.json()
}

fn job(service: &Running, id: i64) -> Value {
    let answer = service.get(&format!("/jobs/{id}"));
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

fn start_job(service: &Running) -> i64 {
    let answer = post(service, "/jobs", &json!({}));
    assert_eq!(answer.status, 202, "{answer:?}");
    answer.json()["id"].as_i64().unwrap()
}
