//! Running the command, with a line on stderr that says how far it is.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, IsTerminal as _, Read};
use std::process::{ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::Program;
use crate::message::Message;

/// How often the progress is asked for: people see that something happens, and reading a file of 1 000 sites takes 2 ms.
const LOOK: Duration = Duration::from_millis(200);
/// How long the last lines of an ended command are waited for.
const LINGER: Duration = Duration::from_secs(2);

/// Runs the command with these variables of the environment, and shows what `progress` says. What the command prints goes to
/// stderr, line by line above the progress where there is a terminal.
///
/// # Errors
/// If the command cannot be started.
pub(crate) fn run(
    program: &Program,
    variables: &[(&str, &OsStr)],
    progress: &dyn Fn() -> String,
) -> Result<ExitStatus, Box<Message>> {
    let failed = |error: &std::io::Error| {
        let text = format!("the command cannot be started: {error}");
        Box::new(Message::error("not-started", text).detail("command", program.shown()))
    };
    let mut command = program.command();
    command.envs(variables.iter().copied());
    let shows = std::io::stderr().is_terminal();
    if shows {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        if std::env::var_os("NO_COLOR").is_none() && std::env::var_os("CARGO_TERM_COLOR").is_none() {
            command.env("CARGO_TERM_COLOR", "always");
        }
    } else {
        command.stdout(Stdio::from(std::io::stderr()));
    }
    let bar = bar();
    let mut child = command.spawn().map_err(|error| failed(&error))?;
    let pipes = [
        child.stdout.take().map(|pipe| pass_on(pipe, bar.clone())),
        child.stderr.take().map(|pipe| pass_on(pipe, bar.clone())),
    ];
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break Ok(status),
            Ok(None) => {}
            Err(error) => break Err(failed(&error)),
        }
        bar.set_message(progress());
        thread::sleep(LOOK);
    };
    // What the command left running may hold its pipes open for as long as it likes.
    let ended = Instant::now();
    let open = |pipe: &JoinHandle<()>| !pipe.is_finished();
    while pipes.iter().flatten().any(open) && ended.elapsed() < LINGER {
        thread::sleep(LOOK / 10);
    }
    bar.finish_and_clear();
    status
}

/// Hidden by itself where stderr is no terminal; cut to its width, or every tick would leave a line behind.
fn bar() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed_precise} {wide_msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(LOOK);
    bar
}

/// Prints what comes out of a pipe above the bar.
fn pass_on(pipe: impl Read + Send + 'static, bar: ProgressBar) -> JoinHandle<()> {
    thread::spawn(move || {
        for line in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
            bar.println(String::from_utf8_lossy(&line));
        }
    })
}
