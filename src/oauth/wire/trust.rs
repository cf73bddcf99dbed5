//! TLS towards authorization servers: the system's authorities, and a company's own beside them.
//!
//! The provider is named, so that nobody needs to have installed one for the whole process.

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls_platform_verifier::Verifier;

use super::HttpError;

pub(super) fn configuration(ca_pem: Option<&[u8]>) -> Result<ClientConfig, HttpError> {
    let provider = Arc::new(ring::default_provider());
    let own = ca_pem.map(certificates).transpose()?.unwrap_or_default();
    let verifier =
        Verifier::new_with_extra_roots(own, Arc::clone(&provider)).map_err(no_authorities)?;
    let mut configuration = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(no_authorities)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    configuration.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(configuration)
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, HttpError> {
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(|error| HttpError::NoAuthorities {
            why: format!("the CA file is no PEM file ({error:?})"),
        })?;
    if certificates.is_empty() {
        return Err(HttpError::NoAuthorities {
            why: "the CA file holds no certificate".to_owned(),
        });
    }
    Ok(certificates)
}

#[expect(clippy::needless_pass_by_value, reason = "to be named in map_err")]
fn no_authorities(error: rustls::Error) -> HttpError {
    HttpError::NoAuthorities {
        why: error.to_string().trim_end_matches('.').to_owned(),
    }
}

#[cfg(test)]
#[path = "trust_tests.rs"]
mod tests;
