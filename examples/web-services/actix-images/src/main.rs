//! The service's process: options, signals, exit code.

use std::error::Error;

use clap::Parser;
use domain::shutdown;

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    amorsize::embed!();
    let server = actix_images::serve(actix_images::Options::parse())?;
    let handle = server.handle();
    let signals = actix_web::rt::spawn(async move {
        match shutdown::requested().await {
            Ok(()) => handle.stop(true).await,
            Err(error) => tracing::warn!(%error, "stops only when it is killed"),
        }
    });
    server.await?;
    signals.abort();
    amorsize::flush();
    tracing::info!("stopped");
    Ok(())
}
