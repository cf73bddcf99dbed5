//! Gives a token back (RFC 7009). At Google this ends everything that the account granted to the same app.

use http::HeaderMap;
use secrecy::{ExposeSecret as _, SecretString};

use super::answer::{Said, read};
use super::client::Client;
use super::error::OAuthError;
use super::signals::Stage;
use super::wire::Http;
use crate::cause::Cause;

/// Gives a refresh token back; one that is void already counts as given back.
///
/// Not by the `oauth2` crate, which takes `https` only and so can't ask a server on this machine.
///
/// # Errors
/// [`OAuthError::Red`] where the provider has no address for it: look at [`super::Endpoints::revocation`] first.
pub async fn revoke(http: &Http, client: &Client, token: &SecretString) -> Result<(), OAuthError> {
    let Some(url) = &client.endpoints.revocation else {
        return Err(OAuthError::red(
            Cause::RequestRefused,
            "The provider has no address where permissions are given back.",
        ));
    };
    let form = client.form(&[
        ("token", token.expose_secret()),
        ("token_type_hint", "refresh_token"),
    ]);
    let answer = http.post(url, HeaderMap::new(), form).await?;
    match read(&answer) {
        Ok(Said::Refused(refusal)) if refusal.error == "invalid_token" => Ok(()),
        Ok(Said::Refused(refusal)) => Err(refusal.judged(client.provider, Stage::Revocation)),
        Ok(Said::Granted(_)) => Ok(()),
        // The answer is its status alone (RFC 7009 §2.2).
        Err(_) if (200..300).contains(&answer.status) => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
#[path = "revoke_tests.rs"]
mod tests;
