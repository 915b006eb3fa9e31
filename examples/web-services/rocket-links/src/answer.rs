//! Between rocket and what the services share: replies and faults as responses.

use domain::{Fault, Reply};
use rocket::Request;
use rocket::http::{ContentType, Status};
use rocket::response::{self, Responder};

/// A reply as rocket sends it.
pub(crate) struct Answer(pub(crate) Reply);

impl<'r> Responder<'r, 'static> for Answer {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let status = Status::new(self.0.status);
        let kind = ContentType::parse_flexible(self.0.content_type).unwrap_or(ContentType::Plain);
        let headers = self.0.headers();
        let mut response = (status, (kind, self.0.body)).respond_to(request)?;
        for (name, value) in headers {
            response.set_raw_header(name, value);
        }
        Ok(response)
    }
}

/// A fault as rocket sends it.
pub(crate) struct Refused(Fault);

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self(fault)
    }
}

impl<'r> Responder<'r, 'static> for Refused {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        Answer(self.0.reply()).respond_to(request)
    }
}
