//! Bars for a report: a site's speed-up beside the others', and where the time of a call goes.
//!
//! They carry no text: names and numbers stand beside them, where they can be read, searched and copied.

use plotters::prelude::*;

use super::{ASLEEP, AWAKE, FAINT, INK, SEEN, Size, drawn};
use crate::report::Shares;

/// The colours of a call's parts, in the order of [`Shares::parts`].
pub(crate) const PARTS: [RGBColor; 5] = [AWAKE, RGBColor(124, 58, 237), ASLEEP, RGBColor(219, 39, 119), SEEN];

/// A bar of a row of a table, pixels.
const ROW: Size = Size(180, 22);

/// A bar as wide as a column of text, pixels.
const WIDE: Size = Size(520, 26);

/// A speed-up as measured (the bar) and as predicted (the mark), up to `most`; the line is 1×, as fast as serial.
pub(crate) fn speed_up(measured: Option<f64>, predicted: Option<f64>, most: f64) -> String {
    drawn(ROW, |area| {
        let (width, height) = ROW.pixels();
        let at = |ratio: f64| (ratio / most.max(1.0) * f64::from(width - 6)) as i32 + 2;
        if let Some(measured) = measured {
            area.draw(&Rectangle::new([(at(0.0), 5), (at(measured), height - 5)], AWAKE.filled()))?;
        }
        area.draw(&Rectangle::new([(at(1.0), 0), (at(1.0) + 1, height)], INK.mix(0.45).filled()))?;
        if let Some(predicted) = predicted {
            let x = at(predicted);
            area.draw(&Rectangle::new([(x - 1, 1), (x + 2, height - 1)], ASLEEP.filled()))?;
        }
        Ok(())
    })
}

/// The parts of a call's time, side by side; `longest_ns` is the width of the whole picture.
pub(crate) fn shares(shares: &Shares, longest_ns: f64) -> String {
    drawn(WIDE, |area| {
        let (width, height) = WIDE.pixels();
        area.draw(&Rectangle::new([(0, 0), (width, height)], FAINT.mix(0.5).filled()))?;
        let counted = shares.counted();
        let mut from = 0.0;
        for (part, colour) in counted.into_iter().zip(PARTS) {
            let to = from + part / longest_ns.max(1.0) * f64::from(width);
            if to - from >= 0.5 {
                area.draw(&Rectangle::new([(from as i32, 0), (to as i32, height)], colour.filled()))?;
            }
            from = to;
        }
        Ok(())
    })
}

/// A part's colour, to stand beside its name.
pub(crate) fn swatch(part: usize) -> String {
    drawn(Size(11, 11), |area| area.fill(&PARTS[part % PARTS.len()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_stay_within_their_picture_and_show_what_is_there() {
        for (measured, predicted) in [(None, None), (Some(0.0), Some(1.0)), (Some(3.9), Some(4.0))] {
            let svg = speed_up(measured, predicted, 4.0);
            assert!(svg.trim_end().ends_with("</svg>") && !svg.contains("NaN"), "{svg}");
            assert_eq!(svg.contains("#D97706"), predicted.is_some(), "{svg}");
            assert_eq!(svg.contains("#0D9488"), measured.is_some(), "{svg}");
        }
        let parts = Shares {
            work_ns: 50.0,
            contention_ns: 0.0,
            dispatch_ns: 25.0,
            imbalance_ns: 25.0,
            collection_ns: Some(0.0),
        };
        let svg = shares(&parts, 100.0);
        for (colour, shown) in [("#0D9488", true), ("#7C3AED", false), ("#D97706", true), ("#DB2777", true)] {
            assert_eq!(svg.contains(colour), shown, "{colour}: {svg}");
        }
        assert!(svg.contains("width=\"260\""), "half of it is work: {svg}");
    }
}
