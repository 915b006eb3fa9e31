//! The service's process.

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;
use domain::process;
use rocket::error::ErrorKind;
use rocket_links::Options;

#[rocket::main]
async fn main() -> ExitCode {
    amorsize::embed!();
    process::exit("rocket-links", run(Options::parse()).await)
}

async fn run(options: Options) -> Result<(), Box<dyn Error + Send + Sync>> {
    let signals = process::Signals::hear();
    let listen = options.common.listen;
    let reason = |error: rocket::Error| match error.kind() {
        ErrorKind::Bind(error) => process::cannot_listen(listen, error).into(),
        // The error itself panics when it is dropped unseen.
        _ => error.to_string().into(),
    };
    let service = Box::pin(rocket_links::service(options)?.ignite()).await.map_err(reason)?;
    let stop = service.shutdown();
    let server = async { Box::pin(service.launch()).await.map(drop).map_err(reason) };
    process::until_told(signals, server, async move || stop.notify()).await
}
