//! The real programs, which lie beside this one, each with its data in a folder of its own.

use std::env;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use axum_orders::order::{Order, sample};
use serde_json::{Value, json};
use ureq::Agent;

use crate::Done;
use crate::child::{Process, Start, agent};
use crate::way::Framework;

/// A service that does not answer by then never does.
const PATIENCE: Duration = Duration::from_mins(1);
const JSON: &str = "application/json";
const FORM: &str = "multipart/form-data; boundary=edge";

/// What a client sends.
pub(crate) struct Request {
    path: String,
    content_type: &'static str,
    body: Vec<u8>,
}

impl Request {
    /// A body in JSON.
    pub(crate) fn json(path: &str, body: &Value) -> Self {
        Self { path: path.to_owned(), content_type: JSON, body: body.to_string().into_bytes() }
    }

    /// The same picture, `count` times.
    pub(crate) fn pictures(query: &str, picture: &[u8], count: usize) -> Self {
        Self { path: format!("/images?{query}"), content_type: FORM, body: form(picture, count) }
    }
}

/// A service that is killed where this is dropped before it was stopped.
pub(crate) struct Service {
    process: Process,
    url: String,
}

impl Service {
    /// Starts `framework`'s with its data in `folder`.
    pub(crate) fn start(framework: Framework, folder: &Path, start: Start<'_>) -> Done<Self> {
        let path = beside(program(framework))?;
        // Whoever takes the port in between makes the start fail, and with it the run.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut command = Command::new(&path);
        command.args(["--listen", &address.to_string(), "--log", "warn"]).stdin(Stdio::null());
        // The calls are what is measured, not the wait for a service that fails at random.
        if framework == Framework::Axum {
            command.args(["--shipping-failures", "0"]);
        }
        let database = format!("sqlite://{}?mode=rwc", folder.join("orders.db").display());
        command.env("DATABASE_URL", database).env("STORE", folder);
        start.tell(&mut command);
        let child = command.spawn().map_err(|error| format!("{}: {error}", path.display()))?;
        let mut service = Self { process: Process(child), url: format!("http://{address}") };
        let agent = agent();
        let asked = Instant::now();
        while service.get(&agent, "/health").is_err() {
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

    /// Has the orders service keep the first `count` samples, and returns their numbers.
    pub(crate) fn keep(&self, count: usize) -> Done<Vec<Value>> {
        let orders: Vec<Order> = (0..count as u64).map(sample).collect();
        let kept = self.send(&agent(), &Request::json("/orders/batch", &json!({ "orders": orders })))?;
        let kept: Value = serde_json::from_str(&kept)?;
        Ok(kept["ids"].as_array().ok_or("the service kept no orders")?.clone())
    }

    /// Asks for `path`; the answer's text.
    pub(crate) fn get(&self, agent: &Agent, path: &str) -> Done<String> {
        Ok(agent.get(format!("{}{path}", self.url)).call()?.body_mut().read_to_string()?)
    }

    /// Sends `request`; the answer's text.
    pub(crate) fn send(&self, agent: &Agent, request: &Request) -> Done<String> {
        let sent = agent.post(format!("{}{}", self.url, request.path)).content_type(request.content_type);
        let answer = sent.send(&request.body[..]).map_err(|error| format!("{}: {error}", request.path))?;
        Ok(answer.into_body().with_config().limit(1 << 26).read_to_string()?)
    }

    /// Lets it write what it has learned, and waits for its end.
    pub(crate) fn stop(mut self) -> Done {
        let process = rustix::process::Pid::from_child(&self.process.0);
        rustix::process::kill_process(process, rustix::process::Signal::TERM)?;
        self.process.ended()
    }
}

/// Its name.
pub(crate) fn program(framework: Framework) -> &'static str {
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
    Err(format!(
        "{} is missing: `cargo build` builds the services, `--release` to measure them",
        path.display()
    )
    .into())
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
