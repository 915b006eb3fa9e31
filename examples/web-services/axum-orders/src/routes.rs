//! What the service answers.

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Path, Request, State};
use axum::http::{Method, Uri};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use domain::ready::here;
use domain::{Check, Demand, Fault, Reply, probes, telemetry};
use serde::Deserialize;
use serde_json::json;

use crate::answer::{Answer, Body, Refused};
use crate::order::Order;
use crate::shipping::Parcel;
use crate::store::Kept;
use crate::{Service, fraud, pricing};

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
            Refused(Fault::new(405, "wrong_method", format!("{} does not answer to {method}", uri.path())))
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
    let _place = service.places.take()?;
    Ok(next.run(request).await)
}

async fn create(State(service): App, Body(order): Body<Order>) -> Answered {
    check(std::slice::from_ref(&order))?;
    let ids = service.store.keep(&[order]).await?;
    metrics::counter!("orders_kept_total").increment(1);
    Ok(Answer(Reply::json(201, &json!({ "id": ids[0] }))))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Batch {
    orders: Vec<Order>,
}

async fn create_batch(State(service): App, Body(Batch { orders }): Body<Batch>) -> Answered {
    Fault::unless_within(orders.len(), service.options.max_batch, "order")?;
    check(&orders)?;
    let ids = service.store.keep(&orders).await?;
    metrics::counter!("orders_kept_total").increment(ids.len() as u64);
    Ok(Answer(Reply::json(201, &json!({ "ids": ids }))))
}

fn check(orders: &[Order]) -> Result<(), Fault> {
    let objection = orders.iter().enumerate().find_map(|(at, order)| Some((at, order.objection()?)));
    objection.map_or(Ok(()), |(at, text)| Err(Fault::new(422, "bad_order", format!("order {at}: {text}"))))
}

async fn read(State(service): App, Path(id): Path<String>) -> Answered {
    let kept = service.store.orders(&[number(&id)?]).await?.pop();
    kept.map(|kept| Answer(Reply::json(200, &kept))).ok_or_else(|| Refused(missing("order", &id)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Chosen {
    ids: Vec<i64>,
}

impl Service {
    /// The chosen orders, in the order of their numbers; all of them or a fault.
    async fn chosen(&self, mut ids: Vec<i64>) -> Result<(Vec<i64>, Vec<Order>), Refused> {
        Fault::unless_within(ids.len(), self.options.max_batch, "id")?;
        ids.sort_unstable();
        ids.dedup();
        let kept = self.store.orders(&ids).await?;
        if kept.len() < ids.len() {
            let found = |id: &i64| kept.binary_search_by_key(id, |kept| kept.id).is_ok();
            let id = ids.iter().find(|id| !found(id)).copied().unwrap_or_default();
            return Err(missing("order", &id.to_string()).into());
        }
        Ok(kept.into_iter().map(|Kept { id, order, .. }| (id, order)).unzip())
    }
}

async fn price(State(service): App, Body(Chosen { ids }): Body<Chosen>) -> Answered {
    let (ids, orders) = service.chosen(ids).await?;
    let parcels: Vec<_> =
        orders.iter().map(|order| Parcel { country: order.country.clone(), grams: order.grams() }).collect();
    // The other service is asked while the prices are computed.
    let prices = pricing::price_async(orders, Arc::clone(&service.catalogue));
    let (prices, quotes) = tokio::join!(prices, service.shipping.quotes(&parcels));
    let rows: Vec<_> = ids
        .iter()
        .zip(&prices?)
        .enumerate()
        .map(|(at, (id, price))| json!({ "id": id, "price": price, "shipping_cents": quotes.as_ref().map(|all| all[at]) }))
        .collect();
    Ok(Answer(Reply::json(200, &json!({ "prices": rows, "without_shipping": quotes.is_none() }))))
}

async fn score(State(service): App, Body(Chosen { ids }): Body<Chosen>) -> Answered {
    let (ids, orders) = service.chosen(ids).await?;
    // If the client goes away, axum drops this future, and the computation stops.
    let scores = fraud::score_async(orders, Arc::clone(&service.model)).await?;
    let rows: Vec<_> =
        ids.iter().zip(&scores).map(|(id, score)| json!({ "id": id, "score": score })).collect();
    Ok(Answer(Reply::json(200, &json!({ "scores": rows }))))
}

async fn start_job(State(service): App) -> Answered {
    let job = service.store.start_job().await?;
    service.job_started.notify_one();
    Ok(Answer(Reply::json(202, &job)))
}

async fn job(State(service): App, Path(id): Path<String>) -> Answered {
    let job = service.store.job(number(&id)?).await?;
    job.map(|job| Answer(Reply::json(200, &job))).ok_or_else(|| Refused(missing("job", &id)))
}

async fn cancel_job(state: App, path: Path<String>) -> Answered {
    state.store.end_job(number(&path)?, "cancelled").await?;
    job(state, path).await
}

fn number(text: &str) -> Result<i64, Fault> {
    text.parse().map_err(|_| Fault::new(400, "wrong_type", format!("{text:?} is no number")))
}

fn missing(what: &str, id: &str) -> Fault {
    Fault::new(404, "not_found", format!("there is no {what} {id}"))
}

async fn readiness(State(service): App) -> Answer {
    let database = service.store.ping().await;
    let options = &service.options;
    // An order as text and as a value, and what comes out, takes up to 4 KiB.
    let demand = |function| Demand { function, most_items: options.max_batch, item_bytes: 4096 };
    let demands = ["axum_orders::pricing::price", "axum_orders::fraud::score"].map(demand);
    let detail = database.as_ref().map_or_else(ToString::to_string, |()| "answers".to_owned());
    let database = Check { name: "database", ok: database.is_ok(), detail };
    Answer(probes::ready(&here(&options.common, &demands, vec![database])))
}

async fn metrics_text(State(service): App) -> Answer {
    metrics::counter!("orders_scored_total").absolute(service.model.scored());
    Answer(probes::metrics(&service.telemetry))
}
