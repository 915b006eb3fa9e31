//! The service's process.

use std::io;
use std::process::ExitCode;

use actix_images::Options;
use clap::Parser;
use domain::process;

#[actix_web::main]
async fn main() -> ExitCode {
    amorsize::embed!();
    process::exit("actix-images", run(Options::parse()).await)
}

async fn run(options: Options) -> io::Result<()> {
    let signals = process::Signals::hear();
    let server = actix_images::serve(options)?;
    let handle = server.handle();
    process::until_told(signals, server, async move || handle.stop(true).await).await
}
