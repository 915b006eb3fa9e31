//! The same service on a real PostgreSQL server, which is stopped under it and started again. `bash .ci/postgres` starts the
//! server and runs this.

use std::process::Command;
use std::thread;

use axum_orders::order::sample;
use serde_json::json;
use sqlx::{AnyConnection, Connection, Executor};
use tokio::runtime::Runtime;

use crate::{job, keep, kept, post, samples, start_at, start_job};

/// Runs the command that a variable of the script holds.
fn run(variable: &str) {
    let command =
        std::env::var(variable).unwrap_or_else(|_| panic!("{variable} is not set: run `bash .ci/postgres`"));
    assert!(Command::new("sh").args(["-c", &command]).status().unwrap().success(), "{command}");
}

#[test]
#[ignore = "needs a server: `bash .ci/postgres` starts one and runs it"]
fn orders_and_jobs_survive_a_restart_of_the_server_and_of_the_service() {
    let database = std::env::var("ORDERS_TEST_DATABASE").expect("`bash .ci/postgres` sets it");
    let options = ["--database-timeout-ms", "2000"];
    let mut service = start_at(&database, &options);
    assert_eq!(service.get("/ready").status, 200);
    let ids = keep(&service, &samples(1_200));
    let one = post(&service, "/orders", &json!(sample(5))).json()["id"].as_i64().unwrap();
    assert!(!ids.contains(&one));
    let priced = post(&service, "/orders/price", &json!({ "ids": ids }));
    assert_eq!((priced.status, priced.json()["prices"].as_array().unwrap().len()), (200, 1_200));
    let risks = post(&service, "/orders/score", &json!({ "ids": ids })).json();
    let running = start_job(&service);
    service.wait_until("the end of the job", |service| job(service, running)["state"] == "done");
    assert_eq!(kept(&service, ids[3])["risk"], risks["scores"][3]["score"]["risk"]);
    assert_eq!(post(&service, "/orders/score", &json!({ "ids": [i64::MAX] })).status, 404);

    run("ORDERS_TEST_STOP");
    assert_eq!(service.get("/orders/1").refusal(), (503, "database_down".to_owned()));
    assert_eq!(post(&service, "/orders", &json!(sample(6))).status, 503);
    assert_eq!((service.get("/ready").status, service.get("/health").status), (503, 200));

    run("ORDERS_TEST_START");
    service.wait_until("the database", |service| service.get("/ready").status == 200);
    for (order, id) in samples(1_200).iter().zip(&ids).step_by(100) {
        assert_eq!(kept(&service, *id)["order"], json!(order));
    }

    service.terminate();
    assert!(service.ended().success());
    let service = start_at(&database, &options);
    assert_eq!(kept(&service, one)["order"], json!(sample(5)));
    assert_eq!(job(&service, running)["done"], 1_201);
}

/// Another process has taken a number and has not committed yet: the job waits, and counts its order.
#[test]
#[ignore = "needs a server: `bash .ci/postgres` starts one and runs it"]
fn a_job_does_as_many_orders_as_it_has_counted() {
    sqlx::any::install_default_drivers();
    let runtime = Runtime::new().unwrap();
    let connect = |url: &str| runtime.block_on(AnyConnection::connect(url)).unwrap();
    let run = |on: &mut AnyConnection, sql: &'static str| runtime.block_on(on.execute(sql)).unwrap();
    let number = |on: &mut AnyConnection, sql: &'static str| {
        runtime.block_on(sqlx::query_scalar::<_, i64>(sql).fetch_one(on)).unwrap()
    };
    let database = std::env::var("ORDERS_TEST_DATABASE").expect("`bash .ci/postgres` sets it");
    let mut watch = connect(&database);
    run(&mut watch, "CREATE DATABASE counted");
    let database = format!("{}/counted", database.rsplit_once('/').unwrap().0);
    let service = start_at(&database, &[]);
    keep(&service, &samples(2));

    let mut other = connect(&database);
    run(&mut other, "BEGIN");
    let early = number(&mut other, "INSERT INTO orders (body) SELECT max(body) FROM orders RETURNING id");
    let late = keep(&service, &samples(1))[0];
    assert!(early < late);
    let started = thread::scope(|scope| {
        let started = scope.spawn(|| start_job(&service));
        while !started.is_finished()
            && number(&mut watch, "SELECT count(*) FROM pg_locks WHERE NOT granted") == 0
        {
            thread::yield_now();
        }
        run(&mut other, "COMMIT");
        started.join().unwrap()
    });
    service.wait_until("the end of the job", |service| job(service, started)["state"] == "done");
    let job = job(&service, started);
    assert_eq!((&job["done"], &job["total"]), (&json!(4), &json!(4)));
    assert!(kept(&service, early)["risk"].is_f64());
}
