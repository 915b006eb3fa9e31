//! What a client is told when a request is refused or fails: one JSON shape for all services.

use serde::Serialize;

use crate::probes::Reply;

/// A refusal or a failure, as the client sees it: `{"error":{"code":"…","message":"…"}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The HTTP status.
    #[serde(skip)]
    pub status: u16,
    /// A word that programs can match on, such as `too_large`.
    pub code: &'static str,
    /// What is wrong and what to send instead, for a person.
    pub message: String,
}

impl Fault {
    /// A fault of any status.
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    /// 500, without telling a stranger how the inside looks; the reason belongs into the log.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(500, "internal", "the service failed; its log says why")
    }

    /// The answer that carries it.
    #[must_use]
    pub fn reply(&self) -> Reply {
        Reply::json(self.status, &serde_json::json!({ "error": self }))
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
}
