//! Why an authorization can't begin or go on, and why nothing was granted in one that did.

use super::admitted::CallbackError;
use crate::access::{ClientError, Closed};
use crate::cause::Red;
use crate::oauth::OAuthError;
use crate::store::StoreError;

/// Why an authorization can't begin, or an answer is not taken. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum AuthorizeError {
    /// The callback address.
    #[error(transparent)]
    Callback(#[from] CallbackError),
    /// No authorization with this `state` was begun here.
    #[error("This sign-in was not begun here, or long ago. Begin it again on the mailbox's page.")]
    UnknownState,
    /// Its answer was taken already.
    #[error("This sign-in is finished already. If the light is not green, begin it again.")]
    StateUsed,
    /// Its answer came too late.
    #[error("This sign-in took longer than ten minutes. Begin it again.")]
    Expired,
    /// Somebody else began it.
    #[error("This sign-in was begun in another browser or by somebody else. Begin it again here.")]
    OtherSession,
    /// There is no such mailbox.
    #[error("There is no such mailbox.")]
    NoMailbox,
    /// The mail server has no OAuth client.
    #[error(
        "The mail server \"{server}\" has no OAuth client. Add `oauth:` to it in the set-up file, or give the mailbox a password."
    )]
    NoClient {
        /// Its name.
        server: String,
    },
    /// The program signs in for itself.
    #[error(
        "The mail server \"{server}\" lets the program sign in for itself; nobody else has to. `mailroom doctor` says what is missing."
    )]
    AppOnly {
        /// Its name.
        server: String,
    },
    /// No redirect URI is known.
    #[error(
        "The mail server \"{server}\" has no redirect URI yet. Set `service_key` in its `oauth:` and run `mailroom apply`."
    )]
    NoRedirectUri {
        /// Its name.
        server: String,
    },
    /// The record can't be used.
    #[error("{0}")]
    Client(#[from] ClientError),
    /// What was remembered can't be read.
    #[error("What was remembered of this sign-in can't be read: {0} Begin it again.")]
    Unreadable(String),
    /// The database.
    #[error("{0}")]
    Store(#[from] StoreError),
}

/// Why nothing was granted.
pub(in crate::access) enum Declined {
    Red(Red),
    Cancelled { words: String },
    Passing { words: String },
    Refused(AuthorizeError),
}

impl From<OAuthError> for Declined {
    fn from(error: OAuthError) -> Self {
        match error {
            OAuthError::Red(red) => Self::Red(red),
            OAuthError::Cancelled { words } => Self::Cancelled { words },
            OAuthError::Transient { words, .. } => Self::Passing { words },
        }
    }
}

impl From<Closed> for Declined {
    fn from(closed: Closed) -> Self {
        match closed {
            Closed::Red(red) => Self::Red(red),
            Closed::Store(error) => Self::Refused(error.into()),
            closed => Self::Passing {
                words: closed.to_string(),
            },
        }
    }
}

impl From<StoreError> for Declined {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}
