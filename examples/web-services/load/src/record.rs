//! Records the tuned file that the services carry: the real programs, under requests as different as clients send them.

use std::path::{Path, absolute};

use actix_images::thumbnail::sample_png;
use serde_json::json;

use crate::Done;
use crate::child::{Start, agent};
use crate::service::{Request, Service, program};
use crate::way::Framework;
use crate::work::links;

/// Items of one request: a client with a single one, and batches up to what the services take in stride.
const SIZES: [usize; 5] = [1, 4, 30, 250, 2_000];
/// Width, height and number of the pictures of one request, and what is done to them.
const PICTURES: [(u32, u32, usize, &str); 5] = [
    (64, 48, 1, "edge=32"),
    (300, 220, 12, "edge=160"),
    (1_600, 1_200, 1, "filters=blur:3,sharpen:60"),
    (1_600, 1_200, 1, "filters=grayscale,tone:1.4"),
    (640, 480, 4, "edge=320&filters=sharpen:80,tone:0.8,grayscale"),
];

/// Sends `rounds` rounds of requests to each service and has it record into `file`.
pub(crate) fn run(file: &Path, rounds: usize) -> Done {
    let file = absolute(file)?;
    for framework in Framework::ALL {
        let folder = tempfile::tempdir()?;
        let service = Service::start(framework, folder.path(), Start::Record(&file))?;
        let (requests, agent) = (requests(&service, framework)?, agent());
        for _ in 0..rounds {
            for request in &requests {
                service.send(&agent, request)?;
            }
        }
        service.stop()?;
        println!(
            "{}: {} requests of {} kinds recorded",
            program(framework),
            rounds * requests.len(),
            requests.len()
        );
    }
    Ok(())
}

/// What clients of `framework`'s service ask for.
fn requests(service: &Service, framework: Framework) -> Done<Vec<Request>> {
    Ok(match framework {
        Framework::Axum => {
            let ids = service.keep(SIZES[SIZES.len() - 1])?;
            let of = |path| SIZES.map(|size| Request::json(path, &json!({ "ids": ids[..size] })));
            [of("/orders/score"), of("/orders/price")].into_iter().flatten().collect()
        }
        Framework::Actix => PICTURES
            .into_iter()
            .map(|(width, height, count, query)| Request::pictures(query, &sample_png(width, height), count))
            .collect(),
        Framework::Rocket => {
            SIZES.map(|size| Request::json("/links", &json!({ "links": links(size) }))).into()
        }
    })
}
