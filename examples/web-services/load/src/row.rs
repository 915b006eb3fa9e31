//! One measurement as a line of `load.csv`.

use std::fs;
use std::path::Path;

use clap::ValueEnum;

use crate::Done;
use crate::drive::Seen;
use crate::stats::{median, quantile};
use crate::way::{Framework, Way};

/// What one run of one framework and way has shown.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) framework: Framework,
    pub(crate) way: Way,
    pub(crate) run: usize,
    /// Heavy requests answered per second.
    pub(crate) per_second: f64,
    /// Half of the heavy requests took no longer, ms.
    pub(crate) heavy_p50_ms: f64,
    /// 99 of 100 heavy requests took no longer, ms.
    pub(crate) heavy_p99_ms: f64,
    /// 99 of 100 requests for `/health` took no longer, ms.
    pub(crate) health_p99_ms: f64,
}

const HEAD: &str = "framework,way,run,per_second,heavy_p50_ms,heavy_p99_ms,health_p99_ms";

impl Row {
    pub(crate) fn new(framework: Framework, way: Way, run: usize, seen: &Seen) -> Self {
        Self {
            framework,
            way,
            run,
            per_second: seen.heavy_ms.len() as f64 / seen.seconds,
            heavy_p50_ms: quantile(&seen.heavy_ms, 0.5),
            heavy_p99_ms: quantile(&seen.heavy_ms, 0.99),
            health_p99_ms: quantile(&seen.health_ms, 0.99),
        }
    }

    pub(crate) fn line(&self) -> String {
        let Self { framework, way, run, per_second, heavy_p50_ms, heavy_p99_ms, health_p99_ms } = self;
        let (framework, way) = (framework.name(), way.name());
        format!(
            "{framework},{way},{run},{per_second:.3},{heavy_p50_ms:.3},{heavy_p99_ms:.3},{health_p99_ms:.3}"
        )
    }

    fn parse(line: &str) -> Done<Self> {
        let cells: Vec<&str> = line.split(',').collect();
        let &[framework, way, run, per_second, heavy_p50_ms, heavy_p99_ms, health_p99_ms] = &cells[..] else {
            return Err(format!("{line:?} has {} cells: 7 are expected, {HEAD}", cells.len()).into());
        };
        Ok(Self {
            framework: Framework::from_str(framework, false)?,
            way: Way::from_str(way, false)?,
            run: run.parse()?,
            per_second: per_second.parse()?,
            heavy_p50_ms: heavy_p50_ms.parse()?,
            heavy_p99_ms: heavy_p99_ms.parse()?,
            health_p99_ms: health_p99_ms.parse()?,
        })
    }
}

/// Writes a file that [`parse`] reads.
pub(crate) fn write(file: &Path, rows: &[Row]) -> Done {
    let lines: Vec<String> = rows.iter().map(Row::line).collect();
    Ok(fs::write(file, format!("{HEAD}\n{}\n", lines.join("\n")))?)
}

/// The rows of a file that [`write`] has written.
pub(crate) fn parse(text: &str) -> Done<Vec<Row>> {
    text.lines().skip(1).map(Row::parse).collect()
}

/// The median over the runs of one framework and way; `None` where there is no run of it.
pub(crate) fn middle(rows: &[Row], framework: Framework, way: Way) -> Option<Row> {
    let runs: Vec<&Row> = rows.iter().filter(|row| row.framework == framework && row.way == way).collect();
    let of = |value: fn(&Row) -> f64| median(&runs.iter().map(|row| value(row)).collect::<Vec<_>>());
    (!runs.is_empty()).then(|| Row {
        framework,
        way,
        run: runs.len(),
        per_second: of(|row| row.per_second),
        heavy_p50_ms: of(|row| row.heavy_p50_ms),
        heavy_p99_ms: of(|row| row.heavy_p99_ms),
        health_p99_ms: of(|row| row.health_p99_ms),
    })
}

#[cfg(test)]
mod tests {
    use super::{HEAD, Row, middle, parse};
    use crate::way::{Framework, Way};

    #[test]
    fn rows_are_read_as_they_were_written_and_the_median_counts() {
        let row = |run, per_second| Row {
            framework: Framework::Actix,
            way: Way::Companion,
            run,
            per_second,
            heavy_p50_ms: 1.5,
            heavy_p99_ms: 9.25,
            health_p99_ms: 0.125,
        };
        let rows = [row(1, 10.0), row(2, 40.0), row(3, 20.0)];
        let lines: Vec<String> = rows.iter().map(Row::line).collect();
        assert_eq!(parse(&format!("{HEAD}\n{}\n", lines.join("\n"))).unwrap(), rows);
        assert_eq!(middle(&rows, Framework::Actix, Way::Companion), Some(row(3, 20.0)));
        assert_eq!(middle(&rows, Framework::Axum, Way::Companion), None);
        assert!(parse("head\naxum,serial,1").is_err());
    }
}
