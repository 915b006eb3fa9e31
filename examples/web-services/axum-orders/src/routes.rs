//! What the service answers.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{Method, Uri, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use domain::ready::here;
use domain::{Check, Demand, Fault, Reply, probes, telemetry};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::OwnedSemaphorePermit;

use crate::answer::{Answer, Arrived, Body, Number, Refused, entries};
use crate::fraud::{self, Score};
use crate::kept::{read_async, read_one};
use crate::order::Order;
use crate::pricing::{self, Price};
use crate::shipping::Parcel;
use crate::{LOADED_PER_REGION, Service};

/// How long readiness waits for the database: whoever asks wants to know it now.
const PING: Duration = Duration::from_secs(1);

type App = State<Arc<Service>>;
type Answered = Result<Answer, Refused>;

/// All routes of `service`.
pub fn router(service: Arc<Service>) -> Router {
    Router::new()
        .route("/orders", post(create))
        .route("/orders/batch", post(create_batch))
        .route("/orders/price", post(price))
        .route("/orders/score", post(score))
        // What these bring is held in memory until they are answered.
        .route_layer(middleware::from_fn_with_state(Arc::clone(&service), in_place))
        .route("/orders/{id}", get(read))
        .route("/jobs", post(start_job))
        .route("/jobs/{id}", get(job).delete(cancel_job))
        .route("/health", get(async || Answer(probes::health())))
        .route("/ready", get(readiness))
        .route("/decisions", get(async || Answer(probes::decisions())))
        .route("/metrics", get(metrics_text))
        .fallback(async |method: Method, uri: Uri| Refused(Fault::unknown_route(method, uri.path())))
        .method_not_allowed_fallback(async |method: Method, uri: Uri| {
            Refused(Fault::wrong_method(method, uri.path()))
        })
        .layer(DefaultBodyLimit::max(service.options.max_bytes))
        .layer(middleware::from_fn(measured))
        .with_state(service)
}

async fn measured(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("unknown", MatchedPath::as_str).to_owned();
    let (method, began) = (request.method().clone(), Instant::now());
    let response = next.run(request).await;
    telemetry::answered(&route, method.as_str(), response.status().as_u16(), began.elapsed());
    response
}

async fn in_place(State(service): App, request: Request, next: Next) -> Result<Response, Refused> {
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    let _place = service.places.take(length, service.options.max_bytes)?;
    Ok(next.run(request).await)
}

async fn create(State(service): App, body: Arrived) -> Answered {
    let order = body.read(|order: Order| accepted(&[order])).await?;
    let ids = service.store.keep(order).await?;
    metrics::counter!("orders_kept_total").increment(1);
    Ok(Answer(Reply::json(201, &json!({ "id": ids[0] }))))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "{\"orders\":[{…}, {…}]}")]
struct Batch {
    orders: Vec<Order>,
}

async fn create_batch(State(service): App, body: Arrived) -> Answered {
    let most = service.options.max_batch;
    let orders = body.read(move |Batch { orders }| {
        Fault::unless_within(orders.len(), most, "order")?;
        accepted(&orders)
    });
    let ids = service.store.keep(orders.await?).await?;
    metrics::counter!("orders_kept_total").increment(ids.len() as u64);
    // Some bytes for each: less than a way to another thread.
    Ok(Answer(Reply::json(201, &json!({ "ids": ids }))))
}

/// The orders as they are kept, if nothing is wrong with any.
fn accepted(orders: &[Order]) -> Result<Vec<String>, Fault> {
    let accepted = |(at, order): (usize, &Order)| match order.objection() {
        Some(text) => Err(Fault::new(422, "bad_order", format!("order {at}: {text}"))),
        None => serde_json::to_string(order).map_err(Fault::failed),
    };
    orders.iter().enumerate().map(accepted).collect()
}

async fn read(State(service): App, Number(id): Number) -> Answered {
    let row = service.store.orders(&[id], service.options.max_bytes).await?.pop();
    let kept = read_one(&row.ok_or_else(|| missing("order", id))?)?;
    Ok(Answer(Reply::json(200, &kept)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "{\"ids\":[1, 2]}, the orders' numbers")]
struct Chosen {
    ids: Vec<i64>,
}

/// Orders in memory, by number, and the right to hold them there.
struct Loaded {
    ids: Vec<i64>,
    orders: Vec<Order>,
    turn: OwnedSemaphorePermit,
}

impl Service {
    /// The chosen orders, all of them or a fault. Who waits for a turn holds only their numbers.
    async fn load(&self, mut ids: Vec<i64>) -> Result<Loaded, Refused> {
        Fault::unless_within(ids.len(), self.options.max_batch, "id")?;
        ids.sort_unstable();
        ids.dedup();
        let turn = Arc::clone(&self.loading).acquire_owned().await.map_err(Fault::failed)?;
        let rows = self.store.orders(&ids, self.options.max_bytes).await?;
        if rows.len() < ids.len() {
            let found = |id: &i64| rows.binary_search_by_key(id, |row| row.id).is_ok();
            let id = ids.iter().find(|id| !found(id)).copied().unwrap_or_default();
            return Err(missing("order", id).into());
        }
        let orders = read_async(rows).await??.into_iter().map(|kept| kept.order).collect();
        Ok(Loaded { ids, orders, turn })
    }
}

#[derive(Serialize)]
struct Priced {
    id: i64,
    price: Price,
    shipping_cents: Option<u64>,
}

#[derive(Serialize)]
struct Prices {
    prices: Vec<Priced>,
    without_shipping: bool,
}

async fn price(State(service): App, Body(Chosen { ids }): Body<Chosen>) -> Answered {
    let Loaded { ids, orders, turn } = service.load(ids).await?;
    let parcel = |order: &Order| Parcel { country: order.country.clone(), grams: order.grams() };
    let parcels = orders.iter().map(parcel).collect();
    let prices = async {
        let prices = pricing::price_async(orders, Arc::clone(&service.catalogue)).await;
        // The orders are gone, so others may load theirs however long shipping takes.
        drop(turn);
        prices
    };
    // The other service is asked while the prices are computed.
    let (prices, quotes) = tokio::join!(prices, service.shipping.quotes(parcels));
    let prices = prices?;
    entries(ids.len(), move || {
        let quote = |at| quotes.as_ref().map(|all: &Vec<u64>| all[at]);
        let row = |(at, (id, price))| Priced { id, price, shipping_cents: quote(at) };
        let prices = ids.into_iter().zip(prices).enumerate().map(row).collect();
        Prices { prices, without_shipping: quotes.is_none() }
    })
    .await
}

#[derive(Serialize)]
struct Scored {
    id: i64,
    score: Score,
}

#[derive(Serialize)]
struct Scores {
    scores: Vec<Scored>,
}

async fn score(State(service): App, Body(Chosen { ids }): Body<Chosen>) -> Answered {
    let Loaded { ids, orders, turn } = service.load(ids).await?;
    // If the client goes away, axum drops this future, and the computation stops.
    let scores = fraud::score_async(orders, Arc::clone(&service.model)).await?;
    drop(turn);
    entries(ids.len(), move || {
        let scores = ids.into_iter().zip(scores).map(|(id, score)| Scored { id, score }).collect();
        Scores { scores }
    })
    .await
}

async fn start_job(State(service): App) -> Answered {
    let job = service.store.start_job().await?;
    service.job_started.notify_one();
    Ok(Answer(Reply::json(202, &job)))
}

async fn job(State(service): App, Number(id): Number) -> Answered {
    let job = service.store.job(id).await?;
    job.map(|job| Answer(Reply::json(200, &job))).ok_or_else(|| Refused(missing("job", id)))
}

async fn cancel_job(service: App, Number(id): Number) -> Answered {
    service.store.end_job(id, "cancelled").await?;
    job(service, Number(id)).await
}

fn missing(what: &str, id: i64) -> Fault {
    Fault::new(404, "not_found", format!("there is no {what} {id}"))
}

async fn readiness(State(service): App) -> Answer {
    let Service { options, places, store, .. } = &*service;
    let answered = tokio::time::timeout(PING, store.ping()).await;
    let (ok, detail) = match answered {
        Ok(Ok(())) => (true, "answers".to_owned()),
        Ok(Err(error)) => (false, error.to_string()),
        Err(_) => (false, format!("no answer within {PING:?}")),
    };
    // Orders are limited as text. As values they take up to three times as much beside it, and each a kilobyte or two however
    // short it is. While one computes, others are loaded, and one more is being read from its request.
    let item_bytes = (LOADED_PER_REGION + 1) * (2048 + 4 * options.max_bytes / options.max_batch);
    let demand = |function| Demand { function, most_items: options.max_batch, item_bytes };
    let demands =
        ["axum_orders::kept::read", "axum_orders::pricing::price", "axum_orders::fraud::score"].map(demand);
    Answer(probes::ready(&here(
        &options.common,
        places,
        &demands,
        vec![Check { name: "database", ok, detail }],
    )))
}

async fn metrics_text(State(service): App) -> Answer {
    metrics::counter!("orders_scored_total").absolute(service.model.scored());
    Answer(probes::metrics(&service.telemetry))
}
