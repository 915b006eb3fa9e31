//! The whole services under load: the real programs with as many items in a request as they take by default, which they have to
//! read, compute and write. The study measures the computations alone.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use actix_images::thumbnail::sample_png;
use serde_json::json;

use crate::child::Start;
use crate::drive::drive;
use crate::row::{self, Row};
use crate::service::{Request, Service};
use crate::way::{Framework, Way};
use crate::work::links;
use crate::{Done, Load};

/// Measures each service and writes `whole.csv` into the folder that `load` names.
pub(crate) fn run(load: &Load) -> Done {
    fs::create_dir_all(&load.out)?;
    let mut rows = Vec::new();
    for run in 1..=load.runs {
        for framework in Framework::ALL {
            let row = measure(load, framework, run)?;
            println!("{}", row.line());
            rows.push(row);
        }
    }
    row::write(&load.out.join("whole.csv"), &rows)?;
    print!("{}", table(&rows));
    Ok(())
}

/// The figures of `folder` as a table, if there are any.
pub(crate) fn recorded(folder: &Path) -> Done<String> {
    let file = folder.join("whole.csv");
    Ok(if fs::exists(&file)? { table(&row::parse(&fs::read_to_string(file)?)?) } else { String::new() })
}

fn measure(load: &Load, framework: Framework, run: usize) -> Done<Row> {
    let folder = tempfile::tempdir()?;
    let service = Service::start(framework, folder.path(), Start::Carried)?;
    let request = largest(&service, framework, load.items)?;
    let seen = drive(
        &|agent| service.send(agent, &request),
        &|agent| service.get(agent, "/health"),
        load.connections,
        load.seconds,
    )?;
    service.stop()?;
    Ok(Row::new(framework, Way::Companion, run, &seen))
}

/// A request of as many items as `framework`'s service takes unless it is told otherwise.
fn largest(service: &Service, framework: Framework, items: Option<usize>) -> Done<Request> {
    Ok(match framework {
        Framework::Axum => {
            let ids = service.keep(items.unwrap_or(10_000))?;
            Request::json("/orders/score", &json!({ "ids": ids }))
        }
        Framework::Actix => {
            let picture = sample_png(800, 600);
            Request::pictures("edge=320&filters=blur:2,sharpen:60", &picture, items.unwrap_or(16))
        }
        Framework::Rocket => Request::json("/links", &json!({ "links": links(items.unwrap_or(10_000)) })),
    })
}

fn table(rows: &[Row]) -> String {
    let mut text = String::from(
        "| service | requests/s | p50, ms | p99, ms | `/health` p99, ms |\n|---|---|---|---|---|\n",
    );
    for row in Framework::ALL.iter().filter_map(|framework| row::middle(rows, *framework, Way::Companion)) {
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            text,
            "| {} | {:.1} | {:.0} | {:.0} | {:.1} |",
            row.framework.name(),
            row.per_second,
            row.heavy_p50_ms,
            row.heavy_p99_ms,
            row.health_p99_ms
        );
    }
    text
}
