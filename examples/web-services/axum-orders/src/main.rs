//! Starts the service and stops it when it is told to.

use std::process::ExitCode;

use axum_orders::Options;
use clap::Parser;

#[tokio::main]
async fn main() -> ExitCode {
    amorsize::embed!();
    let options = Options::parse();
    if let Some(regions) = options.common.max_regions
        && let Err(error) = amorsize::Config::new().max_regions(usize::from(regions)).install()
    {
        eprintln!("axum-orders: {error}");
        return ExitCode::FAILURE;
    }
    let stop = async {
        if let Err(error) = domain::shutdown::requested().await {
            tracing::error!(%error, "nobody can tell this process to stop");
            std::future::pending::<()>().await;
        }
    };
    match axum_orders::serve(options, stop).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("axum-orders: {error}");
            ExitCode::FAILURE
        }
    }
}
