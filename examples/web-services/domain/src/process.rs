//! A service's process: it runs until it is told to stop, keeps what amorsize has measured, and says why it could not serve.

use std::convert::Infallible;
use std::fmt::Display;
use std::future::{Future, pending};
use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;

/// What tells the process to stop: Ctrl-C, or the signal with which an orchestrator ends a container.
pub struct Signals(io::Result<Heard>);

impl Signals {
    /// Hears them from now on. Before the service says that it listens: a signal that nobody hears ends the process at once.
    ///
    /// # Panics
    /// Outside a runtime of tokio.
    #[must_use]
    pub fn hear() -> Self {
        Self(Heard::new())
    }

    /// The name of the signal, once it has come.
    async fn come(self) -> io::Result<&'static str> {
        self.0?.come().await
    }
}

/// Runs `server` to its end, which `stop` brings about once a signal has told the process to stop.
///
/// # Errors
/// That of the server.
pub async fn until_told<E>(
    signals: Signals,
    server: impl Future<Output = Result<(), E>>,
    stop: impl AsyncFnOnce(),
) -> Result<(), E> {
    let told = async {
        match signals.come().await {
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

#[cfg(unix)]
struct Heard {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Heard {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn come(mut self) -> io::Result<&'static str> {
        tokio::select! {
            _ = self.terminate.recv() => Ok("SIGTERM"),
            _ = self.interrupt.recv() => Ok("SIGINT"),
        }
    }
}

/// Heard from the first wait on.
#[cfg(not(unix))]
struct Heard;

#[cfg(not(unix))]
impl Heard {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn come(self) -> io::Result<&'static str> {
        tokio::signal::ctrl_c().await.map(|()| "Ctrl-C")
    }
}
