//! What a caller says: where the server is, who signs in, and how long and how much we put up with.

use std::fmt;
use std::time::Duration;

use secrecy::SecretString;

use super::error::ServerError;
use crate::trust::Authorities;

/// What a mail server speaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// RFC 3501.
    #[default]
    Imap,
    /// RFC 1939.
    Pop3,
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Imap => "IMAP",
            Self::Pop3 => "POP3",
        })
    }
}

impl Protocol {
    /// The usual port for TLS from the first byte.
    #[must_use]
    pub fn port_for_tls(self) -> u16 {
        match self {
            Self::Imap => 993,
            Self::Pop3 => 995,
        }
    }

    /// The usual port for what begins without TLS.
    #[must_use]
    pub fn port_for_plain(self) -> u16 {
        match self {
            Self::Imap => 143,
            Self::Pop3 => 110,
        }
    }
}

/// How the connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tls {
    /// TLS from the first byte (port 993 or 995, RFC 8314).
    Implicit,
    /// Plain at first, TLS before anything secret is said (port 143 or 110, RFC 3501 §6.2.1, RFC 2595 §4).
    StartTls,
    /// Never encrypted: everyone on the way reads password and mail.
    None,
}

/// Where a mail server listens and what of it is trusted.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// What is spoken there.
    pub protocol: Protocol,
    /// Host name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How it is encrypted.
    pub tls: Tls,
    /// Whether the certificate must be good; without it anyone in between can read along.
    pub verify_certificate: bool,
    /// Certificates (PEM) that are trusted in place of the system's authorities: an authority of one's own, or the
    /// server's self-signed certificate itself.
    pub ca_pem: Option<Vec<u8>>,
    /// Authorities that are trusted beside the system's, where `ca_pem` does not take their place.
    pub authorities: Authorities,
}

impl Endpoint {
    /// The same with its host as name look-up and certificates want it.
    pub(crate) fn in_ascii(&self) -> Result<Self, ServerError> {
        let host = self.host.trim();
        let host = if host.is_ascii() {
            host.to_owned()
        } else {
            idna::domain_to_ascii(host).map_err(|_| ServerError::BadSetting {
                what: format!("\"{host}\" is no host name"),
            })?
        };
        Ok(Self {
            host,
            ..self.clone()
        })
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("protocol", &self.protocol)
            .field("host", &self.host)
            .field("port", &self.port)
            .field("tls", &self.tls)
            .field("verify_certificate", &self.verify_certificate)
            .field("own_ca", &self.ca_pem.is_some())
            .field("authorities", &self.authorities)
            .finish()
    }
}

/// Who signs in, and with what.
#[derive(Debug, Clone)]
pub enum Login {
    /// Name and password: SASL PLAIN (RFC 4616) where it is offered, else LOGIN, or USER and PASS.
    Password {
        /// Login name.
        user: String,
        /// Password.
        password: SecretString,
    },
    /// An OAuth access token the way Google and Microsoft take it (XOAUTH2).
    XOAuth2 {
        /// Login name, as a rule the mailbox's address.
        user: String,
        /// Access token.
        token: SecretString,
    },
    /// An OAuth access token by RFC 7628.
    OAuthBearer {
        /// Login name, as a rule the mailbox's address.
        user: String,
        /// Access token.
        token: SecretString,
    },
}

impl Login {
    /// The name to sign in with.
    #[must_use]
    pub fn user(&self) -> &str {
        match self {
            Self::Password { user, .. }
            | Self::XOAuth2 { user, .. }
            | Self::OAuthBearer { user, .. } => user,
        }
    }

    /// Some servers take an empty name for anybody's.
    pub(crate) fn must_name_somebody(&self) -> Result<(), ServerError> {
        if self.user().is_empty() {
            return Err(ServerError::BadSetting {
                what: "the login name is empty".to_owned(),
            });
        }
        Ok(())
    }
}

/// How long and how much a session puts up with before it is thrown away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Name look-up, TCP and TLS, each.
    pub connect: Duration,
    /// From the open connection to the server's first line.
    pub greeting: Duration,
    /// The longest silence inside a command; starts anew with every byte that comes.
    pub command: Duration,
    /// The longest a whole command may take, however busy the server looks.
    pub whole_command: Duration,
    /// The biggest literal, that is the biggest message fetched in one go, in bytes.
    pub max_literal: u64,
    /// The most bytes a server may send in answer to one command.
    pub max_answer: u64,
    /// The longest response without its literals, or line that is no part of a message, in bytes.
    pub max_line: usize,
    /// The most opening parentheses in one response.
    pub max_depth: usize,
    /// How a session waits for news; some providers want it shorter.
    pub waiting: Waiting,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            greeting: Duration::from_secs(30),
            command: Duration::from_mins(1),
            whole_command: Duration::from_mins(15),
            max_literal: 32 << 20,
            max_answer: 128 << 20,
            max_line: 64 << 10,
            max_depth: 64,
            waiting: Waiting::default(),
        }
    }
}

/// How a session waits for news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Waiting is begun anew after this: less than the server's patience, and that of every router on the way.
    pub renewal: Duration,
    /// The first time already after this: a server that tells changes of a folder by the second (Dovecot with Maildir)
    /// may not tell of what comes in the second of our look.
    pub settling: Duration,
    /// The answer to the end of waiting is waited for so long: a server that is there has nothing else to do.
    pub parting: Duration,
    /// Removals come in crowds: after the first so long passes before anybody is told.
    pub crowd: Duration,
}

impl Default for Waiting {
    fn default() -> Self {
        Self {
            renewal: Duration::from_mins(9),
            settling: Duration::from_millis(1_200),
            parting: Duration::from_secs(15),
            crowd: Duration::from_secs(5),
        }
    }
}
