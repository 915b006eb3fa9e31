//! The service's process: options, signals, exit code.

use std::error::Error;

use clap::Parser;
use domain::shutdown;

#[rocket::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    amorsize::embed!();
    let service = rocket_links::service(rocket_links::Options::parse())?;
    let service = service.ignite().await.map_err(|error| reason(&error))?;
    let stop = service.shutdown();
    let signals = rocket::tokio::spawn(async move {
        match shutdown::requested().await {
            Ok(()) => stop.notify(),
            Err(error) => tracing::warn!(%error, "stops only when it is killed"),
        }
    });
    service.launch().await.map_err(|error| reason(&error))?;
    signals.abort();
    amorsize::flush();
    tracing::info!("stopped");
    Ok(())
}

/// Rocket's error panics when it is dropped unseen.
fn reason(error: &rocket::Error) -> String {
    error.to_string()
}
