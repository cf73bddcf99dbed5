use std::fmt::Write as _;
use std::time::Duration;

use crate::imap::{CertificateFault, ImapError, Speaks, Step, Violation};

#[expect(clippy::too_many_lines, reason = "a table")]
#[test]
fn every_trouble_on_the_way_is_a_sentence_and_has_a_cure() {
    let host = || "mail.example.com".to_owned();
    let after = Duration::from_secs(30);
    let mut errors = vec![
        ImapError::BadSetting {
            what: "the mail server's host is empty".to_owned(),
        },
        ImapError::Dns {
            host: host(),
            temporary: false,
        },
        ImapError::Dns {
            host: host(),
            temporary: true,
        },
        ImapError::Refused {
            host: host(),
            port: 993,
        },
        ImapError::Unreachable {
            host: host(),
            port: 993,
            why: "network unreachable".to_owned(),
        },
        ImapError::TlsFailed {
            host: host(),
            why: "the server said HandshakeFailure".to_owned(),
        },
        ImapError::NoAuthorities {
            why: "No CA certificates were loaded from the system".to_owned(),
        },
        ImapError::StartTlsMissing { host: host() },
        ImapError::StartTlsTampered {
            host: host(),
            what: "it was signed in before it was encrypted".to_owned(),
        },
        ImapError::Closed { words: None },
        ImapError::Protocol {
            what: "it answered a command that was not sent".to_owned(),
        },
        ImapError::EncryptionRequired,
        ImapError::NoMechanism {
            wanted: "XOAUTH2".to_owned(),
            offered: "PLAIN".to_owned(),
        },
        ImapError::NoUidValidity {
            name: "INBOX".to_owned(),
        },
        ImapError::Crashed,
    ];
    errors.extend(
        [
            Step::Resolve,
            Step::Connect,
            Step::Handshake,
            Step::Greeting,
            Step::Command("UID FETCH"),
        ]
        .map(|step| ImapError::Timeout { step, after }),
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
        .map(|speaks| ImapError::WrongPort {
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
        .map(|fault| ImapError::Certificate {
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
            Violation::LongAnswer { limit: 128 << 20 },
            Violation::StrayLiteral,
            Violation::Unfinished,
            Violation::LineEnd,
        ]
        .map(|what| ImapError::Hostile { what }),
    );
    let mut out = String::new();
    for error in errors {
        writeln!(out, "{error}\n  {}\n", error.remedy()).unwrap_or_default();
    }
    insta::assert_snapshot!(out);
}
