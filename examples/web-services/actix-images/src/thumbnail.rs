//! What becomes of one uploaded file: checked, decoded, resized, filtered and encoded again. Nothing here waits.

use std::io::Cursor;

use actix_web::web::Bytes;
use amorsize::parallelize;
use fast_image_resize::{PixelType, Resizer, images::Image};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{
    DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageError, ImageFormat, ImageReader, Limits,
};
use serde::Serialize;
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::filters::{Filter, Picture, UnknownFilter};

/// One file of a request.
#[derive(Debug)]
pub struct Upload {
    /// What the client calls it.
    pub name: String,
    /// What is in it.
    pub bytes: Bytes,
}

/// What is done to every file of a request.
#[derive(Clone, Debug)]
pub struct Job {
    /// The longer edge of the result in pixels at most; smaller pictures are not enlarged. `None`: as large as they came.
    pub edge: Option<u32>,
    /// Applied in this order, after resizing.
    pub filters: Vec<Filter>,
    /// Files of more pixels are refused before they are decoded.
    pub max_pixels: u64,
}

/// A finished file.
#[derive(Debug, Serialize)]
pub struct Thumbnail {
    /// What the client called the file.
    pub name: String,
    /// SHA-256 of the result and its extension: the same picture is stored once.
    pub id: String,
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// The file, in the format it came in.
    #[serde(skip)]
    pub bytes: Vec<u8>,
}

/// Why a file is refused; the first one of a request is answered.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum BadImage {
    /// There is nothing in it.
    #[error("`{0}` is empty: send the file's bytes")]
    Empty(String),
    /// It starts like no file that is taken.
    #[error("`{0}` is neither PNG nor JPEG: convert it")]
    Type(String),
    /// It starts well and does not go on so.
    #[error("`{name}` cannot be decoded: {why}")]
    Malformed {
        /// What the client calls it.
        name: String,
        /// What the decoder says.
        why: String,
    },
    /// The results would be more than is kept in memory.
    #[error(
        "the results have {pixels} pixels together, at most {most} are made at once: ask for a smaller `edge`, or send fewer files"
    )]
    Results {
        /// What they have.
        pixels: u64,
        /// What is allowed.
        most: u64,
    },
    /// It claims more pixels than are decoded.
    #[error("`{name}` has {pixels} pixels, at most {most} are taken: shrink it")]
    Pixels {
        /// What the client calls it.
        name: String,
        /// What it claims.
        pixels: u64,
        /// What is allowed.
        most: u64,
    },
}

/// Every annotated function, and whether it goes over rows instead of files.
pub const FUNCTIONS: [(&str, bool); 6] = [
    ("actix_images::thumbnail::thumbnails", false),
    ("actix_images::filters::grayscale", true),
    ("actix_images::filters::tone", true),
    ("actix_images::filters::blur_across", true),
    ("actix_images::filters::blur_down", true),
    ("actix_images::filters::sharpen", true),
];

/// Calls each of them once, so that readiness knows them all and the first request finds them loaded.
///
/// # Panics
/// If the sample of this file is refused, which its test would show.
pub fn warm_up() {
    let file = Upload { name: "warm-up".to_owned(), bytes: sample_png(8, 8).into() };
    let job = Job::new(Some(4), "grayscale,tone:1.1,blur:1,sharpen:10", 64).expect("a job");
    thumbnails(&[file], &job).expect("a picture");
}

/// The finished files in their order. Milliseconds each.
///
/// # Errors
///
/// The first [`BadImage`].
#[parallelize(spawn_fn = thumbnails_async)]
pub fn thumbnails(uploads: &[Upload], job: &Job) -> Result<Vec<Thumbnail>, BadImage> {
    uploads.iter().map(|upload| job.run(upload)).collect()
}

/// What a client asks for that makes no sense.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum BadWish {
    /// The size.
    #[error("`edge` is the longer side in pixels: write 1 to 8192")]
    Edge,
    /// One filter.
    #[error(transparent)]
    Filter(#[from] UnknownFilter),
    /// Their number.
    #[error("at most 8 filters are applied, one after the other")]
    TooMany,
}

impl Job {
    /// From what a client writes: `filters` as `blur:3,grayscale`.
    ///
    /// # Errors
    ///
    /// [`BadWish`] says what to write.
    pub fn new(edge: Option<u32>, filters: &str, max_pixels: u32) -> Result<Self, BadWish> {
        if edge.is_some_and(|edge| !(1..=8192).contains(&edge)) {
            return Err(BadWish::Edge);
        }
        let names = filters.split(',').filter(|name| !name.is_empty());
        let filters = names.map(str::parse).collect::<Result<Vec<Filter>, _>>()?;
        if filters.len() > 8 {
            return Err(BadWish::TooMany);
        }
        Ok(Self { edge, filters, max_pixels: max_pixels.into() })
    }

    /// Whether the results of all `uploads` together have no more pixels than one file may: they are in memory at the same time.
    /// Only headers are read; what cannot be read is told by [`run`](Self::run).
    ///
    /// # Errors
    ///
    /// [`BadImage::Results`] if they have more.
    pub fn fits(&self, uploads: &[Upload]) -> Result<(), BadImage> {
        let pixels = |upload: &Upload| {
            let (width, height) = ImageReader::new(Cursor::new(&upload.bytes[..]))
                .with_guessed_format()
                .ok()?
                .into_dimensions()
                .ok()?;
            let (width, height) = self.scaled(width, height);
            Some(u64::from(width) * u64::from(height))
        };
        let pixels: u64 = uploads.iter().filter_map(pixels).filter(|pixels| *pixels <= self.max_pixels).sum();
        if pixels > self.max_pixels {
            return Err(BadImage::Results { pixels, most: self.max_pixels });
        }
        Ok(())
    }

    /// Does all of it to one file.
    ///
    /// # Errors
    ///
    /// [`BadImage`] names the file and what is wrong with it.
    pub fn run(&self, upload: &Upload) -> Result<Thumbnail, BadImage> {
        let (format, picture) = self.decode(upload)?;
        let mut picture = self.resized(picture);
        for filter in &self.filters {
            picture.apply(*filter);
        }
        let (bytes, extension) = encode(&picture, format).map_err(|error| malformed(upload, &error))?;
        metrics::counter!("images_finished_total").increment(1);
        let id = format!("{}.{extension}", hex(&Sha256::digest(&bytes)));
        Ok(Thumbnail { name: upload.name.clone(), id, width: picture.width, height: picture.height, bytes })
    }

    /// The header is read first: a few bytes may claim any number of pixels. Whatever else a file unpacks to is limited by
    /// the decoder to eight bytes per pixel that is allowed, and a mebibyte for its own tables.
    fn decode(&self, upload: &Upload) -> Result<(ImageFormat, DynamicImage), BadImage> {
        if upload.bytes.is_empty() {
            return Err(BadImage::Empty(upload.name.clone()));
        }
        let Ok(format @ (ImageFormat::Png | ImageFormat::Jpeg)) = image::guess_format(&upload.bytes) else {
            return Err(BadImage::Type(upload.name.clone()));
        };
        let mut reader = ImageReader::with_format(Cursor::new(&upload.bytes[..]), format);
        let mut limits = Limits::default();
        limits.max_alloc = Some(self.max_pixels * 8 + (1 << 20));
        reader.limits(limits);
        let mut decoder = reader.into_decoder().map_err(|error| malformed(upload, &error))?;
        let (width, height) = decoder.dimensions();
        let pixels = u64::from(width) * u64::from(height);
        if pixels == 0 {
            return Err(BadImage::Malformed {
                name: upload.name.clone(),
                why: "it has no pixels".to_owned(),
            });
        }
        if pixels > self.max_pixels {
            return Err(BadImage::Pixels { name: upload.name.clone(), pixels, most: self.max_pixels });
        }
        let orientation = decoder.orientation();
        let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| malformed(upload, &error))?;
        if let Ok(orientation) = orientation {
            picture.apply_orientation(orientation);
        }
        Ok((format, picture))
    }

    /// Width and height of what becomes of a picture.
    fn scaled(&self, width: u32, height: u32) -> (u32, u32) {
        let longer = u64::from(width.max(height));
        match self.edge.filter(|edge| u64::from(*edge) < longer) {
            Some(edge) => {
                [width, height].map(|side| (u64::from(side) * u64::from(edge)).div_ceil(longer) as u32).into()
            }
            None => (width, height),
        }
    }

    fn resized(&self, decoded: DynamicImage) -> Picture {
        let (width, height) = (decoded.width(), decoded.height());
        let rgba = decoded.into_rgba8().into_raw();
        let scaled = self.scaled(width, height);
        if scaled == (width, height) {
            return Picture { width, height, rgba };
        }
        let before = Image::from_vec_u8(width, height, rgba, PixelType::U8x4).expect("four bytes per pixel");
        let mut after = Image::new(scaled.0, scaled.1, PixelType::U8x4);
        Resizer::new()
            .resize(&before, &mut after, None)
            .expect("both have one type of pixel, and neither is empty");
        Picture { width: after.width(), height: after.height(), rgba: after.into_vec() }
    }
}

/// The type of the picture that has the id `id`; `None` for what is no id, such as a way to another folder.
#[must_use]
pub fn kind_of(id: &str) -> Option<&'static str> {
    let (digest, extension) = id.split_once('.')?;
    let named = digest.len() == 64 && digest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    match extension {
        "png" if named => Some("image/png"),
        "jpg" if named => Some("image/jpeg"),
        _ => None,
    }
}

fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(value.into(), 16).expect("below 16");
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn malformed(upload: &Upload, error: &ImageError) -> BadImage {
    BadImage::Malformed { name: upload.name.clone(), why: error.to_string() }
}

/// In the format it came in; JPEG knows no opacity.
fn encode(picture: &Picture, format: ImageFormat) -> Result<(Vec<u8>, &'static str), ImageError> {
    let Picture { width, height, rgba } = picture;
    let mut bytes = Vec::new();
    if format == ImageFormat::Png {
        PngEncoder::new(&mut bytes).write_image(rgba, *width, *height, ExtendedColorType::Rgba8)?;
        return Ok((bytes, "png"));
    }
    let rgb: Vec<u8> = rgba.chunks_exact(4).flat_map(|pixel| &pixel[..3]).copied().collect();
    JpegEncoder::new_with_quality(&mut bytes, 85).write_image(
        &rgb,
        *width,
        *height,
        ExtendedColorType::Rgb8,
    )?;
    Ok((bytes, "jpg"))
}

/// A picture in which every pixel differs from its neighbours, as a PNG file.
///
/// # Panics
/// If a side is 0.
#[must_use]
pub fn sample_png(width: u32, height: u32) -> Vec<u8> {
    let pixel = |at: u32| [at.wrapping_mul(37) as u8, at.wrapping_mul(101) as u8, (at / width) as u8, 255];
    let picture = Picture { width, height, rgba: (0..width * height).flat_map(pixel).collect() };
    encode(&picture, ImageFormat::Png).expect("a picture with pixels can be written").0
}
