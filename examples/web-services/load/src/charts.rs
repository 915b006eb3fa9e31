//! Charts as SVG: one per framework, and one across them. Drawn from rows alone.

use std::path::Path;

use plotters::coord::Shift;
use plotters::prelude::*;

use crate::Done;
use crate::row::{Row, middle};
use crate::way::{Framework, Way};

const COLOURS: [RGBColor; 4] =
    [RGBColor(140, 140, 140), RGBColor(214, 96, 77), RGBColor(90, 160, 90), RGBColor(5, 60, 160)];
/// Width and height of a panel, pixels.
const PANEL: (u32, u32) = (420, 300);
const FONT: &str = "sans-serif";

/// A figure that is drawn: its title, its value, and whether the axis is logarithmic.
type Figure = (&'static str, fn(&Row) -> f64);

const PER_SECOND: Figure = ("heavy requests per second", |row| row.per_second);
const HEALTH: Figure = ("/health p99, ms", |row| row.health_p99_ms);
const FIGURES: [Figure; 4] = [
    PER_SECOND,
    ("heavy request p50, ms", |row| row.heavy_p50_ms),
    ("heavy request p99, ms", |row| row.heavy_p99_ms),
    HEALTH,
];

/// Writes `load-axum.svg`, `load-actix.svg`, `load-rocket.svg` and `load.svg` into `folder`, of the frameworks that have rows.
pub(crate) fn write(rows: &[Row], folder: &Path) -> Done {
    let frameworks: Vec<Framework> = Framework::ALL
        .into_iter()
        .filter(|framework| rows.iter().any(|row| row.framework == *framework))
        .collect();
    for &framework in &frameworks {
        let name = format!("load-{}.svg", framework.name());
        let panels: Vec<_> = FIGURES.iter().map(|figure| (framework, *figure)).collect();
        draw(rows, &panels, 2, &folder.join(name))?;
    }
    let panels: Vec<_> = [PER_SECOND, HEALTH]
        .iter()
        .flat_map(|figure| frameworks.iter().map(|framework| (*framework, *figure)))
        .collect();
    draw(rows, &panels, frameworks.len().max(1), &folder.join("load.svg"))
}

fn draw(rows: &[Row], panels: &[(Framework, Figure)], columns: usize, path: &Path) -> Done {
    let lines = panels.len().div_ceil(columns);
    let area = SVGBackend::new(path, (PANEL.0 * columns as u32, PANEL.1 * lines as u32)).into_drawing_area();
    area.fill(&WHITE).map_err(|error| error.to_string())?;
    for (place, (framework, figure)) in area.split_evenly((lines, columns)).iter().zip(panels) {
        let bars: Vec<(Way, f64)> = Way::ALL
            .into_iter()
            .filter_map(|way| Some((way, figure.1(&middle(rows, *framework, way)?))))
            .collect();
        let title = format!("{}: {}", framework.name(), figure.0);
        panel(place, &title, &bars).map_err(|error| error.to_string())?;
    }
    area.present().map_err(|error| error.to_string())?;
    Ok(())
}

/// Horizontal bars with their names and numbers: four long names do not fit under vertical ones.
fn panel(
    place: &DrawingArea<SVGBackend<'_>, Shift>,
    title: &str,
    bars: &[(Way, f64)],
) -> Result<(), Box<dyn std::error::Error>> {
    let most = bars.iter().map(|(_, value)| *value).fold(f64::MIN_POSITIVE, f64::max);
    let (left, top, height, width) = (160, 50, 30, 180.0);
    place.draw(&Text::new(title.to_owned(), (12, 12), (FONT, 16)))?;
    for (at, (way, value)) in (0..).zip(bars) {
        let y = top + at * (height + 20);
        let end = left + (value / most * width) as i32;
        let colour = COLOURS[*way as usize];
        place.draw(&Text::new(way.label(), (12, y + 9), (FONT, 13)))?;
        place.draw(&Rectangle::new([(left, y), (end.max(left + 1), y + height)], colour.filled()))?;
        let number = if *value < 10.0 { format!("{value:.2}") } else { format!("{value:.0}") };
        place.draw(&Text::new(number, (end + 6, y + 9), (FONT, 13)))?;
    }
    Ok(())
}
