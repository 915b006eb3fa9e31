//! A service's process: it runs until it is told to stop, keeps what amorsize has measured, and says why it could not serve.

use std::convert::Infallible;
use std::fmt::Display;
use std::future::{Future, pending};
use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;

/// Runs `server` to its end, which `stop` brings about once the process has been told to stop by Ctrl-C or by the signal with
/// which an orchestrator ends a container.
///
/// # Errors
/// That of the server.
pub async fn until_told<E>(
    server: impl Future<Output = Result<(), E>>,
    stop: impl AsyncFnOnce(),
) -> Result<(), E> {
    let told = async {
        match requested().await {
            Ok(signal) => {
                tracing::info!(signal, "stopping");
                stop().await;
            }
            Err(error) => tracing::warn!(%error, "stops only when it is killed"),
        }
        // From here on the server decides when it is over.
        pending::<Infallible>().await
    };
    let ended = tokio::select! {
        ended = server => ended,
        never = told => match never {},
    };
    amorsize::flush();
    if ended.is_ok() {
        tracing::info!("stopped");
    }
    ended
}

/// The exit code of a service that has ended so; an error is told to whoever started it.
pub fn exit(service: &str, ended: Result<(), impl Display>) -> ExitCode {
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{service}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Says which address is not to be had, and what to write instead.
#[must_use]
pub fn cannot_listen(address: SocketAddr, error: &dyn Display) -> io::Error {
    io::Error::other(format!(
        "cannot listen on {address}: {error}; name another with `--listen`, port 0 takes a free one"
    ))
}

/// The name of the signal that asks the process to stop, once it has come.
#[cfg(unix)]
async fn requested() -> io::Result<&'static str> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::select! {
        _ = terminate.recv() => Ok("SIGTERM"),
        _ = interrupt.recv() => Ok("SIGINT"),
    }
}

/// The name of the signal that asks the process to stop, once it has come.
#[cfg(not(unix))]
async fn requested() -> io::Result<&'static str> {
    tokio::signal::ctrl_c().await.map(|()| "Ctrl-C")
}
