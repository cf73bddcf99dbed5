//! What a browser brings back from the provider besides a code: a refusal (RFC 6749 §4.1.2.1), and the name of the server
//! that sent it (RFC 9207).

use super::client::Client;
use super::error::OAuthError;
use super::issuer;
use super::signals::{Signal, Stage, judge};
use crate::cause::{Cause, provider_words};

/// What a refusal in the callback means. Everything here came through a browser: it is told, never trusted.
#[must_use]
pub fn refused_at_authorization(
    client: &Client,
    error: &str,
    description: &str,
    subcode: Option<&str>,
) -> OAuthError {
    judge(&Signal {
        provider: client.provider,
        stage: Stage::Authorize,
        error,
        description,
        codes: &[],
        suberror: subcode,
        status: 0,
        retry_after: None,
    })
}

/// Whether the callback comes from this client's server and not from another that a code was to be carried to.
///
/// # Errors
/// [`OAuthError::Red`] when it names another one, or none although it promised to.
pub fn check_issuer(client: &Client, iss: Option<&str>) -> Result<(), OAuthError> {
    let expected = client.endpoints.issuer.as_deref();
    let wrong = |words: String| Err(OAuthError::red(Cause::RequestRefused, words));
    match (iss, expected) {
        (None, _) if client.endpoints.sends_iss => wrong(
            "The answer does not say which authorization server it comes from, although this one always says so."
                .to_owned(),
        ),
        (Some(iss), Some(expected)) if !issuer::fits(client, expected, iss, None) => {
            wrong(format!(
                "The answer comes from another authorization server: \"{}\" instead of \"{expected}\".",
                provider_words(iss)
            ))
        }
        (Some(_), None) if client.endpoints.sends_iss => wrong(
            "The answer can't be checked: the mail server's record does not name the issuer.".to_owned(),
        ),
        _ => Ok(()),
    }
}

#[cfg(test)]
#[path = "callback_tests.rs"]
mod tests;
