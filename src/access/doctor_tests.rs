//! With a real Dovecot where it has something to say, and with servers that are out of order where no Dovecot is.

use std::fmt::Write as _;
use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entities::mail_servers::{AuthMethod, Preset};
use parts::Dovecot;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::{Diagnosis, Outcome, Presented, Subject, examine, steps};
use crate::access::{Closed, With};
use crate::cause::{Cause, Red};
use crate::imap::{self, Endpoint, Limits, Login, Protocol, Timed, Tls};
use crate::trust::Authorities;

const ADA: &str = "ada@example.com";
const PASSWORD: &str = "pass: word";

fn hasty() -> Limits {
    Limits {
        connect: Duration::from_secs(5),
        greeting: Duration::from_millis(500),
        command: Duration::from_secs(5),
        ..Limits::default()
    }
}

fn now() -> DateTime<Utc> {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn subject(port: u16, tls: Tls, ca_pem: Option<&str>) -> Subject {
    Subject {
        endpoint: Endpoint {
            protocol: Protocol::Imap,
            host: "localhost".to_owned(),
            port,
            tls,
            verify_certificate: true,
            ca_pem: ca_pem.map(|pem| pem.as_bytes().to_vec()),
            authorities: Authorities::default(),
        },
        preset: Preset::Generic,
        auth: Some(AuthMethod::Password),
        address: Some(ADA.to_owned()),
        is_saved: true,
    }
}

fn presented(password: &str) -> Ready<Result<Presented, Closed>> {
    ready(Ok(Presented {
        login: Login::Password {
            user: ADA.to_owned(),
            password: password.into(),
        },
        with: With::Password,
        sentence: "A password is stored here, encrypted.".to_owned(),
        warning: None,
    }))
}

fn nobody() -> Option<Ready<Result<Presented, Closed>>> {
    None
}

/// What a person sees, without what differs from run to run.
fn told(name: &str, diagnosis: &Diagnosis, port: u16) -> String {
    let mut text = format!("== {name}\n");
    for step in &diagnosis.steps {
        let (outcome, name, sentence) = (step.outcome.as_str(), &step.name, &step.sentence);
        writeln!(text, "{outcome:7} {name}: {sentence}").unwrap();
    }
    let Diagnosis { well, todo, .. } = diagnosis;
    writeln!(text, "well {well}\ntodo {todo}").unwrap();
    text.replace(&port.to_string(), "PORT")
}

fn port_of(dovecot: &Dovecot, tls: Tls) -> u16 {
    match tls {
        Tls::Implicit => dovecot.imaps_port(),
        Tls::StartTls | Tls::None => dovecot.imap_port(),
    }
}

async fn of_dovecot(
    dovecot: &Dovecot,
    tls: Tls,
    port: u16,
    present: Option<Ready<Result<Presented, Closed>>>,
) -> Diagnosis {
    let subject = subject(port, tls, Some(dovecot.certificate_authority()));
    examine(&subject, &hasty(), now(), present).await
}

#[tokio::test]
async fn a_dovecot_that_is_well_and_one_that_is_not_what_it_was_taken_for() {
    let dovecot = Dovecot::builder().user(ADA, PASSWORD).start();
    dovecot.deliver(ADA, "INBOX", "Subject: one\r\n\r\nHello\r\n");
    let mut text = String::new();
    for (name, tls, port_for, present) in [
        (
            "well, TLS",
            Tls::Implicit,
            Tls::Implicit,
            Some(presented(PASSWORD)),
        ),
        (
            "well, STARTTLS",
            Tls::StartTls,
            Tls::StartTls,
            Some(presented(PASSWORD)),
        ),
        (
            "well, not encrypted",
            Tls::None,
            Tls::None,
            Some(presented(PASSWORD)),
        ),
        (
            "wrong password",
            Tls::Implicit,
            Tls::Implicit,
            Some(presented("wrong")),
        ),
        (
            "no credential",
            Tls::Implicit,
            Tls::Implicit,
            Some(ready(Err(Closed::Red(Red::of(
                Cause::NeverAuthorized,
                "The mailbox has no credential.",
            ))))),
        ),
        (
            "nothing to open yet",
            Tls::Implicit,
            Tls::Implicit,
            nobody(),
        ),
        (
            "STARTTLS on the port for TLS",
            Tls::StartTls,
            Tls::Implicit,
            nobody(),
        ),
        (
            "TLS on the port for STARTTLS",
            Tls::Implicit,
            Tls::StartTls,
            nobody(),
        ),
        (
            "nothing on the port for TLS",
            Tls::None,
            Tls::Implicit,
            nobody(),
        ),
    ] {
        let port = port_of(&dovecot, port_for);
        let diagnosis = of_dovecot(&dovecot, tls, port, present).await;
        text += &told(name, &diagnosis, port);
    }
    insta::assert_snapshot!(text);
}

/// Shows a certificate and greets.
async fn serve(name: &str, until: i32) -> (u16, String) {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    (params.not_before, params.not_after) =
        (date_time_ymd(2020, 1, 1), date_time_ymd(until, 12, 1));
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, &authority).unwrap();
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
                let mut stream = acceptor.accept(stream).await?;
                stream
                    .write_all(b"* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2 LOGINDISABLED] ready\r\n")
                    .await?;
                stream.flush().await?;
                tokio::time::sleep(Duration::from_mins(1)).await;
                std::io::Result::Ok(())
            });
        }
    });
    (port, authority.pem())
}

#[tokio::test]
async fn a_certificate_that_is_not_to_be_trusted_and_one_that_soon_is_not() {
    let mut text = String::new();
    for (name, certified, until, auth) in [
        ("expired", "localhost", 2021, None),
        ("for another name", "mail.elsewhere.example", 2090, None),
        ("soon to expire", "localhost", 2090, None),
        (
            "a way to sign in that is not offered",
            "localhost",
            2090,
            Some(AuthMethod::Password),
        ),
    ] {
        let (port, pem) = serve(certified, until).await;
        let subject = Subject {
            auth,
            ..subject(port, Tls::Implicit, Some(&pem))
        };
        // 2090-12-01 less nine days.
        let now = match name {
            "soon to expire" => "2090-11-22T00:00:00Z".parse().unwrap(),
            _ => now(),
        };
        let diagnosis = examine(&subject, &hasty(), now, nobody()).await;
        text += &told(name, &diagnosis, port);
    }
    let (port, _) = serve("localhost", 2090).await;
    for (name, verify_certificate) in [("of nobody we know", true), ("not checked", false)] {
        let mut subject = subject(port, Tls::Implicit, None);
        (subject.endpoint.verify_certificate, subject.auth) = (verify_certificate, None);
        let diagnosis = examine(&subject, &hasty(), now(), nobody()).await;
        text += &told(name, &diagnosis, port);
    }
    insta::assert_snapshot!(text);
}

/// Nothing listens on what this returns.
async fn closed_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().port()
}

#[tokio::test]
async fn a_port_where_nobody_is_and_a_host_that_is_none() {
    let port = closed_port().await;
    let mut text = String::new();
    for host in [
        "localhost",
        "127.0.0.1",
        "mail.nowhere.invalid",
        "",
        "a b.example",
    ] {
        let mut subject = subject(port, Tls::Implicit, None);
        host.clone_into(&mut subject.endpoint.host);
        let diagnosis = examine(&subject, &hasty(), now(), Some(presented(PASSWORD))).await;
        assert!(!diagnosis.well, "{host}");
        text += &told(host, &diagnosis, port);
    }
    // A machine without a name service says so instead.
    let text = text.replace(
        "The name \"mail.nowhere.invalid\" could not be looked up just now.",
        "There is no host \"mail.nowhere.invalid\".",
    );
    let text = text.replace(
        "It will be tried again; if it stays, check this machine's name service.",
        "Check the host name of the mail server for typing errors.",
    );
    insta::assert_snapshot!(text);
}

#[tokio::test]
async fn each_address_is_tried_and_one_that_is_dead_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            drop(
                stream
                    .write_all(b"* OK [CAPABILITY IMAP4rev1 IDLE] ready\r\n")
                    .await,
            );
        }
    });
    // On the IPv6 side of the same port nobody listens.
    let addresses = [
        IpAddr::from(Ipv6Addr::LOCALHOST),
        Ipv4Addr::LOCALHOST.into(),
    ]
    .map(|ip| SocketAddr::new(ip, port));
    let subject = subject(port, Tls::None, None);
    let found = Timed {
        took: Duration::ZERO,
        outcome: Ok(addresses.to_vec()),
    };
    let visit = imap::Visit::at(found, &subject.endpoint, &hasty()).await;
    let visit = visit.map_door(steps::Door::Imap);
    let diagnosis = steps::after_visit(&subject, visit, now(), nobody()).await;
    assert!(diagnosis.well);
    let outcomes: Vec<_> = diagnosis
        .steps
        .iter()
        .map(|step| (step.name.as_str(), step.outcome))
        .collect();
    assert_eq!(
        &outcomes[..3],
        [
            ("DNS", Outcome::Ok),
            ("TCP ::1", Outcome::Warning),
            ("TCP 127.0.0.1", Outcome::Ok)
        ]
    );
    assert!(diagnosis.todo.contains("::1"), "{}", diagnosis.todo);
}

#[test]
fn a_step_is_told_in_milliseconds() {
    let step = super::Step {
        name: "DNS".to_owned(),
        outcome: Outcome::Ok,
        took: TimeDelta::microseconds(12_700).to_std().unwrap(),
        sentence: "It is there.".to_owned(),
    };
    assert_eq!(
        serde_json::to_value(step).unwrap(),
        serde_json::json!({"name": "DNS", "outcome": "ok", "ms": 12, "sentence": "It is there."})
    );
}
