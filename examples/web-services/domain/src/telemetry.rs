//! Logs through `tracing`, metrics through `metrics`: set up once per process.

use std::error::Error;
use std::sync::OnceLock;
use std::time::Duration;

use amorsize::Decisions;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{Layer, Registry};

use crate::options::{Common, LogFormat};

/// Upper bounds of the latency histogram, s: from the cost of a probe to where clients give up.
const LATENCIES_S: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// The recorder is one per process; so several services in one test process share it.
static RECORDER: OnceLock<Telemetry> = OnceLock::new();

/// What the process has measured, as Prometheus reads it.
#[derive(Clone)]
pub struct Telemetry {
    handle: PrometheusHandle,
}

impl Telemetry {
    /// Starts logging and recording as the options say; later calls change nothing.
    ///
    /// # Errors
    /// If `--log` is no filter, or another recorder is in place.
    pub fn start(options: &Common) -> Result<Self, Box<dyn Error + Send + Sync>> {
        if let Some(telemetry) = RECORDER.get() {
            return Ok(telemetry.clone());
        }
        let filter: Targets = options.log.parse()?;
        let lines = match options.log_format {
            LogFormat::Text => tracing_subscriber::fmt::layer().with_writer(std::io::stderr).boxed(),
            LogFormat::Json => tracing_subscriber::fmt::layer().json().with_writer(std::io::stderr).boxed(),
        };
        let subscriber = Registry::default().with(lines.with_filter(filter));
        // Another call may have won; it set up the same.
        let _ = tracing::subscriber::set_global_default(subscriber);
        Self::recorder()
    }

    /// Starts recording only, for tests; later calls change nothing.
    ///
    /// # Errors
    /// If another recorder is in place.
    pub fn recorder() -> Result<Self, Box<dyn Error + Send + Sync>> {
        static STARTING: std::sync::Mutex<()> = std::sync::Mutex::new(());
        let _one = STARTING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(telemetry) = RECORDER.get() {
            return Ok(telemetry.clone());
        }
        let handle = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &LATENCIES_S)?
            .install_recorder()?;
        describe();
        Ok(RECORDER.get_or_init(|| Self { handle }).clone())
    }

    /// The Prometheus text of this moment, with what amorsize has decided among it.
    #[must_use]
    pub fn render(&self, decisions: &Decisions) -> String {
        publish(decisions);
        // Histograms grow until they are drained; nobody but the reader of the metrics needs them drained.
        self.handle.run_upkeep();
        self.handle.render()
    }
}

/// Records one answered request. `route` is the pattern, never the path: paths are without number.
pub fn answered(route: &str, method: &str, status: u16, took: Duration) {
    // A client may call its method what it likes.
    let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    let method = if known.contains(&method) { method } else { "other" };
    let labels = [("route", route.to_owned()), ("method", method.to_owned()), ("status", status.to_string())];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_duration_seconds", &labels[..2]).record(took.as_secs_f64());
}

fn describe() {
    metrics::describe_counter!("http_requests_total", "Requests answered, by route, method and status.");
    metrics::describe_histogram!(
        "http_request_duration_seconds",
        metrics::Unit::Seconds,
        "Time from the request's head to the answer's."
    );
    metrics::describe_gauge!("amorsize_item_nanoseconds", "Serial cost of one item of the site.");
    metrics::describe_gauge!(
        "amorsize_predicted_speed_up",
        "Serial time / parallel time for the longest call."
    );
    metrics::describe_gauge!("amorsize_workers", "Threads that work on the longest call.");
    metrics::describe_counter!("amorsize_calls_total", "Measured calls, by how they ran.");
}

/// Puts what amorsize has decided so far among the metrics.
fn publish(decisions: &Decisions) {
    for site in &decisions.sites {
        let name = || site.site.clone();
        metrics::gauge!("amorsize_item_nanoseconds", "site" => name()).set(site.item_ns);
        metrics::gauge!("amorsize_predicted_speed_up", "site" => name()).set(site.predicted_speed_up);
        metrics::gauge!("amorsize_workers", "site" => name()).set(site.workers as f64);
        for (ran, calls) in ["serial", "parallel", "promoted"].into_iter().zip(site.calls) {
            metrics::counter!("amorsize_calls_total", "site" => name(), "ran" => ran).absolute(calls);
        }
    }
}
