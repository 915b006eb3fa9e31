//! Between axum and what the services share: replies and faults as responses, JSON bodies with faults of ours.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, JsonRejection};
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use domain::{Fault, Reply, offload};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Service;
use crate::kept::Unreadable;
use crate::store::StoreError;

/// A reply as axum sends it.
pub struct Answer(pub Reply);

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let more = AppendHeaders(self.0.headers());
        (status, more, [(header::CONTENT_TYPE, self.0.content_type)], self.0.body).into_response()
    }
}

/// A fault as axum sends it.
pub struct Refused(pub Fault);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        Answer(self.0.reply()).into_response()
    }
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self(fault)
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self(match error {
            StoreError::Down(_) => {
                tracing::error!(%error, "a request failed");
                Fault::new(503, "database_down", "the database cannot be used now: try again later")
            }
            StoreError::Broken(_) => Fault::failed(error),
            StoreError::TooMuch(_) => {
                Fault::new(413, "too_large", format!("{error}: ask for them in several requests"))
            }
        })
    }
}

impl From<amorsize::JoinError> for Refused {
    fn from(error: amorsize::JoinError) -> Self {
        Self(Fault::failed(error))
    }
}

impl From<Unreadable> for Refused {
    fn from(error: Unreadable) -> Self {
        Self(Fault::failed(error))
    }
}

/// What an entry of an answer takes as JSON, bytes, more or less.
const ENTRY_BYTES: usize = 128;

/// 200 with so many entries, which are made and written off the executor if they are many.
pub(crate) async fn entries<A: Serialize>(
    count: usize,
    answer: impl FnOnce() -> A + Send + 'static,
) -> Result<Answer, Refused> {
    Ok(Answer(offload(count * ENTRY_BYTES, move || Reply::json(200, &answer())).await?))
}

/// A body that says it is JSON, and has arrived whole and in time.
pub struct Arrived(Bytes);

impl FromRequest<Arc<Service>> for Arrived {
    type Rejection = Refused;

    async fn from_request(request: Request, service: &Arc<Service>) -> Result<Self, Refused> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/json") && !kind.ends_with("+json") {
            return Err(Fault::new(415, "wrong_type", "send `content-type: application/json`").into());
        }
        let options = &service.options;
        let body = options.common.in_time("send the request", Bytes::from_request(request, service)).await?;
        Ok(Self(body.map_err(|rejection| lost(&rejection, options.max_bytes))?))
    }
}

impl Arrived {
    /// What `then` makes of it, off the executor if it is long.
    ///
    /// # Errors
    /// If it is no JSON or of another shape, and what `then` objects to.
    pub async fn read<T, R>(
        self,
        then: impl FnOnce(T) -> Result<R, Fault> + Send + 'static,
    ) -> Result<R, Refused>
    where
        T: DeserializeOwned,
        R: Send + 'static,
    {
        let Self(body) = self;
        let read = offload(body.len(), move || {
            let Json(value) = Json::from_bytes(&body).map_err(|rejection| misread(&rejection))?;
            then(value)
        });
        Ok(read.await??)
    }
}

/// A body in JSON; whatever is wrong with it is a fault of ours, with the reason.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned + Send + 'static> FromRequest<Arc<Service>> for Body<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, service: &Arc<Service>) -> Result<Self, Refused> {
        Arrived::from_request(request, service).await?.read(Ok).await.map(Self)
    }
}

fn lost(rejection: &BytesRejection, most: usize) -> Fault {
    match rejection {
        BytesRejection::FailedToBufferBody(_) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            Fault::too_large(most)
        }
        _ => Fault::new(400, "unreadable", format!("the body did not arrive: {}", rejection.body_text())),
    }
}

fn misread(rejection: &JsonRejection) -> Fault {
    let code = match rejection {
        JsonRejection::JsonDataError(_) => "wrong_shape",
        JsonRejection::JsonSyntaxError(_) => "malformed",
        _ => "unreadable",
    };
    Fault::new(rejection.status().as_u16(), code, rejection.body_text())
}

/// The number at the end of a path.
pub struct Number(pub i64);

impl<S: Send + Sync> FromRequestParts<S> for Number {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        // `%ff` is no text, and so no number either.
        let text = Path::<String>::from_request_parts(parts, state).await.map(|Path(text)| text);
        let number = text.ok().and_then(|text| text.parse().ok());
        let refused =
            || Fault::new(400, "wrong_type", format!("`{}` ends in no number: write one", parts.uri.path()));
        Ok(Self(number.ok_or_else(refused)?))
    }
}
