//! The service's process.

use std::process::ExitCode;

use axum_orders::Options;
use clap::Parser;
use domain::process;
use tokio::sync::oneshot;

#[tokio::main]
async fn main() -> ExitCode {
    amorsize::embed!();
    let signals = process::Signals::hear();
    let (stop, told) = oneshot::channel::<()>();
    // Its sender never sends: that it is gone says it all.
    let server = axum_orders::serve(Options::parse(), async { drop(told.await) });
    process::exit("axum-orders", process::until_told(signals, server, async move || drop(stop)).await)
}
