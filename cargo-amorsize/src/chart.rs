//! Charts as SVG text, drawn with plotters.
//!
//! It decides what a chart shows and how it looks; every number is the forecast's.

pub(crate) mod bars;

use std::ops::Range;

use amorsize_runtime::tune::costs::Regime;
use plotters::coord::Shift;
use plotters::coord::combinators::LogCoord;
use plotters::drawing::DrawingAreaErrorKind;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::forecast::Forecast;
use crate::units::{grouped, time};

/// Pixels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size(pub(crate) u32, pub(crate) u32);

impl Size {
    /// A chart that stands alone.
    pub(crate) const PAGE: Self = Self(880, 520);
    /// One beside text.
    pub(crate) const COLUMN: Self = Self(660, 420);

    /// As coordinates.
    fn pixels(self) -> (i32, i32) {
        let pixels = |size: u32| i32::try_from(size).unwrap_or(i32::MAX);
        (pixels(self.0), pixels(self.1))
    }
}

const INK: RGBColor = RGBColor(51, 65, 85);
const FAINT: RGBColor = RGBColor(226, 232, 240);
const SERIAL: RGBColor = RGBColor(71, 85, 105);
const AWAKE: RGBColor = RGBColor(13, 148, 136);
const ASLEEP: RGBColor = RGBColor(217, 119, 6);
const SEEN: RGBColor = RGBColor(59, 130, 246);
const FONT: &str = "system-ui, sans-serif";

/// Points of a curve: backends draw between whole pixels, and more points would make steps of a slope.
const POINTS: i32 = 64;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Plot<'a, 'b> = ChartContext<'b, SVGBackend<'a>, Cartesian2d<LogCoord<f64>, LogCoord<f64>>>;
type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

/// Serial and parallel time over the length, both axes logarithmic: the crossover marked, the lengths seen shaded.
pub(crate) fn crossover(forecast: &Forecast<'_>, size: Size) -> String {
    drawn(size, |area| draw(forecast, area))
}

/// A picture of that size.
fn drawn(size: Size, draw: impl FnOnce(&Area<'_>) -> Drawn) -> String {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (size.0, size.1)).into_drawing_area();
        // Text is all that is written to: nothing can fail but memory.
        let _ = draw(&area).and_then(|()| area.present());
    }
    svg
}

fn draw(forecast: &Forecast<'_>, area: &Area<'_>) -> Drawn {
    area.fill(&WHITE)?;
    let lengths = lengths(forecast);
    let times = times(forecast, &lengths);
    let mut plot = ChartBuilder::on(area)
        .margin(14)
        .margin_top(18)
        .margin_right(24)
        .x_label_area_size(46)
        .y_label_area_size(66)
        .build_cartesian_2d(lengths.clone().log_scale(), times.clone().log_scale())?;
    seen(forecast, &mut plot, &lengths, &times)?;
    plot.configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(FAINT)
        .axis_style(FAINT)
        .label_style((FONT, 15, &INK))
        .x_label_formatter(&|n| grouped(n.round() as u64))
        .y_label_formatter(&|ns| time(*ns))
        .x_desc("items in a call")
        .y_desc("time of the call")
        .draw()?;
    curves(forecast, &mut plot, &lengths)?;
    if let Some(from) = forecast.flips(Regime::Awake) {
        flip(forecast, &mut plot, from, &times)?;
    }
    legend(forecast, area)
}

/// From well below what matters to well above it.
fn lengths(forecast: &Forecast<'_>) -> Range<f64> {
    let [shortest, longest] = forecast.entry.len.map(|len| len.max(2) as f64);
    let flip = forecast.would_flip(Regime::Awake).map_or(shortest, |from| from as f64);
    (shortest.min(flip) / 8.0).max(1.0)..longest.max(flip) * 4.0
}

fn times(forecast: &Forecast<'_>, lengths: &Range<f64>) -> Range<f64> {
    let c = forecast.model.whole_ns().max(1e-3);
    let last = forecast.split(lengths.end as usize, Regime::Parked);
    (lengths.start * c).max(1.0) / 2.0..last.serial_ns.max(last.parallel_ns) * 2.0
}

/// The lengths that were seen, shaded.
fn seen(forecast: &Forecast<'_>, plot: &mut Plot<'_, '_>, lengths: &Range<f64>, times: &Range<f64>) -> Drawn {
    let [shortest, longest] = forecast.entry.len.map(|len| (len as f64).max(lengths.start));
    // One length alone would be a line that nobody sees.
    let (shortest, longest) = (shortest / 1.03, longest * 1.03);
    let shade = Rectangle::new([(shortest, times.start), (longest, times.end)], SEEN.mix(0.10).filled());
    plot.draw_series([shade]).map(drop)
}

fn curves(forecast: &Forecast<'_>, plot: &mut Plot<'_, '_>, lengths: &Range<f64>) -> Drawn {
    let step = (lengths.end / lengths.start).ln() / f64::from(POINTS);
    let at = |k: i32| lengths.start * (step * f64::from(k)).exp();
    let parallel = |regime| {
        move |n: f64| {
            let len = (n.round() as usize).max(2);
            // Exactly where it is asked for: whole lengths would make steps where they are few.
            forecast.split(len, regime).parallel_ns * n / len as f64
        }
    };
    let c = forecast.model.whole_ns();
    let line = |f: &dyn Fn(f64) -> f64, style: ShapeStyle| {
        LineSeries::new((0..=POINTS).map(|k| (at(k), f(at(k)))).collect::<Vec<_>>(), style)
    };
    if forecast.width >= 2 {
        plot.draw_series(line(&parallel(Regime::Parked), ASLEEP.stroke_width(2)))?;
        plot.draw_series(line(&parallel(Regime::Awake), AWAKE.stroke_width(3)))?;
    }
    plot.draw_series(line(&|n| n * c, SERIAL.stroke_width(2))).map(drop)
}

/// The crossover: a dashed line with the length beside it.
fn flip(forecast: &Forecast<'_>, plot: &mut Plot<'_, '_>, from: usize, times: &Range<f64>) -> Drawn {
    let n = from as f64;
    let ns = forecast.decision(from, Regime::Awake).serial_ns;
    plot.draw_series(DashedLineSeries::new([(n, times.start), (n, ns)], 5, 5, INK.mix(0.6).into()))?;
    plot.draw_series([
        Circle::new((n, ns), 5, WHITE.filled()),
        Circle::new((n, ns), 5, INK.stroke_width(2)),
    ])?;
    let style =
        (FONT, 16, &INK).into_text_style(plot.plotting_area()).pos(Pos::new(HPos::Left, VPos::Bottom));
    let text = format!("flips at {}", grouped(from as u64));
    plot.draw_series([Text::new(text, (n * 1.08, times.start * 1.3), style)]).map(drop)
}

/// What the curves are, in the upper left corner, where none of them comes.
fn legend(forecast: &Forecast<'_>, area: &Area<'_>) -> Drawn {
    let awake = forecast.split(forecast.longest().max(2), Regime::Awake).workers;
    let mut rows = vec![("serial".to_owned(), SERIAL, 2)];
    if forecast.width >= 2 {
        rows.push((format!("parallel on up to {awake}, helpers awake"), AWAKE, 3));
        rows.push(("parallel, helpers asleep".to_owned(), ASLEEP, 2));
    }
    let (x, mut y) = (100, 36);
    for (text, colour, wide) in rows {
        area.draw(&PathElement::new([(x, y), (x + 26, y)], colour.stroke_width(wide)))?;
        label(area, &text, (x + 34, y))?;
        y += 22;
    }
    area.draw(&Rectangle::new([(x, y - 7), (x + 26, y + 7)], SEEN.mix(0.18).filled()))?;
    label(area, "lengths seen", (x + 34, y))
}

fn label(area: &Area<'_>, text: &str, at: (i32, i32)) -> Drawn {
    let style = (FONT, 16, &INK).into_text_style(area).pos(Pos::new(HPos::Left, VPos::Center));
    area.draw(&Text::new(text.to_owned(), at, style))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::{Machine, tests::contents};

    /// Every site on machines of every size is drawn, within the picture and without a number that is none.
    #[test]
    fn every_site_can_be_drawn() {
        let contents = contents();
        for label in ["x86_64-zen5-1", "x86_64-zen5-2", "aarch64-neoverse-v2-64"] {
            let machine = Machine::labelled(label, &contents).unwrap();
            for (key, listed) in &contents.sites {
                let Some(forecast) = Forecast::of(key, listed, &machine) else { continue };
                let svg = crossover(&forecast, Size::PAGE);
                assert!(svg.trim_end().ends_with("</svg>") && !svg.contains("NaN"), "{key} on {label}");
                let parallel = svg.contains("helpers asleep");
                assert_eq!(parallel, forecast.width >= 2, "{key} on {label}");
                let flips =
                    forecast.flips(Regime::Awake).map(|from| format!("flips at {}", grouped(from as u64)));
                assert_eq!(svg.contains("flips at"), flips.is_some(), "{key} on {label}");
                assert!(flips.is_none_or(|text| svg.contains(&text)), "{key} on {label}");
            }
        }
    }
}
