//! A service under test: its real program in a process of its own on loopback, and a client. What goes wrong panics, as a
//! test wants it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde_json::Value;
use ureq::Agent;

/// Longer than anything takes, even on a busy machine: what is waited for then never comes.
const PATIENCE: Duration = Duration::from_mins(2);

/// A service that runs until this is dropped.
pub struct Running {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    agent: Agent,
}

/// What a service has answered.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The value of `Content-Type`, or nothing.
    pub content_type: String,
    /// The value of `Retry-After`, or nothing.
    pub retry_after: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Panics
    /// If it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Status and `error.code`, which is how every refusal looks.
    ///
    /// # Panics
    /// If this is none.
    #[must_use]
    pub fn refusal(&self) -> (u16, String) {
        let json = self.json();
        let text = |field| {
            json["error"][field].as_str().unwrap_or_else(|| panic!("no `{field}`: {json}")).to_owned()
        };
        assert!(text("message").len() > 10, "a refusal says what is wrong: {json}");
        assert_eq!(self.status == 503, !self.retry_after.is_empty(), "{self:?}");
        (self.status, text("code"))
    }
}

impl Running {
    /// Starts `program` on a free port and waits until it listens.
    ///
    /// # Panics
    /// If it does not come so far.
    #[must_use]
    pub fn start(program: &str, options: &[&str]) -> Self {
        let mut command = Command::new(program);
        command.args(["--listen", "127.0.0.1:0", "--log-format", "json", "--log", "info"]).args(options);
        for variable in ["AMORSIZE", "AMORSIZE_FILE", "AMORSIZE_MAX_THREADS", "AMORSIZE_LOG"] {
            command.env_remove(variable);
        }
        let mut child =
            command.stderr(Stdio::piped()).stdin(Stdio::null()).spawn().expect("the program starts");
        let log = BufReader::new(child.stderr.take().expect("it is piped"));
        let (found, address) = mpsc::channel();
        // Reads to the end: a full pipe would stop the service.
        std::thread::spawn(move || {
            for line in log.lines().map_while(Result::ok) {
                eprintln!("{line}");
                let line: Value = serde_json::from_str(&line).unwrap_or_default();
                if let Some(address) = line["fields"]["address"].as_str().and_then(|text| text.parse().ok()) {
                    let _ = found.send(address);
                }
            }
        });
        let address = address.recv_timeout(PATIENCE).expect("the log names the address");
        let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE));
        Self { child, address, agent: config.build().into() }
    }

    /// Asks for a page.
    #[must_use]
    pub fn get(&self, path: &str) -> Answer {
        Self::answer(self.agent.get(self.url(path)).call())
    }

    /// Sends a body.
    #[must_use]
    pub fn post(&self, path: &str, content_type: &str, body: &[u8]) -> Answer {
        Self::answer(self.agent.post(self.url(path)).content_type(content_type).send(body))
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn answer(got: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Answer {
        let mut response = got.expect("an answer");
        let header = |name| {
            let value = response.headers().get(name).and_then(|value| value.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        let (content_type, retry_after) = (header("content-type"), header("retry-after"));
        let body = response.body_mut().with_config().limit(1 << 30).read_to_vec().expect("a whole body");
        Answer { status: response.status().as_u16(), content_type, retry_after, body }
    }

    /// A connection of one's own, over which a request has been sent as far as `bytes` go.
    ///
    /// # Panics
    /// If the service takes none.
    #[must_use]
    pub fn raw(&self, bytes: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("not zero");
        stream.write_all(bytes).expect("it reads");
        stream
    }

    /// The sum of a count over its labels; 0 before it is first counted.
    ///
    /// # Panics
    /// If the service does not answer.
    #[must_use]
    pub fn count(&self, name: &str) -> u64 {
        let text = String::from_utf8(self.get("/metrics").body).expect("text");
        let of_name = |line: &&str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with([' ', '{']));
        text.lines().filter(of_name).filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok()).sum()
    }

    /// Waits until the service has come so far.
    ///
    /// # Panics
    /// If it never does.
    pub fn wait_until(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        let started = Instant::now();
        while !holds(self) {
            assert!(started.elapsed() < PATIENCE, "never came: {what}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Asks it to stop, as an orchestrator does.
    ///
    /// # Panics
    /// If it has ended already.
    pub fn terminate(&self) {
        let process = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(process, rustix::process::Signal::TERM).expect("it runs");
    }

    /// How it ended.
    ///
    /// # Panics
    /// If it does not end.
    #[must_use]
    pub fn ended(&mut self) -> ExitStatus {
        let started = Instant::now();
        loop {
            match self.child.try_wait().expect("it is our child") {
                Some(status) => return status,
                None if started.elapsed() > PATIENCE => panic!("the service does not stop"),
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Has a service that was started with `--max-requests 1` refuse a second request while it takes the first.
///
/// # Panics
/// If it does not, or refuses more than that.
pub fn refuses_a_second(service: &Running, path: &str, content_type: &str, body: &[u8]) {
    let whole = request(path, content_type, body);
    let (early, late) = whole.split_at(whole.len() - 1);
    let mut first = service.raw(early);
    service.wait_until("the first request", |service| service.count("requests_in_flight") == 1);
    assert_eq!(service.post(path, content_type, body).refusal(), (503, "busy".to_owned()));
    assert_eq!(service.get("/health").status, 200);
    first.write_all(late).expect("it reads");
    let answer = rest(first);
    assert!(answer.starts_with("HTTP/1.1 20"), "{answer}");
    service.wait_until("room", |service| service.count("requests_in_flight") == 0);
    let again = service.post(path, content_type, body);
    assert!((200..300).contains(&again.status), "{again:?}");
}

/// Has a service that was started with `--upload-s 1` and `--max-requests 1` give up a client that sends all but the last 20 bytes.
///
/// # Panics
/// If it does not, or keeps the place.
pub fn gives_up_a_slow_client(service: &Running, path: &str, content_type: &str, body: &[u8]) {
    let whole = request(path, content_type, body);
    let answer = rest(service.raw(&whole[..whole.len() - 20]));
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("too_slow"), "{answer}");
    service.wait_until("room", |service| service.count("requests_in_flight") == 0);
    assert_eq!(service.count("requests_held_bytes"), 0);
    let next = service.post(path, content_type, body);
    assert!((200..300).contains(&next.status), "{next:?}");
}

/// Has a service that was started with `--max-held-bytes` just above twice the length of `body` refuse the third of such requests
/// while two are arriving.
///
/// # Panics
/// If it does not.
pub fn refuses_more_than_it_may_hold(service: &Running, path: &str, content_type: &str, body: &[u8]) {
    let mut half = request(path, content_type, body);
    half.pop();
    let first = [service.raw(&half), service.raw(&half)];
    service.wait_until("two requests", |service| service.count("requests_in_flight") == 2);
    assert_eq!(service.count("requests_held_bytes"), 2 * body.len() as u64);
    assert_eq!(service.post(path, content_type, body).refusal(), (503, "busy".to_owned()));
    drop(first);
    service.wait_until("room", |service| service.count("requests_in_flight") == 0);
}

/// A request as it goes over the wire.
#[must_use]
pub fn request(path: &str, content_type: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

/// Everything that is still sent over a connection.
///
/// # Panics
/// If the service never closes it.
#[must_use]
pub fn rest(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("the service ends its answer");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Has `program` say what to do where another one listens already.
///
/// # Panics
/// If it does not.
pub fn refuses_a_taken_port(program: &str, options: &[&str]) {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("it is bound").to_string();
    let ended = Command::new(program).args(["--listen", &address]).args(options).output().expect("it starts");
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(1), "{said}");
    for part in [&format!("cannot listen on {address}: "), "name another with `--listen`"] {
        assert!(said.contains(part), "{said}");
    }
}

/// Has `program` end at once for `options`, and say `remedy`.
///
/// # Panics
/// If it does not.
pub fn refuses(program: &str, options: &[&str], remedy: &str) {
    let ended = Command::new(program).args(options).output().expect("it starts");
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(!ended.status.success() && said.contains(remedy), "{options:?}: {said}");
}

/// How `program --help` looks.
///
/// # Panics
/// If it fails.
#[must_use]
pub fn help(program: &str) -> String {
    let output = Command::new(program).arg("--help").output().expect("the program starts");
    assert!(output.status.success());
    String::from_utf8(output.stdout).expect("text")
}
