//! Running the command, with a line on stderr that says what was recorded so far.

use std::io::{BufRead as _, BufReader, IsTerminal as _, Read};
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use amorsize_runtime::store;
use indicatif::{ProgressBar, ProgressStyle};

use super::{Program, changes};
use crate::message::Message;

/// How often the copy is looked at: people see that something happens, and reading a file of 1 000 sites takes 2 ms.
const LOOK: Duration = Duration::from_millis(200);

/// Runs the command in record mode with `copy` as its tuned file. What it prints goes to stderr, line by line above the
/// progress where there is a terminal.
///
/// # Errors
/// If the command cannot be started.
pub(crate) fn run(
    program: &Program,
    copy: &Path,
    before: &store::Contents,
) -> Result<ExitStatus, Box<Message>> {
    let failed = |error: &std::io::Error| {
        let text = format!("the command cannot be started: {error}");
        Box::new(Message::error("not-started", text).detail("command", program.shown()))
    };
    let mut command = program.command();
    command.env("AMORSIZE", "record").env("AMORSIZE_FILE", copy);
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
        bar.set_message(progress(copy, before));
        thread::sleep(LOOK);
    };
    for pipe in pipes.into_iter().flatten() {
        // A pipe that broke has nothing more to say.
        let _ = pipe.join();
    }
    bar.finish_and_clear();
    status
}

/// Hidden by itself where stderr is no terminal.
fn bar() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed_precise} {msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(LOOK);
    bar
}

/// Prints what comes out of a pipe above the bar.
fn pass_on(pipe: impl Read + Send + 'static, bar: ProgressBar) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        for line in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
            bar.println(String::from_utf8_lossy(&line));
        }
    })
}

fn progress(copy: &Path, before: &store::Contents) -> String {
    let bytes = std::fs::read(copy).unwrap_or_default();
    let Ok((now, _)) = store::parse_bytes(&bytes) else { return String::new() };
    let changed = changes(before, &now);
    match changed.last() {
        Some(last) => format!("{} sites recorded, {}", changed.len(), crate::sites::function(&last.key)),
        None => "nothing recorded yet".to_owned(),
    }
}
