#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use parts::Certificates;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use url::Url;

use crate::oauth::script::answer;
use crate::oauth::wire::{Http, HttpError, Timeouts};
use crate::trust::Authorities;

/// Answers each connection once, over TLS.
async fn serve(certificates: &Certificates) -> Url {
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(certificates.server.as_bytes()).unwrap()],
            PrivateKeyDer::from_pem_slice(certificates.key.as_bytes()).unwrap(),
        )
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(mut stream) = acceptor.accept(stream).await {
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).await;
                let _ = stream.write_all(&answer(200, "", "{}")).await;
                let _ = stream.shutdown().await;
            }
        }
    });
    format!("https://localhost:{port}/keys").parse().unwrap()
}

#[tokio::test]
async fn a_companys_own_authority_is_trusted_when_it_is_given() {
    let certificates = Certificates::new();
    let url = serve(&certificates).await;
    let of = |certificates: &Certificates| {
        Authorities::from_pem(certificates.authority.as_bytes()).unwrap()
    };
    let own = of(&certificates);
    let http = Http::new(Timeouts::default(), &own).unwrap();
    assert_eq!(http.get(&url).await.unwrap().status, 200);
    for others in [Authorities::default(), of(&Certificates::new())] {
        let http = Http::new(Timeouts::default(), &others).unwrap();
        let refused = http.get(&url).await.unwrap_err();
        assert!(
            matches!(&refused, HttpError::Unreachable { why, .. } if why.contains("certificate")),
            "{refused}"
        );
    }
}
