//! The service as a client sees it, each test with a process of its own.

use std::io::{BufRead, BufReader};

use harness::{
    Answer, Running, gives_up_a_slow_client, help, refuses, refuses_a_second, refuses_a_taken_port,
    refuses_more_than_it_may_hold, request, rest,
};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_rocket-links");
const JSON: &str = "application/json";

fn post(running: &Running, path: &str, links: &[impl AsRef<str>]) -> Answer {
    running.post(path, JSON, &batch(links))
}

fn batch(links: &[impl AsRef<str>]) -> Vec<u8> {
    let links: Vec<&str> = links.iter().map(AsRef::as_ref).collect();
    json!({ "links": links }).to_string().into_bytes()
}

/// Links that take long to judge: three more links in each.
fn many(count: usize) -> Vec<String> {
    let inner = "http%3A%2F%2Frnicrosoft-login.example.top%2Fx7k2q9vw4tzp1mx7a3b8c5d6%3Fu%3Dhttp%253A%252F%252Fg00gle.zip";
    (0..count).map(|n| format!("http://a{n}.paypa1.com/?a={inner}&b={inner}&c={inner}")).collect()
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[test]
fn links_are_judged_in_their_order_and_added_up() {
    let service = Running::start(PROGRAM, &[]);
    let links =
        ["https://www.paypal.com/", "http://paypa1.com@example.org/", "no link", "https://раураl.com/"];
    let answer = post(&service, "/links", &links);
    assert_eq!((answer.status, answer.content_type.as_str()), (200, JSON));
    let json = answer.json();
    let urls: Vec<_> = json["links"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|link| link["url"].as_str().expect("text"))
        .collect();
    assert_eq!(urls, links);
    assert_eq!(
        json["links"][0],
        json!({ "url": links[0], "host": "www.paypal.com", "score": 100, "reasons": [] })
    );
    assert_eq!(json["links"][1]["score"], 50);
    assert_eq!(json["links"][2]["host"], Value::Null);
    assert_eq!(json["links"][3]["reasons"][1]["rule"], "look_alike");
    assert_eq!(json["statistics"]["links"], 4);
    assert_eq!(json["statistics"]["lowest_score"], 0);
    assert_eq!(json["statistics"]["rules"]["no_encryption"], 1);

    let stream = post(&service, "/links/stream", &links);
    assert_eq!((stream.status, stream.content_type.as_str()), (200, "application/x-ndjson"));
    let text = String::from_utf8(stream.body).expect("text");
    let verdicts: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(Value::from(verdicts), json["links"]);
}

#[test]
fn a_list_of_names_can_be_given() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/names.txt");
    let service = Running::start(PROGRAM, &["--names", file]);
    let json = post(&service, "/links", &["https://rnybank.org/", "https://paypa1.com/"]).json();
    assert_eq!(json["links"][0]["reasons"][0]["rule"], "look_alike", "{json}");
    assert_eq!(json["links"][1]["score"], 100);
    assert_eq!(service.get("/ready").json()["checks"][3]["detail"], "2 well-known names");
}

#[test]
fn batches_that_make_no_sense_are_refused() {
    let service = Running::start(PROGRAM, &["--max-links", "3", "--max-bytes", "1000"]);
    let long = batch(&["x".repeat(1000)]);
    for path in ["/links", "/links/stream"] {
        for (kind, body, status, code) in [
            (JSON, &br#"{"links":[]}"#[..], 400, "empty"),
            (JSON, b"", 400, "malformed"),
            (JSON, br#"{"links":["#, 400, "malformed"),
            (JSON, b"\xff\xfe", 400, "malformed"),
            (JSON, br#"["https://example.org/"]"#, 422, "wrong_shape"),
            (JSON, br#"{"links":[7]}"#, 422, "wrong_shape"),
            (JSON, br#"{"links":"https://example.org/"}"#, 422, "wrong_shape"),
            (JSON, br#"{"links":["a"],"more":1}"#, 422, "wrong_shape"),
            (JSON, br#"{"links":["a","b","c","d"]}"#, 413, "too_many"),
            (JSON, &long, 413, "too_large"),
            ("text/plain", br#"{"links":["a"]}"#, 415, "wrong_type"),
        ] {
            let answer = service.post(path, kind, body);
            assert_eq!(answer.refusal(), refused(status, code), "{}", String::from_utf8_lossy(body));
        }
    }
    assert_eq!(service.get("/nowhere").refusal(), refused(404, "unknown_route"));
    assert_eq!(service.get("/links").refusal(), refused(405, "wrong_method"));
    assert_eq!(service.post("/health", JSON, b"{}").refusal(), refused(405, "wrong_method"));
    let odd = rest(service.raw(b"BREW /links HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"));
    assert!(odd.contains("look at the method"), "{odd}");
    let put = rest(service.raw(b"PUT /links HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"));
    assert!(put.starts_with("HTTP/1.1 405") && put.contains("allow: POST\r\n"), "{put}");
    let service = Running::start(PROGRAM, &[]);
    let long = ["https://example.org/".to_owned(), "x".repeat(8_193)];
    assert_eq!(post(&service, "/links", &long).refusal(), refused(422, "too_long"));
    assert_eq!(post(&service, "/links", &["x".repeat(8_192)]).status, 200);
}

#[test]
fn options_that_make_no_sense_are_refused_with_what_to_write() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/empty.txt");
    for (option, value, remedy) in [
        ("--names", "/no/such/file", "give a text file"),
        ("--names", file, "there is no name in it"),
        ("--max-links", "0", "write a whole number above 0"),
        ("--max-bytes", "0", "write a whole number above 0"),
    ] {
        refuses(PROGRAM, &[option, value], remedy);
    }
}

#[test]
fn a_slow_client_loses_its_place() {
    let service = Running::start(PROGRAM, &["--max-requests", "1", "--upload-s", "1"]);
    for path in ["/links", "/links/stream"] {
        gives_up_a_slow_client(&service, path, JSON, &batch(&["https://example.org/"]));
    }
}

#[test]
fn what_waits_is_bounded_in_bytes() {
    let body = batch(&["https://example.org/"]);
    let service = Running::start(PROGRAM, &["--max-held-bytes", &(2 * body.len() + 9).to_string()]);
    refuses_more_than_it_may_hold(&service, "/links", JSON, &body);
}

#[test]
fn beyond_its_places_it_refuses_and_says_when_to_come_back() {
    let service = Running::start(PROGRAM, &["--max-requests", "1"]);
    for path in ["/links", "/links/stream"] {
        refuses_a_second(&service, path, JSON, &batch(&["https://example.org/"]));
    }
}

#[test]
fn a_taken_port_is_named() {
    refuses_a_taken_port(PROGRAM, &[]);
}

#[test]
fn probes_answer() {
    let service = Running::start(PROGRAM, &["--max-load", "1000000"]);
    assert_eq!(service.get("/health").json()["status"], "ok");
    let ready = service.get("/ready");
    assert_eq!(ready.status, 200, "{}", ready.json());
    assert_eq!(ready.json()["sites"].as_array().map(Vec::len), Some(2));
    assert!(service.get("/decisions").json()["sites"].as_array().is_some_and(|sites| sites.len() >= 2));
    assert_eq!(post(&service, "/links", &["https://example.org/"]).status, 200);
    let text = String::from_utf8(service.get("/metrics").body).expect("text");
    let counted = r#"http_requests_total{route="/links",method="POST",status="200"} 1"#;
    assert!(text.contains(counted), "{text}");
    assert!(help(PROGRAM).contains("--max-links"));
}

#[test]
fn two_hundred_requests_at_once_are_all_answered() {
    let service = Running::start(PROGRAM, &[]);
    std::thread::scope(|scope| {
        for n in 0..200 {
            let service = &service;
            scope.spawn(move || {
                let links = [format!("https://example{n}.org/"), "http://example.org/".to_owned()];
                let answer = post(service, "/links", &links);
                assert_eq!(answer.status, 200, "{answer:?}");
                assert_eq!(answer.json()["links"][0]["url"], links[0]);
            });
        }
    });
    assert_eq!(service.count("links_judged_total"), 400);
}

#[test]
fn a_stream_stops_when_its_client_goes_away() {
    let service = Running::start(PROGRAM, &["--max-links", "100000", "--max-bytes", "100000000"]);
    let client = service.raw(&request("/links/stream", JSON, &batch(&many(30_000))));
    let mut lines = BufReader::new(client);
    let first = std::iter::repeat_with(|| {
        let mut line = String::new();
        lines.read_line(&mut line).expect("it answers");
        line
    });
    let first = first.take(100).find(|line| line.starts_with('{')).expect("a verdict");
    assert!(first.contains("paypa1"), "{first}");
    drop(lines);
    service.wait_until("the request is over", |service| service.count("requests_in_flight") == 0);
    let done = service.count("links_judged_total");
    assert!(done < 30_000, "{done} of 30 000 links were judged for nobody");
    assert_eq!(post(&service, "/links", &["https://example.org/"]).status, 200, "others are still served");
}

#[test]
fn who_reads_no_more_holds_no_place() {
    let options =
        ["--max-links", "100000", "--max-bytes", "100000000", "--upload-s", "1", "--max-requests", "1"];
    let service = Running::start(PROGRAM, &options);
    let client = service.raw(&request("/links/stream", JSON, &batch(&many(60_000))));
    service.wait_until("work has begun", |service| service.count("links_judged_total") > 0);
    service.wait_until("room", |service| service.count("requests_in_flight") == 0);
    assert_eq!(post(&service, "/links", &["https://example.org/"]).status, 200);
    let told = rest(client);
    assert!(told.contains(r#"{"error":{"code":"too_slow""#), "{}", told.len());
}

#[test]
fn a_request_in_flight_survives_the_order_to_stop() {
    let links = many(6_000);
    for path in ["/links", "/links/stream"] {
        let options = ["--max-links", "100000", "--max-bytes", "100000000", "--grace-s", "120"];
        let mut service = Running::start(PROGRAM, &options);
        let answer = std::thread::scope(|scope| {
            let answer = scope.spawn(|| post(&service, path, &links));
            service.wait_until("work has begun", |service| {
                service.count("requests_in_flight") == 1 || service.count("links_judged_total") > 0
            });
            service.terminate();
            answer.join().expect("no panic")
        });
        assert_eq!(answer.status, 200);
        let scores = String::from_utf8_lossy(&answer.body).matches("\"score\"").count();
        assert_eq!(scores, 6_000, "{path}");
        // Well before the time of grace is over.
        assert!(service.ended().success());
    }
}
