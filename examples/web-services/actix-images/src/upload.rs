//! Files in and out: what waits for the client and for the disk, and computes in between.

use std::sync::Arc;
use std::time::Duration;

use actix_multipart::Multipart;
use actix_web::http::header;
use actix_web::web::{self, BytesMut, Data};
use actix_web::{HttpRequest, HttpResponse};
use domain::{Fault, Reply};
use futures_util::TryStreamExt;
use serde::Deserialize;
use serde_json::json;

use crate::answer::{Refused, answer};
use crate::thumbnail::{Job, Upload, kind_of, thumbnails_async};
use crate::{Options, Service};

/// After so many bytes a client has to wait a moment. One that sends faster than it is read would have its next ones always there,
/// and this thread would look for others only after 61 pieces of it, which is how often tokio looks up from work that it has.
const TURN: usize = 512 << 10;

/// What a client may ask for in the query: `?edge=256&filters=blur:3,grayscale`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wish {
    edge: Option<u32>,
    #[serde(default)]
    filters: String,
}

/// `POST /images`: waits for the files, computes, waits for the disk. Answered is only what has been stored.
pub(crate) async fn upload(
    service: Data<Service>,
    request: HttpRequest,
    wish: web::Query<Wish>,
    form: Multipart,
) -> Result<HttpResponse, Refused> {
    let options = &service.options;
    let job = Job::new(wish.edge, &wish.filters, options.max_pixels).map_err(Fault::bad_query)?;
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    let _place = service.places.take(length, usize::from(options.max_files) * options.max_file_bytes)?;
    let files = options.common.in_time("send all files", receive(form, options)).await??;
    job.fits(&files)?;
    let done = thumbnails_async(files, Arc::new(job)).await.map_err(Fault::failed)??;
    for thumbnail in &done {
        service.folder.keep(&thumbnail.id, &thumbnail.bytes).await.map_err(Fault::failed)?;
    }
    tracing::info!(files = done.len(), "stored");
    Ok(answer(Reply::json(201, &json!({ "images": done }))))
}

/// All files of a form, each within its limit.
async fn receive(mut form: Multipart, options: &Options) -> Result<Vec<Upload>, Refused> {
    let (mut files, mut received) = (Vec::new(), 0);
    while let Some(mut part) = form.try_next().await? {
        Fault::unless_within(files.len() + 1, options.max_files.into(), "file")?;
        let given = part.content_disposition().and_then(|header| header.get_filename());
        let name: String = given.unwrap_or("a file without a name").chars().take(80).collect();
        let mut bytes = BytesMut::new();
        while let Some(chunk) = part.try_next().await? {
            if bytes.len() + chunk.len() > options.max_file_bytes {
                let message =
                    format!("`{name}` has more than {} bytes: send a smaller file", options.max_file_bytes);
                return Err(Fault::new(413, "too_large", message).into());
            }
            bytes.extend_from_slice(&chunk);
            received += chunk.len();
            if received / TURN > (received - chunk.len()) / TURN {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
        files.push(Upload { name, bytes: bytes.freeze() });
    }
    Fault::unless_within(files.len(), options.max_files.into(), "file")?;
    Ok(files)
}

/// `GET /images/{id}`: a stored image. Only names that this service gives reach the file system.
pub(crate) async fn stored(service: Data<Service>, id: web::Path<String>) -> Result<HttpResponse, Refused> {
    let missing =
        || Fault::new(404, "unknown_image", "no image has this id: take one from an answer of POST /images");
    let kind = kind_of(&id).ok_or_else(missing)?;
    let bytes = service.folder.read(&id).await.map_err(Fault::failed)?.ok_or_else(missing)?;
    Ok(HttpResponse::Ok().content_type(kind).body(bytes))
}
