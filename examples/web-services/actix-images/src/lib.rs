//! Images over HTTP, served by actix-web: files come in as a form, are resized and filtered off the executor, and are kept in
//! a folder. The computations are `thumbnail` and `filters`; here is what waits.

use std::future::ready;
use std::io;
use std::path::PathBuf;
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{Server, ServiceRequest, ServiceResponse};
use actix_web::error::QueryPayloadError;
use actix_web::middleware::{self, Next};
use actix_web::web::{self, Data};
use actix_web::{
    App, FromRequest, Handler, HttpRequest, HttpResponse, HttpServer, Resource, Responder, Route,
};
use domain::options::above_zero;
use domain::process::cannot_listen;
use domain::ready::here;
use domain::{Common, Demand, Fault, Folder, Places, Telemetry, probes};

use crate::answer::{Refused, answer};

mod answer;
pub mod filters;
pub mod thumbnail;
mod upload;

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

    /// Files in one request
    #[arg(long, env = "MAX_FILES", default_value_t = 16, value_name = "COUNT", value_parser = above_zero::<u16>)]
    pub max_files: u16,

    /// Size of one file in bytes
    #[arg(long, env = "MAX_FILE_BYTES", default_value_t = 8 << 20, value_name = "BYTES", value_parser = above_zero::<usize>)]
    pub max_file_bytes: usize,

    /// Pixels of one image, whatever its file claims, and of all results of a request; decoding and filtering take up to 16 bytes for each
    #[arg(long, env = "MAX_PIXELS", default_value_t = 24_000_000, value_name = "COUNT", value_parser = above_zero::<u32>)]
    pub max_pixels: u32,
}

struct Service {
    options: Options,
    telemetry: Telemetry,
    places: Places,
    folder: Folder,
}

/// Binds the address and serves it; the server stops when its handle says so, and lets requests in flight finish.
///
/// # Errors
/// If the folder cannot be made, the address is taken, or logs and metrics cannot be set up.
pub fn serve(options: Options) -> io::Result<Server> {
    options.common.apply().map_err(io::Error::other)?;
    // Before anything is counted: nobody has asked for it.
    thumbnail::warm_up();
    let telemetry = Telemetry::start(&options.common).map_err(io::Error::other)?;
    metrics::describe_counter!("images_finished_total", "Images that were resized and filtered.");
    let (listen, grace) = (options.common.listen, options.common.grace_s);
    let (places, folder) = (options.common.places(), Folder::new(&options.store));
    let service = Data::new(Service { options, telemetry, places, folder });
    let app = service.clone();
    let server = HttpServer::new(move || {
        let refused = |error: QueryPayloadError, _: &HttpRequest| {
            Refused::from(Fault::bad_query(format_args!("{error}: write `?edge=256&filters=blur:3`"))).into()
        };
        App::new()
            .app_data(app.clone())
            .app_data(web::QueryConfig::default().error_handler(refused))
            .wrap(middleware::from_fn(measured))
            .service(only("/images", "POST", web::post().to(upload::upload)))
            .service(page("/images/{id}", upload::stored))
            .service(page("/health", async || answer(probes::health())))
            .service(page("/ready", readiness))
            .service(page("/decisions", async || answer(probes::decisions())))
            .service(page("/metrics", async |own: Data<Service>| answer(probes::metrics(&own.telemetry))))
            .default_service(web::to(unknown))
    });
    // A client that hangs up has its handler dropped, and with it what the handler computes.
    let server = server.h1_allow_half_closed(false).disable_signals().shutdown_timeout(grace);
    let server = server.bind(listen).map_err(|error| cannot_listen(listen, &error))?;
    // What cannot listen leaves no folder behind.
    service.folder.make()?;
    for address in server.addrs() {
        tracing::info!(%address, "listening");
    }
    Ok(server.run())
}

async fn readiness(service: Data<Service>) -> HttpResponse {
    let options = &service.options;
    // A request's files, one picture that is decoded and filtered, and all results, which have no more pixels than that one may.
    let (most, pixels) = (usize::from(options.max_files), options.max_pixels as usize);
    let files = (most, options.max_file_bytes + (16 + 4) * pixels / most);
    // In the worst case a row is a pixel.
    let rows = (pixels, 16);
    let demands = thumbnail::FUNCTIONS.map(|(function, by_row)| {
        let (most_items, item_bytes) = if by_row { rows } else { files };
        Demand { function, most_items, item_bytes }
    });
    let store = service.folder.check().await;
    answer(probes::ready(&here(&options.common, &service.places, &demands, vec![store])))
}

/// What answers to one method, and tells others so.
fn only(path: &str, methods: &'static str, route: Route) -> Resource {
    let refused = move |request: HttpRequest| {
        let fault = Fault::wrong_method(request.method(), request.path()).allowing(methods);
        ready(answer(fault.reply()))
    };
    web::resource(path).route(route).default_service(web::to(refused))
}

/// What can be read, or asked for without being read.
fn page<A: FromRequest + 'static, H: Handler<A, Output: Responder + 'static>>(
    path: &str,
    handler: H,
) -> Resource {
    only(path, "GET, HEAD", web::get().to(handler.clone())).route(web::head().to(handler))
}

async fn unknown(request: HttpRequest) -> HttpResponse {
    answer(Fault::unknown_route(request.method(), request.path()).reply())
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
