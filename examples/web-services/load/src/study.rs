//! Goes over all frameworks and ways and keeps what was seen.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::child::{Server, Start};
use crate::first::first;
use crate::row::{self, Row};
use crate::stats::median;
use crate::way::{Framework, Way};
use crate::{Done, Study, charts, whole};

/// Measures everything and writes the figures and the charts into the folder that `study` names.
pub(crate) fn run(study: &Study) -> Done {
    fs::create_dir_all(&study.load.out)?;
    let mut rows = Vec::new();
    // Run by run, not way by way: what else the machine does meets all of them.
    for run in 1..=study.load.runs {
        for &framework in &study.frameworks {
            for &way in &study.ways {
                let row = measure(study, framework, way, run)?;
                println!("{}", row.line());
                rows.push(row);
            }
        }
    }
    row::write(&study.load.out.join("load.csv"), &rows)?;

    let mut lines = vec!["framework,start,first_request_ms".to_owned()];
    for &framework in &study.frameworks {
        let file = study.load.out.join(format!("{}.toml", framework.name()));
        let items = study.load.items.unwrap_or(framework.items());
        let first = first(
            framework,
            items,
            study.load.seconds,
            study.starts,
            &fs::canonicalize(&study.load.out)?.join(file.file_name().ok_or("no name")?),
        )?;
        for (start, all) in [("cold", &first.cold_ms), ("frozen", &first.warm_ms)] {
            println!(
                "{}: first request {start}: {:.2} ms (median of {})",
                first.framework.name(),
                median(all),
                all.len()
            );
            lines.extend(all.iter().map(|ms| format!("{},{start},{ms:.3}", first.framework.name())));
        }
    }
    fs::write(study.load.out.join("first.csv"), lines.join("\n") + "\n")?;
    draw(&study.load.out, &study.load.out)
}

/// Draws the charts of `folder`'s figures into `out`, and prints them as a table.
pub(crate) fn draw(folder: &Path, out: &Path) -> Done {
    let rows = row::parse(&fs::read_to_string(folder.join("load.csv"))?)?;
    print!("{}\n{}", table(&rows), whole::recorded(folder)?);
    charts::write(&rows, out)
}

fn measure(study: &Study, framework: Framework, way: Way, run: usize) -> Done<Row> {
    let server = Server::start(framework, way, study.load.items.unwrap_or(framework.items()), Start::Cold)?;
    let seen = server.drive(study.load.connections, study.load.seconds)?;
    server.stop()?;
    Ok(Row::new(framework, way, run, &seen))
}

fn table(rows: &[Row]) -> String {
    let mut text = String::from(
        "| framework | way | requests/s | p50, ms | p99, ms | `/health` p99, ms |\n|---|---|---|---|---|---|\n",
    );
    for framework in Framework::ALL {
        for row in Way::ALL.iter().filter_map(|way| row::middle(rows, framework, *way)) {
            // Writing to a `String` cannot fail.
            let _ = writeln!(
                text,
                "| {} | {} | {:.1} | {:.1} | {:.1} | {:.1} |",
                framework.name(),
                row.way.label(),
                row.per_second,
                row.heavy_p50_ms,
                row.heavy_p99_ms,
                row.health_p99_ms
            );
        }
    }
    text
}
