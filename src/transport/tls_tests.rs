#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveDate;
use parts::Dovecot;
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair,
    date_time_ymd,
};
use rustls::client::ClientSessionStore as _;
use rustls::crypto::ring;
use rustls::pki_types::{PrivateKeyDer, ServerName};
use rustls::{NamedGroup, ServerConfig};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::imap::script::{limits, password};
use crate::imap::{
    CertificateFault, Endpoint, Limits, Protocol, ServerError, Speaks, Tls, Visit, open,
};
use crate::trust::Authorities;

struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        Self::called("Authority")
    }

    fn called(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    fn certify(&self, params: &CertificateParams) -> (Certificate, KeyPair) {
        let key = KeyPair::generate().unwrap();
        (params.signed_by(&key, &self.0).unwrap(), key)
    }

    fn pem(&self) -> Vec<u8> {
        self.0.pem().into_bytes()
    }
}

fn named(name: &str) -> CertificateParams {
    CertificateParams::new(vec![name.to_owned()]).unwrap()
}

/// Serves IMAP over TLS to whoever comes, and returns the port.
async fn serve((certificate, key): (Certificate, KeyPair), tls: Tls) -> u16 {
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut plain = BufReader::new(stream);
                if tls == Tls::StartTls {
                    plain
                        .write_all(b"* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] plain\r\n")
                        .await
                        .unwrap();
                    let mut line = String::new();
                    plain.read_line(&mut line).await.unwrap();
                    assert_eq!(line, "M1 STARTTLS\r\n");
                    plain.write_all(b"M1 OK begin\r\n").await.unwrap();
                }
                let Ok(stream) = acceptor.accept(plain.into_inner()).await else {
                    return;
                };
                let mut stream = BufReader::new(stream);
                if tls != Tls::StartTls {
                    stream.write_all(b"* OK ready\r\n").await.unwrap();
                }
                let mut line = String::new();
                while stream
                    .read_line(&mut line)
                    .await
                    .is_ok_and(|count| count > 0)
                {
                    let tag = line.split(' ').next().unwrap_or_default();
                    let answer = format!("* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n");
                    stream.write_all(answer.as_bytes()).await.unwrap();
                    stream.flush().await.unwrap();
                    line.clear();
                }
            });
        }
    });
    port
}

fn endpoint(port: u16, tls: Tls, ca_pem: Option<Vec<u8>>) -> Endpoint {
    Endpoint {
        protocol: Protocol::Imap,
        host: "localhost".to_owned(),
        port,
        tls,
        verify_certificate: true,
        ca_pem,
        authorities: Authorities::default(),
    }
}

async fn fault(endpoint: &Endpoint) -> CertificateFault {
    match open(endpoint, &password(), &limits()).await {
        Err(ServerError::Certificate { fault, .. }) => fault,
        other => CertificateFault::Other(format!("{other:?}")),
    }
}

#[tokio::test]
async fn an_authority_of_ones_own_is_trusted_with_either_kind_of_tls() {
    let authority = Authority::new();
    for tls in [Tls::Implicit, Tls::StartTls] {
        let port = serve(authority.certify(&named("localhost")), tls).await;
        let session = open(
            &endpoint(port, tls, Some(authority.pem())),
            &password(),
            &limits(),
        )
        .await
        .unwrap();
        session.logout().await;
    }
}

#[tokio::test]
async fn each_fault_of_a_certificate_is_named() {
    let authority = Authority::new();
    let good = serve(authority.certify(&named("localhost")), Tls::Implicit).await;
    let other = Some(Authority::called("Other").pem());
    assert_eq!(
        fault(&endpoint(good, Tls::Implicit, other)).await,
        CertificateFault::UnknownAuthority
    );
    let namesake = fault(&endpoint(good, Tls::Implicit, Some(Authority::new().pem()))).await;
    assert_eq!(
        namesake.to_string(),
        "its signature is not that of the authority it names"
    );

    let mut past = named("localhost");
    (past.not_before, past.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2021, 1, 1));
    let port = serve(authority.certify(&past), Tls::Implicit).await;
    assert_eq!(
        fault(&endpoint(port, Tls::Implicit, Some(authority.pem()))).await,
        CertificateFault::Expired {
            on: NaiveDate::from_ymd_opt(2021, 1, 1)
        }
    );

    let mut future = named("localhost");
    future.not_before = date_time_ymd(2090, 1, 1);
    let port = serve(authority.certify(&future), Tls::Implicit).await;
    assert_eq!(
        fault(&endpoint(port, Tls::Implicit, Some(authority.pem()))).await,
        CertificateFault::NotYetValid
    );

    let port = serve(authority.certify(&named("imap.example.com")), Tls::StartTls).await;
    assert_eq!(
        fault(&endpoint(port, Tls::StartTls, Some(authority.pem()))).await,
        CertificateFault::WrongName {
            names: vec!["imap.example.com".to_owned()]
        }
    );
}

#[tokio::test]
async fn the_servers_own_self_signed_certificate_can_be_trusted_by_itself() {
    for is_ca in [IsCa::NoCa, IsCa::Ca(BasicConstraints::Unconstrained)] {
        let mut params = named("localhost");
        params.is_ca = is_ca;
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let pem = certificate.pem().into_bytes();
        let port = serve((certificate, key), Tls::Implicit).await;
        open(
            &endpoint(port, Tls::Implicit, Some(pem.clone())),
            &password(),
            &limits(),
        )
        .await
        .unwrap();
        let by_address = Endpoint {
            host: "127.0.0.1".to_owned(),
            ..endpoint(port, Tls::Implicit, Some(pem))
        };
        assert!(
            matches!(fault(&by_address).await, CertificateFault::WrongName { .. }),
            "its name still counts"
        );
    }
}

#[tokio::test]
async fn without_the_check_any_certificate_does() {
    let port = serve(
        Authority::new().certify(&named("elsewhere.example")),
        Tls::Implicit,
    )
    .await;
    let trusting = Endpoint {
        verify_certificate: false,
        ..endpoint(port, Tls::Implicit, None)
    };
    open(&trusting, &password(), &limits()).await.unwrap();
}

#[tokio::test]
async fn a_ca_file_without_certificates_is_named() {
    for pem in [
        &b"no PEM"[..],
        b"",
        b"-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n",
    ] {
        let port = serve(Authority::new().certify(&named("localhost")), Tls::Implicit).await;
        let error = open(
            &endpoint(port, Tls::Implicit, Some(pem.to_vec())),
            &password(),
            &limits(),
        )
        .await
        .unwrap_err();
        assert!(
            matches!(error, ServerError::NoAuthorities { .. }),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn a_tls_server_on_a_plain_port_is_named() {
    let port = serve(Authority::new().certify(&named("localhost")), Tls::Implicit).await;
    let hasty = Limits {
        greeting: Duration::from_millis(30),
        ..limits()
    };
    for tls in [Tls::None, Tls::StartTls] {
        let error = open(&endpoint(port, tls, None), &password(), &hasty)
            .await
            .unwrap_err();
        assert_eq!(
            error,
            ServerError::WrongPort {
                protocol: Protocol::Imap,
                host: "localhost".to_owned(),
                port,
                speaks: Speaks::Tls
            }
        );
    }
}

#[tokio::test]
async fn authorities_of_the_settings_are_trusted_beside_the_systems_but_not_beside_the_servers_own()
{
    let (company, own) = (Authority::new(), Authority::called("Own"));
    let port = serve(company.certify(&named("localhost")), Tls::Implicit).await;
    let settings = Authorities::from_pem(&company.pem()).unwrap();
    let at = |ca_pem, authorities| Endpoint {
        authorities,
        ..endpoint(port, Tls::Implicit, ca_pem)
    };
    let good = at(None, settings.clone());
    open(&good, &password(), &limits()).await.unwrap();
    for refused in [
        at(None, Authorities::default()),
        at(Some(own.pem()), settings),
    ] {
        let error = open(&refused, &password(), &limits()).await.unwrap_err();
        let ServerError::Certificate { fault, .. } = error else {
            panic!("{error:?}");
        };
        assert_eq!(fault, CertificateFault::UnknownAuthority);
    }
}

#[tokio::test]
async fn sessions_with_a_server_are_taken_up_again() {
    let dovecot = Dovecot::builder().one_greeter().start();
    let at_dovecot = Endpoint {
        host: dovecot.host().to_owned(),
        ..endpoint(
            dovecot.imaps_port(),
            Tls::Implicit,
            Some(dovecot.certificate_authority().as_bytes().to_vec()),
        )
    };
    for resumed in [false, true, true] {
        let visit = Visit::to(&at_dovecot, &limits()).await;
        assert_eq!(visit.tls.unwrap().outcome.unwrap().resumed, resumed);
    }
}

#[test]
fn sessions_with_four_thousand_servers_are_kept() {
    let sessions = super::sessions();
    let name = |number: usize| ServerName::try_from(format!("imap{number}.example")).unwrap();
    for number in 0..4_096 {
        sessions.set_kx_hint(name(number), NamedGroup::X25519);
    }
    assert!((0..4_096).all(|number| sessions.kx_hint(&name(number)).is_some()));
}
