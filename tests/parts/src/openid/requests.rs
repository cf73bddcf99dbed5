//! What programs asked the provider, and faults in what they are answered.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{OpenId, until};

const HELD_WITHIN: Duration = Duration::from_secs(30);

/// Where programs ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    /// RFC 6749 §3.2.
    Token,
    /// RFC 7662; only mail servers ask there.
    Introspection,
    /// RFC 7009.
    Revocation,
    /// RFC 8628 §3.1.
    Device,
    /// The keys of ID tokens (JWKS).
    Keys,
    /// OpenID Connect Discovery.
    Discovery,
}

impl Endpoint {
    const ALL: [Self; 6] = [
        Self::Token,
        Self::Introspection,
        Self::Revocation,
        Self::Device,
        Self::Keys,
        Self::Discovery,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Introspection => "introspection",
            Self::Revocation => "revocation",
            Self::Device => "device",
            Self::Keys => "keys",
            Self::Discovery => "discovery",
        }
    }

    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Token => "/token",
            Self::Introspection => "/token/introspection",
            Self::Revocation => "/token/revocation",
            Self::Device => "/device/auth",
            Self::Keys => "/jwks",
            Self::Discovery => "/.well-known/openid-configuration",
        }
    }
}

/// What happens to an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// This is answered, and the provider does nothing.
    Answer {
        /// The HTTP status.
        status: u16,
        /// Its headers.
        headers: BTreeMap<String, String>,
        /// Its body.
        body: Vec<u8>,
    },
    /// The provider does what it was asked (a refresh token is rotated), and the answer is held back until
    /// [`OpenId::clear_faults`].
    Hold,
    /// The provider does what it was asked, and the connection closes before the first byte of the answer.
    CloseBefore,
    /// The same after the headers and so many bytes of the body.
    CloseAfter(usize),
}

impl Fault {
    /// An answer without headers of its own.
    #[must_use]
    pub fn answer(status: u16, body: impl AsRef<[u8]>) -> Self {
        Self::Answer {
            status,
            headers: BTreeMap::new(),
            body: body.as_ref().to_vec(),
        }
    }

    /// An answer of JSON.
    #[must_use]
    pub fn json(status: u16, body: &Value) -> Self {
        Self::answer(status, body.to_string()).with_header("Content-Type", "application/json")
    }

    /// Adds a header to an answer.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.insert(name.to_owned(), value.to_owned());
        }
        self
    }

    fn order(&self) -> Value {
        match self {
            Self::Answer {
                status,
                headers,
                body,
            } => {
                json!({"kind": "answer", "status": status, "headers": headers, "body": STANDARD.encode(body)})
            }
            Self::Hold => json!({"kind": "hold"}),
            Self::CloseBefore => json!({"kind": "close", "after": null}),
            Self::CloseAfter(bytes) => json!({"kind": "close", "after": bytes}),
        }
    }
}

/// What a request came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Became {
    /// It was answered with this status.
    Answered(u16),
    /// Its answer is held back.
    Held,
    /// Its answer was cut off by a fault.
    Lost,
    /// The provider is still at it.
    Open,
}

/// A request that a program made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Where.
    pub endpoint: Endpoint,
    /// `grant_type` of a token request.
    pub grant_type: Option<String>,
    /// `client_id`, when it stood in the body.
    pub client_id: Option<String>,
    /// The account that it was about, where the provider could tell.
    pub account: Option<String>,
    /// What it came to.
    pub became: Became,
}

impl Request {
    fn read(value: &Value) -> Option<Self> {
        let name = value.get("endpoint")?.as_str()?;
        let said = |field: &str| value.get(field)?.as_str().map(str::to_owned);
        Some(Self {
            endpoint: Endpoint::ALL.into_iter().find(|e| e.name() == name)?,
            grant_type: said("grant_type"),
            client_id: said("client_id"),
            account: said("account"),
            became: match value.get("became")? {
                Value::Number(status) => Became::Answered(status.as_u64()?.try_into().ok()?),
                Value::String(word) if word == "held" => Became::Held,
                Value::String(_) => Became::Lost,
                _ => Became::Open,
            },
        })
    }
}

/// Requests and faults.
impl OpenId {
    /// All requests of programs since the start or [`OpenId::forget_requests`], in order.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        let noted = self.order("requests", Value::Null);
        noted
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Request::read)
            .collect()
    }

    /// How many token requests there were with this grant type (`refresh_token`, `authorization_code`,
    /// `client_credentials`, `urn:ietf:params:oauth:grant-type:device_code`).
    #[must_use]
    pub fn token_requests(&self, grant_type: &str) -> usize {
        let of = |request: &Request| request.grant_type.as_deref() == Some(grant_type);
        self.requests().iter().filter(|r| of(r)).count()
    }

    /// How often an account's token was refreshed, or that was tried.
    #[must_use]
    pub fn refreshes_of(&self, account: &str) -> usize {
        let of = |request: &Request| {
            request.grant_type.as_deref() == Some("refresh_token")
                && request.account.as_deref() == Some(account)
        };
        self.requests().iter().filter(|r| of(r)).count()
    }

    /// How often mail servers asked about a token.
    #[must_use]
    pub fn introspections(&self) -> usize {
        let of = |request: &Request| request.endpoint == Endpoint::Introspection;
        self.requests().iter().filter(|r| of(r)).count()
    }

    /// Counts from here.
    pub fn forget_requests(&self) {
        self.order("forget_requests", Value::Null);
    }

    /// Spoils the next so many answers at an endpoint; several faults strike one after the other.
    pub fn fault_next(&self, times: u32, at: Endpoint, fault: &Fault) {
        self.inject(Some(times), at, fault);
    }

    /// Spoils all answers at an endpoint until [`OpenId::clear_faults`].
    pub fn fault(&self, at: Endpoint, fault: &Fault) {
        self.inject(None, at, fault);
    }

    /// Answers as usual from now on, and lets what is held back go.
    pub fn clear_faults(&self) {
        self.order("clear_faults", Value::Null);
    }

    /// Waits until so many answers are held back.
    ///
    /// # Panics
    /// When that takes longer than 30 s.
    pub fn wait_until_held(&self, count: usize) {
        let held = until(HELD_WITHIN, || {
            let requests = self.requests();
            let held = requests.iter().filter(|r| r.became == Became::Held).count();
            (held >= count).then_some(())
        });
        assert!(
            held.is_some(),
            "The OpenID provider holds no {count} answers back: {:?}",
            self.requests()
        );
    }

    fn inject(&self, times: Option<u32>, at: Endpoint, fault: &Fault) {
        let mut order = fault.order();
        if let Some(order) = order.as_object_mut() {
            order.insert("endpoint".to_owned(), at.name().into());
            order.insert("times".to_owned(), times.into());
        }
        self.order("fault", order);
    }
}
