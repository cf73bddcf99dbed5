//! TLS on both sides of the proxy.

use std::io;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::{TlsAcceptor, TlsConnector, TlsStream};

use crate::certificates::Certificates;

/// What both handshakes need.
pub(super) struct Secrets {
    acceptor: TlsAcceptor,
    connector: TlsConnector,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets")
    }
}

/// One side of a conversation.
pub(super) enum Side {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Secrets {
    pub(super) fn of(certificates: &Certificates) -> Self {
        Self::make(certificates)
            .unwrap_or_else(|e| panic!("The fault proxy can't use Dovecot's certificate: {e}"))
    }

    fn make(certificates: &Certificates) -> Result<Self, Box<dyn std::error::Error>> {
        let provider = Arc::new(ring::default_provider());
        let certificate = CertificateDer::from_pem_slice(certificates.server.as_bytes())?;
        let key = PrivateKeyDer::from_pem_slice(certificates.key.as_bytes())?;
        let server = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)?;
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(
            certificates.authority.as_bytes(),
        )?)?;
        let client = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            acceptor: TlsAcceptor::from(Arc::new(server)),
            connector: TlsConnector::from(Arc::new(client)),
        })
    }

    /// TLS with the program, which speaks first.
    pub(super) async fn accept(&self, program: Side) -> io::Result<Side> {
        let Side::Plain(stream) = program else {
            return Err(io::Error::other("TLS within TLS"));
        };
        let stream = self.acceptor.accept(stream).await?;
        Ok(Side::Tls(Box::new(stream.into())))
    }

    /// TLS with Dovecot.
    pub(super) async fn connect(&self, server: Side) -> io::Result<Side> {
        let Side::Plain(stream) = server else {
            return Err(io::Error::other("TLS within TLS"));
        };
        let name = ServerName::try_from("localhost").map_err(io::Error::other)?;
        let stream = self.connector.connect(name, stream).await?;
        Ok(Side::Tls(Box::new(stream.into())))
    }
}

impl Side {
    /// The connection below TLS.
    fn tcp(&mut self) -> &mut TcpStream {
        match self {
            Self::Plain(stream) => stream,
            Self::Tls(stream) => stream.get_mut().0,
        }
    }

    /// What came; nothing at its end.
    pub(super) async fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(space).await,
            Self::Tls(stream) => stream.read(space).await,
        }
    }

    /// Sends all of it at once.
    pub(super) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.write_all(bytes).await,
            Self::Tls(stream) => {
                stream.write_all(bytes).await?;
                stream.flush().await
            }
        }
    }

    /// Ends what it is told (FIN) without a goodbye of TLS; it can still be heard.
    pub(super) async fn end_sending(&mut self) -> io::Result<()> {
        self.tcp().shutdown().await
    }

    /// Closes it with a reset.
    pub(super) fn reset(mut self) -> io::Result<()> {
        self.tcp().set_zero_linger()
    }

    /// Hears it to its end, whatever it says.
    pub(super) async fn drain(&mut self) {
        let mut space = [0; 4096];
        while matches!(self.read(&mut space).await, Ok(1..)) {}
    }
}
