use std::fmt::Write as _;
use std::time::Duration;

use crate::transport::{CertificateFault, Protocol, ServerError, Speaks, Step, Violation};

#[expect(clippy::too_many_lines, reason = "a table")]
#[test]
fn every_trouble_on_the_way_is_a_sentence_and_has_a_cure() {
    let host = || "mail.example.com".to_owned();
    let after = Duration::from_secs(30);
    let mut errors = vec![
        ServerError::BadSetting {
            what: "the mail server's host is empty".to_owned(),
        },
        ServerError::Dns {
            host: host(),
            temporary: false,
        },
        ServerError::Dns {
            host: host(),
            temporary: true,
        },
        ServerError::Refused {
            protocol: Protocol::Imap,
            host: host(),
            port: 993,
        },
        ServerError::Unreachable {
            host: host(),
            port: 993,
            why: "network unreachable".to_owned(),
        },
        ServerError::TlsFailed {
            host: host(),
            why: "the server said HandshakeFailure".to_owned(),
        },
        ServerError::NoAuthorities {
            why: "No CA certificates were loaded from the system".to_owned(),
        },
        ServerError::StartTlsMissing {
            host: host(),
            protocol: Protocol::Imap,
        },
        ServerError::StartTlsTampered {
            protocol: Protocol::Imap,
            host: host(),
            what: "it was signed in before it was encrypted".to_owned(),
        },
        ServerError::Closed { words: None },
        ServerError::Protocol {
            protocol: Protocol::Imap,
            what: "it answered a command that was not sent".to_owned(),
        },
        ServerError::EncryptionRequired,
        ServerError::NoMechanism {
            wanted: "XOAUTH2".to_owned(),
            offered: "PLAIN".to_owned(),
        },
        ServerError::NoUidValidity {
            name: "INBOX".to_owned(),
        },
        ServerError::Crashed,
    ];
    errors.extend(
        [
            Step::Resolve,
            Step::Connect,
            Step::Handshake,
            Step::Greeting,
            Step::Command("UID FETCH"),
        ]
        .map(|step| ServerError::Timeout { step, after }),
    );
    errors.extend(
        [
            Speaks::Tls,
            Speaks::PlainText,
            Speaks::Smtp,
            Speaks::Http,
            Speaks::Pop3,
            Speaks::Unknown,
        ]
        .map(|speaks| ServerError::WrongPort {
            protocol: Protocol::Imap,
            host: host(),
            port: 143,
            speaks,
        }),
    );
    errors.extend(
        [
            CertificateFault::Expired { on: None },
            CertificateFault::NotYetValid,
            CertificateFault::UnknownAuthority,
            CertificateFault::WrongName {
                names: vec!["a.example.com".to_owned(), "b.example.com".to_owned()],
            },
            CertificateFault::Revoked,
            CertificateFault::Other("bad signature".to_owned()),
        ]
        .map(|fault| ServerError::Certificate {
            host: host(),
            fault,
        }),
    );
    errors.extend(
        [
            Violation::BigLiteral {
                announced: 50 << 20,
                limit: 32 << 20,
            },
            Violation::LongLine { limit: 65_536 },
            Violation::DeepNesting { limit: 64 },
            Violation::LongListing { limit: 1_000_000 },
            Violation::LongAnswer { limit: 128 << 20 },
            Violation::StrayLiteral,
            Violation::Unfinished,
            Violation::LineEnd,
        ]
        .map(|what| ServerError::Hostile { what }),
    );
    let mut out = String::new();
    for error in errors {
        writeln!(out, "{error}\n  {}\n", error.remedy()).unwrap_or_default();
    }
    insta::assert_snapshot!(out);
}

#[test]
fn what_is_said_of_pop3_names_its_ports() {
    let (host, protocol) = (|| "mail.example.com".to_owned(), Protocol::Pop3);
    let words = || "no".to_owned();
    let mut errors = vec![
        ServerError::Refused {
            host: host(),
            port: 995,
            protocol,
        },
        ServerError::StartTlsMissing {
            host: host(),
            protocol,
        },
        ServerError::StartTlsTampered {
            host: host(),
            protocol,
            what: "it was signed in before it was encrypted".to_owned(),
        },
        ServerError::Protocol {
            protocol,
            what: "its first line is no greeting".to_owned(),
        },
        ServerError::Pop3Disabled { words: words() },
        ServerError::NoUidl { words: words() },
    ];
    errors.extend(
        [
            Speaks::Tls,
            Speaks::PlainText,
            Speaks::Smtp,
            Speaks::Http,
            Speaks::Imap,
            Speaks::Unknown,
        ]
        .map(|speaks| ServerError::WrongPort {
            host: host(),
            port: 110,
            protocol,
            speaks,
        }),
    );
    let mut out = String::new();
    for error in errors {
        writeln!(out, "{error}\n  {}\n", error.remedy()).unwrap_or_default();
    }
    insta::assert_snapshot!(out);
}
