//! What a client is told when a request is refused or fails: one JSON shape for all services.

use std::fmt::Display;

use serde::Serialize;

use crate::probes::Reply;

/// A refusal or a failure, as the client sees it: `{"error":{"code":"…","message":"…"}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    /// The HTTP status.
    #[serde(skip)]
    pub status: u16,
    /// A word that programs can match on, such as `too_large`.
    pub code: &'static str,
    /// What is wrong and what to send instead, for a person.
    pub message: String,
    /// The value of `Allow`, which belongs to a 405.
    #[serde(skip)]
    pub allow: Option<&'static str>,
}

impl Fault {
    /// A fault of any status.
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), allow: None }
    }

    /// 500, without telling a stranger how the inside looks.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(500, "internal", "the service failed; its log says why")
    }

    /// 500 for the client, the reason for the log.
    #[must_use]
    pub fn failed(error: impl Display) -> Self {
        tracing::error!(%error, "a request failed");
        Self::internal()
    }

    /// 400 for a query that makes no sense, as `reason` says.
    #[must_use]
    pub fn bad_query(reason: impl Display) -> Self {
        Self::new(400, "bad_query", reason.to_string())
    }

    /// 404 for what no route answers.
    #[must_use]
    pub fn unknown_route(method: impl Display, path: impl Display) -> Self {
        Self::new(404, "unknown_route", format!("nothing answers {method} {path}"))
    }

    /// 405 for what answers to other methods only.
    #[must_use]
    pub fn wrong_method(method: impl Display, path: impl Display) -> Self {
        Self::new(405, "wrong_method", format!("{path} does not answer to {method}"))
    }

    /// The same, with the methods that are answered, such as `GET, HEAD`.
    #[must_use]
    pub fn allowing(self, methods: &'static str) -> Self {
        let message = format!("{}, but to {methods}", self.message);
        Self { message, allow: Some(methods), ..self }
    }

    /// 413 for a body of more than `most` bytes.
    #[must_use]
    pub fn too_large(most: impl Display) -> Self {
        Self::new(413, "too_large", format!("at most {most} bytes are taken at once: send several batches"))
    }

    /// Whether a request may bring `count` of `what`, such as `link`.
    ///
    /// # Errors
    /// 400 `empty` for none, 413 `too_many` for more than `most`.
    pub fn unless_within(count: usize, most: usize, what: &str) -> Result<(), Self> {
        match count {
            0 => Err(Self::new(400, "empty", format!("send at least one {what}"))),
            count if count > most => Err(Self::new(
                413,
                "too_many",
                format!("more than {most} {what}s in one request: send several"),
            )),
            _ => Ok(()),
        }
    }

    /// Whether texts of these lengths, each `what`, such as `link`, are not too long.
    ///
    /// # Errors
    /// 422 `too_long` for one of more than `most` bytes.
    pub fn unless_short(
        lengths: impl IntoIterator<Item = usize>,
        most: usize,
        what: &str,
    ) -> Result<(), Self> {
        match lengths.into_iter().enumerate().find(|(_, length)| *length > most) {
            Some((at, length)) => {
                let message = format!("{what} {at} has {length} bytes: send at most {most}");
                Err(Self::new(422, "too_long", message))
            }
            None => Ok(()),
        }
    }

    /// 400 `malformed` for what is no JSON, 422 `wrong_shape` for JSON that is not like `example`.
    #[must_use]
    pub fn bad_json(error: &serde_json::Error, example: &str) -> Self {
        let (status, code) = if error.is_data() { (422, "wrong_shape") } else { (400, "malformed") };
        Self::new(status, code, format!("{error}; send {example}"))
    }

    /// The answer that carries it.
    #[must_use]
    pub fn reply(&self) -> Reply {
        Reply { allow: self.allow, ..Reply::json(self.status, &serde_json::json!({ "error": self })) }
    }
}

#[cfg(test)]
mod tests {
    use super::Fault;

    #[test]
    fn a_fault_is_one_json_object_without_its_status() {
        let reply = Fault::new(413, "too_large", "at most 10 orders").reply();
        assert_eq!(reply.status, 413);
        assert_eq!(reply.body, r#"{"error":{"code":"too_large","message":"at most 10 orders"}}"#);
    }

    #[test]
    fn what_is_too_long_is_numbered() {
        assert_eq!(Fault::unless_short([2, 3], 3, "link"), Ok(()));
        let refused = Fault::unless_short([2, 3, 4], 3, "link").unwrap_err();
        assert_eq!((refused.status, &refused.message[..]), (422, "link 2 has 4 bytes: send at most 3"));
    }

    #[test]
    fn what_failed_inside_is_not_told_to_the_client() {
        let reply = Fault::failed("no such table: orders").reply();
        assert_eq!((reply.status, reply.body.contains("table")), (500, false));
    }

    #[test]
    fn a_request_brings_at_least_one_and_at_most_the_limit() {
        let code = |count| Fault::unless_within(count, 3, "link").map_err(|fault| fault.code);
        assert_eq!([0, 1, 3, 4].map(code), [Err("empty"), Ok(()), Ok(()), Err("too_many")]);
        assert_eq!(
            Fault::unless_within(4, 3, "link").unwrap_err().message,
            "more than 3 links in one request: send several"
        );
    }
}
