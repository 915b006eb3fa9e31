//! Links over HTTP, served by rocket: batches of addresses are judged by how they look. The computations are `analysis`,
//! `lookalike` and `statistics`; here is what waits.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use domain::options::above_zero;
use domain::ready::here;
use domain::{Check, Common, Demand, Fault, Feed, Place, Places, Reply, Telemetry, offload, probes};
use rocket::config::{LogLevel, Shutdown};
use rocket::data::{Data, FromData, Outcome, ToByteUnit};
use rocket::fairing::AdHoc;
use rocket::http::{ContentType, Status};
use rocket::outcome::IntoOutcome;
use rocket::response::stream::ByteStream;
use rocket::{Build, Config, Request, Rocket, State, catch, catchers, get, post, routes};
use serde::Deserialize;

use crate::analysis::{KNOWN_NAMES, LONGEST_LINK, LONGEST_REASONS, Verdict, analyse, analyse_async};
use crate::answer::{Answer, Refused};
use crate::lookalike::Names;
use crate::statistics::{Report, statistics};

pub mod analysis;
mod answer;
pub mod lookalike;
pub mod statistics;

/// Links that are judged between two looks at whether the client is still there: some milliseconds.
const SLICE: usize = 256;

/// Judges how safe links look, from their text alone
#[derive(clap::Parser, Debug)]
#[command(version)]
pub struct Options {
    /// What every service has
    #[command(flatten)]
    pub common: Common,

    /// File of well-known names that others may imitate, one a line, such as `paypal`; a short list is built in
    #[arg(long, env = "NAMES", value_name = "FILE")]
    pub names: Option<PathBuf>,

    /// Links in one request
    #[arg(long, env = "MAX_LINKS", default_value_t = 10_000, value_name = "COUNT", value_parser = above_zero::<usize>)]
    pub max_links: usize,

    /// Size of one request in bytes
    #[arg(long, env = "MAX_BYTES", default_value_t = 4 << 20, value_name = "BYTES", value_parser = above_zero::<usize>)]
    pub max_bytes: usize,
}

struct Service {
    options: Options,
    telemetry: Telemetry,
    names: Arc<Names>,
    places: Places,
}

/// The service, ready to be launched. It stops when its `shutdown()` says so, and lets requests in flight finish.
///
/// # Errors
/// If the file of names cannot be read, or logs and metrics cannot be set up.
pub fn service(options: Options) -> Result<Rocket<Build>, Box<dyn std::error::Error + Send + Sync>> {
    let telemetry = Telemetry::start(&options.common)?;
    options.common.apply()?;
    let names = options.names.as_deref().map_or_else(|| Ok(Names::new(KNOWN_NAMES)), Names::read)?;
    warm_up(&names);
    metrics::describe_counter!("links_judged_total", "Links that were judged.");
    let grace = options.common.grace_s.try_into().unwrap_or(u32::MAX);
    let config = Config {
        address: options.common.listen.ip(),
        port: options.common.listen.port(),
        log_level: LogLevel::Off, // ours goes through `tracing`
        shutdown: Shutdown { ctrlc: false, signals: [].into(), grace, mercy: 0, ..Shutdown::default() },
        ..Config::release_default()
    };
    let places = options.common.places();
    let (open, patience) = (places.clone(), options.common.grace());
    let service = Service { options, telemetry, names: Arc::new(names), places };
    Ok(rocket::custom(config)
        .manage(service)
        .mount("/", routes![judge, judge_stream, health, ready, decisions, metrics_text])
        .register("/", catchers![refused])
        .attach(AdHoc::on_request("clock", |request, _| {
            request.local_cache(Instant::now);
            Box::pin(async {})
        }))
        .attach(AdHoc::on_response("metrics", |request, response| {
            let took = request.local_cache(Instant::now).elapsed();
            let route = request.route().map_or_else(|| "unknown".to_owned(), |route| route.uri.to_string());
            domain::telemetry::answered(&route, request.method().as_str(), response.status().code, took);
            Box::pin(async {})
        }))
        // Rocket itself waits for the whole time of grace if anything is in flight when it begins to wait.
        .attach(AdHoc::on_shutdown("drained", move |_| Box::pin(async move { open.drained(patience).await })))
        .attach(AdHoc::on_liftoff("address", |rocket| {
            let Config { address, port, .. } = rocket.config();
            tracing::info!(address = %std::net::SocketAddr::new(*address, *port), "listening");
            Box::pin(async {})
        })))
}

/// What a verdict takes as JSON, bytes, more or less.
const VERDICT_BYTES: usize = 256;

/// What a client sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Batch {
    links: Vec<String>,
}

/// A batch within its limits, and the place of its request.
struct Received {
    links: Vec<String>,
    place: Place,
}

#[rocket::async_trait]
impl<'r> FromData<'r> for Received {
    type Error = Fault;

    async fn from_data(request: &'r Request<'_>, body: Data<'r>) -> Outcome<'r, Self, Fault> {
        receive(request, body).await.or_error(Status::BadRequest) // the fault knows better
    }
}

async fn receive(request: &Request<'_>, body: Data<'_>) -> Result<Received, Fault> {
    let service: &Service = request.rocket().state().expect("it is managed above");
    let &Options { ref common, max_links, max_bytes: most, .. } = &service.options;
    let place = service.places.take(request.headers().get_one("content-length"), most)?;
    if request.content_type().is_none_or(|kind| !kind.is_json()) {
        return Err(Fault::new(415, "wrong_type", "send `content-type: application/json`"));
    }
    let lost = |error| Fault::new(400, "unreadable", format!("the body did not arrive: {error}"));
    let body =
        common.in_time("send the request", body.open(most.bytes()).into_bytes()).await?.map_err(lost)?;
    if !body.is_complete() {
        return Err(Fault::too_large(most));
    }
    let links = offload(body.len(), move || parse(&body, max_links)).await??;
    Ok(Received { links, place })
}

fn parse(body: &[u8], most: usize) -> Result<Vec<String>, Fault> {
    let example = r#"{"links":["https://…"]}"#;
    let Batch { links } = serde_json::from_slice(body).map_err(|error| Fault::bad_json(&error, example))?;
    Fault::unless_within(links.len(), most, "link")?;
    Fault::unless_short(links.iter().map(String::len), LONGEST_LINK, "link")?;
    Ok(links)
}

/// Off the executor; the caller waits without blocking it.
async fn analysed(links: Vec<String>, names: Arc<Names>) -> Result<Vec<Verdict>, Fault> {
    let verdicts = analyse_async(links, names).await.map_err(Fault::failed)?;
    metrics::counter!("links_judged_total").increment(verdicts.len() as u64);
    Ok(verdicts)
}

/// All verdicts and their statistics at once. Rocket runs it to its end even if the client hangs up.
#[post("/links", data = "<received>")]
async fn judge(service: &State<Service>, received: Result<Received, Fault>) -> Result<Answer, Refused> {
    let Received { links, place: _place } = received?;
    let verdicts = analysed(links, Arc::clone(&service.names)).await?;
    let answer = offload(verdicts.len() * VERDICT_BYTES, || Reply::json(200, &Report::new(verdicts)));
    Ok(Answer(answer.await?))
}

/// One verdict a line, as they come. At the next slice it is noticed that a client has hung up or reads no more, and the rest is
/// dropped.
#[post("/links/stream", data = "<received>")]
fn judge_stream(
    service: &State<Service>,
    received: Result<Received, Fault>,
) -> Result<(ContentType, ByteStream![Vec<u8>]), Refused> {
    let Received { links, place } = received?;
    let (mut links, names) = (links.into_iter(), Arc::clone(&service.names));
    let mut feed = Feed::start(service.options.common.clone(), place, move || {
        let slice: Vec<String> = links.by_ref().take(SLICE).collect();
        let names = Arc::clone(&names);
        async move {
            if slice.is_empty() {
                return Ok(None);
            }
            Ok(Some(probes::json_lines(&analysed(slice, names).await?)))
        }
    });
    let pieces = ByteStream! {
        while let Some(piece) = feed.next().await {
            yield piece;
        }
    };
    Ok((ContentType::new("application", "x-ndjson"), pieces))
}

#[get("/health")]
fn health() -> Answer {
    Answer(probes::health())
}

#[get("/ready")]
fn ready(service: &State<Service>) -> Answer {
    let Options { common, max_links, max_bytes, .. } = &service.options;
    // The texts come in once and go out twice, as values and as JSON.
    let item_bytes = LONGEST_REASONS + 3 * *max_bytes / max_links;
    let demand = |function| Demand { function, most_items: *max_links, item_bytes };
    let demands = ["rocket_links::analysis::analyse", "rocket_links::statistics::counts"].map(demand);
    let detail = format!("{} well-known names", service.names.len());
    let names = Check { name: "names", ok: !service.names.is_empty(), detail };
    Answer(probes::ready(&here(common, &service.places, &demands, vec![names])))
}

#[get("/decisions")]
fn decisions() -> Answer {
    Answer(probes::decisions())
}

#[get("/metrics")]
fn metrics_text(service: &State<Service>) -> Answer {
    Answer(probes::metrics(&service.telemetry))
}

#[catch(default)]
fn refused(status: Status, request: &Request<'_>) -> Answer {
    let fault = match status.code {
        404 if request.rocket().routes().any(|route| route.uri.path() == request.uri().path().as_str()) => {
            let methods = if request.uri().path().starts_with("/links") { "POST" } else { "GET, HEAD" };
            Fault::wrong_method(request.method(), request.uri().path()).allowing(methods)
        }
        404 => Fault::unknown_route(request.method(), request.uri().path()),
        400..500 => {
            let message = format!("{}: look at the method, the path and the headers", status.reason_lossy());
            Fault::new(status.code, "bad_request", message)
        }
        _ => Fault::internal(),
    };
    Answer(fault.reply())
}

/// Calls every annotated function once, so that readiness knows them all and the first request finds them loaded.
fn warm_up(names: &Names) {
    let verdicts = analyse(&["https://example.org/".to_owned(), "http://paypa1.com/".to_owned()], names);
    let known = statistics(&verdicts).links;
    tracing::debug!(links = known, "warmed up");
}
