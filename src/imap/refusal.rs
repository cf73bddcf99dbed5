//! A tagged NO or BAD and what it means, by response code (RFC 5530) and by the words that providers use instead.

use super::error::ImapError;
use super::said::Said;

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

impl From<Failure> for ImapError {
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
    pub(crate) fn in_general(self) -> ImapError {
        by_words(&self.said)
            .or_else(|| by_code(&self.said))
            .unwrap_or_else(|| ImapError::ServerSaid {
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
    pub(crate) fn at_sign_in(self, token_status: Option<String>) -> ImapError {
        if let Some(error) = by_words_at_sign_in(&self.said) {
            return error;
        }
        let words = self.said.words.clone();
        if matches!(self.said.code.as_deref(), Some("SERVERBUG" | "CORRUPTION")) {
            return ImapError::Unavailable { words };
        }
        let status = self.status;
        match self.in_general() {
            ImapError::ServerSaid { .. } if status == Status::No || token_status.is_some() => {
                ImapError::CredentialRefused {
                    words,
                    status: token_status,
                }
            }
            ImapError::CredentialRefused { .. } => ImapError::CredentialRefused {
                words,
                status: token_status,
            },
            error => error,
        }
    }

    /// What it means for opening a folder.
    pub(crate) fn at_folder(self, name: &str) -> ImapError {
        let (name, words, status) = (name.to_owned(), self.said.words.clone(), self.status);
        match self.said.code.as_deref() {
            Some("NOPERM") => return ImapError::FolderForbidden { name, words },
            Some("NONEXISTENT" | "TRYCREATE" | "CANNOT") => {
                return ImapError::NoSuchFolder { name, words };
            }
            _ => {}
        }
        match self.in_general() {
            ImapError::ServerSaid { code: None, .. } if status == Status::No => {
                ImapError::NoSuchFolder { name, words }
            }
            error => error,
        }
    }
}

/// What a goodbye means. Exchange and Gmail say it to a session that outlives its token.
pub(crate) fn goodbye(said: Said) -> ImapError {
    if ["accesstokenexpired", "session expired"]
        .iter()
        .any(|phrase| said.mentions(phrase))
    {
        return ImapError::SessionExpired { words: said.words };
    }
    by_words(&said).unwrap_or(ImapError::Closed {
        words: Some(said.words).filter(|words| !words.is_empty()),
    })
}

fn by_code(said: &Said) -> Option<ImapError> {
    let words = said.words.clone();
    Some(match said.code.as_deref()? {
        "AUTHENTICATIONFAILED" => ImapError::CredentialRefused {
            words,
            status: None,
        },
        "AUTHORIZATIONFAILED" => ImapError::LoginForbidden { words },
        "EXPIRED" => ImapError::CredentialExpired { words },
        "CONTACTADMIN" => ImapError::AdministratorMustAct { words },
        "PRIVACYREQUIRED" => ImapError::EncryptionRequired,
        "UNAVAILABLE" | "INUSE" => ImapError::Unavailable { words },
        "LIMIT" | "THROTTLED" => ImapError::Throttled {
            wait: said.suggested_wait(),
            words,
        },
        "OVERQUOTA" => ImapError::OverQuota { words },
        _ => return None,
    })
}

/// Words first: `[UNAVAILABLE]` and `[ALERT]` are used for many things.
fn by_words(said: &Said) -> Option<ImapError> {
    let words = said.words.clone();
    let any = |phrases: &[&str]| phrases.iter().any(|phrase| said.mentions(phrase));
    Some(
        if any(&[
            "too many simultaneous connections",
            "maximum number of connections",
            "too many connections",
        ]) {
            ImapError::TooManyConnections { words }
        } else if any(&["throttled", "rate limit", "backoff time"]) {
            ImapError::Throttled {
                wait: said.suggested_wait(),
                words,
            }
        } else if any(&["exceeded command or bandwidth limits"]) {
            ImapError::OverQuota { words }
        } else if any(&["server unavailable", "temporary authentication failure"]) {
            ImapError::Unavailable { words }
        } else if any(&["authenticated but not connected"]) {
            ImapError::NotConnected { words }
        } else {
            return None;
        },
    )
}

fn by_words_at_sign_in(said: &Said) -> Option<ImapError> {
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
            ImapError::TooManyAttempts { words }
        } else if any(&[
            "not enabled for imap",
            "imap access is disabled",
            "imap is disabled",
            "yet to enable imap",
            "imap access disabled",
        ]) {
            ImapError::ImapDisabled { words }
        } else if any(&["basic authentication is disabled"]) {
            ImapError::PasswordsOff { words }
        } else if said.code.as_deref() == Some("WEBALERT")
            || any(&[
                "application-specific password",
                "app password",
                "web login required",
                "via your web browser",
            ])
        {
            ImapError::OwnerMustAct { words }
        } else {
            return None;
        },
    )
}

#[cfg(test)]
#[path = "refusal_tests.rs"]
mod tests;
