//! Faults of the token endpoint. They strike before anything is given out, unless they say that only the answer is lost.

use std::time::Duration;

use crate::fault::FaultId;

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TokenHarm {
    /// These bytes are the whole answer, head included; the connection closes behind them. The status is for the record.
    Bytes(Vec<u8>, Option<u16>),
    /// What was asked for is done, and the connection closes without an answer.
    LoseAnswer,
}

/// A fault to [`crate::Provider::inject_token_fault`]: strikes each time until cleared unless told how often.
#[derive(Clone, Debug)]
pub struct TokenFault {
    harm: TokenHarm,
    left: Option<u32>,
    address: Option<String>,
}

impl TokenFault {
    fn new(harm: TokenHarm) -> Self {
        Self {
            harm,
            left: None,
            address: None,
        }
    }

    /// Exactly these bytes are answered, head included; none close the connection at once.
    #[must_use]
    pub fn bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self::new(TokenHarm::Bytes(bytes.into(), None))
    }

    /// An answer with this status, these lines of the head (`Retry-After: 7`) and this body.
    #[must_use]
    pub fn answer(status: u16, lines: &[&str], body: &str) -> Self {
        let head: String = lines.iter().flat_map(|line| [*line, "\r\n"]).collect();
        let bytes = format!(
            "HTTP/1.1 {status} Fault\r\nConnection: close\r\nContent-Length: {}\r\n{head}\r\n{body}",
            body.len()
        );
        Self::new(TokenHarm::Bytes(bytes.into_bytes(), Some(status)))
    }

    /// An error as the endpoint itself answers it (RFC 6749 §5.2).
    #[must_use]
    pub fn error(status: u16, error: &str, description: &str) -> Self {
        let body = serde_json::json!({"error": error, "error_description": description});
        Self::answer(
            status,
            &["Content-Type: application/json"],
            &body.to_string(),
        )
    }

    /// 503 with a page for people.
    #[must_use]
    pub fn unavailable() -> Self {
        let page = "<html><body><h1>503 Service Unavailable</h1></body></html>";
        Self::answer(503, &["Content-Type: text/html"], page)
    }

    /// 429; the client is to come again after this many seconds.
    #[must_use]
    pub fn too_many(retry_after: Duration) -> Self {
        let retry_after = format!("Retry-After: {}", retry_after.as_secs());
        Self::answer(429, &[&retry_after], "")
    }

    /// The grant is no good; with [`TokenFault::of`] for one mailbox only.
    #[must_use]
    pub fn invalid_grant() -> Self {
        Self::error(400, "invalid_grant", "Token has been expired or revoked.")
    }

    /// What was asked for is done, a refresh token rotated, but the answer is never sent.
    #[must_use]
    pub fn lost_answer() -> Self {
        Self::new(TokenHarm::LoseAnswer)
    }

    /// Strikes this many times, then is gone.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.left = Some(times);
        self
    }

    /// Strikes only requests with a refresh token of this mailbox's.
    #[must_use]
    pub fn of(mut self, address: &str) -> Self {
        self.address = Some(address.to_lowercase());
        self
    }
}

#[derive(Debug)]
struct Injected {
    id: FaultId,
    fault: TokenFault,
    struck: u32,
}

/// All faults of a provider's token endpoint.
#[derive(Debug, Default)]
pub(crate) struct TokenFaults(Vec<Injected>);

impl TokenFaults {
    pub(crate) fn inject(&mut self, id: FaultId, fault: TokenFault) {
        self.0.push(Injected {
            id,
            fault,
            struck: 0,
        });
    }

    pub(crate) fn clear(&mut self, which: impl Fn(FaultId) -> bool) {
        for injected in self.0.iter_mut().filter(|injected| which(injected.id)) {
            injected.fault.left = Some(0);
        }
    }

    pub(crate) fn struck(&self, id: FaultId) -> u32 {
        self.0
            .iter()
            .find(|injected| injected.id == id)
            .map_or(0, |injected| injected.struck)
    }

    /// The first that strikes here, counted.
    pub(crate) fn strike(&mut self, address: Option<&str>) -> Option<TokenHarm> {
        let injected = self.0.iter_mut().find(|injected| {
            let fault = &injected.fault;
            let meant = fault.address.is_none() || fault.address.as_deref() == address;
            meant && fault.left != Some(0)
        })?;
        injected.fault.left = injected.fault.left.map(|left| left - 1);
        injected.struck += 1;
        Some(injected.fault.harm.clone())
    }
}
