//! Whose word is taken for who a server is: the system's certificate authorities, and beside them those that an admin
//! names in a file (PEM, RFC 7468). Never knows which server is asked, or what.
//!
//! The provider of cryptography is named, so that nobody needs to have installed one for the whole process.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls_platform_verifier::Verifier;

/// Authorities that are trusted beside the system's; by default none. Cheap to clone.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Authorities(Arc<[CertificateDer<'static>]>);

impl fmt::Debug for Authorities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authorities({})", self.0.len())
    }
}

/// There is nobody to trust; says why, as the end of a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoAuthorities(pub String);

impl From<rustls::Error> for NoAuthorities {
    fn from(error: rustls::Error) -> Self {
        Self(error.to_string().trim_end_matches('.').to_owned())
    }
}

/// A file of authorities can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("The CA file {} can't be read: {words}. Mend its path or its permissions.", path.display())]
pub struct CaFileError {
    /// The file.
    pub path: PathBuf,
    /// The system's words.
    pub words: String,
}

/// The bytes of a file of authorities.
pub async fn read_ca_file(path: &Path) -> Result<Vec<u8>, CaFileError> {
    tokio::fs::read(path).await.map_err(|error| CaFileError {
        path: path.to_owned(),
        words: error.to_string(),
    })
}

impl Authorities {
    /// All certificates of a PEM file, of which there must be one.
    pub fn from_pem(pem: &[u8]) -> Result<Self, NoAuthorities> {
        let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem)
            .collect::<Result<_, _>>()
            .map_err(|error| NoAuthorities(format!("the CA file is no PEM file ({error:?})")))?;
        if certificates.is_empty() {
            return Err(NoAuthorities("the CA file holds no certificate".to_owned()));
        }
        Ok(Self(certificates.into()))
    }

    /// These and others.
    #[must_use]
    pub fn and(&self, others: &Self) -> Self {
        Self(self.0.iter().chain(&*others.0).cloned().collect())
    }

    /// Their certificates, without the system's.
    #[must_use]
    pub fn certificates(&self) -> &[CertificateDer<'static>] {
        &self.0
    }

    /// Judges servers by the system's authorities and these.
    pub fn verifier(&self, provider: Arc<CryptoProvider>) -> Result<Verifier, NoAuthorities> {
        let own = self.0.iter().cloned();
        Ok(Verifier::new_with_extra_roots(own, provider)?)
    }

    /// TLS 1.2 or 1.3 to servers that the system's authorities or these vouch for, with no certificate of our own.
    pub fn configuration(&self) -> Result<ClientConfig, NoAuthorities> {
        let provider = Arc::new(ring::default_provider());
        let verifier = self.verifier(Arc::clone(&provider))?;
        Ok(ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth())
    }
}

#[cfg(test)]
#[path = "trust_tests.rs"]
mod tests;
