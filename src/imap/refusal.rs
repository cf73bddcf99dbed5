//! A tagged NO or BAD and what it means, by response code (RFC 5530) and by the words that providers use instead.

use super::said::Said;
use crate::transport::ServerError;

/// NO or BAD.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    No,
    Bad,
}

/// A command that the server declined; the session goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) command: &'static str,
    pub(crate) status: Status,
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
    pub(crate) fn new(command: &'static str, status: Status, mut said: Said) -> Self {
        if said.words.is_empty() {
            "no reason given".clone_into(&mut said.words);
        }
        Self {
            command,
            status,
            said,
        }
    }

    /// What it means for any command.
    pub(crate) fn in_general(self) -> ServerError {
        by_words(&self.said)
            .or_else(|| by_code(&self.said))
            .unwrap_or_else(|| ServerError::ServerSaid {
                command: self.command.to_owned(),
                status: if self.status == Status::No {
                    "NO"
                } else {
                    "BAD"
                }
                .to_owned(),
                code: self.said.code,
                words: self.said.words,
            })
    }

    /// What it means for signing in: a NO without any better reason is about the credential (Exchange says no more
    /// than `NO AUTHENTICATE failed.`).
    pub(crate) fn at_sign_in(self, token_status: Option<String>) -> ServerError {
        if let Some(error) = by_words_at_sign_in(&self.said) {
            return error;
        }
        let words = self.said.words.clone();
        if matches!(self.said.code.as_deref(), Some("SERVERBUG" | "CORRUPTION")) {
            return ServerError::Unavailable { words };
        }
        let status = self.status;
        match self.in_general() {
            ServerError::ServerSaid { .. } if status == Status::No || token_status.is_some() => {
                ServerError::CredentialRefused {
                    words,
                    status: token_status,
                }
            }
            ServerError::CredentialRefused { .. } => ServerError::CredentialRefused {
                words,
                status: token_status,
            },
            error => error,
        }
    }

    /// What it means for opening a folder.
    pub(crate) fn at_folder(self, name: &str) -> ServerError {
        let (name, words, status) = (name.to_owned(), self.said.words.clone(), self.status);
        let near = Vec::new();
        match self.said.code.as_deref() {
            Some("NOPERM") => return ServerError::FolderForbidden { name, words },
            Some("NONEXISTENT" | "TRYCREATE" | "CANNOT") => {
                return ServerError::NoSuchFolder { name, words, near };
            }
            _ => {}
        }
        match self.in_general() {
            ServerError::ServerSaid { code: None, .. } if status == Status::No => {
                ServerError::NoSuchFolder { name, words, near }
            }
            error => error,
        }
    }
}

/// What a goodbye means. Exchange and Gmail say it to a session that outlives its token.
pub(crate) fn goodbye(said: Said) -> ServerError {
    if ["accesstokenexpired", "session expired"]
        .iter()
        .any(|phrase| said.mentions(phrase))
    {
        return ServerError::SessionExpired { words: said.words };
    }
    by_words(&said).unwrap_or(ServerError::Closed {
        words: Some(said.words).filter(|words| !words.is_empty()),
    })
}

fn by_code(said: &Said) -> Option<ServerError> {
    let words = said.words.clone();
    Some(match said.code.as_deref()? {
        "AUTHENTICATIONFAILED" => ServerError::CredentialRefused {
            words,
            status: None,
        },
        "AUTHORIZATIONFAILED" => ServerError::LoginForbidden { words },
        "EXPIRED" => ServerError::CredentialExpired { words },
        "CONTACTADMIN" => ServerError::AdministratorMustAct { words },
        "PRIVACYREQUIRED" => ServerError::EncryptionRequired,
        "UNAVAILABLE" | "INUSE" => ServerError::Unavailable { words },
        "LIMIT" | "THROTTLED" => ServerError::Throttled {
            wait: said.suggested_wait(),
            words,
        },
        "OVERQUOTA" => ServerError::OverQuota { words },
        _ => return None,
    })
}

/// Words first: `[UNAVAILABLE]` and `[ALERT]` are used for many things.
fn by_words(said: &Said) -> Option<ServerError> {
    let words = said.words.clone();
    let any = |phrases: &[&str]| phrases.iter().any(|phrase| said.mentions(phrase));
    Some(
        if any(&[
            "too many simultaneous connections",
            "maximum number of connections",
            "too many connections",
        ]) {
            ServerError::TooManyConnections { words }
        } else if any(&["throttled", "rate limit", "backoff time"]) {
            ServerError::Throttled {
                wait: said.suggested_wait(),
                words,
            }
        } else if any(&["exceeded command or bandwidth limits"]) {
            ServerError::OverQuota { words }
        } else if any(&["server unavailable", "temporary authentication failure"]) {
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
    let any = |phrases: &[&str]| phrases.iter().any(|phrase| said.mentions(phrase));
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
            "not enabled for imap",
            "imap access is disabled",
            "imap is disabled",
            "yet to enable imap",
            "imap access disabled",
        ]) {
            ServerError::ImapDisabled { words }
        } else if any(&["basic authentication is disabled"]) {
            ServerError::PasswordsOff { words }
        } else if said.code.as_deref() == Some("WEBALERT")
            || any(&[
                "application-specific password",
                "app password",
                "web login required",
                "via your web browser",
            ])
        {
            ServerError::OwnerMustAct { words }
        } else {
            return None;
        },
    )
}

#[cfg(test)]
#[path = "refusal_tests.rs"]
mod tests;
