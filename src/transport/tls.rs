//! TLS as a mail server's record wants it, and what its failures mean.
//!
//! One configuration per kind of trust is shared by all connections, so that they resume each other's sessions. The
//! provider is named, so that nobody needs to have installed one for the whole process.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use rustls::client::danger::ServerCertVerifier;
use rustls::client::{ClientSessionMemoryCache, Resumption, WebPkiServerVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::ServerName;
use rustls::{
    CertificateError, ClientConfig, ClientConnection, HandshakeKind, ProtocolVersion, RootCertStore,
};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::endpoint::{Endpoint, Limits};
use super::error::ServerError;
use super::fault::{CertificateFault, Speaks, Step};
use super::stream::Stream;
use crate::trust::Authorities;

mod validity;
mod verifier;

use validity::valid_until;
use verifier::{OwnAuthority, Unverified};

/// Servers whose sessions can be resumed; the store keeps an eighth of this many names.
const RESUMABLE: usize = 8 * 4096;

#[derive(PartialEq, Eq, Hash, Clone)]
enum Trust {
    Nobody,
    System(Authorities),
    Own(Vec<u8>),
}

static CONFIGURATIONS: LazyLock<Mutex<HashMap<Trust, Arc<ClientConfig>>>> =
    LazyLock::new(Mutex::default);

/// What was agreed on, and with whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreed {
    /// The version, such as `TLS 1.3`.
    pub version: String,
    /// Whether an earlier session with the server was taken up again.
    pub resumed: bool,
    /// The last moment at which the server's certificate is good, if that can be read.
    pub valid_until: Option<DateTime<Utc>>,
}

/// Agrees on TLS over an open connection.
pub(crate) async fn secure(
    stream: Box<dyn Stream>,
    endpoint: &Endpoint,
    limits: &Limits,
) -> Result<Box<dyn Stream>, ServerError> {
    let (stream, _) = handshake(stream, endpoint, limits).await?;
    Ok(Box::new(stream))
}

/// The same, and tells what was agreed on.
pub(crate) async fn secure_and_tell(
    stream: Box<dyn Stream>,
    endpoint: &Endpoint,
    limits: &Limits,
) -> Result<(Box<dyn Stream>, Agreed), ServerError> {
    let (stream, agreed) = handshake(stream, endpoint, limits).await?;
    Ok((Box::new(stream), agreed))
}

async fn handshake(
    stream: Box<dyn Stream>,
    endpoint: &Endpoint,
    limits: &Limits,
) -> Result<(TlsStream<Box<dyn Stream>>, Agreed), ServerError> {
    let name =
        ServerName::try_from(endpoint.host.clone()).map_err(|_| ServerError::BadSetting {
            what: format!("\"{}\" is no host name", endpoint.host),
        })?;
    let connector = TlsConnector::from(configuration(endpoint)?);
    match timeout(limits.connect, connector.connect(name, stream)).await {
        Ok(Ok(stream)) => {
            let agreed = agreed(stream.get_ref().1);
            Ok((stream, agreed))
        }
        Ok(Err(error)) => Err(meaning(&error, endpoint)),
        Err(_) => Err(ServerError::Timeout {
            step: Step::Handshake,
            after: limits.connect,
        }),
    }
}

fn agreed(connection: &ClientConnection) -> Agreed {
    let version = match connection.protocol_version() {
        Some(ProtocolVersion::TLSv1_2) => "TLS 1.2".to_owned(),
        Some(ProtocolVersion::TLSv1_3) => "TLS 1.3".to_owned(),
        other => format!("{other:?}"),
    };
    let own = connection.peer_certificates().and_then(<[_]>::first);
    Agreed {
        version,
        resumed: connection.handshake_kind() == Some(HandshakeKind::Resumed),
        valid_until: own.and_then(|certificate| valid_until(certificate)),
    }
}

/// Whether something there answers to TLS: tells why a port that should begin in plain text is silent.
pub(crate) async fn answers_to_tls(
    stream: Box<dyn Stream>,
    endpoint: &Endpoint,
    limits: &Limits,
) -> bool {
    let unverified = Endpoint {
        verify_certificate: false,
        ..endpoint.clone()
    };
    match secure(stream, &unverified, limits).await {
        Ok(_) => true,
        Err(ServerError::TlsFailed { why, .. }) => why.contains(ALERT),
        Err(_) => false,
    }
}

const ALERT: &str = "the server said";

fn configuration(endpoint: &Endpoint) -> Result<Arc<ClientConfig>, ServerError> {
    let trust = match (endpoint.verify_certificate, &endpoint.ca_pem) {
        (false, _) => Trust::Nobody,
        (true, None) => Trust::System(endpoint.authorities.clone()),
        (true, Some(pem)) => Trust::Own(pem.clone()),
    };
    let mut configurations = CONFIGURATIONS
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    if let Some(configuration) = configurations.get(&trust) {
        return Ok(Arc::clone(configuration));
    }
    let configuration = Arc::new(build(&trust)?);
    configurations.insert(trust, Arc::clone(&configuration));
    Ok(configuration)
}

fn build(trust: &Trust) -> Result<ClientConfig, ServerError> {
    let provider = Arc::new(ring::default_provider());
    let verifier = verifier(trust, Arc::clone(&provider))?;
    let mut configuration = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| no_authorities(&error))?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    configuration.resumption = Resumption::store(Arc::new(sessions()));
    Ok(configuration)
}

/// What is kept to resume sessions with.
fn sessions() -> ClientSessionMemoryCache {
    ClientSessionMemoryCache::new(RESUMABLE)
}

fn verifier(
    trust: &Trust,
    provider: Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, ServerError> {
    Ok(match trust {
        Trust::Nobody => Arc::new(Unverified::new(&provider)),
        Trust::System(authorities) => Arc::new(
            authorities
                .verifier(provider)
                .map_err(|error| no_authorities(&error))?,
        ),
        Trust::Own(pem) => {
            let own = Authorities::from_pem(pem).map_err(|error| no_authorities(&error))?;
            let certificates = own.certificates().to_vec();
            let mut roots = RootCertStore::empty();
            for certificate in &certificates {
                roots
                    .add(certificate.clone())
                    .map_err(|error| no_authorities(&error))?;
            }
            let by_authority =
                WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
                    .build()
                    .map_err(|error| no_authorities(&error))?;
            Arc::new(OwnAuthority::new(certificates, by_authority))
        }
    })
}

fn no_authorities(error: &impl ToString) -> ServerError {
    ServerError::NoAuthorities {
        why: error.to_string().trim_end_matches('.').to_owned(),
    }
}

/// What a failed handshake means.
fn meaning(error: &io::Error, endpoint: &Endpoint) -> ServerError {
    let host = endpoint.host.clone();
    let Some(error) = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>())
    else {
        let why = match error.kind() {
            io::ErrorKind::UnexpectedEof => {
                "the server closed the connection in the middle of it".to_owned()
            }
            kind => kind.to_string(),
        };
        return ServerError::TlsFailed { host, why };
    };
    match error {
        rustls::Error::InvalidCertificate(error) => ServerError::Certificate {
            host,
            fault: fault(error),
        },
        rustls::Error::InvalidMessage(_) => ServerError::WrongPort {
            host,
            port: endpoint.port,
            protocol: endpoint.protocol,
            speaks: Speaks::PlainText,
        },
        rustls::Error::AlertReceived(alert) => ServerError::TlsFailed {
            host,
            why: format!("{ALERT} {alert:?}"),
        },
        other => ServerError::TlsFailed {
            host,
            why: other.to_string(),
        },
    }
}

fn fault(error: &CertificateError) -> CertificateFault {
    match error {
        CertificateError::Expired => CertificateFault::Expired { on: None },
        CertificateError::ExpiredContext { not_after, .. } => CertificateFault::Expired {
            on: i64::try_from(not_after.as_secs())
                .ok()
                .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
                .map(|moment| moment.date_naive()),
        },
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            CertificateFault::NotYetValid
        }
        CertificateError::UnknownIssuer => CertificateFault::UnknownAuthority,
        // A self-signed certificate that says it is an authority; webpki tells only in its own words.
        CertificateError::Other(error) if error.to_string().contains("CaUsedAsEndEntity") => {
            CertificateFault::UnknownAuthority
        }
        CertificateError::NotValidForName => CertificateFault::WrongName { names: Vec::new() },
        CertificateError::NotValidForNameContext { presented, .. } => CertificateFault::WrongName {
            names: presented.iter().map(|name| readable_name(name)).collect(),
        },
        CertificateError::Revoked => CertificateFault::Revoked,
        CertificateError::BadSignature => CertificateFault::Other(
            "its signature is not that of the authority it names".to_owned(),
        ),
        other => CertificateFault::Other(format!("it is not valid ({other})")),
    }
}

/// `DnsName("imap.example.com")` as webpki writes it, without the wrapping.
fn readable_name(presented: &str) -> String {
    presented.split('"').nth(1).unwrap_or(presented).to_owned()
}

#[cfg(test)]
#[path = "tls_tests.rs"]
mod tests;
