//! What the service does when something around it fails, or everybody comes at once.

use std::collections::HashSet;
use std::net::TcpListener;
use std::path::Path;
use std::thread;
use std::time::Instant;

use axum_orders::order::sample;
use harness::{
    gives_up_a_slow_client, refuses_a_second, refuses_a_taken_port, refuses_more_than_it_may_hold,
};
use serde_json::{Value, json};
use sqlx::{AnyConnection, Connection, Executor};
use tokio::runtime::Runtime;

use crate::{PROGRAM, job, keep, kept, numbers, post, samples, start, start_at, start_job};

/// An address at which nobody listens.
fn nobody() -> std::net::SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

#[test]
fn without_its_database_the_service_lives_and_says_so() {
    let database = format!("postgres://nobody@{}/none", nobody());
    let service = start_at(&database, &["--database-timeout-ms", "100"]);
    assert_eq!(service.get("/health").status, 200);
    let ready = service.get("/ready");
    assert_eq!(ready.status, 503, "{ready:?}");
    let checks = ready.json()["checks"].clone();
    let failed: Vec<_> = checks.as_array().unwrap().iter().filter(|check| check["ok"] == false).collect();
    assert_eq!((failed.len(), &failed[0]["name"]), (1, &json!("database")), "{checks}");

    let ids = json!({ "ids": [1] });
    let requests = [
        ("/orders", json!(sample(1))),
        ("/orders/batch", json!({ "orders": [sample(1)] })),
        ("/orders/price", ids.clone()),
        ("/orders/score", ids),
        ("/jobs", json!({})),
    ];
    for (path, body) in requests {
        assert_eq!(post(&service, path, &body).refusal(), (503, "database_down".to_owned()), "{path}");
    }
    for path in ["/orders/1", "/jobs/1"] {
        assert_eq!(service.get(path).refusal(), (503, "database_down".to_owned()), "{path}");
    }
}

#[test]
fn without_its_database_it_still_stops_at_once() {
    let database = format!("postgres://nobody@{}/none", nobody());
    // Longer than a test waits for the end of a service.
    let mut service = start_at(&database, &["--database-timeout-ms", "600000"]);
    service.terminate();
    assert!(service.ended().success());
}

#[test]
fn beyond_its_places_it_refuses_and_says_when_to_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let service = start(folder.path(), &["--max-requests", "1"]);
    refuses_a_second(&service, "/orders", "application/json", json!(sample(1)).to_string().as_bytes());
}

#[test]
fn a_slow_client_loses_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let service = start(folder.path(), &["--max-requests", "1", "--upload-s", "1"]);
    gives_up_a_slow_client(&service, "/orders", "application/json", json!(sample(1)).to_string().as_bytes());
}

#[test]
fn what_waits_is_bounded_in_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let body = json!(sample(1)).to_string();
    let most = (2 * body.len() + 9).to_string();
    let service = start(folder.path(), &["--max-held-bytes", &most]);
    refuses_more_than_it_may_hold(&service, "/orders", "application/json", body.as_bytes());
}

#[test]
fn without_its_database_nobody_waits_for_others_who_wait_for_it() {
    let database = format!("postgres://nobody@{}/none", nobody());
    let service = start_at(&database, &["--database-timeout-ms", "1000"]);
    let began = Instant::now();
    thread::scope(|scope| {
        for _ in 0..60 {
            scope.spawn(|| assert_eq!(post(&service, "/orders", &json!(sample(1))).status, 503));
        }
    });
    // One after the other it would be a minute, and the client gives up after two.
    assert!(began.elapsed().as_secs() < 40, "{:?}", began.elapsed());
    let checks = service.get("/ready").json()["checks"].to_string();
    assert!(checks.contains("refused"), "the reason is told: {checks}");
}

/// Runs SQL of somebody else on a service's database until what is returned is dropped.
fn somebody(folder: &Path, sql: &'static str) -> (Runtime, AnyConnection) {
    sqlx::any::install_default_drivers();
    let runtime = Runtime::new().unwrap();
    let url = format!("sqlite://{}", folder.join("orders.db").display());
    let connection = runtime.block_on(async {
        let mut connection = AnyConnection::connect(&url).await.unwrap();
        connection.execute(sql).await.unwrap();
        connection
    });
    (runtime, connection)
}

#[test]
fn while_somebody_else_writes_clients_are_told_to_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let service = start(folder.path(), &[]);
    keep(&service, &samples(2));
    let writing = somebody(folder.path(), "BEGIN IMMEDIATE");
    assert_eq!(post(&service, "/orders", &json!(sample(1))).refusal(), (503, "database_down".to_owned()));
    assert_eq!(service.get("/orders/1").status, 200);
    assert_eq!(service.get("/ready").status, 200, "the next moment it may be over");
    drop(writing);
    service.wait_until("its turn", |service| post(service, "/orders", &json!(sample(1))).status == 201);
}

#[test]
fn a_database_that_is_gone_is_not_ready() {
    let folder = tempfile::tempdir().unwrap();
    let service = start(folder.path(), &[]);
    keep(&service, &samples(2));
    assert_eq!(service.get("/ready").status, 200);
    for file in std::fs::read_dir(folder.path()).unwrap() {
        std::fs::remove_file(file.unwrap().path()).unwrap();
    }
    let ready = service.get("/ready");
    let checks = ready.json()["checks"].to_string();
    assert!(ready.status == 503 && checks.contains("no such table"), "{checks}");
}

#[test]
fn a_job_that_meets_what_is_no_order_fails_and_holds_up_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let service = start(folder.path(), &[]);
    keep(&service, &samples(3));
    drop(somebody(folder.path(), "UPDATE orders SET body = '{}' WHERE id = 2"));
    let id = start_job(&service);
    service.wait_until("its end", |service| job(service, id)["state"] != "active");
    assert_eq!(job(&service, id)["state"], "failed");
    drop(somebody(folder.path(), "DELETE FROM orders WHERE id = 2"));
    let id = start_job(&service);
    service.wait_until("its end", |service| job(service, id)["state"] == "done");
    assert_eq!(service.count("orders_scored_total"), 2, "what was asked for is counted, and nothing else");
}

#[test]
fn readiness_does_not_wait_for_a_database_that_does_not_answer() {
    // It accepts, and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let database = format!("postgres://nobody@{}/none", silent.local_addr().unwrap());
    // Longer than a test waits for an answer.
    let service = start_at(&database, &["--database-timeout-ms", "600000"]);
    let ready = service.get("/ready");
    assert_eq!(ready.status, 503);
    let checks = ready.json()["checks"].clone();
    let database = checks.as_array().unwrap().iter().find(|check| check["name"] == "database").unwrap();
    assert_eq!(database["detail"], "no answer within 1s");
}

#[test]
fn a_taken_port_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}?mode=rwc", folder.path().join("orders.db").display());
    refuses_a_taken_port(PROGRAM, &["--database", &database]);
}

#[test]
fn without_shipping_orders_are_priced_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("http://{}/quotes", nobody());
    let service = start(folder.path(), &["--shipping", &url, "--shipping-retries", "2"]);
    let ids = keep(&service, &samples(3));
    let answer = post(&service, "/orders/price", &json!({ "ids": ids }));
    assert_eq!(answer.status, 200, "{answer:?}");
    let priced = answer.json();
    assert_eq!(priced["without_shipping"], true);
    for row in priced["prices"].as_array().unwrap() {
        assert_eq!(row["shipping_cents"], Value::Null);
        assert!(row["price"]["net_cents"].as_u64() > Some(0), "{row}");
    }
    assert_eq!(service.count("shipping_retries_total"), 2);
    assert_eq!(service.count("shipping_given_up_total"), 1);
}

#[test]
fn a_shipping_service_that_fails_now_and_then_is_asked_again() {
    let folder = tempfile::tempdir().unwrap();
    // One seed, one series of failures: 30 tries are always enough.
    let options = ["--shipping-failures", "0.5", "--shipping-seed", "3", "--shipping-retries", "30"];
    let service = start(folder.path(), &[&options[..], &["--shipping-timeout-ms", "60000"]].concat());
    let ids = keep(&service, &samples(3));
    for _ in 0..10 {
        let priced = post(&service, "/orders/price", &json!({ "ids": ids })).json();
        assert_eq!(priced["without_shipping"], false, "{priced}");
    }
    assert!(service.count("shipping_retries_total") >= 1);
}

#[test]
fn two_hundred_at_once_lose_nothing() {
    const CLIENTS: u64 = 200;
    let folder = tempfile::tempdir().unwrap();
    let service = start(folder.path(), &[]);
    let ids: Vec<Vec<i64>> = thread::scope(|scope| {
        let service = &service;
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                scope.spawn(move || {
                    let orders: Vec<_> = (0..5).map(|at| sample(client * 5 + at)).collect();
                    let created = post(service, "/orders/batch", &json!({ "orders": orders }));
                    assert_eq!(created.status, 201, "{created:?}");
                    let ids = numbers(&created.json());
                    let path = if client % 2 == 0 { "/orders/price" } else { "/orders/score" };
                    let answer = post(service, path, &json!({ "ids": ids }));
                    assert_eq!(answer.status, 200, "{answer:?}");
                    ids
                })
            })
            .collect();
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    });
    let distinct: HashSet<i64> = ids.iter().flatten().copied().collect();
    assert_eq!(distinct.len(), 5 * CLIENTS as usize);
    for (client, ids) in (0..CLIENTS).zip(&ids) {
        for (at, id) in (0..5).zip(ids) {
            assert_eq!(kept(&service, *id)["order"], json!(sample(client * 5 + at)));
        }
    }
}

#[test]
fn work_stops_for_a_client_that_goes_away() {
    const ORDERS: u64 = 10_000;
    let folder = tempfile::tempdir().unwrap();
    let service = start(folder.path(), &[]);
    let ids = keep(&service, &samples(ORDERS));
    let body = json!({ "ids": ids }).to_string();
    let request = harness::request("/orders/score", "application/json", body.as_bytes());
    // A machine that stands still between two lines of this test may finish the whole batch: then it is asked again.
    service.wait_until("a batch that stops half-way", |service| {
        let before = service.count("orders_scored_total");
        let client = service.raw(&request);
        service.wait_until("the first orders", |service| service.count("orders_scored_total") > before);
        drop(client);
        // It has stopped once two looks in a row see the same.
        let last = std::cell::Cell::new(before);
        service.wait_until("the end of the work", |service| {
            std::thread::sleep(std::time::Duration::from_millis(200));
            let now = service.count("orders_scored_total");
            last.replace(now) == now
        });
        last.get() - before < ORDERS
    });
}
