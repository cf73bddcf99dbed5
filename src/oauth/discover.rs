//! Where an authorization server listens, asked of itself (OpenID Connect Discovery §4, RFC 8414 §3).

use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::client::Endpoints;
use super::error::{Fate, OAuthError};
use super::issuer;
use super::wire::{Answer, Http, may_be_asked};
use crate::cause::{Cause, provider_words};

/// What a server says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovered {
    /// Where it listens.
    pub endpoints: Endpoints,
    /// What may be asked for, as far as it tells.
    pub scopes_supported: Vec<String>,
}

#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: Url,
    token_endpoint: Url,
    device_authorization_endpoint: Option<Url>,
    revocation_endpoint: Option<Url>,
    jwks_uri: Option<Url>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
    #[serde(default)]
    scopes_supported: Vec<String>,
}

/// Asks a server where it listens.
///
/// # Errors
/// [`OAuthError::Red`] when it says nothing of the kind, names another issuer or addresses that may not be asked;
/// [`OAuthError::Transient`] when it can't be asked just now.
pub async fn discover(http: &Http, issuer: &Url) -> Result<Discovered, OAuthError> {
    for url in places(issuer) {
        let answer = http.get(&url).await?;
        if answer.status == 429 || answer.status >= 500 {
            return Err(OAuthError::Transient {
                words: format!(
                    "The authorization server can't answer just now (status {}).",
                    answer.status
                ),
                retry_after: answer.retry_after,
                fate: Fate::Declined,
            });
        }
        if let Some(document) = document(&answer) {
            return read(&document, issuer);
        }
    }
    Err(refused(format!(
        "The server at {issuer} does not say where it listens; the addresses have to be given one by one."
    )))
}

/// OpenID's document lies below the issuer's path, OAuth's between host and path.
fn places(issuer: &Url) -> [Url; 2] {
    let path = issuer.path().trim_end_matches('/');
    [
        format!("{path}/.well-known/openid-configuration"),
        format!("/.well-known/oauth-authorization-server{path}"),
    ]
    .map(|path| {
        let mut url = issuer.clone();
        url.set_query(None);
        url.set_fragment(None);
        url.set_path(&path);
        url
    })
}

fn document(answer: &Answer) -> Option<Value> {
    let found = (answer.status == 200).then_some(&answer.body)?;
    serde_json::from_slice(found).ok().filter(Value::is_object)
}

fn read(document: &Value, issuer: &Url) -> Result<Discovered, OAuthError> {
    let document = Document::deserialize(document).map_err(|error| {
        refused(format!(
            "What the server at {issuer} says of itself can't be read: {}.",
            provider_words(&error.to_string())
        ))
    })?;
    if !is_named(issuer, &document.issuer) {
        return Err(refused(format!(
            "The server at {issuer} calls itself \"{}\".",
            provider_words(&document.issuer)
        )));
    }
    let endpoints = Endpoints {
        authorization: document.authorization_endpoint,
        token: document.token_endpoint,
        device: document.device_authorization_endpoint,
        revocation: document.revocation_endpoint,
        jwks: document.jwks_uri,
        issuer: Some(document.issuer),
        admin_consent: None,
        sends_iss: document.authorization_response_iss_parameter_supported,
    };
    let optional = [&endpoints.device, &endpoints.revocation, &endpoints.jwks];
    let all = [&endpoints.authorization, &endpoints.token];
    for url in all.into_iter().chain(optional.into_iter().flatten()) {
        may_be_asked(url)?;
    }
    Ok(Discovered {
        endpoints,
        scopes_supported: document.scopes_supported,
    })
}

/// Whether a server calls itself what it was asked as. Microsoft names a tenant's ID, or leaves a gap for it.
fn is_named(asked: &Url, named: &str) -> bool {
    let bare = |text: &str| text.trim_end_matches('/').to_owned();
    if bare(asked.as_str()) == bare(named) {
        return true;
    }
    issuer::is_microsoft(asked)
        && Url::parse(named).is_ok_and(|named| {
            named.scheme() == "https"
                && (named.host_str() == asked.host_str()
                    || named.host_str() == Some("login.partner.microsoftonline.cn"))
                && named.path().ends_with("/v2.0")
        })
}

fn refused(words: String) -> OAuthError {
    OAuthError::red(Cause::RequestRefused, words)
}

#[cfg(test)]
#[path = "discover_tests.rs"]
mod tests;
