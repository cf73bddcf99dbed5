//! Where a service listens, as a set-up file says it.

use serde::Serialize;

use super::address::is_host;
use super::names::Srv;
use crate::oauth::presets::{Server, Tls};

/// How a connection is encrypted. What is never encrypted is not found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Encryption {
    /// TLS from the first byte.
    Implicit,
    /// Plain, then STARTTLS.
    Starttls,
}

impl Encryption {
    /// The name used in set-up files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Implicit => "implicit",
            Self::Starttls => "starttls",
        }
    }
}

/// Where a service listens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Service {
    /// DNS name.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the connection is encrypted.
    pub tls: Encryption,
}

impl Service {
    pub(super) fn of(server: &Server) -> Self {
        Self {
            host: server.host.clone(),
            port: server.port,
            tls: match server.tls {
                Tls::Implicit => Encryption::Implicit,
                Tls::Starttls => Encryption::Starttls,
            },
        }
    }

    /// Where most servers are.
    pub(super) fn unknown(domain: &str) -> Self {
        Self {
            host: format!("imap.{domain}"),
            port: 993,
            tls: Encryption::Implicit,
        }
    }
}

/// What to sign in as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Login {
    /// The address.
    Address,
    /// What is before its `@`.
    LocalPart,
    /// Something else.
    Other(String),
}

/// The best service that is offered: an earlier encryption before a later one, then the lowest priority, then the
/// greatest weight (RFC 2782). The target `.` says that there is none (RFC 6186 §3.4).
pub(super) fn best<const WAYS: usize>(offers: [(Encryption, Vec<Srv>); WAYS]) -> Option<Service> {
    offers.into_iter().find_map(|(tls, mut records)| {
        records.retain(|record| is_host(&record.target) && record.port > 0);
        let best = records
            .into_iter()
            .min_by_key(|record| (record.priority, u16::MAX - record.weight))?;
        Some(Service {
            host: best.target,
            port: best.port,
            tls,
        })
    })
}
