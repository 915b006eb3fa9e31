//! Orders over HTTP, served by axum: kept in a database, priced and scored in batches. The computations are `pricing` and
//! `fraud`, plain functions with an attribute; everything else waits.

use std::error::Error;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use domain::options::{above_zero, whole};
use domain::process::cannot_listen;
use domain::{Common, Places, Telemetry};
use tokio::net::TcpListener;
use tokio::sync::{Notify, Semaphore, watch};

pub mod answer;
pub mod fraud;
mod jobs;
pub mod kept;
pub mod order;
pub mod pricing;
pub mod routes;
pub mod shipping;
pub mod store;

use fraud::Model;
use pricing::Catalogue;
use shipping::Shipping;
use store::Store;

/// Keeps, prices and scores orders
#[derive(clap::Parser, Clone, Debug)]
#[command(version)]
pub struct Options {
    /// What every service has
    #[command(flatten)]
    pub common: Common,

    /// Where orders are kept: `sqlite://FILE?mode=rwc`, or `postgres://USER:PASSWORD@HOST/DATABASE`
    #[arg(
        long,
        env = "DATABASE_URL",
        default_value = "sqlite://orders.db?mode=rwc",
        value_name = "URL",
        hide_env_values = true
    )]
    pub database: String,

    /// How long a request waits for a connection to the database, ms
    #[arg(long, env = "DATABASE_TIMEOUT_MS", default_value_t = 30_000, value_name = "MS", value_parser = above_zero::<u64>)]
    pub database_timeout_ms: u64,

    /// The service that says what shipping costs; without it one is started that fails at random
    #[arg(long, env = "SHIPPING_URL", value_name = "URL", value_parser = shipping::url)]
    pub shipping: Option<String>,

    /// Share of requests that the shipping service of this process fails, 0 to 1
    #[arg(long, env = "SHIPPING_FAILURES", default_value_t = 0.2, value_name = "SHARE", value_parser = shipping::share)]
    pub shipping_failures: f64,

    /// What the shipping service's failures follow from
    #[arg(long, env = "SHIPPING_SEED", default_value_t = 1, value_name = "NUMBER", value_parser = whole::<u64>)]
    pub shipping_seed: u64,

    /// How long one question to the shipping service may take, ms
    #[arg(long, env = "SHIPPING_TIMEOUT_MS", default_value_t = 2_000, value_name = "MS", value_parser = above_zero::<u64>)]
    pub shipping_timeout_ms: u64,

    /// How often the shipping service is asked again
    #[arg(long, env = "SHIPPING_RETRIES", default_value_t = 5, value_name = "COUNT", value_parser = whole::<usize>)]
    pub shipping_retries: usize,

    /// Orders in one request
    #[arg(long, env = "MAX_BATCH", default_value_t = 10_000, value_name = "COUNT", value_parser = above_zero::<usize>)]
    pub max_batch: usize,

    /// Size of one request, and of the orders that one request is about, bytes
    #[arg(long, env = "MAX_BYTES", default_value_t = 16 << 20, value_name = "BYTES", value_parser = above_zero::<usize>)]
    pub max_bytes: usize,
}

/// Requests that hold orders of the database, for each that may compute.
const LOADED_PER_REGION: usize = 2;

/// What all requests share.
pub struct Service {
    options: Options,
    telemetry: Telemetry,
    store: Store,
    catalogue: Arc<Catalogue>,
    model: Arc<Model>,
    shipping: Shipping,
    places: Places,
    /// For requests that hold orders of the database: one can be loaded while another one computes, and no more than that.
    loading: Arc<Semaphore>,
    job_started: Arc<Notify>,
}

/// Serves until `stop` comes, then lets requests in flight finish for as long as the options say.
///
/// # Errors
/// If the options make no sense, or the address is not to be had.
pub async fn serve(
    options: Options,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let telemetry = Telemetry::start(&options.common)?;
    metrics::describe_counter!("orders_kept_total", "Orders that were accepted.");
    metrics::describe_counter!("orders_scored_total", "Orders that were scored.");
    options.common.apply()?;
    let store = Store::new(&options.database, Duration::from_millis(options.database_timeout_ms))?;
    let shipping = match &options.shipping {
        Some(url) => url.clone(),
        None => format!(
            "http://{}/quotes",
            shipping::serve(options.shipping_failures, options.shipping_seed).await?
        ),
    };
    let shipping =
        Shipping::new(shipping, Duration::from_millis(options.shipping_timeout_ms), options.shipping_retries);
    let listen = options.common.listen;
    let listener = TcpListener::bind(listen).await.map_err(|error| cannot_listen(listen, &error))?;
    let (grace, places) = (options.common.grace(), options.common.places());
    let job_started = Arc::new(Notify::new());
    let (catalogue, model) = (Arc::default(), Arc::default());
    warm_up();
    let regions = options.common.regions(amorsize::decisions().threads);
    let loading = Arc::new(Semaphore::new(LOADED_PER_REGION * regions));
    let service = Arc::new(Service {
        options,
        telemetry,
        store,
        catalogue,
        model,
        shipping,
        places,
        loading,
        job_started,
    });

    let (stopping, stopped) = watch::channel(false);
    let worker =
        tokio::spawn(jobs::work(Arc::clone(&service), Arc::clone(&service.job_started), stopped.clone()));
    tokio::spawn(async move {
        stop.await;
        stopping.send_replace(true);
        // Kept open to the end: whoever waits for the value must not take its end for a stop.
        stopping.closed().await;
    });
    let stop = |mut stopped: watch::Receiver<bool>| async move {
        let _ = stopped.wait_for(|stop| *stop).await;
    };
    let late = stop(stopped.clone());
    tracing::info!(address = %listener.local_addr()?, "listening");
    let server =
        axum::serve(listener, routes::router(Arc::clone(&service))).with_graceful_shutdown(stop(stopped));
    tokio::select! {
        ended = server => ended?,
        () = async { late.await; tokio::time::sleep(grace).await } => tracing::warn!("requests in flight were dropped"),
    }
    worker.await?;
    service.store.close().await;
    Ok(())
}

/// Calls every annotated function once, so that readiness knows them and the first request finds them loaded.
/// Its model is its own: what was asked for is what is counted.
fn warm_up() {
    let (catalogue, model) = (Catalogue::default(), Model::default());
    let orders: Vec<_> = (0..4).map(order::sample).collect();
    let row = |order| kept::Row { id: 0, body: serde_json::to_string(order).unwrap_or_default(), risk: None };
    let rows: Vec<_> = orders.iter().map(row).collect();
    let read = kept::read(&rows).map_or(0, |read| read.len());
    let known = read + pricing::price(&orders, &catalogue).len() + fraud::score(&orders, &model).len();
    tracing::debug!(results = known, "warmed up");
}
