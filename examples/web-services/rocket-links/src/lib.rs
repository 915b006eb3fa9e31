//! Links over HTTP, served by rocket: batches of addresses are judged by how they look. The computations are `analysis`,
//! `lookalike` and `statistics`; here is what waits.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use domain::ready::here;
use domain::{Check, Common, Demand, Fault, Places, Reply, Telemetry, probes};
use rocket::config::{LogLevel, Shutdown};
use rocket::data::{Data, ToByteUnit};
use rocket::fairing::AdHoc;
use rocket::http::{ContentType, Status};
use rocket::response::stream::ByteStream;
use rocket::{Build, Config, Request, Response, Rocket, State, catch, catchers, get, post, routes};
use serde::Deserialize;
use serde_json::json;

use crate::analysis::{KNOWN_NAMES, Verdict, analyse, analyse_async};
use crate::answer::{Answer, Refused};
use crate::lookalike::Names;
use crate::statistics::statistics;

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
    #[arg(long, env = "MAX_LINKS", default_value_t = 10_000, value_name = "COUNT", value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..))]
    pub max_links: usize,

    /// Size of one request in bytes
    #[arg(long, env = "MAX_BYTES", default_value_t = 4 << 20, value_name = "BYTES")]
    pub max_bytes: u64,
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
    let grace = options.common.grace_s.try_into().unwrap_or(u32::MAX);
    let config = Config {
        address: options.common.listen.ip(),
        port: options.common.listen.port(),
        log_level: LogLevel::Off, // ours goes through `tracing`
        shutdown: Shutdown { ctrlc: false, signals: [].into(), grace, mercy: 1, ..Shutdown::default() },
        ..Config::release_default()
    };
    let places = options.common.places();
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
            measured(request, response);
            Box::pin(async {})
        }))
        .attach(AdHoc::on_liftoff("address", |rocket| {
            let Config { address, port, .. } = rocket.config();
            tracing::info!(address = %std::net::SocketAddr::new(*address, *port), "listening");
            Box::pin(async {})
        })))
}

/// What a client sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Batch {
    links: Vec<String>,
}

impl Service {
    /// A batch within its limits.
    async fn receive(&self, kind: Option<&ContentType>, body: Data<'_>) -> Result<Vec<String>, Fault> {
        if kind.is_none_or(|kind| !kind.is_json()) {
            return Err(Fault::new(415, "wrong_type", "send `content-type: application/json`"));
        }
        let most = self.options.max_bytes;
        let lost = |error| Fault::new(400, "unreadable", format!("the body did not arrive: {error}"));
        let body = body.open(most.bytes()).into_bytes().await.map_err(lost)?;
        if !body.is_complete() {
            let message = format!("at most {most} bytes are taken at once: send several batches");
            return Err(Fault::new(413, "too_large", message));
        }
        let Batch { links } = serde_json::from_slice(&body).map_err(|error| {
            let (status, code) = if error.is_data() { (422, "wrong_shape") } else { (400, "malformed") };
            Fault::new(status, code, format!("{error}; send {{\"links\":[\"https://…\"]}}"))
        })?;
        Fault::unless_within(links.len(), self.options.max_links, "link")?;
        Ok(links)
    }
}

/// Off the executor; the caller waits without blocking it.
async fn analysed(links: Vec<String>, names: Arc<Names>) -> Result<Vec<Verdict>, Fault> {
    let verdicts = analyse_async(links, names).await.map_err(Fault::failed)?;
    metrics::counter!("links_judged_total").increment(verdicts.len() as u64);
    Ok(verdicts)
}

/// All verdicts and their statistics at once. Rocket runs it to its end even if the client hangs up.
#[post("/links", data = "<body>")]
async fn judge(
    service: &State<Service>,
    kind: Option<&ContentType>,
    body: Data<'_>,
) -> Result<Answer, Refused> {
    let _place = service.places.take()?;
    let links = service.receive(kind, body).await?;
    let verdicts = analysed(links, Arc::clone(&service.names)).await?;
    // Nanoseconds per verdict: less than a way to the pool and back.
    let statistics = statistics(&verdicts);
    Ok(Answer(Reply::json(200, &json!({ "links": verdicts, "statistics": statistics }))))
}

/// One verdict a line, as they come. Rocket notices at the next slice that a client has hung up, and drops the rest.
#[post("/links/stream", data = "<body>")]
async fn judge_stream(
    service: &State<Service>,
    kind: Option<&ContentType>,
    body: Data<'_>,
) -> Result<(ContentType, ByteStream![Vec<u8>]), Refused> {
    let place = service.places.take()?;
    let mut links = service.receive(kind, body).await?.into_iter();
    let names = Arc::clone(&service.names);
    let verdicts = ByteStream! {
        let _place = place;
        loop {
            let slice: Vec<String> = links.by_ref().take(SLICE).collect();
            if slice.is_empty() {
                break;
            }
            match analysed(slice, Arc::clone(&names)).await {
                Ok(verdicts) => yield json_lines(&verdicts),
                // The status is long gone; a line without a score is what is left to say so.
                Err(fault) => {
                    yield json_lines(&[json!({ "error": fault })]);
                    break;
                }
            }
        }
    };
    Ok((ContentType::new("application", "x-ndjson"), verdicts))
}

fn json_lines(values: &[impl serde::Serialize]) -> Vec<u8> {
    let mut lines = Vec::new();
    for value in values {
        serde_json::to_writer(&mut lines, value).expect("structs of texts and numbers are JSON");
        lines.push(b'\n');
    }
    lines
}

#[get("/health")]
fn health() -> Answer {
    Answer(probes::health())
}

#[get("/ready")]
fn ready(service: &State<Service>) -> Answer {
    let Options { common, max_links, max_bytes, .. } = &service.options;
    // The texts come in once and go out once; a verdict with its reasons takes up to 2 KiB beside them.
    let item_bytes = 2048 + 2 * *max_bytes as usize / max_links;
    let demand = |function| Demand { function, most_items: *max_links, item_bytes };
    let demands = ["rocket_links::analysis::analyse", "rocket_links::statistics::counts"].map(demand);
    let detail = format!("{} well-known names", service.names.len());
    let names = Check { name: "names", ok: !service.names.is_empty(), detail };
    Answer(probes::ready(&here(common, &demands, vec![names])))
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
        404 => Fault::unknown_route(request.method(), request.uri().path()),
        400..500 => Fault::new(status.code, "bad_request", status.reason_lossy()),
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

fn measured(request: &Request<'_>, response: &Response<'_>) {
    let took = request.local_cache(Instant::now).elapsed();
    let route = request.route().map_or_else(|| "unknown".to_owned(), |route| route.uri.to_string());
    domain::telemetry::answered(&route, request.method().as_str(), response.status().code, took);
}
