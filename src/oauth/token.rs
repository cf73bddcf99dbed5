//! Asks for tokens: with a code, with a refresh token, or in the app's own name (RFC 6749 §4.1.3, §6, §4.4.2).

use std::borrow::Cow;
use std::time::Duration;

use oauth2::basic::{
    BasicErrorResponse, BasicRequestTokenError, BasicRevocationErrorResponse,
    BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, EndpointNotSet, EndpointSet,
    ExtraTokenFields, PkceCodeVerifier, RedirectUrl, RefreshToken, Scope, StandardRevocableToken,
    StandardTokenResponse, TokenResponse as _, TokenUrl,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use url::Url;

use super::answer::Asking;
use super::client::Client;
use super::error::OAuthError;
use super::habits;
use super::signals::Stage;
use super::wire::Http;
use crate::cause::Cause;

/// What a provider gave.
#[derive(Debug, Clone)]
pub struct Granted {
    /// Opens the mailbox.
    pub access_token: SecretString,
    /// How long from now the access token lasts, if it was said.
    pub expires_in: Option<Duration>,
    /// Gets the next access token. None means: keep the one there is (Google gives none when refreshing).
    pub refresh_token: Option<SecretString>,
    /// How long from now the refresh token lasts, if it was said and it does not last for ever.
    pub refresh_expires_in: Option<Duration>,
    /// What was granted. None means: all that was asked for (RFC 6749 §5.1).
    pub scopes: Option<Vec<String>>,
    /// Says whose tokens these are; not checked yet.
    pub id_token: Option<SecretString>,
}

impl Granted {
    /// The mail scopes that were asked for and not granted: the owner may have unticked them.
    #[must_use]
    pub fn missing_scopes(&self, client: &Client) -> Vec<String> {
        let granted = self.scopes.as_deref();
        granted.map_or_else(Vec::new, |granted| missing_scopes(granted, client))
    }
}

/// The mail scopes that were asked for and are not among those that were granted.
#[must_use]
pub fn missing_scopes(granted: &[String], client: &Client) -> Vec<String> {
    let granted = |wanted: &&String| {
        granted
            .iter()
            .any(|scope| habits::same_scope(client.provider, scope, wanted))
    };
    let missing = client.mail_scopes.iter().filter(|wanted| !granted(wanted));
    missing.cloned().collect()
}

/// Exchanges the code of a callback.
pub async fn exchange(
    http: &Http,
    client: &Client,
    code: &SecretString,
    verifier: &SecretString,
    redirect_uri: &Url,
) -> Result<Granted, OAuthError> {
    let library = library(client);
    let code = AuthorizationCode::new(code.expose_secret().to_owned());
    let verifier = PkceCodeVerifier::new(verifier.expose_secret().to_owned());
    let mut request = library
        .exchange_code(code)
        .set_pkce_verifier(verifier)
        .set_redirect_uri(Cow::Owned(RedirectUrl::from_url(redirect_uri.clone())));
    let scopes = habits::scopes_at_exchange(client);
    if !scopes.is_empty() {
        request = request.add_extra_param("scope", scopes.join(" "));
    }
    let asking = Asking {
        http,
        client,
        stage: Stage::Code,
    };
    granted(&request.request_async(&asking).await.map_err(unanswered)?)
}

/// Asks for a new access token. The refresh token that comes with it, if any, replaces the old one.
pub async fn refresh(
    http: &Http,
    client: &Client,
    refresh_token: &SecretString,
) -> Result<Granted, OAuthError> {
    let library = library(client);
    let refresh_token = RefreshToken::new(refresh_token.expose_secret().to_owned());
    let request = library
        .exchange_refresh_token(&refresh_token)
        .add_scopes(scopes(habits::scopes_at_exchange(client)));
    let asking = Asking {
        http,
        client,
        stage: Stage::Token,
    };
    granted(&request.request_async(&asking).await.map_err(unanswered)?)
}

/// Asks for an access token in the app's own name (Microsoft's app-only access). There is no refresh token: it is asked
/// for again.
pub async fn app_token(http: &Http, client: &Client) -> Result<Granted, OAuthError> {
    let library = library(client);
    let request = library
        .exchange_client_credentials()
        .add_scopes(scopes(habits::app_scopes(client)));
    let asking = Asking {
        http,
        client,
        stage: Stage::Token,
    };
    granted(&request.request_async(&asking).await.map_err(unanswered)?)
}

/// What a token answer holds besides RFC 6749 §5.1.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Extra {
    #[serde(skip_serializing)]
    id_token: Option<SecretString>,
    refresh_token_expires_in: Option<u64>,
}

impl ExtraTokenFields for Extra {}

pub(super) type TokenAnswer = StandardTokenResponse<Extra, BasicTokenType>;

/// The `oauth2` crate's idea of a client.
pub(super) type Library = oauth2::Client<
    BasicErrorResponse,
    TokenAnswer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// Every provider takes the secret in the form (`client_secret_post`), some nowhere else.
pub(super) fn library(client: &Client) -> Library {
    let library = oauth2::Client::new(ClientId::new(client.client_id.clone()))
        .set_auth_type(AuthType::RequestBody)
        .set_auth_uri(AuthUrl::from_url(client.endpoints.authorization.clone()))
        .set_token_uri(TokenUrl::from_url(client.endpoints.token.clone()));
    match &client.client_secret {
        Some(secret) => {
            library.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()))
        }
        None => library,
    }
}

pub(super) fn scopes(names: Vec<String>) -> impl Iterator<Item = Scope> {
    names.into_iter().map(Scope::new)
}

pub(super) const UNREADABLE: &str = "The authorization server's answer lacks what was asked for.";

/// What became of a request: everything that is no good answer was judged on the way, so that what is left over is one
/// that lacks something. Its words may be tokens and are not told.
pub(super) fn unanswered(error: BasicRequestTokenError<OAuthError>) -> OAuthError {
    match error {
        BasicRequestTokenError::Request(error) => error,
        _ => OAuthError::transient(UNREADABLE),
    }
}

/// Takes what can be used from a good answer.
pub(super) fn granted(answer: &TokenAnswer) -> Result<Granted, OAuthError> {
    if *answer.token_type() != BasicTokenType::Bearer {
        return Err(OAuthError::red(
            Cause::RequestRefused,
            "The provider gave a kind of token that mail servers don't take: only bearer tokens are.",
        ));
    }
    if answer.access_token().secret().is_empty() {
        return Err(OAuthError::transient(
            "The authorization server gave an empty access token.",
        ));
    }
    let extra = answer.extra_fields();
    let lasting = extra
        .refresh_token_expires_in
        .filter(|seconds| *seconds > 0);
    Ok(Granted {
        access_token: answer.access_token().secret().clone().into(),
        expires_in: answer.expires_in(),
        refresh_token: answer
            .refresh_token()
            .map(|token| token.secret().clone())
            .filter(|token| !token.is_empty())
            .map(SecretString::from),
        refresh_expires_in: lasting.map(Duration::from_secs),
        scopes: answer
            .scopes()
            .map(|scopes| scopes.iter().map(|scope| scope.to_string()).collect()),
        id_token: extra
            .id_token
            .clone()
            .filter(|token| !token.expose_secret().is_empty()),
    })
}

#[cfg(test)]
#[path = "token_tests.rs"]
mod tests;
