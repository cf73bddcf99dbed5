//! What can go wrong between us and a mail server, told apart by who must act.
//!
//! Each error is a sentence that stands alone; what to do about it is in `remedy`. Words of the server are kept, mail
//! and secrets never are.

use std::time::Duration;

use super::endpoint::Protocol;
use super::fault::{CertificateFault, Speaks, Step};
use super::violation::Violation;

/// A server that asks us to slow down and does not say how much is left alone for so long.
const SLOWER: Duration = Duration::from_mins(5);
/// Exchange says that a user is not connected after too many sessions too, and takes it back within minutes.
const RECONNECT: Duration = Duration::from_mins(5);
/// An allowance that is used up is looked at again after this; providers give a new one within a day.
const NEW_ALLOWANCE: Duration = Duration::from_hours(1);

/// Why a mailbox could not be opened or read, over IMAP or POP3.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// The host is no name, or a login name or password holds what the protocol can't carry.
    #[error("The setting is not usable: {what}.")]
    BadSetting {
        /// What is wrong with which setting.
        what: String,
    },
    /// The host's name could not be looked up.
    #[error("{}", if *temporary { format!("The name \"{host}\" could not be looked up just now.") } else { format!("There is no host \"{host}\".") })]
    Dns {
        /// The name.
        host: String,
        /// Whether the name service was out of order, rather than the name unknown.
        temporary: bool,
    },
    /// Nothing listens there.
    #[error("The host {host} refused the connection: nothing listens on port {port}.")]
    Refused {
        /// Host.
        host: String,
        /// Port.
        port: u16,
        /// What was to be spoken there.
        protocol: Protocol,
    },
    /// The network did not get there.
    #[error("The host {host} could not be reached on port {port}: {why}.")]
    Unreachable {
        /// Host.
        host: String,
        /// Port.
        port: u16,
        /// The system's words.
        why: String,
    },
    /// The server kept us waiting.
    #[error("{step} took longer than {} s.", after.as_secs_f32())]
    Timeout {
        /// What took so long.
        step: Step,
        /// The limit.
        after: Duration,
    },
    /// The port speaks something else.
    #[error("Port {port} of {host} speaks {}.", speaks.instead_of(*protocol))]
    WrongPort {
        /// Host.
        host: String,
        /// Port.
        port: u16,
        /// What was to be spoken there.
        protocol: Protocol,
        /// What it speaks instead.
        speaks: Speaks,
    },
    /// TLS could not be agreed on.
    #[error("No TLS connection with {host}: {why}.")]
    TlsFailed {
        /// Host.
        host: String,
        /// What happened.
        why: String,
    },
    /// The server's certificate is not to be trusted.
    #[error("The certificate of {host} is not accepted: {fault}.")]
    Certificate {
        /// Host.
        host: String,
        /// What is wrong with it.
        fault: CertificateFault,
    },
    /// There is nothing to judge certificates by.
    #[error("Certificates can't be checked: {why}.")]
    NoAuthorities {
        /// What is missing.
        why: String,
    },
    /// STARTTLS was asked for and is not offered.
    #[error("The server {host} does not offer STARTTLS.")]
    StartTlsMissing {
        /// Host.
        host: String,
        /// What is spoken there.
        protocol: Protocol,
    },
    /// Somebody said something between STARTTLS and TLS, or signed us in before it.
    #[error("The connection to {host} was tampered with before encryption began: {what}.")]
    StartTlsTampered {
        /// Host.
        host: String,
        /// What is spoken there.
        protocol: Protocol,
        /// What was out of place.
        what: String,
    },
    /// The server closed the connection.
    #[error("{}", match words { Some(words) => format!("The server closed the connection: \"{words}\"."), None => "The server closed the connection.".to_owned() })]
    Closed {
        /// Its words, if it said goodbye.
        words: Option<String>,
    },
    /// The server ended the session because the sign-in that began it ran out.
    #[error("The server ended the session, whose sign-in ran out: \"{words}\".")]
    SessionExpired {
        /// The server's words.
        words: String,
    },
    /// The server broke the rules of what it speaks.
    #[error("The server does not keep to {protocol}: {what}.")]
    Protocol {
        /// What it should speak.
        protocol: Protocol,
        /// How; never mail.
        what: String,
    },
    /// The server sent what could only harm us, and was cut off.
    #[error("The server was cut off: {what}.")]
    Hostile {
        /// What it sent.
        what: Violation,
    },
    /// Name, password or token is wrong.
    #[error("The server refused the {}: \"{words}\".", if status.is_some() { "access token" } else { "login" })]
    CredentialRefused {
        /// The server's words.
        words: String,
        /// The status in the answer to a token (RFC 7628 §3.2.2), such as `401` or `invalid_token`.
        status: Option<String>,
    },
    /// The password has run out.
    #[error("The password has expired: \"{words}\".")]
    CredentialExpired {
        /// The server's words.
        words: String,
    },
    /// The login is right and may not use this mailbox.
    #[error("The login is not allowed to use this mailbox: \"{words}\".")]
    LoginForbidden {
        /// The server's words.
        words: String,
    },
    /// Exchange took the sign-in and opens nothing: the login may not use this mailbox, or has had too many sessions.
    #[error("The server took the sign-in and does not open the mailbox: \"{words}\".")]
    NotConnected {
        /// The server's words.
        words: String,
    },
    /// The provider takes no passwords any more.
    #[error("The server takes no passwords: \"{words}\".")]
    PasswordsOff {
        /// The server's words.
        words: String,
    },
    /// The provider wants the person, or another kind of password.
    #[error("The provider wants the mailbox's owner to act first: \"{words}\".")]
    OwnerMustAct {
        /// The server's words.
        words: String,
    },
    /// IMAP is switched off for the account.
    #[error("IMAP is switched off for this account: \"{words}\".")]
    ImapDisabled {
        /// The server's words.
        words: String,
    },
    /// POP3 is switched off for the account.
    #[error("POP3 is switched off for this account: \"{words}\".")]
    Pop3Disabled {
        /// The server's words.
        words: String,
    },
    /// The provider's administrator must act.
    #[error("The account can't be used until its administrator acts: \"{words}\".")]
    AdministratorMustAct {
        /// The server's words.
        words: String,
    },
    /// Too many wrong logins: the provider shut the door for a while.
    #[error("The server has had too many wrong logins: \"{words}\".")]
    TooManyAttempts {
        /// The server's words.
        words: String,
    },
    /// The server takes no login on an unencrypted connection.
    #[error("The server takes no login without encryption.")]
    EncryptionRequired,
    /// The server does not take this kind of login.
    #[error("The server does not take {wanted}; it offers {offered}.")]
    NoMechanism {
        /// What we wanted to use.
        wanted: String,
        /// What it offers.
        offered: String,
    },
    /// Too many connections at once.
    #[error("The server allows no more connections for this account: \"{words}\".")]
    TooManyConnections {
        /// The server's words.
        words: String,
    },
    /// We are too fast.
    #[error("The server asks us to slow down: \"{words}\".")]
    Throttled {
        /// How long to stay away, if it said so.
        wait: Option<Duration>,
        /// The server's words.
        words: String,
    },
    /// The account's daily amount is used up.
    #[error("The account's allowance is used up: \"{words}\".")]
    OverQuota {
        /// The server's words.
        words: String,
    },
    /// The server is out of order for a while.
    #[error("The server is not available just now: \"{words}\".")]
    Unavailable {
        /// The server's words.
        words: String,
    },
    /// There is no such folder.
    #[error("There is no folder \"{name}\": \"{words}\".{}", did_you_mean(near))]
    NoSuchFolder {
        /// The folder as it was asked for.
        name: String,
        /// The server's words.
        words: String,
        /// Folders that may be meant, at most a few.
        near: Vec<String>,
    },
    /// The folder is there and may not be read.
    #[error("The folder \"{name}\" may not be read: \"{words}\".")]
    FolderForbidden {
        /// The folder as it was asked for.
        name: String,
        /// The server's words.
        words: String,
    },
    /// The folder's UIDs have no validity, so that no message in it can be told from another tomorrow.
    #[error("The server gives no UIDVALIDITY for the folder \"{name}\".")]
    NoUidValidity {
        /// The folder as it was asked for.
        name: String,
    },
    /// The messages of a POP3 server have no lasting names, so that none of them can be told from another tomorrow.
    #[error("The server gives no lasting names to messages (UIDL): \"{words}\".")]
    NoUidl {
        /// The server's words.
        words: String,
    },
    /// Any other NO, BAD or -ERR.
    #[error("The server answered {command} with {status}: \"{words}\".")]
    ServerSaid {
        /// The command, without its arguments.
        command: String,
        /// `NO`, `BAD` or `-ERR`.
        status: String,
        /// The response code, upper case (RFC 5530, RFC 2449 §8).
        code: Option<String>,
        /// The server's words.
        words: String,
    },
    /// Our own code came to grief over what the server sent.
    #[error("Reading the server's answer failed inside this program.")]
    Crashed,
}

impl ServerError {
    /// It broke the rules of IMAP.
    pub(crate) fn protocol(what: impl Into<String>) -> Self {
        Self::broke(Protocol::Imap, what)
    }

    /// It broke the rules of `protocol`.
    pub(crate) fn broke(protocol: Protocol, what: impl Into<String>) -> Self {
        Self::Protocol {
            protocol,
            what: what.into(),
        }
    }

    /// Whether name, password, token or the account itself must change before another try makes sense.
    #[must_use]
    pub fn is_credential(&self) -> bool {
        matches!(
            self,
            Self::CredentialRefused { .. }
                | Self::CredentialExpired { .. }
                | Self::LoginForbidden { .. }
                | Self::PasswordsOff { .. }
                | Self::OwnerMustAct { .. }
                | Self::ImapDisabled { .. }
                | Self::Pop3Disabled { .. }
                | Self::AdministratorMustAct { .. }
                | Self::TooManyAttempts { .. }
        )
    }

    /// Whether the same try may well succeed later without anybody doing anything.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Dns {
                temporary: true,
                ..
            } | Self::Refused { .. }
                | Self::Unreachable { .. }
                | Self::Timeout { .. }
                | Self::TlsFailed { .. }
                | Self::Closed { .. }
                | Self::SessionExpired { .. }
                | Self::NotConnected { .. }
                | Self::TooManyConnections { .. }
                | Self::Throttled { .. }
                | Self::OverQuota { .. }
                | Self::Unavailable { .. }
                | Self::Protocol { .. }
                | Self::ServerSaid { .. }
                | Self::Crashed
        )
    }

    /// How long the server asked us to stay away, in so many words.
    #[must_use]
    pub fn said_wait(&self) -> Option<Duration> {
        match self {
            Self::Throttled { wait, .. } => *wait,
            _ => None,
        }
    }

    /// How long to stay away: what the server asked for, or what it has to be given.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Throttled { wait, .. } => Some(wait.unwrap_or(SLOWER)),
            Self::NotConnected { .. } => Some(RECONNECT),
            Self::OverQuota { .. } => Some(NEW_ALLOWANCE),
            _ => None,
        }
    }
}

/// ` Did you mean "INBOX.Orders"?`, or nothing.
fn did_you_mean(near: &[String]) -> String {
    if near.is_empty() {
        return String::new();
    }
    let near: Vec<String> = near.iter().map(|name| format!("\"{name}\"")).collect();
    format!(" Did you mean {}?", near.join(" or "))
}
