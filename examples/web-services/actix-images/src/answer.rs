//! Between actix-web and what the services share: replies and faults as responses.

use std::fmt;

use actix_multipart::MultipartError;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use domain::{Fault, Reply};

use crate::thumbnail::BadImage;

/// A reply as actix-web sends it.
pub(crate) fn answer(reply: &Reply) -> HttpResponse {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    HttpResponse::build(status).content_type(reply.content_type).body(reply.body.clone())
}

/// What is our fault goes to the log, not to the client.
pub(crate) fn failed(error: impl fmt::Display) -> Fault {
    tracing::error!(%error, "a request failed");
    Fault::internal()
}

/// A fault as actix-web sends it.
#[derive(Debug)]
pub(crate) struct Refused(Fault);

impl Refused {
    /// A query that makes no sense.
    pub(crate) fn query(error: impl fmt::Display) -> Self {
        Self(Fault::new(400, "bad_query", error.to_string()))
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl ResponseError for Refused {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        answer(&self.0.reply())
    }
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self(fault)
    }
}

impl From<BadImage> for Refused {
    fn from(bad: BadImage) -> Self {
        let (status, code) = match bad {
            BadImage::Empty(_) => (400, "empty"),
            BadImage::Type(_) => (415, "wrong_type"),
            BadImage::Malformed { .. } => (422, "malformed"),
            BadImage::Pixels { .. } => (413, "too_many_pixels"),
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
        Self(Fault::new(status, code, format!("{error}: send the files as multipart/form-data")))
    }
}
