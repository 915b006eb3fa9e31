//! Charts as SVG: the regret of every case, and the lengths from which each contender beats the plain loop.
//!
//! Both are drawn from rows alone, so that a recorded run can be drawn again.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{fs, io};

use plotters::coord::Shift;
use plotters::prelude::*;

use crate::cases::Group;
use crate::contenders::Contender;
use crate::human;
use crate::judge::{self, Verdict};
use crate::rhythm::Rhythm;
use crate::row::{Row, by_case};

/// Who is drawn, and how: all of them would hide each other.
const DRAWN: [(Contender, RGBColor); 6] = [
    (Contender::Rayon, RGBColor(214, 96, 77)),
    (Contender::RayonTuned, RGBColor(244, 165, 130)),
    (Contender::OrxFixed, RGBColor(90, 160, 90)),
    (Contender::Chili, RGBColor(150, 110, 190)),
    (Contender::Commonware, RGBColor(140, 140, 140)),
    (Contender::Auto, RGBColor(5, 60, 160)),
];
/// Costs whose crossover is drawn, a panel each.
const COSTS: [&str; 3] = ["1 ns", "30 ns", "1 µs"];
/// Width and height, pixels.
const SIZE: (u32, u32) = (900, 420);
const FONT: &str = "sans-serif";

/// Whatever drawing reports.
type Drawn<T = ()> = Result<T, Box<dyn Error>>;

/// Writes the charts of both rhythms of the grid into `folder`; their paths.
///
/// # Errors
/// If a file cannot be written.
pub fn write(rows: &[Row], folder: &Path) -> io::Result<Vec<PathBuf>> {
    fs::create_dir_all(folder)?;
    let mut written = Vec::new();
    for rhythm in [Rhythm::BackToBack, Rhythm::Gaps] {
        let grid: Vec<Row> = rows
            .iter()
            .filter(|row| row.case.group == Group::Grid && row.case.rhythm == rhythm)
            .cloned()
            .collect();
        if grid.is_empty() {
            continue;
        }
        let charts = [("regret", regret(&grid)), ("crossover", crossover(&grid))];
        for (name, chart) in charts {
            let path = folder.join(format!("{name}-{rhythm}.svg"));
            fs::write(&path, chart.map_err(|error| io::Error::other(error.to_string()))?)?;
            written.push(path);
        }
    }
    Ok(written)
}

/// The SVG that `draw` fills.
fn svg(draw: impl FnOnce(&DrawingArea<SVGBackend<'_>, Shift>) -> Drawn) -> Drawn<String> {
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, SIZE).into_drawing_area();
        area.fill(&WHITE)?;
        draw(&area)?;
        area.present()?;
    }
    text.push('\n');
    Ok(text)
}

/// A point per case and contender: the best time of the case, and the regret; cases that have one.
///
/// # Errors
/// If the backend reports one.
pub fn regret(rows: &[Row]) -> Drawn<String> {
    let points = |contender: Contender| {
        by_case(rows).filter_map(move |case| {
            let best = judge::best(case)?;
            let row = case.iter().find(|row| row.contender == contender)?;
            match judge::verdict(row, best.median_ns) {
                Verdict::Regret(regret) => Some((best.median_ns, regret)),
                Verdict::Added(_) => None,
            }
        })
    };
    svg(|area| {
        let mut chart = ChartBuilder::on(area)
            .margin(12)
            .x_label_area_size(40)
            .y_label_area_size(56)
            .build_cartesian_2d((800.0..2e8).log_scale(), (0.95..150.0).log_scale())?;
        chart
            .configure_mesh()
            .light_line_style(WHITE)
            .x_desc("best time of the case")
            .x_label_formatter(&|ns| human(*ns).replace(".00", ""))
            .y_desc("time / best time")
            .y_label_formatter(&|ratio| format!("{ratio}"))
            .label_style((FONT, 14))
            .draw()?;
        for (contender, color) in DRAWN {
            chart
                .draw_series(points(contender).map(|at| Circle::new(at, 4, color.filled())))?
                .label(contender.name())
                .legend(move |at| Circle::new(at, 4, color.filled()));
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperRight)
            .background_style(WHITE)
            .border_style(BLACK.mix(0.3))
            .label_font((FONT, 14))
            .draw()?;
        Ok(())
    })
}

/// Per cost a panel of lines over the length: time over the plain loop's.
///
/// # Errors
/// If the backend reports one.
pub fn crossover(rows: &[Row]) -> Drawn<String> {
    svg(|area| {
        for (panel, cost) in area.split_evenly((1, COSTS.len())).iter().zip(COSTS) {
            curves(panel, rows, cost)?;
        }
        Ok(())
    })
}

fn curves(panel: &DrawingArea<SVGBackend<'_>, Shift>, rows: &[Row], cost: &str) -> Drawn {
    let lines = |contender: Contender| {
        by_case(rows).filter_map(move |case| {
            let part = &case[0].case.part;
            let time = |who| case.iter().find(|row| row.contender == who).map(|row| row.median_ns);
            let times =
                (part.work == cost && part.n > 0).then(|| time(contender).zip(time(Contender::Serial)));
            times.flatten().map(|(ours, serial)| (part.n as f64, (ours / serial).min(120.0)))
        })
    };
    let mut chart = ChartBuilder::on(panel)
        .caption(format!("{cost} per item"), (FONT, 16))
        .margin(8)
        .margin_right(28)
        .x_label_area_size(40)
        .y_label_area_size(48)
        .build_cartesian_2d((1.0..1e6).log_scale(), (0.4..150.0).log_scale())?;
    chart
        .configure_mesh()
        .light_line_style(WHITE)
        .x_labels(4)
        .x_label_formatter(&|n| format!("{n:.0}"))
        .y_label_formatter(&|ratio| format!("{ratio}"))
        .x_desc("items")
        .y_desc("time / plain loop")
        .label_style((FONT, 13))
        .draw()?;
    chart.draw_series(LineSeries::new([(1.0, 1.0), (1e6, 1.0)], BLACK.mix(0.5)))?;
    for (contender, color) in DRAWN {
        let width = if contender.is_ours() { 3 } else { 1 };
        chart
            .draw_series(LineSeries::new(lines(contender), color.stroke_width(width)))?
            .label(contender.name())
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 14, y)], color.stroke_width(width)));
    }
    if cost != COSTS[COSTS.len() - 1] {
        return Ok(());
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperRight)
        .background_style(WHITE.mix(0.9))
        .label_font((FONT, 12))
        .draw()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::tests::row;

    fn rows() -> Vec<Row> {
        let mut rows = Vec::new();
        for (work, n, serial, auto) in
            [("30 ns", 16, 480.0, 480.0), ("30 ns", 1_000, 30e3, 20e3), ("30 ns", 10_000, 300e3, 150e3)]
        {
            rows.push(row(work, n, Contender::Serial, serial));
            rows.push(row(work, n, Contender::Auto, auto));
        }
        rows
    }

    #[test]
    fn every_case_with_a_regret_is_a_point() {
        let chart = regret(&rows()).expect("drawn");
        let legend = DRAWN.len();
        assert_eq!(chart.matches("<circle").count(), 2 + legend, "{chart}");
        assert!(chart.contains("auto"));
    }

    #[test]
    fn only_rhythms_that_were_measured_are_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let names: Vec<String> = write(&rows(), folder.path())
            .expect("written")
            .iter()
            .map(|path| path.file_name().unwrap_or_default().to_string_lossy().into_owned())
            .collect();
        assert_eq!(names, ["regret-back-to-back.svg", "crossover-back-to-back.svg"]);
        let crossover = fs::read_to_string(folder.path().join(&names[1])).expect("readable");
        assert!(
            crossover.starts_with("<svg") && COSTS.iter().all(|cost| crossover.contains(cost)),
            "{crossover}"
        );
        assert_eq!(write(&[], folder.path()).expect("nothing to write"), Vec::<PathBuf>::new());
    }
}
