//! A certificate authority of the test's own and a certificate of its for this machine's loopback names.

use rcgen::{
    BasicConstraints, CertificateParams, DnType, Error, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose,
};

/// The names a server here may be reached by.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "127.0.0.2"];

/// All in PEM.
#[derive(Debug, Clone)]
pub struct Certificates {
    /// What a client has to trust.
    pub authority: String,
    /// What the server shows.
    pub server: String,
    /// The server's private key.
    pub key: String,
}

impl Certificates {
    /// A new authority and a new certificate.
    ///
    /// # Panics
    /// When no key can be made.
    #[must_use]
    pub fn new() -> Self {
        Self::make().unwrap_or_else(|e| panic!("Can't make certificates for the test: {e}"))
    }

    fn make() -> Result<Self, Error> {
        let mut params = CertificateParams::new(Vec::default())?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params
            .distinguished_name
            .push(DnType::CommonName, "Mailroom's tests");
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate()?;
        let authority = params.self_signed(&key)?.pem();
        let issuer = Issuer::new(params, key);

        let mut params = CertificateParams::new(NAMES.map(String::from).to_vec())?;
        params
            .distinguished_name
            .push(DnType::CommonName, "localhost");
        params.use_authority_key_identifier_extension = true;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let key = KeyPair::generate()?;
        let server = params.signed_by(&key, &issuer)?.pem();
        Ok(Self {
            authority,
            server,
            key: key.serialize_pem(),
        })
    }
}

impl Default for Certificates {
    fn default() -> Self {
        Self::new()
    }
}
