//! One line for each request: never its query, its cookies or its body, for codes, tickets and tokens travel there.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use rand::Rng;

/// Names a request in the log and on a page that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(pub String);

impl RequestId {
    /// A new one: 64 random bits in hex.
    pub fn generate(random: &mut impl Rng) -> Self {
        Self(format!("{:016x}", random.next_u64()))
    }
}

/// The most of a path that is logged: ours are short, a prober's are not.
const PATH: usize = 200;

/// What is told of a request.
pub(super) struct Line {
    pub(super) id: RequestId,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) remote: String,
}

impl Line {
    /// Writes it; probes and assets are many and tell little.
    pub(super) fn write(&self, status: StatusCode, took: Duration) {
        let path: String = self.path.chars().take(PATH).collect();
        let quiet = status.is_success()
            && ["/healthz", "/readyz", "/metrics", "/assets/"]
                .iter()
                .any(|start| path.starts_with(start));
        let (method, remote, request) = (&self.method, &self.remote, &self.id.0);
        let (status, ms) = (status.as_u16(), took.as_millis());
        if quiet {
            tracing::debug!(%method, path, status, ms, remote, request, "Answered");
        } else {
            tracing::info!(%method, path, status, ms, remote, request, "Answered");
        }
    }
}
