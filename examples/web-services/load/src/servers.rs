//! The endpoint in each framework: `GET /heavy` computes, `GET /health` answers at once. A server says where it listens on
//! stdout, and ends when its stdin does.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::thread;

use rocket::config::{Config, LogLevel};

use crate::Done;
use crate::way::{Framework, Way};
use crate::work::Work;

/// Serves until stdin ends, which is when the process that started it ends or wants no more.
pub(crate) fn serve(framework: Framework, way: Way, items: usize) -> Done {
    let work = Work::new(framework, items);
    thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        amorsize::flush();
        std::process::exit(0);
    });
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    match framework {
        Framework::Axum => axum(listener, work, way),
        Framework::Actix => actix(listener, work, way),
        Framework::Rocket => {
            // Rocket binds by itself, the port that was free just now.
            drop(listener);
            rocket(address, work, way)
        }
    }
}

fn listening(address: SocketAddr) {
    println!("{address}");
    let _ = std::io::stdout().flush();
}

async fn answer(work: &Work, way: Way) -> Result<String, String> {
    work.answer(way).await.map(|number| number.to_string()).map_err(|error| error.to_string())
}

#[tokio::main]
async fn axum(listener: TcpListener, work: Work, way: Way) -> Done {
    use axum::http::StatusCode;
    let heavy = move || {
        let work = work.clone();
        async move { answer(&work, way).await.map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error)) }
    };
    let routes = axum::Router::new()
        .route("/heavy", axum::routing::get(heavy))
        .route("/health", axum::routing::get(async || "ok"));
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    listening(listener.local_addr()?);
    Ok(axum::serve(listener, routes).await?)
}

fn actix(listener: TcpListener, work: Work, way: Way) -> Done {
    use actix_web::{App, HttpResponse, HttpServer, web};
    actix_web::rt::System::new().block_on(async move {
        listening(listener.local_addr()?);
        let server = HttpServer::new(move || {
            let work = work.clone();
            let heavy = move || {
                let work = work.clone();
                async move {
                    match answer(&work, way).await {
                        Ok(number) => HttpResponse::Ok().body(number),
                        Err(error) => HttpResponse::InternalServerError().body(error),
                    }
                }
            };
            App::new()
                .route("/heavy", web::get().to(heavy))
                .route("/health", web::get().to(async || HttpResponse::Ok().body("ok")))
        });
        Ok(server.workers(thread::available_parallelism()?.get()).listen(listener)?.run().await?)
    })
}

#[rocket::get("/heavy")]
async fn heavy(
    state: &rocket::State<(Work, Way)>,
) -> Result<String, rocket::response::status::Custom<String>> {
    let (work, way) = state.inner();
    let failed = |error| rocket::response::status::Custom(rocket::http::Status::InternalServerError, error);
    answer(work, *way).await.map_err(failed)
}

#[rocket::get("/health")]
fn health() -> &'static str {
    "ok"
}

fn rocket(address: SocketAddr, work: Work, way: Way) -> Done {
    let config = Config {
        address: address.ip(),
        port: address.port(),
        log_level: LogLevel::Off,
        ..Config::release_default()
    };
    let launched = rocket::execute(
        rocket::custom(config)
            .manage((work, way))
            .mount("/", rocket::routes![heavy, health])
            .attach(rocket::fairing::AdHoc::on_liftoff("address", move |_| {
                listening(address);
                Box::pin(async {})
            }))
            .launch(),
    );
    launched.map(|_| ()).map_err(|error| error.to_string().into())
}
