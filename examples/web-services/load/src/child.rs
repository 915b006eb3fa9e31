//! A server as a process of its own.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use ureq::Agent;

use crate::Done;
use crate::drive::{Seen, drive};
use crate::way::{Framework, Way};

/// Longer than any request takes here: what has not come by then never comes.
const PATIENCE: Duration = Duration::from_mins(2);

/// A process that is killed where this is dropped before it has ended.
pub(crate) struct Process(pub(crate) Child);

impl Process {
    /// Waits for its end; a failure is an error.
    pub(crate) fn ended(&mut self) -> Done {
        let status = self.0.wait()?;
        if status.success() { Ok(()) } else { Err(format!("a server ended with {status}").into()) }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A server that runs until this is dropped.
pub(crate) struct Server {
    process: Process,
    url: String,
}

/// How the server's amorsize starts.
#[derive(Clone, Copy)]
pub(crate) enum Start<'a> {
    /// Knowing nothing, keeping nothing.
    Cold,
    /// Measuring into a tuned file.
    Record(&'a Path),
    /// From a tuned file, learning nothing.
    Frozen(&'a Path),
    /// From the tuned file that the program carries, learning nothing.
    Carried,
}

impl Start<'_> {
    /// Has the process that `command` starts do so.
    pub(crate) fn tell(self, command: &mut Command) {
        // A file that lies about is no cold start; cargo's variables would lead to one.
        for variable in
            ["AMORSIZE", "AMORSIZE_FILE", "AMORSIZE_SCRATCH", "CARGO_MANIFEST_DIR", "AMORSIZE_MAX_THREADS"]
        {
            command.env_remove(variable);
        }
        match self {
            Self::Cold => command,
            Self::Record(file) => command.env("AMORSIZE", "record").env("AMORSIZE_FILE", file),
            Self::Frozen(file) => command.env("AMORSIZE", "frozen").env("AMORSIZE_FILE", file),
            Self::Carried => command.env("AMORSIZE", "frozen"),
        };
    }
}

impl Server {
    pub(crate) fn start(framework: Framework, way: Way, items: usize, start: Start<'_>) -> Done<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["serve", framework.name(), way.name(), "--items", &items.to_string()]);
        start.tell(&mut command);
        let mut process = Process(command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?);
        let mut line = String::new();
        BufReader::new(process.0.stdout.take().ok_or("no stdout")?).read_line(&mut line)?;
        let url = format!("http://{}", line.trim());
        Ok(Self { process, url })
    }

    /// Loads it for `seconds` from `connections` clients.
    pub(crate) fn drive(&self, connections: usize, seconds: f64) -> Done<Seen> {
        let ask = |path: &'static str| move |agent: &Agent| self.get(agent, path);
        drive(&ask("/heavy"), &ask("/health"), connections, seconds)
    }

    /// Asks for `path`; the answer's text.
    pub(crate) fn get(&self, agent: &Agent, path: &str) -> Done<String> {
        Ok(agent.get(format!("{}{path}", self.url)).call()?.body_mut().read_to_string()?)
    }

    /// Lets it write what it has learned, and waits for its end.
    pub(crate) fn stop(mut self) -> Done {
        drop(self.process.0.stdin.take());
        self.process.ended()
    }
}

/// A client with a connection of its own.
pub(crate) fn agent() -> Agent {
    Agent::config_builder().timeout_global(Some(PATIENCE)).build().into()
}
