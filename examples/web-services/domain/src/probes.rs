//! The bodies of `/health`, `/ready`, `/decisions` and `/metrics`, free of any framework.

use serde::Serialize;

use crate::fault::Fault;
use crate::ready::Readiness;
use crate::telemetry::Telemetry;

/// An answer that any framework can send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The value of `Content-Type`.
    pub content_type: &'static str,
    /// The body.
    pub body: String,
    /// The value of `Allow`, if there is one.
    pub allow: Option<&'static str>,
}

impl Reply {
    /// An answer in JSON; 500 if `value` cannot be written as JSON, such as a map with keys that are no strings.
    pub fn json(status: u16, value: &impl Serialize) -> Self {
        match serde_json::to_string(value) {
            Ok(body) => Self { status, content_type: "application/json", body, allow: None },
            Err(error) => Fault::failed(format_args!("an answer is no JSON: {error}")).reply(),
        }
    }

    /// Further headers. What is 503 here is a matter of moments: `Retry-After` is a second.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
        let retry_after = (self.status == 503).then_some(("retry-after", "1"));
        retry_after.into_iter().chain(self.allow.map(|methods| ("allow", methods)))
    }
}

/// One value a line, for answers that go out in pieces.
///
/// # Panics
/// If a value cannot be written as JSON, such as a map with keys that are no strings.
#[must_use]
pub fn json_lines(values: &[impl Serialize]) -> Vec<u8> {
    let mut lines = Vec::new();
    for value in values {
        serde_json::to_writer(&mut lines, value).expect("a value of texts and numbers is JSON");
        lines.push(b'\n');
    }
    lines
}

/// `/health`: whether the process answers at all. It asks nothing of the database or the pool: an orchestrator restarts what
/// fails here, and restarting cures neither.
#[must_use]
pub fn health() -> Reply {
    Reply::json(200, &serde_json::json!({ "status": "ok" }))
}

/// `/ready`: whether requests should be sent here now; 503 with the same body if not.
#[must_use]
pub fn ready(readiness: &Readiness) -> Reply {
    Reply::json(if readiness.ready { 200 } else { 503 }, readiness)
}

/// `/decisions`: what amorsize has decided for every site, and from which numbers.
#[must_use]
pub fn decisions() -> Reply {
    Reply::json(200, &amorsize::decisions())
}

/// `/metrics`: the Prometheus text.
#[must_use]
pub fn metrics(telemetry: &Telemetry) -> Reply {
    let body = telemetry.render(&amorsize::decisions());
    Reply { status: 200, content_type: "text/plain; version=0.0.4", body, allow: None }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{decisions, health, metrics};
    use crate::telemetry::{self, Telemetry};

    #[amorsize::parallelize]
    fn doubled(xs: &[u64]) -> Vec<u64> {
        xs.iter().map(|x| x * 2).collect()
    }

    #[test]
    fn probes_answer_in_their_formats() {
        let telemetry = Telemetry::recorder().unwrap();
        assert_eq!(health().body, r#"{"status":"ok"}"#);
        assert_eq!(doubled(&[1, 2]), [2, 4]);
        let decided: serde_json::Value = serde_json::from_str(&decisions().body).unwrap();
        let sites = decided["sites"].as_array().unwrap();
        assert!(sites.iter().any(|site| site["site"].as_str().unwrap().contains("doubled")), "{decided}");

        telemetry::answered("/orders/{id}", "GET", 404, Duration::from_millis(3));
        let text = metrics(&telemetry).body;
        let counted = r#"http_requests_total{route="/orders/{id}",method="GET",status="404"} 1"#;
        assert!(text.contains(counted), "{text}");
        assert!(
            text.contains(
                r#"http_request_duration_seconds_bucket{route="/orders/{id}",method="GET",le="0.005"} 1"#
            ),
            "{text}"
        );
        assert!(text.contains("amorsize_item_nanoseconds{site=\"domain::probes::tests::doubled"), "{text}");
    }
}
