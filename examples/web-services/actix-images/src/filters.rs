//! What a filter does to the rows of a picture. Each pass is a plain loop over rows under `#[parallelize]`; which filters a
//! request may ask for is read here, what they apply to is decided in `thumbnail`.

use std::str::FromStr;

use amorsize::parallelize;
use thiserror::Error;

/// The largest blur: 65 taps per pixel and direction.
const MAX_RADIUS: u32 = 32;

/// One step of an edit, as `grayscale`, `blur:3`, `sharpen:80` or `tone:1.4`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Filter {
    /// Every pixel becomes as bright as it looked (Rec. 709 weights).
    Grayscale,
    /// A Gaussian of this many pixels to each side.
    Blur(u32),
    /// So many per cent of what a blur of two pixels takes away are added.
    Sharpen(i32),
    /// This gamma: above 1 brightens.
    Tone(f32),
}

/// Why a filter cannot be read.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error(
    "`{0}` is no filter: write grayscale, blur:1 to blur:32, sharpen:1 to sharpen:400 or tone:0.1 to tone:10"
)]
pub struct UnknownFilter(String);

impl FromStr for Filter {
    type Err = UnknownFilter;

    fn from_str(text: &str) -> Result<Self, UnknownFilter> {
        let unknown = || UnknownFilter(text.chars().take(40).collect());
        let (name, value) = text.split_once(':').unwrap_or((text, ""));
        match name {
            "grayscale" if value.is_empty() => Ok(Self::Grayscale),
            "blur" => bounded(value, 1, MAX_RADIUS).map(Self::Blur).ok_or_else(unknown),
            "sharpen" => bounded(value, 1, 400).map(Self::Sharpen).ok_or_else(unknown),
            "tone" => bounded(value, 0.1, 10.0).map(Self::Tone).ok_or_else(unknown),
            _ => Err(unknown()),
        }
    }
}

fn bounded<N: FromStr + PartialOrd>(text: &str, least: N, most: N) -> Option<N> {
    text.parse().ok().filter(|number| (least..=most).contains(number))
}

/// Eight bits each of red, green, blue and opacity, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// `width * height * 4` bytes.
    pub rgba: Vec<u8>,
}

impl Picture {
    /// Applies one filter.
    pub fn apply(&mut self, filter: Filter) {
        let row_bytes = self.width as usize * 4;
        match filter {
            Filter::Grayscale => grayscale(&mut self.rgba, row_bytes),
            Filter::Tone(gamma) => tone(&mut self.rgba, row_bytes, &Curve::gamma(gamma)),
            Filter::Blur(radius) => self.blur(&Kernel::gaussian(radius)),
            Filter::Sharpen(percent) => {
                let mut soft = self.clone();
                soft.blur(&Kernel::gaussian(2));
                sharpen(&mut self.rgba, &soft.rgba, row_bytes, percent);
            }
        }
    }

    fn blur(&mut self, kernel: &Kernel) {
        let row_bytes = self.width as usize * 4;
        blur_across(&mut self.rgba, row_bytes, kernel);
        let across = self.rgba.clone();
        blur_down(&mut self.rgba, &across, row_bytes, kernel);
    }
}

#[parallelize]
fn grayscale(rgba: &mut [u8], row_bytes: usize) {
    for row in rgba.chunks_exact_mut(row_bytes) {
        for pixel in row.chunks_exact_mut(4) {
            let [red, green, blue] = [pixel[0], pixel[1], pixel[2]].map(u32::from);
            let luma = (2126 * red + 7152 * green + 722 * blue + 5000) / 10_000;
            pixel[..3].fill(luma as u8);
        }
    }
}

/// What each level of a colour becomes.
struct Curve([u8; 256]);

impl Curve {
    fn gamma(gamma: f32) -> Self {
        Self(std::array::from_fn(|level| ((level as f32 / 255.0).powf(1.0 / gamma) * 255.0).round() as u8))
    }
}

#[parallelize]
fn tone(rgba: &mut [u8], row_bytes: usize, curve: &Curve) {
    for row in rgba.chunks_exact_mut(row_bytes) {
        for pixel in row.chunks_exact_mut(4) {
            for level in &mut pixel[..3] {
                *level = curve.0[usize::from(*level)];
            }
        }
    }
}

/// The weights of a blur in one direction; the middle one is 256.
struct Kernel {
    radius: usize,
    weights: Vec<u32>,
}

impl Kernel {
    /// Two standard deviations to each side: what lies outside is below an eighth of the middle.
    fn gaussian(radius: u32) -> Self {
        let sigma = radius as f32 / 2.0;
        let weight = |at: u32| {
            let distance = (at as f32 - radius as f32) / sigma;
            ((-0.5 * distance * distance).exp() * 256.0).round() as u32
        };
        Self { radius: radius as usize, weights: (0..=2 * radius).map(weight).collect() }
    }

    /// The mean of the pixels around `at` in a line of `len`, whose ends are repeated. Colours count as much as they are
    /// visible, so that nothing shines out of transparent pixels. At most 65 · 256 · 255² stays below 2³².
    #[inline]
    fn mean(&self, at: usize, len: usize, pixel: impl Fn(usize) -> [u8; 4]) -> [u8; 4] {
        let (mut colours, mut visible, mut total) = ([0; 3], 0, 0);
        for (tap, weight) in self.weights.iter().enumerate() {
            let [red, green, blue, alpha] =
                pixel((at + tap).saturating_sub(self.radius).min(len - 1)).map(u32::from);
            let share = weight * alpha;
            colours[0] += share * red;
            colours[1] += share * green;
            colours[2] += share * blue;
            visible += share;
            total += weight;
        }
        if visible == 0 {
            return [0; 4];
        }
        let [red, green, blue] = colours.map(|colour| ((colour + visible / 2) / visible) as u8);
        [red, green, blue, ((visible + total / 2) / total) as u8]
    }
}

#[inline]
fn pixel_at(bytes: &[u8], at: usize) -> [u8; 4] {
    [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]
}

#[parallelize]
fn blur_across(rgba: &mut [u8], row_bytes: usize, kernel: &Kernel) {
    for row in rgba.chunks_exact_mut(row_bytes) {
        let before = row.to_vec();
        for (x, pixel) in row.chunks_exact_mut(4).enumerate() {
            pixel.copy_from_slice(&kernel.mean(x, before.len() / 4, |x| pixel_at(&before, x * 4)));
        }
    }
}

#[parallelize]
fn blur_down(rgba: &mut [u8], before: &[u8], row_bytes: usize, kernel: &Kernel) {
    let height = before.len() / row_bytes;
    for (y, row) in rgba.chunks_exact_mut(row_bytes).enumerate() {
        for (x, pixel) in row.chunks_exact_mut(4).enumerate() {
            pixel.copy_from_slice(&kernel.mean(y, height, |y| pixel_at(before, y * row_bytes + x * 4)));
        }
    }
}

#[parallelize]
fn sharpen(rgba: &mut [u8], soft: &[u8], row_bytes: usize, percent: i32) {
    for (row, soft_row) in rgba.chunks_exact_mut(row_bytes).zip(soft.chunks_exact(row_bytes)) {
        for (pixel, soft_pixel) in row.chunks_exact_mut(4).zip(soft_row.chunks_exact(4)) {
            for (level, soft_level) in pixel[..3].iter_mut().zip(soft_pixel) {
                let sharp = i32::from(*level);
                let edge = sharp - i32::from(*soft_level);
                *level = (sharp + edge * percent / 100).clamp(0, 255) as u8;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: u32, height: u32, pixel: impl Fn(u32, u32) -> [u8; 4]) -> Picture {
        let rgba = (0..height)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .flat_map(|(x, y)| pixel(x, y))
            .collect();
        Picture { width, height, rgba }
    }

    fn edited(mut before: Picture, filter: &str) -> Picture {
        before.apply(filter.parse().expect("a filter"));
        before
    }

    #[test]
    fn filters_are_read_within_their_limits() {
        for (text, filter) in [
            ("grayscale", Filter::Grayscale),
            ("blur:32", Filter::Blur(32)),
            ("sharpen:400", Filter::Sharpen(400)),
            ("tone:0.5", Filter::Tone(0.5)),
        ] {
            assert_eq!(text.parse(), Ok(filter));
        }
        for text in
            ["", "grayscale:1", "blur", "blur:0", "blur:33", "sharpen:-1", "tone:NaN", "tone:inf", "sepia"]
        {
            assert!(text.parse::<Filter>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_even_picture_stays_even_under_blur_and_sharpen() {
        let even = picture(9, 7, |_, _| [10, 200, 77, 128]);
        assert_eq!(edited(even.clone(), "blur:32"), even);
        assert_eq!(edited(even.clone(), "sharpen:400"), even);
        assert_eq!(edited(even.clone(), "tone:1"), even);
    }

    #[test]
    fn grayscale_keeps_opacity_and_weighs_green_most() {
        let gray = edited(
            picture(3, 1, |x, _| [[255, 0, 0, 1], [0, 255, 0, 2], [0, 0, 255, 3]][x as usize]),
            "grayscale",
        );
        assert_eq!(gray.rgba, [54, 54, 54, 1, 182, 182, 182, 2, 18, 18, 18, 3]);
    }

    #[test]
    fn a_blur_spreads_a_point_alike_in_both_directions_and_transparent_colours_stay_hidden() {
        let blurred =
            edited(picture(5, 5, |x, y| if (x, y) == (2, 2) { [255; 4] } else { [0, 0, 0, 255] }), "blur:2");
        for (x, y) in [(1, 2), (0, 2), (1, 1), (0, 1)] {
            assert_eq!(blurred.rgba[(y * 5 + x) * 4], blurred.rgba[(x * 5 + y) * 4]);
        }
        assert!(blurred.rgba[(2 * 5 + 2) * 4] > blurred.rgba[(2 * 5 + 1) * 4]);
        let hidden =
            edited(picture(2, 1, |x, _| if x == 0 { [9, 9, 9, 255] } else { [255, 255, 255, 0] }), "blur:1");
        assert_eq!(hidden.rgba[..3], [9, 9, 9]);
        assert_eq!(hidden.rgba[4..7], [9, 9, 9]);
    }

    #[test]
    fn sharpen_widens_an_edge_and_tone_brightens() {
        let edge = picture(6, 3, |x, _| if x < 3 { [100, 100, 100, 255] } else { [150, 150, 150, 255] });
        let sharp = edited(edge.clone(), "sharpen:100");
        assert!(sharp.rgba[2 * 4] < 100 && sharp.rgba[3 * 4] > 150);
        assert!(edited(edge, "tone:2").rgba[0] > 100);
    }

    /// The passes over rows give the same picture however their rows are split.
    #[test]
    fn every_split_gives_the_same_picture() {
        let noise = picture(13, 40, |x, y| {
            let hash = x.wrapping_mul(2_654_435_761).wrapping_add(y.wrapping_mul(40_503)).rotate_left(7);
            hash.to_le_bytes()
        });
        for filter in ["grayscale", "blur:3", "sharpen:120", "tone:1.7"] {
            let plain = edited(noise.clone(), filter);
            for seed in 0..8 {
                let split = amorsize::testing::with_shuffle(seed, &[], 3, || edited(noise.clone(), filter));
                assert_eq!(split, plain, "{filter}");
            }
        }
    }
}
