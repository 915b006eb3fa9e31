//! Every route with good and with bad input.

use axum_orders::fraud::{Model, score};
use axum_orders::order::sample;
use axum_orders::pricing::{Catalogue, price};
use serde_json::{Value, json};

use crate::{PROGRAM, job, keep, kept, post, samples, start, start_job};

#[test]
fn orders_come_back_as_they_were_sent() {
    let folder = tempfile::tempdir().unwrap();
    let service = start(folder.path(), &[]);
    let created = post(&service, "/orders", &json!(sample(7)));
    assert_eq!(created.status, 201, "{created:?}");
    let id = created.json()["id"].as_i64().unwrap();
    assert_eq!(kept(&service, id), json!({ "id": id, "order": sample(7), "risk": null }));

    let ids = keep(&service, &samples(20));
    assert_eq!(ids.len(), 20);
    for (order, id) in samples(20).iter().zip(ids) {
        assert_eq!(kept(&service, id)["order"], json!(order));
    }
}

#[test]
fn batches_are_priced_and_scored_as_the_plain_functions_do_it() {
    let folder = tempfile::tempdir().unwrap();
    let service = start(folder.path(), &["--shipping-failures", "0"]);
    let orders = samples(300);
    let ids = keep(&service, &orders);

    let bills = post(&service, "/orders/price", &json!({ "ids": ids })).json();
    assert_eq!(bills["without_shipping"], false);
    let risks = post(&service, "/orders/score", &json!({ "ids": ids })).json();
    let prices = price(&orders, &Catalogue::default());
    let scores = score(&orders, &Model::default());
    for (at, id) in ids.iter().enumerate() {
        let row = &bills["prices"][at];
        assert_eq!((&row["id"], &row["price"]), (&json!(id), &json!(prices[at])));
        assert!(row["shipping_cents"].as_u64().is_some(), "{row}");
        assert_eq!(risks["scores"][at], json!({ "id": id, "score": scores[at] }));
    }
}

#[test]
fn a_job_goes_over_all_orders_and_can_be_cancelled() {
    let folder = tempfile::tempdir().unwrap();
    let service = start(folder.path(), &[]);
    let orders = samples(1_200);
    let ids = keep(&service, &orders);
    let id = start_job(&service);
    service.wait_until("the end of the job", |service| job(service, id)["state"] == "done");
    assert_eq!(job(&service, id), json!({ "id": id, "state": "done", "done": 1_200, "total": 1_200 }));
    let scores = score(&orders, &Model::default());
    for at in [0, 600, 1_199] {
        assert_eq!(kept(&service, ids[at])["risk"], json!(scores[at].risk));
    }

    // One that is quicker than its cancellation is done; another one is tried then.
    service.wait_until("a cancelled job", |service| {
        let id = start_job(service);
        let head = format!("DELETE /jobs/{id} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        let answer = harness::rest(service.raw(head.as_bytes()));
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        let state = job(service, id);
        assert!(state["state"] != "active", "{state}");
        state["state"] == "cancelled" && state["done"].as_i64() < Some(1_200)
    });
}

#[test]
fn bad_input_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let service = start(folder.path(), &["--max-batch", "10", "--max-bytes", "20000"]);
    keep(&service, &samples(1));
    let bad_order = {
        let mut order = json!(sample(1));
        order["hour"] = json!(24);
        order
    };
    let wrong_shape = {
        let mut order = json!(sample(1));
        order["lines"] = json!("none");
        order
    };
    let table: [(&str, Value, (u16, &str)); 17] = [
        ("/orders", json!({}), (422, "wrong_shape")),
        ("/orders", json!([]), (422, "wrong_shape")),
        ("/orders", wrong_shape, (422, "wrong_shape")),
        ("/orders", bad_order.clone(), (422, "bad_order")),
        ("/orders", json!("x".repeat(20_001)), (413, "too_large")),
        ("/orders/batch", json!({ "orders": [] }), (400, "empty")),
        ("/orders/batch", json!({ "orders": [sample(1), bad_order] }), (422, "bad_order")),
        ("/orders/batch", json!({ "orders": samples(11) }), (413, "too_many")),
        ("/orders/batch", json!({ "orders": samples(200) }), (413, "too_large")),
        ("/orders/price", json!({ "ids": [] }), (400, "empty")),
        ("/orders/price", json!({ "ids": [1, 999] }), (404, "not_found")),
        ("/orders/price", json!({ "ids": ["one"] }), (422, "wrong_shape")),
        ("/orders/score", json!({ "ids": [] }), (400, "empty")),
        ("/orders/score", json!({ "ids": [-1] }), (404, "not_found")),
        ("/orders/score", json!({ "ids": vec![1; 11] }), (413, "too_many")),
        ("/orders/score", json!({ "id": 1 }), (422, "wrong_shape")),
        ("/nowhere", json!({}), (404, "unknown_route")),
    ];
    for (path, body, (status, code)) in table {
        let refusal = post(&service, path, &body).refusal();
        assert_eq!(refusal, (status, code.to_owned()), "{path} {body:.100}");
    }
    for path in ["/orders", "/orders/batch", "/orders/price", "/orders/score"] {
        for (content_type, body, status, code) in [
            ("application/json", "", 400, "malformed"),
            ("application/json", "{\"", 400, "malformed"),
            ("application/json", "\u{0}", 400, "malformed"),
            ("text/plain", "{}", 415, "wrong_type"),
        ] {
            let refusal = service.post(path, content_type, body.as_bytes()).refusal();
            assert_eq!(refusal, (status, code.to_owned()), "{path} {content_type} {body:?}");
        }
    }
    for (path, status, code) in [
        ("/orders/one", 400, "wrong_type"),
        ("/orders/%ff", 400, "wrong_type"),
        ("/orders/99999999999999999999", 400, "wrong_type"),
        ("/orders/2", 404, "not_found"),
        ("/jobs/one", 400, "wrong_type"),
        ("/jobs/1", 404, "not_found"),
        ("/orders/batch/1", 404, "unknown_route"),
        ("/orders", 405, "wrong_method"),
    ] {
        assert_eq!(service.get(path).refusal(), (status, code.to_owned()), "{path}");
    }
    let message =
        post(&service, "/orders", &json!("x".repeat(20_001))).json()["error"]["message"].to_string();
    assert!(message.contains("at most 20000 bytes"), "{message}");
    // None of it has left anything behind.
    assert_eq!(service.get("/orders/2").status, 404);
}

#[test]
fn what_a_request_is_about_is_limited_like_the_request() {
    let folder = tempfile::tempdir().unwrap();
    let service = start(folder.path(), &["--max-bytes", "5000"]);
    let ids: Vec<i64> = samples(20).chunks(2).flat_map(|orders| keep(&service, orders)).collect();
    let bodies: usize = samples(20).iter().map(|order| json!(order).to_string().len()).sum();
    assert!(bodies > 5_000);
    for path in ["/orders/price", "/orders/score"] {
        assert_eq!(post(&service, path, &json!({ "ids": ids[..3] })).status, 200);
        let refused = post(&service, path, &json!({ "ids": ids }));
        assert_eq!(refused.refusal(), (413, "too_large".to_owned()));
    }
    // A job takes them in smaller pages.
    let id = start_job(&service);
    service.wait_until("the end of the job", |service| job(service, id)["state"] == "done");
    assert_eq!(job(&service, id)["done"], 20);
}

#[test]
fn probes_tell_how_the_service_is() {
    let folder = tempfile::tempdir().unwrap();
    let service = start(folder.path(), &["--max-batch", "100"]);
    let health = service.get("/health");
    assert_eq!((health.status, health.json()), (200, json!({ "status": "ok" })));

    let ready = service.get("/ready");
    assert_eq!(ready.status, 200, "{ready:?}");
    let ready = ready.json();
    let names: Vec<_> =
        ready["checks"].as_array().unwrap().iter().map(|check| check["name"].clone()).collect();
    assert_eq!(names, ["sites", "memory", "load", "database", "places"]);
    for site in ready["sites"].as_array().unwrap() {
        assert_eq!(site["compiled_safe"], true, "{site}");
    }
    let decided = service.get("/decisions").json();
    let sites: Vec<_> =
        decided["sites"].as_array().unwrap().iter().map(|site| site["site"].to_string()).collect();
    for function in ["axum_orders::pricing::price", "axum_orders::fraud::score"] {
        assert!(sites.iter().any(|site| site.contains(function)), "{sites:?}");
    }
    let metrics = service.get("/metrics");
    assert!(metrics.content_type.starts_with("text/plain"), "{metrics:?}");
    let text = String::from_utf8(metrics.body).unwrap();
    assert!(text.contains(r#"http_requests_total{route="/health",method="GET",status="200"} 1"#), "{text}");

    let busy = start(folder.path(), &["--max-batch", "1000000000000"]);
    let unready = busy.get("/ready");
    assert_eq!((unready.status, unready.json()["ready"].clone()), (503, json!(false)));
}

#[test]
fn help_names_every_option_and_bad_ones_are_refused() {
    let help = harness::help(PROGRAM);
    for option in
        ["--listen", "--database", "--shipping-failures", "--max-batch", "--upload-s", "DATABASE_URL"]
    {
        assert!(help.contains(option), "{help}");
    }
    for (option, value, remedy) in [
        ("--database", "mysql://x", "write `sqlite://"),
        ("--database", "sqlite://missing.db", "write `sqlite://"),
        ("--database-timeout-ms", "0", "write a whole number above 0"),
        ("--shipping", "nonsense", "write one such as `http://"),
        ("--shipping-failures", "7", "write a number from 0 to 1"),
        ("--max-bytes", "0", "write a whole number above 0"),
        ("--log", "verbose", "write `error`"),
        ("--listen", "8080", "write an address"),
    ] {
        harness::refuses(PROGRAM, &[option, value], remedy);
    }
}
