//! When to stop: Ctrl-C, or the signal by which an orchestrator ends a container.

use std::io;

/// Waits until the process is asked to stop.
///
/// # Errors
/// If the operating system lets nobody listen for signals.
pub async fn requested() -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            _ = terminate.recv() => tracing::info!(signal = "SIGTERM", "stopping"),
            pressed = tokio::signal::ctrl_c() => {
                pressed?;
                tracing::info!(signal = "SIGINT", "stopping");
            }
        }
        Ok(())
    }
    #[cfg(not(unix))]
    {
        tokio::signal::ctrl_c().await?;
        tracing::info!("stopping");
        Ok(())
    }
}
