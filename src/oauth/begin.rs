//! Begins a sign-in: the URL that a browser is sent to, and what has to be remembered until it comes back (RFC 6749
//! §4.1.1, RFC 7636, OpenID Connect Core §3.1.2.1).

use std::borrow::Cow;
use std::fmt;

use oauth2::{CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl};
use rand::CryptoRng;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::client::Client;
use super::habits;
use super::token::{library, scopes};
use crate::secrets::random_secret;

/// What is wanted of a sign-in.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// The account that should sign in: its address, shown filled in.
    pub login_hint: Option<String>,
    /// Have the provider ask which account, whoever is signed in.
    pub choose_account: bool,
    /// There is no refresh token: have the provider give one, even if it asks for consent again.
    pub need_refresh_token: bool,
}

/// A sign-in that has begun. State, nonce and verifier are for one callback only.
pub struct Begun {
    /// Where the browser is sent.
    pub url: Url,
    /// Comes back with the callback: 256 random bits, base64url.
    pub state: SecretString,
    /// Comes back inside the identity token.
    pub nonce: SecretString,
    /// Goes with the code (RFC 7636 §4.1).
    pub verifier: SecretString,
}

impl fmt::Debug for Begun {
    /// State and nonce are part of the URL.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Begun")
            .field("host", &self.url.host_str())
            .finish_non_exhaustive()
    }
}

/// Begins a sign-in that will come back to `redirect_uri`.
pub fn begin(client: &Client, redirect_uri: &Url, wish: &Wish, rng: &mut impl CryptoRng) -> Begun {
    let [state, nonce, verifier] = [(); 3].map(|()| random_secret(rng));
    let verifier = PkceCodeVerifier::new(verifier.expose_secret().to_owned());
    let mut parameters = habits::sign_in(client, wish);
    parameters.push(("response_mode", "query".to_owned()));
    if client.asks_for_identity() {
        parameters.push(("nonce", nonce.expose_secret().to_owned()));
    }
    let library = library(client);
    let mut request = library
        .authorize_url(|| CsrfToken::new(state.expose_secret().to_owned()))
        .add_scopes(scopes(habits::scopes_at_sign_in(client)))
        .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
        .set_redirect_uri(Cow::Owned(RedirectUrl::from_url(redirect_uri.clone())));
    for (name, value) in parameters {
        // An admin may have typed it as part of the address, as some manuals have it.
        if !names(&client.endpoints.authorization, name) {
            request = request.add_extra_param(name, value);
        }
    }
    Begun {
        url: request.url().0,
        state,
        nonce,
        verifier: verifier.into_secret().into(),
    }
}

/// The page on which a tenant's administrator agrees for everybody; None where the provider has none.
///
/// `common` is no tenant that anybody administrates, so that the administrator's own is asked.
#[must_use]
pub fn admin_consent_url(client: &Client, redirect_uri: &Url, state: &SecretString) -> Option<Url> {
    let mut url = client.endpoints.admin_consent.clone()?;
    let path = url.path().replacen("/common/", "/organizations/", 1);
    url.set_path(&path);
    url.query_pairs_mut()
        .append_pair("client_id", &client.client_id)
        .append_pair("scope", &habits::scopes_of_consent(client).join(" "))
        .append_pair("redirect_uri", redirect_uri.as_str())
        .append_pair("state", state.expose_secret());
    Some(url)
}

fn names(url: &Url, parameter: &str) -> bool {
    url.query_pairs().any(|(name, _)| name == parameter)
}

#[cfg(test)]
#[path = "begin_tests.rs"]
mod tests;
