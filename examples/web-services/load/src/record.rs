//! Records the tuned file that the services carry: the real programs, under requests as different as clients send them.

use std::env;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf, absolute};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use actix_images::thumbnail::sample_png;
use axum_orders::order::{Order, sample};
use serde_json::{Value, json};
use ureq::Agent;

use crate::Done;
use crate::child::{Process, agent};
use crate::way::Framework;
use crate::work::links;

/// A service that does not answer by then never does.
const PATIENCE: Duration = Duration::from_mins(1);
const JSON: &str = "application/json";
const FORM: &str = "multipart/form-data; boundary=edge";
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
        let service = Service::start(framework, &file, folder.path())?;
        let requests = service.requests(framework)?;
        for _ in 0..rounds {
            for request in &requests {
                service.send(request)?;
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

struct Request {
    path: String,
    content_type: &'static str,
    body: Vec<u8>,
}

struct Service {
    process: Process,
    url: String,
    agent: Agent,
}

impl Service {
    /// Starts the real program, which lies beside this one, with its data in `folder`.
    fn start(framework: Framework, file: &Path, folder: &Path) -> Done<Self> {
        let path = beside(program(framework))?;
        // Whoever takes the port in between makes the start fail, and with it the recording.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut command = Command::new(&path);
        command.args(["--listen", &address.to_string(), "--log", "warn"]).stdin(Stdio::null());
        // The calls are what is recorded, not the wait for a service that fails at random.
        if framework == Framework::Axum {
            command.args(["--shipping-failures", "0"]);
        }
        let database = format!("sqlite://{}?mode=rwc", folder.join("orders.db").display());
        command.env("DATABASE_URL", database).env("STORE", folder);
        command.env("AMORSIZE", "record").env("AMORSIZE_FILE", file).env_remove("AMORSIZE_MAX_THREADS");
        let child = command.spawn().map_err(|error| format!("{}: {error}", path.display()))?;
        let mut service = Self { process: Process(child), url: format!("http://{address}"), agent: agent() };
        let asked = Instant::now();
        while service.agent.get(format!("{}/health", service.url)).call().is_err() {
            if let Some(status) = service.process.0.try_wait()? {
                return Err(format!("{} ended with {status}", path.display()).into());
            }
            if asked.elapsed() > PATIENCE {
                return Err(format!("{} does not answer", path.display()).into());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(service)
    }

    /// What clients of `framework`'s service ask for.
    fn requests(&self, framework: Framework) -> Done<Vec<Request>> {
        Ok(match framework {
            Framework::Axum => {
                let orders: Vec<Order> = (0..SIZES[SIZES.len() - 1] as u64).map(sample).collect();
                let kept = self.send(&json("/orders/batch", &json!({ "orders": orders })))?;
                let kept: Value = serde_json::from_str(&kept)?;
                let ids = kept["ids"].as_array().ok_or("the service kept no orders")?;
                let of = |path| SIZES.map(|size| json(path, &json!({ "ids": ids[..size] })));
                [of("/orders/score"), of("/orders/price")].into_iter().flatten().collect()
            }
            Framework::Actix => PICTURES
                .into_iter()
                .map(|(width, height, count, query)| Request {
                    path: format!("/images?{query}"),
                    content_type: FORM,
                    body: form(&sample_png(width, height), count),
                })
                .collect(),
            Framework::Rocket => SIZES.map(|size| json("/links", &json!({ "links": links(size) }))).into(),
        })
    }

    fn send(&self, request: &Request) -> Done<String> {
        let sent =
            self.agent.post(format!("{}{}", self.url, request.path)).content_type(request.content_type);
        let answer = sent.send(&request.body[..]).map_err(|error| format!("{}: {error}", request.path))?;
        Ok(answer.into_body().with_config().limit(1 << 26).read_to_string()?)
    }

    /// Lets it write what it has learned, and waits for its end.
    fn stop(mut self) -> Done {
        let process = rustix::process::Pid::from_child(&self.process.0);
        rustix::process::kill_process(process, rustix::process::Signal::TERM)?;
        self.process.ended()
    }
}

fn program(framework: Framework) -> &'static str {
    match framework {
        Framework::Axum => "axum-orders",
        Framework::Actix => "actix-images",
        Framework::Rocket => "rocket-links",
    }
}

fn beside(name: &str) -> Done<PathBuf> {
    let path = env::current_exe()?.with_file_name(format!("{name}{}", env::consts::EXE_SUFFIX));
    if fs::exists(&path)? {
        return Ok(path);
    }
    Err(format!("{} is missing: `cargo build --release` builds the services", path.display()).into())
}

fn json(path: &str, body: &Value) -> Request {
    Request { path: path.to_owned(), content_type: JSON, body: body.to_string().into_bytes() }
}

/// A form with the same picture `count` times.
fn form(picture: &[u8], count: usize) -> Vec<u8> {
    let mut body = Vec::new();
    for at in 0..count {
        let head =
            format!("--edge\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{at}.png\"\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(picture);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--edge--\r\n");
    body
}
