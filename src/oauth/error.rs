//! The three ways in which asking an authorization server can fail: a person must act, somebody changed their mind, or
//! it may go better later.

use std::time::Duration;

use super::wire::HttpError;
use crate::cause::{Cause, Red};

/// Why an authorization server gave us nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OAuthError {
    /// A person must act; asking again changes nothing.
    #[error("{}", .0.words)]
    Red(Red),
    /// Whoever was to sign in declined, or the attempt is over; the light stays as it was.
    #[error("{words}")]
    Cancelled {
        /// What happened, as sentences.
        words: String,
    },
    /// The network, the provider's own trouble or its wish for less: the light stays as it was.
    #[error("{words}")]
    Transient {
        /// What happened, as sentences.
        words: String,
        /// How long to stay away, if the server said so; at most a day.
        retry_after: Option<Duration>,
        /// What became of the question.
        fate: Fate,
    },
}

impl OAuthError {
    pub(super) fn red(cause: Cause, words: impl Into<String>) -> Self {
        Self::Red(Red::of(cause, words))
    }

    pub(super) fn transient(words: impl Into<String>) -> Self {
        Self::Transient {
            words: words.into(),
            retry_after: None,
            fate: Fate::Declined,
        }
    }

    /// Whether the server may have done what was asked.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        matches!(
            self,
            Self::Transient {
                fate: Fate::Lost,
                ..
            }
        )
    }
}

/// What became of a question that may get its answer later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It never got to the server; why not may be this machine's matter.
    Unsent,
    /// The server did nothing and said so.
    Declined,
    /// The server may have done what was asked, and its answer did not arrive whole: a token that may be used once may
    /// be void now.
    Lost,
}

impl From<HttpError> for OAuthError {
    /// Only an address that may not be asked needs a person: it is one that somebody typed.
    fn from(error: HttpError) -> Self {
        match error {
            HttpError::NotAllowed { .. } => Self::red(Cause::RequestRefused, error.to_string()),
            other => Self::Transient {
                fate: other.fate(),
                words: other.to_string(),
                retry_after: None,
            },
        }
    }
}
