//! What to do about a step that failed, and what the light would say of it.

use entities::mail_servers::{self, AuthMethod};

use super::Subject;
use crate::access::{Closed, Judged, Knock, With, judge};
use crate::cause::{Cause, Red};
use crate::transport::{Protocol, ServerError};

/// The one thing to do.
#[derive(Debug)]
pub(super) struct Cure {
    pub(super) todo: String,
    /// Why the light would be red; nothing where it would stay as it is.
    pub(super) cause: Option<Cause>,
}

impl From<Red> for Cure {
    fn from(red: Red) -> Self {
        Self {
            todo: red.remedy,
            cause: Some(red.cause),
        }
    }
}

impl From<String> for Cure {
    fn from(todo: String) -> Self {
        Self { todo, cause: None }
    }
}

impl From<&str> for Cure {
    fn from(todo: &str) -> Self {
        todo.to_owned().into()
    }
}

/// For an error of a server that was shown nothing yet.
pub(super) fn cure(subject: &Subject, error: &ServerError) -> Cure {
    let with = match subject.auth {
        Some(AuthMethod::Xoauth2 | AuthMethod::Oauthbearer) => With::Token,
        Some(AuthMethod::Password) | None => With::Password,
    };
    cure_with(subject, with, error)
}

/// For an error of a server that was shown a credential.
pub(super) fn cure_with(subject: &Subject, with: With, error: &ServerError) -> Cure {
    let knock = Knock {
        protocol: match subject.endpoint.protocol {
            Protocol::Imap => mail_servers::Protocol::Imap,
            Protocol::Pop3 => mail_servers::Protocol::Pop3,
        },
        preset: subject.preset,
        with,
    };
    match judge(error, knock) {
        Judged::Red(red) => named(subject, red).into(),
        Judged::Suspect(red) => named(subject, red).remedy.into(),
        Judged::Health => error.remedy().into(),
    }
}

fn named(subject: &Subject, red: Red) -> Red {
    match &subject.address {
        Some(address) => red.for_mailbox(address),
        None => red,
    }
}

/// Why there is nothing to show, and what to do about it.
pub(super) fn without_credential(subject: &Subject, closed: Closed) -> (String, Cure) {
    match closed {
        Closed::Red(red) | Closed::Suspected { red, .. } => {
            let red = named(subject, red);
            (red.words.clone(), red.into())
        }
        Closed::Health { error } => (error.to_string(), error.remedy().into()),
        Closed::Provider { words, .. } => (
            words,
            "The authorization server or the way to it is out of order: try again later; if it stays, check this machine's network and the addresses in the mail server's `oauth` section.".into(),
        ),
        braked @ Closed::Braked { .. } => (
            braked.to_string(),
            "See to the red lights on this server first, then wait until it is no longer left alone.".into(),
        ),
        away @ Closed::OutOfReach { .. } => (
            away.to_string(),
            "Check the host, the port and this machine's network.".into(),
        ),
        other @ (Closed::CaFile(_) | Closed::Store(_)) => (
            other.to_string(),
            "Mend that and run the doctor again.".into(),
        ),
    }
}
