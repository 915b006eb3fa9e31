//! The service is stopped while it works: whatever it has said yes to is there afterwards.

use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use axum_orders::order::sample;
use serde_json::{Value, json};

use crate::{job, keep, kept, numbers, samples, start, start_job};

/// Sends batches until the service takes no more; returns the first sample number and the numbers of each batch that was
/// acknowledged.
fn batches(address: SocketAddr, client: u64, acknowledged: &AtomicUsize) -> Vec<(u64, Vec<i64>)> {
    let mut all = Vec::new();
    for first in (0..).map(|batch| client * 1_000_000 + batch * 40) {
        let orders: Vec<_> = (first..first + 40).map(sample).collect();
        let body = json!({ "orders": orders }).to_string();
        let Ok(mut stream) = TcpStream::connect(address) else { break };
        // It may be closed while we write: then there is no acknowledgement, and nothing is promised.
        let request = harness::request("/orders/batch", "application/json", body.as_bytes());
        if stream.write_all(&request).is_err() {
            break;
        }
        let mut answer = String::new();
        let read = std::io::Read::read_to_string(&mut stream, &mut answer);
        let (true, Some((head, body))) = (read.is_ok(), answer.split_once("\r\n\r\n")) else { break };
        if !head.starts_with("HTTP/1.1 201") {
            break;
        }
        all.push((first, numbers(&serde_json::from_str::<Value>(body).unwrap())));
        acknowledged.fetch_add(1, Ordering::Relaxed);
    }
    all
}

#[test]
fn what_was_acknowledged_before_a_stop_is_there_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut service = start(folder.path(), &[]);
    keep(&service, &samples(2_000));
    let running = start_job(&service);

    let acknowledged = AtomicUsize::new(0);
    let kept_batches: Vec<_> = thread::scope(|scope| {
        let (address, acknowledged) = (service.address, &acknowledged);
        let clients: Vec<_> =
            (1..=4).map(|client| scope.spawn(move || batches(address, client, acknowledged))).collect();
        service.wait_until("some batches", |_| acknowledged.load(Ordering::Relaxed) >= 8);
        service.terminate();
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
    });
    assert!(service.ended().success());
    assert!(kept_batches.len() >= 8);

    let service = start(folder.path(), &[]);
    for (first, ids) in &kept_batches {
        assert_eq!(ids.len(), 40);
        for (number, id) in (*first..).zip(ids) {
            assert_eq!(kept(&service, *id)["order"], json!(sample(number)));
        }
    }
    // The job goes on where its last page ended, and nothing is counted twice.
    service.wait_until("the end of the job", |service| job(service, running)["state"] == "done");
    assert_eq!(
        job(&service, running),
        json!({ "id": running, "state": "done", "done": 2_000, "total": 2_000 })
    );
}
