//! A certificate authority of the sandbox's own and a server certificate from it, made at start with `rcgen`; also
//! certificates that a client must refuse. It never knows IMAP.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::provider::SandboxError;

/// What is wrong with the server's certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Certificate {
    /// Nothing: it is for `localhost` and 127.0.0.1, from the authority in `ca_pem`.
    #[default]
    Good,
    /// It is for `imap.elsewhere.example`.
    WrongName,
    /// It ended in 2020.
    Expired,
    /// It comes from another authority than the one in `ca_pem`.
    UnknownAuthority,
}

/// What a server needs for TLS, and what a client needs to trust it.
pub(crate) struct Identity {
    pub(crate) acceptor: TlsAcceptor,
    pub(crate) ca_pem: String,
}

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority(name: &str) -> Result<Authority, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.distinguished_name.push(DnType::CommonName, name);
    CertifiedIssuer::self_signed(params, KeyPair::generate()?)
}

fn leaf(kind: Certificate) -> Result<CertificateParams, rcgen::Error> {
    let names = match kind {
        Certificate::WrongName => vec!["imap.elsewhere.example".to_owned()],
        _ => vec!["localhost".to_owned(), "127.0.0.1".to_owned()],
    };
    let mut params = CertificateParams::new(names)?;
    params
        .distinguished_name
        .push(DnType::CommonName, "Mailroom sandbox");
    if kind == Certificate::Expired {
        params.not_before = date_time_ymd(2019, 1, 1);
        params.not_after = date_time_ymd(2020, 1, 1);
    }
    Ok(params)
}

/// Makes an authority and a server certificate of the wanted kind.
pub(crate) fn identity(kind: Certificate) -> Result<Identity, SandboxError> {
    let shown = authority("Mailroom sandbox authority")?;
    let hidden;
    let signer = if kind == Certificate::UnknownAuthority {
        hidden = authority("Some other authority")?;
        &hidden
    } else {
        &shown
    };
    let key = KeyPair::generate()?;
    let certificate = leaf(kind)?.signed_by(&key, signer)?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)?;
    Ok(Identity {
        acceptor: TlsAcceptor::from(Arc::new(config)),
        ca_pem: shown.pem(),
    })
}
