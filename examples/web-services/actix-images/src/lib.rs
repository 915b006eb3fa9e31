//! Images over HTTP, served by actix-web: files come in as a form, are resized and filtered off the executor, and are kept in
//! a folder. The computations are `thumbnail` and `filters`; here is what waits.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use actix_multipart::{Multipart, MultipartError};
use actix_web::body::MessageBody;
use actix_web::dev::{Server, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::{self, Next};
use actix_web::web::{self, BytesMut, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, ResponseError};
use domain::ready::Evidence;
use domain::{Check, Common, Demand, Fault, Places, Reply, Telemetry, probes};
use futures_util::TryStreamExt;
use serde::Deserialize;
use serde_json::json;

use crate::thumbnail::{BadImage, Job, Thumbnail, Upload, thumbnails};

pub mod filters;
pub mod thumbnail;

/// Resizes and filters uploaded PNG and JPEG files
#[derive(clap::Parser, Debug)]
#[command(version)]
pub struct Options {
    /// What every service has
    #[command(flatten)]
    pub common: Common,

    /// Folder in which results are kept; it is made if it is missing
    #[arg(long, env = "STORE", default_value = "target/actix-images", value_name = "FOLDER")]
    pub store: PathBuf,

    /// Requests that are taken at the same time; further ones are answered 503
    #[arg(long, env = "MAX_REQUESTS", default_value_t = 512, value_name = "COUNT")]
    pub max_requests: usize,

    /// Files in one request
    #[arg(long, env = "MAX_FILES", default_value_t = 16, value_name = "COUNT", value_parser = clap::value_parser!(u16).range(1..))]
    pub max_files: u16,

    /// Size of one file in bytes
    #[arg(long, env = "MAX_FILE_BYTES", default_value_t = 8 << 20, value_name = "BYTES")]
    pub max_file_bytes: usize,

    /// Pixels of one image, whatever its file claims; decoding and filtering take up to 16 bytes for each
    #[arg(long, env = "MAX_PIXELS", default_value_t = 24_000_000, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..))]
    pub max_pixels: u32,

    /// Seconds in which a request must have arrived
    #[arg(long, env = "UPLOAD_S", default_value_t = 60, value_name = "SECONDS")]
    pub upload_s: u64,
}

struct Service {
    options: Options,
    telemetry: Telemetry,
    places: Places,
    written: AtomicU64,
}

/// Binds the address and serves it; the server stops when its handle says so, and lets requests in flight finish.
///
/// # Errors
/// If the folder cannot be made, the address is taken, or logs and metrics cannot be set up.
pub fn serve(options: Options) -> io::Result<Server> {
    let telemetry = Telemetry::start(&options.common).map_err(io::Error::other)?;
    std::fs::create_dir_all(&options.store)?;
    warm_up();
    let (listen, grace) = (options.common.listen, options.common.grace_s);
    let places = Places::new(options.max_requests);
    let service = Data::new(Service { options, telemetry, places, written: AtomicU64::new(0) });
    let server = HttpServer::new(move || {
        let refused = |error: actix_web::error::QueryPayloadError, _: &HttpRequest| {
            Refused(Fault::new(400, "bad_query", error.to_string())).into()
        };
        App::new()
            .app_data(service.clone())
            .app_data(web::QueryConfig::default().error_handler(refused))
            .wrap(middleware::from_fn(measured))
            .route("/images", web::post().to(upload))
            .route("/images/{id}", web::get().to(stored))
            .route("/health", web::get().to(async || answer(&probes::health())))
            .route("/ready", web::get().to(ready))
            .route("/decisions", web::get().to(async || answer(&probes::decisions())))
            .route("/metrics", web::get().to(metrics_text))
            .default_service(web::to(unknown))
    });
    // A client that hangs up has its handler dropped, and with it what the handler computes.
    let server = server.h1_allow_half_closed(false).disable_signals().shutdown_timeout(grace).bind(listen)?;
    for address in server.addrs() {
        tracing::info!(%address, "listening");
    }
    Ok(server.run())
}

/// What a client may ask for in the query: `?edge=256&filters=blur:3,grayscale`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    edge: Option<u32>,
    #[serde(default)]
    filters: String,
}

impl Wish {
    fn job(&self, max_pixels: u32) -> Result<Job, Fault> {
        let bad = |message: String| Fault::new(400, "bad_query", message);
        if self.edge.is_some_and(|edge| !(1..=8192).contains(&edge)) {
            return Err(bad("`edge` is the longer side in pixels: write 1 to 8192".to_owned()));
        }
        let names = self.filters.split(',').filter(|name| !name.is_empty());
        let filters: Vec<_> = names
            .map(str::parse)
            .collect::<Result<_, _>>()
            .map_err(|error: filters::UnknownFilter| bad(error.to_string()))?;
        if filters.len() > 8 {
            return Err(bad("at most 8 filters are applied".to_owned()));
        }
        Ok(Job { edge: self.edge, filters, max_pixels: max_pixels.into() })
    }
}

/// `POST /images`: waits for the files, computes, waits for the disk. Answered is only what has been stored.
async fn upload(
    service: Data<Service>,
    wish: web::Query<Wish>,
    form: Multipart,
) -> Result<HttpResponse, Refused> {
    let options = &service.options;
    let job = wish.job(options.max_pixels)?;
    let _place = service.places.take()?;
    let files = tokio::time::timeout(Duration::from_secs(options.upload_s), receive(form, options));
    let files = files.await.map_err(|_| {
        Fault::new(408, "too_slow", format!("send all files within {} s", options.upload_s))
    })??;
    let done = domain::compute::spawn(move || thumbnails(&files, &job)).await.map_err(failed)??;
    for thumbnail in &done {
        keep(&options.store, thumbnail, service.written.fetch_add(1, Ordering::Relaxed))
            .await
            .map_err(failed)?;
    }
    tracing::info!(files = done.len(), "stored");
    Ok(answer(&Reply::json(201, &json!({ "images": done }))))
}

/// All files of a form, each within its limit.
async fn receive(mut form: Multipart, options: &Options) -> Result<Vec<Upload>, Refused> {
    let mut files = Vec::new();
    while let Some(mut part) = form.try_next().await? {
        if files.len() == usize::from(options.max_files) {
            return Err(Fault::new(
                413,
                "too_many_files",
                format!("at most {} files are taken at once", options.max_files),
            )
            .into());
        }
        let given = part.content_disposition().and_then(|header| header.get_filename());
        let name =
            given.map_or_else(|| format!("file {}", files.len() + 1), |name| name.chars().take(80).collect());
        let mut bytes = BytesMut::new();
        while let Some(chunk) = part.try_next().await? {
            if bytes.len() + chunk.len() > options.max_file_bytes {
                let message =
                    format!("`{name}` has more than {} bytes: send a smaller file", options.max_file_bytes);
                return Err(Fault::new(413, "too_large", message).into());
            }
            bytes.extend_from_slice(&chunk);
        }
        files.push(Upload { name, bytes: bytes.freeze() });
    }
    if files.is_empty() {
        return Err(Fault::new(400, "empty", "send at least one file as a part of the form").into());
    }
    Ok(files)
}

/// Writes beside the place and renames, so that nobody reads half a file; what is there already is the same.
async fn keep(folder: &Path, thumbnail: &Thumbnail, number: u64) -> io::Result<()> {
    let place = folder.join(&thumbnail.id);
    if tokio::fs::try_exists(&place).await? {
        return Ok(());
    }
    let part = folder.join(format!("{}.{}-{number}", thumbnail.id, std::process::id()));
    tokio::fs::write(&part, &thumbnail.bytes).await?;
    tokio::fs::rename(&part, &place).await
}

/// `GET /images/{id}`: a stored image. Only names that this service gives reach the file system.
async fn stored(service: Data<Service>, id: web::Path<String>) -> Result<HttpResponse, Refused> {
    let missing =
        || Fault::new(404, "unknown_image", "no image has this id: take one from an answer of POST /images");
    let (digest, extension) = id.split_once('.').ok_or_else(missing)?;
    let named = digest.len() == 64 && digest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let kind = match extension {
        "png" if named => "image/png",
        "jpg" if named => "image/jpeg",
        _ => return Err(missing().into()),
    };
    match tokio::fs::read(service.options.store.join(&*id)).await {
        Ok(bytes) => Ok(HttpResponse::Ok()
            .content_type(kind)
            .insert_header(("cache-control", "public, immutable"))
            .body(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(missing().into()),
        Err(error) => Err(failed(error).into()),
    }
}

async fn ready(service: Data<Service>) -> HttpResponse {
    let Options { common, max_files, max_file_bytes, max_pixels, .. } = &service.options;
    let decisions = amorsize::decisions();
    let files = Demand {
        function: "actix_images::thumbnail::thumbnails",
        most_items: usize::from(*max_files),
        item_bytes: max_file_bytes * 2,
    };
    // In the worst case a row is a pixel.
    let rows = |function| Demand { function, most_items: *max_pixels as usize, item_bytes: 16 };
    let passes = ROW_FUNCTIONS.map(rows);
    let folder = std::fs::metadata(&service.options.store);
    let detail = folder.as_ref().map_or_else(ToString::to_string, |_| "the folder is there".to_owned());
    answer(&probes::ready(&domain::ready::verdict(&Evidence {
        decisions: &decisions,
        demands: &[&[files], &passes[..]].concat(),
        regions: common.max_regions.map_or(decisions.threads, usize::from),
        free_bytes: domain::ready::free_bytes(),
        load: domain::ready::load(),
        max_load: common.max_load,
        own: vec![Check { name: "store", ok: folder.is_ok_and(|found| found.is_dir()), detail }],
    })))
}

const ROW_FUNCTIONS: [&str; 5] = [
    "actix_images::filters::grayscale",
    "actix_images::filters::tone",
    "actix_images::filters::blur_across",
    "actix_images::filters::blur_down",
    "actix_images::filters::sharpen",
];

async fn metrics_text(service: Data<Service>) -> HttpResponse {
    answer(&probes::metrics(&service.telemetry))
}

async fn unknown(request: HttpRequest) -> HttpResponse {
    let message = format!("nothing answers {} {}", request.method(), request.path());
    answer(&Fault::new(404, "unknown_route", message).reply())
}

/// Calls every annotated function once, so that readiness knows them all and the first request finds them loaded.
fn warm_up() {
    let filters =
        ["grayscale", "tone:1.1", "blur:1", "sharpen:10"].map(|name| name.parse().expect("a filter"));
    let file = Upload { name: "warm-up".to_owned(), bytes: thumbnail::sample_png(8, 8).into() };
    let job = Job { edge: Some(4), filters: filters.to_vec(), max_pixels: 64 };
    if let Err(error) = thumbnails(&[file], &job) {
        tracing::error!(%error, "the service's own sample is refused");
    }
}

async fn measured(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let started = Instant::now();
    let method = request.method().to_string();
    let response = next.call(request).await?;
    let route = response.request().match_pattern().unwrap_or_else(|| "unknown".to_owned());
    domain::telemetry::answered(&route, &method, response.status().as_u16(), started.elapsed());
    Ok(response)
}

fn answer(reply: &Reply) -> HttpResponse {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    HttpResponse::build(status).content_type(reply.content_type).body(reply.body.clone())
}

/// What is our fault goes to the log, not to the client.
fn failed(error: impl fmt::Display) -> Fault {
    tracing::error!(%error, "a request failed");
    Fault::internal()
}

/// A fault as actix-web sends it.
#[derive(Debug)]
struct Refused(Fault);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl ResponseError for Refused {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        answer(&self.0.reply())
    }
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self(fault)
    }
}

impl From<BadImage> for Refused {
    fn from(bad: BadImage) -> Self {
        let (status, code) = bad.code();
        Self(Fault::new(status, code, bad.to_string()))
    }
}

impl From<MultipartError> for Refused {
    fn from(error: MultipartError) -> Self {
        let (status, code) = match error.status_code() {
            StatusCode::UNSUPPORTED_MEDIA_TYPE => (415, "wrong_type"),
            _ => (400, "bad_form"),
        };
        Self(Fault::new(status, code, format!("{error}: send the files as multipart/form-data")))
    }
}
