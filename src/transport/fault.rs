//! The details of an error: what was waited for, what a port speaks, what is wrong with a certificate.

use std::fmt;

use chrono::NaiveDate;

use super::endpoint::Protocol;

/// What a server was waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Looking up the host's name.
    Resolve,
    /// Opening the connection.
    Connect,
    /// Agreeing on TLS.
    Handshake,
    /// The server's first line.
    Greeting,
    /// The answer to a command.
    Command(&'static str),
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Resolve => write!(f, "Looking up the host's name"),
            Self::Connect => write!(f, "Opening the connection"),
            Self::Handshake => write!(f, "The TLS handshake"),
            Self::Greeting => write!(f, "The server's first line"),
            Self::Command(command) => write!(f, "The answer to {command}"),
        }
    }
}

/// What a port speaks that should have spoken something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaks {
    /// TLS, where plain text was expected.
    Tls,
    /// Plain text, where TLS was expected.
    PlainText,
    /// Mail submission.
    Smtp,
    /// The web.
    Http,
    /// IMAP.
    Imap,
    /// POP3.
    Pop3,
    /// Something else.
    Unknown,
}

impl Speaks {
    /// In words, where `wanted` was expected.
    pub(crate) fn instead_of(self, wanted: Protocol) -> String {
        match self {
            Self::Tls => format!("TLS at once, not plain {wanted}"),
            Self::PlainText => "without TLS".to_owned(),
            Self::Smtp => format!("SMTP, not {wanted}"),
            Self::Http => format!("HTTP, not {wanted}"),
            Self::Imap => format!("IMAP, not {wanted}"),
            Self::Pop3 => format!("POP3, not {wanted}"),
            Self::Unknown => format!("something that is not {wanted}"),
        }
    }
}

/// What is wrong with a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CertificateFault {
    /// It ran out.
    Expired {
        /// The last day on which it was good, where that is known.
        on: Option<NaiveDate>,
    },
    /// It is not valid yet (or this machine's clock is wrong).
    NotYetValid,
    /// Nobody we trust signed it.
    UnknownAuthority,
    /// It is for other names.
    WrongName {
        /// The names it is for.
        names: Vec<String>,
    },
    /// It was revoked.
    Revoked,
    /// Anything else.
    Other(String),
}

impl fmt::Display for CertificateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expired { on: Some(day) } => write!(f, "it expired on {day}"),
            Self::Expired { on: None } => write!(f, "it has expired"),
            Self::NotYetValid => write!(f, "it is not valid yet"),
            Self::UnknownAuthority => write!(f, "no trusted authority signed it"),
            Self::WrongName { names } if names.is_empty() => write!(f, "it is for another name"),
            Self::WrongName { names } => write!(f, "it is for {}", names.join(", ")),
            Self::Revoked => write!(f, "it was revoked"),
            Self::Other(what) => write!(f, "{what}"),
        }
    }
}
