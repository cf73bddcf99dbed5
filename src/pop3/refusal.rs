//! An `-ERR` and what it means, by response code (RFC 2449 §8, RFC 3206) and by the words that providers use instead.

use super::capabilities::Capabilities;
use super::said::Said;
use crate::transport::ServerError;

/// A command that the server declined; the session goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) command: &'static str,
    pub(crate) said: Said,
}

/// How a command failed.
pub(crate) type Failure = crate::transport::Failure<Refusal>;

impl From<Failure> for ServerError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => refusal.in_general(),
            Failure::Broken(error) => error,
        }
    }
}

impl Refusal {
    /// Servers need not give a reason.
    pub(crate) fn new(command: &'static str, mut said: Said) -> Self {
        if said.words.is_empty() {
            "no reason given".clone_into(&mut said.words);
        }
        Self { command, said }
    }

    /// What it means for any command.
    pub(crate) fn in_general(self) -> ServerError {
        by_words(&self.said)
            .or_else(|| by_code(&self.said))
            .unwrap_or_else(|| ServerError::ServerSaid {
                command: self.command.to_owned(),
                status: "-ERR".to_owned(),
                code: self.said.code,
                words: self.said.words,
            })
    }

    /// What it means for signing in. Without a code it is about the credential, unless the server promised to say so when
    /// it is (`AUTH-RESP-CODE`, RFC 3206 §6).
    pub(crate) fn at_sign_in(
        self,
        token_status: Option<String>,
        capabilities: &Capabilities,
    ) -> ServerError {
        let words = self.said.words.clone();
        if let Some(error) = by_words_at_sign_in(&self.said) {
            return error;
        }
        let silent = self.said.code.is_none() && capabilities.has("AUTH-RESP-CODE");
        match self.in_general() {
            ServerError::ServerSaid { .. } if silent && token_status.is_none() => {
                ServerError::Unavailable { words }
            }
            ServerError::ServerSaid { .. } | ServerError::CredentialRefused { .. } => {
                ServerError::CredentialRefused {
                    words,
                    status: token_status,
                }
            }
            ServerError::Throttled { wait: None, words } => ServerError::Throttled {
                wait: capabilities.login_delay,
                words,
            },
            error => error,
        }
    }
}

fn by_code(said: &Said) -> Option<ServerError> {
    let words = said.words.clone();
    Some(match said.code.as_deref()? {
        "AUTH" => ServerError::CredentialRefused {
            words,
            status: None,
        },
        "SYS/TEMP" => ServerError::Unavailable { words },
        "SYS/PERM" => ServerError::AdministratorMustAct { words },
        // Only one session may have a maildrop (RFC 1939 §4).
        "IN-USE" => ServerError::TooManyConnections { words },
        "LOGIN-DELAY" => ServerError::Throttled {
            wait: said.suggested_wait(),
            words,
        },
        _ => return None,
    })
}

/// Words first: `[AUTH]` and `[SYS/PERM]` are used for many things.
fn by_words(said: &Said) -> Option<ServerError> {
    let words = said.words.clone();
    let any = |phrases: &[&str]| said.mentions_any(phrases);
    Some(
        if any(&[
            "too many simultaneous connections",
            "maximum number of connections",
            "too many connections",
            "mailbox is locked",
            "maildrop already locked",
            "unable to lock maildrop",
            "mailbox in use",
        ]) {
            ServerError::TooManyConnections { words }
        } else if any(&[
            "throttled",
            "rate limit",
            "backoff time",
            "minimum time between",
            "login frequency",
        ]) {
            ServerError::Throttled {
                wait: said.suggested_wait(),
                words,
            }
        } else if any(&["exceeded command or bandwidth limits"]) {
            ServerError::OverQuota { words }
        } else if any(&[
            "server unavailable",
            "temporarily unavailable",
            "temporary authentication failure",
            "temporary system problem",
        ]) {
            ServerError::Unavailable { words }
        } else if any(&["authenticated but not connected"]) {
            ServerError::NotConnected { words }
        } else {
            return None;
        },
    )
}

fn by_words_at_sign_in(said: &Said) -> Option<ServerError> {
    let words = said.words.clone();
    let any = |phrases: &[&str]| said.mentions_any(phrases);
    Some(
        if any(&[
            "too many login failures",
            "too many bad",
            "too many failed",
            "too many invalid",
            "too many attempts",
        ]) {
            ServerError::TooManyAttempts { words }
        } else if any(&[
            "not enabled for pop",
            "pop access is disabled",
            "pop access disabled",
            "pop3 access is disabled",
            "pop3 is disabled",
            "yet to enable pop",
            "pop is disabled",
            "pop3 disabled",
        ]) {
            ServerError::Pop3Disabled { words }
        } else if any(&["basic authentication is disabled"]) {
            ServerError::PasswordsOff { words }
        } else if any(&[
            "plaintext authentication disallowed",
            "must issue a stls",
            "tls required",
            "encryption required",
        ]) {
            ServerError::EncryptionRequired
        } else if any(&[
            "application-specific password",
            "app password",
            "web login required",
            "via your web browser",
            "verify your account",
        ]) {
            ServerError::OwnerMustAct { words }
        } else {
            return None;
        },
    )
}

#[cfg(test)]
#[path = "refusal_tests.rs"]
mod tests;
