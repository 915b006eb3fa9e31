//! Asks another service what shipping costs. It fails now and then: it is asked again after longer and longer pauses, and
//! if that does not help the answer goes out without shipping.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{Request, StatusCode, Uri};
use axum::routing::post;
use axum::{Json, Router};
use backon::{ExponentialBuilder, Retryable};
use domain::offload;
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::sync::Mutex;

/// An answer longer than this is none, bytes: 10 000 prices are a tenth of it.
const LONGEST_ANSWER: usize = 1 << 20;
/// What a parcel takes as JSON, bytes, more or less.
const PARCEL_BYTES: usize = 32;

/// What shipping is asked for one parcel.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Parcel {
    /// Where to.
    pub country: String,
    /// Weight, g.
    pub grams: u64,
}

/// Asks for prices.
pub struct Shipping {
    client: Client<HttpConnector, Full<Bytes>>,
    url: String,
    timeout: Duration,
    retries: ExponentialBuilder,
}

impl Shipping {
    /// Asks at `url`; each try may take `timeout`, and `retries` follow the first.
    #[must_use]
    pub fn new(url: String, timeout: Duration, retries: usize) -> Self {
        metrics::describe_counter!("shipping_retries_total", "Questions that were asked again.");
        metrics::describe_counter!("shipping_given_up_total", "Batches that were priced without shipping.");
        let client = Client::builder(TokioExecutor::new()).build_http();
        let retries = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(10))
            .with_max_delay(Duration::from_millis(500))
            .with_max_times(retries)
            .with_jitter();
        Self { client, url, timeout, retries }
    }

    /// The cost of each parcel in cents, or `None` if the service does not answer rightly after all tries.
    pub async fn quotes(&self, parcels: Vec<Parcel>) -> Option<Vec<u64>> {
        let count = parcels.len();
        let written = offload(count * PARCEL_BYTES, move || serde_json::to_vec(&parcels));
        let body = Bytes::from(written.await.ok()?.ok()?);
        let ask = || async {
            tokio::time::timeout(self.timeout, self.ask(body.clone(), count))
                .await
                .map_err(|_| "no answer in time".to_owned())?
        };
        let asked = ask.retry(self.retries).notify(|reason: &String, pause| {
            metrics::counter!("shipping_retries_total").increment(1);
            tracing::debug!(reason, ?pause, "shipping failed, asking again");
        });
        match asked.await {
            Ok(quotes) => Some(quotes),
            Err(reason) => {
                metrics::counter!("shipping_given_up_total").increment(1);
                tracing::warn!(reason, "shipping is down, answering without it");
                None
            }
        }
    }

    async fn ask(&self, body: Bytes, count: usize) -> Result<Vec<u64>, String> {
        let request = Request::post(&self.url)
            .header("content-type", "application/json")
            .body(Full::from(body))
            .map_err(|error| error.to_string())?;
        let response = self.client.request(request).await.map_err(|error| error.to_string())?;
        let status = response.status();
        let body = Limited::new(response.into_body(), LONGEST_ANSWER)
            .collect()
            .await
            .map_err(|error| error.to_string())?;
        if status != StatusCode::OK {
            return Err(format!("status {status}"));
        }
        let quotes: Vec<u64> = serde_json::from_slice(&body.to_bytes()).map_err(|error| error.to_string())?;
        if quotes.len() == count {
            Ok(quotes)
        } else {
            Err(format!("{} prices for {count} parcels", quotes.len()))
        }
    }
}

/// Starts a shipping service on a free port of the loopback interface. `failures` of its answers are failures, 0–1; which
/// ones follows from `seed`.
///
/// # Errors
/// If no port is to be had.
pub async fn serve(failures: f64, seed: u64) -> std::io::Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    let dice = std::sync::Arc::new(Mutex::new(fastrand::Rng::with_seed(seed)));
    let app = Router::new().route("/quotes", post(quote)).with_state((dice, failures));
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, app).await {
            tracing::error!(%error, "the shipping service has ended");
        }
    });
    Ok(address)
}

/// An address that can be asked.
pub(crate) fn url(text: &str) -> Result<String, String> {
    let good = text.parse().is_ok_and(|url: Uri| url.scheme_str() == Some("http") && url.host().is_some());
    if good {
        Ok(text.to_owned())
    } else {
        Err("write one such as `http://localhost:9000/quotes`".to_owned())
    }
}

/// A part of all.
pub(crate) fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| "write a number from 0 to 1 such as 0.2".to_owned())
}

type Dice = std::sync::Arc<Mutex<fastrand::Rng>>;

async fn quote(
    State((dice, failures)): State<(Dice, f64)>,
    Json(parcels): Json<Vec<Parcel>>,
) -> Result<Json<Vec<u64>>, StatusCode> {
    if dice.lock().await.f64() < failures {
        return Err(StatusCode::SERVICE_UNAVAILABLE);
    }
    Ok(Json(parcels.iter().map(cents).collect()))
}

/// The price list: a base per zone, and so much per kilogram begun.
fn cents(parcel: &Parcel) -> u64 {
    let (base, per_kg) = match parcel.country.as_str() {
        "DE" => (490, 40),
        "FR" | "IT" | "NL" => (990, 110),
        _ => (2_490, 450),
    };
    base + per_kg * parcel.grams.div_ceil(1_000)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Parcel, Shipping, serve, share, url};

    fn parcels() -> Vec<Parcel> {
        [("DE", 1_001), ("FR", 900), ("US", 1)]
            .map(|(country, grams)| Parcel { country: country.to_owned(), grams })
            .into()
    }

    #[test]
    fn options_that_make_no_sense_are_refused() {
        assert!(url("http://127.0.0.1:9/quotes").is_ok() && share("0").is_ok() && share("1").is_ok());
        for bad in ["nonsense", "https://shipping.example", "/quotes", ""] {
            assert!(url(bad).is_err(), "{bad}");
        }
        for bad in ["7", "-0.1", "NaN", "half"] {
            assert!(share(bad).is_err(), "{bad}");
        }
    }

    #[tokio::test]
    async fn failures_are_retried_until_they_pass_or_the_tries_are_used_up() {
        let patience = Duration::from_mins(1);
        let url = |address| format!("http://{address}/quotes");
        // At 60 % failures, 30 tries fail all in 2 of 10 million runs; and the seed makes it always the same run.
        let flaky = Shipping::new(url(serve(0.6, 7).await.unwrap()), patience, 30);
        assert_eq!(flaky.quotes(parcels()).await, Some(vec![570, 1_100, 2_940]));
        let dead = Shipping::new(url(serve(1.0, 7).await.unwrap()), patience, 2);
        assert_eq!(dead.quotes(parcels()).await, None);
    }
}
