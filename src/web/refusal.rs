//! `/authorization/{why}`: why an answer that came back from a provider was not taken. The address that carried the
//! answer has a code in it, so people are sent here, and no code stays in a history.

use axum::extract::Path;
use axum::http::StatusCode;

use crate::access::{AuthorizeError, CallbackError};
use crate::http::Problem;

/// An administrator's agreement is kept at the provider, whether its answer is taken here or not.
macro_rules! agreed {
    () => {
        "If you are an administrator who agreed to an admin-consent link, the provider has kept that: have the mailboxes that waited for it tried again."
    };
}

/// Why an answer was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    NoSuchKey,
    KeyInactive,
    AddressNotAllowed,
    SignedOut,
    OtherSession,
    Unknown,
    Used,
    Expired,
    Incomplete,
}

impl Refusal {
    pub(super) const ALL: [Self; 9] = [
        Self::NoSuchKey,
        Self::KeyInactive,
        Self::AddressNotAllowed,
        Self::SignedOut,
        Self::OtherSession,
        Self::Unknown,
        Self::Used,
        Self::Expired,
        Self::Incomplete,
    ];

    fn code(self) -> &'static str {
        match self {
            Self::NoSuchKey => "no-such-key",
            Self::KeyInactive => "key-inactive",
            Self::AddressNotAllowed => "address-not-allowed",
            Self::SignedOut => "signed-out",
            Self::OtherSession => "other-session",
            Self::Unknown => "unknown",
            Self::Used => "used",
            Self::Expired => "expired",
            Self::Incomplete => "incomplete",
        }
    }

    /// The refusal that an error is; what is no refusal comes back.
    pub(super) fn of(error: AuthorizeError) -> Result<Self, AuthorizeError> {
        match error {
            AuthorizeError::Callback(CallbackError::Store(error)) => {
                Err(AuthorizeError::Store(error))
            }
            AuthorizeError::Callback(CallbackError::Unknown) => Ok(Self::NoSuchKey),
            AuthorizeError::Callback(CallbackError::Inactive { .. }) => Ok(Self::KeyInactive),
            AuthorizeError::Callback(CallbackError::AddressNotAllowed { .. }) => {
                Ok(Self::AddressNotAllowed)
            }
            AuthorizeError::UnknownState => Ok(Self::Unknown),
            AuthorizeError::StateUsed => Ok(Self::Used),
            AuthorizeError::Expired => Ok(Self::Expired),
            AuthorizeError::OtherSession => Ok(Self::OtherSession),
            error => Err(error),
        }
    }

    /// Where its page is.
    pub(super) fn path(self) -> String {
        format!("/authorization/{}", self.code())
    }

    fn problem(self) -> Problem {
        let (status, title, what_to_do) = match self {
            Self::NoSuchKey => (
                StatusCode::NOT_FOUND,
                "This callback address does not exist",
                "Nothing was connected. An admin compares the redirect URI registered at the provider with the one on the mail server's page.",
            ),
            Self::KeyInactive => (
                StatusCode::FORBIDDEN,
                "This callback address is switched off",
                "Nothing was connected. An admin sets the service key to active in the set-up file; then press the button on the mailbox's page again.",
            ),
            Self::AddressNotAllowed => (
                StatusCode::FORBIDDEN,
                "Your network address may not use this callback",
                "Nothing was connected. Do it from the company's network, or have an admin add your address to `allowed_ips` of the service key.",
            ),
            Self::SignedOut => (
                StatusCode::UNAUTHORIZED,
                "You are not signed in to Mailroom here",
                concat!(
                    "Nothing was connected. ",
                    agreed!(),
                    " Otherwise sign in to Mailroom in this browser and press the button on the mailbox's page again."
                ),
            ),
            Self::OtherSession => (
                StatusCode::FORBIDDEN,
                "This sign-in was begun in another browser",
                concat!(
                    "Nothing was connected. ",
                    agreed!(),
                    " Otherwise begin and end it in the same browser, without signing out between: press the button on the mailbox's page again."
                ),
            ),
            Self::Unknown => (
                StatusCode::BAD_REQUEST,
                "Mailroom did not ask for this sign-in",
                "Nothing was connected. Press the button on the mailbox's page to begin one.",
            ),
            Self::Used => (
                StatusCode::CONFLICT,
                "This sign-in was already used",
                "Each works once; loading the page again or going back does no harm. The mailbox's page shows what came of it.",
            ),
            Self::Expired => (
                StatusCode::GONE,
                "This sign-in took longer than ten minutes",
                concat!(
                    "Nothing was connected. ",
                    agreed!(),
                    " Otherwise press the button on the mailbox's page again."
                ),
            ),
            Self::Incomplete => (
                StatusCode::BAD_REQUEST,
                "The provider's answer is incomplete",
                "Nothing was connected. Press the button on the mailbox's page again.",
            ),
        };
        Problem::new(status, title, what_to_do)
    }
}

/// Shows it.
pub(super) async fn show(Path(code): Path<String>) -> Problem {
    Refusal::ALL
        .into_iter()
        .find(|refusal| refusal.code() == code)
        .map_or_else(Problem::not_found, Refusal::problem)
}

impl From<AuthorizeError> for Problem {
    /// An authorization that can't begin.
    fn from(error: AuthorizeError) -> Self {
        match error {
            AuthorizeError::Store(error)
            | AuthorizeError::Callback(CallbackError::Store(error)) => error.into(),
            AuthorizeError::NoMailbox => Self::not_found(),
            error => Self::new(
                StatusCode::CONFLICT,
                "This can't be done now",
                error.to_string(),
            ),
        }
    }
}

#[cfg(test)]
#[path = "refusal_tests.rs"]
mod tests;
