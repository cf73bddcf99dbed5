//! The provider's OAuth side, as far as a program uses it without a person: a token endpoint (RFC 6749 §6) whose
//! access tokens open mailboxes until the provider's time ends them. It never knows people: a test says who has
//! consented ([`Provider::grant`]). Faults are switched on as they are for IMAP.

mod fault;
mod http;
mod tokens;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use self::fault::TokenFault;
pub(crate) use self::fault::{TokenFaults, TokenHarm};
pub(crate) use self::tokens::Tokens;
use crate::fault::FaultId;
use crate::provider::{Provider, SandboxError};
use crate::server::{Running, accept};

/// The one client that the token endpoint knows.
pub const CLIENT_ID: &str = "sandbox";
/// Its secret at first.
pub const CLIENT_SECRET: &str = "sandbox-secret";

/// Connections at once; the product keeps to fewer.
const CONNECTIONS: usize = 1_000;

/// What becomes of a refresh token when it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// It stays the one; the answer has none.
    Off,
    /// The answer has a new one; who uses the old one again loses the whole grant.
    Strict,
    /// The same, but for this long after its first use the old one is taken again.
    Grace(TimeDelta),
}

/// How tokens are given out from now on.
#[derive(Clone, Copy, Debug)]
pub struct TokenRules {
    /// How long access tokens live.
    pub access_lives: TimeDelta,
    /// How long a refresh token lives from when it is given out or last used.
    pub refresh_idles: TimeDelta,
    /// What becomes of used refresh tokens.
    pub rotation: Rotation,
}

impl Default for TokenRules {
    /// An hour, 90 days, no rotation.
    fn default() -> Self {
        Self {
            access_lives: TimeDelta::hours(1),
            refresh_idles: TimeDelta::days(90),
            rotation: Rotation::Off,
        }
    }
}

/// A request that came to the token endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRequest {
    /// The provider's time.
    pub at: DateTime<Utc>,
    /// Whose refresh token it had; none when nobody's.
    pub address: Option<String>,
    /// The status of the answer; none when a fault has kept it back or written it by the byte.
    pub status: Option<u16>,
}

/// Grants and tokens.
impl Provider {
    /// Changes how tokens are given out; those that are out stay as they are.
    pub fn set_token_rules(&self, rules: TokenRules) {
        self.lock().tokens.rules = rules;
    }

    /// Gives the client another secret: who uses the old one is answered `invalid_client`.
    pub fn set_client_secret(&self, secret: &str) {
        self.lock().tokens.set_client_secret(secret);
    }

    /// A refresh token for a mailbox, as if its owner had consented; earlier ones stay good.
    pub fn grant(&self, address: &str) -> Result<String, SandboxError> {
        let mut state = self.lock();
        state.account(address)?;
        let (serial, now) = (state.next_serial(), state.now());
        Ok(state.tokens.grant(address, serial, now))
    }

    /// Takes back all that a mailbox's owner has granted: refreshing is answered `invalid_grant`, and access tokens
    /// open nothing more.
    pub fn revoke_grants(&self, address: &str) -> Result<(), SandboxError> {
        let mut state = self.lock();
        state.account(address)?;
        state.tokens.revoke(address);
        Ok(())
    }

    /// Takes back a mailbox's access tokens only, as if they had ended early.
    pub fn revoke_access_tokens(&self, address: &str) -> Result<(), SandboxError> {
        let mut state = self.lock();
        state.account(address)?;
        state.tokens.end_access(address);
        Ok(())
    }

    /// Every request to the token endpoint so far, in order.
    #[must_use]
    pub fn token_requests(&self) -> Vec<TokenRequest> {
        self.lock().tokens.requests.clone()
    }

    /// How many of them had a refresh token of this mailbox's.
    #[must_use]
    pub fn token_requests_of(&self, address: &str) -> usize {
        let address = address.to_lowercase();
        let state = self.lock();
        let of = |request: &&TokenRequest| request.address.as_ref() == Some(&address);
        state.tokens.requests.iter().filter(of).count()
    }

    /// Counts from here.
    pub fn forget_token_requests(&self) {
        self.lock().tokens.requests.clear();
    }

    /// Switches a fault of the token endpoint on; [`Provider::clear`] and [`Provider::struck`] know it too.
    #[expect(
        clippy::must_use_candidate,
        reason = "most faults are cleared together or spend themselves"
    )]
    pub fn inject_token_fault(&self, fault: TokenFault) -> FaultId {
        self.lock().inject_token_fault(fault)
    }
}

/// Starts the token endpoint of this provider, `http://{addr}/token`, on a free port of 127.0.0.1.
pub async fn serve_tokens(
    provider: Provider,
    cancel: &CancellationToken,
) -> Result<Running, SandboxError> {
    let listener = TcpListener::bind(("127.0.0.1", 0))
        .await
        .map_err(SandboxError::Listen)?;
    let provider = Arc::new(provider);
    Running::start(listener, None, cancel.child_token(), |listener, cancel| {
        accept(listener, CONNECTIONS, cancel, move |stream, crowded| {
            let provider = Arc::clone(&provider);
            async move {
                if !crowded {
                    // The connection's end is no error of the server, whatever ended it.
                    let _ = http::converse(stream, &provider).await;
                }
            }
        })
    })
}

#[cfg(test)]
#[path = "oauth_tests.rs"]
mod tests;
