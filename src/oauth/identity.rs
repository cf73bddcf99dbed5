//! Whose tokens these are: the identity token, checked as OpenID Connect Core §3.1.3.7 wants it, with what Microsoft and
//! Google write otherwise.
//!
//! What comes out is what the provider says of the account. Addresses in it are hints to compare with, no proof: an
//! administrator anywhere may set them; what proves a mailbox is opening it.

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

mod claims;
mod distrust;
mod jwk;
mod keys;
mod signed;
#[cfg(test)]
mod signer;

pub use keys::Keys;

use claims::Claims;
use distrust::Distrust;
use signed::Signed;

use super::client::{Client, Provider};
use super::error::OAuthError;
use super::issuer::{fits, is_guid, takes_tenant};
use super::wire::Http;
use crate::cause::{Cause, provider_words};

/// How far the provider's clock and ours may be apart.
const LEEWAY: TimeDelta = TimeDelta::minutes(5);

/// Who signed in, as the provider says. Issuer and subject name the account for ever; the rest may change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The provider that says so.
    pub issuer: String,
    /// The account at that provider; at Microsoft it is another for each app.
    pub subject: String,
    /// Microsoft's tenant of the account.
    pub tenant: Option<String>,
    /// Microsoft's ID of the account in its tenant, the same for every app.
    pub object_id: Option<String>,
    /// Addresses that the account is known by, in lower case: its e-mail, its user name where that is an address.
    pub addresses: Vec<String>,
    /// Its e-mail, in lower case, unless the provider says that nobody verified it. Not kept with what is stored.
    #[serde(skip)]
    pub email: Option<String>,
}

/// Checks an identity token: its signature, who made it, for whom, when, and in answer to what. `nonce` is that of the
/// sign-in; there is none where tokens were refreshed or a device signed in.
///
/// # Errors
/// [`OAuthError::Red`] when it is not to be trusted, [`OAuthError::Transient`] when the provider's keys can't be had.
pub async fn identity(
    http: &Http,
    keys: &Keys,
    client: &Client,
    id_token: &SecretString,
    nonce: Option<&SecretString>,
    now: DateTime<Utc>,
) -> Result<Identity, OAuthError> {
    let token = Signed::read(id_token.expose_secret())?;
    let url = client.endpoints.jwks.as_ref().ok_or(Distrust::NoKeys)?;
    let key = keys.key(http, url, &token, now).await?;
    key.verify(&token)?;
    let claims = token.claims()?;
    check_issuer(client, &claims, key.issuer())?;
    check_audience(client, &claims)?;
    check_time(&claims, now)?;
    if let Some(nonce) = nonce {
        check_nonce(&claims, nonce)?;
    }
    Ok(claims.identity())
}

/// The signature's key may be one tenant's only; Microsoft says so beside it.
fn check_issuer(
    client: &Client,
    claims: &Claims,
    key_issuer: Option<&str>,
) -> Result<(), OAuthError> {
    let expected = client.endpoints.issuer.as_deref();
    let expected = expected.ok_or(Distrust::NoIssuer)?;
    let tenant = match client.provider {
        Provider::Microsoft => Some(
            claims
                .tenant()
                .filter(|id| is_guid(id))
                .ok_or_else(|| Distrust::Issuer(provider_words(claims.issuer())))?,
        ),
        _ => None,
    };
    let named = claims.issuer();
    let fits = |expected| fits(client, expected, named, tenant);
    if !fits(expected) || key_issuer.is_some_and(|expected| !fits(expected)) {
        return Err(Distrust::Issuer(provider_words(named)).into());
    }
    match tenant {
        Some(tenant) if !takes_tenant(client, tenant) => Err(OAuthError::red(
            Cause::TenantWrong,
            format!("Somebody of another tenant signed in ({tenant})."),
        )),
        _ => Ok(()),
    }
}

fn check_audience(client: &Client, claims: &Claims) -> Result<(), Distrust> {
    let us = client.client_id.as_str();
    let audience = claims.audience();
    let party = claims.authorized_party();
    let for_us = audience.contains(&us)
        && (audience.len() == 1 || party.is_some())
        && party.is_none_or(|party| party == us);
    if for_us {
        Ok(())
    } else {
        Err(Distrust::Audience)
    }
}

fn check_time(claims: &Claims, now: DateTime<Utc>) -> Result<(), Distrust> {
    let now = now.timestamp();
    let leeway = LEEWAY.num_seconds();
    let expires = claims.expires().ok_or(Distrust::Malformed("its end"))?;
    let issued = claims.issued().ok_or(Distrust::Malformed("its time"))?;
    if expires.saturating_add(leeway) <= now {
        return Err(Distrust::Expired);
    }
    if issued.saturating_sub(leeway) > now
        || claims
            .not_before()
            .is_some_and(|from| from.saturating_sub(leeway) > now)
    {
        return Err(Distrust::FromTheFuture);
    }
    Ok(())
}

fn check_nonce(claims: &Claims, nonce: &SecretString) -> Result<(), Distrust> {
    let said = claims.nonce().unwrap_or_default().as_bytes();
    if bool::from(said.ct_eq(nonce.expose_secret().as_bytes())) {
        Ok(())
    } else {
        Err(Distrust::Nonce)
    }
}

#[cfg(test)]
#[path = "identity_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "identity/provider_tests.rs"]
mod provider_tests;
