//! Between actix-web and what the services share: replies and faults as responses.

use actix_multipart::MultipartError;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use domain::{Fault, Reply};

use crate::thumbnail::BadImage;

/// A reply as actix-web sends it.
pub(crate) fn answer(reply: Reply) -> HttpResponse {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    for header in reply.headers() {
        response.insert_header(header);
    }
    response.content_type(reply.content_type).body(reply.body)
}

/// A fault as actix-web sends it.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(crate) struct Refused(#[from] Fault);

impl ResponseError for Refused {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        answer(self.0.reply())
    }
}

impl From<BadImage> for Refused {
    fn from(bad: BadImage) -> Self {
        let (status, code) = match bad {
            BadImage::Empty(_) => (400, "empty"),
            BadImage::Type(_) => (415, "wrong_type"),
            BadImage::Malformed { .. } => (422, "malformed"),
            BadImage::Pixels { .. } | BadImage::Results { .. } => (413, "too_many_pixels"),
        };
        Self(Fault::new(status, code, bad.to_string()))
    }
}

impl From<MultipartError> for Refused {
    fn from(error: MultipartError) -> Self {
        let (status, code) = match error.status_code() {
            StatusCode::UNSUPPORTED_MEDIA_TYPE => (415, "wrong_type"),
            _ => (400, "bad_form"),
        };
        Self(Fault::new(
            status,
            code,
            format!("{error}: send the files as multipart/form-data with a boundary"),
        ))
    }
}
