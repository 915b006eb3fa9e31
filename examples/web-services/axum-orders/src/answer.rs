//! Between axum and what the services share: replies and faults as responses, JSON bodies with faults of ours.

use axum::Json;
use axum::extract::rejection::{BytesRejection, JsonRejection};
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::{Fault, Reply};
use serde::de::DeserializeOwned;

use crate::store::StoreError;

/// A reply as axum sends it.
pub struct Answer(pub Reply);

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = self.0.retry_after().map(|seconds| [(header::RETRY_AFTER, seconds)]);
        (status, retry_after, [(header::CONTENT_TYPE, self.0.content_type)], self.0.body).into_response()
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
                Fault::new(503, "database_down", "the database cannot be reached: try again later")
            }
            StoreError::Broken(_) => Fault::failed(error),
        })
    }
}

impl From<amorsize::JoinError> for Refused {
    fn from(error: amorsize::JoinError) -> Self {
        Self(Fault::failed(error))
    }
}

/// A body in JSON; whatever is wrong with it is a fault of ours, with the reason.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refused> {
        let Json(value) =
            Json::from_request(request, state).await.map_err(|rejection| Refused(fault(&rejection)))?;
        Ok(Self(value))
    }
}

fn fault(rejection: &JsonRejection) -> Fault {
    let status = rejection.status().as_u16();
    let (code, message) = match rejection {
        JsonRejection::JsonDataError(_) => ("wrong_shape", rejection.body_text()),
        JsonRejection::JsonSyntaxError(_) => ("malformed", rejection.body_text()),
        JsonRejection::MissingJsonContentType(_) => {
            ("wrong_type", "send `content-type: application/json`".to_owned())
        }
        JsonRejection::BytesRejection(BytesRejection::FailedToBufferBody(_)) if status == 413 => {
            ("too_large", "the body is too large: send several batches".to_owned())
        }
        _ => ("unreadable", rejection.body_text()),
    };
    Fault::new(status, code, message)
}
