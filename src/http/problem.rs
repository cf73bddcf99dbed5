//! What a request came to when it came to nothing: a status, what happened, and what to do, in plain words.
//!
//! The one place where errors become answers. It travels in the response's extensions, so that pages show it as a page
//! and the API as JSON.

use std::borrow::Cow;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::store::StoreError;

/// Why there is no better answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Of the answer.
    pub status: StatusCode,
    /// What happened: a few words.
    pub title: Cow<'static, str>,
    /// What it means and what to do: a sentence or two.
    pub what_to_do: Cow<'static, str>,
}

impl Problem {
    /// A problem in words of the caller's.
    #[must_use]
    pub fn new(
        status: StatusCode,
        title: impl Into<Cow<'static, str>>,
        what_to_do: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            status,
            title: title.into(),
            what_to_do: what_to_do.into(),
        }
    }

    /// Nothing here, or nothing that this person may see: both look alike.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "There is nothing here",
            "The address is wrong, or what it named is gone or not open to you. Go back to the list of mailboxes.",
        )
    }

    /// Nobody is signed in, or no longer.
    #[must_use]
    pub fn signed_out() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "You are not signed in",
            "Sign in with a one-time link: whoever runs Mailroom makes one with `mailroom sign-in-link`.",
        )
    }

    /// Only admins may.
    #[must_use]
    pub fn admins_only() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "Only an admin may do this",
            "Ask an admin of Mailroom to do it, or to make you one.",
        )
    }

    /// The form was not one of ours, or belongs to a session that has ended.
    #[must_use]
    pub fn forged() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "This form is no longer valid",
            "Nothing was changed. Go back, load the page again and press the button once more.",
        )
    }

    /// We are not called by this name.
    #[must_use]
    pub fn wrong_host(ours: &str) -> Self {
        Self::new(
            StatusCode::MISDIRECTED_REQUEST,
            "Mailroom has another address",
            format!(
                "Open {ours} instead. If that is this page, the proxy before Mailroom has to pass the Host header on, or `public_url` has to be set to the address that people type."
            ),
        )
    }

    /// A fault of ours; the log has more.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something went wrong in Mailroom",
            "Try again. If it happens again, the log has more under the number of this request.",
        )
    }

    /// What a bare status means; nothing where it needs no words.
    #[must_use]
    pub fn of_status(status: StatusCode) -> Option<Self> {
        let (title, what_to_do) = match status {
            StatusCode::NOT_FOUND => return Some(Self::not_found()),
            StatusCode::UNAUTHORIZED => return Some(Self::signed_out()),
            StatusCode::METHOD_NOT_ALLOWED => (
                "This page can't do that",
                "Go back and use the buttons of the page.",
            ),
            StatusCode::PAYLOAD_TOO_LARGE => (
                "That was too much at once",
                "Nothing was changed. Send less.",
            ),
            StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT => (
                "This took too long",
                "Load the page again to see what became of it.",
            ),
            status if status.is_client_error() => (
                "The request could not be read",
                "Nothing was changed. Go back, load the page again and try once more.",
            ),
            status if status.is_server_error() => {
                return Some(Self {
                    status,
                    ..Self::internal()
                });
            }
            _ => return None,
        };
        Some(Self::new(status, title, what_to_do))
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        if error.is_transient() {
            tracing::warn!(%error, "A request found the database away");
            return Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "The database does not answer",
                "Nothing was changed. Try again in a minute.",
            );
        }
        tracing::error!(%error, "A request failed in the database");
        Self::internal()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let text = format!("{}. {}\n", self.title, self.what_to_do);
        let mut response = (self.status, text).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            // RFC 9110 §11.6.1 wants a challenge; browsers ask nobody for a scheme that they don't know.
            response.headers_mut().insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("MailroomLink"),
            );
        }
        response.extensions_mut().insert(self);
        response
    }
}
